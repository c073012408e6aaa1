package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack/socketmode"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

func TestDecodeNotice(t *testing.T) {
	noticed := time.Unix(1767225600, 0)
	for event, want := range map[string]notice{
		`{"type":"channel_archive","channel":"C1","user":"U1"}`:             {"T1", "C1", noticed},
		`{"type":"channel_deleted","channel":"C1"}`:                         {"T1", "C1", noticed},
		`{"type":"group_archive","channel":"G1"}`:                           {"T1", "G1", noticed},
		`{"type":"group_deleted","channel":"G1"}`:                           {"T1", "G1", noticed},
		`{"type":"app_uninstalled"}`:                                        {"T1", "", noticed},
		`{"type":"tokens_revoked","tokens":{"oauth":["U1"],"bot":["U2"]}}`:  {"T1", "", noticed},
		`{"type":"tokens_revoked","tokens":{"oauth":["U1"],"bot":[]}}`:      {},
		`{"type":"tokens_revoked"}`:                                         {},
		`{"type":"channel_archive"}`:                                        {},
		`{"type":"channel_rename","channel":{"id":"C1","name":"new"}}`:      {},
		`{"type":"message","channel":"C1","text":"hello","subtype":"what"}`: {},
	} {
		got, ok := decodeNotice(&socketmode.Request{Type: "events_api", Payload: json.RawMessage(`{"type":"event_callback","team_id":"T1","event_time":1767225600,"event":` + event + `}`)})
		if ok != (want.team != "") || ok && got != want {
			t.Errorf("%s: %v, %v", event, got, ok)
		}
	}
	partner := `{"type":"event_callback","team_id":"TGUEST","authorizations":[{"team_id":"T1","is_bot":true}],"event":{"type":"channel_archive","channel":"C1"}}`
	if got, ok := decodeNotice(&socketmode.Request{Type: "events_api", Payload: json.RawMessage(partner)}); !ok || got.team != "T1" {
		t.Errorf("a channel that a partner archives: %v, %v", got, ok)
	}
}

func TestMentions(t *testing.T) {
	got := mentions("give <@U1|bob> and <@W2> and <!subteam^S3|@storage> a role, not <!here> or <#C1|ops> or <@U9")
	if diff := cmp.Diff(map[string]string{"@bob": "U1", "@W2": "W2", "@storage": "S3", "#ops": "C1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// gone is a keeper that writes down what it is told, and fails as often as a test says.
type gone struct {
	mu    sync.Mutex
	told  []string
	fails int
}

func (g *gone) ChannelGone(_ context.Context, team models.TeamID, channel models.ChannelID) error {
	return g.note(string(team) + "/" + string(channel))
}

func (g *gone) AppGone(_ context.Context, team models.TeamID, _ time.Time) error {
	return g.note(string(team))
}

func (g *gone) note(what string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fails > 0 {
		g.fails--
		return errors.New("the disk is full")
	}
	g.told = append(g.told, what)
	return nil
}

func (g *gone) heard(what ...string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Equal(g.told, what)
}

// TestGone makes sure that the keeper hears of what is gone, and again if it could not do its work.
func TestGone(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{AckTimeout: 50 * time.Millisecond, RetrySchedule: []time.Duration{0, 0, 0}})
	w := s.workspace(nil)
	keeper := &gone{fails: 1}
	s.run(respond(echo), Options{Keeper: keeper}, w)
	s.connected()
	storage, secret := w.Channel("storage"), w.AddChannel("secret", slacksim.ChannelOptions{Private: true})
	w.Archive(storage)
	s.until("the archived channel is heard of", func() bool { return keeper.heard(w.ID() + "/" + storage) })
	w.DeleteChannel(secret)
	s.until("the deleted one is", func() bool { return keeper.heard(w.ID()+"/"+storage, w.ID()+"/"+secret) })
	w.Uninstall()
	s.until("the end of the app is, twice", func() bool { return keeper.heard(w.ID()+"/"+storage, w.ID()+"/"+secret, w.ID(), w.ID()) })
}

func TestSharedChannels(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	shared := make(chan bool, 1)
	s.run(respond(func(_ context.Context, m models.Message) models.Reply {
		shared <- m.Shared
		return models.Reply{Text: "well", Buttons: []models.Button{{Label: "Go on", Action: models.Action{Text: "go on"}}}}
	}), Options{}, w)
	s.connected()
	s.reply(w, s.say(w, "@mulebot hello"))
	if <-shared {
		t.Error("a channel that is not shared")
	}
	eve := w.AddStranger("eve", "T0FOREIGN")
	w.Join(w.Channel("storage"), eve)
	answer := s.reply(w, s.say(w, "@mulebot hello"))
	if <-shared {
		t.Error("somebody of this workspace, in a channel that is shared")
	}
	s.reply(w, w.Say(w.Channel("storage"), eve, "@mulebot hello", slacksim.SayOptions{}))
	if !<-shared {
		t.Error("somebody of another workspace")
	}
	w.Press(answer, "Go on", eve)
	if !<-shared {
		t.Error("a button that somebody of another workspace presses")
	}
	w.Press(answer, "Go on", w.User("ann"))
	if <-shared {
		t.Error("a button that somebody of this workspace presses")
	}
}
