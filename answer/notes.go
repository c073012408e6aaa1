package answer

import (
	"errors"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Failure returns what a user is told of a cluster that failed, and what to do next. An error that is not a *models.Error may
// say what a channel must not read.
func Failure(err error) (message, hint string) {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Message, e.Hint
	}
	return "a cluster failed in a way that I cannot explain", ""
}

func nonEmpty(texts []string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

// resources are what a subject is made of, as gaps name it: parts of the names of the Kubernetes resources.
var resources = map[models.Subject][]string{
	models.Volumes:        {"persistentvolume", "pod", "cstorvolume", "jivavolume", "lvmvolume", "zfsvolume", "api-rest", "mayastor", "volumeattachment", "services/proxy", "nodes/proxy"},
	models.Claims:         {"persistentvolume", "pod", "cstorvolume", "jivavolume", "lvmvolume", "zfsvolume", "api-rest", "mayastor", "storageclass", "event", "services/proxy", "nodes/proxy"},
	models.Replicas:       {"persistentvolume", "cstorvolume", "jivavolume", "api-rest", "mayastor", "pod", "services/proxy"},
	models.Pools:          {"cstorpool", "diskpool", "lvmnode", "zfsnode", "api-rest", "mayastor", "blockdevice", "services/proxy"},
	models.Nodes:          {"node", "persistentvolume", "cstorpool", "diskpool", "lvmnode", "zfsnode", "cstorvolume", "jivavolume", "lvmvolume", "zfsvolume"},
	models.StorageClasses: {"storageclass", "persistentvolume"},
	models.Snapshots:      {"snapshot"},
	models.Pods:           {"pod", "persistentvolumeclaim"},
	models.Events:         {"event"},
	models.BlockDevices:   {"blockdevice", "cstorpool"},
	models.Quotas:         {"resourcequota"},
	models.Deletions:      {"persistentvolume", "snapshot", "cstor", "jivavolume", "diskpool", "lvmvolume", "zfsvolume", "blockdevice"},
}

// concerns reports whether a gap may matter for a subject: it names a resource that the subject is made of, or none that
// is known here, or the subject is a whole cluster.
func concerns(gap string, s *Schema) bool {
	gap = strings.ReplaceAll(strings.ToLower(gap), " ", "")
	names := func(r string) bool { return strings.Contains(gap, r) }
	own, ok := resources[s.Subject]
	if !ok || slices.ContainsFunc(own, names) {
		return true
	}
	for _, others := range resources {
		if slices.ContainsFunc(others, names) {
			return false
		}
	}
	return true
}

// hedge keeps a sentence from saying more than is known: where something could not be read, or where none of the clusters
// answers now. The notes say what and why.
func hedge(text string, s *Schema, inventories []*models.Inventory) string {
	stale := !slices.ContainsFunc(inventories, func(inv *models.Inventory) bool { return inv.Stale == nil })
	blind := slices.ContainsFunc(inventories, func(inv *models.Inventory) bool { return hasGap(inv, s) })
	var before string
	switch {
	case stale:
		before = "As last known: "
	case blind:
		before = "As far as I may read: "
	default:
		return text
	}
	if text[0] >= 'A' && text[0] <= 'Z' { // sentences begin with a word of ours or a number
		text = strings.ToLower(text[:1]) + text[1:]
	}
	return before + text
}

// hasGap reports whether something that matters for a subject could not be read.
func hasGap(inv *models.Inventory, s *Schema) bool {
	return slices.ContainsFunc(inv.Gaps, func(gap string) bool { return concerns(gap, s) })
}

// Notes says what a query could not judge or place.
func (res *Result) Notes() []string {
	return slices.Concat(res.unplaced(), res.strays(), res.backing(), res.usageNotes())
}

// backing tells, where volumes are asked for by phase, as PersistentVolumes are, of those that are left out: Jiva keeps replicas in them.
func (res *Result) backing() []string {
	if res.schema.Subject != models.Volumes || !res.filters("phase") && res.query.GroupBy != "phase" {
		return nil
	}
	n := 0
	for _, from := range res.sources {
		for i := range from.Volumes {
			for _, r := range from.Volumes[i].Replicas {
				if r.Backing != "" {
					n++
				}
			}
		}
	}
	if n == 0 {
		return nil
	}
	return []string{phrase.Count(n, "PersistentVolume", "PersistentVolumes") + " in which Jiva keeps its replicas " + phrase.Pick(n, "is", "are") + " no volume of an application and not among these."}
}

// strays tells, where orphaned or broken volumes are asked for, of what engines keep for volumes that have no PersistentVolume.
func (res *Result) strays() []string {
	engines, asked := []string(nil), false
	filters := slices.Clone(res.query.Filters)
	for _, f := range res.query.Filters {
		filters = append(filters, f.Or...)
	}
	for _, f := range filters {
		switch {
		case f.Field == "engine" && !f.Not:
			engines = f.Values
		case f.Field == "orphaned" && !f.Not, f.Field == "health" && !f.Not && slices.Contains(f.Values, string(models.Down)):
			asked = true
		}
	}
	if !asked || res.schema.Subject != models.Volumes {
		return nil
	}
	var all []string
	for _, from := range res.sources {
		for _, s := range from.Strays {
			if len(engines) == 0 || slices.Contains(engines, string(s.Engine)) {
				all = append(all, strayText(s, from.Cluster))
			}
		}
	}
	return all
}

// strayText is "LVMVolume `pvc-1` on staging (100 GiB, on node n1, Failed) has no PersistentVolume."
func strayText(s models.Stray, cluster string) string {
	about := []string{s.Size.String()}
	if s.Node != "" {
		about = append(about, "on node "+s.Node)
	}
	if s.State != "" {
		about = append(about, s.State)
	}
	text := s.Kind + " " + phrase.Code(s.Name) + " on " + cluster + " (" + strings.Join(about, ", ") + ") has no PersistentVolume"
	if s.Claim != "" {
		text += "; claim " + phrase.Code(s.Namespace+"/"+s.Claim) + " waits for one"
	}
	if s.Error != "" {
		text += ": " + shorten(s.Error, 200)
	}
	return phrase.Stop(text)
}

func (res *Result) unplaced() []string {
	var all []string
	for _, u := range res.unknown {
		all = append(all, "The "+u.field.Name()+" of "+phrase.Count(u.count, res.schema.One, res.schema.Many)+res.leftOut(u)+" is not known"+whyUnknown(u.field)+": "+phrase.Pick(u.count, "it is", "they are")+" left out.")
	}
	if res.query.Sort == "" || res.sort == nil {
		return all
	}
	missing := 0
	for i := range res.rows {
		if !res.sort.get(&res.rows[i]).known {
			missing++
		}
	}
	if missing > 0 {
		all = append(all, "The "+res.sort.Name()+" of "+phrase.Count(missing, res.schema.One, res.schema.Many)+" is not known: "+phrase.Pick(missing, "it comes", "they come")+" last.")
	}
	return all
}

// leftOut names what was left out, if that is not much.
func (res *Result) leftOut(u unseen) string {
	if u.count > namedUnseen {
		return ""
	}
	var names []string
	for i := range u.first {
		names = append(names, shortLabel(res.schema, &u.first[i]))
	}
	return " (" + phrase.And(names) + ")"
}

// whyUnknown explains in brackets what is not known by nature.
func whyUnknown(f *Field) string {
	if f.key == "replicas" {
		return " (local volumes have none)"
	}
	return ""
}

// disagreements returns the notes of records themselves.
func disagreements(s *Schema, rows []record) []string {
	var all []string
	for i := range rows {
		for _, note := range notesOf(rows[i].item) {
			all = append(all, shortLabel(s, &rows[i])+": "+phrase.Stop(shorten(note, 240)))
		}
	}
	return all
}

// notesOf returns what an item says of itself beside its state.
func notesOf(item any) []string {
	switch it := item.(type) {
	case *models.Volume:
		return it.Notes
	case *replica:
		return it.Notes
	case *models.Claim:
		return it.Notes
	case *models.Pool:
		return it.Notes
	case *models.Node:
		return it.Notes
	case *models.Pod:
		return it.Notes
	case *models.BlockDevice:
		return it.Notes
	case *models.Quota:
		return it.Notes
	}
	return nil
}
