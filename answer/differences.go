package answer

import (
	"math"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Differences is the field of a query that asks what tells a few things apart: in the list of them, that is said first.
const Differences = "differences"

// mostCompared is how many things are told apart in words.
const mostCompared = 4

// differences tells what tells records apart, field by field, and what they have in common.
func (res *Result) differences(rows []record) string {
	if res.query.Field != Differences || len(rows) < 2 || len(rows) > mostCompared {
		return ""
	}
	for _, cluster := range res.query.Clusters {
		if !slices.ContainsFunc(rows, func(r record) bool { return r.from.Cluster == cluster }) {
			return " There is none on " + phrase.Code(cluster) + " to compare with."
		}
	}
	var differ, alike []string
	for i := range res.schema.fields {
		f := &res.schema.fields[i]
		if asked := res.query.Show; len(asked) > 0 && !slices.Contains(asked, f.key) || len(asked) == 0 && slices.Contains(untold, f.key) {
			continue
		}
		var said []string
		known := false
		for j := range rows {
			v := f.get(&rows[j])
			known = known || v.known && (f.Kind != ListKind || len(v.list) > 0)
			said = append(said, cellOf(f, v).Text)
		}
		switch same := len(phrase.Distinct(slices.Clone(said))) == 1; {
		case !known:
		case same:
			alike = append(alike, f.Name()+" "+said[0])
		default:
			differ = append(differ, "\n• "+f.Name()+": "+strings.Join(said, " / ")+apart(f, rows))
		}
	}
	if classes := parameters(rows); classes != "" {
		differ = append(differ, classes)
	}
	text := " What differs, in the order of " + strings.Join(res.names(rows), " and ") + ":" + strings.Join(differ, "")
	if len(differ) == 0 {
		text = " Nothing that I know tells them apart."
	}
	if len(alike) > 0 {
		text += "\nAlike: " + phrase.Few(alike, 8) + "."
	}
	return text
}

// apart words how far two records are apart in a field that has numbers.
func apart(f *Field, rows []record) string {
	a, b := f.get(&rows[0]), f.get(&rows[1])
	if len(rows) != 2 || f.Kind != BytesKind || !a.known || !b.known {
		return ""
	}
	return " (" + numberText(f.Kind, math.Abs(a.number-b.number)) + " apart)"
}

// untold are the fields that differ between any two things, or follow from another: they are told where they are asked for.
var untold = []string{"name", "volume", "claim", "age", "since", "used_percent", "committed_percent", "unhealthy", "as_of", "created", "spare", "target_ip", "iqn", "portal", "uuid", "eta"}

// parameters tells which parameters of storage classes differ.
func parameters(rows []record) string {
	values := map[string][]string{}
	for i := range rows {
		c, ok := rows[i].item.(*models.StorageClass)
		if !ok {
			return ""
		}
		for key := range c.Parameters {
			values[key] = nil
		}
	}
	var keys []string
	for key := range values {
		var said []string
		for i := range rows {
			value, ok := rows[i].item.(*models.StorageClass).Parameters[key]
			if !ok {
				value = noText
			}
			said = append(said, value)
		}
		if len(phrase.Distinct(slices.Clone(said))) > 1 {
			keys = append(keys, key+" "+strings.Join(said, " / "))
		}
	}
	slices.Sort(keys)
	if len(keys) == 0 {
		return ""
	}
	return "\n• parameters: " + strings.Join(keys, ", ")
}
