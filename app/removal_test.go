package app

import (
	"context"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
	"github.com/mulebot/mulebot/store"
)

// held is a store that keeps a message waiting on its way to the journal, and an answer on its way out of it.
type held struct {
	*store.Store
	came, goOn chan string // what waits, and what may go on
}

func (h held) wait(what string) {
	h.came <- what
	<-h.goOn
}

func (h held) Append(ctx context.Context, e models.Entry) (bool, error) {
	h.wait("append")
	return h.Store.Append(ctx, e)
}

func (h held) Done(ctx context.Context, m models.Message, a *models.Audit, d *models.Dialogue) error {
	h.wait("done")
	return h.Store.Done(ctx, m, a, d)
}

// ready answers everything at once.
type ready struct{}

func (ready) Respond(_ context.Context, m models.Message) models.Reply {
	return models.Reply{Text: "12 volumes", Intent: "count", Dialogue: &models.Dialogue{Intent: "count"}}
}

// TestRemovedUnderWay removes a workspace while one message of it is on its way to the journal and another's answer on its way out:
// neither leaves anything of the workspace behind, and the first is not answered.
func TestRemovedUnderWay(t *testing.T) {
	sim := slacksim.New(slacksim.Options{})
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	application := sim.AddApp(slacksim.AppOptions{})
	w := sim.AddWorkspace(application, slacksim.TeamOptions{Users: []string{"ann"}, Channels: []string{"a", "b"}})
	team := models.TeamID(w.ID())
	workspace := models.Workspace{Team: team, AppToken: models.Secret(application.AppToken()), BotToken: models.Secret(w.BotToken())}
	st := held{store.Memory(time.Now), make(chan string), make(chan string)}
	if err := st.PutWorkspace(t.Context(), workspace); err != nil {
		t.Fatal(err)
	}
	door, err := bot.New(bot.Options{Workspaces: []models.Workspace{workspace}, Responder: ready{}, Journal: st, Past: st, APIURL: sim.URL(), Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- door.Run(ctx) }()
	expect := func(what string) {
		t.Helper()
		if got := <-st.came; got != what {
			t.Fatalf("%s came, not %s", got, what)
		}
	}
	for tick := time.NewTicker(2 * time.Millisecond); application.Connections() == 0; {
		<-tick.C
	}
	w.Say(w.Channel("a"), w.User("ann"), w.Mention()+" how many volumes are there?", slacksim.SayOptions{})
	expect("append")
	st.goOn <- "append"
	expect("done")
	w.Say(w.Channel("b"), w.User("ann"), w.Mention()+" and how many pools?", slacksim.SayOptions{})
	expect("append")

	door.Remove(team)
	if err := st.DeleteWorkspace(t.Context(), team); err != nil {
		t.Fatal(err)
	}
	st.goOn <- "done"
	st.goOn <- "append"
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := st.Heard(t.Context(), map[models.TeamID]time.Time{team: time.Now()}); err != nil { // noted for all, as they were before
		t.Error(err)
	}
	if teams, err := st.Teams(t.Context()); err != nil || len(teams) > 0 {
		left, _ := st.Unanswered(t.Context(), team)
		t.Errorf("%v is there again, with %d messages, %v", teams, len(left), err)
	}
}
