package actions

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"github.com/mulebot/mulebot/models"
)

// The limits of a template's execution.
const (
	longestTemplate = 16 << 10 // bytes of its source
	longestOutput   = 64 << 10 // bytes that it writes, or that one of its functions returns
	mostSteps       = 20_000   // pieces that it writes, and turns of its loops
	templateTime    = 200 * time.Millisecond
)

// Pattern is a Go text/template of a custom intent. It gets data and nothing else: no function reads files, the environment
// or the network, and its time and output are bounded. A nil Pattern is empty.
type Pattern struct {
	source string
	parsed *template.Template // nil for a text without actions
}

// templateFuncs are the functions that templates have beside those of [safeBuiltins]. print and its like are bounded here,
// since doubling a text in a loop would fill the memory.
func templateFuncs() template.FuncMap {
	return template.FuncMap{
		"join": joinList, "default": orDefault, "bytes": bytesText, "len": lengthOf,
		"upper":   func(v any) string { return strings.ToUpper(textOf(v)) },
		"lower":   func(v any) string { return strings.ToLower(textOf(v)) },
		"print":   func(args ...any) (string, error) { return bounded(dashed(args), fmt.Sprint) },
		"println": func(args ...any) (string, error) { return bounded(dashed(args), fmt.Sprintln) },
		"printf": func(format string, args ...any) (string, error) {
			return bounded(append(dashed(args), format), func(all ...any) string { return fmt.Sprintf(format, all[:len(all)-1]...) })
		},
	}
}

// safeBuiltins are the functions of text/template that may be used; call, html, js and urlquery are not among them.
var safeBuiltins = []string{"and", "or", "not", "index", "slice", "eq", "ne", "lt", "le", "gt", "ge"}

func knownFunctions() []string {
	names := slices.Clone(safeBuiltins)
	for name := range templateFuncs() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// dash is how a value prints that there is none of.
const dash = "–"

// dashed returns values with those that are missing as they print.
func dashed(values []any) []any {
	values = slices.Clone(values)
	for i, v := range values {
		if v == nil {
			values[i] = dash
		}
	}
	return values
}

// textOf returns a value as text; "" where it is missing.
func textOf(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// lengthOf returns the length of a text, list or map, of which one that is missing has none.
func lengthOf(v any) (int, error) {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Invalid:
		return 0, nil
	case reflect.String, reflect.Slice, reflect.Array, reflect.Map:
		return r.Len(), nil
	}
	return 0, errors.New("len takes a text, a list or a map")
}

// joinList writes the elements of a list with a separator between them: {{join .slots.names ", "}}.
func joinList(list any, separator string) (string, error) {
	if list == nil {
		return "", nil
	}
	items, ok := list.([]any)
	if !ok {
		return "", errors.New("join takes a list and a separator")
	}
	var b strings.Builder
	for i, v := range items {
		if i > 0 {
			b.WriteString(separator)
		}
		fmt.Fprint(&b, v)
		if b.Len() > longestOutput {
			return "", errTooLong
		}
	}
	return b.String(), nil
}

// orDefault returns the value, or the default where it is missing or empty: {{.result.owner | default "nobody"}}.
func orDefault(otherwise, v any) any {
	if v == nil || v == "" {
		return otherwise
	}
	return v
}

// bytesText prints a number of bytes for people: {{bytes 1073741824}} is 1 GiB.
func bytesText(v any) (string, error) {
	switch n := v.(type) {
	case int:
		return models.Bytes(n).String(), nil
	case int64:
		return models.Bytes(n).String(), nil
	case float64:
		return models.Bytes(n).String(), nil
	case string:
		f, err := strconv.ParseFloat(n, 64)
		return models.Bytes(f).String(), err
	}
	return "", errors.New("bytes takes a number")
}

var errTooLong = errors.New("the text grows too long")

func bounded(args []any, text func(...any) string) (string, error) {
	size := 0
	for _, a := range args {
		if s, ok := a.(string); ok {
			size += len(s)
		}
	}
	if size > longestOutput {
		return "", errTooLong
	}
	s := text(args...)
	if len(s) > longestOutput {
		return "", errTooLong
	}
	return s, nil
}

// templateError is what is wrong with a template, and on which of its lines.
type templateError struct {
	line          int // from 1
	problem, hint string
}

func (e *templateError) Error() string { return e.problem + "; " + e.hint }

var templateLine = regexp.MustCompile(`(?s)^template: [^:]*:(\d+):(?:\d+:)? (.*)$`)

// newPattern parses a template and refuses what it may not use. Slots are those that it may name.
func newPattern(source string, slots []string) (*Pattern, error) {
	p := &Pattern{source: source}
	if !strings.Contains(source, "{{") {
		return p, nil
	}
	if len(source) > longestTemplate {
		return nil, &templateError{1, "the template is too long", fmt.Sprintf("keep it under %d bytes", longestTemplate)}
	}
	parsed, err := template.New("template").Funcs(templateFuncs()).Option("missingkey=zero").Parse(source)
	if err != nil {
		e := &templateError{1, err.Error(), "write it as the text/template of Go; the functions are " + strings.Join(knownFunctions(), ", ")}
		if m := templateLine.FindStringSubmatch(e.problem); m != nil {
			e.line, _ = strconv.Atoi(m[1])
			e.problem = m[2]
		}
		return nil, e
	}
	if len(parsed.Templates()) > 1 {
		return nil, &templateError{1, "a template defines another", "write it in one piece, without define, block and template"}
	}
	check := checker{source: source, slots: slots}
	check.node(parsed.Root)
	if check.err != nil {
		return nil, check.err
	}
	p.parsed = parsed
	return p, nil
}

// checker walks the tree of a template. It looks for what may not stand there, and makes every turn of a loop write
// nothing, so that the writer can count it.
type checker struct {
	source string
	slots  []string
	err    error
}

func (c *checker) fault(n parse.Node, problem, hint string) {
	if c.err == nil {
		at := min(int(n.Position()), len(c.source))
		c.err = &templateError{1 + strings.Count(c.source[:at], "\n"), problem, hint}
	}
}

func (c *checker) node(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, child := range n.Nodes {
			c.node(child)
		}
	case *parse.ActionNode:
		c.pipe(n.Pipe)
	case *parse.IfNode:
		c.branch(&n.BranchNode)
	case *parse.WithNode:
		c.branch(&n.BranchNode)
	case *parse.RangeNode:
		c.branch(&n.BranchNode)
		n.List.Nodes = slices.Insert(n.List.Nodes, 0, parse.Node(&parse.TextNode{NodeType: parse.NodeText}))
	case *parse.TemplateNode:
		c.fault(n, "a template calls another", "write it in one piece, without define, block and template")
	}
}

func (c *checker) branch(n *parse.BranchNode) {
	c.pipe(n.Pipe)
	c.node(n.List)
	c.node(n.ElseList)
}

func (c *checker) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, command := range p.Cmds {
		for _, arg := range command.Args {
			c.argument(arg)
		}
	}
}

func (c *checker) argument(n parse.Node) {
	switch n := n.(type) {
	case *parse.PipeNode:
		c.pipe(n)
	case *parse.ChainNode:
		c.argument(n.Node)
	case *parse.IdentifierNode:
		if known := knownFunctions(); !slices.Contains(known, n.Ident) {
			c.fault(n, fmt.Sprintf("there is no function %q", n.Ident), "the functions are "+strings.Join(known, ", "))
		}
	case *parse.FieldNode:
		c.field(n, n.Ident)
	case *parse.VariableNode:
		if n.Ident[0] == "$" {
			c.field(n, n.Ident[1:])
		}
	}
}

// field looks whether a slot that is named is one of the intent's.
func (c *checker) field(n parse.Node, path []string) {
	if len(path) > 1 && path[0] == "slots" && !slices.Contains(c.slots, path[1]) {
		hint := "the intent has no slots: add one under slots:"
		if len(c.slots) > 0 {
			hint = "the slots are " + strings.Join(c.slots, ", ")
		}
		c.fault(n, fmt.Sprintf("there is no slot %q", path[1]), hint)
	}
}

// Render executes the template. Of data it sees "slots", by name: texts and numbers; where something came back also "result", which is
// decoded JSON, or "rows", maps by column, and "count". It fails where a function refuses its arguments, where a bound of time, steps or
// bytes is reached, and when ctx ends.
func (p *Pattern) Render(ctx context.Context, data map[string]any) (string, error) {
	if p == nil {
		return "", nil
	}
	if p.parsed == nil {
		return p.source, nil
	}
	w := &boundedWriter{ctx: ctx, deadline: time.Now().Add(templateTime)}
	if err := p.parsed.Execute(w, data); err != nil {
		return "", err
	}
	return strings.ReplaceAll(w.text.String(), "<no value>", dash), nil
}

// boundedWriter refuses to go on when a template writes too much, too often or for too long.
type boundedWriter struct {
	ctx      context.Context
	deadline time.Time
	steps    int
	text     strings.Builder
}

func (w *boundedWriter) Write(p []byte) (int, error) {
	w.steps++
	switch {
	case w.ctx.Err() != nil:
		return 0, w.ctx.Err()
	case w.steps > mostSteps, w.steps%64 == 0 && time.Now().After(w.deadline):
		return 0, errors.New("the template takes too long")
	case w.text.Len()+len(p) > longestOutput:
		return 0, errTooLong
	}
	return w.text.Write(p)
}

// PlainNumbers turns the whole numbers of decoded JSON, which are floats, into integers, so that they print as such in templates. It
// changes lists and maps in place.
func PlainNumbers(v any) any {
	switch v := v.(type) {
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
	case []any:
		for i := range v {
			v[i] = PlainNumbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = PlainNumbers(v[k])
		}
	}
	return v
}
