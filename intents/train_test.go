package intents_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// fakeWorkshop keeps the files of workspaces, and finds in every examination what a test has put into found.
type fakeWorkshop struct {
	files    map[models.TeamID]map[string]string
	found    intents.Examination
	examined map[string]string
	taught   []string
	err      error
}

func (w *fakeWorkshop) Examine(_ context.Context, _ models.TeamID, files map[string]string) (intents.Examination, error) {
	w.examined = files
	return w.found, w.err
}

func (w *fakeWorkshop) Activate(_ context.Context, team models.TeamID, files map[string]string) error {
	if w.err == nil {
		w.files[team] = files
	}
	return w.err
}

func (w *fakeWorkshop) Teach(_ context.Context, team models.TeamID, phrase, intent string) error {
	w.taught = append(w.taught, fmt.Sprint(team, ": ", phrase, " = ", intent))
	return w.err
}

func (w *fakeWorkshop) Files(_ context.Context, team models.TeamID) (map[string]string, error) {
	return maps.Clone(w.files[team]), nil
}

// fakeDrafts are drafts by team and id.
type fakeDrafts map[string]map[string]string

func (d fakeDrafts) PutDraft(_ context.Context, team models.TeamID, id string, files map[string]string) error {
	d[string(team)+"/"+id] = files
	return nil
}

func (d fakeDrafts) Draft(_ context.Context, team models.TeamID, id string) (map[string]string, error) {
	files, ok := d[string(team)+"/"+id]
	if !ok {
		return nil, &models.Error{Kind: models.NotFound, Message: "that draft is gone"}
	}
	return files, nil
}

func (d fakeDrafts) DeleteDraft(_ context.Context, team models.TeamID, id string) error {
	delete(d, string(team)+"/"+id)
	return nil
}

// boss is the one admin.
type boss struct{}

func (boss) IsAdmin(_ context.Context, _ models.TeamID, user models.UserID) (bool, error) {
	if user == "unknown" {
		return false, &models.Error{Kind: models.Unavailable, Message: "Slack did not tell me whether you are an admin"}
	}
	return user == "boss", nil
}

// school is a talk with a router that can be taught.
type school struct {
	*talk
	workshop *fakeWorkshop
	drafts   fakeDrafts
}

func newSchool(t *testing.T) *school {
	t.Helper()
	s := &school{talk: newTalk(t), workshop: &fakeWorkshop{files: map[models.TeamID]map[string]string{}}, drafts: fakeDrafts{}}
	o := s.Options
	o.Workshop, o.Drafts, o.Admins, o.Log = s.workshop, s.drafts, boss{}, zerolog.Nop()
	s.reroute(t, o)
	return s
}

func (s *school) as(user models.UserID, text string) models.Reply {
	return s.send(models.Message{Kind: models.Command, User: user, Text: text})
}

func (s *school) press(t *testing.T, user models.UserID, reply models.Reply, label string) models.Reply {
	t.Helper()
	for _, b := range reply.Buttons {
		if strings.HasPrefix(b.Label, label) {
			return s.send(models.Message{Kind: models.Press, User: user, Action: &b.Action})
		}
	}
	t.Fatalf("no button %q among %+v of %q", label, reply.Buttons, reply.Text)
	return models.Reply{}
}

func (s *school) submit(user models.UserID, values map[string]string) models.Reply {
	return s.send(models.Message{Kind: models.Submitted, User: user, Action: &models.Action{Intent: "train", Values: values}})
}

const (
	orderYAML = "nlu:\n- intent: order\n  examples: |\n    - a coffee\n"
	bothYAML  = orderYAML + "actions:\n- intent: order\n  reply: yes\n"
)

func TestTrainForm(t *testing.T) {
	s := newSchool(t)
	for _, text := range []string{"train", " Train ", "TRAIN"} {
		if r := s.as("boss", text); r.Form == nil || r.Form.Action.Intent != "train" || !r.Private || r.Text == "" || r.Err != nil {
			t.Errorf("%q: %+v", text, r)
		}
	}
	if r := s.submit("boss", map[string]string{"yaml": "  "}); models.KindOf(r.Err) != models.Invalid || r.Form != nil {
		t.Errorf("an empty form: %+v", r)
	}
	for _, text := range []string{"training", "train of volumes", "train: what is that?"} {
		if r := s.as("boss", text); r.Intent == "train" {
			t.Errorf("%q was taken for the command", text)
		}
	}
}

func TestTrainIsForAdmins(t *testing.T) {
	s := newSchool(t)
	s.workshop.found = intents.Examination{}
	draft := s.as("boss", "train\n"+bothYAML)
	for name, r := range map[string]models.Reply{
		"the form": s.as("bob", "train"), "pasting": s.as("bob", "train\n"+bothYAML), "submitting": s.submit("bob", map[string]string{"yaml": bothYAML}),
		"activating": s.press(t, "bob", draft, "Activate"), "discarding": s.press(t, "bob", draft, "Discard"),
		"teaching": s.send(models.Message{Kind: models.Press, User: "bob", Action: &models.Action{Intent: "teach", Values: map[string]string{"said": "x", "intent": "list"}}}),
	} {
		if models.KindOf(r.Err) != models.Forbidden || !r.Private || r.Form != nil || !strings.Contains(r.Text+strings.Join(r.Notes, " "), "admin or an owner") {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if len(s.workshop.files) != 0 || len(s.workshop.taught) != 0 || len(s.drafts) != 1 {
		t.Errorf("somebody who may not has changed something: %+v", s.workshop)
	}
	if r := s.as("unknown", "train"); models.KindOf(r.Err) != models.Unavailable || r.Form != nil {
		t.Errorf("without Slack's word: %+v", r)
	}
	if r := newTalk(t).say("train"); models.KindOf(r.Err) != models.Invalid || !strings.Contains(strings.Join(r.Notes, " "), "nlu validate") {
		t.Errorf("without a workshop: %+v", r)
	}
	s.team = models.Local
	if r := s.as("you", "train"); r.Form != nil || models.KindOf(r.Err) != models.Invalid {
		t.Errorf("the console: %+v", r)
	}
}

// TestTrainNeedsNoCard makes sure that an admin can begin before any channel has a card.
func TestTrainNeedsNoCard(t *testing.T) {
	s := newSchool(t)
	s.team = "T9"
	if r := s.as("boss", "train"); r.Form == nil {
		t.Errorf("%+v", r)
	}
}

func TestTrain(t *testing.T) {
	s := newSchool(t)
	s.workshop.files["T1"] = map[string]string{"order.yml": "old", "tea.yml": "tea", "actions.yml": "actions:\n- intent: tea\n  reply: no\n"}
	s.workshop.found = intents.Examination{Warnings: []string{"order.yml:2:3: few examples"},
		Scores:     []intents.IntentScore{{"order", 12, 0.75, 1, 0.857}, {"tea", 5, 0.5, 0.5, 0.5}},
		Confusions: []intents.Confusion{{"what is full", "capacity", "order"}, {"how full", "capacity", "order"}, {"give me one", "order", "list"}}}
	for name, submit := range map[string]func() models.Reply{
		"pasted behind the command": func() models.Reply { return s.as("boss", "train\n"+bothYAML) },
		"pasted with fences":        func() models.Reply { return s.as("boss", "train ```\n"+bothYAML+"```") },
		"the form":                  func() models.Reply { return s.submit("boss", map[string]string{"yaml": bothYAML, "file": ""}) },
		"the form, in two parts": func() models.Reply {
			return s.submit("boss", map[string]string{"yaml": "actions:\n- intent: order\n  reply: yes\n", "file": orderYAML, "file.name": "order.yml"})
		},
	} {
		r := submit()
		if r.Err != nil || !r.Private || r.Table == nil || len(r.Table.Rows) != 2 || r.Table.Rows[0][2].Text != "75%" {
			t.Fatalf("%s: %+v", name, r)
		}
		notes := strings.Join(r.Notes, "\n")
		for _, want := range []string{"2 phrases of `capacity` would be taken for `order`: “what is full” and “how full”.", "order.yml:2:3", "`order.yml`", "1 intent has an F1 below 80%"} {
			contains(t, notes, want)
		}
		if strings.Contains(notes, "actions.yml") {
			t.Errorf("%s: the actions that stay are said to be replaced: %s", name, notes)
		}
		contains(t, s.workshop.examined["actions.yml"], "intent: tea")
	}
	if !strings.Contains(s.workshop.files["T1"]["order.yml"], "old") {
		t.Error("an examination changed something")
	}

	r := s.as("boss", "train\n"+bothYAML)
	active := s.press(t, "boss", r, "Activate")
	own := s.workshop.files["T1"]
	if active.Err != nil || own["order.yml"] != orderYAML+"version: \"3.1\"\n" || own["tea.yml"] != "tea" || !strings.Contains(own["actions.yml"], "intent: order") || !strings.Contains(own["actions.yml"], "intent: tea") {
		t.Errorf("%q: %+v", active.Text, own)
	}
	if again := s.press(t, "boss", r, "Activate"); models.KindOf(again.Err) != models.NotFound {
		t.Errorf("twice: %+v", again)
	}

	r = s.as("boss", "train\nnlu:\n- intent: more\n")
	s.team = "T2"
	if theirs := s.press(t, "boss", r, "Activate"); models.KindOf(theirs.Err) != models.NotFound || len(s.workshop.files["T2"]) != 0 {
		t.Errorf("another workspace activated the draft: %+v", theirs)
	}
	s.team = "T1"
	if gone := s.press(t, "boss", r, "Discard"); gone.Err != nil {
		t.Errorf("%+v", gone)
	}
	if late := s.press(t, "boss", r, "Activate"); models.KindOf(late.Err) != models.NotFound {
		t.Errorf("a discarded draft was activated: %+v", late)
	}
}

func TestTrainRefuses(t *testing.T) {
	s := newSchool(t)
	s.workshop.found.Errors = []string{"order.yml:2:3: unknown key intnet; did you mean intent?"}
	r := s.as("boss", "train\n"+orderYAML)
	if models.KindOf(r.Err) != models.Invalid || len(r.Buttons) != 0 || len(s.drafts) != 0 || !r.Private {
		t.Errorf("%+v", r)
	}
	contains(t, r.Text, "order.yml:2:3: unknown key intnet")
	s.workshop.found.Errors = slices.Repeat([]string{"x"}, 100)
	contains(t, s.as("boss", "train\n"+orderYAML).Text, "80 more")

	s.workshop.found = intents.Examination{}
	r = s.as("boss", "train\n"+orderYAML)
	s.workshop.err = &models.Error{Kind: models.Conflict, Message: "the files changed meanwhile", Hint: "submit them again"}
	if failed := s.press(t, "boss", r, "Activate"); models.KindOf(failed.Err) != models.Conflict || len(s.drafts) == 0 {
		t.Errorf("%+v, drafts %v", failed, s.drafts)
	}
}

// doubted is a sentence that the model answers without being certain.
func doubted(t *testing.T, s *school) (string, models.Reply) {
	t.Helper()
	for _, text := range []string{"pools with fewer than 10 replicas", "what's the health of stg-w2", "which storage class was used for nexus-data",
		"anything that is read-only?", "cordoned workers", "everything that is down on staging", "show me which pools are tight on space",
		"volumes per redundancy", "size age nodes", "what do the nodes", "the pool volume of what", "node data of the pods and", "many uses status nodes"} {
		clear(s.tenants.dialogues)
		r := s.as("bob", text)
		if slices.ContainsFunc(r.Buttons, func(b models.Button) bool { return b.Label == "Not what you meant?" }) {
			return text, r
		}
	}
	t.Fatal("the model is certain of all of them: choose other sentences")
	return "", models.Reply{}
}

func TestMeant(t *testing.T) {
	s := newSchool(t)
	for _, text := range []string{"list all volumes", "how many volumes are degraded?", "help"} {
		for _, b := range s.as("bob", text).Buttons {
			if b.Label == "Not what you meant?" {
				t.Errorf("%q, which is certain, is doubted", text)
			}
		}
	}
	said, answer := doubted(t, s)
	menu := s.press(t, "bob", answer, "Not what you meant?")
	if !menu.AskedBack || len(menu.Buttons) < 2 || len(menu.Buttons) > 5 || menu.Buttons[len(menu.Buttons)-1].Label != "None of these" {
		t.Fatalf("%+v", menu)
	}
	contains(t, menu.Text, said)
	for _, b := range menu.Buttons {
		if b.Action.Intent == answer.Intent {
			t.Errorf("what was not meant is offered: %+v", b)
		}
	}
	chosen := menu.Buttons[0]
	byButton := s.press(t, "bob", menu, chosen.Label)
	if byButton.Text == "" || byButton.Confidence != 1 || teaches(byButton) {
		t.Errorf("%+v", byButton)
	}
	s.press(t, "bob", answer, "Not what you meant?")
	if typed := s.as("bob", "1"); typed.Text != byButton.Text {
		t.Errorf("typed: %q, pressed: %q", typed.Text, byButton.Text)
	}
	if none := s.press(t, "bob", menu, "None"); none.Err != nil || none.Intent != "cancel" {
		t.Errorf("%+v", none)
	}
}

func teaches(r models.Reply) bool {
	return slices.ContainsFunc(r.Buttons, func(b models.Button) bool { return strings.HasPrefix(b.Label, "Teach me:") })
}

func TestTeach(t *testing.T) {
	s := newSchool(t)
	said := "what is where"
	choice := models.Action{Intent: "capacity", Values: map[string]string{"said": said}}
	r := s.send(models.Message{Kind: models.Press, User: "boss", Action: &choice})
	if r.Err != nil || brief(r.Query) != "pool" || !teaches(r) || r.Private {
		t.Fatalf("%+v", r)
	}
	learnt := s.press(t, "boss", r, "Teach me:")
	if learnt.Err != nil || !slices.Equal(s.workshop.taught, []string{"T1: what is where = capacity"}) {
		t.Errorf("%q, taught %v", learnt.Text, s.workshop.taught)
	}
	contains(t, learnt.Text, said)
	for name, m := range map[string]models.Message{"bob": {User: "bob"}, "unknown": {User: "unknown"}} {
		m.Kind, m.Action = models.Press, &choice
		if r := s.send(m); r.Err != nil || teaches(r) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	k := newTalk(t)
	if r := k.send(models.Message{Kind: models.Press, User: "boss", Action: &choice}); r.Err != nil || teaches(r) {
		t.Errorf("without a workshop: %+v", r)
	}
	for _, said := range []string{strings.Repeat("ä", 300), strings.Repeat("long ", 90), "x"} {
		r := s.send(models.Message{Kind: models.Press, User: "boss", Action: &models.Action{Intent: "overview", Values: map[string]string{"said": said}}})
		for _, b := range r.Buttons {
			if n := len([]rune(b.Label)); n > 75 {
				t.Errorf("%d characters: %q", n, b.Label)
			}
		}
	}
}

// TestAbstainTeaches makes sure that what is chosen after a question back can be taught, too. Its model knows two intents by
// the same phrasings.
func TestAbstainTeaches(t *testing.T) {
	s := newSchool(t)
	data := &nlp.Data{}
	for _, text := range []string{"what is going on", "what goes on over there", "tell me what goes on", "is anything going on", "so what goes"} {
		data.Examples = append(data.Examples, nlp.Example{Intent: "overview", Text: text}, nlp.Example{Intent: "capacity", Text: text})
	}
	o, options := s.Options, intents.TrainingOptions()
	options.LinearOnly, options.Threshold = true, 1
	var err error
	if o.Model, err = nlp.Train(data, options); err != nil {
		t.Fatal(err)
	}
	s.reroute(t, o)
	const text = "what is going on"
	r := s.as("boss", text)
	if r.Intent != "" || len(r.Buttons) < 2 {
		t.Fatalf("%+v", r)
	}
	chosen := s.press(t, "boss", r, r.Buttons[0].Label)
	if !teaches(chosen) {
		t.Errorf("%+v", chosen)
	}
	s.press(t, "boss", chosen, "Teach me:")
	if want := fmt.Sprintf("T1: %s = %s", text, r.Buttons[0].Action.Intent); !slices.Contains(s.workshop.taught, want) {
		t.Errorf("taught %v, want %q", s.workshop.taught, want)
	}
}
