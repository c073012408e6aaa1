package slacksim_test

import (
	"context"
	"fmt"
	"time"

	"github.com/mulebot/mulebot/slacksim"
)

// A benchmark: a hundred workspaces of one app with twenty channels each, a steady rate of questions, 5 % of the events
// twice, all sockets cut every ten seconds.
func Example_benchmark() {
	sim := slacksim.New(slacksim.Options{Seed: 1, DuplicateFraction: 0.05})
	if err := sim.Start(); err != nil {
		panic(err)
	}
	defer func() { _ = sim.Close() }()
	app := sim.AddApp(slacksim.AppOptions{})
	const channels = 20
	workspaces := make([]*slacksim.Workspace, 100)
	for i := range workspaces {
		ws := sim.AddWorkspace(app, slacksim.TeamOptions{Users: []string{"ann"}})
		for c := range channels {
			ws.Channel(fmt.Sprintf("channel-%d", c)) // made on first use
		}
		workspaces[i] = ws
	}
	// Here the bot starts, with sim.URL(), app.AppToken() and the ws.BotToken() of each workspace. A warm-up follows, and
	// then sim.ResetStats().

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	const perSecond = 200
	for n, start := 0, time.Now(); ctx.Err() == nil; n++ {
		// By the plan, not by a ticker: a late message does not delay those behind it.
		select {
		case <-time.After(time.Until(start.Add(time.Duration(n) * time.Second / perSecond))):
		case <-ctx.Done():
		}
		ws := workspaces[n%len(workspaces)]
		channel := ws.Channel(fmt.Sprintf("channel-%d", n/len(workspaces)%channels))
		ws.Say(channel, ws.User("ann"), "@mulebot list the degraded volumes", slacksim.SayOptions{})
		if n%(10*perSecond) == 10*perSecond-1 {
			sim.DropSockets()
		}
	}
	s := sim.Stats()
	fmt.Println("said → reply", s.Reply, "sent → ack", s.Ack)
	fmt.Println("unanswered", s.Unanswered(), "twice", s.Twice, "delivered twice", s.Repeats, "lost", s.Lost)
}
