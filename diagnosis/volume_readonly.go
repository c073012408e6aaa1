package diagnosis

import (
	"fmt"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// readOnlyRules find why a volume takes no writes.
func readOnlyRules() []rule {
	return []rule{
		{"pool over its threshold", func(e *evidence) *finding {
			v := e.volume
			for i := range v.Replicas {
				r := &v.Replicas[i]
				if p := e.poolOf(v, r); p != nil && p.ReadOnly {
					f := e.replicaReadOnly(v, r, p, e.where(v, r))
					f.chain = append([]Link{replicaLink(v, r)}, f.chain...)
					return e.users(f, "%s cannot write")
				}
			}
			return nil
		}},
		{"too few replicas", func(e *evidence) *finding {
			v := e.volume
			if v.Quorum == 0 || v.HealthyReplicas() >= v.Quorum {
				return nil
			}
			sick := e.sick(v)
			if sick == nil {
				return nil
			}
			verb := phrase.Pick(v.HealthyReplicas(), "takes", "take")
			f := because(Certain, "only %d of %d replicas %s writes and it needs %d: %s", v.HealthyReplicas(), v.Desired, verb, v.Quorum, sick.cause).from(sick)
			f.risk("the file system of its pods turns read-only and may need its pod to be restarted once the volume is writable again")
			e.rejoining(f)
			return e.users(f, "%s cannot write")
		}},
		{"node's file system", func(e *evidence) *finding {
			for _, p := range e.volume.Pods {
				for _, ev := range e.events("Pod", p.Namespace, p.Name) {
					if says(ev.Message, "read-only file system", "remounting filesystem read-only", "input/output error") {
						return because(Likely, "its file system had errors on the node: %s", gist(ev.Message)).link(eventLink(ev)).
							lack("the kernel's log of node " + e.volume.Node + " says what happened")
					}
				}
			}
			return nil
		}},
	}
}

// rejoining names what will bring a volume back by itself.
func (e *evidence) rejoining(f *finding) {
	var waits []string
	for i := range e.volume.Replicas {
		if r := &e.volume.Replicas[i]; r.Health == models.Rebuilding {
			waits = append(waits, strings.TrimPrefix(e.where(e.volume, r), "its "))
		}
	}
	if len(waits) > 0 && e.volume.HealthyReplicas()+len(waits) >= e.volume.Quorum {
		f.do = append([]Command{{Why: fmt.Sprintf("wait for the %s: with it the volume is writable again", phrase.And(waits))}}, f.do...)
	}
}
