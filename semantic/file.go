package semantic

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// A parser is written as its parts, which can be read side by side: the five labellers, and the words that it knows. Before each stands how
// many bytes it has, as a varint.

// MarshalBinary returns the parser as [Unmarshal] reads it. The same parser gives the same bytes.
func (p *Parser) MarshalBinary() ([]byte, error) {
	var file []byte
	for _, l := range p.labellers() {
		part, err := (*l).MarshalBinary()
		if err != nil {
			return nil, err
		}
		file = appendPart(file, part)
	}
	return appendPart(file, p.marshalWords()), nil
}

// Unmarshal reads a parser; conditions are those that it was trained with. It fails if the file is damaged.
func Unmarshal(data []byte, conditions map[string][]models.Filter) (*Parser, error) {
	p := &Parser{conditions: conditions}
	labellers := p.labellers()
	parts, err := cutParts(data, len(labellers)+1)
	if err != nil {
		return nil, fmt.Errorf("reading a parser: %w", err)
	}
	errs := make([]error, len(parts))
	var all sync.WaitGroup
	for i, part := range parts {
		all.Go(func() {
			if i == len(labellers) {
				errs[i] = p.unmarshalWords(part)
				return
			}
			*labellers[i], errs[i] = nlp.UnmarshalLabeller(part)
		})
	}
	all.Wait()
	if errors.Join(errs...) != nil || !p.whole() {
		return nil, fmt.Errorf("reading a parser: %w", errDamaged)
	}
	p.index()
	return p, nil
}

// whole reports whether there is something to choose from in each labeller, and always a role for an anchor.
func (p *Parser) whole() bool {
	_, none := slices.BinarySearch(p.roles.Labels(), NoRole)
	return none && len(p.subjects.Labels()) > 0 && len(p.acts.Labels()) > 0 && len(p.ranks.Labels()) == 1
}

func (p *Parser) labellers() []**nlp.Labeller {
	return []**nlp.Labeller{&p.subjects, &p.acts, &p.marks, &p.roles, &p.ranks}
}

// errDamaged is why a file is no parser's.
var errDamaged = errors.New("the file ends early or is damaged; write it with “go test ./intents -run TestParserFile -update”")

func appendPart(file, part []byte) []byte {
	return append(binary.AppendUvarint(file, uint64(len(part))), part...)
}

// cutParts cuts a file into that many parts.
func cutParts(file []byte, n int) ([][]byte, error) {
	var parts [][]byte
	for range n {
		length, size := binary.Uvarint(file)
		if size <= 0 || length > uint64(len(file)-size) {
			return nil, errDamaged
		}
		end := size + int(length)
		parts, file = append(parts, file[size:end]), file[end:]
	}
	if len(file) > 0 {
		return nil, errDamaged
	}
	return parts, nil
}

// marshalWords writes the words that are known, in order, each as its distance from the one before.
func (p *Parser) marshalWords() []byte {
	var known []nlp.Feature
	for w, often := range p.words {
		if often {
			known = append(known, w)
		}
	}
	slices.Sort(known)
	var b []byte
	before := nlp.Feature(0)
	for _, w := range known {
		b = binary.AppendUvarint(b, uint64(w-before))
		before = w
	}
	return b
}

func (p *Parser) unmarshalWords(b []byte) error {
	p.words = map[nlp.Feature]bool{}
	w := uint64(0)
	for len(b) > 0 {
		step, size := binary.Uvarint(b)
		if size <= 0 || step > math.MaxUint64-w {
			return errDamaged
		}
		w += step
		b = b[size:]
		p.words[nlp.Feature(w)] = true
	}
	return nil
}
