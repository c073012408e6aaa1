package semantic_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/semantic"
)

func pick[T any](r *rand.Rand, all ...T) T { return all[r.IntN(len(all))] }

// randomFilter makes a filter of volumes.
func randomFilter(r *rand.Rand) models.Filter {
	f := models.Filter{Not: r.IntN(4) == 0}
	switch r.IntN(4) {
	case 0:
		f.Field, f.Op = pick(r, "pods", "node", "size"), models.Known
	case 1:
		f.Field, f.Op, f.Not = pick(r, "size", "used_percent", "age"), pick(r, models.Lt, models.Le, models.Gt, models.Ge), false
		f.Number = pick(r, 0, 1, 80, 1.5, 86400, 20<<30, 1<<40, 3.5*(1<<30))
	case 2:
		f.Field, f.Op, f.Number = "size", models.Eq, pick(r, 1.0, 1<<30, 500<<20)
	default:
		f.Field, f.Op = pick(r, "engine", "node", "namespace", "workload"), pick(r, models.Eq, models.Match)
		for range 1 + r.IntN(3) {
			f.Values = append(f.Values, pick(r, "cstor", "harbor-1", "StatefulSet/mysql", "thin pool", "a.b-c/d", "10"))
		}
	}
	return f
}

// randomQuery makes a query of volumes with all that the notation has.
func randomQuery(r *rand.Rand) *models.Query {
	q := &models.Query{Subject: models.Volumes}
	for range r.IntN(4) {
		f := randomFilter(r)
		for range r.IntN(3) {
			f.Or = append(f.Or, randomFilter(r))
		}
		q.Filters = append(q.Filters, f)
	}
	switch r.IntN(4) {
	case 0:
		q.Name = pick(r, "pvc-1", "data db")
	case 1:
		q.Aggregate = models.Count
	case 2:
		q.Aggregate, q.Field = pick(r, models.Sum, models.Average, models.Median, models.Minimum, models.Maximum), "size"
		q.Also = append(q.Also, pick(r, models.Measure{Aggregate: models.Count}, models.Measure{Aggregate: models.Maximum, Field: "used"}))
	}
	if r.IntN(2) == 0 {
		q.GroupBy, q.ThenBy, q.Each = "node", pick(r, "", "engine"), r.IntN(3)
	}
	if r.IntN(2) == 0 {
		q.Sort, q.Desc, q.Limit = "size", r.IntN(2) == 0, r.IntN(6)
	}
	for range r.IntN(3) {
		q.Show = append(q.Show, pick(r, "size", "reclaim"))
	}
	for range r.IntN(3) {
		q.Clusters = append(q.Clusters, pick(r, "harbor", "quarry"))
	}
	return q
}

// TestNotationRoundTrip reads what was written of random queries.
func TestNotationRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		q := randomQuery(r)
		text := semantic.Notation(q)
		got, err := semantic.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !reflect.DeepEqual(got, q) {
			t.Fatalf("%s\n is read as %+v\n of       %+v", text, got, q)
		}
	}
}

// FuzzNotation writes what could be read: it must be read as the same again. Quotes may hide a space
// anywhere, in a field too, so what has some must only be written without a panic.
func FuzzNotation(f *testing.F) {
	f.Add(`volume engine=cstor used_percent>80 pods!?/size<20Gi sum:used by=node sort=-used limit=5 show=reclaim @prod-east`)
	f.Add(`pool kind="thin pool|volume group" also=count also=max:size then=x each=2 name="a b"`)
	f.Fuzz(func(t *testing.T, text string) {
		q, err := semantic.Parse(text)
		if err != nil {
			return
		}
		written := semantic.Notation(q)
		again, err := semantic.Parse(written)
		if strings.Contains(text, `"`) {
			return
		}
		if err != nil {
			t.Fatalf("%q is written %q: %v", text, written, err)
		}
		if twice := semantic.Notation(again); twice != written {
			t.Fatalf("%q is written %q, then %q", text, written, twice)
		}
	})
}
