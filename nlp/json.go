package nlp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"
)

// jsonExample is an example in JSON: Rasa's form, with offsets in characters, or tokens with BIO tags.
type jsonExample struct {
	Text     string       `json:"text"`
	Intent   string       `json:"intent"`
	Entities []jsonEntity `json:"entities"`
	Tokens   []string     `json:"tokens"`
	Tags     []string     `json:"tags"`
}

type jsonEntity struct {
	Start  int             `json:"start"`
	End    int             `json:"end"`
	Entity string          `json:"entity"`
	Value  json.RawMessage `json:"value"` // mostly a text; Rasa's extractors write numbers and objects
	Role   string          `json:"role"`
	Group  string          `json:"group"`
	// What Rasa wrote beside an entity that it had extracted itself.
	Extractor  string   `json:"extractor"`
	Processors []string `json:"processors"`
	Confidence float64  `json:"confidence"`
}

const jsonHint = `write {"text": "…", "intent": "…", "entities": […]} or {"tokens": […], "tags": […], "intent": "…"}`

// readJSONL reads lines of one example each.
func (r *reader) readJSONL(src []byte) {
	n := 0
	for row := range bytes.Lines(bytes.TrimPrefix(src, []byte(byteOrderMark))) {
		n++
		if len(bytes.TrimSpace(row)) == 0 {
			continue
		}
		dec := json.NewDecoder(bytes.NewReader(row))
		dec.DisallowUnknownFields()
		var ex jsonExample
		if err := dec.Decode(&ex); err != nil {
			r.fault(n, jsonColumn(row, dec, err), jsonProblem(err), jsonHint)
			continue
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			r.fault(n, 1, "the line has more than one value", jsonHint)
			continue
		}
		r.addJSON(ex, Position{r.file, n, 1})
	}
	if n == 0 {
		r.fault(1, 1, "the file is empty", jsonHint)
	}
}

// jsonColumn returns the column, in characters, of a fault in a line.
func jsonColumn(row []byte, dec *json.Decoder, err error) int {
	offset := dec.InputOffset()
	if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = bad.Offset - 1
	} else if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = bad.Offset - 1
	}
	return 1 + utf8.RuneCount(row[:max(0, min(int(offset), len(row)))])
}

// jsonProblem says what is wrong with JSON.
func jsonProblem(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the JSON ends early"
	}
	if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		want := map[reflect.Kind]string{reflect.String: "text in quotes", reflect.Int: "a whole number", reflect.Slice: "a list", reflect.Struct: "an object"}
		field := bad.Field[strings.LastIndexByte(bad.Field, '.')+1:]
		return fmt.Sprintf("%q is a %s and should be %s", strings.ToLower(field), bad.Value, want[bad.Type.Kind()])
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

func (r *reader) addJSON(in jsonExample, at Position) {
	ex := Example{Intent: in.Intent, Text: in.Text, At: at}
	if in.Tokens != nil {
		if in.Text != "" || in.Entities != nil || len(in.Tokens) != len(in.Tags) {
			r.fault(at.Line, at.Column, fmt.Sprintf("the example has %d tokens and %d tags", len(in.Tokens), len(in.Tags)),
				`give every token one tag, and no "text" or "entities" beside them`)
			return
		}
		var bad string
		if ex.Text, ex.Entities, bad = joinTokens(in.Tokens, in.Tags); bad != "" {
			r.fault(at.Line, at.Column, bad, "use O, B-name and I-name")
			return
		}
	}
	for _, e := range in.Entities {
		a := Annotation{Start: byteOffset(in.Text, e.Start), End: byteOffset(in.Text, e.End), Entity: e.Entity, Role: e.Role, Group: e.Group, Value: jsonText(e.Value)}
		if a.Start < 0 || a.End <= a.Start {
			r.fault(at.Line, at.Column, fmt.Sprintf("entity %q, at %d to %d, lies outside the text, which has %d characters", e.Entity, e.Start, e.End,
				utf8.RuneCountInString(in.Text)), "mend its start and end")
			return
		}
		ex.Entities = append(ex.Entities, a)
	}
	r.addExample(ex)
}

// jsonText returns a value of JSON as text: numbers as they are written, and what is no single value as JSON without spaces.
func jsonText(raw json.RawMessage) string {
	var text string
	if len(raw) == 0 || json.Unmarshal(raw, &text) == nil {
		return text // "" of null
	}
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return string(raw)
	}
	return b.String()
}

// joinTokens joins tokens with spaces, and their BIO tags to annotations. An inside tag that continues nothing begins an
// entity. Bad says what is wrong with a tag.
func joinTokens(tokens, tags []string) (text string, found []Annotation, bad string) {
	var b strings.Builder
	for i, token := range tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		start := b.Len()
		b.WriteString(token)
		mark, name, _ := strings.Cut(tags[i], "-")
		last := len(found) - 1
		continues := mark == "I" && i > 0 && last >= 0 && tags[i-1] != "O" && found[last].Entity == name
		switch {
		case tags[i] == "O":
		case mark != "B" && mark != "I" || name == "" || strings.TrimSpace(token) != token || token == "":
			return "", nil, fmt.Sprintf("token %q has the tag %q", token, tags[i])
		case continues:
			found[last].End = b.Len()
		default:
			found = append(found, Annotation{Start: start, End: b.Len(), Entity: name})
		}
	}
	return b.String(), found, ""
}

// byteOffset returns the offset in bytes of a character; -1 if the text has no such.
func byteOffset(text string, character int) int {
	for i := range text {
		if character == 0 {
			return i
		}
		character--
	}
	if character == 0 {
		return len(text)
	}
	return -1
}

// rasaFile is Rasa's former format.
type rasaFile struct {
	Data *struct {
		Examples []json.RawMessage `json:"common_examples"`
		Regexes  []json.RawMessage `json:"regex_features"`
		Lookups  []json.RawMessage `json:"lookup_tables"`
		Synonyms []json.RawMessage `json:"entity_synonyms"`
	} `json:"rasa_nlu_data"`
}

const rasaHint = `write {"rasa_nlu_data": {"common_examples": [{"text": "…", "intent": "…", "entities": […]}]}}`

func (r *reader) readRasaJSON(src []byte) {
	src = bytes.TrimPrefix(src, []byte(byteOrderMark))
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	var file rasaFile
	if err := dec.Decode(&file); err != nil {
		at := r.position(src, int(dec.InputOffset()))
		if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
			at = r.position(src, int(bad.Offset)-1)
		} else if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			at = r.position(src, int(bad.Offset)-1)
		}
		r.fault(at.Line, at.Column, jsonProblem(err), rasaHint)
		return
	}
	if file.Data == nil {
		r.fault(1, 1, `the file has no "rasa_nlu_data"`, rasaHint)
		return
	}
	eachValue(r, src, file.Data.Examples, rasaHint, r.addJSON)
	eachValue(r, src, file.Data.Regexes, `write {"name": "…", "pattern": "…"}`, func(v struct{ Name, Pattern string }, at Position) {
		if _, err := regexp.Compile(v.Pattern); err != nil {
			r.fault(at.Line, at.Column, err.Error(), "write a regular expression in RE2 syntax")
		}
		if patterns, ok := r.table("regex", v.Name, []string{v.Pattern}, at); ok {
			r.data.Regexes = append(r.data.Regexes, Regex{v.Name, patterns, at})
		}
	})
	const lookupHint = `write {"name": "…", "elements": ["…"]}, with the elements themselves and not the name of a file that has them`
	eachValue(r, src, file.Data.Lookups, lookupHint, func(v struct {
		Name     string
		Elements []string
	}, at Position) {
		if elements, ok := r.table("lookup", v.Name, v.Elements, at); ok {
			r.data.Lookups = append(r.data.Lookups, Lookup{v.Name, elements, at})
		}
	})
	eachValue(r, src, file.Data.Synonyms, `write {"value": "…", "synonyms": ["…"]}`, func(v struct {
		Value    string
		Synonyms []string
	}, at Position) {
		if synonyms, ok := r.table("synonym", v.Value, v.Synonyms, at); ok {
			r.data.Synonyms = append(r.data.Synonyms, Synonym{v.Value, synonyms, at})
		}
	})
}

// table returns the values of a table without outer spaces, and faults one that has no name or no value, or whose values are no lines.
func (r *reader) table(kind, name string, values []string, at Position) ([]string, bool) {
	if name == "" || len(values) == 0 {
		r.fault(at.Line, at.Column, fmt.Sprintf("%s %q has no name or no values", kind, name), "give it a name and a value, or remove it")
		return nil, false
	}
	lines := make([]string, len(values))
	for i, v := range values {
		if lines[i] = strings.TrimSpace(v); lines[i] == "" || strings.Contains(lines[i], "\n") || oneLine(lines[i]) != lines[i] {
			r.fault(at.Line, at.Column, fmt.Sprintf("the value %q of %s %q is not one line of text", v, kind, name), "write it as one line, or remove it")
			return nil, false
		}
	}
	return lines, true
}

// eachValue decodes values of a file, in their order, and adds each with its position. The hint says what one looks like.
func eachValue[T any](r *reader, src []byte, values []json.RawMessage, hint string, add func(T, Position)) {
	offset := 0
	for _, raw := range values {
		if i := bytes.Index(src[offset:], raw); i >= 0 {
			offset += i
		}
		at := r.position(src, offset)
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		var v T
		if err := dec.Decode(&v); err != nil {
			r.fault(at.Line, at.Column, jsonProblem(err), hint)
		} else {
			add(v, at)
		}
		offset += len(raw)
	}
}

// position returns the place of an offset in a file.
func (r *reader) position(src []byte, offset int) Position {
	before := src[:min(max(offset, 0), len(src))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return Position{r.file, 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[start:])}
}
