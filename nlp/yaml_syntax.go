package nlp

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// rasaKeys are the keys of Rasa's other files, which stand beside those of the language in every project, and of its configuration.
var rasaKeys = wordSet("stories rules responses intents entities slots forms actions session_config e2e_actions recipe language pipeline policies assistant_id")

// withoutRasa returns the root of a file without what is Rasa's and no business of the language, and the keys of that. Actions that are no
// names are MuleBot's.
func withoutRasa(root *yaml.Node) (*yaml.Node, []string) {
	if root.Kind != yaml.MappingNode {
		return root, nil
	}
	rest := *root
	rest.Content = nil
	var others []string
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		structured := slices.ContainsFunc(value.Content, func(n *yaml.Node) bool { return n.Kind == yaml.MappingNode })
		if rasaKeys[key.Value] && !(key.Value == "actions" && structured) && value.Kind != yaml.ScalarNode || key.Value == "language" || key.Value == "recipe" || key.Value == "assistant_id" {
			others = append(others, key.Value)
		} else {
			rest.Content = append(rest.Content, key, value)
		}
	}
	return &rest, others
}

// invalidUTF8 returns where bytes are no UTF-8; -1 if they are.
func invalidUTF8(src []byte) int {
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// syntaxFault faults what is no YAML. The library tells where what it was reading began, so that the fault is there or after it.
func (r *reader) syntaxFault(err error) {
	line := 1
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	line = max(line, 1)
	if at, column, hint := r.misindented(line - 1); at > 0 {
		r.fault(at, column, "the indentation is not that of the lines before", hint)
		return
	}
	r.fault(line, 1, yamlLine.ReplaceAllString(strings.TrimPrefix(err.Error(), "yaml: "), "from here on"), "mend the YAML there or after it")
}

// misindented returns the first line, from one on, whose indentation cannot be right, where in it, and what to do: one with a tab in it,
// or one that belongs to a block of examples and stands further to the left. Lines count from 1; 0 means that there is none.
func (r *reader) misindented(from int) (line, column int, hint string) {
	key, block := -1, -1 // the indentations of the key that ends with "|" and of the lines below it; -1 outside
	for i, s := range r.lines {
		text := strings.TrimLeft(s, " ")
		indent := len(s) - len(text)
		text = strings.TrimRight(text, " \t\r")
		if text == "" {
			continue
		}
		if key >= 0 && block < 0 && indent > key {
			block = indent
		}
		if block >= 0 && indent >= block {
			continue
		}
		switch {
		case i+1 < from:
		case text[0] == '\t':
			return i + 1, indent + 1, "indent with spaces, not with tabs"
		case key >= 0 && indent > 0 && strings.HasPrefix(text, "- ") && !startsItem.MatchString(text):
			return i + 1, indent + 1, "indent the line as far as those before it"
		}
		if key, block = -1, -1; strings.HasSuffix(text, "|") && strings.Contains(text, ":") {
			key = indent
		}
	}
	return 0, 0, ""
}

// startsItem matches the first line of what stands in a list beside a block.
var startsItem = regexp.MustCompile(`^- +[a-z_]+:( |$)`)
