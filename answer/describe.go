package answer

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// describe tells everything about the one thing that the query names. Where several things have the name it lists them:
// pools, which have the same name on many nodes by design, and whatever the question asked of several clusters by name;
// anything else is asked back.
func describe(req Request) (models.Reply, error) {
	q := req.Query
	s, err := schemaOf(q.Subject)
	if err != nil {
		return models.Reply{}, err
	}
	s, found, err := find(s, req)
	switch {
	case err != nil:
		return models.Reply{}, err
	case len(found) == 0:
		if rep, ok := describeOther(req); ok {
			return rep, nil
		}
		return models.Reply{}, notFound(s, req)
	case len(found) == 1:
		return describeOne(req, s, &found[0]), nil
	}
	return homonyms(req, s, found), nil
}

// find returns what the query names. People call a volume by its claim and a claim by its volume, so each is found by
// the other's name too, and is then described as what it is.
func find(s *Schema, req Request) (*Schema, []record, error) {
	found, err := named(s, "name", req)
	if err != nil || len(found) > 0 {
		return s, found, err
	}
	switch s.Subject {
	case models.Volumes:
		found, err = named(s, "claim", req)
		if err == nil && len(found) == 0 {
			if found, err = named(&claimSchema, "name", req); err == nil && len(found) > 0 {
				return &claimSchema, found, nil
			}
		}
	case models.Claims:
		found, err = named(s, "volume", req)
	}
	return s, found, err
}

// describeBacking describes the volume whose replica is kept in the PersistentVolume that the query names: Jiva keeps them in
// hostpath volumes of its own, which are no volumes of applications.
func describeBacking(req Request) (models.Reply, bool) {
	for _, inv := range req.Inventories {
		for i := range inv.Volumes {
			for _, r := range inv.Volumes[i].Replicas {
				if r.Backing != "" && r.Backing == req.Query.Name {
					owner := record{newSource(inv), &inv.Volumes[i]}
					rep := describeOne(req, &volumeSchema, &owner)
					rep.Text = "Volume " + phrase.Code(r.Backing) + " is " + engineName(string(inv.Volumes[i].Engine)) + "'s own: it holds the replica " + phrase.Code(r.Name) + " on node " + r.Node + " of the volume that follows. " + rep.Text
					return rep, true
				}
			}
		}
	}
	return models.Reply{}, false
}

// named returns the records whose field is the query's name, within its scope and filters.
func named(s *Schema, key string, req Request) ([]record, error) {
	q := req.Query
	filters := append([]models.Filter{{Field: key, Op: models.Eq, Values: []string{q.Name}}}, q.Filters...)
	if q.Scope != "" && s.Lookup("namespace") != nil {
		filters = append(filters, models.Filter{Field: "namespace", Op: models.Eq, Values: []string{q.Scope}})
	}
	res, err := Evaluate(&models.Query{Subject: s.Subject, Filters: filters}, req.Inventories)
	if err != nil {
		return nil, err
	}
	return res.rows, nil
}

// homonyms answers for a name that several things have.
func homonyms(req Request, s *Schema, found []record) models.Reply {
	rep := reply(req, s)
	res := &Result{schema: s, query: &models.Query{Subject: s.Subject}, rows: found}
	for i := range found {
		if !slices.ContainsFunc(res.sources, func(from *source) bool { return from.Cluster == found[i].from.Cluster }) {
			res.sources = append(res.sources, found[i].from)
		}
	}
	rep.Table = tableOf(columnsOf(res, found), found, len(found))
	rep.Notes = append(rep.Notes, disagreements(s, found)...)
	rep.Dialogue.Listed = listed(s, found)
	for i := range window(found, 0, offered) {
		rep.Buttons = append(rep.Buttons, models.Button{Label: shortName(s, &found[i]) + inWhich(s, found, i),
			Action: models.Action{Intent: "describe", Query: queryFor(s, &found[i])}})
	}
	rep.Text = phrase.Count(len(found), s.One, s.Many) + " " + res.place() + " " + phrase.Pick(len(found), "has", "have") + " the name " + phrase.Code(req.Query.Name)
	if s.Subject == models.Pools || len(req.Query.Clusters) > 1 {
		rep.Text += "."
		return rep
	}
	rep.Text += ": which one do you mean?"
	rep.AskedBack = true
	slot := "namespace"
	if len(res.sources) > 1 {
		slot = "cluster"
	}
	rep.Dialogue.Pending = &models.Pending{Intent: req.Intent, Query: req.Query.Clone(), Slot: slot, Options: rep.Buttons}
	return rep
}

// inWhich tells a record from the others of its name: by namespace, by cluster or by both.
func inWhich(s *Schema, found []record, i int) string {
	var words []string
	namespace := s.text(&found[i], "namespace")
	if slices.ContainsFunc(found, func(r record) bool { return s.text(&r, "namespace") != namespace }) {
		words = append(words, "in "+namespace)
	}
	if slices.ContainsFunc(found, func(r record) bool { return r.from.Cluster != found[i].from.Cluster }) {
		words = append(words, "on "+found[i].from.Cluster)
	}
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, " ")
}

// describeOne describes a record.
func describeOne(req Request, s *Schema, r *record) models.Reply {
	req.Inventories = []*models.Inventory{r.from.Inventory}
	rep := reply(req, s)
	rep.Title = phrase.Capital(s.One) + " " + s.text(r, "name")
	switch it := r.item.(type) {
	case *models.Volume:
		describeVolume(&rep, it, r.from)
		if req.Query.Field == "resize" {
			rep.Text = resizeText(it.Namespace, it.Claim, it.Requested, it.Size, it.Notes, r.from)
		}
	case *models.Claim:
		describeClaim(&rep, it, r.from)
		if req.Query.Field == "resize" {
			rep.Text = resizeText(it.Namespace, it.Name, it.Requested, it.Size, it.Notes, r.from)
		}
	case *models.Pool:
		describePool(&rep, it, r.from)
		if req.Query.Field == "used_percent" {
			poolUsage(&rep, it, r.from)
		}
	case *models.Node:
		describeNode(&rep, it, r.from)
	case *models.Pod:
		describePod(&rep, r, it)
	case *models.StorageClass:
		describeStorageClass(&rep, r, it)
	case *models.Inventory:
		describeCluster(&rep, r)
	default:
		rep.Text = introduce(s, r)
		rep.Facts = facts(s, r)
	}
	rep.Text = askedOf(s, r, req.Query.Show, rep.Facts) + rep.Text + deletionText(r)
	for _, note := range notesOf(r.item) {
		rep.Notes = append(rep.Notes, phrase.Stop(note))
	}
	rep.Dialogue.Listed = listed(s, []record{*r})
	return rep
}

// introduce words what a record is and how it is.
func introduce(s *Schema, r *record) string {
	text := phrase.Capital(s.One) + " " + label(s, r) + " on " + r.from.Cluster
	state := s.text(r, "state")
	health := models.Health(s.text(r, "health"))
	switch {
	case health == "" && state == "":
		return text + "."
	case health == "":
		return text + " is in state " + state + "."
	}
	if snapshot, ok := r.item.(*models.Snapshot); ok { // ready or failed says more than healthy or down
		return text + snapshotState(snapshot)
	}
	return text + " is " + healthWord(health) + inState(string(health), state) + "."
}

// snapshotState words how a snapshot is behind its name, and why it is not ready where its engine says that.
func snapshotState(s *models.Snapshot) string {
	text := " is " + s.State
	if s.State == "failed" {
		text = " has failed"
	}
	if s.Ready || s.Error == "" {
		return text + "."
	}
	return text + ": " + phrase.Stop(s.Error)
}

// healthWord words a health behind "is".
func healthWord(h models.Health) string {
	if h = healthOf(h); h == models.Unknown {
		return "of unknown health"
	}
	return string(h)
}

// inState adds the engine's own word to a word of health, where it says something else.
func inState(health, state string) string {
	if state == "" || strings.EqualFold(health, state) {
		return ""
	}
	return " (" + state + ")"
}

// facts lists the fields of a record that have a value.
func facts(s *Schema, r *record) []models.Fact {
	var all []models.Fact
	for i := range s.fields {
		f := &s.fields[i]
		if v := f.get(r); v.known && !f.apart && f.key != "name" && (f.Kind != ListKind || len(v.list) > 0) {
			cell := cellOf(f, v)
			all = append(all, models.Fact{Label: f.title, Value: cell.Text, Health: cell.Health})
		}
	}
	return all
}
