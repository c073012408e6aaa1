package nlp

import "unicode"

// seen is a token as the tagger sees it.
type seen struct {
	word        string // in lower case, or what stands for it: "<name>"
	text        string // as written
	kind        string // the entity that the recognisers found there
	first, last int    // tokens[first:last]
}

// The kinds of features. Those that look at a token and its neighbours are followed by room for each distance.
const (
	featAlways = iota + 1
	featWord   = featAlways + 1
	featPair   = featWord + 8
	featPiece  = featPair + 16
	featShape  = featPiece + 16
	featKind   = featShape + 16
	featFrame  = featKind + 8
	featOften  = featFrame + 24
	featClue   = featOften + 8
	featAll    = featClue + 16
)

// mixed makes one hash of two.
func mixed(a, b uint64) uint64 {
	h := (a ^ b) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// featureKey makes the key of a feature, of 32 bits, from its kind and parts. It is never 0.
func featureKey(kind int, parts ...uint64) uint32 {
	h := uint64(kind)
	for _, p := range parts {
		h = mixed(h+hashPrime, p)
	}
	return max(uint32(h^h>>32), 1)
}

// shapeOf returns a hash of the shape of a word: its capitals, other letters, digits and signs; repeats count once.
func shapeOf(s string) uint64 {
	h, before := uint64(hashStart), byte(0)
	for i, r := range s {
		c := byte('.')
		switch {
		case unicode.IsUpper(r):
			c = 'X'
		case unicode.IsLetter(r) || unicode.IsMark(r):
			c = 'x'
		case unicode.IsDigit(r):
			c = '9'
		case r < 128:
			c = byte(r)
		}
		if c != before {
			h = (h ^ uint64(c)) * hashPrime
		}
		before = c
		if i > maxLetter {
			break
		}
	}
	return h
}

// padding is how many tokens beyond the ends of an utterance features may look at.
const padding = 3

// padded returns the hashes of the words, with marks of how far beyond the ends the others are.
func padded(units []seen) []uint64 {
	w := make([]uint64, len(units)+2*padding)
	for i := range padding {
		w[i] = uint64(padding - i)
		w[len(w)-1-i] = uint64(2*padding - i)
	}
	for i, u := range units {
		w[i+padding] = hashString(hashStart, u.word)
	}
	return w
}

// observed are the keys of the features of an utterance, as sequence has their numbers.
type observed struct {
	keys []uint32
	ends []int32
	all  []uint32
}

// view is what the features of an utterance are made of; all with padding.
type view struct {
	words, shapes, kinds, frame []uint64
	told                        []told
}

// rareWord stands for a word in a frame.
const rareWord = 99

// newView looks at an utterance with padded words w. Lower hides how it is written.
func newView(units []seen, w []uint64, said []told, lower bool) *view {
	n := len(w)
	v := &view{words: w, told: said}
	rest := make([]uint64, 3*n)
	v.shapes, v.kinds, v.frame = rest[:n], rest[n:2*n], rest[2*n:]
	copy(v.frame, w)
	for i, u := range units {
		at := i + padding
		text := u.text
		if lower {
			text = u.word
		}
		v.shapes[at] = shapeOf(text)
		if u.kind != "" {
			v.kinds[at] = hashString(hashStart, u.kind)
		}
		if v.often(at) < codeCommon {
			v.frame[at] = rareWord
		}
	}
	return v
}

// often returns how often the word at a place occurs in training, as codeOften and its successors; 0 for never.
func (v *view) often(at int) uint64 {
	if at < padding || at >= len(v.words)-padding {
		return 1
	}
	if codes := v.told[at-padding][clueWord]; len(codes) > 0 {
		return uint64(codes[0])
	}
	return 0
}

// observe returns the features of an utterance.
func observe(units []seen, w []uint64, said []told, lower bool) observed {
	v := newView(units, w, said, lower)
	o := observed{keys: make([]uint32, 0, 72*len(units)), ends: make([]int32, len(units)), all: make([]uint32, len(units))}
	for i, u := range units {
		at := i + padding
		o.keys = append(o.keys, featAlways)
		o.keys = v.appendWords(o.keys, at)
		o.keys = appendPieces(o.keys, u.word)
		o.keys = v.appendShapes(o.keys, at)
		o.keys = v.appendFrame(o.keys, at)
		o.keys = v.appendClues(o.keys, at)
		o.ends[i] = int32(len(o.keys))
		o.all[i] = featureKey(featAll, w[at])
	}
	return o
}

func (v *view) appendWords(to []uint32, at int) []uint32 {
	w := v.words
	for d := -3; d <= 3; d++ {
		to = append(to, featureKey(featWord+d+3, w[at+d]))
	}
	return append(to,
		featureKey(featPair, w[at-1], w[at]),
		featureKey(featPair+1, w[at], w[at+1]),
		featureKey(featPair+2, w[at-2], w[at-1]),
		featureKey(featPair+3, w[at+1], w[at+2]),
		featureKey(featPair+4, w[at-1], w[at+1]),
		featureKey(featPair+5, w[at-2], w[at-1], w[at]),
		featureKey(featPair+6, w[at], w[at+1], w[at+2]),
		featureKey(featPair+7, w[at-1], w[at], w[at+1]),
		featureKey(featPair+8, w[padding], w[at]),
		featureKey(featPair+9, w[padding]),
	)
}

// appendPieces appends the beginnings and ends of a word.
func appendPieces(to []uint32, word string) []uint32 {
	h := uint64(hashStart)
	for j := 0; j < 4 && j < len(word); j++ {
		h = (h ^ uint64(word[j])) * hashPrime
		to = append(to, featureKey(featPiece+j, h))
	}
	h = hashStart
	for j := 0; j < 4 && j < len(word); j++ {
		h = (h ^ uint64(word[len(word)-1-j])) * hashPrime
		to = append(to, featureKey(featPiece+4+j, h))
	}
	return to
}

// appendShapes appends how a token and its neighbours are written and what the recognisers say of them.
func (v *view) appendShapes(to []uint32, at int) []uint32 {
	s := v.shapes
	to = append(to,
		featureKey(featShape, s[at]),
		featureKey(featShape+1, s[at-1]),
		featureKey(featShape+2, s[at+1]),
		featureKey(featShape+3, s[at-1], s[at]),
		featureKey(featShape+4, s[at], s[at+1]),
		featureKey(featShape+5, s[at-1], s[at], s[at+1]),
	)
	for d := -1; d <= 1; d++ {
		if v.kinds[at+d] != 0 {
			to = append(to, featureKey(featKind+d+1, v.kinds[at+d]))
		}
	}
	return to
}

// appendFrame appends the common words around a token: names, of which training has seen few, are left out.
func (v *view) appendFrame(to []uint32, at int) []uint32 {
	f := v.frame
	to = append(to,
		featureKey(featFrame, f[at-2], f[at-1], f[at]),
		featureKey(featFrame+1, f[at-1], f[at], f[at+1]),
		featureKey(featFrame+2, f[at], f[at+1], f[at+2]),
		featureKey(featFrame+3, f[at-2], f[at-1], f[at], f[at+1], f[at+2]),
		featureKey(featFrame+4, f[at-3], f[at-2], f[at-1], f[at]),
		featureKey(featFrame+5, f[at], f[at+1], f[at+2], f[at+3]),
	)
	left, right := at-1, at+1
	for f[left] == rareWord {
		left--
	}
	for f[right] == rareWord {
		right++
	}
	to = append(to,
		featureKey(featFrame+6, f[left], f[at]),
		featureKey(featFrame+7, f[right], f[at]),
		featureKey(featFrame+8, f[left], f[right], f[at]),
		featureKey(featFrame+9, f[left], uint64(min(at-left, 4))),
		featureKey(featFrame+10, f[right], uint64(min(right-at, 4))),
		featureKey(featFrame+11, f[max(left-1, 0)], f[left]),
		featureKey(featFrame+12, f[right], f[min(right+1, len(f)-1)]),
	)
	before, here, behind := v.often(at-1), v.often(at), v.often(at+1)
	return append(to,
		featureKey(featOften, here),
		featureKey(featOften+1, before, here),
		featureKey(featOften+2, here, behind),
		featureKey(featOften+3, before, here, behind),
	)
}

// appendClues appends what the clues say of a token and of its neighbours.
func (v *view) appendClues(to []uint32, at int) []uint32 {
	i := at - padding
	for d := max(i-1, 0); d <= min(i+1, len(v.told)-1); d++ {
		for _, code := range v.told[d][clueWord] {
			if code < codeOften {
				to = append(to, featureKey(featClue+d-i+1, uint64(code)))
			}
		}
	}
	for kind := clueBefore; kind < clueKinds; kind++ {
		for _, code := range v.told[i][kind] {
			to = append(to, featureKey(featClue+3+kind, uint64(code)))
		}
	}
	return to
}
