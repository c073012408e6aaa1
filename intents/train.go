package intents

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// Admins says who is an admin of a workspace. It is met by *bot.Admins.
type Admins interface {
	// IsAdmin reports whether somebody is an admin or an owner of the workspace. It fails with a *models.Error.
	IsAdmin(ctx context.Context, team models.TeamID, user models.UserID) (bool, error)
}

// Drafts keeps training files between their examination and their activation, for a day. It is met by *store.Store.
type Drafts interface {
	PutDraft(ctx context.Context, team models.TeamID, id string, files map[string]string) error
	// Draft fails with NotFound if there is no such draft any more.
	Draft(ctx context.Context, team models.TeamID, id string) (map[string]string, error)
	DeleteDraft(ctx context.Context, team models.TeamID, id string) error
}

// The values of the actions of training. Those of the form are what it is filled in with.
const (
	draftKey  = "draft"
	pasteKey  = "yaml"
	uploadKey = "file"
	saidKey   = "said"   // what somebody said …
	intentKey = "intent" // … and the intent that is meant by it
)

// command returns the action of a text that is a command of admins; nil if it is none.
func (t *turn) command(ctx context.Context, text string) *models.Action {
	if action := training(text); action != nil {
		return action
	}
	if text == "" && t.message.Kind == models.Command && t.Registry != nil {
		if admin, err := t.may(ctx, Admin, models.Scope{Anywhere: true}); err == nil && admin {
			return &models.Action{Intent: "setup"}
		}
	}
	return t.office(text)
}

// training returns the action of the command "train" with or without YAML behind it; nil if the text is another.
func training(text string) *models.Action {
	const command = "train"
	if len(text) < len(command) || !strings.EqualFold(text[:len(command)], command) {
		return nil
	}
	rest := text[len(command):]
	switch {
	case strings.TrimSpace(rest) == "":
		return &models.Action{Intent: command}
	case strings.ContainsAny(rest[:1], " \n`") && strings.Contains(rest, ":") && strings.ContainsAny(rest, "\n`"):
		return &models.Action{Intent: command, Values: map[string]string{pasteKey: rest}}
	}
	return nil // "train me to …"
}

// administer serves an intent of admins, for whom it needs neither a card nor a cluster.
func (t *turn) administer(ctx context.Context, intent *Intent, action *models.Action) models.Reply {
	reply, err := t.admitted(ctx, intent, action)
	if err != nil {
		reply = t.failed(t.message, err)
		reply.People = t.superiors(ctx, err)
	}
	reply.Private = true
	return t.finish(intent, nlp.Parse{Confidence: 1}, nil, reply)
}

func (t *turn) admitted(ctx context.Context, intent *Intent, action *models.Action) (models.Reply, error) {
	switch {
	case intent.scoped && (t.Registry == nil || t.Drafts == nil):
		return models.Reply{}, &models.Error{Kind: models.Invalid, Message: "Cards, clusters and roles are those of channels in Slack, and this is a console",
			Hint: "`mulebot chat --help` says how to choose the clusters of a console"}
	case !intent.scoped && (t.Workshop == nil || t.Drafts == nil):
		return models.Reply{}, &models.Error{Kind: models.Invalid, Message: "Intents of your own are not taught from here",
			Hint: "Write them into a folder, check it with `mulebot nlu validate DIR`, and start me with `--intents DIR`"}
	}
	allowed, err := t.may(ctx, Admin, models.Scope{Anywhere: intent.scoped})
	switch {
	case err != nil:
		return models.Reply{}, err
	case !allowed && intent.scoped:
		return models.Reply{}, onlyAdmins(intent.Does, nil)
	case !allowed:
		return models.Reply{}, &models.Error{Kind: models.Forbidden, Message: "Only an admin or an owner of this workspace may teach me",
			Hint: "Ask one of them: Slack lists them under your workspace's name, People", Err: errRole}
	}
	if err := oneChannel(action); err != nil {
		return models.Reply{}, err
	}
	return intent.run(t, ctx, action)
}

// serve serves an intent about cards, clusters or roles that somebody asked for in words.
func (t *turn) serve(ctx context.Context, intent *Intent, action *models.Action, parse nlp.Parse) (models.Reply, error) {
	if intent.Role == Admin {
		return t.administer(ctx, intent, action), nil
	}
	reply, err := intent.run(t, ctx, action)
	return t.finish(intent, parse, nil, reply), err
}

// train shows the form for training files, or examines those that were submitted or pasted.
func (t *turn) train(ctx context.Context, action *models.Action) (models.Reply, error) {
	values := action.Values
	pasted, uploaded := strings.TrimSpace(values[pasteKey]), strings.TrimSpace(values[uploadKey])
	switch {
	case pasted != "" || uploaded != "":
		return t.examine(ctx, values)
	case t.message.Kind == models.Submitted:
		return models.Reply{}, &models.Error{Kind: models.Invalid, Message: "The form came without a file and without YAML",
			Hint: "Say `train` again and choose a file or paste its text"}
	case t.message.Team == models.Local:
		return models.Reply{}, &models.Error{Kind: models.Invalid, Message: "The console has no form for training files",
			Hint: "Write them into a folder, check it with `mulebot nlu validate DIR`, and start me with `--intents DIR`"}
	}
	return models.Reply{Form: trainForm(), Text: "Teach me intents of your own: upload a YAML file or paste it. I examine it, and nothing changes before you activate it."}, nil
}

func trainForm() *models.Form {
	return &models.Form{Action: models.Action{Intent: "train"}, Title: "Train MuleBot", Submit: "Examine", Fields: []models.Field{
		{Key: uploadKey, Label: "A YAML file", Kind: models.FileField, Optional: true,
			Hint: "Examples in the format of Rasa NLU (nlu:), and what to do with them (actions:), 1 MB at most."},
		{Key: pasteKey, Label: "Or paste it", Kind: models.MultilineField, Optional: true,
			Hint: "3,000 characters at most; a longer text goes into a file."},
	}}
}

// examine checks training files and keeps them as a draft if they are of use.
func (t *turn) examine(ctx context.Context, values map[string]string) (models.Reply, error) {
	files := map[string]string{}
	for _, part := range []struct{ name, text string }{{values[uploadKey+models.FileName], values[uploadKey]}, {"", values[pasteKey]}} {
		if err := addTraining(files, part.name, part.text); err != nil {
			return models.Reply{}, err
		}
	}
	own, err := t.Workshop.Files(ctx, t.message.Team)
	if err != nil {
		return models.Reply{}, err
	}
	found, err := t.Workshop.Examine(ctx, t.message.Team, together(own, files))
	if err != nil {
		return models.Reply{}, err
	}
	if len(found.Errors) > 0 {
		return unusable(found), nil
	}
	id := strings.ToLower(rand.Text())
	if err := t.Drafts.PutDraft(ctx, t.message.Team, id, files); err != nil {
		return models.Reply{}, err
	}
	reply := usable(found)
	if replaced := replacedBy(own, files); len(replaced) > 0 {
		reply.Notes = append(reply.Notes, "In the place of your present "+phrase.And(phrase.Codes(replaced))+".")
	}
	draft := map[string]string{draftKey: id}
	reply.Buttons = []models.Button{
		{Label: "Activate", Action: models.Action{Intent: "train.activate", Values: draft}},
		{Label: "Discard", Action: models.Action{Intent: "train.discard", Values: draft}},
	}
	return reply, nil
}

// unusable is the reply to files with errors.
func unusable(found Examination) models.Reply {
	err := &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("These files cannot be used yet: %s to mend", phrase.Count(len(found.Errors), "thing is", "things are")),
		Hint: "Mend them and submit the files again; nothing has changed"}
	lines := append([]string{sentence(err.Message)}, bullets(found.Errors, 20)...)
	return models.Reply{Text: strings.Join(lines, "\n"), Notes: append(warningNote(found.Warnings), hints(err)...), Err: err}
}

// usable is the reply to files that may be activated: how well their intents are understood, and what they would confuse.
func usable(found Examination) models.Reply {
	table := &models.Table{Total: len(found.Scores), Columns: []models.Column{
		{Key: "intent", Title: "Intent"}, {Key: "examples", Title: "Examples", Right: true}, {Key: "precision", Title: "Precision", Right: true},
		{Key: "recall", Title: "Recall", Right: true}, {Key: "f1", Title: "F1", Right: true}}}
	weak := 0
	for _, s := range found.Scores {
		table.Rows = append(table.Rows, []models.Cell{
			{Text: s.Intent, Value: s.Intent}, {Text: fmt.Sprint(s.Examples), Value: float64(s.Examples)}, share(s.Precision), share(s.Recall), share(s.F1)})
		if s.F1 < wellUnderstood {
			weak++
		}
	}
	reply := models.Reply{Title: "Examined", Table: table, Notes: confusionNotes(found.Confusions)}
	reply.Text = fmt.Sprintf("No errors. This is how well I would understand %s, each example judged without having been trained on it. Nothing changes before you activate it.",
		phrase.Count(len(found.Scores), "intent of your own", "intents of your own"))
	if len(found.Scores) == 0 {
		reply.Table, reply.Text = nil, "No errors, and no intents of your own in these files. Nothing changes before you activate them."
	}
	if weak > 0 {
		reply.Notes = append(reply.Notes, fmt.Sprintf("%s an F1 below %.0f%%: more examples, and more different ones, help.",
			phrase.Count(weak, "intent has", "intents have"), 100*wellUnderstood))
	}
	reply.Notes = append(reply.Notes, warningNote(found.Warnings)...)
	return reply
}

// warningNote makes one note of warnings.
func warningNote(warnings []string) []string {
	if len(warnings) == 0 {
		return nil
	}
	lines := append([]string{phrase.Count(len(warnings), "warning", "warnings") + ":"}, bullets(warnings, 5)...)
	return []string{strings.Join(lines, "\n")}
}

// wellUnderstood is the F1 below which an intent wants more examples.
const wellUnderstood = 0.8

func share(f float64) models.Cell { return models.Cell{Text: phrase.Percent(100 * f), Value: f} }

// confusionNotes says which questions would be taken for others, those that built-in intents would lose first.
func confusionNotes(all []Confusion) []string {
	if len(all) == 0 {
		return nil
	}
	pairs := map[[2]string][]string{}
	for _, c := range all {
		pair := [2]string{c.Intent, c.TakenFor}
		pairs[pair] = append(pairs[pair], c.Phrase)
	}
	keys := slices.SortedFunc(maps.Keys(pairs), func(a, b [2]string) int {
		return cmp.Or(len(pairs[b])-len(pairs[a]), strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1]))
	})
	var notes []string
	for _, pair := range keys[:min(len(keys), 3)] {
		notes = append(notes, fmt.Sprintf("%s of %s would be taken for %s: %s", phrase.Count(len(pairs[pair]), "phrase", "phrases"),
			intentName(pair[0]), intentName(pair[1]), phrase.Few(phrase.Quotes(pairs[pair]), 2)))
	}
	if rest := len(keys) - len(notes); rest > 0 {
		notes[len(notes)-1] += "; and " + phrase.Count(rest, "more pair of intents is", "more pairs of intents are") + " confused"
	}
	for i := range notes {
		notes[i] += "."
	}
	return notes
}

// intentName names an intent as its training data does.
func intentName(name string) string {
	if name == nlp.Fallback {
		return phrase.Code(name) + " (what is none of my business)"
	}
	return phrase.Code(name)
}

// bullets returns the first lines and counts the others.
func bullets(lines []string, limit int) []string {
	var out []string
	for _, line := range lines[:min(len(lines), limit)] {
		out = append(out, "• "+line)
	}
	if rest := len(lines) - limit; rest > 0 {
		out = append(out, fmt.Sprintf("• … and %d more", rest))
	}
	return out
}

// activate makes a draft the workspace's own, over the files that it has.
func (t *turn) activate(ctx context.Context, action *models.Action) (models.Reply, error) {
	team, id := t.message.Team, action.Values[draftKey]
	files, err := t.Drafts.Draft(ctx, team, id)
	if err != nil {
		return models.Reply{}, err
	}
	own, err := t.Workshop.Files(ctx, team)
	if err != nil {
		return models.Reply{}, err
	}
	if err := t.Workshop.Activate(ctx, team, together(own, files)); err != nil {
		return models.Reply{}, err
	}
	t.forget(ctx, id)
	return models.Reply{Text: "Active: " + phrase.And(phrase.Codes(slices.Sorted(maps.Keys(files)))) + phrase.Pick(len(files), " is", " are") + " in use from now on, everywhere in this workspace. Ask one of the questions."}, nil
}

// discard throws a draft away.
func (t *turn) discard(ctx context.Context, action *models.Action) (models.Reply, error) {
	t.forget(ctx, action.Values[draftKey])
	return models.Reply{Text: "Discarded; nothing has changed."}, nil
}

// forget removes a draft. One that stays expires.
func (t *turn) forget(ctx context.Context, id string) {
	if err := t.Drafts.DeleteDraft(ctx, t.message.Team, id); err != nil {
		t.Log.Warn().Err(err).Str("team", string(t.message.Team)).Msg("a draft could not be deleted")
	}
}

// teach adds what somebody said to the examples of an intent.
func (t *turn) teach(ctx context.Context, action *models.Action) (models.Reply, error) {
	said, name := action.Values[saidKey], action.Values[intentKey]
	if said == "" || name == "" {
		return models.Reply{}, &models.Error{Kind: models.Invalid, Message: "That button is of an older version of me", Hint: "Ask the question again"}
	}
	if err := t.Workshop.Teach(ctx, t.message.Team, said, name); err != nil {
		return models.Reply{}, err
	}
	return models.Reply{Text: "Learnt: " + phrase.Quote(said) + " means " + phrase.Quote(t.does(name)) + ", in this workspace."}, nil
}
