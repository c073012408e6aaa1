package bot

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack/socketmode"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

// sampleForm has a field of each kind.
func sampleForm() *models.Form {
	return &models.Form{
		Action: models.Action{Intent: "card", Values: map[string]string{"card": "C1"}}, Title: "Slack card of <!channel> and all", Submit: "Save",
		Fields: []models.Field{
			{Key: "name", Label: "Name", Kind: models.TextField, Initial: "prod", Hint: "A name."},
			{Key: "note", Label: "Note", Kind: models.MultilineField, Optional: true, Initial: strings.Repeat("x", maxInput+1)},
			{Key: "cluster", Label: "Cluster", Kind: models.ChoiceField, Initial: "b", Options: []models.Option{{Label: "Alpha", Value: "a"}, {Label: "Beta", Value: "b"}}},
			{Key: "file", Label: "File", Kind: models.FileField, Optional: true},
			{Key: "clusters", Label: "Clusters", Kind: models.ChoicesField, Optional: true, Initial: "a\nc", Options: []models.Option{
				{Label: "Alpha", Value: "a"}, {Label: "Beta", Value: "b"}, {Label: "Gamma", Value: "c"}}},
			{Key: "people", Label: "People", Kind: models.PeopleField, Optional: true},
		},
	}
}

func TestFormGolden(t *testing.T) {
	view, err := renderForm(sampleForm(), models.Entry{ResponseURL: "https://hooks.example/x", Message: models.Message{Channel: "C1", Thread: "1.2"}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(view, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "form.json", append(got, '\n'))
}

func TestFormTooLarge(t *testing.T) {
	f := &models.Form{Title: "x", Action: models.Action{Intent: "x", Values: map[string]string{"v": strings.Repeat("v", maxPrivate)}}}
	if _, err := renderForm(f, models.Entry{}); err == nil {
		t.Error("what does not fit private_metadata was rendered")
	}
}

func TestDecodeSubmission(t *testing.T) {
	payload := func(callback, private string) json.RawMessage {
		return json.RawMessage(`{"type":"view_submission","team":{"id":"T1"},"user":{"id":"U1"},"view":{"callback_id":"` + callback + `","private_metadata":` + private + `,
			"state":{"values":{
				"name":{"value":{"type":"plain_text_input","value":"prod"}},
				"note":{"value":{"type":"plain_text_input","value":null}},
				"cluster":{"value":{"type":"static_select","selected_option":{"text":{"type":"plain_text","text":"Beta"},"value":"b"}}},
				"none":{"value":{"type":"file_input","files":[]}},
				"clusters":{"value":{"type":"multi_static_select","selected_options":[{"text":{"type":"plain_text","text":"Alpha"},"value":"a"},{"text":{"type":"plain_text","text":"Gamma"},"value":"c"}]}},
				"people":{"value":{"type":"multi_users_select","selected_users":["U1","U2"]}},
				"file":{"value":{"type":"file_input","files":[{"id":"F1","name":"a.yml","size":7,"url_private_download":"https://files.slack.com/F1"}]}}}}}}`)
	}
	private := `"{\"channel\":\"C1\",\"thread\":\"1.2\",\"url\":\"https://hooks.slack.com/x\",\"action\":{\"intent\":\"card\",\"values\":{\"card\":\"C1\"}}}"`
	d, ok := decode(&socketmode.Request{Type: "interactive", EnvelopeID: "env-1", Payload: payload("mulebot:form", private)})
	want := models.Message{ID: "env-1", Kind: models.Submitted, Team: "T1", Channel: "C1", Thread: "1.2", User: "U1", Action: &models.Action{Intent: "card",
		Values: map[string]string{"card": "C1", "name": "prod", "note": "", "cluster": "b", "none": "",
			"clusters": "a\nc", "people": "U1\nU2"}}}
	if diff := cmp.Diff(want, d.entry.Message); !ok || diff != "" {
		t.Errorf("%v, message (-want +got):\n%s", ok, diff)
	}
	if diff := cmp.Diff([]models.Attachment{{Key: "file", Name: "a.yml", URL: "https://files.slack.com/F1", Size: 7}}, d.entry.Attachments); diff != "" {
		t.Errorf("attachments (-want +got):\n%s", diff)
	}
	if d.entry.ResponseURL.Reveal() != "https://hooks.slack.com/x" {
		t.Errorf("response URL %q", d.entry.ResponseURL.Reveal())
	}
	for name, p := range map[string]json.RawMessage{
		"somebody else's": payload("theirs", private), "without a place": payload("mulebot:form", `"{}"`), "damaged": payload("mulebot:form", `"{"`),
	} {
		if d, ok := decode(&socketmode.Request{Type: "interactive", EnvelopeID: "e", Payload: p}); ok {
			t.Errorf("%s was taken: %+v", name, d.entry.Message)
		}
	}
}

// asking is a responder that answers everything but submissions with the form, and those, for the asker alone, with what
// the form was filled in with.
func asking(_ context.Context, m models.Message) models.Reply {
	if m.Kind != models.Submitted {
		return models.Reply{Text: "fill this in", Form: sampleForm(), Private: true}
	}
	v := m.Action.Values
	text := strings.Join([]string{"got", v["card"], v["name"], v["cluster"], v["file"+models.FileName], v["file"]}, " ")
	return models.Reply{Text: text, Private: true, Buttons: []models.Button{{Label: "Again", Action: models.Action{Intent: "card"}}}}
}

func TestForm(t *testing.T) {
	t.Parallel()
	s, w := newServed(t, respond(asking), Options{})
	storage, ann := w.Channel("storage"), w.User("ann")

	w.Command(storage, ann, "/mulebot train")
	view := s.modal(w)
	file := w.Upload("coffee.yml", []byte("hush: content"))
	submitted := w.Fill(view, ann, map[string]string{"name": "east", "note": "hush", "cluster": "a", "file": file.ID})
	if payload, err := submitted.Acked(s.ctx); err != nil || len(payload) > 0 {
		t.Errorf("acknowledged with %s, %v", payload, err)
	}
	got := s.await(w, storage, "", "got C1 east a coffee.yml hush: content")
	if got.EphemeralTo != ann {
		t.Errorf("the answer is for %q", got.EphemeralTo)
	}
	s.until("the modal is closed", func() bool { return w.Open(ann) == 0 })

	w.Press(got, "Again", ann)
	s.fill(w, map[string]string{"name": "west"})
	if got := s.await(w, storage, "", "got C1 west b"); got.EphemeralTo != ann {
		t.Errorf("the answer to the second is for %q", got.EphemeralTo)
	}
	s.until("the journal is empty", func() bool { return s.journal.left() == 0 })
	if strings.Contains(s.log.String(), "hush") || strings.Contains(s.log.String(), "east") {
		t.Errorf("the log tells what was filled in:\n%s", s.log)
	}
	if stats := s.sim.Stats(); stats.Unanswered() != 0 || stats.Timeouts != 0 {
		t.Errorf("stats: %+v", stats)
	}
}

// What came by no command or button, or too long ago, gets a button that opens the form.
func TestFormByButton(t *testing.T) {
	t.Parallel()
	s, w := newServed(t, respond(asking), Options{})
	storage, ann := w.Channel("storage"), w.User("ann")

	mention := s.say(w, "@mulebot train")
	offer := s.reply(w, mention)
	if !strings.Contains(offer.Text, "fill this in") || len(offer.Buttons()) != 1 || offer.EphemeralTo != "" {
		t.Fatalf("got %q for %q with %+v", offer.Text, offer.EphemeralTo, offer.Buttons())
	}
	w.Press(offer, offer.Buttons()[0].Text, ann)
	s.fill(w, map[string]string{"name": "east"})
	if got := s.await(w, storage, mention.TS, "got C1 east b"); got.EphemeralTo != ann {
		t.Error("what a form was filled in with is told to everybody")
	}

	s.sim.FailNext("views.open", slacksim.Fault{Error: "expired_trigger_id"}, 1)
	late, err := w.Command(storage, ann, "/mulebot train").Reply(s.ctx)
	if err != nil || late.EphemeralTo != ann || len(late.Buttons()) != 1 {
		t.Fatalf("too late: %+v, %v", late, err)
	}
	w.Press(late, late.Buttons()[0].Text, ann)
	s.fill(w, map[string]string{"name": "late"})
	s.await(w, storage, "", "got C1 late b")

	w.SetScopes("commands", "chat:write")
	refused, err := w.Command(storage, ann, "/mulebot train").Reply(s.ctx)
	if err != nil || !strings.Contains(refused.Text, "missing_scope") {
		t.Errorf("without the scope: %q, %v", refused.Text, err)
	}
}

// slowJournal is one that is read only once a message has been written to it.
type slowJournal struct {
	*memory
	written chan struct{}
}

func (j slowJournal) Append(ctx context.Context, e models.Entry) (bool, error) {
	kept, err := j.memory.Append(ctx, e)
	close(j.written)
	return kept, err
}

func (j slowJournal) Unanswered(ctx context.Context, team models.TeamID) ([]models.Entry, error) {
	select {
	case <-j.written:
	case <-ctx.Done():
	}
	return j.memory.Unanswered(ctx, team)
}

// A command that goes by way of the journal, as all do while it is read back after a start, still opens its form.
func TestFormByJournal(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	s.run(respond(asking), Options{Journal: slowJournal{s.journal, make(chan struct{})}}, w)
	s.connected()
	w.Command(w.Channel("storage"), w.User("ann"), "/mulebot train")
	s.modal(w)
}

// A message that is answered after a restart has no trigger any more: there is none in the journal.
func TestFormAfterRestart(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	left := models.Entry{Message: models.Message{ID: "env", Kind: models.Command, Team: models.TeamID(w.ID()), Channel: models.ChannelID(w.Channel("storage")),
		User: models.UserID(w.User("ann")), Text: "train", At: time.Now()}}
	if _, err := s.journal.Append(s.ctx, left); err != nil {
		t.Fatal(err)
	}
	s.run(respond(asking), Options{}, w)
	if got := s.await(w, w.Channel("storage"), "", "fill this in"); len(got.Buttons()) != 1 {
		t.Errorf("got %+v", got.Buttons())
	}
}

// When the response URL is of no use any more, the answer still reaches nobody but the asker.
func TestPrivateWithoutURL(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	s.run(respond(func(context.Context, models.Message) models.Reply {
		return models.Reply{Text: "between us", Private: true}
	}), Options{}, w)
	s.connected()
	s.sim.FailNext(responseURL, slacksim.Fault{Status: 404}, 1)
	w.Command(w.Channel("storage"), w.User("ann"), "/mulebot train")
	if got := s.await(w, w.Channel("storage"), "", "between us"); got.EphemeralTo != w.User("ann") {
		t.Errorf("posted for %q", got.EphemeralTo)
	}
}

// modal waits for the modal before ann.
func (s *stage) modal(w *slacksim.Workspace) slacksim.View {
	s.Helper()
	v, err := w.Modal(s.ctx, w.User("ann"))
	if err != nil {
		s.Fatalf("no modal: %v\nlog:\n%s", err, s.log)
	}
	return v
}

// fill waits for the modal before ann, fills it in, and waits until it is closed: the answer may come before that, and the next form behind it.
func (s *stage) fill(w *slacksim.Workspace, values map[string]string) {
	s.Helper()
	ann := w.User("ann")
	w.Fill(s.modal(w), ann, values)
	s.until("the modal is closed", func() bool { return w.Open(ann) == 0 })
}

// await waits for a message of the bot that contains a text.
func (s *stage) await(w *slacksim.Workspace, channel, thread, text string) slacksim.Message {
	s.Helper()
	m, err := w.Await(s.ctx, channel, thread, func(m slacksim.Message) bool { return strings.Contains(m.Text, escape(text)) })
	if err != nil {
		s.Fatalf("%q: %v\n%+v\nlog:\n%s", text, err, w.Messages(channel, thread), s.log)
	}
	return m
}
