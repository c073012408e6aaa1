package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// statement is a filter and the words of the sentence that it was read from.
type statement struct {
	nlp.Entity
	filter models.Filter
}

// state adds the filter that a piece of the sentence stands for.
func (q *question) state(e nlp.Entity, f models.Filter) {
	q.add(f)
	q.stated = append(q.stated, statement{e, f})
}

// unite makes alternatives of the filters whose words the sentence joins with "or": "unmounted or smaller than 20Gi", "released, failed or
// without a claim". Values of one field are alternatives anyway.
func (q *question) unite() *models.Reply {
	slices.SortStableFunc(q.stated, func(a, b statement) int { return a.Start - b.Start })
	open := false // the next of a list that ends with "or"
	for i := len(q.stated) - 1; i > 0; i-- {
		a, b := q.stated[i-1], q.stated[i]
		switch q.joined(a.End, b.Start) {
		case "or":
			open = !(a.Negated && b.Negated) // "neither mounted nor bound"
		case ",":
		default:
			open = false
		}
		if open {
			q.alternate(a.filter, b.filter)
		}
	}
	return nil
}

// joined returns what joins two pieces of the sentence: "or", a comma, or "" where they are further apart.
func (q *question) joined(from, to int) string {
	if from >= to || strings.ContainsAny(q.text[from:to], ";:?!") || !q.within(from, to, 5) {
		return ""
	}
	near := q.after(from, 3)
	if strings.TrimSpace(q.text[from:to]) == "," {
		return ","
	}
	if len(near) > 2 && near[0] == "or" && moreOrLess[near[1]] && q.text[from-1] >= '0' && q.text[from-1] <= '9' && near[2] != "than" {
		return "" // "2 or more"
	}
	if slices.ContainsFunc(wordsOf(q.text[from:to]), func(w word) bool { return w.text == "or" }) {
		return "or"
	}
	return ""
}

// alternate moves one of two filters of the query into the other, as what may hold instead.
func (q *question) alternate(a, b models.Filter) {
	at := func(f models.Filter) int {
		return slices.IndexFunc(q.query.Filters, func(o models.Filter) bool {
			return slices.ContainsFunc(append([]models.Filter{o}, o.Or...), func(o models.Filter) bool {
				return o.Field == f.Field && o.Op == f.Op && o.Not == f.Not && o.Number == f.Number
			})
		})
	}
	i, j := at(a), at(b)
	if i < 0 || j < 0 || i == j {
		return
	}
	other := q.query.Filters[j]
	alternatives := other.Or
	other.Or = nil
	q.query.Filters[i].Or = append(append(q.query.Filters[i].Or, other), alternatives...)
	q.query.Filters = slices.Delete(q.query.Filters, j, j+1)
}
