package diagnosis

import (
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

func deviceSymptoms() []symptom {
	return []symptom{
		{name: "being deleted", shows: askedDeletion, rules: deletionRules()},
		{name: "disk lost", rules: []rule{{"node", deviceNode}, {"gone", deviceGone}},
			shows: func(e *evidence) string {
				if e.device.Health != models.Down {
					return ""
				}
				return "is " + word(e.device.Health, e.device.State)
			}},
		{name: "being deleted", shows: beingDeleted, rules: deletionRules()},
		{name: healthy, shows: func(e *evidence) string { return "is " + word(models.Healthy, e.device.State) }, rules: []rule{{"nothing wrong", func(e *evidence) *finding {
			return because(NoFault, "it is %s, %s on node %s", lower(e.device.Claimed), e.device.Path, phrase.Code(e.device.Node))
		}}}},
	}
}

func deviceNode(e *evidence) *finding {
	down := e.nodeDown(e.device.Node)
	if down == nil {
		return nil
	}
	return e.devicePool(because(Certain, "its %s", down.cause).from(down))
}

func deviceGone(e *evidence) *finding {
	d := e.device
	f := because(Certain, "the node disk manager does not see %s on node %s any more", phrase.Code(d.Path), phrase.Code(d.Node)).link(deviceLink(d)).
		run("see what was known of it", "kubectl -n %s get blockdevice %s -o yaml", e.namespace(models.CStor), d.Name).
		lack("whether it is broken or unplugged stands in no object: see dmesg and lsblk on node " + d.Node)
	return e.devicePool(f)
}

// devicePool adds the pool that a disk belongs to.
func (e *evidence) devicePool(f *finding) *finding {
	if p := e.findPool(e.device.Pool, e.device.Node); e.device.Pool != "" && p != nil {
		f.link(poolLink(p)).risk(poolTitle(p) + " is " + word(p.Health, p.State))
	}
	return f
}
