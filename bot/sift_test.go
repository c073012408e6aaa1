package bot

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// line is a message of a history.
func line(ts, thread, user, text string) slack.Message {
	return slack.Message{Msg: slack.Msg{Type: "message", Timestamp: ts, ThreadTimestamp: thread, User: user, Text: text}}
}

// own is a message of the bot's that answers another.
func own(ts, thread, id string) slack.Message {
	m := line(ts, thread, "U0BOT", "here you are")
	m.BotID = "B0BOT"
	m.Metadata = slack.SlackMetadata{EventType: answerEvent, EventPayload: map[string]any{idKey: id}}
	return m
}

func TestSift(t *testing.T) {
	joined := line("10.000001", "", "U1", "<@U0BOT> has joined")
	joined.SubType = "channel_join"
	shared := line("10.000001", "", "U1", "<@U0BOT> a file")
	shared.SubType = "file_share"
	for _, c := range []struct {
		name    string
		channel models.ChannelID
		part    []models.ThreadID
		said    []slack.Message
		want    string // kind, thread and text of each
	}{
		{"mentions, the oldest first", "C1", nil, []slack.Message{line("12.000000", "", "U1", "<@U0BOT> b"), line("11.000000", "", "U1", "a <@U0BOT>")},
			"mention 11.000000 a; mention 12.000000 b"},
		{"what is not for the bot", "C1", nil, []slack.Message{line("10.000001", "", "U1", "hello"), joined, line("11.000000", "", "U0BOT", "<@U0BOT>"), line("12.000000", "", "USLACKBOT", "<@U0BOT>")}, ""},
		{"a file with a mention", "C1", nil, []slack.Message{shared}, "mention 10.000001 a file"},
		{"direct messages", "D1", nil, []slack.Message{line("10.000001", "", "U1", "a"), line("11.000000", "11.000000", "U1", "b"), line("12.000000", "11.000000", "U1", "c")},
			"direct  a; direct  b; direct 11.000000 c"},
		{"what has its answer", "D1", nil, []slack.Message{line("10.000001", "", "U1", "a"), own("11.000000", "", "D1:10.000001"), line("12.000000", "", "U1", "b")}, "direct  b"},
		{"what is too old", "D1", nil, []slack.Message{line("1.000000", "", "U1", "a"), line("10.000001", "", "U1", "b")}, "direct  b"},
		{"follow-ups of a mention", "C1", nil, []slack.Message{line("10.000001", "10.000001", "U1", "<@U0BOT> a"), line("11.000000", "10.000001", "U1", "b"), line("10.000001", "10.000001", "U1", "<@U0BOT> a")},
			"mention 10.000001 a; thread 10.000001 b"},
		{"follow-ups of a mention that is too old", "C1", nil, []slack.Message{line("1.000000", "1.000000", "U1", "<@U0BOT> a"), line("11.000000", "1.000000", "U1", "b")}, "thread 1.000000 b"},
		{"a thread that the bot takes part in", "C1", []models.ThreadID{"1.000000"}, []slack.Message{line("11.000000", "1.000000", "U1", "b"), line("12.000000", "2.000000", "U1", "c")}, "thread 1.000000 b"},
		{"what was said in a thread before the bot was asked in it", "C1", []models.ThreadID{"1.000000"},
			[]slack.Message{line("11.000000", "1.000000", "U1", "a"), line("12.000000", "1.000000", "U1", "<@U0BOT> b"), own("13.000000", "1.000000", "C1:12.000000"), line("14.000000", "1.000000", "U1", "c")},
			"thread 1.000000 c"},
		{"what was said behind an answer", "C1", []models.ThreadID{"1.000000"},
			[]slack.Message{own("11.000000", "1.000000", "C1:1.000000"), line("12.000000", "1.000000", "U1", "a"), line("13.000000", "1.000000", "U1", "<@U0BOT> b")},
			"thread 1.000000 a; mention 1.000000 b"},
	} {
		r := reading{team: "T1", channel: c.channel, self: "U0BOT", part: map[models.ThreadID]bool{}, oldest: time.Unix(10, 0)}
		for _, thread := range c.part {
			r.part[thread] = true
		}
		var got []string
		for _, d := range r.sift(c.said) {
			m := d.entry.Message
			if !d.found || m.Team != "T1" || m.Channel != c.channel || !m.Shared || !strings.HasPrefix(m.ID, string(c.channel)+":1") {
				t.Errorf("%s: %+v", c.name, d)
			}
			got = append(got, string(m.Kind)+" "+string(m.Thread)+" "+m.Text)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, strings.Join(got, "; "), c.want)
		}
	}
}

func TestLivelier(t *testing.T) {
	root := func(ts, latest string, users ...string) slack.Message {
		m := line(ts, ts, "U1", "<@U0BOT> hello")
		m.ReplyCount, m.ReplyUsers, m.LatestReply = len(users), users, latest
		return m
	}
	said := []slack.Message{
		root("11.000000", "20.000000", "U0BOT", "U1"), root("12.000000", "20.000000", "U0BOT"), root("13.000000", "20.000000", "B0BOT"),
		root("14.000000", "20.000000", "U0BOT"), root("15.000000", "15.500000", "U1"), line("16.000000", "", "U1", "hello"), line("17.000000", "11.000000", "U1", "broadcast"),
	}
	var got []string
	for _, m := range (reading{channel: "C1", self: "U0BOT"}).livelier(said, "16.000000", func(id string) bool { return id != "C1:14.000000" }) {
		got = append(got, m.Timestamp)
	}
	if want := []string{"11.000000", "14.000000"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestStamp(t *testing.T) {
	at := time.Unix(1700000000, 123456000)
	if got := stamp(at); got != "1700000000.123456" || !saidAt(got).Equal(at) || !saidAt("1700000000").Equal(time.Unix(1700000000, 0)) {
		t.Errorf("%s is %v", got, saidAt(got))
	}
}

func FuzzSift(f *testing.F) {
	f.Add([]byte(`[{"type":"message","user":"U1","ts":"11.2","text":"<@U0BOT> list"},{"user":"U1","ts":"12.3","thread_ts":"11.2","text":"more"},
		{"user":"U0BOT","ts":"13","thread_ts":"11.2","metadata":{"event_type":"mulebot_answer","event_payload":{"id":"C1:11.2"}}}]`))
	f.Add([]byte(`[{"user":"U1","ts":"11.2","thread_ts":"11.2","reply_count":2,"reply_users":["U1"],"latest_reply":"99"}]`))
	f.Fuzz(func(t *testing.T, history []byte) {
		var said []slack.Message
		if json.Unmarshal(history, &said) != nil {
			return
		}
		r := reading{team: "T1", channel: "C1", self: "U0BOT"}
		if n := len(r.livelier(said, "", func(string) bool { return false })); n > len(said) {
			t.Errorf("%d threads", n)
		}
		ids := map[string]bool{}
		for _, d := range r.sift(said) {
			m := d.entry.Message
			if m.ID == "" || m.User == "" || m.User == "U0BOT" || m.Kind == "" || !m.Shared || ids[m.ID] {
				t.Errorf("%+v", m)
			}
			ids[m.ID] = true
		}
	})
}
