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
	"strconv"
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
// are those of [Data.Check].
func ReadYAML(fsys fs.FS, patterns ...string) (*Data, []Warning, error) {
	return readFiles(fsys, patterns, func(ext string) bool { return ext == ".yml" || ext == ".yaml" })
}

// ParseYAML is [ReadYAML] for files that are in memory, by name. They are read in the order of their names.
func ParseYAML(files map[string]string) (*Data, []Warning, error) {
	data := &Data{}
	var faults []error
	for _, file := range slices.Sorted(maps.Keys(files)) {
		r := reader{file: file, data: data}
		r.read([]byte(files[file]))
		faults = append(faults, r.faults...)
	}
	if len(faults) > 0 {
		return nil, nil, errors.Join(faults...)
	}
	return data, data.Check(), nil
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
}

func (r *reader) fault(line, column int, problem, hint string) {
	r.faults = append(r.faults, &DataError{Position{r.file, line, column}, problem, hint})
}

func (r *reader) faultAt(n *yaml.Node, problem, hint string) {
	r.fault(n.Line, n.Column, problem, hint)
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

func (r *reader) read(src []byte) {
	r.lines = strings.Split(string(src), "\n")
	dec := yaml.NewDecoder(strings.NewReader(string(src)))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		r.fault(1, 1, "the file is empty", `start it with version: "3.1" and nlu:`)
		return
	} else if err != nil {
		line := 1
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1])
		}
		r.fault(max(line, 1), 1, strings.TrimPrefix(err.Error(), "yaml: "), "mend the YAML there or just before")
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
	fields, ok := r.fields(root, "the file", "version", "nlu")
	if !ok {
		return
	}
	switch v := fields["version"]; {
	case v == nil:
		r.faultAt(root, "the file says no version", `add version: "3.1" as its first line`)
	case v.Value != YAMLVersion:
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
	fields, ok := r.fields(n, "an item of nlu", append(slices.Clone(itemKinds), "examples")...)
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

// examples splits the block below "examples: |" into its lines.
func (r *reader) examples(n *yaml.Node) []line {
	const hint = `write examples: | and below it, indented, one example a line, each after "- "`
	if n.Kind != yaml.ScalarNode || n.Style&yaml.LiteralStyle == 0 {
		r.faultAt(n, "examples are not a block of text", hint)
		return nil
	}
	var found []line
	for i, s := range strings.Split(n.Value, "\n") {
		row := n.Line + i // of the source, counted from 0: the block starts on the line after its "|"
		indent := 0
		if row < len(r.lines) {
			indent = len(r.lines[row]) - len(strings.TrimLeft(r.lines[row], " "))
		}
		dash, ok := strings.CutPrefix(strings.TrimSpace(s), "-")
		text := strings.TrimSpace(oneLine(dash))
		switch {
		case strings.TrimSpace(s) == "":
		case !ok || dash != "" && dash[0] != ' ' && dash[0] != '\t':
			r.fault(row+1, indent+1, fmt.Sprintf("%q is not an example", strings.TrimSpace(s)), `start the line with "- "`)
		case text == "":
			r.fault(row+1, indent+1, "an example is empty", `write it after the "- " or remove the line`)
		default:
			found = append(found, line{text, Position{r.file, row + 1, indent + 2 + len(dash) - len(strings.TrimLeft(dash, " \t"))}})
		}
	}
	if len(found) == 0 {
		r.faultAt(n, "there is not one example", hint)
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
