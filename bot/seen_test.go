package bot

import (
	"encoding/json"
	"testing"

	"github.com/slack-go/slack/socketmode"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

// Whatever comes is known by the name that the app's settings have for it, be it the bot's business or not.
func TestSights(t *testing.T) {
	envelope := func(kind, payload string) *socketmode.Request {
		return &socketmode.Request{Type: kind, EnvelopeID: "e", Payload: json.RawMessage(payload)}
	}
	in := map[string]*socketmode.Request{
		"app_mention":      event(`{"type":"app_mention","user":"U1","channel":"C1","ts":"1.2","text":"<@UBOT> x"}`),
		"message.channels": event(`{"type":"message","channel_type":"channel","user":"UBOT","bot_id":"B1","channel":"C1","ts":"1.2","text":"an answer"}`),
		"message.groups":   event(`{"type":"message","channel_type":"group","subtype":"message_changed","hidden":true,"channel":"C1","ts":"1.2"}`),
		"message.im":       event(`{"type":"message","channel_type":"im","user":"U1","channel":"D1","ts":"1.2","text":"x"}`),
		"message.mpim":     event(`{"type":"message","channel_type":"mpim","user":"U1","channel":"G1","ts":"1.2","text":"x"}`),
		"app_home_opened":  event(`{"type":"app_home_opened","user":"U1","channel":"D1","tab":"home"}`),
		"channel_archive":  event(`{"type":"channel_archive","channel":"C1","user":"U1"}`),
		"channel_deleted":  event(`{"type":"channel_deleted","channel":"C1"}`),
		"group_archive":    event(`{"type":"group_archive","channel":"G1","user":"U1"}`),
		"group_deleted":    event(`{"type":"group_deleted","channel":"G1"}`),
		"app_uninstalled":  event(`{"type":"app_uninstalled"}`),
		"tokens_revoked":   event(`{"type":"tokens_revoked","tokens":{"oauth":["U1"]}}`),
		"/mulebot":         envelope("slash_commands", `{"team_id":"T1","channel_id":"C1","user_id":"U1","command":"/mulebot","text":"x"}`),
		"interactivity":    envelope("interactive", `{"type":"block_actions","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"},"message":{"ts":"1.2"},"actions":[{"type":"button","action_id":"`+actionPrefix+`1","value":"{\"Text\":\"x\"}"}]}`),
	}
	for _, s := range Sources() {
		r := in[s.Name]
		if r == nil {
			t.Errorf("%s is not tested", s.Name)
			continue
		}
		if d, _ := decode(r); d.sight != (sight{"T1", s.Name}) {
			t.Errorf("%s is seen as %+v", s.Name, d.sight)
		}
	}
	if len(in) != len(Sources()) {
		t.Error("there is a test of a source that is none")
	}
	if d, _ := decode(event(`{"type":"reaction_added","user":"U1"}`)); d.sight.source != "" {
		t.Errorf("%+v", d.sight)
	}
}

func TestSeen(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	s.run(respond(echo), Options{}, w)
	s.connected()
	w.App().Subscribe("message.im", false)
	w.Say(w.DM(w.User("ann")), w.User("ann"), "hello?", slacksim.SayOptions{})
	s.reply(w, s.say(w, "@mulebot one"))
	team := models.TeamID(w.ID())
	s.until("what came is seen", func() bool {
		seen, ok := s.bot.Seen(team)
		return ok && !seen.Since.IsZero() && len(seen.Last) == 2 && !seen.Last["app_mention"].IsZero() && !seen.Last["message.channels"].IsZero()
	})
	if _, ok := s.bot.Seen("T404"); ok {
		t.Error("a workspace is seen that is not served")
	}
}
