package intents

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// listedObjects is what one cluster gave to a custom intent.
type listedObjects struct {
	cluster string
	models.ObjectRows
	err error
}

// performObjects lists objects of the card's clusters in a table.
func (t *turn) performObjects(ctx context.Context, e *errand) (models.Reply, error) {
	plan := e.intent.action.Objects
	if t.Objects == nil {
		return models.Reply{}, &models.Error{Kind: models.Unavailable, Message: "Objects can be listed of live clusters only",
			Hint: "Ask about a cluster that is connected, not about a folder"}
	}
	query, err := plan.Make(ctx, e.slots())
	if err != nil {
		return models.Reply{}, t.unworded(e, err)
	}
	answers := t.list(ctx, query, wantedBy(e.query))
	reply := models.Reply{AsOf: t.Now()}
	table := &models.Table{Columns: objectColumns(plan.Titles, len(answers) > 1)}
	var failed []error
	for _, a := range answers {
		if a.err != nil {
			failed = append(failed, a.err)
			continue
		}
		reply.Clusters = append(reply.Clusters, a.cluster)
		for _, row := range a.Rows {
			table.Rows = append(table.Rows, objectCells(row, a.cluster, len(answers) > 1))
		}
		if a.More {
			reply.Notes = append(reply.Notes, fmt.Sprintf("There are more on %s: only the first %d are shown.", phrase.Code(a.cluster), len(a.Rows)))
		}
	}
	if len(reply.Clusters) == 0 {
		return models.Reply{}, answer.NoneAnswered(failed)
	}
	for _, err := range failed {
		message, hint := answer.Failure(err)
		reply.Notes = append(reply.Notes, strings.TrimSpace(phrase.Stop(message)+" "+phrase.Stop(hint)))
	}
	if table.Total = len(table.Rows); table.Total > 0 {
		reply.Table = table
	}
	where := "on " + phrase.And(phrase.Codes(reply.Clusters))
	if query.Namespace != "" {
		where = "in namespace " + phrase.Code(query.Namespace) + " " + where
	}
	reply.Text = fmt.Sprintf("%s %s.", phrase.Count(table.Total, strings.TrimSuffix(query.Resource, "s"), query.Resource), where)
	if e.intent.action.Reply != nil {
		if reply.Text, err = t.word(ctx, e, map[string]any{"count": table.Total, "rows": objectRecords(plan.Titles, answers)}); err != nil {
			return models.Reply{}, err
		}
	}
	return reply, nil
}

// list asks the clusters of the card, or those of them that are wanted, all at once.
func (t *turn) list(ctx context.Context, query models.ObjectQuery, wanted []string) []listedObjects {
	var names []string
	for _, name := range t.card.Clusters {
		if len(wanted) == 0 || slices.Contains(wanted, name) {
			names = append(names, name)
		}
	}
	answers := make([]listedObjects, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() {
			var rows models.ObjectRows
			ref, err := t.refOf(ctx, name)
			if err == nil {
				rows, err = t.Objects.Objects(ctx, ref, query)
			}
			answers[i] = listedObjects{name, rows, err}
		})
	}
	all.Wait()
	return answers
}

// objectColumns head the table of objects, with the cluster where there are several.
func objectColumns(titles []string, several bool) []models.Column {
	var columns []models.Column
	if several {
		columns = append(columns, models.Column{Key: "cluster", Title: "Cluster"})
	}
	for _, title := range titles {
		columns = append(columns, models.Column{Key: columnKey(title), Title: title})
	}
	return columns
}

func columnKey(title string) string { return strings.ReplaceAll(strings.ToLower(title), " ", "_") }

func objectCells(row []string, cluster string, several bool) []models.Cell {
	var cells []models.Cell
	if several {
		cells = append(cells, models.Cell{Text: cluster, Value: cluster})
	}
	for _, text := range row {
		cells = append(cells, models.Cell{Text: text, Value: text})
	}
	return cells
}

// objectRecords are the rows for templates, by the keys of their columns.
func objectRecords(titles []string, answers []listedObjects) []any {
	records := []any{}
	for _, a := range answers {
		for _, row := range a.Rows {
			record := map[string]any{"cluster": a.cluster}
			for i, text := range row {
				record[columnKey(titles[i])] = text
			}
			records = append(records, record)
		}
	}
	return records
}
