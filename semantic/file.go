package semantic

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// A parser is written as its parts, each packed by itself so that they can be read side by side: the four labellers, and the words that
// it knows. Before each stands how many bytes it has, as a varint.

// mostUnpacked is how many bytes a part has at most.
const mostUnpacked = 16 << 20

// MarshalBinary returns the parser as [Unmarshal] reads it. The same parser gives the same bytes.
func (p *Parser) MarshalBinary() ([]byte, error) {
	var file []byte
	for _, l := range p.labellers() {
		part, err := (*l).MarshalBinary()
		if err != nil {
			return nil, err
		}
		if file, err = appendPart(file, part); err != nil {
			return nil, err
		}
	}
	return appendPart(file, p.marshalWords())
}

// Unmarshal reads a parser; conditions are those that it was trained with.
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
			unpacked, err := unpack(part)
			switch {
			case err != nil:
			case i == len(labellers):
				err = p.unmarshalWords(unpacked)
			default:
				*labellers[i], err = nlp.UnmarshalLabeller(unpacked)
			}
			errs[i] = err
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("reading a parser: %w", err)
	}
	if !p.whole() {
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

func appendPart(file, part []byte) ([]byte, error) {
	var packed bytes.Buffer
	z, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(part); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return append(binary.AppendUvarint(file, uint64(packed.Len())), packed.Bytes()...), nil
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

func unpack(part []byte) ([]byte, error) {
	var unpacked bytes.Buffer
	unpacked.Grow(2 * len(part))
	if _, err := io.Copy(&unpacked, io.LimitReader(flate.NewReader(bytes.NewReader(part)), mostUnpacked)); err != nil {
		return nil, errDamaged
	}
	return unpacked.Bytes(), nil
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
