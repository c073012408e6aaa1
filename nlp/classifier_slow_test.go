package nlp

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestClassifyExactly compares classification, bit by bit, with one that takes the shortest way to write down: utterances of
// known words, of unknown ones and of anything at all, short and long by turns, many at a time.
func TestClassifyExactly(t *testing.T) {
	many := &Data{}
	for i := range manyScored + 3 {
		for _, word := range []string{"show", "bring", "what of"} {
			many.Examples = append(many.Examples, Example{Intent: fmt.Sprint("thing-", i), Text: fmt.Sprintf("%s the %c%c please", word, 'a'+i%26, 'a'+i/26)})
		}
	}
	scored, err := Train(many, Options{LinearOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if scored.classifier.linear.rows == 0 {
		t.Fatal("no feature has a row: the test does not tell")
	}
	for name, m := range map[string]*Model{"rows": scored, "network": ordersModel(t, Options{})} {
		parallel(400, func(i int) {
			text := anything(rand.New(rand.NewPCG(uint64(i), 2)))
			tokens := tokenise(text)
			found := m.extractor.extract(text, tokens, nil, m.extractor.now())
			if got, want := m.classify(tokens, found).Ranking, classifySlowly(m, tokens, found); !slices.Equal(got, want) {
				t.Errorf("%s, %q: %v, want %v", name, text, got, want)
			}
		})
	}
}

// anything returns an utterance.
func anything(rnd *rand.Rand) string {
	known := strings.Fields("bring me a coffee tea cake pay the bill for juice soup is cold isn't awful show please what ab ba whats 12% ?")
	var words []string
	for range rnd.IntN(12) * (1 + rnd.IntN(2)*rnd.IntN(20)) {
		word := known[rnd.IntN(len(known))]
		if rnd.IntN(4) == 0 {
			letters := make([]byte, 1+rnd.IntN(3*maxLetter/2))
			for i := range letters {
				letters[i] = byte('a' + rnd.IntN(26))
			}
			word = string(letters)
		}
		if rnd.IntN(20) == 0 {
			word = string([]byte{byte(rnd.IntN(256)), byte(rnd.IntN(256))}) + word
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func classifySlowly(m *Model, tokens []token, found []found) []Scored {
	features := featuriseSlowly(m.extractor.words(nil, nil, tokens, found))
	c := m.classifier
	numbers := map[uint64]int32{}
	for _, s := range c.vocabulary.slots {
		numbers[s.key] = s.id
	}
	delete(numbers, 0)
	var ids [blocks][]int32
	var scale [blocks]float32
	for b, keys := range features[:blockMeaning] {
		for _, k := range keys {
			if id, ok := numbers[k]; ok {
				ids[b] = append(ids[b], id)
			}
		}
		scale[b] = float32(blockWeight[b] / math.Sqrt(float64(max(1, len(keys)))))
	}
	margins := marginsSlowly(c.linear, ids, scale)
	var logits []float32
	if c.network != nil {
		logits = logitsSlowly(c.network, ids, scale, c.vectors.meaning(features[blockMeaning]))
	}
	p := c.calibration.probabilities(nil, margins, logits)
	m.exact.certain(features, p, m.Threshold())
	var ranking []Scored
	for i, intent := range m.intents {
		ranking = append(ranking, Scored{intent, p[i]})
	}
	about := func(p float64) uint64 { return math.Float64bits(p) >> 16 }
	slices.SortStableFunc(ranking, func(a, b Scored) int { return cmp.Compare(about(b.Confidence), about(a.Confidence)) })
	return ranking
}

func marginsSlowly(m *linear, ids [blocks][]int32, scale [blocks]float32) []float32 {
	margins := slices.Clone(m.bias)
	for class := range margins {
		for b := range ids {
			var common []int32
			for _, id := range ids[b] {
				if id < m.rows {
					common = append(common, id)
				} else {
					margins[class] += scale[b] * m.weight(id, class)
				}
			}
			for some := range slices.Chunk(common, mostRows) {
				sum := 0.0
				for _, id := range some {
					sum += math.Round(float64(m.weight(id, class) / m.most * rowZero))
				}
				margins[class] += scale[b] * m.most / rowZero * float32(sum)
			}
		}
	}
	return margins
}

func logitsSlowly(n *network, ids [blocks][]int32, scale [blocks]float32, meaning []float32) []float32 {
	hidden := slices.Clone(n.shift)
	var top, all float32
	for unit := range hidden {
		for b := range ids {
			sum := 0
			for _, id := range ids[b] {
				sum += byteOf(n.row(id), unit)
			}
			hidden[unit] += scale[b] * n.step * float32(sum)
		}
		for d, v := range meaning {
			hidden[unit] += v * n.projection[d*n.hidden+unit]
		}
		hidden[unit] = max(hidden[unit], 0)
		top, all = max(top, hidden[unit]), all+hidden[unit]
	}
	step := max(top/(outHeights-1), all/float32(outMost-n.hidden/2))
	logits, weights := slices.Clone(n.bias), n.out.weights(n.hidden, len(n.bias))
	for class := range logits {
		sum := 0
		for unit, v := range hidden {
			sum += int(v/step+0.5) * int(math.Round(float64(weights[class*n.hidden+unit]/n.out.step)))
		}
		logits[class] += step * n.out.step * float32(sum)
	}
	return logits
}

func featuriseSlowly(words []word, values []string) (f [blocks][]uint64) {
	words = words[:min(len(words), maxWords)]
	hash := func(s string) uint64 { return hashString(hashStart, s) }
	before := uint64(1)
	var stems []uint64
	for i, w := range words {
		f[blockWords] = append(f[blockWords], hash(w.text), hashWord(hashWord(hashStart, before), hash(w.text)))
		before = hash(w.text)
		stems = append(stems, before)
		if !w.mask {
			stems[i] = hash(stem(w.text))
			f[blockMeaning] = append(f[blockMeaning], before)
			marked := "<" + w.text[:min(len(w.text), maxLetter)] + ">"
			for from := range len(marked) {
				for to := from + 2; to <= min(from+5, len(marked)); to++ {
					f[blockPieces] = append(f[blockPieces], hash(marked[from:to]))
				}
			}
		}
		for d := 2; d <= min(i, 4); d++ {
			f[blockPairs] = append(f[blockPairs], hashWord(hashWord(3, stems[i-d]), stems[i]))
		}
	}
	if len(words) > 0 {
		f[blockWords] = append(f[blockWords], hashWord(hashWord(hashStart, before), 2))
	}
	for _, v := range values {
		f[blockWords] = append(f[blockWords], hashString(4, v))
	}
	for b := range f[:blockMeaning] {
		if len(f[b]) > manyKeys {
			slices.Sort(f[b])
		}
		seen := map[uint64]bool{}
		f[b] = slices.DeleteFunc(f[b], func(k uint64) bool { again := seen[k]; seen[k] = true; return again })
	}
	return f
}
