package answer

import (
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/whatif"
)

// thenWords say in a table what an event does.
var thenWords = map[whatif.Change]string{whatif.Same: "no change", whatif.Interrupts: "moves", whatif.Thins: "loses a copy",
	whatif.Unsure: "not known", whatif.Freezes: "read-only", whatif.Stops: "down", whatif.Loses: "lost"}

var thenHealth = map[whatif.Change]models.Health{whatif.Interrupts: models.Healthy, whatif.Thins: models.Degraded, whatif.Unsure: models.Unknown,
	whatif.Freezes: models.ReadOnly, whatif.Stops: models.Down, whatif.Loses: models.Down}

// effectsTable lists the volumes concerned with what becomes of each.
func effectsTable(found []supposed) *models.Table {
	keys := []string{"claim", "namespace", "engine", "health", "workload", "name"}
	if len(found) > 1 {
		keys = slices.Insert(keys, 1, "cluster")
	}
	var t *models.Table
	at := slices.Index(keys, "health") + 1
	for i := range found {
		s := &found[i]
		rows := make([]record, len(s.Effects))
		for j, e := range s.Effects {
			rows[j] = record{s.from, e.Volume}
		}
		part := tableOf(fieldsOf(&volumeSchema, keys), rows, len(rows))
		part.Columns = slices.Insert(part.Columns, at, models.Column{Key: "then", Title: "Then"}, models.Column{Key: "why", Title: "Why"})
		for j, e := range s.Effects {
			word := thenWords[e.Change]
			if e.Change == whatif.Interrupts && e.Pauses {
				word = "pauses"
			}
			then := models.Cell{Text: word, Value: word, Health: thenHealth[e.Change]}
			part.Rows[j] = slices.Insert(part.Rows[j], at, then, models.Cell{Text: e.Why, Value: e.Why})
		}
		t = below(t, part)
	}
	return t
}

// suppositionButtons offer the worst off, the same question of another event, and what is there.
func suppositionButtons(q *models.Query, event whatif.Event, found []supposed, rows []record) []models.Button {
	buttons := describeButtons(&volumeSchema, window(rows, 0, 3))
	other := map[whatif.Event]whatif.Event{whatif.Drain: whatif.Fail, whatif.Reboot: whatif.Fail, whatif.Fail: whatif.Drain, whatif.Wipe: whatif.Fail}[event]
	if len(found) != 1 {
		return buttons
	}
	again := q.Clone()
	again.Field, again.Clusters = string(other), []string{found[0].from.Cluster}
	label := map[whatif.Event]string{whatif.Drain: "Can it be drained?", whatif.Fail: "What if it fails?"}[other]
	if len(found[0].loss.Pools) == 0 {
		buttons = append(buttons, models.Button{Label: label, Action: models.Action{Intent: "impact", Query: again}})
	}
	there := again.Clone()
	there.Field = ""
	return append(buttons, models.Button{Label: "What is there now", Action: models.Action{Intent: "impact", Query: there}})
}
