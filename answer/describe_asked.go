package answer

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// factLabels are the labels of the facts of descriptions that say more of a field than its value, where they are not the field's title.
var factLabels = map[string]string{"used_percent": "Used", "copies": "Replicas", "desired": "Replicas", "pool": "Pools", "reclaim": "Reclaim policy",
	"attached": "Node", "snapshot_age": "Snapshots"}

// shown returns the field of that key that a record can tell: one of its own or, of what is or uses volumes, one of those; nil if it
// has none.
func (s *Schema) shown(key string) *Field {
	if f := s.Lookup(key); f != nil {
		return f
	}
	f := volumeSchema.Lookup(key)
	if f == nil || s.Subject != models.Claims && s.Subject != models.Pods && s.Subject != models.Snapshots {
		return nil
	}
	lifted := *f
	lifted.get = func(r *record) value {
		volumes := volumesOf(r)
		if len(volumes) == 1 {
			return f.get(&volumes[0])
		}
		return value{}
	}
	return &lifted
}

// Shows reports whether things of the subject can tell a field of that key.
func (s *Schema) Shows(key string) bool { return s.shown(key) != nil }

// volumesOf returns the volumes that a record is of or uses.
func volumesOf(r *record) []record {
	var names []string
	switch it := r.item.(type) {
	case *models.Claim:
		names = []string{it.Volume}
	case *models.Snapshot:
		names = []string{it.Volume}
	case *models.Pod:
		names = it.Volumes
	}
	var found []record
	for _, name := range names {
		if v := r.from.volumes()[name]; v != nil && name != "" {
			found = append(found, record{r.from, v})
		}
	}
	return found
}

// askedOf words the fields that a question asks for of one thing: "Thin: no; compression: lz4.". What the facts of its description say
// of a field goes before its bare value.
func askedOf(s *Schema, r *record, keys []string, facts []models.Fact) string {
	var parts []string
	for _, key := range keys {
		f := s.shown(key)
		switch {
		case f == nil:
		case s.Lookup(key) != nil:
			parts = append(parts, f.Name()+": "+toldOf(f, r, facts))
		default:
			volumes := volumesOf(r)
			for i := range volumes {
				of := ""
				if len(volumes) > 1 {
					of = " of " + shortLabel(&volumeSchema, &volumes[i])
				}
				parts = append(parts, f.Name()+of+": "+toldOf(volumeSchema.Lookup(key), &volumes[i], nil))
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return phrase.Stop(phrase.Capital(strings.Join(parts, "; "))) + " "
}

// toldOf words what a record has in a field.
func toldOf(f *Field, r *record, facts []models.Fact) string {
	for _, fact := range facts {
		if fact.Label == f.title || fact.Label == factLabels[f.key] {
			return fact.Value
		}
	}
	v := f.get(r)
	switch {
	case (f.key == "eta" || f.key == "progress") && !v.known && !rebuilds(r):
		return "none, since nothing of it is being rebuilt"
	case !v.known && f.isLacked(r):
		return "none, since " + engineName(string(r.item.(*models.Volume).Engine)) + " has none"
	case f.Kind == ListKind && len(v.list) == 0, !v.known && f.Kind == TextKind && !f.open:
		return "none"
	case !v.known && f.Kind != FlagKind:
		return cmp.Or(f.endless, "not known")
	case f.key == "since" && !r.from.AsOf.IsZero():
		return cellOf(f, v).Text + ", since " + moment(r.from.AsOf.Add(-time.Duration(v.number)*time.Second))
	case f.key == "used_percent":
		return cellOf(f, v).Text + ofSize(r)
	}
	return cellOf(f, v).Text
}

// isLacked reports whether a record is a volume of an engine whose volumes do not have the field.
func (f *Field) isLacked(r *record) bool {
	v, ok := r.item.(*models.Volume)
	return ok && slices.Contains(f.lacking, v.Engine)
}

// ofSize words the sizes behind a share of used space.
func ofSize(r *record) string {
	switch it := r.item.(type) {
	case *models.Volume:
		return " (" + it.Used.String() + " of " + it.Capacity().String() + ")"
	case *models.Pool:
		return " (" + it.Used.String() + " of " + it.Size.String() + ")"
	}
	return ""
}

// said words what a question asks for of a record among few others.
func (res *Result) said(r *record) []string {
	var parts []string
	for _, key := range res.query.Show {
		if key == "name" || key == "namespace" || key == "cluster" {
			continue // which its label says
		}
		if f := res.schema.shown(key); f != nil && res.query.Field != Differences {
			parts = append(parts, f.Name()+" "+toldOf(f, r, nil))
		}
	}
	return parts
}

// askedOfFew words what a question asks for of a few records that the sentence does not name, as far as it is known of them.
func (res *Result) askedOfFew(rows []record) string {
	var parts []string
	for i := range rows {
		for _, key := range res.query.Show {
			if f := res.schema.shown(key); f != nil {
				if v := f.get(&rows[i]); v.known && (f.Kind != ListKind || len(v.list) > 0) {
					parts = append(parts, f.Name()+" of "+label(res.schema, &rows[i])+": "+cellOf(f, v).Text)
				}
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " " + phrase.Stop(phrase.Capital(strings.Join(parts, "; ")))
}
