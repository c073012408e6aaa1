package whatif

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
)

// Factor is an object that decides whether a volume can grow, and what it says.
type Factor struct {
	Kind  string // as Kubernetes writes it, or the kind of the pool
	Name  string
	Fit   Fit
	Blind bool // it does not tell, so that nobody knows
	Says  string
	Room  models.Bytes // by which it lets the volume grow; UnknownBytes: it sets no bound, or it is not known
}

// Growth is whether a volume can become a size.
type Growth struct {
	Volume  *models.Volume
	To      models.Bytes // the size; that of the volume if only how far it can grow was asked
	Verdict Verdict
	Unclear bool     // nothing forbids it, and something that decides is not known
	Factors []Factor // what decides, in the order of the way that a resize takes
}

// Most returns by how much the volume can grow at most, and whether anything bounds that.
func (g *Growth) Most() (models.Bytes, bool) {
	most, bound := models.UnknownBytes, false
	for _, f := range g.Factors {
		if f.Room.IsKnown() && (!bound || f.Room < most) {
			most, bound = f.Room, true
		}
	}
	return most, bound
}

// Grow says whether a volume can become a size: by its storage class, by what its engine can, by how it is, by the very pools
// that hold it, and by the quotas of its namespace.
func Grow(inv *models.Inventory, v *models.Volume, to models.Bytes) Growth {
	g := Growth{Volume: v, To: max(to, v.Size)}
	more := g.To - v.Size
	g.class(inv)
	g.engine(inv)
	g.condition(inv)
	g.pools(inv, more)
	g.quotas(inv)
	g.judge()
	return g
}

// GrowAll says whether volumes can grow together, each to its size: what one takes of a pool or a quota the next does not find there.
func GrowAll(inv *models.Inventory, volumes []*models.Volume, to func(*models.Volume) models.Bytes) []Growth {
	left := *inv
	left.Pools, left.Quotas = slices.Clone(inv.Pools), slices.Clone(inv.Quotas)
	all := make([]Growth, len(volumes))
	for i, v := range volumes {
		all[i] = Grow(&left, v, to(v))
		more := all[i].To - v.Size
		for _, p := range holding(&left, v) {
			if p.Free.IsKnown() {
				p.Free, p.Used = max(0, p.Free-more), p.Used+more
			}
			if p.Committed.IsKnown() {
				p.Committed += more
			}
		}
		for j := range left.Quotas {
			if q := &left.Quotas[j]; q.Covers(v.Namespace, v.StorageClass) && q.Used.IsKnown() {
				q.Used += more
			}
		}
	}
	return all
}

// Burden is what volumes would take more of a pool, and what it has for them.
type Burden struct {
	Pool       *models.Pool
	More, Room models.Bytes
}

// Burdens adds up what volumes would take more of each of their pools.
func Burdens(inv *models.Inventory, all []Growth) []Burden {
	var found []Burden
	for _, g := range all {
		for _, p := range holding(inv, g.Volume) {
			at := slices.IndexFunc(found, func(b Burden) bool { return b.Pool == p })
			if at < 0 {
				at, found = len(found), append(found, Burden{Pool: p, Room: roomIn(p)})
			}
			found[at].More += g.To - g.Volume.Size
		}
	}
	return found
}

func (g *Growth) add(kind, name string, fit Fit, format string, args ...any) *Factor {
	g.Factors = append(g.Factors, Factor{Kind: kind, Name: name, Fit: fit, Says: fmt.Sprintf(format, args...), Room: models.UnknownBytes})
	return &g.Factors[len(g.Factors)-1]
}

// blind adds what is not known.
func (g *Growth) blind(kind, name, format string, args ...any) {
	g.add(kind, name, Tight, format, args...).Blind = true
}

// judge makes one verdict of all factors.
func (g *Growth) judge() {
	worst := Fits
	for _, f := range g.Factors {
		worst = min(worst, f.Fit)
		g.Unclear = g.Unclear || f.Blind
	}
	g.Verdict = map[Fit]Verdict{Fits: Yes, Tight: YesBut, Cannot: No}[worst]
	g.Unclear = g.Unclear && g.Verdict != No
}

func (g *Growth) class(inv *models.Inventory) {
	name := g.Volume.StorageClass
	i := slices.IndexFunc(inv.StorageClasses, func(c models.StorageClass) bool { return c.Name == name })
	switch {
	case i >= 0 && inv.StorageClasses[i].Expandable:
		g.add("StorageClass", name, Fits, "allowVolumeExpansion is true")
	case i >= 0:
		g.add("StorageClass", name, Cannot, "allowVolumeExpansion is not true")
	case name != "" && !inv.Unread["StorageClass"]:
		g.add("StorageClass", name, Cannot, "it does not exist, and without it no claim is resized")
	default:
		g.blind("StorageClass", cmp.Or(name, "none"), "whether it allows expansion is not known")
	}
}

// Mayastor resizes volumes from one release on, and those with snapshots from another.
var (
	mayastorResizes   = [2]int{2, 6}
	mayastorSnapshots = [2]int{2, 7}
)

// engine says whether the engine can resize such a volume at all.
func (g *Growth) engine(inv *models.Inventory) {
	v, title := g.Volume, g.Volume.Engine.Title()
	snapshots := snapshotsOf(inv, v)
	switch v.Engine {
	case models.Hostpath:
		g.add("engine", title, Cannot, "hostpath volumes are folders without a size of their own: they have what the file system of their node has")
	case models.Jiva:
		g.add("engine", title, Cannot, "Jiva does not resize volumes")
	case models.ZFS:
		g.add("engine", title, Fits, "ZFS resizes volumes while they are used")
	case models.LVM:
		if snapshots > 0 {
			g.add("engine", title, Cannot, "LVM's driver resizes no volume that has snapshots, and this has %d", snapshots)
			return
		}
		g.add("engine", title, Fits, "LVM resizes volumes while they are used")
	case models.CStor:
		g.add("engine", title, Fits, "cStor resizes volumes while they are used")
	case models.Mayastor:
		release, known := releaseOf(inv, models.Mayastor)
		switch {
		case !known:
			g.blind("engine", title, "Mayastor resizes volumes from 2.6 on, and which release this is its pods do not tell")
		case older(release, mayastorResizes):
			g.add("engine", title, Cannot, "Mayastor resizes volumes from 2.6 on, and this is %d.%d", release[0], release[1])
		case snapshots > 0 && older(release, mayastorSnapshots):
			g.add("engine", title, Cannot, "Mayastor resizes volumes with snapshots from 2.7 on, and this is %d.%d", release[0], release[1])
		default:
			g.add("engine", title, Fits, "Mayastor %d.%d resizes volumes while they are used", release[0], release[1])
		}
	default:
		g.blind("engine", title, "whether the driver %s resizes volumes is not known", v.Driver)
	}
}

func snapshotsOf(inv *models.Inventory, v *models.Volume) int {
	n := 0
	for i := range inv.Snapshots {
		if inv.Snapshots[i].Volume == v.Name && inv.Snapshots[i].Ready {
			n++
		}
	}
	return n
}

// releaseOf returns the oldest release of an engine that its pods are labelled with.
func releaseOf(inv *models.Inventory, e models.Engine) (release [2]int, known bool) {
	for _, c := range inv.Components {
		if c.Engine != e {
			continue
		}
		for _, version := range c.Versions {
			parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
			if len(parts) < 2 {
				continue
			}
			major, err1 := strconv.Atoi(parts[0])
			minor, err2 := strconv.Atoi(parts[1])
			if err1 == nil && err2 == nil && (!known || older([2]int{major, minor}, release)) {
				release, known = [2]int{major, minor}, true
			}
		}
	}
	return release, known
}

func older(a, b [2]int) bool { return a[0] < b[0] || a[0] == b[0] && a[1] < b[1] }

// condition says whether the volume is in a condition to be resized.
func (g *Growth) condition(inv *models.Inventory) {
	v := g.Volume
	name := cmp.Or(v.Claim, v.Name)
	switch {
	case v.ClaimPhase != "Bound":
		g.add("PersistentVolume", v.Name, Cannot, "no claim is bound to it, and a volume is resized by its claim")
	case !v.Size.IsKnown():
		g.blind("PersistentVolumeClaim", name, "its size is not known")
	case v.Health == models.Down || v.Health == models.Awaiting:
		g.add("volume", name, Cannot, "it is %s, and only a volume that works is resized", v.Health)
	case v.Requested > v.Size:
		g.add("PersistentVolumeClaim", name, Tight, "a resize to %s is asked for already and not done", v.Requested)
	case v.Health == models.Unknown:
		g.blind("volume", name, "how it is is not known")
	case v.Engine == models.Mayastor && v.Health != models.Healthy:
		g.add("volume", name, Cannot, "it is %s, and Mayastor resizes only volumes whose replicas are all online", v.Health)
	case v.Health != models.Healthy:
		g.add("volume", name, Tight, "it is %s: a resize waits until its replicas are there", v.Health)
	case len(v.Pods) == 0 && inv.Unread["Pod"]:
		g.add("volume", name, Fits, "it is healthy; whether a pod uses it is not known, and its file system grows while one mounts it")
	case len(v.Pods) == 0:
		g.add("volume", name, Fits, "it is healthy; no pod uses it, so its file system grows when the next one mounts it")
	default:
		g.add("volume", name, Fits, "it is healthy")
	}
}

// pools holds the volume's own pools against what it would take more.
func (g *Growth) pools(inv *models.Inventory, more models.Bytes) {
	v := g.Volume
	if v.Engine != models.LVM && v.Engine != models.ZFS && v.Engine != models.CStor && v.Engine != models.Mayastor {
		return
	}
	found := holding(inv, v)
	if len(found) == 0 {
		g.blind("pool", strings.Join(v.Pools, ", "), "what room its pools have is not known")
	}
	for _, p := range found {
		g.pool(p, more)
	}
}

// holding returns the pools that a volume would take more of: those of its replicas, or its volume group or thin pool.
func holding(inv *models.Inventory, v *models.Volume) []*models.Pool {
	var all []*models.Pool
	for i := range inv.Pools {
		p := &inv.Pools[i]
		switch {
		case p.Engine != v.Engine:
		case v.Local():
			thin := p.Kind == "thin pool"
			inside := slices.Contains(v.Pools, p.Name) && p.Node == v.Node
			if inside && (v.Engine != models.LVM || thin == (v.Thin && hasThin(inv, v))) {
				all = append(all, p)
			}
		case slices.ContainsFunc(v.Replicas, func(r models.Replica) bool { return r.Pool == p.Name && (r.Node == "" || r.Node == p.Node) }):
			all = append(all, p)
		}
	}
	return all
}

// hasThin reports whether the thin pool of a volume is known.
func hasThin(inv *models.Inventory, v *models.Volume) bool {
	return slices.ContainsFunc(inv.Pools, func(p models.Pool) bool {
		return p.Engine == v.Engine && p.Node == v.Node && p.Kind == "thin pool" && slices.Contains(v.Pools, p.Name)
	})
}

func (g *Growth) pool(p *models.Pool, more models.Bytes) {
	v := g.Volume
	kind, name := cmp.Or(p.Kind, "pool"), p.Name
	if p.Node != "" {
		name += " on " + p.Node
	}
	switch {
	case p.Health == models.Down:
		g.add(kind, name, Cannot, "it is down%s", bracketed(p.State))
		return
	case p.ReadOnly:
		g.add(kind, name, Cannot, "it is read-only")
		return
	case !p.Free.IsKnown():
		g.blind(kind, name, "its free space is not known")
		return
	case p.Engine == models.LVM && p.Health == models.Degraded:
		g.add(kind, name, Cannot, "it lost a disk, and LVM changes nothing in a group with a missing disk")
		return
	}
	free, bound := p.Free, " free"
	if p.Engine == models.CStor && p.Limit > 0 {
		if left := models.Bytes(float64(p.Used+p.Free)*p.Limit/100) - p.Used; left < free {
			free, bound = max(0, left), fmt.Sprintf(" left before it turns read-only (at %.0f%%)", p.Limit)
		}
	}
	loose := v.Thin || p.Engine == models.CStor // nothing is reserved
	f := g.add(kind, name, Fits, "%s%s, %s more are needed", free, bound, more)
	switch {
	case more == 0:
		f.Says = free.String() + bound
	case loose && p.Engine == models.Mayastor && p.Committed.IsKnown() && float64(p.Committed+more) > mayastorOvercommit*float64(p.Size):
		f.Fit, f.Says = Cannot, fmt.Sprintf("Mayastor promises at most 250%% of a pool, and %s of %s are promised", p.Committed, p.Size)
	case free < more && loose:
		f.Fit = Tight
		f.Says = fmt.Sprintf("%s%s: it can be made %s larger, since nothing is reserved, and has no more than that to grow into", free, bound, more)
	case free < more:
		f.Fit, f.Says = Cannot, fmt.Sprintf("%s%s, which is %s too little", free, bound, more-free)
	}
	if !loose {
		f.Room = free
	}
}

// quotas holds what the claim would ask for more against the quotas of its namespace.
func (g *Growth) quotas(inv *models.Inventory) {
	v := g.Volume
	more := g.To - max(v.Size, v.Requested)
	for _, r := range Quotas(inv, v.Namespace, v.StorageClass, max(0, more), false, func(string) bool { return true }) {
		if !r.Quota.Size.IsKnown() {
			continue
		}
		f := g.add("ResourceQuota", r.Quota.Namespace+"/"+r.Quota.Name, r.Fit, "%s", r.Why)
		f.Blind = r.Fit == Tight
		if free := r.Quota.Free(); free.IsKnown() {
			f.Room = free + max(0, v.Requested-v.Size)
		}
	}
}
