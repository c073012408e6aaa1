package semantic

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ReadExamples reads training data: a line an example, its utterance, act and query in [Notation], with tabs between. Queries any of
// which is right have " || " between them. The piece "?" says that the sentence asks for something that no field holds, "+" that it
// takes more than one query. Empty lines and those that begin with # are left out, but that "#weight N" gives the examples behind it their
// weight.
func ReadExamples(r io.Reader) ([]Example, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var examples []Example
	n, weight := 0, 1
	for line := range strings.Lines(string(text)) {
		n++
		if number, ok := strings.CutPrefix(line, "#weight "); ok {
			if weight, err = strconv.Atoi(strings.TrimSpace(number)); err != nil || weight < 1 {
				return nil, fmt.Errorf("line %d: the weight %q is no number of at least 1", n, strings.TrimSpace(number))
			}
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 3 {
			return nil, fmt.Errorf("line %d has %d columns; write utterance, act, query", n, len(columns))
		}
		x := Example{Text: columns[0], Act: columns[1], Weight: weight}
		for _, notation := range strings.Split(columns[2], " || ") {
			all := strings.Fields(notation)
			kept := slices.DeleteFunc(slices.Clone(all), func(p string) bool { return p == "?" || p == "+" })
			x.Other, x.Beyond = x.Other || slices.Contains(all, "+"), x.Beyond || slices.Contains(all, "?")
			q, err := Parse(strings.Join(kept, " "))
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			x.Queries = append(x.Queries, q)
		}
		examples = append(examples, x)
	}
	return examples, nil
}
