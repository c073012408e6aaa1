package diagnosis

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

func snapshotSymptoms() []symptom {
	lacks := func(*evidence) []string {
		return []string{"neither the snapshot, its content nor an event tells; the log of the snapshot controller is not read"}
	}
	return []symptom{
		{name: "snapshot undeletable", rules: append(undeletableRules(), snapshotHolders()...), lacks: lacks, shows: func(e *evidence) string {
			if e.snapshot.Deleting.IsZero() {
				return ""
			}
			return "is not deleted, though that was asked for" + at(e.snapshot.Deleting) + ","
		}},
		{name: "snapshot failed", rules: snapshotRules(), lacks: lacks, shows: func(e *evidence) string {
			if e.snapshot.Ready || e.snapshot.Error == "" {
				return ""
			}
			return "failed" + at(e.snapshot.Since)
		}},
		{name: "snapshot not ready", rules: snapshotRules(), lacks: lacks, shows: func(e *evidence) string {
			if e.snapshot.Ready {
				return ""
			}
			return "is not ready"
		}},
		{name: healthy, shows: func(*evidence) string { return "is ready" }, rules: []rule{{"nothing wrong", func(e *evidence) *finding {
			return because(NoFault, "it holds %s of claim %s", e.snapshot.Size, phrase.Scoped(e.snapshot.Namespace, e.snapshot.Claim))
		}}}},
	}
}

// refusal is what the snapshot or an event says went wrong; "" if neither does.
func (e *evidence) refusal() (string, []Link) {
	s := e.snapshot
	var links []Link
	text := s.Error
	if text != "" {
		links = append(links, Link{Kind: "VolumeSnapshot", Namespace: s.Namespace, Name: s.Name, Field: "status.error.message", Says: gist(text), Since: s.Since, Health: models.Down})
	}
	for _, object := range [][3]string{{"VolumeSnapshot", s.Namespace, s.Name}, {"VolumeSnapshotContent", "", s.Content}} {
		if ev := e.warned(object[0], object[1], object[2]); ev != nil && object[2] != "" {
			links = append(links, eventLink(ev))
			if text == "" {
				text = ev.Message
			}
		}
	}
	return text, links
}

// snapshotRules find why a snapshot is not made.
func snapshotRules() []rule {
	return []rule{
		{"source missing", snapshotSource},
		{"class missing", snapshotClass},
		{"engine cannot", snapshotEngine},
		{"replicas not healthy", snapshotReplicas},
		{"no room", snapshotRoom},
		{"volume down", snapshotVolume},
		{"driver says why", snapshotRefused},
		{"nobody takes it", snapshotUntouched},
	}
}

// snapshotSource is for a snapshot whose claim is not there or has no volume.
func snapshotSource(e *evidence) *finding {
	s := e.snapshot
	c := e.inv.Claim(s.Namespace, s.Claim)
	switch {
	case s.Claim == "" || s.Volume != "" && c == nil:
		return nil
	case c == nil && !e.inv.Unread["PersistentVolumeClaim"]:
		return because(Certain, "claim %s, which it is to be taken of, does not exist", phrase.Scoped(s.Namespace, s.Claim)).
			link(Link{Kind: "PersistentVolumeClaim", Namespace: s.Namespace, Name: s.Claim, Field: "metadata.name", Says: "there is none", Health: models.Down})
	case c != nil && c.Phase != "Bound":
		o := e.ofClaim(c)
		f := because(Certain, "claim %s, which it is to be taken of, is %s", phrase.Scoped(s.Namespace, s.Claim), c.Phase).link(claimLink(c))
		others := slices.DeleteFunc(pendingRules(), func(r rule) bool { return r.name == "source" }) // else a circle is followed for ever
		return f.through(o.first(others))
	}
	return nil
}

// snapshotClass is for a snapshot class that is not there.
func snapshotClass(e *evidence) *finding {
	text, links := e.refusal()
	if !says(text, "volumesnapshotclass", "snapshot class") || !says(text, "not found", "failed to get") {
		return nil
	}
	return because(Certain, "there is no snapshot class %s: %s", phrase.Code(e.snapshot.Class), gist(text)).link(links...).
		run("see which there are", "kubectl get volumesnapshotclass")
}

// snapshotEngine is for engines that have no snapshots.
func snapshotEngine(e *evidence) *finding {
	v := e.inv.Volume(e.snapshot.Volume)
	if v == nil || v.Engine != models.Jiva && v.Engine != models.Hostpath {
		return nil
	}
	_, links := e.refusal()
	return because(Certain, "its claim %s is on %s, which has no snapshots", phrase.Scoped(v.Namespace, v.Claim), v.Engine.Title()).link(links...).link(volumeLink(v))
}

// snapshotReplicas is for engines that take snapshots of healthy replicas only.
func snapshotReplicas(e *evidence) *finding {
	text, links := e.refusal()
	v := e.inv.Volume(e.snapshot.Volume)
	if v == nil || !says(text, "replicas are healthy", "quorum of healthy", "healthy replicas", "replica", "degraded") {
		return nil
	}
	sick := e.sick(v)
	if sick == nil {
		return because(Likely, "not all replicas of volume %s were healthy when it was tried%s; they are now", phrase.Code(v.KnownAs()), since(e.snapshot.Since)).link(links...).link(volumeLink(v)).
			run("try again, with another name", "kubectl -n %s get volumesnapshot %s -o yaml", e.snapshot.Namespace, e.snapshot.Name)
	}
	c := Likely
	if says(text, "replicas are healthy", "quorum of healthy", "healthy replicas", "all replicas") {
		c = Certain
	}
	f := because(c, "not all replicas of volume %s are healthy, which its engine demands for a snapshot: %s", phrase.Code(v.KnownAs()), sick.cause).link(links...).link(volumeLink(v)).from(sick)
	f.do = append(f.do, Command{Why: "take it again when the volume is healthy: this one will not become ready by itself"})
	return f
}

// snapshotRoom is for a pool without room for the snapshot.
func snapshotRoom(e *evidence) *finding {
	text, links := e.refusal()
	v := e.inv.Volume(e.snapshot.Volume)
	if v == nil || !says(text, "insufficient free space", "no space", "not enough", "out of space", "ResourceExhausted", "insufficient") {
		return nil
	}
	f := because(Certain, "there is not enough free space for it: %s", gist(text)).link(links...)
	if pools := e.snapshotPools(v); len(pools) > 0 {
		p := pools[0]
		if p.Free > v.Size {
			f.certainty = Likely // it would fit by now
		}
		f.cause = fmt.Sprintf("%s, which holds volume %s, has no room for it (%s free of %s)", poolTitle(p), phrase.Code(v.KnownAs()), p.Free, p.Size)
		f.link(spaceLink(p))
	}
	f.do = append(f.do, Command{Why: "make room in the pool, or add a disk to it, and take the snapshot again"})
	return f
}

// snapshotVolume is for a volume that is down.
func snapshotVolume(e *evidence) *finding {
	v := e.inv.Volume(e.snapshot.Volume)
	if v == nil || v.Health != models.Down {
		return nil
	}
	_, links := e.refusal()
	f := because(Likely, "volume %s is down", phrase.Code(v.KnownAs())).link(links...).link(volumeLink(v))
	return f.through(e.of(v).first(downRules()))
}

// snapshotRefused takes the driver's word, where nothing else confirms it.
func snapshotRefused(e *evidence) *finding {
	text, links := e.refusal()
	if text == "" {
		return nil
	}
	return because(Likely, "its driver says: %s", gist(text)).link(links...).lack("nothing else that I read confirms it")
}

// snapshotUntouched is for a snapshot that no controller has begun with.
func snapshotUntouched(e *evidence) *finding {
	s := e.snapshot
	if s.Content != "" || s.Error != "" {
		return nil
	}
	f := because(Likely, "nobody has begun with it: the snapshot controller does not run or has not come to it (there is no VolumeSnapshotContent)")
	f.link(Link{Kind: "VolumeSnapshot", Namespace: s.Namespace, Name: s.Name, Field: "status.boundVolumeSnapshotContentName", Says: "none"})
	return f.lack("the snapshot controller's pod is not among those that I know").run("see whether it runs", "kubectl get pods -A | grep snapshot-controller")
}

// snapshotPools returns the pools where a volume's snapshots would be, the one with the least room first.
func (e *evidence) snapshotPools(v *models.Volume) []*models.Pool {
	all := e.poolsHolding(v)
	slices.SortStableFunc(all, func(x, y *models.Pool) int { return cmp.Compare(x.Free, y.Free) })
	return all
}

// snapshotHolders find what holds a snapshot by a finalizer, behind what is found by the snapshot itself.
func snapshotHolders() []rule {
	return slices.DeleteFunc(deletionRules(), func(r rule) bool {
		return !slices.Contains([]string{"engine's pod broken", "engine says why", "engine's pod missing"}, r.name)
	})
}

// undeletableRules find what holds a snapshot that is to be deleted.
func undeletableRules() []rule {
	return []rule{
		{"a claim is made from it", snapshotSourceOf},
		{"volumes depend on it", snapshotClones},
		{"driver refuses", deletionRefused},
		{"pool down", snapshotSick},
	}
}

// snapshotSourceOf is for a claim that is being made from the snapshot.
func snapshotSourceOf(e *evidence) *finding {
	s := e.snapshot
	c := find(e.inv.Claims, func(c *models.Claim) bool {
		return c.Namespace == s.Namespace && c.Source == "VolumeSnapshot/"+s.Name && c.Phase == "Pending"
	})
	if c == nil {
		return nil
	}
	f := because(Certain, "claim %s is being made from it and is still pending", phrase.Scoped(c.Namespace, c.Name)).link(claimLink(c))
	if deeper := e.ofClaim(c).first(pendingRules()); deeper != nil && deeper.rule != "source" {
		f.through(deeper)
	}
	return f.run("see the claim; delete it if it is not needed", "kubectl -n %s describe pvc %s", c.Namespace, c.Name)
}

// snapshotClones is for claims that were made from the snapshot.
func snapshotClones(e *evidence) *finding {
	s := e.snapshot
	text, links := e.refusal()
	var names []string
	f := because(Likely, "")
	for _, c := range filter(e.inv.Claims, func(c *models.Claim) bool { return c.Namespace == s.Namespace && c.Source == "VolumeSnapshot/"+s.Name }) {
		names = append(names, phrase.Scoped(c.Namespace, c.Name))
		f.link(Link{Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name, Field: "spec.dataSource", Says: c.Source})
	}
	if len(names) == 0 {
		return nil
	}
	f.cause = fmt.Sprintf("%s %s made from it, and its engine keeps a snapshot while clones need it", phrase.Few(names, 4), phrase.Pick(len(names), "was", "were"))
	if says(text, "clone", "dependent", "has children", "in use", "busy") {
		f.certainty = Certain
		f.cause += ": " + gist(text)
	}
	return f.link(links...)
}

// deletionRefused takes the driver's word for why the snapshot stays.
func deletionRefused(e *evidence) *finding {
	text, links := e.refusal()
	if text == "" {
		return nil
	}
	f := because(Likely, "its driver refuses: %s", gist(text)).link(links...)
	if v := e.inv.Volume(e.snapshot.Volume); v != nil && v.Health != models.Healthy {
		f.link(volumeLink(v))
		if sick := e.sick(v); sick != nil {
			f.cause += fmt.Sprintf("; volume %s is %s: %s", phrase.Code(v.KnownAs()), word(v.Health, v.State), sick.cause)
			f.from(sick)
		}
	}
	return f
}

// snapshotSick is for a volume that is not well enough for its snapshot to be deleted.
func snapshotSick(e *evidence) *finding {
	v := e.inv.Volume(e.snapshot.Volume)
	if v == nil || v.Health == models.Healthy {
		return nil
	}
	f := because(Likely, "volume %s, which it is of, is %s", phrase.Code(v.KnownAs()), word(v.Health, v.State)).link(volumeLink(v))
	if sick := e.sick(v); sick != nil {
		f.through(sick)
	} else if down := e.nodeDown(v.Node); v.Local() && down != nil {
		f.through(down)
	}
	return f
}
