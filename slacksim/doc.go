// Package slacksim is a Slack that fits in a test: one HTTP server on the loopback interface with Slack's Web API, Socket
// Mode and response URLs, as strict as the real one where the real one is documented.
//
//	sim := slacksim.New(slacksim.Options{})
//	err := sim.Start() // and defer sim.Close()
//	app := sim.AddApp(slacksim.AppOptions{Name: "mulebot"})
//	ws := sim.AddWorkspace(app, slacksim.TeamOptions{Users: []string{"ann"}, Channels: []string{"storage"}})
//	// … start the bot with sim.URL(), app.AppToken() and ws.BotToken() …
//	question := ws.Say(ws.Channel("storage"), ws.User("ann"), "@mulebot list volumes", slacksim.SayOptions{})
//	answer, err := ws.Reply(ctx, question)
//
// The terms are Slack's. An app is configured once and installed in many workspaces (teams); it has one app-level token
// (xapp-…), which opens sockets, and one bot token (xoxb-…) in each workspace, which calls the Web API. What people do
// becomes events; an event travels to one of the app's sockets in an envelope, and the app acknowledges the envelope by its
// id. An event whose envelope is not acknowledged in time comes again in another envelope; slash commands and
// interactions do not.
//
// Three things make it fit for tests and benchmarks. Time: every delay of Slack's is an option, so that a redelivery "after
// five minutes" takes as long as the test says. Faults: calls fail, hang or lose their answer on demand, sockets drop or go
// deaf, events come twice. Figures: it knows when each message was said, acknowledged and answered, and how often.
//
// Where Slack documents no figure, the strict reading is taken and the comment beside it says so. A test of its own drives
// the simulator with Slack's JavaScript framework, Bolt, so that what it does is Slack's behaviour and not ours (build tag
// e2e; needs node).
package slacksim
