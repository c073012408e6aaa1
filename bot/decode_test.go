package bot

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack/socketmode"

	"github.com/mulebot/mulebot/models"
)

// event returns an Events API envelope with an inner event.
func event(inner string) *socketmode.Request {
	return &socketmode.Request{Type: "events_api", EnvelopeID: "env-1", Payload: json.RawMessage(
		`{"type":"event_callback","team_id":"T1","event_id":"Ev1","authorizations":[{"team_id":"T1","user_id":"UBOT","is_bot":true}],"event":` + inner + `}`)}
}

func TestDecode(t *testing.T) {
	query := &models.Query{Subject: models.Pools, Offset: 10}
	for name, test := range map[string]struct {
		in     *socketmode.Request
		want   models.Message // zero: ignored
		ifPart bool
		hook   models.Secret
	}{
		"mention": {
			in:   event(`{"type":"app_mention","user":"U1","channel":"C1","ts":"1.2","text":"<@UBOT> list volumes"}`),
			want: models.Message{ID: "C1:1.2", Kind: models.Mention, Team: "T1", Channel: "C1", Thread: "1.2", User: "U1", Text: "list volumes"},
		},
		"mention in a thread": {
			in:   event(`{"type":"app_mention","user":"U1","channel":"C1","ts":"1.3","thread_ts":"1.2","text":"and <@UBOT|mulebot> on staging?"}`),
			want: models.Message{ID: "C1:1.3", Kind: models.Mention, Team: "T1", Channel: "C1", Thread: "1.2", User: "U1", Text: "and on staging?"},
		},
		"mention alone": {
			in:   event(`{"type":"app_mention","user":"U1","channel":"C1","ts":"1.2","text":"<@UBOT>"}`),
			want: models.Message{ID: "C1:1.2", Kind: models.Mention, Team: "T1", Channel: "C1", Thread: "1.2", User: "U1"},
		},
		"mention of an unknown self": {
			in: &socketmode.Request{Type: "events_api", EnvelopeID: "e", Payload: json.RawMessage(
				`{"type":"event_callback","team_id":"T1","event":{"type":"app_mention","user":"U1","channel":"C1","ts":"1.2","text":"<@UX> help <@U2>"}}`)},
			want: models.Message{ID: "C1:1.2", Kind: models.Mention, Team: "T1", Channel: "C1", Thread: "1.2", User: "U1", Text: "help @U2", Mentions: map[string]string{"@U2": "U2"}},
		},
		"mention by a partner, in a channel that is shared": {
			in: &socketmode.Request{Type: "events_api", EnvelopeID: "e", Payload: json.RawMessage(
				`{"type":"event_callback","team_id":"TGUEST","context_team_id":"T1","is_ext_shared_channel":true,"authorizations":[{"team_id":"T1","user_id":"UBOT","is_bot":true}],
				"event":{"type":"app_mention","user":"UGUEST","user_team":"TGUEST","channel":"C1","ts":"1.2","text":"<@UBOT> list"}}`)},
			want: models.Message{ID: "C1:1.2", Kind: models.Mention, Team: "T1", Channel: "C1", Thread: "1.2", User: "UGUEST", Text: "list", Shared: true},
		},
		"mention by one of ours, told of by the partner's workspace and without an installation": {
			in: &socketmode.Request{Type: "events_api", EnvelopeID: "e", Payload: json.RawMessage(
				`{"type":"event_callback","team_id":"TGUEST","context_team_id":"T1","is_ext_shared_channel":true,
				"event":{"type":"app_mention","user":"U1","user_team":"T1","channel":"C1","ts":"1.2","text":"<@UBOT> list"}}`)},
			want: models.Message{ID: "C1:1.2", Kind: models.Mention, Team: "T1", Channel: "C1", Thread: "1.2", User: "U1", Text: "list"},
		},
		"the same mention as a message": {
			in: event(`{"type":"message","channel_type":"channel","user":"U1","channel":"C1","ts":"1.3","thread_ts":"1.2","text":"<@UBOT> list"}`),
		},
		"message in a thread": {
			in:     event(`{"type":"message","channel_type":"channel","user":"U1","channel":"C1","ts":"1.3","thread_ts":"1.2","text":"why?"}`),
			want:   models.Message{ID: "C1:1.3", Kind: models.InThread, Team: "T1", Channel: "C1", Thread: "1.2", User: "U1", Text: "why?"},
			ifPart: true,
		},
		"broadcast from a thread": {
			in:     event(`{"type":"message","subtype":"thread_broadcast","channel_type":"group","user":"U1","channel":"C1","ts":"1.3","thread_ts":"1.2","text":"why?"}`),
			want:   models.Message{ID: "C1:1.3", Kind: models.InThread, Team: "T1", Channel: "C1", Thread: "1.2", User: "U1", Text: "why?"},
			ifPart: true,
		},
		"message in a channel": {in: event(`{"type":"message","channel_type":"channel","user":"U1","channel":"C1","ts":"1.3","text":"lunch?"}`)},
		"head of a thread":     {in: event(`{"type":"message","channel_type":"channel","user":"U1","channel":"C1","ts":"1.3","thread_ts":"1.3","text":"lunch?"}`)},
		"direct message": {
			in:   event(`{"type":"message","channel_type":"im","user":"U1","channel":"D1","ts":"1.3","text":"<@UBOT> why?"}`),
			want: models.Message{ID: "D1:1.3", Kind: models.Direct, Team: "T1", Channel: "D1", User: "U1", Text: "why?"},
		},
		"direct message with a file, in a thread": {
			in:   event(`{"type":"message","subtype":"file_share","channel_type":"im","user":"U1","channel":"D1","ts":"1.3","thread_ts":"1.1","text":"see"}`),
			want: models.Message{ID: "D1:1.3", Kind: models.Direct, Team: "T1", Channel: "D1", Thread: "1.1", User: "U1", Text: "see"},
		},
		"own message":       {in: event(`{"type":"message","channel_type":"im","user":"UBOT","channel":"D1","ts":"1.3","text":"hi"}`)},
		"another bot":       {in: event(`{"type":"app_mention","bot_id":"B2","user":"U2","channel":"C1","ts":"1.3","text":"<@UBOT> list"}`)},
		"nobody":            {in: event(`{"type":"message","channel_type":"im","channel":"D1","ts":"1.3","text":"hi"}`)},
		"edit":              {in: event(`{"type":"message","subtype":"message_changed","hidden":true,"channel_type":"im","channel":"D1","ts":"1.3","message":{"user":"U1","text":"x","ts":"1.2"}}`)},
		"deletion":          {in: event(`{"type":"message","subtype":"message_deleted","hidden":true,"channel_type":"im","channel":"D1","ts":"1.3"}`)},
		"join":              {in: event(`{"type":"message","subtype":"channel_join","channel_type":"channel","user":"U1","channel":"C1","ts":"1.3","text":"<@U1> has joined"}`)},
		"home":              {in: event(`{"type":"app_home_opened","user":"U1","channel":"D1","tab":"home"}`)},
		"no event":          {in: event(`null`)},
		"another outer":     {in: &socketmode.Request{Type: "events_api", EnvelopeID: "e", Payload: json.RawMessage(`{"type":"app_rate_limited","team_id":"T1"}`)}},
		"no payload":        {in: &socketmode.Request{Type: "events_api", EnvelopeID: "e"}},
		"unknown envelope":  {in: &socketmode.Request{Type: "workflow_step", EnvelopeID: "e", Payload: json.RawMessage(`{}`)}},
		"command, no sense": {in: &socketmode.Request{Type: "slash_commands", EnvelopeID: "e", Payload: json.RawMessage(`"x"`)}},
		"command": {
			in: &socketmode.Request{Type: "slash_commands", EnvelopeID: "env-2", Payload: json.RawMessage(
				`{"team_id":"T1","channel_id":"C1","user_id":"U1","command":"/mulebot","text":"volumes &gt; 5 GiB in <#C2|dev>","response_url":"https://hooks.slack.com/x","trigger_id":"t"}`)},
			want: models.Message{ID: "env-2", Kind: models.Command, Team: "T1", Channel: "C1", User: "U1", Text: "volumes > 5 GiB in #dev", Mentions: map[string]string{"#dev": "C2"}},
			hook: "https://hooks.slack.com/x",
		},
		"button in a thread": {
			in: &socketmode.Request{Type: "interactive", EnvelopeID: "env-3", Payload: json.RawMessage(
				`{"type":"block_actions","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"},"message":{"ts":"1.5","thread_ts":"1.2"},
				"actions":[{"type":"button","action_id":"mulebot:0","value":"{\"intent\":\"list\",\"query\":{\"subject\":\"pool\",\"offset\":10}}"}]}`)},
			want: models.Message{ID: "env-3", Kind: models.Press, Team: "T1", Channel: "C1", Thread: "1.2", User: "U1", Action: &models.Action{Intent: "list", Query: query}},
		},
		"button of a message without a thread": {
			in: &socketmode.Request{Type: "interactive", EnvelopeID: "env-3", Payload: json.RawMessage(
				`{"type":"block_actions","team":null,"user":{"id":"U1","team_id":"T1"},"container":{"channel_id":"C1","message_ts":"1.5"},
				"actions":[{"type":"button","action_id":"mulebot:1","value":"{\"text\":\"help\"}"}]}`)},
			want: models.Message{ID: "env-3", Kind: models.Press, Team: "T1", Channel: "C1", Thread: "1.5", User: "U1", Action: &models.Action{Text: "help"}},
		},
		"button in a direct message": {
			in: &socketmode.Request{Type: "interactive", EnvelopeID: "env-3", Payload: json.RawMessage(
				`{"type":"block_actions","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"D1"},"message":{"ts":"1.5"},
				"actions":[{"type":"button","action_id":"mulebot:1","value":"{\"text\":\"help\"}"}]}`)},
			want: models.Message{ID: "env-3", Kind: models.Press, Team: "T1", Channel: "D1", User: "U1", Action: &models.Action{Text: "help"}},
		},
		"button of a message that only the asker sees": {
			in: &socketmode.Request{Type: "interactive", EnvelopeID: "env-3", Payload: json.RawMessage(
				`{"type":"block_actions","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"},"container":{"channel_id":"C1","message_ts":"1.5","is_ephemeral":true},
				"response_url":"https://hooks.slack.com/y","actions":[{"type":"button","action_id":"mulebot:1","value":"{\"intent\":\"train\",\"values\":{\"draft\":\"d\"}}"}]}`)},
			want: models.Message{ID: "env-3", Kind: models.Press, Team: "T1", Channel: "C1", User: "U1",
				Action: &models.Action{Intent: "train", Values: map[string]string{"draft": "d"}}},
			hook: "https://hooks.slack.com/y",
		},
		"form that a partner fills in": {
			in: &socketmode.Request{Type: "interactive", EnvelopeID: "env-4", Payload: json.RawMessage(
				`{"type":"view_submission","team":{"id":"TGUEST"},"user":{"id":"UGUEST","team_id":"TGUEST"},"view":{"team_id":"TGUEST","app_installed_team_id":"T1",
				"callback_id":"mulebot:form","private_metadata":"{\"channel\":\"C1\",\"action\":{\"intent\":\"train\"}}"}}`)},
			want: models.Message{ID: "env-4", Kind: models.Submitted, Team: "T1", Channel: "C1", User: "UGUEST", Shared: true,
				Action: &models.Action{Intent: "train", Values: map[string]string{}}},
		},
		"somebody else's button": {in: &socketmode.Request{Type: "interactive", EnvelopeID: "e", Payload: json.RawMessage(
			`{"type":"block_actions","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"},"actions":[{"type":"button","action_id":"x","value":"{\"text\":\"help\"}"}]}`)}},
		"a button that does nothing": {in: &socketmode.Request{Type: "interactive", EnvelopeID: "e", Payload: json.RawMessage(
			`{"type":"block_actions","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"},"actions":[{"type":"button","action_id":"mulebot:0","value":"{}"}]}`)}},
		"shortcut": {in: &socketmode.Request{Type: "interactive", EnvelopeID: "e", Payload: json.RawMessage(`{"type":"shortcut"}`)}},
	} {
		t.Run(name, func(t *testing.T) {
			d, ok := decode(test.in)
			if ok != (test.want.ID != "") {
				t.Fatalf("taken: %v, %+v", ok, d)
			}
			if !ok {
				return
			}
			if diff := cmp.Diff(test.want, d.entry.Message); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if d.ifPart != test.ifPart || d.entry.ResponseURL.Reveal() != test.hook.Reveal() {
				t.Errorf("only if part: %v, response URL %q", d.ifPart, d.entry.ResponseURL.Reveal())
			}
		})
	}
}

func TestPlainText(t *testing.T) {
	for in, want := range map[string]string{
		"list volumes": "list volumes",
		"size &gt; 5 GiB &amp;&amp; used &lt; 10 %": "size > 5 GiB && used < 10 %",
		"&amp;lt;": "&lt;",
		"on <http://node-1.example.com|node-1.example.com>?": "on node-1.example.com?",
		"see <https://example.com/a?b=c&amp;d>":              "see https://example.com/a?b=c&d",
		"<mailto:a@b.io|a@b.io> <tel:123|123>":               "a@b.io 123",
		"ask <@U123> or <@U124|bob> in <#C1|dev> or <#C2>":   "ask @U123 or @bob in #dev or #C2",
		"<!here> <!subteam^S1|@sre> <!subteam^S2>":           "@here @sre @subteam^S2",
		"since <!date^1392734382^{date}|Feb 18, 2014>":       "since Feb 18, 2014",
		"a < b":   "a < b",
		"a <b":    "a <b",
		"<>":      "",
		"<|x> <|": "x <|",
		" \n x ":  "x",
	} {
		if got := plainText(in); got != want {
			t.Errorf("plainText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCutMention(t *testing.T) {
	for in, want := range map[string]string{
		"<@UBOT> list":             "list",
		"list <@UBOT>":             "list",
		"hey <@UBOT|m> list":       "hey list",
		"<@UBOT><@UBOT>":           "",
		"<@UBOTS> list":            "<@UBOTS> list",
		"<@UBOTS> <@UBOT> list":    "<@UBOTS> list",
		"<@UBOT list":              "<@UBOT list",
		"list, <@UBOT>, the pools": "list, , the pools",
	} {
		got, found := cutMention(in, "UBOT")
		if got != want || found != (in != want) {
			t.Errorf("cutMention(%q) = %q, %v, want %q", in, got, found, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, kind := range []string{"events_api", "slash_commands", "interactive"} {
		f.Add(kind, []byte(event(`{"type":"app_mention","user":"U1","channel":"C1","ts":"1.2","text":"<@UBOT> list <volumes"}`).Payload))
		f.Add(kind, []byte(`{"team_id":"T1","channel_id":"C1","user_id":"U1","text":"<@UBOT|x> <#C1|","response_url":"u"}`))
		f.Add(kind, []byte(`{"type":"block_actions","team":{"id":"T1"},"user":{"id":"U1"},"channel":{"id":"C1"},"actions":[{"type":"button","action_id":"mulebot:","value":"{\"text\":\"x\"}"}]}`))
	}
	f.Add("interactive", []byte(`{"type":"view_submission","team":{"id":"T1"},"user":{"id":"U1"},"view":{"callback_id":"mulebot:form",
		"private_metadata":"{\"channel\":\"C1\",\"action\":{\"intent\":\"train\"}}","state":{"values":{"a":{"value":{"value":"x"}},"b":{"value":{"files":[{"name":"f"}]}}}}}}`))
	f.Fuzz(func(t *testing.T, kind string, payload []byte) {
		r := &socketmode.Request{Type: kind, EnvelopeID: "e", Payload: payload}
		if n, ok := decodeNotice(r); ok && n.team == "" {
			t.Errorf("a notice of no team: %+v", n)
		}
		d, ok := decode(r)
		m := d.entry.Message
		if !ok {
			return
		}
		if m.ID == "" || m.Team == "" || m.Channel == "" || m.User == "" || m.Kind == "" {
			t.Errorf("incomplete: %+v", m)
		}
		if (m.Kind == models.Press || m.Kind == models.Submitted) != (m.Action != nil) {
			t.Errorf("action: %+v", m)
		}
		if strings.Contains(m.Text, "<@UBOT>") && strings.Count(string(payload), "UBOT") == 2 {
			t.Errorf("the mention is left in %q", m.Text)
		}
	})
}
