package nlp

import (
	"math"
	"math/bits"
	"slices"
	"time"
	"unicode/utf8"
)

// maxUtterance is how many bytes of an utterance are read. What stands behind them is ignored, so that a pasted file takes
// no longer than a long message.
const maxUtterance = 8 << 10

// Parse says what an utterance means. Names are those that it may refer to; nil for none. It never fails: what it cannot
// understand has no intent.
func (m *Model) Parse(utterance string, names Gazetteer) Parse {
	return m.ParseAt(utterance, names, m.extractor.now())
}

// ParseAt is Parse at another time than the clock's: what "today" is counted from.
func (m *Model) ParseAt(utterance string, names Gazetteer, now time.Time) Parse {
	if len(utterance) > maxUtterance {
		n := maxUtterance
		for n > 0 && !utf8.RuneStart(utterance[n]) {
			n--
		}
		utterance = utterance[:n]
	}
	tokens := tokenise(utterance)
	if m.extension != nil {
		return m.extension.parse(utterance, tokens, names, now)
	}
	found := m.extractor.extract(utterance, tokens, names, now)
	p := m.classify(tokens, found)
	for _, f := range found {
		p.Entities = append(p.Entities, f.Entity)
	}
	return p
}

// classify ranks the intents of an utterance.
func (m *Model) classify(tokens []token, entities []found) Parse {
	r := m.room()
	defer m.rooms.Put(r)
	features := m.extractor.featuresIn(r, tokens, entities)
	probabilities, known := m.classifier.probabilities(r, features)
	known = m.exact.certain(features, probabilities, m.Threshold()) || known
	p := Parse{Ranking: make([]Scored, len(m.intents))}
	for i, class := range r.rank(probabilities[:len(m.intents)]) {
		p.Ranking[i] = Scored{m.intents[class], probabilities[class]}
	}
	p.Confidence = p.Ranking[0].Confidence
	declined := m.fallback >= 0 && probabilities[m.fallback] >= p.Confidence
	if known && !declined && p.Confidence >= m.Threshold() {
		p.Intent = p.Ranking[0].Intent
	}
	return p
}

// rank returns the classes, which are at most 65,536, the likeliest first; equals in their order. A number that is not
// negative sorts like its bits do as an integer, with the class in the lowest 16 of them. Probabilities that differ in these
// bits only, by less than a ten-thousandth of a millionth, are equals.
//
// The bits are about the number's logarithm, over which probabilities are spread evenly: dealt out by the highest 8 of those
// that tell them apart, few are left to sort against each other.
func (r *room) rank(probabilities []float64) []uint16 {
	const low = 1<<16 - 1
	keys, dealt := sized(&r.keys, len(probabilities)), sized(&r.dealt, len(probabilities))
	for class, p := range probabilities {
		keys[class] = ^math.Float64bits(p)&^low | uint64(class)
	}
	least := slices.Min(keys)
	shift := max(0, bits.Len64(slices.Max(keys)-least)-8)
	var ends [257]int // of a hand, once it is dealt; before that, of the one before it
	for _, k := range keys {
		ends[(k-least)>>shift&0xff+1]++
	}
	for hand := range 256 {
		ends[hand+1] += ends[hand]
	}
	for _, k := range keys {
		end := &ends[(k-least)>>shift&0xff]
		dealt[*end] = k
		*end++
	}
	from := 0
	for _, end := range ends[:256] {
		switch end - from {
		case 0, 1:
		case 2:
			dealt[from], dealt[from+1] = min(dealt[from], dealt[from+1]), max(dealt[from], dealt[from+1])
		default:
			slices.Sort(dealt[from:end])
		}
		from = end
	}
	classes := sized(&r.ranked, len(dealt))
	for i, k := range dealt {
		classes[i] = uint16(k)
	}
	return classes
}
