package nlp

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"hash/crc32"
	"math"
	"sync"
)

// vectorFile has the vectors of the commonest words of English; vectors/main.go made it and says what it holds.
//
//go:embed vectors/words.bin
var vectorFile []byte

// wordVectors are vectors that are near one another for words that mean something similar.
type wordVectors struct {
	words *vocabulary // by the hash of a word; the commonest first
	steps []float32   // by dimension: what a unit of its byte is worth
	rows  []byte
	sum   uint32 // a hash of all of it, by which a model knows the vectors that it was trained with
}

// builtinVectors returns the vectors that come with the package. They are read when they are first needed.
var builtinVectors = sync.OnceValue(func() *wordVectors { return readVectors(vectorFile) })

func readVectors(file []byte) *wordVectors {
	words, dims := int(binary.LittleEndian.Uint32(file)), int(binary.LittleEndian.Uint32(file[4:]))
	t := &wordVectors{steps: make([]float32, dims), sum: crc32.ChecksumIEEE(file)}
	file = file[8:]
	for d := range t.steps {
		t.steps[d] = math.Float32frombits(binary.LittleEndian.Uint32(file[4*d:]))
	}
	file = file[4*dims:]
	keys, ids := make([]uint64, words), make([]int32, words)
	for i := range keys {
		end := bytes.IndexByte(file, '\n')
		keys[i], ids[i] = hashString(hashStart, string(file[:end])), int32(i)
		file = file[end+1:]
	}
	t.words, t.rows = newVocabulary(keys, ids, words), file
	return t
}

// IsEnglish reports whether a word is one of the 20,000 commonest of English, by the order of the word vectors.
func IsEnglish(word string) bool {
	id := builtinVectors().words.id(hashString(hashStart, word))
	return id >= 0 && id < 20_000
}

// meaningLength is the length of a meaning.
const meaningLength = 4

// meaning returns what words mean together: the mean of their vectors, in which common words weigh little, after Arora,
// Liang and Ma, "A simple but tough-to-beat baseline for sentence embeddings", 2017. It is of the same length whatever the
// words are, or 0 if no word is known.
func (t *wordVectors) meaning(words []uint64) []float32 { return t.meaningIn(new(room), words) }

// meaningIn is meaning in a room: its next use overwrites what it returned.
func (t *wordVectors) meaningIn(r *room, words []uint64) []float32 {
	sum := sized(&r.meaning, len(t.steps))
	clear(sum)
	for _, w := range words {
		id := int(t.words.id(w))
		if id < 0 {
			continue
		}
		const usual = 1e-3
		often := 0.1 / float64(id+2) // Zipf's law: the share of the word in English
		weight := float32(usual / (usual + often))
		row := t.rows[id*len(sum) : (id+1)*len(sum)]
		for d, v := range row {
			sum[d] += weight * float32(int8(v))
		}
	}
	square := float32(0)
	for d, step := range t.steps {
		sum[d] *= step
		square += sum[d] * sum[d]
	}
	if square > 0 {
		asm.Sscal(len(sum), meaningLength/float32(math.Sqrt(float64(square))), sum, 1)
	}
	return sum
}
