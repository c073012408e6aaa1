package semantic

import (
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// testConditions are those of the tests.
var testConditions = map[string][]models.Filter{
	"mounted":       {{Field: "pods", Op: models.Known}},
	"databases":     {{Field: "workload", Op: models.Match, Values: []string{"sql"}}},
	"no redundancy": {{Field: "spare", Op: models.Lt, Number: 1}},
}

// found returns what is recognised in a text: its words in brackets, "[text|type=value]", of which the text has no brackets.
// A type in capitals is that of a name; a value that begins with "!" is negated.
func found(t *testing.T, marked string) (text string, entities []nlp.Entity) {
	t.Helper()
	for marked != "" {
		before, rest, ok := strings.Cut(marked, "[")
		text += before
		if !ok {
			break
		}
		inside, after, ok := strings.Cut(rest, "]")
		said, what, ok2 := strings.Cut(inside, "|")
		kind, value, ok3 := strings.Cut(what, "=")
		if !ok || !ok2 || !ok3 {
			t.Fatalf("%q is not marked up", marked)
		}
		e := nlp.Entity{Type: strings.ToLower(kind), Text: said, Start: len(text), End: len(text) + len(said), Score: 1, Source: nlp.FromLookup}
		e.Value, e.Negated = strings.TrimPrefix(value, "!"), strings.HasPrefix(value, "!")
		switch n, numeric := number(value); {
		case kind != e.Type:
			e.Source = nlp.FromName
			e.Candidates = []nlp.Candidate{{Name: nlp.Name{Type: e.Type, Value: e.Value}}}
		case numeric:
			e.Number, e.Source = n, ""
		}
		entities = append(entities, e)
		text, marked = text+said, after
	}
	return text, entities
}

func TestAlign(t *testing.T) {
	tests := []struct{ marked, act, query, roles, marks string }{
		{"volumes by size", "list", "volume sort=-size", "sort-", ""},
		{"claims of [kafka|NAMESPACE=kafka] and [db|condition=databases]", "list", "claim namespace=kafka|db", "namespace=,namespace=", ""},
		{"how many volumes and their total size", "count", "volume count also=sum:size", "also sum", ""},
		{"[average|aggregate=avg] and [maximum|aggregate=max] size of volumes", "aggregate", "volume avg:size also=max:size", "agg,also,over", ""},
		{"how many pools, how many [broken|health=unhealthy]", "count", "pool count also=count:health", "also", ""},
		{"used percentages of pools", "list", "pool show=used_percent", "show%", ""},
		{"committed share of pools in percent", "list", "pool show=committed_percent", "show%", ""},
		{"is x [ok|health=healthy]", "list", "pool show=health", "show", ""},
		{"[ready|health=healthy] snapshots", "list", "snapshot ready=true", "is ready=true", ""},
		{"[pod|subject=pod] events", "list", "event kind=Pod", "kind=", ""},
		{"bad [cvrs|subject=replica]", "list", "replica engine=cstor", "is engine=cstor", ""},
		{"volumes which may be lost", "list", "volume spare<1", "", "spare<1"},
		{"how big are volumes", "list", "volume show=size", "show", ""},
		{"volumes with what they weigh", "list", "volume show=size", "", "show=size"},
		{"pools, per team", "list", "volume by=namespace", "by", ""},
	}
	for _, test := range tests {
		text, entities := found(t, test.marked)
		q, err := Parse(test.query)
		if err != nil {
			t.Fatal(err)
		}
		p := &Parser{conditions: testConditions, frequent: map[string]bool{"ready=true": true, "engine=cstor": true, "spare<1": true}}
		a := p.align(p.sentence(text, entities, q.Subject), test.act, q)
		roles := slices.DeleteFunc(a.roles, func(r string) bool { return r == NoRole })
		if got := strings.Join(roles, ","); got != test.roles {
			t.Errorf("%q has the roles %q, not %q", text, got, test.roles)
		}
		if got := strings.Join(a.marks, ","); got != test.marks {
			t.Errorf("%q has the marks %q, not %q", text, got, test.marks)
		}
	}
}

// TestAlignCompose checks that what an alignment says of a query gives the query again.
func TestAlignCompose(t *testing.T) {
	for marked, query := range map[string]string{
		"volumes of [kafka|NAMESPACE=kafka] with [mounted|condition=mounted] by size":    "volume namespace=kafka pods? sort=-size",
		"how many volumes per engine, total used":                                        "volume count also=sum:used by=engine",
		"[average|aggregate=avg], [maximum|aggregate=max] used space of pools by engine": "pool avg:used also=max:used by=engine",
		"events about a [claim|subject=claim]":                                           "event kind=PersistentVolumeClaim",
		"committed share of the [cspis|subject=pool]":                                    "pool engine=cstor show=committed_percent",
		"volumes by zone": "volume by=zone",
	} {
		text, entities := found(t, marked)
		q, err := Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		act := "list"
		switch {
		case q.Aggregate == models.Count:
			act = "count"
		case q.Aggregate != "":
			act = "aggregate"
		}
		p := &Parser{conditions: testConditions, frequent: map[string]bool{"engine=cstor": true}}
		a := p.align(p.sentence(text, entities, q.Subject), act, q)
		r := &Reading{Act: act, Subject: q.Subject, Anchors: a.anchors, Roles: a.roles, Marks: a.marks, parser: p}
		got, err := r.Query(func(e nlp.Entity, _ string, _ bool) ([]string, error) { return []string{e.Value}, nil })
		if err != nil || Notation(got) != query {
			t.Errorf("%q with the roles %q and the marks %q gives %q (%v), not %q", text, a.roles, a.marks, Notation(got), err, query)
		}
	}
}
