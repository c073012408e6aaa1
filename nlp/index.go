package nlp

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// Index is a [Gazetteer] that is kept up to date as names come and go. It is safe for concurrent use. A hundred thousand
// names take some 30 MB.
//
// It holds each name three times: by its words, for references that spell it in full; in order, for references that are
// the beginning of it; and by its letters, for references with typos. Names that end in a random word ("cspc-p4vn") it holds by that
// too.
type Index struct {
	mu     sync.RWMutex
	ids    map[Name]int32
	names  []indexed
	free   []int32          // ids that are not in use
	spelt  map[uint64]int32 // by the hash of its words: the first of a chain
	order  prefixes
	ends   map[string][]int32 // by the random word at their end
	fuzzy  letters
	scopes map[string]int // how many names have it as scope or group
}

// indexed is a name in the index.
type indexed struct {
	Name
	lower string
	words uint64 // hash of its words in alphabetical order
	next  int32  // in the chain of names with the same words; -1 ends it
}

// The scores of candidates. From acceptable on they are what the reference means; below it they are near misses.
const (
	scoreExact     = 1
	scoreWords     = 0.97 // the same words in another order or with other separators
	scorePrefix    = 0.9  // the beginning of this name only
	scorePrefixes  = 0.75 // the beginning of several names
	scoreTypo      = 0.85 // one typo
	scoreTypos     = 0.7  // two typos
	acceptable     = 0.6
	scoreOtherKind = 0.5 // the name is right, its scope is not
	scoreNear      = 0.5 // at most: a near miss
)

// nearTypos are the scores of near misses by how many typos they are from the reference.
var nearTypos = [...]float64{scoreNear, scoreNear, 0.48}

// NewIndex returns an index of the given names.
func NewIndex(names ...Name) *Index {
	x := &Index{ids: map[Name]int32{}, spelt: map[uint64]int32{}, ends: map[string][]int32{}, scopes: map[string]int{}}
	for _, n := range names {
		x.Add(n)
	}
	return x
}

// Add adds a name. Adding it again changes nothing.
func (x *Index) Add(n Name) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, ok := x.ids[n]; ok || n.Value == "" {
		return
	}
	e := indexed{Name: n, lower: strings.ToLower(n.Value), next: -1}
	e.words = wordsKey(e.lower)
	id := int32(len(x.names))
	if k := len(x.free); k > 0 {
		id, x.free = x.free[k-1], x.free[:k-1]
		x.names[id] = e
	} else {
		x.names = append(x.names, e)
	}
	x.ids[n] = id
	if first, ok := x.spelt[e.words]; ok {
		x.names[id].next = first
	}
	x.spelt[e.words] = id
	x.order.add(e.lower, id)
	x.fuzzy.add(e.lower, id)
	if end := randomEnd(e.lower); end != "" {
		x.ends[end] = append(x.ends[end], id)
	}
	for _, s := range [...]string{n.Scope, n.Group} {
		if s != "" {
			x.scopes[strings.ToLower(s)]++
		}
	}
}

// Remove removes a name. Removing one that is not there changes nothing.
func (x *Index) Remove(n Name) {
	x.mu.Lock()
	defer x.mu.Unlock()
	id, ok := x.ids[n]
	if !ok {
		return
	}
	e := x.names[id]
	delete(x.ids, n)
	x.unchain(id)
	x.order.remove(e.lower, id)
	x.fuzzy.remove(e.lower, id)
	if end := randomEnd(e.lower); end != "" {
		if left := slices.DeleteFunc(x.ends[end], func(other int32) bool { return other == id }); len(left) > 0 {
			x.ends[end] = left
		} else {
			delete(x.ends, end)
		}
	}
	for _, s := range [...]string{n.Scope, n.Group} {
		if s = strings.ToLower(s); s == "" {
			continue
		}
		if x.scopes[s]--; x.scopes[s] == 0 {
			delete(x.scopes, s)
		}
	}
	x.names[id] = indexed{}
	x.free = append(x.free, id)
}

// unchain takes a name out of the chain of its words.
func (x *Index) unchain(id int32) {
	e := x.names[id]
	first := x.spelt[e.words]
	switch {
	case first == id && e.next < 0:
		delete(x.spelt, e.words)
	case first == id:
		x.spelt[e.words] = e.next
	default:
		for x.names[first].next != id {
			first = x.names[first].next
		}
		x.names[first].next = e.next
	}
}

// Len returns the number of names.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.ids)
}

// Exact implements [Gazetteer].
func (x *Index) Exact(reference string, limit int) []Candidate {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return best(x.exact(cleanReference(reference)), limit)
}

// Lookup implements [Gazetteer].
func (x *Index) Lookup(reference string, limit int) []Candidate {
	x.mu.RLock()
	defer x.mu.RUnlock()
	ref := cleanReference(reference)
	if ref == "" || limit <= 0 {
		return nil
	}
	found := x.exact(ref)
	if one, plural := strings.CutSuffix(ref, "s"); len(found) == 0 && plural {
		found = x.exact(one) // "the node-1s"
	}
	if len(found) > 0 {
		return best(found, limit)
	}
	scope, name := cutScope(ref)
	for _, search := range [...]func(string, int) []Candidate{x.prefix, x.end, x.typos, x.near} {
		if found := x.scoped(search(name, 4*limit), scope); len(found) > 0 {
			return best(found, limit)
		}
	}
	return nil
}

// cleanReference returns a reference in lower case without the quotes and signs around it; "" if there are several words before a slash: of
// "describe shop/data-0" the last one alone is a reference.
func cleanReference(ref string) string {
	ref = strings.ToLower(strings.Trim(ref, " \t\r\n\"'`.,;:!?()[]{}<>*"))
	if scope, _ := cutScope(ref); strings.ContainsAny(scope, " \t\r\n") {
		return ""
	}
	return ref
}

// cutScope cuts "scope/name" at its last slash.
func cutScope(ref string) (scope, name string) {
	if i := strings.LastIndexByte(ref, '/'); i >= 0 {
		return ref[:i], ref[i+1:]
	}
	return "", ref
}

func (x *Index) exact(ref string) []Candidate {
	scope, name := cutScope(ref)
	var found []Candidate
	first, ok := x.spelt[wordsKey(name)]
	for id := first; ok && id >= 0; id = x.names[id].next {
		e := &x.names[id]
		switch {
		case e.lower == name:
			found = append(found, Candidate{e.Name, scoreExact})
		case sameWords(e.lower, name):
			found = append(found, Candidate{e.Name, scoreWords})
		}
	}
	return x.scoped(found, scope)
}

// scoped keeps the candidates of the scope written before a slash: a namespace, a cluster or a type. Where it is a known
// scope but of other names, all are near misses; where it is none ("pvc/data"), it says nothing.
func (x *Index) scoped(found []Candidate, scope string) []Candidate {
	if scope == "" || len(found) == 0 {
		return found
	}
	if of := inScope(found, scope); len(of) > 0 {
		return of
	}
	if x.scopes[scope] > 0 {
		for i := range found {
			found[i].Score *= scoreOtherKind
		}
	}
	return found
}

// inScope returns the candidates of a namespace, a cluster or a type.
func inScope(found []Candidate, scope string) []Candidate {
	var of []Candidate
	for _, c := range found {
		if strings.EqualFold(c.Scope, scope) || strings.EqualFold(c.Group, scope) || strings.EqualFold(c.Type, scope) {
			of = append(of, c)
		}
	}
	return of
}

// prefix returns the names that begin with ref.
func (x *Index) prefix(ref string, limit int) []Candidate {
	if len(ref) < 3 {
		return nil
	}
	var found []Candidate
	values := map[string]bool{}
	for id := range x.order.from(ref) {
		if longerNumber(ref, x.names[id].lower) {
			continue
		}
		if found = append(found, Candidate{x.names[id].Name, scorePrefixes}); len(found) == limit {
			break
		}
		values[x.names[id].Value] = true
	}
	if len(values) == 1 {
		for i := range found {
			found[i].Score = scorePrefix
		}
	}
	return found
}

// stampDigits is how many digits a time or the like has at least, of which the beginning says enough.
const stampDigits = 6

// longerNumber reports whether ref ends in a number of which a name, that begins with ref, has a longer one: mysql-1 is not mysql-10.
// The beginning of what is random is none: "pvc-68".
func longerNumber(ref, name string) bool {
	from := len(ref)
	for from > 0 && isDigit(ref[from-1]) {
		from--
	}
	to := from
	for to < len(name) && isDigit(name[to]) {
		to++
	}
	if digits := len(ref) - from; digits == 0 || digits >= stampDigits || to <= len(ref) || to < len(name) && isLetter(name[to]) {
		return false
	}
	for from > 0 && wordByte(name[from-1]) {
		if from--; isDigit(name[from]) {
			return false // "a6b12"
		}
	}
	return uuidAt(name) < 0
}

// end returns the names that end in the random word ref.
func (x *Index) end(ref string, limit int) []Candidate {
	ids, score := x.ends[ref], scorePrefix
	if slices.ContainsFunc(ids, func(id int32) bool { return x.names[id].Value != x.names[ids[0]].Value }) {
		score = scorePrefixes
	}
	var found []Candidate
	for _, id := range ids[:min(len(ids), limit)] {
		found = append(found, Candidate{x.names[id].Name, score})
	}
	return found
}

// randomEnd returns the last word of a name if it is a random one, of letters and digits, by which people call it: "p4vn" of
// "cspc-p4vn". UUIDs have none.
func randomEnd(name string) string {
	end := name[strings.LastIndexFunc(name, func(r rune) bool { return r < 0x80 && isSeparator(byte(r)) })+1:]
	letters, digits := 0, 0
	for i := range len(end) {
		if isDigit(end[i]) {
			digits++
		} else {
			letters++
		}
	}
	changes := letters > 0 && digits > 0 && !isNumber(strings.TrimLeft(end, "abcdefghijklmnopqrstuvwxyz")) // not "worker12"
	if len(end) == len(name) || len(end) < 4 || !changes || uuidAt(name) >= 0 {
		return ""
	}
	return end
}

// typos returns the names that ref spells with the fewest typos.
func (x *Index) typos(ref string, _ int) []Candidate {
	var found []Candidate
	least := 3
	for id := range x.fuzzy.near(ref) {
		d, ok := nameTypos(ref, x.names[id].lower)
		if !ok || d > least {
			continue
		}
		if d < least {
			least, found = d, found[:0]
		}
		found = append(found, Candidate{x.names[id].Name, [...]float64{scoreWords, scoreTypo, scoreTypos}[d]})
	}
	return found
}

// near returns the names that are a typo or two from ref, though in words so short that they may be others, and those that
// have the longest beginning in common with it.
func (x *Index) near(ref string, limit int) []Candidate {
	var found []Candidate
	letters := compact(ref)
	for id := range x.fuzzy.near(ref) {
		e := &x.names[id]
		if d := distance(letters, compact(e.lower), 2); d <= 2 && len(letters) > 3*d {
			found = append(found, Candidate{e.Name, nearTypos[d]})
		}
	}
	if len(found) > 0 {
		return found
	}
	for _, id := range x.order.around(ref) {
		e := &x.names[id]
		n := 0
		for n < min(len(ref), len(e.lower)) && ref[n] == e.lower[n] {
			n++
		}
		if n >= 4 && 2*n >= len(ref) {
			found = append(found, Candidate{e.Name, scoreNear * float64(n) / float64(max(len(ref), len(e.lower)))})
		}
		if len(found) == limit {
			break
		}
	}
	return found
}

// best sorts candidates, the likeliest first, and cuts them off at limit.
func best(found []Candidate, limit int) []Candidate {
	slices.SortFunc(found, func(a, b Candidate) int {
		return cmp.Or(-cmp.Compare(a.Score, b.Score), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Type, b.Type),
			cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Group, b.Group))
	})
	return slices.Clip(found[:min(len(found), limit)])
}

// Gazetteers joins gazetteers to one, such as those of several clusters.
type Gazetteers []Gazetteer

// Exact implements [Gazetteer].
func (gs Gazetteers) Exact(reference string, limit int) []Candidate {
	return gs.join(reference, limit, Gazetteer.Exact)
}

// Lookup implements [Gazetteer].
func (gs Gazetteers) Lookup(reference string, limit int) []Candidate {
	if found := gs.Exact(reference, limit); len(found) > 0 {
		return found
	}
	return gs.join(reference, limit, Gazetteer.Lookup)
}

// join returns the best of what all find. A scope that one of them does not know is no scope there, but may be one elsewhere.
func (gs Gazetteers) join(reference string, limit int, find func(Gazetteer, string, int) []Candidate) []Candidate {
	var found []Candidate
	for _, g := range gs {
		found = append(found, find(g, reference, limit)...)
	}
	if scope, _ := cutScope(cleanReference(reference)); scope != "" {
		if of := inScope(found, scope); len(of) > 0 {
			found = of
		}
	}
	return best(found, limit)
}
