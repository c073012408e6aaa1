package diagnosis

import (
	"cmp"
	"fmt"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

func claimLink(c *models.Claim) Link {
	return Link{Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name, Field: "status.phase", Says: c.Phase, Health: c.Health}
}

// volumeLink is the object in which the engine says how a volume is.
func volumeLink(v *models.Volume) Link {
	l := Link{Kind: "PersistentVolume", Name: v.Name, Field: "status.phase", Says: cmp.Or(v.State, v.Phase), Since: v.Entered, Health: v.Health}
	switch {
	case v.State == "":
		return l
	case v.Engine == models.CStor && v.Health == models.Awaiting:
		l.Kind, l.Field = "CStorVolumeConfig", "status.phase"
	case v.Engine == models.CStor:
		l.Kind = "CStorVolume"
	case v.Engine == models.Jiva:
		l.Kind, l.Field = "JivaVolume", "status.status"
	case v.Engine == models.Mayastor:
		l.Kind, l.Field = "Mayastor volume", "state.status"
	case v.Engine == models.LVM:
		l.Kind, l.Field = "LVMVolume", "status.state"
	case v.Engine == models.ZFS:
		l.Kind, l.Field = "ZFSVolume", "status.state"
	}
	return l
}

func replicaLink(v *models.Volume, r *models.Replica) Link {
	l := Link{Kind: "replica", Name: r.Name, Field: "state", Says: cmp.Or(r.State, string(r.Health)), Since: r.Entered, Health: r.Health}
	switch v.Engine {
	case models.CStor:
		l.Kind, l.Field = "CStorVolumeReplica", "status.phase"
	case models.Mayastor:
		l.Kind, l.Field = "Mayastor replica", "child-status"
		if r.Reason != "" {
			l.Says += ", " + r.Reason
		}
	case models.Jiva:
		l.Kind, l.Field = "JivaVolume", "status.replicaStatus[].mode"
		if r.State == "" {
			l.Kind, l.Field, l.Says = "Pod", "status", "not connected to the volume"
		}
	}
	if r.Progress >= 0 {
		l.Says += fmt.Sprintf(", %.0f %% rebuilt", r.Progress)
	}
	return l
}

func poolLink(p *models.Pool) Link {
	l := Link{Kind: p.Kind, Name: p.Name, Field: "status", Says: cmp.Or(p.State, string(p.Health)), Since: p.Entered, Health: p.Health}
	switch p.Engine {
	case models.CStor:
		l.Kind, l.Field = "CStorPoolInstance", "status.phase"
	case models.Mayastor:
		l.Kind, l.Field = "DiskPool", "status"
	case models.LVM:
		l.Kind, l.Name, l.Field = "LVMNode", p.Node, "volumeGroups["+p.Name+"].free"
		l.Says = p.Free.String() + " of " + p.Size.String()
		if p.Lost > 0 {
			l.Field, l.Says = "volumeGroups["+p.Name+"].missingPvCount", fmt.Sprint(p.Lost)
		} else if p.Group != "" {
			l.Field = "volumeGroups[" + p.Group + "].thinPools[" + p.Name + "].free"
		}
	case models.ZFS:
		l.Kind, l.Name, l.Field = "ZFSNode", p.Node, "pools["+p.Name+"].free"
		l.Says = p.Free.String() + " of " + p.Size.String()
	}
	return l
}

// spaceLink is what a pool says of its free space.
func spaceLink(p *models.Pool) Link {
	l := poolLink(p)
	switch p.Engine {
	case models.CStor:
		l.Field = "status.capacity.free"
	case models.Mayastor:
		l.Field = "status.available"
	default:
		return l
	}
	l.Says, l.Since = p.Free.String()+" of "+p.Size.String(), time.Time{}
	return l
}

func nodeLink(n *models.Node) Link {
	l := Link{Kind: "Node", Name: n.Name, Field: "status.conditions[Ready]", Says: n.State, Since: n.Since, Health: n.Health}
	if !n.Ready && n.Message != "" {
		l.Says += ": " + gist(n.Message)
	}
	return l
}

func podLink(p *models.Pod) Link {
	return Link{Kind: "Pod", Namespace: p.Namespace, Name: p.Name, Field: "status", Says: p.State, Since: p.Since, Health: p.Health}
}

func agentLink(a *models.Agent) Link {
	l := Link{Kind: "Pod", Namespace: a.Namespace, Name: a.Name, Field: "status", Says: a.State, Health: models.Healthy}
	if !a.Works() {
		l.Health = models.Down
	}
	if a.State == "Running" && !a.Ready {
		l.Says += ", not ready"
	}
	if a.Restarts > 0 {
		l.Says += ", " + phrase.Count(a.Restarts, "restart", "restarts")
	}
	if a.Reason != "" {
		l.Says += ": " + gist(a.Reason)
	}
	return l
}

func eventLink(ev *models.Event) Link {
	return Link{Kind: ev.Kind, Namespace: ev.Namespace, Name: ev.Object, Field: "event " + ev.Reason, Says: gist(ev.Message), Since: ev.First}
}

func deviceLink(d *models.BlockDevice) Link {
	return Link{Kind: "BlockDevice", Name: d.Name, Field: "status.state", Says: cmp.Or(d.State, "not known") + " (" + d.Path + ")", Health: d.Health}
}

func classLink(c *models.StorageClass) Link {
	return Link{Kind: "StorageClass", Name: c.Name, Field: "provisioner", Says: c.Provisioner}
}

func snapshotLink(s *models.Snapshot) Link {
	return Link{Kind: "VolumeSnapshot", Namespace: s.Namespace, Name: s.Name, Field: "status.readyToUse", Says: fmt.Sprint(s.Ready), Since: s.Since, Health: s.Health}
}

func attachmentLink(a *models.VolumeAttachment) Link {
	l := Link{Kind: a.Kind, Name: a.Name, Field: "status.attached", Says: fmt.Sprintf("%t on node %s", a.Attached, a.Node), Since: a.Since}
	switch {
	case a.Kind == "CStorVolumeAttachment":
		l.Field, l.Says = "status", a.State+" on node "+a.Node
	case a.Error != "":
		l.Field, l.Says = "status.attachError", gist(a.Error)
	case a.DetachError != "":
		l.Field, l.Says = "status.detachError", gist(a.DetachError)
	}
	return l
}
