package semantic

import (
	"bytes"
	"compress/flate"
	"encoding/gob"
	"fmt"
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// file is a parser as it is written: its labellers and the words that it knows.
type file struct {
	Subjects, Acts, Marks, Roles []byte
	Words                        []nlp.Feature
}

// MarshalBinary returns the parser as [Unmarshal] reads it. The same parser gives the same bytes.
func (p *Parser) MarshalBinary() ([]byte, error) {
	f := file{}
	for _, part := range p.parts(&f) {
		var err error
		if *part.bytes, err = (*part.labeller).MarshalBinary(); err != nil {
			return nil, err
		}
	}
	for w, often := range p.words {
		if often {
			f.Words = append(f.Words, w)
		}
	}
	slices.Sort(f.Words)
	var b bytes.Buffer
	z, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if err := gob.NewEncoder(z).Encode(f); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}

// Unmarshal reads a parser; conditions are those that it was trained with.
func Unmarshal(data []byte, conditions map[string][]models.Filter) (*Parser, error) {
	var f file
	if err := gob.NewDecoder(flate.NewReader(bytes.NewReader(data))).Decode(&f); err != nil {
		return nil, fmt.Errorf("reading a parser: %w", err)
	}
	p := &Parser{conditions: conditions, words: make(map[nlp.Feature]bool, len(f.Words))}
	for _, part := range p.parts(&f) {
		var err error
		if *part.labeller, err = nlp.UnmarshalLabeller(*part.bytes); err != nil {
			return nil, fmt.Errorf("reading a parser: %w", err)
		}
	}
	for _, w := range f.Words {
		p.words[w] = true
	}
	return p, nil
}

type part struct {
	labeller **nlp.Labeller
	bytes    *[]byte
}

func (p *Parser) parts(f *file) []part {
	return []part{{&p.subjects, &f.Subjects}, {&p.acts, &f.Acts}, {&p.marks, &f.Marks}, {&p.roles, &f.Roles}}
}
