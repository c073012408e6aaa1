package nlp

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// WriteYAML writes training data in the Rasa NLU YAML format, version 3.1. Reading it again gives the same data but for
// positions. It fails, before it writes anything, if something cannot be written so: a text with a line end, say.
func WriteYAML(w io.Writer, d *Data) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "version: %q\n\nnlu:\n", YAMLVersion)
	for i := 0; i < len(d.Examples); {
		intent := d.Examples[i].Intent
		var lines []string
		for ; i < len(d.Examples) && d.Examples[i].Intent == intent; i++ {
			line, err := formatAnnotated(d.Examples[i])
			if err != nil {
				return placeError(d.Examples[i].At, err)
			}
			lines = append(lines, line)
		}
		if err := writeItem(&b, "intent", intent, lines); err != nil {
			return placeError(d.Examples[i-1].At, err)
		}
	}
	for _, s := range d.Synonyms {
		if err := writeItem(&b, "synonym", s.Value, s.Examples); err != nil {
			return placeError(s.At, err)
		}
	}
	for _, l := range d.Lookups {
		if err := writeItem(&b, "lookup", l.Entity, l.Examples); err != nil {
			return placeError(l.At, err)
		}
	}
	for _, r := range d.Regexes {
		if err := writeItem(&b, "regex", r.Entity, r.Patterns); err != nil {
			return placeError(r.At, err)
		}
	}
	if len(d.Examples)+len(d.Synonyms)+len(d.Lookups)+len(d.Regexes) == 0 {
		b.Truncate(b.Len() - 1)
		b.WriteString(" []\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// placeError says where it was read what an error is about, if that is known.
func placeError(at Position, err error) error {
	if at.Line == 0 {
		return err
	}
	return fmt.Errorf("%s: %w", at, err)
}

func writeItem(b *bytes.Buffer, kind, name string, lines []string) error {
	if name == "" || len(lines) == 0 {
		return fmt.Errorf("%s %q cannot be written: it needs a name and an example", kind, name)
	}
	scalar := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}
	if oneLine(name) != name || strings.Contains(name, "\n") {
		scalar.Style = yaml.DoubleQuotedStyle
	}
	value, err := yaml.Marshal(&scalar)
	if err != nil {
		return fmt.Errorf("%s %q cannot be written: %w", kind, name, err)
	}
	fmt.Fprintf(b, "- %s: %s\n  examples: |\n", kind, bytes.TrimSpace(value))
	for _, line := range lines {
		if line == "" || line != strings.TrimSpace(oneLine(line)) || strings.Contains(line, "\n") {
			return fmt.Errorf("%s %q: %q cannot be written as one line", kind, name, line)
		}
		fmt.Fprintf(b, "    - %s\n", line)
	}
	return nil
}
