package slacksim

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// TestSlackGo drives the simulator with the client library that the bot uses.
func TestSlackGo(t *testing.T) {
	o := patient()
	o.DisconnectGrace = 10 * time.Millisecond
	w := onlyMentions(t, o)
	api := slack.New(w.BotToken(), slack.OptionAppLevelToken(w.app.AppToken()), slack.OptionAPIURL(w.sim.URL()))
	ctx, cancel := context.WithCancel(w.ctx)
	client := socketmode.New(api)
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(ctx) }()
	go answerAll(ctx, t, client, api)
	defer func() {
		cancel()
		<-ended
	}()

	who, err := api.AuthTestContext(ctx)
	if err != nil || who.TeamID != w.ID() || who.UserID != w.BotUser() || who.BotID != w.BotID() {
		t.Fatalf("auth.test: %+v, %v", who, err)
	}
	expect := func(q Message) {
		t.Helper()
		m, err := w.Reply(w.ctx, q)
		if err != nil || m.Text != "heard "+q.Text || len(m.Buttons()) != 1 {
			t.Fatalf("reply %+v, %v", m, err)
		}
	}
	expect(w.mention("one"))
	w.app.Disconnect(RefreshRequested)
	expect(w.mention("two"))

	file, err := api.UploadFileContext(ctx, slack.UploadFileParameters{
		Filename: "v.csv", FileSize: 4, Content: "a,b\n", Channel: w.Channel("storage"), InitialComment: "the file",
	})
	if err != nil || file.ID == "" {
		t.Fatalf("upload: %+v, %v", file, err)
	}
	w.sim.FailNext("chat.postMessage", Fault{Status: 429, Error: "ratelimited", RetryAfter: 3}, 1)
	_, _, err = api.PostMessageContext(ctx, w.Channel("storage"), slack.MsgOptionText("x", false))
	if limit := new(slack.RateLimitedError); !errors.As(err, &limit) || limit.RetryAfter != 3*time.Second {
		t.Errorf("429 became %v", err)
	}
	_, _, err = api.PostMessageContext(ctx, "C404", slack.MsgOptionText("x", false))
	if err == nil || err.Error() != "channel_not_found" {
		t.Errorf("got %v", err)
	}
}

// answerAll acknowledges and answers every mention.
func answerAll(ctx context.Context, t *testing.T, client *socketmode.Client, api *slack.Client) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-client.Events:
			event, ok := e.Data.(slackevents.EventsAPIEvent)
			if !ok {
				continue
			}
			_ = client.Ack(*e.Request)
			m := event.InnerEvent.Data.(*slackevents.AppMentionEvent)
			text := "heard " + m.Text
			button := slack.NewButtonBlockElement("more", "1", slack.NewTextBlockObject(slack.PlainTextType, "More", true, false))
			_, _, err := api.PostMessageContext(ctx, m.Channel, slack.MsgOptionText(text, false), slack.MsgOptionTS(m.TimeStamp),
				slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, text, false, false), nil, nil),
					slack.NewActionBlock("", button)))
			if err != nil && ctx.Err() == nil {
				t.Errorf("chat.postMessage: %v", err)
			}
		}
	}
}
