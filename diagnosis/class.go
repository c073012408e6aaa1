package diagnosis

import (
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

func classSymptoms() []symptom {
	return []symptom{
		{name: "claims of the class pending", shows: func(e *evidence) string {
			if e.pendingOfClass() == nil {
				return ""
			}
			return "has claims that are pending"
		}, rules: []rule{{"claim", func(e *evidence) *finding {
			c := e.pendingOfClass()
			o := e.ofClaim(c)
			deeper := o.first(pendingRules())
			if deeper == nil {
				return nil
			}
			return because(Certain, "%s: %s", phrase.Scoped(c.Namespace, c.Name), deeper.cause).link(claimLink(c)).from(deeper)
		}}}},
		{name: "class names what is not there", shows: func(e *evidence) string {
			if classTarget(e) == nil {
				return ""
			}
			return "can make no volume"
		}, rules: []rule{{"target", classTarget}}},
		{name: healthy, shows: func(*evidence) string { return "is there" }, rules: []rule{{"nothing wrong", func(e *evidence) *finding {
			return because(NoFault, "%d %s made by it and no claim of it is pending", e.class.Volumes, phrase.Pick(e.class.Volumes, "volume was", "volumes were"))
		}}}},
	}
}

// classTarget finds the pool that a class names and that is nowhere; nil if it is somewhere, or not known.
func classTarget(e *evidence) *finding {
	c := e.class
	missing := func(what, key, name string) *finding {
		return because(Certain, "it names the %s %s, which does not exist", what, phrase.Code(name)).
			link(Link{Kind: "StorageClass", Name: c.Name, Field: "parameters." + key, Says: name, Health: models.Down})
	}
	nowhere := func(matches func(string) bool) bool {
		return find(e.inv.Pools, func(p *models.Pool) bool { return p.Engine == c.Engine && matches(p.Name) }) == nil
	}
	switch c.Engine {
	case models.CStor:
		name, _ := e.poolCluster(c)
		if name != "" && !e.inv.Unread["CStorPoolCluster"] && find(e.inv.PoolGroups, func(g *models.PoolGroup) bool { return g.Name == name }) == nil {
			return missing("CStorPoolCluster", "cstorPoolCluster", name)
		}
	case models.LVM:
		if takes, key, name := c.VolumeGroups(); key != "" && !e.inv.Unread["LVMNode"] && nowhere(takes) {
			return missing("volume group", key, name)
		}
	case models.ZFS:
		name := rootOf(parameter(c, "poolname"))
		if name != "" && !e.inv.Unread["ZFSNode"] && nowhere(func(n string) bool { return n == name }) {
			return missing("pool", "poolname", name)
		}
	}
	return nil
}

// pendingOfClass returns a claim of the class that is pending and not for want of a pod, or nil.
func (e *evidence) pendingOfClass() *models.Claim {
	return find(e.inv.Claims, func(c *models.Claim) bool {
		return c.StorageClass == e.class.Name && c.Phase == "Pending" && (e.class.Binding != "WaitForFirstConsumer" || len(c.Pods) > 0)
	})
}
