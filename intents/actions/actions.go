package actions

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// File is the name of the file, beside the examples, that says what custom intents do.
const File = "actions.yml"

// Version is the version of the format of [File].
const Version = "1"

// Action is what a custom intent does: one of Query, Objects, Call and Alias, or else it says Reply.
type Action struct {
	Intent string // its name
	Does   string // for people, as in "I can …"; may be empty
	Role   models.Role
	Slots  []Slot
	At     nlp.Position // of the intent's name in [File]

	Reply   *Pattern // alone: the answer; beside Objects or Call: how their result is worded
	Query   *QueryPlan
	Objects *ObjectsPlan
	Call    *CallPlan
	Alias   *AliasPlan
}

// Slot is an argument of a custom intent. It is filled from an entity of the sentence, or else by asking.
type Slot struct {
	Name     string // as templates name it
	Entity   string // the type of the entity
	Role     string // of the entity; empty: any
	Required bool   // it is asked for where the sentence does not have it; then it has no Default
	Default  string // its value where the sentence has none; empty: none
	Ask      string // the question for it; empty: one is made of Name
}

// AliasPlan is a built-in intent with parts of its query decided.
type AliasPlan struct {
	Intent string
	Query  *QueryPlan // nil: nothing decided
}

// Rules are what custom intents have to keep to.
type Rules struct {
	HTTPAllow []string                // hosts that they may call; see [AllowedHost]
	Taken     []string                // names of intents that are taken beside the built-in ones
	CheckPath func(path string) error // whether a JSONPath is one; nil: not checked
	Most      int                     // how many there may be; 0: any number
}

// Builtin is a built-in intent. Its name is taken, and an alias may stand for it.
type Builtin struct {
	Name    string
	Queries bool // it asks a query, of which an alias may decide parts
}

func (a *Action) slotNames() []string {
	names := make([]string, len(a.Slots))
	for i, s := range a.Slots {
		names[i] = s.Name
	}
	return names
}

// reader reads one actions.yml and collects its faults.
type reader struct {
	builtin []Builtin
	rules   Rules
	actions []*Action
	faults  []error
}

func (r *reader) fault(n *yaml.Node, problem, hint string) {
	r.faults = append(r.faults, &nlp.DataError{At: position(n), Problem: problem, Hint: hint})
}

func position(n *yaml.Node) nlp.Position {
	return nlp.Position{File: File, Line: max(n.Line, 1), Column: max(n.Column, 1)}
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// Read returns what the text of a [File] says, as far as it can be read, in its order. Nothing of it is fit to be performed unless there are
// no faults; each of these is an [*nlp.DataError]. Builtin are the built-in intents except [nlp.Fallback], in the order in which a fault lists
// them.
func Read(source string, builtin []Builtin, rules Rules) (all []*Action, faults []error) {
	r := &reader{builtin: builtin, rules: rules}
	decoder := yaml.NewDecoder(strings.NewReader(source))
	var doc, more yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		r.fault(&yaml.Node{}, "the file is empty", `start it with version: "1" and actions:`)
	case err != nil:
		at := &yaml.Node{Column: 1}
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			at.Line, _ = strconv.Atoi(m[1])
		}
		r.fault(at, strings.TrimPrefix(err.Error(), "yaml: "), "mend the YAML there or just before")
	case !errors.Is(decoder.Decode(&more), io.EOF):
		r.fault(&more, "the file has a second YAML document", `put all actions into one, without the "---"`)
	default:
		r.document(doc.Content[0])
	}
	if n := len(r.actions); rules.Most > 0 && n > rules.Most {
		r.faults = append(r.faults, &nlp.DataError{At: r.actions[rules.Most].At, Problem: fmt.Sprintf("there are %d intents, and %d at most are allowed", n, rules.Most),
			Hint: "leave some out; whoever runs MuleBot may allow more with tenants.max_intents"})
	}
	return r.actions, r.faults
}

// Names returns the names of the intents of a [File], as far as it can be read.
func Names(source string) []string {
	actions, _ := Read(source, nil, Rules{})
	names := make([]string, len(actions))
	for i, a := range actions {
		names[i] = a.Intent
	}
	return names
}

// document reads the file's one document.
func (r *reader) document(root *yaml.Node) {
	fields, ok := r.fields(root, "the file", "version", "actions")
	if !ok {
		return
	}
	if v := fields["version"]; v == nil {
		r.fault(root, "the file says no version", `add version: "1" as its first line`)
	} else if v.Value != Version {
		r.fault(v, fmt.Sprintf("version %q is not supported", v.Value), `write version: "1"`)
	}
	switch list := fields["actions"]; {
	case list == nil:
		r.fault(root, `the file has no "actions"`, "add actions: and below it a list, an item for each intent")
	case list.Kind != yaml.SequenceNode:
		r.fault(list, `"actions" is not a list`, `start each of its items with "- intent:"`)
	default:
		for _, item := range list.Content {
			r.action(item)
		}
	}
}

// fields returns the values of a mapping by key and faults other and repeated keys.
func (r *reader) fields(n *yaml.Node, what string, known ...string) (map[string]*yaml.Node, bool) {
	list := strings.Join(known, ", ")
	if n.Kind != yaml.MappingNode {
		r.fault(n, what+" is not a mapping", "write keys and values; the keys are "+list)
		return nil, false
	}
	fields := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case value.Kind == yaml.AliasNode:
			r.fault(value, "YAML aliases are not read here", "write the value out")
		case !slices.Contains(known, key.Value):
			r.fault(key, fmt.Sprintf("unknown key %q", key.Value), "the keys here are "+list)
		case fields[key.Value] != nil:
			r.fault(key, fmt.Sprintf("key %q stands here twice", key.Value), "remove one")
		default:
			fields[key.Value] = value
		}
	}
	return fields, true
}

// text returns a scalar; "" for a missing one.
func (r *reader) text(n *yaml.Node, what string) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		r.fault(n, what+" is not a text", "write it in one value")
		return ""
	}
	return n.Value
}

// list returns the items of a list; a single scalar is a list of one.
func (r *reader) list(n *yaml.Node, what string) []*yaml.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.SequenceNode:
		return n.Content
	case n.Kind == yaml.ScalarNode:
		return []*yaml.Node{n}
	}
	r.fault(n, what+" is not a list", `start each of its items with "- "`)
	return nil
}

// pattern reads a template of an action.
func (r *reader) pattern(n *yaml.Node, what string, a *Action) *Pattern {
	if n == nil {
		return nil
	}
	return r.compile(n, r.text(n, what), a)
}

func (r *reader) compile(n *yaml.Node, source string, a *Action) *Pattern {
	p, err := newPattern(source, a.slotNames())
	if bad := (*templateError)(nil); errors.As(err, &bad) {
		at := *n
		at.Line += bad.line - 1
		if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			at.Line++ // the block starts on the line after its "|"
		}
		if at.Line != n.Line {
			at.Column = 1
		}
		r.fault(&at, bad.problem, bad.hint)
	}
	return p
}

// actionKinds are the keys of an action of which it has exactly one.
var actionKinds = []string{"reply", "query", "kubernetes", "http", "alias"}

var (
	intentForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,63}$`)
	slotForm   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,63}$`)
)

func (r *reader) action(n *yaml.Node) {
	fields, ok := r.fields(n, "an action", append([]string{"intent", "does", "role", "slots"}, actionKinds...)...)
	if !ok {
		return
	}
	name := fields["intent"]
	if name == nil {
		r.fault(n, "an action says not whose it is", "add intent: NAME, an intent of the examples")
		return
	}
	a := &Action{Intent: r.text(name, "the intent's name"), Role: models.Viewer, At: position(name)}
	switch {
	case !intentForm.MatchString(a.Intent):
		r.fault(name, fmt.Sprintf("%q cannot be the name of an intent", a.Intent), "use letters, digits and _ - . inside, at most 64")
	case r.builtinNamed(a.Intent) != nil || a.Intent == nlp.Fallback:
		r.fault(name, fmt.Sprintf("%q is a built-in intent", a.Intent), "choose another name; alias: {intent: "+a.Intent+"} makes one that does the same")
	case slices.Contains(r.rules.Taken, a.Intent):
		r.fault(name, fmt.Sprintf("%q is an intent of the whole deployment", a.Intent), "choose another name")
	case slices.ContainsFunc(r.actions, func(o *Action) bool { return o.Intent == a.Intent }):
		r.fault(name, fmt.Sprintf("intent %q has an action already", a.Intent), "remove one of them")
	}
	if a.Does = r.text(fields["does"], "does"); fields["role"] != nil {
		a.Role = models.Role(r.text(fields["role"], "the role"))
		if !slices.Contains([]models.Role{models.Viewer, models.Operator, models.Admin}, a.Role) {
			r.fault(fields["role"], fmt.Sprintf("there is no role %q", a.Role), "use viewer, operator or admin")
		}
	}
	for _, s := range r.list(fields["slots"], "slots") {
		r.slot(s, a)
	}
	r.kind(n, fields, a)
	r.actions = append(r.actions, a)
}

// kind reads what an action does.
func (r *reader) kind(n *yaml.Node, fields map[string]*yaml.Node, a *Action) {
	var kinds []string
	for _, k := range actionKinds {
		if fields[k] != nil {
			kinds = append(kinds, k)
		}
	}
	if len(kinds) != 1 {
		problem := "the intent does nothing"
		if len(kinds) > 1 {
			problem = "the intent does more than one thing: " + phrase.And(kinds)
		}
		r.fault(n, problem, "give exactly one of "+strings.Join(actionKinds, ", "))
		return
	}
	switch value := fields[kinds[0]]; kinds[0] {
	case "reply":
		if a.Reply = r.pattern(value, "the reply", a); value.Value == "" {
			r.fault(value, "the reply is empty", "write what to answer")
		}
	case "query":
		a.Query = r.queryPlan(value, a, true)
	case "kubernetes":
		r.objectsPlan(value, a)
	case "http":
		r.callPlan(value, a)
	case "alias":
		r.aliasPlan(value, a)
	}
}

func (r *reader) slot(n *yaml.Node, a *Action) {
	fields, ok := r.fields(n, "a slot", "name", "entity", "entity_role", "required", "default", "ask")
	if !ok {
		return
	}
	s := Slot{Name: r.text(fields["name"], "the slot's name"), Role: r.text(fields["entity_role"], "entity_role"),
		Default: r.text(fields["default"], "the default"), Ask: r.text(fields["ask"], "ask")}
	s.Entity = r.text(fields["entity"], "the entity")
	if s.Entity == "" {
		s.Entity = s.Name
	}
	switch {
	case !slotForm.MatchString(s.Name):
		r.fault(n, fmt.Sprintf("%q cannot be the name of a slot", s.Name), "add name: with letters, digits and _")
	case slices.Contains(a.slotNames(), s.Name):
		r.fault(n, fmt.Sprintf("slot %q stands there twice", s.Name), "remove one")
	}
	if v := fields["required"]; v != nil {
		if v.Value != "true" && v.Value != "false" {
			r.fault(v, fmt.Sprintf("required cannot be %q", v.Value), "write true or false")
		}
		s.Required = v.Value == "true"
	}
	if s.Required && s.Default != "" {
		r.fault(fields["default"], "a required slot has a default", "leave one of required and default out: with a default it is never missing")
	}
	if s.Ask != "" && !s.Required {
		r.fault(fields["ask"], "a slot that is not required has a question", "add required: true, or leave ask out")
	}
	a.Slots = append(a.Slots, s)
}

func (r *reader) aliasPlan(n *yaml.Node, a *Action) {
	fields, ok := r.fields(n, "alias", "intent", "query")
	if !ok {
		return
	}
	plan := &AliasPlan{Intent: r.text(fields["intent"], "the intent")}
	if intent := r.builtinNamed(plan.Intent); intent == nil {
		names := make([]string, len(r.builtin))
		for i, b := range r.builtin {
			names[i] = b.Name
		}
		r.fault(n, fmt.Sprintf("there is no built-in intent %q", plan.Intent), "the built-in intents are "+strings.Join(names, ", "))
	} else if fields["query"] != nil {
		if !intent.Queries {
			r.fault(fields["query"], "intent "+plan.Intent+" has no query", "leave query out")
		}
		plan.Query = r.queryPlan(fields["query"], a, false)
	}
	a.Alias = plan
}

// builtinNamed returns the built-in intent of a name; nil if there is none.
func (r *reader) builtinNamed(name string) *Builtin {
	i := slices.IndexFunc(r.builtin, func(b Builtin) bool { return b.Name == name })
	if i < 0 {
		return nil
	}
	return &r.builtin[i]
}
