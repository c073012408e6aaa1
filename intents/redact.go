package intents

import (
	"maps"
	"slices"

	"github.com/mulebot/mulebot/models"
)

// discreet takes secrets out of what was said or filled in, before anything is made of it: somebody pasted them by mistake. What
// is to hold some stays: training files, which name those that they send, and kubeconfigs.
func (t *turn) discreet() {
	if training(t.message.Text) == nil {
		t.message.Text = models.Redact(t.message.Text)
	}
	if t.message.Action == nil || len(t.message.Action.Values) == 0 {
		return
	}
	action := *t.message.Action
	action.Values = maps.Clone(action.Values)
	for key, value := range action.Values {
		if !slices.Contains([]string{kubeconfigKey, uploadKey, pasteKey}, key) {
			action.Values[key] = models.Redact(value)
		}
	}
	t.message.Action = &action
}

// redact takes secrets out of all that people see of a reply: objects of clusters may hold some, and errors repeat what they
// are about.
func redact(r *models.Reply) {
	r.Title, r.Text = models.Redact(r.Title), models.Redact(r.Text)
	r.Facts, r.Notes, r.Buttons = slices.Clone(r.Facts), slices.Clone(r.Notes), slices.Clone(r.Buttons) // they may be others' too
	for i := range r.Facts {
		r.Facts[i].Label, r.Facts[i].Value = models.Redact(r.Facts[i].Label), models.Redact(r.Facts[i].Value)
	}
	for i := range r.Notes {
		r.Notes[i] = models.Redact(r.Notes[i])
	}
	for i := range r.Buttons {
		r.Buttons[i].Label = models.Redact(r.Buttons[i].Label)
	}
	redactTable(r.Table)
	if r.Figures != r.Table {
		redactTable(r.Figures)
	}
	if r.Then != nil {
		then := *r.Then
		redact(&then)
		r.Then = &then
	}
}

func redactTable(t *models.Table) {
	if t == nil {
		return
	}
	for _, row := range t.Rows {
		for i := range row {
			row[i].Text = models.Redact(row[i].Text)
			if text, ok := row[i].Value.(string); ok {
				row[i].Value = models.Redact(text)
			}
		}
	}
}
