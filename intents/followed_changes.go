package intents

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
)

// changes says in words what a question changes of the last one.
func changes(last, next *models.Query) []string {
	var all []string
	change := func(what, before, now string) {
		switch {
		case before == now && now != "":
			all = append(all, what+"=")
		case before == "" && now != "":
			all = append(all, what+"+")
		case before != "" && now == "":
			all = append(all, what+"-")
		case before != now:
			all = append(all, what+"~")
		}
	}
	if last.Subject != next.Subject {
		all = append(all, "subject "+string(last.Subject)+">"+string(next.Subject))
	}
	change("name", last.Name, next.Name)
	change("clusters", strings.Join(last.Clusters, " "), strings.Join(next.Clusters, " "))
	change("aggregate", last.Aggregate+last.Field, next.Aggregate+next.Field)
	change("group", last.GroupBy, next.GroupBy)
	change("then", last.ThenBy, next.ThenBy)
	change("sort", sorted(last), sorted(next))
	change("limit", number(last.Limit), number(next.Limit))
	change("offset", number(last.Offset), number(next.Offset))
	change("show", strings.Join(last.Show, " "), strings.Join(next.Show, " "))
	return append(all, filterChanges(last, next)...)
}

func filterChanges(last, next *models.Query) []string {
	before, now := byField(last), byField(next)
	var all []string
	kept := 0
	for field, was := range before {
		switch is := now[field]; {
		case reflect.DeepEqual(is, was):
			kept++
		case is == nil:
			all = append(all, "-filter", "-"+fieldKind(last.Subject, field))
		default:
			how := altered(was, is)
			all = append(all, how+"filter", how+fieldKind(next.Subject, field))
		}
	}
	for field := range now {
		if before[field] == nil {
			all = append(all, "+filter", "+"+fieldKind(next.Subject, field))
		}
	}
	if kept > 0 {
		all = append(all, "kept")
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// altered says how the filters of a field are beside those that were: "^" have more values, "v" fewer, "&" are more, "|" fewer, "!" are denied,
// "#" have another number, "~" are others.
func altered(was, is []models.Filter) string {
	holds := func(all, some []models.Filter) bool {
		return !slices.ContainsFunc(some, func(f models.Filter) bool {
			return !slices.ContainsFunc(all, func(o models.Filter) bool { return reflect.DeepEqual(o, f) })
		})
	}
	within := func(all, some models.Filter) bool {
		return all.Not == some.Not && len(some.Values) > 0 && len(all.Values) > len(some.Values) && !slices.ContainsFunc(some.Values, func(v string) bool { return !slices.Contains(all.Values, v) })
	}
	switch {
	case holds(is, was):
		return "&"
	case holds(was, is):
		return "|"
	case len(is) == 1 && len(was) == 1 && within(is[0], was[0]):
		return "^"
	case len(is) == 1 && len(was) == 1 && within(was[0], is[0]):
		return "v"
	case len(is) == 1 && len(was) == 1 && is[0].Not != was[0].Not:
		return "!"
	case len(is) == 1 && len(was) == 1 && is[0].Number != was[0].Number && is[0].Op == was[0].Op:
		return "#"
	}
	return "~"
}

func byField(q *models.Query) map[string][]models.Filter {
	all := map[string][]models.Filter{}
	for _, f := range q.Filters {
		all[f.Field] = append(all[f.Field], f)
	}
	return all
}

// fieldKind is a field, or that it holds the name of something.
func fieldKind(subject models.Subject, field string) string {
	if kindsOf(subject, field) != nil {
		return "thing"
	}
	return field
}

func sorted(q *models.Query) string {
	if q.Sort == "" {
		return ""
	}
	return q.Sort + strconv.FormatBool(q.Desc)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// namesIn are the names that a query picks by.
func namesIn(q *models.Query) []string {
	var all []string
	if q.Name != "" {
		all = append(all, q.Name)
	}
	for _, f := range q.Filters {
		if fieldKind(q.Subject, f.Field) == "thing" {
			all = append(all, f.Values...)
		}
	}
	return all
}

// numbersIn are the numbers that a query compares with, and how many it lists.
func numbersIn(q *models.Query) []float64 {
	var all []float64
	for _, f := range q.Filters {
		if len(f.Values) == 0 && f.Op != models.Known {
			all = append(all, f.Number)
		}
		for _, o := range f.Or {
			if len(o.Values) == 0 && o.Op != models.Known {
				all = append(all, o.Number)
			}
		}
	}
	if q.Limit > 1 {
		all = append(all, float64(q.Limit))
	}
	return all
}

// added is a field that is new in a query, and what it does there.
type added struct{ field, role string }

// addedFields are the fields that are new in a query.
func addedFields(last, next *models.Query) []added {
	var all []added
	for _, f := range next.Filters {
		if !hasSame(last, f) {
			all = append(all, added{f.Field, "filter"})
		}
	}
	if next.Sort != "" && sorted(next) != sorted(last) {
		all = append(all, added{next.Sort, "sort"})
	}
	if next.GroupBy != "" && next.GroupBy != last.GroupBy {
		all = append(all, added{next.GroupBy, "group"})
	}
	if next.Field != "" && next.Field != last.Field {
		all = append(all, added{next.Field, "field"})
	}
	for _, f := range next.Show {
		if !slices.Contains(last.Show, f) {
			all = append(all, added{f, "show"})
		}
	}
	return all
}

// detailed says in words what a question has that the last one had not, but for names and numbers.
func detailed(last, next *models.Query) []string {
	var all []string
	if next.Sort != "" && sorted(next) != sorted(last) {
		all = append(all, "sort "+sorted(next), "sort "+sorted(next)+" "+strconv.Itoa(min(next.Limit, 2)))
	}
	if next.Aggregate+next.Field != last.Aggregate+last.Field {
		all = append(all, "computes "+next.Aggregate+" "+next.Field)
	}
	if next.GroupBy != last.GroupBy {
		all = append(all, "groups "+next.GroupBy)
	}
	for _, f := range next.Show {
		if !slices.Contains(last.Show, f) {
			all = append(all, "shows "+f)
		}
	}
	for _, f := range next.Filters {
		if hasSame(last, f) {
			if last.Subject != next.Subject {
				all = append(all, "carries "+fieldKind(next.Subject, f.Field))
			}
			continue
		}
		if fieldKind(next.Subject, f.Field) == "thing" || len(f.Values) == 0 {
			all = append(all, "filter "+f.Field+string(f.Op)+strconv.FormatBool(f.Not))
		} else {
			all = append(all, "filter "+f.Field+string(f.Op)+strconv.FormatBool(f.Not)+strings.Join(f.Values, "|"))
		}
	}
	return all
}

func hasSame(q *models.Query, f models.Filter) bool {
	return slices.ContainsFunc(q.Filters, func(o models.Filter) bool { return reflect.DeepEqual(o, f) })
}
