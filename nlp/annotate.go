package nlp

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

// annotationError is a fault in an annotated example, at a byte offset of it.
type annotationError struct {
	offset        int
	problem, hint string
}

func (e *annotationError) Error() string { return e.problem + "; " + e.hint }

// parseAnnotated reads an example as it stands in a file: the text with its annotations taken out, and the annotations.
func parseAnnotated(s string) (string, []Annotation, error) {
	var text strings.Builder
	var found []Annotation
	for i := 0; i < len(s); {
		end, ok := annotated(s[i:])
		if !ok {
			text.WriteByte(s[i])
			i++
			continue
		}
		word := s[i+1 : i+end]
		a, used, err := parseMark(s[i+end+1:])
		if err != nil {
			err.offset += i
			return "", nil, err
		}
		if word == "" || strings.TrimSpace(word) != word {
			return "", nil, &annotationError{i, fmt.Sprintf("the text of an annotation, %q, is empty or has outer spaces", word),
				"put the words of the entity, and nothing else, between [ and ]"}
		}
		a.Start = text.Len()
		text.WriteString(word)
		a.End = text.Len()
		found = append(found, a)
		i += end + 1 + used
	}
	return text.String(), found, nil
}

// annotated reports whether s starts with "[text]" directly followed by "(" or "{", and where its "]" is. Other brackets
// are text.
func annotated(s string) (int, bool) {
	if s[0] != '[' {
		return 0, false
	}
	end := strings.IndexAny(s[1:], "[]") + 1
	if end == 0 || s[end] != ']' || end+1 >= len(s) {
		return 0, false
	}
	return end, s[end+1] == '(' || s[end+1] == '{'
}

// parseMark reads "(entity)" or "{"entity": …}" at the start of s and returns how many bytes it took.
func parseMark(s string) (Annotation, int, *annotationError) {
	if s[0] == '(' {
		end := strings.IndexByte(s, ')')
		if end < 0 {
			return Annotation{}, 0, &annotationError{0, `an annotation "[text](" is not closed`, "end it with )"}
		}
		name := strings.TrimSpace(s[1:end])
		if name == "" || strings.Contains(name, ":") {
			return Annotation{}, 0, &annotationError{0, fmt.Sprintf("%q is not the name of an entity", name),
				`write [text](entity) or [text]{"entity": "…", "value": "…"}`}
		}
		return Annotation{Entity: name}, end + 1, nil
	}
	const form = `write {"entity": "…", "role": "…", "group": "…", "value": "…"}`
	var m struct{ Entity, Role, Group, Value string }
	dec := json.NewDecoder(strings.NewReader(s))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return Annotation{}, 0, &annotationError{0, "an annotation is not valid: " + jsonProblem(err), form}
	}
	if strings.TrimSpace(m.Entity) == "" {
		return Annotation{}, 0, &annotationError{0, "an annotation names no entity", form}
	}
	return Annotation{Entity: m.Entity, Role: m.Role, Group: m.Group, Value: m.Value}, int(dec.InputOffset()), nil
}

// formatAnnotated writes an example as it stands in a file. It fails if the text cannot be written so that reading it
// gives the same.
func formatAnnotated(ex Example) (string, error) {
	marks := append([]Annotation(nil), ex.Entities...)
	sort.SliceStable(marks, func(i, j int) bool { return marks[i].Start < marks[j].Start })
	var b strings.Builder
	at := 0
	for _, a := range marks {
		if a.Start < at || a.End <= a.Start || a.End > len(ex.Text) {
			return "", fmt.Errorf("annotation %d–%d of %q overlaps another or lies outside the text", a.Start, a.End, ex.Text)
		}
		b.WriteString(ex.Text[at:a.Start])
		fmt.Fprintf(&b, "[%s]", ex.Text[a.Start:a.End])
		if a.Role == "" && a.Group == "" && a.Value == "" && !strings.ContainsAny(a.Entity, "():") && a.Entity == strings.TrimSpace(a.Entity) {
			fmt.Fprintf(&b, "(%s)", a.Entity)
		} else {
			mark, err := json.Marshal(struct {
				Entity string `json:"entity"`
				Role   string `json:"role,omitempty"`
				Group  string `json:"group,omitempty"`
				Value  string `json:"value,omitempty"`
			}{a.Entity, a.Role, a.Group, a.Value})
			if err != nil {
				return "", err
			}
			b.Write(mark)
		}
		at = a.End
	}
	b.WriteString(ex.Text[at:])
	written := b.String()
	text, again, err := parseAnnotated(written)
	if err != nil || text != ex.Text || len(again) != len(marks) || strings.TrimSpace(text) != text || strings.ContainsAny(text, "\r\n") {
		return "", fmt.Errorf("%q cannot be written as a training example: it has line ends, outer spaces or brackets that read as an annotation", ex.Text)
	}
	return written, nil
}
