package diagnosis

import "github.com/mulebot/mulebot/phrase"

// released words a volume whose claim is gone.
func released(e *evidence) string {
	v := e.volume
	if v == nil || v.Phase != "Released" && v.Phase != "Failed" && (v.ClaimPhase != "" || v.Claim == "" || e.claim != nil || e.inv.Unread["PersistentVolumeClaim"] || v.Phase == "Available") {
		return ""
	}
	if v.Phase == "Bound" {
		return "is left over"
	}
	return "is " + v.Phase
}

func releasedRules() []rule {
	return []rule{
		{"deletion fails", releasedDeletion},
		{"kept", kept},
		{"node lost", releasedNode},
		{"provisioner", releasedProvisioner},
		{"deletion to come", deletionDue},
	}
}

// releasedDeletion is for a volume that its driver does not delete.
func releasedDeletion(e *evidence) *finding {
	v := e.volume
	ev := e.newest("PersistentVolume", "", v.Name, "VolumeFailedDelete")
	if ev == nil && v.Error == "" {
		return nil
	}
	text := v.Error
	f := because(Likely, "")
	if ev != nil {
		text = ev.Message
		f.link(eventLink(ev))
	}
	f.cause = "its claim is gone and its deletion fails: " + gist(text)
	if e.claim != nil {
		f.cause = "Kubernetes says of it: " + gist(text)
	}
	if down := e.nodeDown(v.Node); v.Local() && down != nil {
		f.cause = "its claim is gone, and it cannot be deleted while its node is lost: " + down.cause
		f.certainty = Certain
		f.from(down)
	} else if sick := e.sick(v); sick != nil {
		f.cause += "; " + sick.cause
		f.from(sick)
	}
	return f
}

// kept is for a volume that its reclaim policy keeps.
func kept(e *evidence) *finding {
	v := e.volume
	if v.Reclaim != "Retain" {
		return nil
	}
	f := because(NoFault, "its claim %s was deleted, and its reclaim policy Retain keeps the data until somebody removes it", phrase.Scoped(v.Namespace, v.Claim)).
		link(Link{Kind: "PersistentVolume", Name: v.Name, Field: "spec.persistentVolumeReclaimPolicy", Says: v.Reclaim})
	f.risk("it takes " + v.Size.String() + " until it is removed; no new claim is bound to it while it names the old one")
	f.run("let a new claim have it, with its data", `kubectl patch pv %s --type json -p '[{"op":"remove","path":"/spec/claimRef"}]'`, v.Name)
	return f.run("or see what it is before you remove it", "kubectl describe pv %s", v.Name)
}

// releasedNode is for a local volume that cannot be deleted while its node is lost.
func releasedNode(e *evidence) *finding {
	if down := e.nodeDown(e.volume.Node); e.volume.Local() && down != nil {
		return because(Certain, "its claim is gone, and it cannot be deleted while its node is lost: %s", down.cause).from(down)
	}
	return nil
}

// releasedProvisioner is for a provisioner that does not work.
func releasedProvisioner(e *evidence) *finding {
	if f := e.provisionerBroken(e.volume.Engine); f != nil {
		f.cause = "its claim is gone, and who should delete it does not work: " + f.cause
		return f
	}
	return nil
}

// deletionDue is for a volume that should have gone, where nothing says why it has not.
func deletionDue(e *evidence) *finding {
	return because(NotKnown, "its claim %s is gone and its reclaim policy is %s, so its provisioner should delete it; no event says why it does not", phrase.Scoped(e.volume.Namespace, e.volume.Claim), e.volume.Reclaim).
		lack("the log of the provisioner " + e.volume.Driver + " is not read")
}
