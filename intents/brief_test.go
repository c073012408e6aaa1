package intents_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
)

// brief writes a query in a line: "volume health!=healthy used_percent>80 sort=-size limit=5 @prod-east". Alternatives are joined: "pods!?/size<20Gi".
func brief(q *models.Query) string {
	if q == nil {
		return "-"
	}
	parts := []string{string(q.Subject)}
	if q.Name != "" {
		parts = append(parts, "name="+q.Name)
	}
	var filters []string
	for _, f := range q.Filters {
		text := briefFilter(f)
		for _, o := range f.Or {
			text += "/" + briefFilter(o)
		}
		filters = append(filters, text)
	}
	slices.Sort(filters)
	parts = append(parts, filters...)
	if q.Aggregate != "" {
		parts = append(parts, strings.TrimSuffix(q.Aggregate+":"+q.Field, ":"))
	}
	if q.GroupBy != "" {
		parts = append(parts, "by="+q.GroupBy)
	}
	if q.ThenBy != "" {
		parts = append(parts, "then="+q.ThenBy)
	}
	if q.Each > 0 {
		parts = append(parts, fmt.Sprintf("each=%d", q.Each))
	}
	if q.Sort != "" {
		sign := "+"
		if q.Desc {
			sign = "-"
		}
		parts = append(parts, "sort="+sign+q.Sort)
	}
	if q.Limit > 0 {
		parts = append(parts, fmt.Sprintf("limit=%d", q.Limit))
	}
	if q.Offset > 0 {
		parts = append(parts, fmt.Sprintf("offset=%d", q.Offset))
	}
	if len(q.Clusters) > 0 {
		parts = append(parts, "@"+strings.Join(q.Clusters, ","))
	}
	return strings.Join(parts, " ")
}

// briefFilter writes a filter without its alternatives.
func briefFilter(f models.Filter) string {
	op, value := string(f.Op), strings.Join(f.Values, "|")
	if len(f.Values) == 0 && f.Op != models.Known {
		value = strconv.FormatFloat(f.Number, 'f', -1, 64)
		if f.Number >= 1<<20 && f.Field != "age" && f.Field != "since" {
			value = fmt.Sprintf("%.4gGi", f.Number/(1<<30))
		}
	}
	if f.Op == models.Known {
		op = "?"
	}
	if f.Not {
		op = "!" + op
	}
	return f.Field + op + value
}
