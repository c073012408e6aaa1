package intents

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

// ActionsFile is the name of the file, beside the examples, that says what custom intents do.
const ActionsFile = "actions.yml"

// actionsVersion is the version of the format of ActionsFile.
const actionsVersion = "1"

// action is what a custom intent does, as actions.yml says: one of reply, query, objects, call and alias.
type action struct {
	intent string
	does   string // for people, as in "I can …"
	role   Role
	slots  []slot
	at     nlp.Position

	reply   *pattern // alone: the answer; beside objects or call: how their result is worded
	query   *queryPlan
	objects *objectsPlan
	call    *callPlan
	alias   *aliasPlan
}

// slot is an argument of a custom intent. It is filled from an entity of the sentence, or else by asking.
type slot struct {
	name     string
	entity   string // type
	role     string // of the entity; empty: any
	required bool
	standard string // its default
	ask      string
}

// objectsPlan lists objects of a Kubernetes resource.
type objectsPlan struct {
	query                     models.ObjectQuery // without the templates
	namespace, labels, fields *pattern
	titles                    []string
}

// aliasPlan is a built-in intent with parts of its query decided.
type aliasPlan struct {
	intent string
	query  *queryPlan // nil: nothing decided
}

func (a *action) slotNames() []string {
	names := make([]string, len(a.slots))
	for i, s := range a.slots {
		names[i] = s.name
	}
	return names
}

// actionsReader reads one actions.yml and collects its faults.
type actionsReader struct {
	file    string
	rules   Rules
	actions []*action
	faults  []error
}

func (r *actionsReader) fault(n *yaml.Node, problem, hint string) {
	r.faults = append(r.faults, &nlp.DataError{At: r.position(n), Problem: problem, Hint: hint})
}

func (r *actionsReader) position(n *yaml.Node) nlp.Position {
	return nlp.Position{File: r.file, Line: max(n.Line, 1), Column: max(n.Column, 1)}
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// readActions reads what custom intents do. The faults are *nlp.DataError.
func readActions(file, source string, rules Rules) ([]*action, []error) {
	r := &actionsReader{file: file, rules: rules}
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
	return r.actions, r.faults
}

func (r *actionsReader) document(root *yaml.Node) {
	fields, ok := r.fields(root, "the file", "version", "actions")
	if !ok {
		return
	}
	if v := fields["version"]; v == nil {
		r.fault(root, "the file says no version", `add version: "1" as its first line`)
	} else if v.Value != actionsVersion {
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
func (r *actionsReader) fields(n *yaml.Node, what string, known ...string) (map[string]*yaml.Node, bool) {
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
func (r *actionsReader) text(n *yaml.Node, what string) string {
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
func (r *actionsReader) list(n *yaml.Node, what string) []*yaml.Node {
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
func (r *actionsReader) pattern(n *yaml.Node, what string, a *action) *pattern {
	if n == nil {
		return nil
	}
	return r.compile(n, r.text(n, what), a)
}

func (r *actionsReader) compile(n *yaml.Node, source string, a *action) *pattern {
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

func (r *actionsReader) action(n *yaml.Node) {
	fields, ok := r.fields(n, "an action", append([]string{"intent", "does", "role", "slots"}, actionKinds...)...)
	if !ok {
		return
	}
	name := fields["intent"]
	if name == nil {
		r.fault(n, "an action says not whose it is", "add intent: NAME, an intent of the examples")
		return
	}
	a := &action{intent: r.text(name, "the intent's name"), role: Viewer, at: r.position(name)}
	builtin := intentsByName()[a.intent] != nil
	switch {
	case !intentForm.MatchString(a.intent):
		r.fault(name, fmt.Sprintf("%q cannot be the name of an intent", a.intent), "use letters, digits and _ - . inside, at most 64")
	case builtin || a.intent == nlp.Fallback:
		r.fault(name, fmt.Sprintf("%q is a built-in intent", a.intent), "choose another name; alias: {intent: "+a.intent+"} makes one that does the same")
	case slices.Contains(r.rules.Taken, a.intent):
		r.fault(name, fmt.Sprintf("%q is an intent of the whole deployment", a.intent), "choose another name")
	case slices.ContainsFunc(r.actions, func(o *action) bool { return o.intent == a.intent }):
		r.fault(name, fmt.Sprintf("intent %q has an action already", a.intent), "remove one of them")
	}
	if a.does = r.text(fields["does"], "does"); fields["role"] != nil {
		a.role = Role(r.text(fields["role"], "the role"))
		if !slices.Contains([]Role{Viewer, Operator, Admin}, a.role) {
			r.fault(fields["role"], fmt.Sprintf("there is no role %q", a.role), "use viewer, operator or admin")
		}
	}
	for _, s := range r.list(fields["slots"], "slots") {
		r.slot(s, a)
	}
	r.kind(n, fields, a)
	r.actions = append(r.actions, a)
}

// kind reads what an action does.
func (r *actionsReader) kind(n *yaml.Node, fields map[string]*yaml.Node, a *action) {
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
		if a.reply = r.pattern(value, "the reply", a); value.Value == "" {
			r.fault(value, "the reply is empty", "write what to answer")
		}
	case "query":
		a.query = r.queryPlan(value, a, true)
	case "kubernetes":
		r.objectsPlan(value, a)
	case "http":
		r.callPlan(value, a)
	case "alias":
		r.aliasPlan(value, a)
	}
}

func (r *actionsReader) slot(n *yaml.Node, a *action) {
	fields, ok := r.fields(n, "a slot", "name", "entity", "entity_role", "required", "default", "ask")
	if !ok {
		return
	}
	s := slot{name: r.text(fields["name"], "the slot's name"), role: r.text(fields["entity_role"], "entity_role"),
		standard: r.text(fields["default"], "the default"), ask: r.text(fields["ask"], "ask")}
	s.entity = r.text(fields["entity"], "the entity")
	if s.entity == "" {
		s.entity = s.name
	}
	switch {
	case !slotForm.MatchString(s.name):
		r.fault(n, fmt.Sprintf("%q cannot be the name of a slot", s.name), "add name: with letters, digits and _")
	case slices.Contains(a.slotNames(), s.name):
		r.fault(n, fmt.Sprintf("slot %q stands there twice", s.name), "remove one")
	}
	if v := fields["required"]; v != nil {
		if v.Value != "true" && v.Value != "false" {
			r.fault(v, fmt.Sprintf("required cannot be %q", v.Value), "write true or false")
		}
		s.required = v.Value == "true"
	}
	if s.required && s.standard != "" {
		r.fault(fields["default"], "a required slot has a default", "leave one of required and default out: with a default it is never missing")
	}
	if s.ask != "" && !s.required {
		r.fault(fields["ask"], "a slot that is not required has a question", "add required: true, or leave ask out")
	}
	a.slots = append(a.slots, s)
}

func (r *actionsReader) objectsPlan(n *yaml.Node, a *action) {
	fields, ok := r.fields(n, "kubernetes", "group", "version", "resource", "namespace", "labels", "fields", "columns", "limit", "reply")
	if !ok {
		return
	}
	plan := &objectsPlan{query: models.ObjectQuery{Group: r.text(fields["group"], "the group"), Version: r.text(fields["version"], "the version"),
		Resource: r.text(fields["resource"], "the resource"), Limit: 100}}
	q := &plan.query
	switch {
	case q.Version == "" || q.Resource == "":
		r.fault(n, "version or resource is missing", "write for example group: cert-manager.io, version: v1, resource: certificates (the plural)")
	case q.Group == "" && strings.EqualFold(q.Resource, "secrets"):
		r.fault(fields["resource"], "secrets are not read", "choose another resource")
	case strings.ToLower(q.Resource) != q.Resource || strings.ContainsAny(q.Group+q.Version+q.Resource, "/ {?#%"):
		r.fault(n, "group, version or resource is not written as in the API", "write for example group: cert-manager.io, version: v1, resource: certificates (the plural)")
	}
	plan.namespace = r.pattern(fields["namespace"], "the namespace", a)
	plan.labels = r.pattern(fields["labels"], "the label selector", a)
	plan.fields = r.pattern(fields["fields"], "the field selector", a)
	a.reply = r.pattern(fields["reply"], "the reply", a)
	if v := fields["limit"]; v != nil {
		if limit, err := strconv.Atoi(v.Value); err != nil || limit < 1 || limit > 500 {
			r.fault(v, fmt.Sprintf("limit cannot be %q", v.Value), "it is a number from 1 to 500")
		} else {
			q.Limit = limit
		}
	}
	columns := r.list(fields["columns"], "columns")
	if len(columns) == 0 {
		r.fault(n, "there are no columns", "add columns: and below it items such as {title: Name, path: .metadata.name}")
	}
	for _, c := range columns {
		r.column(c, plan)
	}
	a.objects = plan
}

func (r *actionsReader) column(n *yaml.Node, plan *objectsPlan) {
	fields, ok := r.fields(n, "a column", "title", "path")
	if !ok {
		return
	}
	title, path := r.text(fields["title"], "the title"), r.text(fields["path"], "the path")
	if title == "" || path == "" {
		r.fault(n, "a column has no title or no path", "write {title: Name, path: .metadata.name}")
		return
	}
	if r.rules.CheckPath != nil {
		if err := r.rules.CheckPath(path); err != nil {
			r.fault(fields["path"], fmt.Sprintf("%q is not a JSONPath: %v", path, err), "write it as for kubectl -o jsonpath, for example .status.phase")
		}
	}
	plan.titles = append(plan.titles, title)
	plan.query.Columns = append(plan.query.Columns, path)
}

func (r *actionsReader) aliasPlan(n *yaml.Node, a *action) {
	fields, ok := r.fields(n, "alias", "intent", "query")
	if !ok {
		return
	}
	plan := &aliasPlan{intent: r.text(fields["intent"], "the intent")}
	if intent := intentsByName()[plan.intent]; intent == nil || plan.intent == nlp.Fallback {
		var names []string
		for _, row := range table() {
			if row.Name != nlp.Fallback {
				names = append(names, row.Name)
			}
		}
		r.fault(n, fmt.Sprintf("there is no built-in intent %q", plan.intent), "the built-in intents are "+strings.Join(names, ", "))
	} else if fields["query"] != nil {
		if intent.act == actChat {
			r.fault(fields["query"], "intent "+plan.intent+" has no query", "leave query out")
		}
		plan.query = r.queryPlan(fields["query"], a, false)
	}
	a.alias = plan
}

// ActionNames returns the names of the intents of an [ActionsFile], as far as it can be read.
func ActionNames(source string) []string {
	actions, _ := readActions(ActionsFile, source, Rules{})
	names := make([]string, len(actions))
	for i, a := range actions {
		names[i] = a.intent
	}
	return names
}
