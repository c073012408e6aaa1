package diagnosis

import (
	"fmt"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

func poolSymptoms() []symptom {
	return []symptom{
		{name: "being deleted", shows: askedDeletion, rules: deletionRules()},
		{name: "pool down", rules: poolRules(), lacks: poolLacks, shows: poolIs(models.Down)},
		{name: "pool read-only", rules: []rule{{"threshold", overThreshold}}, lacks: poolLacks, shows: func(e *evidence) string {
			if !e.pool.ReadOnly {
				return ""
			}
			return "is read-only"
		}},
		{name: "pool degraded", rules: poolRules(), lacks: poolLacks, shows: poolIs(models.Degraded)},
		{name: "pool full", rules: []rule{{"thin pool", ofThinPool}, {"what fills it", fills}}, shows: full},
		{name: "pool being made", rules: poolRules(), lacks: poolLacks, shows: poolIs(models.Awaiting)},
		{name: "pool unknown", rules: poolRules(), lacks: poolLacks, shows: poolIs(models.Unknown)},
		{name: "being deleted", shows: beingDeleted, rules: deletionRules()},
		{name: healthy, shows: func(*evidence) string { return "is healthy" }, rules: []rule{{"nothing wrong", poolFine}}},
	}
}

func poolIs(h models.Health) func(*evidence) string {
	return func(e *evidence) string {
		if e.pool.Health != h {
			return ""
		}
		return "is " + word(h, e.pool.State) + since(e.pool.Since)
	}
}

func poolLacks(e *evidence) []string {
	missing := []string{"no condition, event or block device tells why"}
	if a := e.storagePod(e.pool); a == nil && e.pool.Engine != models.LVM {
		missing = append(missing, "its pod "+workWords(e.storagePods(e.pool)))
	}
	return missing
}

// poolDown finds what is behind a pool that does not work as it should; nil if nothing is known.
func (e *evidence) poolDown(p *models.Pool) *finding {
	o := &evidence{inv: e.inv, pool: p}
	f := o.first(poolRules())
	if f == nil {
		return nil
	}
	f.chain = append([]Link{poolLink(p)}, f.chain...)
	return f
}

// poolRules find why a pool is down or degraded, nearest to the ground first: node, disk, engine's error, pod.
func poolRules() []rule {
	return []rule{
		{"node", func(e *evidence) *finding {
			if f := e.nodeDown(e.pool.Node); f != nil {
				return e.poolTakes(because(Certain, "its %s", f.cause).from(f))
			}
			return nil
		}},
		{"disk lost", diskLost},
		{"engine's error", poolError},
		{"lost disks counted", lostDisks},
		{"conditions", poolConditions},
		{"pod", func(e *evidence) *finding {
			a := e.storagePod(e.pool)
			if a == nil {
				return nil
			}
			return e.poolTakes(e.podBroken(a))
		}},
		{"event", func(e *evidence) *finding {
			if ev := e.warned(poolKind(e.pool), "", e.pool.Name); ev != nil {
				return e.poolTakes(because(Likely, "%s", lower(gist(ev.Message))).link(eventLink(ev)))
			}
			return nil
		}},
		{"group", func(e *evidence) *finding {
			g := e.findPool(e.pool.Group, e.pool.Node)
			if e.pool.Group == "" || g == nil || g == e.pool || g.Group != "" || g.Engine != e.pool.Engine || g.Health == models.Healthy {
				return nil
			}
			if deeper := e.poolDown(g); deeper != nil {
				return because(Certain, "it is in %s, and %s", poolTitle(g), deeper.cause).from(deeper)
			}
			return nil
		}},
	}
}

func poolKind(p *models.Pool) string {
	switch p.Engine {
	case models.CStor:
		return "CStorPoolInstance"
	case models.Mayastor:
		return "DiskPool"
	case models.LVM:
		return "LVMNode"
	}
	return "ZFSNode"
}

func lower(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

// diskLost finds the block devices of a cStor pool that are gone.
func diskLost(e *evidence) *finding {
	p := e.pool
	var gone []*models.BlockDevice
	for _, name := range p.Disks {
		if d := e.findDevice(name); d != nil && d.State != "Active" && d.State != "" {
			gone = append(gone, d)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	names := make([]string, len(gone))
	for i, d := range gone {
		names[i] = fmt.Sprintf("%s (%s)", d.Path, phrase.Code(d.Name))
	}
	f := because(Certain, "its %s %s of node %s %s %s", phrase.Pick(len(gone), "disk", "disks"), phrase.And(names), phrase.Code(p.Node), phrase.Pick(len(gone), "is", "are"), gone[0].State)
	if gone[0].State != "Inactive" {
		f.certainty = Likely // the node disk manager itself may have lost sight of it
	}
	for _, c := range p.Conditions {
		if c.Type == "DiskUnavailable" || c.Type == "PoolLost" {
			f.link(conditionLink(p, c))
		}
	}
	for _, d := range gone {
		f.link(deviceLink(d))
	}
	if p.Health == models.Down && p.Raid != "stripe" && p.Raid != "" && len(gone) == 1 && len(p.Disks) > 1 && condition(p, "PoolLost") == nil {
		f.certainty = Likely // one disk of a mirror should not take the pool down
	}
	for _, d := range gone {
		f.run("see the disk as the node disk manager last saw it", "kubectl -n %s get blockdevice %s -o yaml", e.namespace(models.CStor), d.Name)
	}
	f.lack("whether the disk is broken or only unplugged stands in no object: see dmesg and lsblk on node " + p.Node)
	return e.poolTakes(f)
}

func conditionLink(p *models.Pool, c models.Condition) Link {
	l := poolLink(p)
	l.Field, l.Says, l.Since = "status.conditions["+c.Type+"]", "True: "+gist(c.Message), c.Since
	return l
}

func condition(p *models.Pool, kind string) *models.Condition {
	return find(p.Conditions, func(c *models.Condition) bool { return c.Type == kind })
}

// poolError words the error that Mayastor tells of a pool.
func poolError(e *evidence) *finding {
	p := e.pool
	if p.Error == "" {
		return nil
	}
	kind, text, _ := strings.Cut(p.Error, ": ")
	f := because(Certain, "Mayastor reports %s", kind)
	switch {
	case says(kind, "DiskNotFound"):
		f = because(Certain, "its disk %s is not found on node %s (DiskNotFound)", phrase.Few(phrase.Codes(p.Disks), 2), phrase.Code(p.Node))
		f.lack("whether the disk is broken, unplugged or renamed stands in no object: see dmesg and ls -l /dev/disk/by-id on node " + p.Node)
	case says(kind, "NodeIsOffline"):
		f = because(Certain, "Mayastor's io-engine on node %s is offline (NodeIsOffline)", phrase.Code(p.Node))
		if a := e.storagePod(p); a != nil {
			f.from(e.podBroken(a))
		}
	case says(kind, "does not answer"):
		f = because(Certain, "its disk %s on node %s does not answer (status.errorInfo.ioStalled)", phrase.Few(phrase.Codes(p.Disks), 2), phrase.Code(p.Node))
	case strings.HasPrefix(kind, "alert") && p.Health == models.Awaiting:
		return nil // errors of before do not hold up its making
	case says(kind, "ReadIo", "WriteIo", "IoError", "alert"):
		f = because(Certain, "its disk %s on node %s has I/O errors (%s)", phrase.Few(phrase.Codes(p.Disks), 2), phrase.Code(p.Node), gist(p.Error))
		if strings.HasPrefix(kind, "alert") && p.Health != models.Degraded {
			f.certainty = Likely // they may but go along with what took it down
		}
	case text != "":
		f.cause += ": " + gist(text)
	}
	l := poolLink(p)
	l.Field, l.Says = "status.error", gist(p.Error)
	f.link(l)
	if ev := e.warned("DiskPool", "", p.Name); ev != nil {
		f.link(eventLink(ev))
	}
	f.run("see what the pool says of itself", "kubectl -n %s describe diskpool %s", e.namespace(models.Mayastor), p.Name)
	return e.poolTakes(f)
}

func lostDisks(e *evidence) *finding {
	p := e.pool
	if p.Lost == 0 {
		return nil
	}
	f := because(Certain, "it lost %d of its disks on node %s (missingPvCount)", p.Lost, phrase.Code(p.Node)).link(poolLink(p))
	f.run("see what the node agent reports", "kubectl -n %s get lvmnode %s -o yaml", e.namespace(models.LVM), p.Node)
	f.lack("which disk it is, and which volumes lie on it, stands in no object: see pvs and lvs -o +devices on node " + p.Node)
	return e.poolTakes(f)
}

// poolConditions words what the pool's own conditions tell where no disk explains them.
func poolConditions(e *evidence) *finding {
	for _, kind := range []string{"PoolLost", "DiskUnavailable"} {
		c := condition(e.pool, kind)
		if c == nil {
			continue
		}
		f := because(Likely, "it could not be imported: %s", gist(c.Message))
		if kind == "DiskUnavailable" {
			f = because(Likely, "a disk of it is unavailable: %s", gist(c.Message))
		}
		f.link(conditionLink(e.pool, *c))
		if a := e.storagePod(e.pool); a != nil {
			f.link(agentLink(a)).run("see what its pod says", "kubectl -n %s logs %s --all-containers --previous", a.Namespace, a.Name)
		}
		f.lack("no block device of the pool says that it is gone")
		return e.poolTakes(f)
	}
	return nil
}

// poolTakes adds what a pool takes with it, and the commands to see it.
func (e *evidence) poolTakes(f *finding) *finding {
	p := e.pool
	var down, hurt []*models.Volume
	for _, v := range e.held(p) {
		if v.Health == models.Down || v.Health == models.ReadOnly {
			down = append(down, v)
		} else if v.Health != models.Healthy {
			hurt = append(hurt, v)
		}
	}
	if len(down) > 0 {
		f.risk(fmt.Sprintf("pool %s takes with it: %s", phrase.Code(p.Name), phrase.Few(volumeNames(down), 8)))
	}
	if len(hurt) > 0 {
		f.risk(fmt.Sprintf("pool %s leaves without redundancy, or uncertain: %s", phrase.Code(p.Name), phrase.Few(volumeNames(hurt), 8)))
	}
	switch p.Engine {
	case models.CStor:
		f.run("see the pool", "kubectl -n %s describe cstorpoolinstance %s", e.namespace(p.Engine), p.Name)
	case models.Mayastor:
		f.run("see the pool", "kubectl -n %s describe diskpool %s", e.namespace(p.Engine), p.Name)
	}
	return f
}

func poolFine(e *evidence) *finding {
	p := e.pool
	if share, ok := models.Percent(p.Used, p.Size); ok {
		return because(NoFault, "%.0f %% of %s are used, %s are free", share, p.Size, p.Free)
	}
	return because(NoFault, "%s are free", p.Free)
}
