package answer

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// made are the resources that a subject's things are, all of which must be absent for there to be none, with the engine whose
// they are. Subjects that are not here are of resources that every API server has.
var made = map[models.Subject][]struct {
	resource string
	engine   models.Engine
}{
	models.Snapshots:    {{"volumesnapshots.snapshot.storage.k8s.io", ""}},
	models.BlockDevices: {{"blockdevices.openebs.io", ""}},
	models.Pools: {{"cstorpoolinstances.cstor.openebs.io", models.CStor}, {"diskpools.openebs.io", models.Mayastor},
		{"lvmnodes.local.openebs.io", models.LVM}, {"zfsnodes.zfs.openebs.io", models.ZFS}},
}

// absent says of which clusters there is nothing to list because the resource itself is not installed: " On staging …".
func (res *Result) absent() string {
	var engines []string
	for _, f := range res.query.Filters {
		if f.Field == "engine" && !f.Not {
			engines = append(engines, f.Values...)
		}
	}
	var texts []string
	for _, from := range res.sources {
		var missing []string
		for _, m := range made[res.schema.Subject] {
			if m.engine != "" && len(engines) > 0 && !slices.Contains(engines, string(m.engine)) {
				continue
			}
			if !slices.Contains(from.Absent, m.resource) {
				missing = nil
				break
			}
			missing = append(missing, phrase.Code(m.resource))
		}
		if len(missing) > 0 {
			texts = append(texts, " "+from.Cluster+" has no "+strings.Join(missing, ", no ")+": "+phrase.Pick(len(missing), "that resource is", "those resources are")+" not installed there.")
		}
	}
	return strings.Join(texts, "")
}
