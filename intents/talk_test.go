package intents_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// trained is the built-in model, once for all tests.
var trained = sync.OnceValues(func() (*nlp.Model, error) {
	return intents.Model(func() time.Time { return sampleTime })
})

// fakeClusters are inventories and errors by tenant and name.
type fakeClusters map[models.ClusterRef]func(context.Context) (*models.Inventory, error)

func (f fakeClusters) Inventory(ctx context.Context, ref models.ClusterRef) (*models.Inventory, error) {
	if get := f[ref]; get != nil {
		return get(ctx)
	}
	return nil, &models.Error{Kind: models.NotFound, Message: "there is no cluster " + ref.Name}
}

func (f fakeClusters) Reading(models.ClusterRef) (models.Reading, bool) {
	return models.Reading{}, false
}

func always(inv *models.Inventory) func(context.Context) (*models.Inventory, error) {
	return func(context.Context) (*models.Inventory, error) { return inv, nil }
}

// fakeTenants has one card and one dialogue for each team.
type fakeTenants struct {
	cards     map[models.TeamID]models.Card
	dialogues map[models.Conversation]models.Dialogue
}

func (f *fakeTenants) Card(_ context.Context, team models.TeamID, _ models.ChannelID) (models.Card, error) {
	if card, ok := f.cards[team]; ok {
		return card, nil
	}
	return models.Card{}, &models.Error{Kind: models.NotFound, Message: "no card"}
}

func (f *fakeTenants) Dialogue(_ context.Context, c models.Conversation) (models.Dialogue, error) {
	return f.dialogues[c], nil
}

// talk is a conversation with a router.
type talk struct {
	*intents.Router
	tenants *fakeTenants
	team    models.TeamID
}

// newTalk opens a conversation of team T1, whose card has the sample clusters.
func newTalk(t testing.TB) *talk {
	t.Helper()
	p, s := prod(), stagingCluster()
	return newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: always(p), {Team: "T1", Name: "staging"}: always(s)},
		models.Card{Team: "T1", Channel: "C1", Clusters: []string{"prod-east", "staging"}})
}

func newTalkOver(t testing.TB, clusters fakeClusters, cards ...models.Card) *talk {
	t.Helper()
	return newTalkWithin(t, 10*time.Second, clusters, cards...)
}

// newTalkWithin is newTalkOver with a time limit for clusters.
func newTalkWithin(t testing.TB, limit time.Duration, clusters fakeClusters, cards ...models.Card) *talk {
	t.Helper()
	model, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	tenants := &fakeTenants{cards: map[models.TeamID]models.Card{}, dialogues: map[models.Conversation]models.Dialogue{}}
	for _, c := range cards {
		tenants.cards[c.Team] = c
	}
	router, err := intents.New(intents.Options{Model: model, Inventory: clusters, Tenants: tenants,
		Now: func() time.Time { return sampleTime }, Timeout: func() time.Duration { return limit }, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	return &talk{Router: router, tenants: tenants, team: "T1"}
}

// reroute gives the talk a router with other options.
func (k *talk) reroute(t testing.TB, o intents.Options) {
	t.Helper()
	router, err := intents.New(o)
	if err != nil {
		t.Fatal(err)
	}
	k.Router = router
}

// say says something and remembers the dialogue, as a door does once it has delivered the reply.
func (k *talk) say(text string) models.Reply { return k.send(models.Message{Text: text}) }

// converse holds a conversation anew, turn by turn separated by slashes, and returns the last reply.
func (k *talk) converse(turns string) (last models.Reply) {
	k.forget()
	for turn := range strings.SplitSeq(turns, " / ") {
		last = k.say(turn)
	}
	return last
}

func (k *talk) send(m models.Message) models.Reply {
	m.ID, m.Team, m.Channel, m.Thread, m.At = "m", k.team, "C1", "1", sampleTime
	reply := k.Respond(context.Background(), m)
	if reply.Dialogue != nil {
		k.tenants.dialogues[m.Conversation()] = *reply.Dialogue
	}
	return reply
}
