package whatif

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Want is a volume that somebody would like to have.
type Want struct {
	Engine   models.Engine // "": of any engine
	Size     models.Bytes
	Replicas int    // 0: one
	Thin     *bool  // nil: not said
	Pool     string // a pool or a group of pools; "": any
	// Pattern is how the class names the volume groups that it takes, where that is by a pattern, and Holds says which these are; nil: any.
	Pattern string
	Holds   func(*models.Pool) bool
	// Unjudged are the parameters by which the class restricts its pools and which are not judged.
	Unjudged []string
	Node     string // "": any
	// Nodes are those that the topology of its class allows; nil: any. It binds the pools of local engines, whose volumes are used where they are.
	Nodes []string
	// Namespace is where its claim is to be, whose quotas then count, and Class its storage class; "": not said.
	Namespace, Class string
}

// Allows reports whether a pool is one of those that are asked for by name.
func (w *Want) Allows(p *models.Pool) bool {
	return (w.Pool == "" || p.Name == w.Pool || p.Group == w.Pool) && (w.Holds == nil || w.Holds(p))
}

// Fit is whether a place takes a volume.
type Fit int

// The fits.
const (
	Cannot Fit = iota
	Tight      // it does, with something to know first
	Fits
)

// Spot is a pool and whether the volume, or one of its replicas, fits into it.
type Spot struct {
	Pool *models.Pool
	Fit  Fit
	Why  string // it does not fit, or what to know first
	// Short says that the volume can be made there, since its space is not reserved, and not be filled.
	Short bool
}

// Placement is where a volume would fit on a cluster.
type Placement struct {
	Verdict Verdict
	Spots   []Spot          // every pool that was looked at, the fitting ones first, the emptiest first
	Nodes   int             // distinct nodes with a pool that takes it, of the family of pools that has most of them
	Needed  int             // of these
	Short   bool            // fewer than are needed have room for all of its data
	Blind   []models.Engine // engines of the cluster for which nobody knows the capacity
	Quotas  []Room          // what the quotas of its namespace say; one that forbids it makes the verdict No
}

// Forbidden returns the quota that forbids the volume, or nil.
func (p *Placement) Forbidden() *Room {
	if len(p.Quotas) > 0 && p.Quotas[0].Fit == Cannot {
		return &p.Quotas[0]
	}
	return nil
}

// Mayastor promises a thin volume's space only in part: its defaults for --pool-commitment and --volume-commitment-initial.
const (
	mayastorOvercommit = 2.5
	mayastorInitial    = 0.4
)

// Place says where a volume would fit. Pools of different nodes are never added up: a volume, or a replica of it, is in one.
func Place(inv *models.Inventory, w Want) Placement {
	p := Placement{Needed: max(1, w.Replicas)}
	families := map[string]map[string]Fit{} // by node
	filled := map[string]map[string]Fit{}   // the same, for all of its data
	for i := range inv.Pools {
		pool := &inv.Pools[i]
		if w.Engine != "" && pool.Engine != w.Engine || w.Node != "" && pool.Node != w.Node || !w.Allows(pool) || w.Engine == "" && p.Needed > 1 && pool.Engine.Local() {
			continue
		}
		s := judge(inv, pool, w)
		p.Spots = append(p.Spots, s)
		f := family(pool)
		if families[f] == nil {
			families[f], filled[f] = map[string]Fit{}, map[string]Fit{}
		}
		families[f][pool.Node] = max(families[f][pool.Node], s.Fit)
		if !s.Short {
			filled[f][pool.Node] = max(filled[f][pool.Node], s.Fit)
		}
	}
	good, roomy := 0, 0
	for f, nodes := range families {
		p.Nodes = max(p.Nodes, takers(nodes, Tight))
		roomy = max(roomy, takers(filled[f], Tight))
		good = max(good, takers(nodes, Fits))
	}
	for i := range p.Spots {
		s := &p.Spots[i]
		if n := takers(families[family(s.Pool)], Tight); s.Fit > Cannot && n < p.Needed && p.Nodes >= p.Needed {
			s.Fit, s.Why = Cannot, fmt.Sprintf("replicas are spread within one engine's pools, and one pool cluster's: %s has room on %s only", cmp.Or(s.Pool.Group, s.Pool.Engine.Title()), phrase.Count(n, "node", "nodes"))
		}
	}
	slices.SortStableFunc(p.Spots, func(a, b Spot) int {
		return cmp.Or(cmp.Compare(b.Fit, a.Fit), cmp.Compare(b.Pool.Free, a.Pool.Free))
	})
	switch {
	case good >= p.Needed:
		p.Verdict = Yes
	case p.Nodes >= p.Needed:
		p.Verdict, p.Short = YesBut, roomy < p.Needed
	default:
		p.Verdict = No
	}
	p.quotas(inv, w)
	for _, e := range inv.Engines {
		if (e == models.Hostpath || e == models.Jiva) && (w.Engine == "" || w.Engine == e) && w.Pool == "" {
			p.Blind = append(p.Blind, e)
		}
	}
	return p
}

// quotas adds what the quotas of the namespace say, where one is named.
func (p *Placement) quotas(inv *models.Inventory, w Want) {
	p.Quotas = Quotas(inv, w.Namespace, w.Class, w.Size, true, func(class string) bool {
		return slices.ContainsFunc(inv.StorageClasses, func(c models.StorageClass) bool {
			return c.Name == class && (w.Engine == "" || c.Engine == w.Engine)
		})
	})
	for _, r := range p.Quotas {
		switch {
		case r.Fit == Cannot:
			p.Verdict = No
		case r.Fit == Tight && p.Verdict == Yes:
			p.Verdict = YesBut
		}
	}
}

// family names the pools among which the replicas of one volume are spread: those of an engine and, for cStor, of one pool
// cluster.
func family(p *models.Pool) string {
	if p.Engine == models.CStor {
		return string(p.Engine) + "/" + p.Group
	}
	return string(p.Engine)
}

// takers counts the nodes that take a volume at least so well.
func takers(nodes map[string]Fit, least Fit) int {
	n := 0
	for _, fit := range nodes {
		if fit >= least {
			n++
		}
	}
	return n
}

// judge says whether a pool takes a volume or a replica of it.
func judge(inv *models.Inventory, p *models.Pool, w Want) Spot {
	s := Spot{Pool: p, Fit: Fits}
	if why := cmp.Or(s.barred(inv), s.excluded(w)); why != "" {
		s.Fit, s.Why = Cannot, why
		return s
	}
	switch p.Engine {
	case models.Mayastor:
		if s.mayastor(w); s.Fit > Cannot {
			s.ailing()
		}
	case models.CStor:
		s.cstor(w)
	case models.LVM:
		s.lvm(w)
	default:
		s.room(p.Free, w.Size)
	}
	if s.Fit > Cannot {
		s.reach(inv)
	}
	if s.Fit > Cannot && len(w.Unjudged) > 0 {
		s.Fit, s.Why = Tight, joined(s.Why, "its class may rule it out")
	}
	return s
}

// barred says what keeps a pool from taking anything.
func (s *Spot) barred(inv *models.Inventory) string {
	p := s.Pool
	switch {
	case p.Health == models.Down:
		if strings.EqualFold(p.State, "online") {
			return "the pool is down, though it says " + p.State
		}
		return "the pool is down" + bracketed(p.State)
	case inv.Ending(p):
		return "the pool is being deleted"
	case p.ReadOnly:
		return "the pool is read-only"
	case !p.Free.IsKnown():
		return "its free space is not known"
	case p.Engine == models.LVM && p.Health == models.Degraded:
		return "it lost a disk: LVM makes no volume in a group with a missing disk"
	}
	if n := node(inv, p.Node); n != nil && p.Engine == models.Mayastor && n.Closed != "" {
		return "its node is " + n.Closed
	}
	if a := idleAgent(inv, p); a != nil {
		return p.Engine.Title() + "'s agent on its node, which makes the volumes, does not work" + bracketed(phrase.Either(a.State == "Running", "Running, not ready", a.State))
	}
	return ""
}

// idleAgent returns an agent that should make the volumes in a pool of LVM or ZFS, if none of those on its node works; nil if one
// does or none is known. The pods of other engines serve their pools, so that without them those are down.
func idleAgent(inv *models.Inventory, p *models.Pool) *models.Agent {
	var idle *models.Agent
	for i := range inv.Agents {
		a := &inv.Agents[i]
		if a.Role != models.StorageAgent || a.Engine != p.Engine || a.Serves != p.Node || !p.Engine.Local() {
			continue
		}
		if a.Works() {
			return nil
		}
		idle = a
	}
	return idle
}

// excluded says that the storage class does not allow the pool's node.
func (s *Spot) excluded(w Want) string {
	if w.Nodes == nil || !s.Pool.Engine.Local() || slices.Contains(w.Nodes, s.Pool.Node) {
		return ""
	}
	if len(w.Nodes) == 0 {
		return "the topology of its class allows no node that there is"
	}
	return "the topology of its class allows " + phrase.Few(w.Nodes, 3) + " only"
}

// reach says what keeps a pod from the pool's node, where volumes are only used on their own node, or is worth knowing.
func (s *Spot) reach(inv *models.Inventory) {
	n := node(inv, s.Pool.Node)
	if n == nil {
		return
	}
	why := Takes(n)
	switch {
	case why == "":
	case s.Pool.Engine.Local():
		s.Fit, s.Why = Cannot, "its node "+why+", so that no pod could use it there"
	case n.Cordoned:
		s.Fit, s.Why = Tight, joined(s.Why, "its node "+why+", which keeps pods away, not replicas")
	}
}

func (s *Spot) room(free, size models.Bytes) {
	if free < size {
		s.Fit, s.Why = Cannot, fmt.Sprintf("%s too little", size-free)
	}
}

// short says that a volume can be made and not be filled.
func (s *Spot) short(format string, args ...any) {
	s.Fit, s.Why, s.Short = Tight, fmt.Sprintf(format, args...), true
}

// mayastor judges a DiskPool. A thick replica takes all its space at once; a thin one takes a part of it, and the pool may be
// promised more than it has.
func (s *Spot) mayastor(w Want) {
	p := s.Pool
	if w.Thin == nil || !*w.Thin {
		if s.room(p.Free, w.Size); s.Fit == Cannot && s.thinFits(w) {
			s.Why += " (a thin one would fit)"
		}
		return
	}
	switch {
	case !s.thinFits(w):
		s.Fit, s.Why = Cannot, fmt.Sprintf("Mayastor wants 40%% of it free, and at most 250%% of the pool promised: %s are free, %s promised", p.Free, p.Committed)
	case p.Free < w.Size:
		s.short("thin: it can be made, and has only %s to grow into", p.Free)
	case p.Committed.IsKnown() && p.Committed+w.Size > p.Size:
		s.Fit, s.Why = Tight, fmt.Sprintf("thin: the pool would be over-committed, %.0f%% promised", float64(p.Committed+w.Size)/float64(p.Size)*100)
	}
}

// ailing warns of a pool that Mayastor still gives replicas to though it is not well.
func (s *Spot) ailing() {
	p := s.Pool
	switch {
	case p.Health == models.Degraded:
		s.Fit, s.Why = Tight, joined("the pool is degraded"+bracketed(phrase.Either(p.State == "Online", "", p.State))+colon(p.Error), s.Why)
	case p.Error != "":
		s.Fit, s.Why = Tight, joined("the pool reports "+p.Error, s.Why)
	}
}

func (s *Spot) thinFits(w Want) bool {
	p := s.Pool
	return float64(p.Free) >= mayastorInitial*float64(w.Size) &&
		(!p.Committed.IsKnown() || float64(p.Committed+w.Size) <= mayastorOvercommit*float64(p.Size))
}

// cstor judges a pool instance. cStor reserves nothing, so a volume of any size can be made; it has what is left up to the
// share at which the pool turns read-only.
func (s *Spot) cstor(w Want) {
	p := s.Pool
	left := p.Free
	if p.Limit > 0 {
		left = min(left, models.Bytes(float64(p.Used+p.Free)*p.Limit/100)-p.Used)
	}
	switch {
	case p.Free <= 0:
		s.Fit, s.Why = Cannot, "it is full"
	case left <= 0:
		s.Fit, s.Why = Cannot, fmt.Sprintf("it is over the %.0f%% at which it turns read-only", p.Limit)
	case left < w.Size && left < p.Free:
		s.short("cStor reserves nothing, so it can be made, but the pool turns read-only (at %.0f%%) after %s more", p.Limit, left)
	case left < w.Size:
		s.short("cStor reserves nothing, so it can be made, but only %s are free", left)
	case p.Health == models.Degraded:
		s.Fit, s.Why = Tight, "the pool is degraded"
	}
}

// lvm judges a volume group by its own free space, for thick volumes, and a thin pool for thin ones.
func (s *Spot) lvm(w Want) {
	p := s.Pool
	thin := p.Kind == "thin pool"
	switch {
	case thin && w.Thin != nil && !*w.Thin:
		s.Fit, s.Why = Cannot, "it is for thin volumes only"
	case thin && p.Free < w.Size && w.Thin == nil:
		s.room(p.Free, w.Size)
		s.Why += ", and it is for thin volumes only"
	case thin && p.Free < w.Size:
		s.short("thin: it can be made, and has only %s to grow into", p.Free)
	case thin && p.Committed.IsKnown() && p.Committed+w.Size > p.Size:
		s.Fit, s.Why = Tight, fmt.Sprintf("for thin volumes only: the pool would be over-committed, %.0f%% promised", float64(p.Committed+w.Size)/float64(p.Size)*100)
	case thin && w.Thin == nil:
		s.Fit, s.Why = Tight, "for thin volumes only"
	case !thin && w.Thin != nil && *w.Thin:
		if s.room(p.Free, w.Size); s.Fit == Cannot {
			s.Why += " in the group itself: thin volumes are judged by its thin pool"
		}
	default:
		s.room(p.Free, w.Size)
	}
}

func node(inv *models.Inventory, name string) *models.Node {
	for i := range inv.Nodes {
		if inv.Nodes[i].Name == name {
			return &inv.Nodes[i]
		}
	}
	return nil
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

func colon(s string) string {
	if s == "" {
		return ""
	}
	return ": " + s
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
