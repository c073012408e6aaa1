package nlp

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readers read a training file by the end of its name.
var readers = map[string]func(*reader, []byte){
	".yml":   (*reader).read,
	".yaml":  (*reader).read,
	".tsv":   (*reader).readTSV,
	".jsonl": (*reader).readJSONL,
	".json":  (*reader).readRasaJSON,
}

// Read reads training or test data in any of the known formats, told apart by the end of the file's name:
//
//	.yml, .yaml  Rasa NLU YAML; see [ReadYAML]
//	.tsv         a line an example: text, a tab, the intent; "oos" for what is out of scope
//	.jsonl       a line an example: {"tokens": […], "tags": [BIO tags], "intent": …} or {"text": …, "intent": …, "entities": […]}
//	.json        Rasa's former JSON: {"rasa_nlu_data": {"common_examples": […], …}}
//
// A pattern is as for [fs.Glob]; a folder that it matches stands for all such files below it. The error joins one
// [*DataError] for every fault; beside it come the data that could be read and its warnings.
func Read(fsys fs.FS, patterns ...string) (*Data, []Warning, error) {
	return readFiles(fsys, patterns, func(ext string) bool { return readers[ext] != nil })
}

// readFiles reads the files that the patterns stand for; of folders those whose extension is wanted.
func readFiles(fsys fs.FS, patterns []string, wanted func(ext string) bool) (*Data, []Warning, error) {
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	files, err := match(fsys, patterns, wanted)
	if err != nil {
		return nil, nil, err
	}
	data := &Data{}
	var faults []error
	var warnings []Warning
	for _, file := range files {
		src, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, nil, fmt.Errorf("reading training data: %w", err)
		}
		r := reader{file: file, data: data}
		if read := readers[path.Ext(file)]; read != nil {
			read(&r, src)
		} else {
			r.fault(1, 1, "the format of the file is not known by its name", "give it one of the ends .yml, .yaml, .tsv, .jsonl, .json")
		}
		faults, warnings = append(faults, r.faults...), append(warnings, r.warnings...)
	}
	return data, append(warnings, data.Check()...), errors.Join(faults...)
}

// outOfScope is how data sets name the intent of what is out of scope.
const outOfScope = "oos"

// addExample adds an example of a format that marks no entities in its text, unless it has a fault.
func (r *reader) addExample(ex Example) {
	line, column := ex.At.Line, ex.At.Column
	if ex.Intent == outOfScope {
		ex.Intent = Fallback
	}
	shift := len(ex.Text) - len(strings.TrimLeftFunc(ex.Text, unicode.IsSpace))
	ex.Text = strings.TrimSpace(ex.Text)
	switch {
	case ex.Text == "":
		r.fault(line, column, "the example has no text", "write the text or remove the example")
		return
	case ex.Intent == "":
		r.fault(line, column, "the example has no intent", `name one, or "oos" for what is out of scope`)
		return
	case strings.Contains(ex.Text, "\n") || oneLine(ex.Text) != ex.Text:
		r.fault(line, column, "the text has more than one line", "write it as one line")
		return
	case !utf8.ValidString(ex.Text):
		r.fault(line, column, "the text is not UTF-8", "save the file as UTF-8")
		return
	}
	slices.SortFunc(ex.Entities, func(a, b Annotation) int { return a.Start - b.Start })
	end := 0
	for i := range ex.Entities {
		a := &ex.Entities[i]
		a.Start, a.End = a.Start-shift, a.End-shift
		if a.Entity == "" || a.Start < end || a.End <= a.Start || a.End > len(ex.Text) {
			r.fault(line, column, fmt.Sprintf("entity %q of %q has no name, overlaps another or begins or ends with a space", a.Entity, ex.Text),
				"mend its name, start and end")
			return
		}
		end = a.End
		if a.Value == ex.Text[a.Start:a.End] {
			a.Value = ""
		}
	}
	r.data.Examples = append(r.data.Examples, ex)
}
