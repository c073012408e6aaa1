package intents

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// What the intents of a workspace do stands in [actions.File], in a list under the key actionsPart. There is one of it; examples may be in
// many files.
const (
	actionsPart = "actions"
	versionPart = "version"

	actionVersion  = `version: "` + actions.Version + `"`
	exampleVersion = `version: "3.1"`
)

// section is what stands under a key of a YAML document: lines from up to, and without, to.
type section struct {
	key      string
	value    *yaml.Node
	from, to int
}

// addTraining adds a text that somebody uploaded or pasted to training files. What stands under "actions" becomes the file of
// actions, and the rest of each document a file of examples. Each line stays where it is in the text, with empty lines for
// those that are in another file, so that the line of an error is that of the text. What is no YAML of that kind stays whole:
// its examination says why.
func addTraining(files map[string]string, name, text string) error {
	if text = unfence(text); strings.TrimSpace(text) == "" {
		return nil
	}
	documents, err := documentsOf(text)
	if err != nil {
		return addFile(files, exampleName(name, nil, 0), text)
	}
	for n, sections := range documents {
		doing, examples := divide(sections)
		if len(doing) > 0 {
			if err := addFile(files, actions.File, versioned(only(text, doing), doing, actionVersion)); err != nil {
				return err
			}
		}
		if len(examples) > 0 {
			content := only(text, examples)
			if name == "" || n > 0 { // nobody says the version with a few lines that are pasted, or twice in a file
				content = versioned(content, examples, exampleVersion)
			}
			if err := addFile(files, exampleName(name, examples, n), content); err != nil {
				return err
			}
		}
	}
	return nil
}

// divide tells the sections of actions from those of examples. The version goes with the examples, if there are any.
func divide(sections []section) (doing, examples []section) {
	for _, s := range sections {
		if s.key == actionsPart {
			doing = append(doing, s)
		} else {
			examples = append(examples, s)
		}
	}
	if len(doing) > 0 && !slices.ContainsFunc(examples, func(s section) bool { return s.key != versionPart }) {
		return sections, nil
	}
	return doing, examples
}

// versioned adds the version to a file that has none among its sections: in the place of its first line if that is empty, else
// behind the rest.
func versioned(text string, sections []section, version string) string {
	switch {
	case slices.ContainsFunc(sections, func(s section) bool { return s.key == versionPart }):
		return text
	case strings.HasPrefix(text, "\n"):
		return version + text
	}
	return text + version + "\n"
}

// unfence removes the code fences that people put around what they paste, and Windows' line ends.
func unfence(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	trimmed := strings.TrimSpace(text)
	if !strings.HasPrefix(trimmed, "```") {
		return strings.TrimLeft(text, "\n")
	}
	trimmed = strings.TrimSuffix(strings.TrimPrefix(trimmed, "```"), "```")
	return strings.TrimLeft(trimmed, " \n") // Slack knows no language behind the fence
}

var errNoSections = errors.New("the text is no block mapping")

// documentsOf finds the sections of each document of a text. It fails for what is not YAML, or not block mappings.
func documentsOf(text string) ([][]section, error) {
	var documents [][]section
	decoder := yaml.NewDecoder(strings.NewReader(text))
	end := strings.Count(text, "\n") + 1
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode || document.Content[0].Style&yaml.FlowStyle != 0 {
			return nil, errNoSections
		}
		var sections []section
		for pairs := range slices.Chunk(document.Content[0].Content, 2) {
			sections = append(sections, section{key: pairs[0].Value, value: pairs[1], from: pairs[0].Line - 1, to: end})
		}
		documents = append(documents, sections)
	}
	var next *section // in the order of lines, from the last to the first
	for _, sections := range slices.Backward(documents) {
		for i := range slices.Backward(sections) {
			if next != nil {
				sections[i].to = next.from
			}
			next = &sections[i]
		}
	}
	if next == nil {
		return nil, errNoSections
	}
	return documents, nil
}

// only returns a text with nothing but the lines of some of its sections, each in its place.
func only(text string, sections []section) string {
	lines := strings.Split(text, "\n")
	var b strings.Builder
	last := 0
	for n, line := range lines {
		in := slices.ContainsFunc(sections, func(s section) bool { return s.from <= n && n < s.to })
		if in && !strings.HasPrefix(line, "---") {
			if b.WriteString(line); strings.TrimSpace(line) != "" {
				last = b.Len()
			}
		}
		b.WriteByte('\n')
	}
	return b.String()[:last] + "\n"
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// exampleName names the file of the nth document of a text: as the uploaded file is named, else after its first intent.
func exampleName(name string, sections []section, n int) string {
	stem := strings.TrimSuffix(strings.TrimSuffix(path.Base(strings.ReplaceAll(name, `\`, "/")), ".yaml"), ".yml")
	if stem = slug(stem); name != "" && stem != "" && stem != actionsPart {
		if n > 0 {
			stem = fmt.Sprintf("%s-%d", stem, n+1)
		}
		return stem + ".yml"
	}
	for _, s := range sections {
		if s.value.Kind != yaml.SequenceNode {
			continue
		}
		for _, entry := range s.value.Content {
			for _, key := range []string{"intent", "synonym", "lookup", "regex"} {
				if id := slug(scalar(entry, key)); id != "" && id != actionsPart {
					return id + ".yml"
				}
			}
		}
	}
	return "pasted.yml"
}

func slug(s string) string {
	s = strings.Trim(notInName.ReplaceAllString(strings.ToLower(s), "-"), "-")
	return s[:min(len(s), 60)]
}

// scalar returns the text under a key of a mapping; "" if there is none.
func scalar(n *yaml.Node, key string) string {
	if n.Kind != yaml.MappingNode {
		return ""
	}
	for pairs := range slices.Chunk(n.Content, 2) {
		if pairs[0].Value == key && pairs[1].Kind == yaml.ScalarNode {
			return pairs[1].Value
		}
	}
	return ""
}

func addFile(files map[string]string, name, text string) error {
	if _, ok := files[name]; ok {
		return &models.Error{Kind: models.Invalid, Message: "Two parts of what you submitted would both be the file " + phrase.Code(name),
			Hint: "Put them under one key, or submit them one after the other"}
	}
	files[name] = text
	return nil
}

// together returns the workspace's own training files with others put over them: a file replaces the one of its name, but the
// actions that it does not mention stay.
func together(own, files map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, own)
	maps.Copy(all, files)
	if was, is := own[actions.File], files[actions.File]; was != "" && is != "" {
		all[actions.File] = mergeActions(was, is)
	}
	return all
}

// replacedBy returns the names of the workspace's own files that others replace.
func replacedBy(own, files map[string]string) []string {
	var names []string
	for name := range files {
		if _, ok := own[name]; ok && name != actions.File {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// mergeActions returns the new text of a file of actions with the entries of the old one that the new one has not, behind its
// own. Where either is not as it should be, it returns the new text: its examination says why.
func mergeActions(was, is string) string {
	old, fresh := actionsOf(was), actionsOf(is)
	if old == nil || fresh == nil {
		return is
	}
	kept := &yaml.Node{Kind: yaml.SequenceNode}
	for _, entry := range old.value.Content {
		if !slices.ContainsFunc(fresh.value.Content, func(n *yaml.Node) bool { return scalar(n, "intent") == scalar(entry, "intent") }) {
			kept.Content = append(kept.Content, entry)
		}
	}
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if len(kept.Content) == 0 || encoder.Encode(kept) != nil {
		return is
	}
	lines, end := strings.Split(is, "\n"), fresh.to
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	indent := strings.Repeat(" ", fresh.value.Column-1)
	added := strings.Split(indent+strings.ReplaceAll(strings.TrimRight(text.String(), "\n"), "\n", "\n"+indent), "\n")
	return strings.TrimRight(strings.Join(slices.Insert(lines, end, added...), "\n"), "\n") + "\n"
}

// actionsOf returns the section of actions of a file that is one document; nil if it has none, or one that is no block list.
func actionsOf(text string) *section {
	documents, err := documentsOf(text)
	if err != nil || len(documents) != 1 {
		return nil
	}
	for i, s := range documents[0] {
		if s.key == actionsPart && s.value.Kind == yaml.SequenceNode && s.value.Style&yaml.FlowStyle == 0 {
			return &documents[0][i]
		}
	}
	return nil
}
