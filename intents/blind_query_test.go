package intents_test

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/semantic"
)

// blindQueries are the sets, with the share of their queries, in percent, that must be right. It is a measure and no target: a floor that
// work on the language raises. All have been looked at since they came.
var blindQueries = map[string]int{"blind11.tsv": 85, "blind12.tsv": 85, "blind13.tsv": 88, "blind14.tsv": 82, "blind15.tsv": 85, "blind16.tsv": 84, "blind17.tsv": 85,
	"blind18.tsv": 60, "blind19.tsv": 70}

// TestBlindQueries measures how many questions of strangers about the sample clusters are understood in full. The sets came with the
// notation of queries and without a look at MuleBot; their labels stand as they came. What is wrong is logged.
func TestBlindQueries(t *testing.T) {
	k, claims := newDemoTalk(t)
	for file, floor := range blindQueries {
		t.Run(file, func(t *testing.T) { blindQueriesOf(t, k, claims, file, floor) })
	}
}

func blindQueriesOf(t *testing.T, k *talk, claims map[string]string, file string, floor int) {
	total, asked, right := 0, 0, 0
	for _, line := range blindLines(t, file) {
		examples, err := semantic.ReadExamples(strings.NewReader(line))
		if err != nil || len(examples) != 1 {
			t.Fatalf("%q: %v", line, err)
		}
		x := examples[0]
		total++
		k.forget()
		reply := k.say(x.Text)
		if reply.AskedBack {
			asked++
		} else if reply.Query != nil && answers(plainly(x, claims), reply.Intent, plain(reply.Query, claims)) {
			right++
			continue
		}
		t.Logf("%s\n   got  %s (%.2f): %s  %s", line, reply.Intent, reply.Confidence, brief(reply.Query), reply.Text)
	}
	t.Logf("blind: %d of %d queries right (%.1f%%), %d asked back", right, total, percent(right, total), asked)
	if total < 230 || 100*right < floor*total {
		t.Errorf("only %d of %d queries are right; %d%% of at least 230 are wanted", right, total, floor)
	}
}

// newDemoTalk returns a talk about the sample clusters, and the claim of each of their volumes.
func newDemoTalk(t testing.TB) (*talk, map[string]string) {
	t.Helper()
	clusters, claims := fakeClusters{}, map[string]string{}
	card := models.Card{Team: "T1", Channel: "C1"}
	for _, c := range demo.Clusters() {
		inv, err := kube.ReadDir(c.Name, c.Files, sampleTime)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range inv.Volumes {
			if v.Claim != "" {
				claims[v.Name] = v.Claim
			}
		}
		card.Clusters = append(card.Clusters, c.Name)
		clusters[models.ClusterRef{Team: "T1", Name: c.Name}] = func(context.Context) (*models.Inventory, error) { return inv, nil }
	}
	return newTalkOver(t, clusters, card), claims
}

// plain writes a query as the notation would: with the claims' names for the volumes', and what is asked of one thing as shown.
func plain(q *models.Query, claims map[string]string) *models.Query {
	claim := func(name string) string {
		if c := claims[name]; c != "" {
			return c
		}
		return name
	}
	p := q.Clone()
	p.Name = claim(p.Name)
	for i := range p.Filters {
		for j, v := range p.Filters[i].Values {
			p.Filters[i].Values[j] = claim(v)
			if field := asClaim[p.Filters[i].Field]; field != "" && claims[v] != "" {
				p.Filters[i].Field = field
			}
		}
	}
	if p.Name != "" && p.Field != "" {
		p.Show, p.Field = append(p.Show, p.Field), ""
	}
	return p
}

// asClaim is the field that holds the claim of the volume that another one holds.
var asClaim = map[string]string{"volume": "claim", "volumes": "claims"}

// plainly is an example with its queries in plain.
func plainly(x semantic.Example, claims map[string]string) semantic.Example {
	queries := make([]*models.Query, len(x.Queries))
	for i, q := range x.Queries {
		queries[i] = plain(q, claims)
	}
	x.Queries = queries
	return x
}

// loose are the intents whose answers show the whole of a thing or of a cluster: there a query says only what to look at.
var loose = map[string]bool{"why": true, "impact": true, "consumers": true, "overview": true, "forecast": true, "capacity": true, "compare": true,
	"replicas": true}

// answers reports whether a query is one of those that an example allows.
func answers(x semantic.Example, intent string, got *models.Query) bool {
	return slices.ContainsFunc(x.Queries, func(want *models.Query) bool {
		if loose[x.Act] {
			return (intent == x.Act || x.Act == "compare" && intent == "list") && holds(values(got), values(want)) // of things that are named, a list tells the differences
		}
		return asWanted(got, want)
	})
}

// values are what a query names: clusters, the one thing, and what it filters by.
func values(q *models.Query) []string {
	all := slices.Clone(q.Clusters)
	if q.Name != "" {
		all = append(all, q.Name)
	}
	for _, f := range q.Filters {
		all = append(all, operands(f)...)
		for _, or := range f.Or {
			all = append(all, operands(or)...)
		}
	}
	return all
}

// operands are what a filter compares with, sorted.
func operands(f models.Filter) []string {
	var all []string
	for _, v := range f.Values {
		if f.Not {
			v = "not " + v
		}
		all = append(all, strings.ToLower(v))
	}
	if len(all) == 0 && f.Op != models.Known {
		all = append(all, strconv.FormatFloat(f.Number, 'f', -1, 64))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// asWanted reports whether a query is as it is wanted. Fields may be shown beyond those that are wanted, and clusters matter only where
// they are.
func asWanted(got, want *models.Query) bool {
	return got.Name == want.Name && sameSubject(got, want) &&
		sameSet(computed(got), computed(want)) &&
		got.GroupBy == want.GroupBy && got.ThenBy == want.ThenBy && got.Each == want.Each &&
		got.Sort == want.Sort && got.Desc == want.Desc && got.Limit == want.Limit &&
		holds(got.Show, want.Show) && (len(want.Clusters) == 0 || sameSet(got.Clusters, want.Clusters)) &&
		sameFilters(needed(got), needed(want))
}

// computed are what a query computes, in whatever order it is asked for. Groups show how many they are of beside anything else.
func computed(q *models.Query) []models.Measure {
	if q.Aggregate == "" {
		return nil
	}
	all := append([]models.Measure{{Aggregate: q.Aggregate, Field: q.Field}}, q.Also...)
	if q.GroupBy != "" && len(all) > 1 {
		all = slices.DeleteFunc(all, func(m models.Measure) bool { return m == models.Measure{Aggregate: models.Count} })
	}
	return all
}

// sameSubject takes a claim and its volume for the same where it is one thing that is asked about: the answer is the same.
func sameSubject(got, want *models.Query) bool {
	one := func(s models.Subject) bool { return s == models.Claims || s == models.Volumes }
	return got.Subject == want.Subject || want.Name != "" && one(got.Subject) && one(want.Subject)
}

// needed are the filters of a query without the namespace of a claim or of one thing, whose name says it in the sample clusters.
func needed(q *models.Query) []models.Filter {
	filters := make([]models.Filter, len(q.Filters))
	for i, f := range q.Filters {
		filters[i] = canonicalFilter(q.Subject, f)
	}
	if q.Name == "" && !slices.ContainsFunc(q.Filters, func(f models.Filter) bool { return f.Field == "claim" }) {
		return filters
	}
	return slices.DeleteFunc(filters, func(f models.Filter) bool { return f.Field == "namespace" })
}

// canonicalFilter writes in one way what can be written in several: numbers of things are whole, events are normal or warnings, and a claim in
// phase Pending is pending.
func canonicalFilter(s models.Subject, f models.Filter) models.Filter {
	field := answer.Fields(s).Lookup(f.Field)
	switch {
	case field != nil && field.Kind == answer.CountKind && len(f.Values) == 0:
		f = wholeFilter(f)
	case f.Field == "type" && len(f.Values) == 1 && f.Values[0] == "Warning":
		f.Not, f.Values = !f.Not, []string{"Normal"}
	case s == models.Claims && f.Field == "phase" && len(f.Values) == 1 && f.Values[0] == "Pending":
		f.Field, f.Values = "health", []string{"pending"}
	}
	for i, o := range f.Or {
		f.Or = slices.Clone(f.Or)
		f.Or[i] = canonicalFilter(s, o)
	}
	return f
}

// wholeFilter writes a comparison of whole numbers with a bound that is in: more than none, and having some, is at least one.
func wholeFilter(f models.Filter) models.Filter {
	switch {
	case f.Op == models.Known && f.Not, f.Op == models.Eq && f.Number == 0 && !f.Not:
		f.Op, f.Not, f.Number = models.Le, false, 0
	case f.Op == models.Known:
		f.Op, f.Number = models.Ge, 1
	case f.Op == models.Gt:
		f.Op, f.Number = models.Ge, f.Number+1
	case f.Op == models.Lt:
		f.Op, f.Number = models.Le, f.Number-1
	}
	return f
}

// sameFilters reports whether the filters are the same in any order.
func sameFilters(got, want []models.Filter) bool {
	if len(got) != len(want) {
		return false
	}
	left := slices.Clone(want)
	for _, g := range got {
		i := slices.IndexFunc(left, func(w models.Filter) bool { return sameFilter(g, w) && sameFilters(g.Or, w.Or) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

// ages are the fields of times: people round them, and "lately" or "today" is as long as one thinks.
var ages = map[string]bool{"age": true, "since": true, "snapshot_age": true}

// sameFilter reports whether two filters are the same but for their alternatives. A GB may be a GiB; an age may be twice or half of what is
// wanted, and its bound in or out.
func sameFilter(got, want models.Filter) bool {
	if got.Field != want.Field || got.Not != want.Not {
		return false
	}
	numbers := len(got.Values) == 0 && len(want.Values) == 0 && got.Op != models.Known
	switch {
	case ages[got.Field] && numbers:
		ratio := got.Number / want.Number
		return strings.Trim(string(got.Op), "=") == strings.Trim(string(want.Op), "=") && ratio >= 0.5 && ratio <= 2
	case got.Op != want.Op:
		return false
	case numbers:
		return sameAmount(got.Number, want.Number)
	}
	if got.Field == "object" {
		return holds(operands(got), operands(want)) // events of a pod are those of its volume as well
	}
	return slices.Equal(operands(got), operands(want))
}

// sameAmount reports whether two numbers are the same, or sizes one of which is in GB and the other in GiB, or in TB and TiB.
func sameAmount(a, b float64) bool {
	const giga, tera = 1.024 * 1.024 * 1.024, 1.024 * 1.024 * 1.024 * 1.024
	near := func(a, b float64) bool { return math.Abs(a-b) <= 0.01*b }
	least, most := min(a, b), max(a, b)
	return a == b || least >= 1<<20 && (near(least, most) || near(least*giga, most) || near(least*tera, most))
}

// holds reports whether all that is wanted is among what there is.
func holds(got, want []string) bool {
	return !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(got, w) })
}

// sameSet reports whether two lists have the same elements.
func sameSet[T comparable](a, b []T) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x T) bool { return !slices.Contains(b, x) })
}
