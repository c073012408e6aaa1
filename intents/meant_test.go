package intents_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// TestMeantIsClean finds in the training data of the parser what would teach it nothing, or something wrong: acts, clusters and fields
// that there are none of, comparisons that a field has no values for, and sentences that mean one thing here and another there.
func TestMeantIsClean(t *testing.T) {
	data, _, err := nlp.ReadYAML(intents.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	acts, clusters := map[string]bool{}, map[string]bool{}
	for _, x := range data.Examples {
		acts[x.Intent] = true
	}
	for _, c := range demo.Clusters() {
		clusters[c.Name] = true
	}
	first := map[string]meantLine{}
	for _, l := range meantLines(t) {
		if !acts[l.Act] {
			t.Errorf("%s: no intent is called %q", l.place, l.Act)
		}
		for _, q := range l.Queries {
			for _, fault := range faults(q, clusters) {
				t.Errorf("%s: %s: %s", l.place, l.Text, fault)
			}
		}
		key := folded(l.Text)
		if before, twice := first[key]; twice && meaning(before) != meaning(l) {
			t.Errorf("%s: %q means %s, and %s at %s", l.place, l.Text, meaning(l), meaning(before), before.place)
		}
		first[key] = l
	}
}

// meantLine is an example of the training data and where it stands.
type meantLine struct {
	semantic.Example
	place string
}

// meantLines reads the training data of the parser.
func meantLines(t *testing.T) []meantLine {
	t.Helper()
	files, err := filepath.Glob("meant/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatal("no training data", err)
	}
	var lines []meantLine
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(data), "\n") {
			place := fmt.Sprintf("%s:%d", file, i+1)
			examples, err := semantic.ReadExamples(strings.NewReader(line))
			if err != nil {
				t.Errorf("%s: %v", place, err)
			}
			for _, x := range examples {
				lines = append(lines, meantLine{x, place})
			}
		}
	}
	return lines
}

// meaning writes what a line says that its sentence means, the queries and their pieces in order.
func meaning(l meantLine) string {
	var all []string
	for _, q := range l.Queries {
		all = append(all, canonical(semantic.Notation(q)))
	}
	slices.Sort(all)
	means := l.Act + " " + strings.Join(all, " || ")
	if l.Other {
		means += " and more"
	}
	return means
}

// faults are what a query asks that its subject cannot answer.
func faults(q *models.Query, clusters map[string]bool) []string {
	schema := answer.Fields(q.Subject)
	if schema == nil {
		return []string{fmt.Sprintf("there is no subject %q", q.Subject)}
	}
	var all []string
	keys := append([]string{q.GroupBy, q.ThenBy, q.Field, q.Sort}, q.Show...)
	for _, m := range q.Also {
		keys = append(keys, m.Field)
	}
	for _, f := range q.Filters {
		for _, f := range append([]models.Filter{f}, f.Or...) {
			keys = append(keys, f.Field)
			if field := schema.Lookup(f.Field); field != nil && !compares(field.Kind, f) {
				all = append(all, fmt.Sprintf("%s of %s are not compared like that", f.Field, schema.Many))
			}
		}
	}
	for _, key := range keys {
		if key != "" && schema.Lookup(key) == nil {
			all = append(all, fmt.Sprintf("%s have no %s", schema.Many, key))
		}
	}
	for _, c := range q.Clusters {
		if !clusters[c] {
			all = append(all, fmt.Sprintf("no sample cluster is called %q", c))
		}
	}
	return all
}

// compares reports whether values of a kind are compared as a filter does.
func compares(kind answer.Kind, f models.Filter) bool {
	switch {
	case f.Op == models.Known:
		return kind != answer.FlagKind // it is always known
	case kind.Numeric():
		return !slices.ContainsFunc(f.Values, func(v string) bool { _, err := strconv.ParseFloat(v, 64); return err != nil })
	case kind == answer.ListKind && len(f.Values) == 0: // by how many there are
		return true
	case kind == answer.FlagKind:
		return f.Op == models.Eq && !slices.ContainsFunc(f.Values, func(v string) bool { return v != "true" && v != "false" })
	}
	return len(f.Values) > 0 && !slices.Contains(f.Values, "true") && !slices.Contains(f.Values, "false")
}
