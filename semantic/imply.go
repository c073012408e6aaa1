package semantic

import (
	"slices"

	"github.com/mulebot/mulebot/models"
)

// implications says which conditions hold anyway where another one does, so that they say nothing beside it.
var implications = []struct{ one, other func(models.Filter) bool }{
	{is("used_percent"), knows("used")},
	{is("snapshot_age"), is("snapshots")},
	{values("phase", "Pending", "Lost", "Failed"), unhealthy},
	{values("ready", "false"), unhealthy},
	{values("orphaned", "true"), lacks("claim")},
	{lacks("pods"), lacks("workload")},
	{isUnhealthy, unhealthy},
}

// tidy leaves out the conditions that say nothing beside others. What is compared with an amount that was said is not compared with the one
// that a word stands for as well: "nearly empty, below 15%".
func tidy(filters, said []models.Filter) []models.Filter {
	var kept []models.Filter
	for i, f := range filters {
		implied := false
		for j, other := range filters {
			// Of two that imply each other the first stays.
			implied = implied || i != j && implies(other, f, said) && (!implies(f, other, said) || j < i)
		}
		if !implied {
			kept = append(kept, f)
		}
	}
	return kept
}

// implies reports whether where one condition holds another does, or is told by it what it means.
func implies(one, other models.Filter, said []models.Filter) bool {
	if len(one.Or) > 0 || len(other.Or) > 0 {
		return false
	}
	if one.Field == other.Field && other.Op == models.Known && !other.Not {
		return !one.Not
	}
	if a, b := within(one), within(other); one.Field == other.Field && a != nil && b != nil {
		aSaid, bSaid := spoken(said, one), spoken(said, other)
		if aSaid != bSaid && sameWay(one.Op, other.Op) {
			return aSaid
		}
		return a.from >= b.from && a.to <= b.to
	}
	for _, i := range implications {
		if i.one(one) && i.other(other) {
			return true
		}
	}
	return false
}

// span is the range of the numbers that fit a comparison. What is above a number begins just behind it.
type span struct{ from, to float64 }

const (
	least = -1e300
	most  = 1e300
	step  = 1e-9
)

// within returns the span of a comparison of a number, nil for another condition.
func within(f models.Filter) *span {
	if f.Not || len(f.Values) > 0 {
		return nil
	}
	switch f.Op {
	case models.Lt:
		return &span{least, f.Number - step}
	case models.Le:
		return &span{least, f.Number}
	case models.Gt:
		return &span{f.Number + step, most}
	case models.Ge:
		return &span{f.Number, most}
	case models.Eq:
		return &span{f.Number, f.Number}
	}
	return nil
}

// sameWay reports whether two comparisons have the same direction.
func sameWay(a, b models.Op) bool {
	below := func(op models.Op) bool { return op == models.Lt || op == models.Le }
	above := func(op models.Op) bool { return op == models.Gt || op == models.Ge }
	return below(a) && below(b) || above(a) && above(b)
}

func spoken(said []models.Filter, f models.Filter) bool {
	return slices.ContainsFunc(said, func(s models.Filter) bool { return s.Field == f.Field && s.Op == f.Op && s.Number == f.Number })
}

func is(field string) func(models.Filter) bool {
	return func(f models.Filter) bool { return f.Field == field && f.Op != models.Known }
}

func knows(field string) func(models.Filter) bool {
	return func(f models.Filter) bool { return f.Field == field && f.Op == models.Known && !f.Not }
}

// lacks returns what reports whether a condition is that a field has no value, or none at all.
func lacks(field string) func(models.Filter) bool {
	return func(f models.Filter) bool { return f.Field == field && f.Op == models.Known && f.Not }
}

func values(field string, all ...string) func(models.Filter) bool {
	return func(f models.Filter) bool {
		return f.Field == field && f.Op == models.Eq && !f.Not && len(f.Values) > 0 && !slices.ContainsFunc(f.Values, func(v string) bool { return !slices.Contains(all, v) })
	}
}

// unhealthy reports whether a condition is that something is not healthy, whatever it is.
func unhealthy(f models.Filter) bool {
	return f.Field == "health" && f.Op == models.Eq && f.Not && slices.Equal(f.Values, []string{string(models.Healthy)})
}

// isUnhealthy reports whether a condition is how something is that is not healthy.
func isUnhealthy(f models.Filter) bool {
	return f.Field == "health" && f.Op == models.Eq && !f.Not && len(f.Values) > 0 && !slices.Contains(f.Values, string(models.Healthy))
}
