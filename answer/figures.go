package answer

import (
	"strconv"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// figure is what is computed of records beside what a query asks first: the total of a field or, of health, how many are not healthy.
type figure struct{ *Field }

// figures returns those that the query wants to see. What is computed anyway is none, and neither is what cannot be added up.
func (res *Result) figures(of *Field) []figure {
	var all []figure
	for _, key := range res.query.Show {
		f := res.schema.Lookup(key)
		if f != nil && f != of && (f.Kind == BytesKind || f.Kind == CountKind || f.Kind == HealthKind) {
			all = append(all, figure{f})
		}
	}
	return all
}

func (f figure) column() models.Column {
	if f.Kind == HealthKind {
		return models.Column{Key: "unhealthy", Title: "Not healthy", Right: true}
	}
	return models.Column{Key: models.Sum + "_" + f.key, Title: phrase.Capital(aggregateNoun(f.Field, models.Sum)), Right: true}
}

// of computes the figure over records.
func (f figure) of(rows []record) models.Cell {
	if f.Kind != HealthKind {
		return totalCell(f.Field, aggregate(models.Sum, f.Field, rows))
	}
	n := 0
	for i := range rows {
		if f.get(&rows[i]).text != string(models.Healthy) {
			n++
		}
	}
	return models.Cell{Text: strconv.Itoa(n), Value: int64(n)}
}
