package diagnosis

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/mulebot/mulebot/models"
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
			return because(NoFault, "it holds %s of claim %s", e.snapshot.Size, scoped(e.snapshot.Namespace, e.snapshot.Claim))
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
		{"source missing", func(e *evidence) *finding {
			s := e.snapshot
			c := e.inv.Claim(s.Namespace, s.Claim)
			switch {
			case s.Claim == "" || s.Volume != "" && c == nil:
				return nil
			case c == nil && !e.inv.Unread["PersistentVolumeClaim"]:
				return because(Certain, "claim %s, which it is to be taken of, does not exist", scoped(s.Namespace, s.Claim)).
					link(Link{Kind: "PersistentVolumeClaim", Namespace: s.Namespace, Name: s.Claim, Field: "metadata.name", Says: "there is none", Health: models.Down})
			case c != nil && c.Phase != "Bound":
				o := e.ofClaim(c)
				f := because(Certain, "claim %s, which it is to be taken of, is %s", scoped(s.Namespace, s.Claim), c.Phase).link(claimLink(c))
				others := slices.DeleteFunc(pendingRules(), func(r rule) bool { return r.name == "source" }) // else a circle is followed for ever
				if deeper := o.first(others); deeper != nil {
					f.cause += ": " + deeper.cause
					f.from(deeper)
				}
				return f
			}
			return nil
		}},
		{"class missing", func(e *evidence) *finding {
			text, links := e.refusal()
			if !says(text, "volumesnapshotclass", "snapshot class") || !says(text, "not found", "failed to get") {
				return nil
			}
			return because(Certain, "there is no snapshot class %s: %s", code(e.snapshot.Class), gist(text)).link(links...).
				run("see which there are", "kubectl get volumesnapshotclass")
		}},
		{"engine cannot", func(e *evidence) *finding {
			v := e.inv.Volume(e.snapshot.Volume)
			if v == nil || v.Engine != models.Jiva && v.Engine != models.Hostpath {
				return nil
			}
			_, links := e.refusal()
			return because(Certain, "its claim %s is on %s, which has no snapshots", scoped(v.Namespace, v.Claim), v.Engine.Title()).link(links...).link(volumeLink(v))
		}},
		{"replicas not healthy", func(e *evidence) *finding {
			text, links := e.refusal()
			v := e.inv.Volume(e.snapshot.Volume)
			if v == nil || !says(text, "replicas are healthy", "quorum of healthy", "healthy replicas", "replica", "degraded") {
				return nil
			}
			sick := e.sick(v)
			if sick == nil {
				return because(Likely, "not all replicas of volume %s were healthy when it was tried%s; they are now", volumeName(v), since(e.snapshot.Since)).link(links...).link(volumeLink(v)).
					run("try again, with another name", "kubectl -n %s get volumesnapshot %s -o yaml", e.snapshot.Namespace, e.snapshot.Name)
			}
			c := Likely
			if says(text, "replicas are healthy", "quorum of healthy", "healthy replicas", "all replicas") {
				c = Certain
			}
			f := because(c, "not all replicas of volume %s are healthy, which its engine demands for a snapshot: %s", volumeName(v), sick.cause).link(links...).link(volumeLink(v)).from(sick)
			f.do = append(f.do, Command{Why: "take it again when the volume is healthy: this one will not become ready by itself"})
			return f
		}},
		{"no room", func(e *evidence) *finding {
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
				f.cause = fmt.Sprintf("%s, which holds volume %s, has no room for it (%s free of %s)", poolTitle(p), volumeName(v), p.Free, p.Size)
				f.link(spaceLink(p))
			}
			f.do = append(f.do, Command{Why: "make room in the pool, or add a disk to it, and take the snapshot again"})
			return f
		}},
		{"volume down", func(e *evidence) *finding {
			v := e.inv.Volume(e.snapshot.Volume)
			if v == nil || v.Health != models.Down {
				return nil
			}
			_, links := e.refusal()
			f := because(Likely, "volume %s is down", volumeName(v)).link(links...).link(volumeLink(v))
			if deeper := e.of(v).first(downRules()); deeper != nil {
				f.cause += ": " + deeper.cause
				f.from(deeper)
			}
			return f
		}},
		{"driver says why", func(e *evidence) *finding {
			text, links := e.refusal()
			if text == "" {
				return nil
			}
			return because(Likely, "its driver says: %s", gist(text)).link(links...).lack("nothing else that I read confirms it")
		}},
		{"nobody takes it", func(e *evidence) *finding {
			s := e.snapshot
			if s.Content != "" || s.Error != "" {
				return nil
			}
			f := because(Likely, "nobody has begun with it: the snapshot controller does not run or has not come to it (there is no VolumeSnapshotContent)")
			f.link(Link{Kind: "VolumeSnapshot", Namespace: s.Namespace, Name: s.Name, Field: "status.boundVolumeSnapshotContentName", Says: "none"})
			return f.lack("the snapshot controller's pod is not among those that I know").run("see whether it runs", "kubectl get pods -A | grep snapshot-controller")
		}},
	}
}

// snapshotPools returns the pools where a volume's snapshots would be, the one with the least room first.
func (e *evidence) snapshotPools(v *models.Volume) []*models.Pool {
	all := e.poolsOf(v)
	for i := range v.Replicas {
		if p := e.poolOf(v, &v.Replicas[i]); p != nil {
			all = append(all, p)
		}
	}
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
		{"a claim is made from it", func(e *evidence) *finding {
			s := e.snapshot
			c := find(e.inv.Claims, func(c *models.Claim) bool {
				return c.Namespace == s.Namespace && c.Source == "VolumeSnapshot/"+s.Name && c.Phase == "Pending"
			})
			if c == nil {
				return nil
			}
			f := because(Certain, "claim %s is being made from it and is still pending", scoped(c.Namespace, c.Name)).link(claimLink(c))
			if deeper := e.ofClaim(c).first(pendingRules()); deeper != nil && deeper.rule != "source" {
				f.cause += ": " + deeper.cause
				f.from(deeper)
			}
			return f.run("see the claim; delete it if it is not needed", "kubectl -n %s describe pvc %s", c.Namespace, c.Name)
		}},
		{"volumes depend on it", func(e *evidence) *finding {
			s := e.snapshot
			text, links := e.refusal()
			var names []string
			f := because(Likely, "")
			for _, c := range filter(e.inv.Claims, func(c *models.Claim) bool { return c.Namespace == s.Namespace && c.Source == "VolumeSnapshot/"+s.Name }) {
				names = append(names, scoped(c.Namespace, c.Name))
				f.link(Link{Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name, Field: "spec.dataSource", Says: c.Source})
			}
			if len(names) == 0 {
				return nil
			}
			f.cause = fmt.Sprintf("%s %s made from it, and its engine keeps a snapshot while clones need it", few(names, 4), pick(len(names), "was", "were"))
			if says(text, "clone", "dependent", "has children", "in use", "busy") {
				f.certainty = Certain
				f.cause += ": " + gist(text)
			}
			return f.link(links...)
		}},
		{"driver refuses", func(e *evidence) *finding {
			text, links := e.refusal()
			if text == "" {
				return nil
			}
			f := because(Likely, "its driver refuses: %s", gist(text)).link(links...)
			if v := e.inv.Volume(e.snapshot.Volume); v != nil && v.Health != models.Healthy {
				f.link(volumeLink(v))
				if sick := e.sick(v); sick != nil {
					f.cause += fmt.Sprintf("; volume %s is %s: %s", volumeName(v), word(v.Health, v.State), sick.cause)
					f.from(sick)
				}
			}
			return f
		}},
		{"pool down", func(e *evidence) *finding {
			v := e.inv.Volume(e.snapshot.Volume)
			if v == nil || v.Health == models.Healthy {
				return nil
			}
			f := because(Likely, "volume %s, which it is of, is %s", volumeName(v), word(v.Health, v.State)).link(volumeLink(v))
			if sick := e.sick(v); sick != nil {
				f.cause += ": " + sick.cause
				f.from(sick)
			} else if down := e.nodeDown(v.Node); v.Local() && down != nil {
				f.cause += ": " + down.cause
				f.from(down)
			}
			return f
		}},
	}
}
