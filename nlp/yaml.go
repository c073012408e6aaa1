package nlp

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// YAMLVersion is the version of the Rasa NLU format that is read and written.
const YAMLVersion = "3.1"

// DataError is a fault in a training file: where it is, what is wrong and what to do.
type DataError struct {
	At            Position
	Problem, Hint string
}

func (e *DataError) Error() string { return fmt.Sprintf("%s: %s; %s", e.At, e.Problem, e.Hint) }

// ReadYAML reads training files in the Rasa NLU YAML format, version 3.1, and checks them strictly. A pattern is as for
// [fs.Glob]; a folder that it matches stands for all .yml and .yaml files below it. No pattern means ".".
// The error joins one [*DataError] for every fault in every file; beside it come the data that could be read. The warnings
// are those of [Data.Check], and of what is Rasa's and not read: stories, say.
func ReadYAML(fsys fs.FS, patterns ...string) (*Data, []Warning, error) {
	return readFiles(fsys, patterns, func(ext string) bool { return ext == ".yml" || ext == ".yaml" })
}

// ParseYAML is [ReadYAML] for files that are in memory, by name. They are read in the order of their names.
func ParseYAML(files map[string]string) (*Data, []Warning, error) {
	data := &Data{}
	var faults []error
	var warnings []Warning
	for _, file := range slices.Sorted(maps.Keys(files)) {
		r := reader{file: file, data: data}
		r.read([]byte(files[file]))
		faults, warnings = append(faults, r.faults...), append(warnings, r.warnings...)
	}
	if len(faults) > 0 {
		return nil, nil, errors.Join(faults...)
	}
	return data, append(warnings, data.Check()...), nil
}

// match returns the files that the patterns stand for, sorted and each once; of folders those whose extension is wanted.
func match(fsys fs.FS, patterns []string, wanted func(ext string) bool) ([]string, error) {
	var files []string
	for _, pattern := range patterns {
		matches, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, fmt.Errorf("pattern %q of training files: %w", pattern, err)
		}
		before := len(files)
		for _, m := range matches {
			err := fs.WalkDir(fsys, m, func(name string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() && (name == m || wanted(path.Ext(name))) {
					files = append(files, name)
				}
				return err
			})
			if err != nil {
				return nil, fmt.Errorf("reading training data: %w", err)
			}
		}
		if len(files) == before {
			return nil, fmt.Errorf("no training file matches %q; give a file or a folder that has one", pattern)
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// reader reads one file into data and collects its faults.
type reader struct {
	file   string
	lines  []string
	data   *Data
	faults []error

	warnings []Warning
}

func (r *reader) fault(line, column int, problem, hint string) {
	r.faults = append(r.faults, &DataError{Position{r.file, line, column}, problem, hint})
}

func (r *reader) faultAt(n *yaml.Node, problem, hint string) {
	r.fault(n.Line, n.Column, problem, hint)
}

func (r *reader) read(src []byte) {
	r.lines = strings.Split(string(src), "\n")
	if at := invalidUTF8(src); at >= 0 {
		place := r.position(src, at)
		r.fault(place.Line, place.Column, "the text is not UTF-8", "save the file as UTF-8")
		return
	}
	dec := yaml.NewDecoder(strings.NewReader(string(src)))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		r.fault(1, 1, "the file is empty", `start it with version: "3.1" and nlu:`)
		return
	} else if err != nil {
		r.syntaxFault(err)
		return
	}
	var more yaml.Node
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		r.fault(max(more.Line, 1), 1, "the file has a second YAML document", `put it into a file of its own, without the "---"`)
		return
	}
	r.document(doc.Content[0])
}

func (r *reader) document(root *yaml.Node) {
	root, others := withoutRasa(root)
	if len(others) > 0 {
		r.warnings = append(r.warnings, Warning{Position{r.file, root.Line, root.Column}, "the file's " + strings.Join(others, ", ") + " are not read: only nlu is"})
	}
	fields, ok := r.fields(root, "the file", "version", "nlu")
	if !ok || fields["nlu"] == nil && len(others) > 0 {
		return
	}
	if v := fields["version"]; v != nil && v.Value != YAMLVersion { // without one, the newest is meant, as Rasa has it
		r.faultAt(v, fmt.Sprintf("version %q is not supported", v.Value), `write version: "3.1"`)
	}
	nlu := fields["nlu"]
	switch {
	case nlu == nil:
		r.faultAt(root, `the file has no "nlu"`, "add nlu: and below it the list of intents, synonyms, lookups and regexes")
	case nlu.Kind != yaml.SequenceNode:
		r.faultAt(nlu, `"nlu" is not a list`, `start each of its items with "- intent:", "- synonym:", "- lookup:" or "- regex:"`)
	default:
		for _, item := range nlu.Content {
			r.item(item)
		}
	}
}

// fields returns the values of a mapping by key and faults other and repeated keys.
func (r *reader) fields(n *yaml.Node, what string, known ...string) (map[string]*yaml.Node, bool) {
	list := strings.Join(known, ", ")
	if n.Kind != yaml.MappingNode {
		r.faultAt(n, what+" is not a mapping", "write keys and values; the keys are "+list)
		return nil, false
	}
	fields := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case !slices.Contains(known, key.Value):
			r.faultAt(key, fmt.Sprintf("unknown key %q", key.Value), "the keys here are "+list)
		case fields[key.Value] != nil:
			r.faultAt(key, fmt.Sprintf("key %q stands here twice", key.Value), "remove one")
		default:
			fields[key.Value] = value
		}
	}
	return fields, true
}

var itemKinds = []string{"intent", "synonym", "lookup", "regex"}

func (r *reader) item(n *yaml.Node) {
	fields, ok := r.fields(n, "an item of nlu", append(slices.Clone(itemKinds), "examples", "metadata")...)
	if !ok {
		return
	}
	var kind string
	var name *yaml.Node
	for _, k := range itemKinds {
		if v := fields[k]; v != nil && name != nil {
			r.faultAt(v, fmt.Sprintf("an item is both %s and %s", kind, k), `make two items of it, each with its own "- "`)
			return
		} else if v != nil {
			kind, name = k, v
		}
	}
	if name == nil && 2*len(fields) < len(n.Content) {
		return // the key that was faulted may be meant to say it
	}
	if name == nil {
		r.faultAt(n, "an item says not what it is", "start it with one of "+strings.Join(itemKinds, ", "))
		return
	}
	if name.Kind != yaml.ScalarNode || name.Value == "" || name.Value != strings.TrimSpace(name.Value) {
		r.faultAt(name, "the "+kind+" has no name", "write a word after "+kind+":")
		return
	}
	examples := fields["examples"]
	if examples == nil {
		r.faultAt(n, fmt.Sprintf("%s %q has no examples", kind, name.Value), `add examples: | and below it lines that start with "- "`)
		return
	}
	r.add(kind, name, r.examples(examples))
}

// line is an example as it stands in the file.
type line struct {
	text string
	at   Position
}

const examplesHint = `write examples: | and below it, indented, one example a line, each after "- "`

// examples returns the lines of the block below "examples: |", or of the texts of a list of them.
func (r *reader) examples(n *yaml.Node) []line {
	var found []line
	switch {
	case n.Kind == yaml.SequenceNode && slices.ContainsFunc(n.Content, func(item *yaml.Node) bool { return item.Kind == yaml.MappingNode }):
		for _, item := range n.Content {
			found = append(found, r.extended(item)...)
		}
	case n.Kind == yaml.ScalarNode && n.Style&yaml.LiteralStyle != 0:
		found = r.block(n, true)
	default:
		r.faultAt(n, "examples are not a block of text", examplesHint)
		return nil
	}
	if len(found) == 0 {
		r.faultAt(n, "there is not one example", examplesHint)
	}
	return found
}

// extended reads an example of Rasa's extended form, "- text: …", which may have metadata beside it.
func (r *reader) extended(n *yaml.Node) []line {
	if n.Kind != yaml.MappingNode {
		r.faultAt(n, "examples are not a block of text", examplesHint)
		return nil
	}
	fields, _ := r.fields(n, "an example", "text", "metadata")
	text := fields["text"]
	switch {
	case text == nil || text.Kind != yaml.ScalarNode || strings.TrimSpace(text.Value) == "":
		r.faultAt(n, "an example has no text", "write it after text:")
		return nil
	case text.Style&yaml.LiteralStyle != 0:
		return r.block(text, false)
	case strings.Contains(strings.TrimSpace(text.Value), "\n"):
		r.faultAt(text, "an example has more than one line", "write it as one line")
		return nil
	}
	return []line{{strings.TrimSpace(oneLine(text.Value)), Position{r.file, text.Line, text.Column}}}
}

// block splits a block of text into its lines, from each of which a dash is taken. All have one if they must.
func (r *reader) block(n *yaml.Node, dashed bool) []line {
	var found []line
	for i, s := range strings.Split(n.Value, "\n") {
		row := n.Line + i // of the source, counted from 0: the block starts on the line after its "|"
		indent := 0
		if row < len(r.lines) {
			indent = len(r.lines[row]) - len(strings.TrimLeft(r.lines[row], " "))
		}
		dash, ok := strings.CutPrefix(strings.TrimSpace(s), "-")
		ok = ok && (dash == "" || dash[0] == ' ' || dash[0] == '\t')
		column := indent + 2 + len(dash) - len(strings.TrimLeft(dash, " \t"))
		if !ok && !dashed {
			dash, ok, column = s, true, indent+1
		}
		text := strings.TrimSpace(oneLine(dash))
		switch {
		case strings.TrimSpace(s) == "":
		case !ok:
			r.fault(row+1, indent+1, fmt.Sprintf("%q is not an example", strings.TrimSpace(s)), `start the line with "- "`)
		case text == "":
			r.fault(row+1, indent+1, "an example is empty", `write it after the "- " or remove the line`)
		default:
			found = append(found, line{text, Position{r.file, row + 1, column}})
		}
	}
	return found
}

// oneLine replaces the line ends that YAML knows beside \n by spaces.
func oneLine(s string) string {
	return strings.NewReplacer("\r", " ", "\u0085", " ", "\u2028", " ", "\u2029", " ").Replace(s)
}

func (r *reader) add(kind string, name *yaml.Node, lines []line) {
	at := Position{r.file, name.Line, name.Column}
	plain := make([]string, len(lines))
	for i, l := range lines {
		plain[i] = l.text
	}
	switch kind {
	case "synonym":
		r.data.Synonyms = append(r.data.Synonyms, Synonym{name.Value, plain, at})
	case "lookup":
		r.data.Lookups = append(r.data.Lookups, Lookup{name.Value, plain, at})
	case "regex":
		for _, l := range lines {
			if _, err := regexp.Compile(l.text); err != nil {
				r.fault(l.at.Line, l.at.Column, err.Error(), "write a regular expression in RE2 syntax")
			}
		}
		r.data.Regexes = append(r.data.Regexes, Regex{name.Value, plain, at})
	case "intent":
		for _, l := range lines {
			text, entities, err := parseAnnotated(l.text)
			if bad := (*annotationError)(nil); errors.As(err, &bad) {
				r.fault(l.at.Line, l.at.Column+utf8.RuneCountInString(l.text[:bad.offset]), bad.problem, bad.hint)
				continue
			}
			r.data.Examples = append(r.data.Examples, Example{name.Value, text, entities, l.at})
		}
	}
}
