package diagnosis

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// notProvisioned words a volume that the engine has not made, though its claim may be Bound: cStor's CSI driver lets a claim
// become Bound before there is any replica.
func notProvisioned(e *evidence) string {
	v := e.volume
	if v == nil || v.Health != models.Awaiting {
		return ""
	}
	if v.ClaimPhase == "Bound" {
		return "is not made, although its claim is Bound,"
	}
	return "is not made"
}

func provisionRules() []rule {
	return []rule{
		{"pool cluster missing", poolClusterMissing},
		{"too few pools", tooFewPools},
		{"engine's event", func(e *evidence) *finding {
			v := e.volume
			kind := volumeLink(v).Kind
			if ev := e.warned(kind, "", v.Name); ev != nil {
				return because(Likely, "%s says: %s", v.Engine.Title(), gist(ev.Message)).link(eventLink(ev))
			}
			return nil
		}},
		{"provisioner broken", func(e *evidence) *finding { return e.provisionerBroken(e.volume.Engine) }},
		{"replicas", func(e *evidence) *finding {
			if sick := e.sick(e.volume); sick != nil {
				return because(Likely, "%s", sick.cause).from(sick)
			}
			return nil
		}},
		{"node agent", func(e *evidence) *finding {
			v := e.volume
			if down := e.nodeDown(v.Node); v.Local() && down != nil {
				return because(Certain, "its %s", down.cause).from(down)
			}
			if a := e.broken(v.Engine, models.StorageAgent, v.Node); a != nil {
				deeper := e.podBroken(a)
				return because(Likely, "%s's node agent, which makes it, does not work: %s", v.Engine.Title(), deeper.cause).from(deeper)
			}
			return nil
		}},
	}
}

// poolCluster is the CStorPoolCluster that a volume's storage class names, and how many replicas it asks for.
func (e *evidence) poolCluster(class *models.StorageClass) (name string, replicas int) {
	if class == nil {
		return "", 0
	}
	replicas, _ = strconv.Atoi(class.Parameters["replicaCount"])
	return class.Parameters["cstorPoolCluster"], max(1, replicas)
}

func poolClusterMissing(e *evidence) *finding {
	v := e.volume
	class := e.findClass(v.StorageClass)
	name, _ := e.poolCluster(class)
	if v.Engine != models.CStor || name == "" || e.inv.Unread["CStorPoolCluster"] {
		return nil
	}
	if find(e.inv.PoolGroups, func(g *models.PoolGroup) bool { return g.Name == name }) != nil {
		return nil
	}
	f := because(Certain, "there is no CStorPoolCluster %s, which storage class %s names", phrase.Code(name), phrase.Code(class.Name)).
		link(Link{Kind: "StorageClass", Name: class.Name, Field: "parameters.cstorPoolCluster", Says: name},
			Link{Kind: "CStorPoolCluster", Name: name, Field: "metadata.name", Says: "there is none", Health: models.Down})
	if ev := e.warned("CStorVolumeConfig", "", v.Name); ev != nil {
		f.chain = append([]Link{eventLink(ev)}, f.chain...)
	}
	f.run("see which pool clusters there are", "kubectl get cstorpoolclusters -A")
	f.do = append(f.do, Command{Why: fmt.Sprintf("make the pool cluster %s, or make the claim anew with a storage class that names one that exists", phrase.Code(name))})
	return e.users(f, "%s cannot start")
}

// tooFewPools is for cStor volumes whose pool cluster has fewer pools that take a replica than the volume needs.
func tooFewPools(e *evidence) *finding {
	v := e.volume
	class := e.findClass(v.StorageClass)
	name, replicas := e.poolCluster(class)
	replicas = cmp.Or(v.Desired, replicas)
	if v.Engine != models.CStor || name == "" {
		return nil
	}
	var usable int
	var why []string
	f := because(Certain, "")
	for i := range e.inv.Pools {
		p := &e.inv.Pools[i]
		if p.Engine != models.CStor || p.Group != name {
			continue
		}
		switch {
		case p.Health == models.Down:
			text := phrase.Code(p.Name) + " is " + word(p.Health, p.State)
			if deeper := e.poolDown(p); deeper != nil {
				text += ": " + deeper.cause
				f.from(deeper)
			}
			why = append(why, text)
		case p.ReadOnly:
			why = append(why, phrase.Code(p.Name)+" is read-only: it is over its threshold")
			f.link(poolLink(p))
		default:
			usable++
		}
	}
	ev := e.warned("CStorVolumeConfig", "", v.Name)
	if usable >= replicas {
		return nil // then the event is all there is
	}
	f.certainty = Certain
	f.cause = fmt.Sprintf("it needs %d %s of CStorPoolCluster %s and %d %s usable", replicas, phrase.Pick(replicas, "pool", "pools"), phrase.Code(name), usable, phrase.Pick(usable, "is", "are"))
	if len(why) > 0 {
		f.cause += " — " + phrase.Few(why, 3)
	}
	if ev != nil {
		f.chain = append([]Link{eventLink(ev)}, f.chain...)
	}
	return e.users(f.run("see its pools", "kubectl get cstorpoolinstances -A -l openebs.io/cstor-pool-cluster=%s", name), "%s cannot start")
}

// provisionerBroken is for an engine whose pods that make volumes do not work.
func (e *evidence) provisionerBroken(engine models.Engine) *finding {
	var bad []*models.Agent
	for _, a := range e.agents(engine, models.ProvisionRole, "") {
		if !a.Works() || e.nodeDown(a.Node) != nil {
			bad = append(bad, a)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	deeper := e.podBroken(bad[0])
	// A second pod of the same deployment may do the work.
	c := Certain
	if slices.ContainsFunc(e.agents(engine, models.ProvisionRole, ""), func(a *models.Agent) bool { return a.Works() }) {
		c = Likely
	}
	return because(c, "%s's pod that makes volumes does not work: %s", engine.Title(), deeper.cause).from(deeper)
}
