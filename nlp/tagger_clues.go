package nlp

import (
	"cmp"
	"slices"
)

// The kinds of clues: pieces of an utterance that tell which label a token may have.
const (
	clueWord   = iota // the token's word
	clueBefore        // the word with the one before it
	clueAfter         // and with the one behind it
	clueKinds
)

// clues say of words and of pairs of words which labels they had in training. The field is trained on what they say of an
// utterance without that utterance itself, and so learns how far to trust them: a word that was a city elsewhere is
// probably one here, and a word seen nowhere else is probably part of a name.
type clues struct {
	known *keyTable
	first []int32
	codes []uint16 // of clue i: codes[first[i]:first[i+1]]
}

// told are the codes of a token's clues, by kind.
type told [clueKinds][]uint16

// keys returns the clues of the word at w[at].
func clueKeys(w []uint64, at int) [clueKinds]uint32 {
	return [clueKinds]uint32{
		featureKey(clueWord, w[at]),
		featureKey(clueBefore, w[at-1], w[at]),
		featureKey(clueAfter, w[at], w[at+1]),
	}
}

// of returns what the clues say of each token of an utterance with padded words w.
func (c *clues) of(w []uint64) []told {
	all := make([]told, len(w)-2*padding)
	for i := range all {
		for kind, key := range clueKeys(w, i+padding) {
			if id := c.known.id(key); id >= 0 {
				all[i][kind] = c.codes[c.first[id]:c.first[id+1]]
			}
		}
	}
	return all
}

// sighting is a clue at a token of an example.
type sighting struct {
	key            uint32
	example, token int32
	kind           int32
	label          uint16
}

// learnClues collects the clues of examples, and returns with them what they say of each example without itself.
func learnClues(examples []tagged, numbers [][]uint16) (*clues, [][]told) {
	var all []sighting
	saying := make([][]told, len(examples))
	for i, ex := range examples {
		w := padded(ex.units)
		saying[i] = make([]told, len(ex.units))
		for t := range ex.units {
			for kind, key := range clueKeys(w, t+padding) {
				all = append(all, sighting{key, int32(i), int32(t), int32(kind), numbers[i][t]})
			}
		}
	}
	slices.SortFunc(all, func(a, b sighting) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.example, b.example), cmp.Compare(a.token, b.token), cmp.Compare(a.kind, b.kind))
	})
	c := &clues{first: []int32{0}}
	common := commonWord(len(all) / clueKinds)
	var keys []uint32
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].key == all[0].key {
			n++
		}
		group := all[:n]
		all = all[n:]
		var total tally
		for _, s := range group {
			total.add(s.label, 1)
		}
		if codes := total.codes(group[0].kind == clueWord, common); len(codes) > 0 {
			keys = append(keys, group[0].key)
			c.codes = append(c.codes, codes...)
			c.first = append(c.first, int32(len(c.codes)))
		}
		for len(group) > 0 {
			n := 1
			for n < len(group) && group[n].example == group[0].example {
				n++
			}
			for _, s := range group[:n] {
				total.add(s.label, -1)
			}
			codes := total.codes(group[0].kind == clueWord, common)
			for _, s := range group[:n] {
				saying[s.example][s.token][s.kind] = codes
				total.add(s.label, 1)
			}
			group = group[n:]
		}
	}
	c.known = newKeyTable(keys)
	return c, saying
}

// tally is how often a clue had each label.
type tally struct {
	labels []uint16
	n      []int
	sum    int
}

func (c *tally) add(label uint16, n int) {
	i, ok := slices.BinarySearch(c.labels, label)
	if !ok {
		c.labels = slices.Insert(c.labels, i, label)
		c.n = slices.Insert(c.n, i, 0)
	}
	c.n[i] += n
	c.sum += n
}

// The codes of how often a word occurs: once, and then oftener and oftener.
const (
	codeOften  = 0xfff0
	codeCommon = codeOften + 3
)

// commonWord returns how often a word occurs, of a number of words, that tells something by itself rather than by what it
// is a part of the name of.
func commonWord(words int) int { return min(max(words/5000, 3), 20) }

// codes returns what a tally says: of a word how often it occurs, then the labels that a tenth, half or nine tenths of
// its sightings have. Common is how often a common word occurs.
func (c *tally) codes(word bool, common int) []uint16 {
	if c.sum == 0 {
		return nil
	}
	var to []uint16
	if word {
		often := uint16(codeOften)
		for _, bound := range [...]int{2, (common + 2) / 4, common, 5 * common} {
			if c.sum >= bound {
				often++
			}
		}
		to = append(to, often)
	}
	for i, n := range c.n {
		label := c.labels[i] << 2
		if n > 0 && n*10 >= c.sum {
			to = append(to, label)
			if n*2 >= c.sum {
				to = append(to, label|1)
			}
			if n*10 >= c.sum*9 && n > 2 {
				to = append(to, label|2)
			}
		}
	}
	return to
}
