package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// giveUp is how long an answer is tried while Slack takes it for no reason of its own. An answer older than that is no answer.
const giveUp = time.Hour

// maxLooks is how often reading a conversation may fail before the answer is posted without having looked.
const maxLooks = 10

// plainAfter is the attempt from which an answer is sent without blocks, in case that they are what makes Slack fail.
const plainAfter = 5

// The methods that a poster calls, as its pace and its log name them.
const (
	postMessage = "chat.postMessage"
	responseURL = "response_url"
	uploadFile  = "files.completeUploadExternal"
	readTalk    = "conversations.replies"
	openView    = "views.open"
	publishView = "views.publish"
)

// poster posts the answers of one workspace.
type poster struct {
	base    string
	api     atomic.Pointer[slack.Client]
	client  *http.Client
	pace    *pace
	maxWait time.Duration
	renewal *renewal
	meter   Meter
	log     zerolog.Logger

	tokenRefused func(error) // is told when answers begin to wait for another token, and with nil when Slack takes the token
}

// delivery is an answer on its way to Slack. What has been done of it is noted in it, so that the next attempt goes on from
// there.
type delivery struct {
	entry   models.Entry
	out     Rendered
	private bool // for the one who asked only
	look    bool // an earlier attempt may have posted it: look before posting
	looks   int  // how often that failed
	plain   bool // without blocks
	direct  bool // a slash command whose response URL is of no use any more
	posted  bool // the message; files follow
	files   int  // that have been uploaded
	sorry   bool // what is out is that a file could not be attached: the answer itself has been posted
}

// done reports whether all of the delivery is posted.
func (d *delivery) done() bool { return d.posted && d.files == len(d.out.Files) }

// answered reports whether the answer has been posted, though perhaps not its files.
func (d *delivery) answered() bool { return d.posted || d.sorry }

// newDelivery returns the delivery of a reply. One is private that can be: what was asked in the open is answered there, but what
// a form was filled in with nobody else has seen. In a direct message, everything is between the two.
func newDelivery(p *place, reply models.Reply) delivery {
	m := p.entry.Message
	alone := m.Kind == models.Submitted && !strings.HasPrefix(string(m.Channel), "D")
	d := delivery{entry: p.entry, out: Render(reply), look: p.replayed, private: reply.Private && (p.entry.ResponseURL != "" || alone)}
	if d.private {
		d.out.Files = nil // Slack has no files for one reader in a channel
	}
	return d
}

func newPoster(token models.Secret, o Options, client *http.Client, log zerolog.Logger) *poster {
	p := &poster{
		base: o.APIURL, client: client, pace: newPace(o.PostRate, o.PostBurst),
		maxWait: o.MaxWait, renewal: newRenewal(o.Parked), tokenRefused: func(error) {}, meter: o.Meter, log: log,
	}
	p.use(token)
	return p
}

// use makes the next calls with another bot token, and those again that Slack refused for the one before.
func (p *poster) use(token models.Secret) {
	p.api.Store(newAPI(p.base, token, p.client))
	p.renewal.come()
}

// post delivers an answer, however long it takes, up to an hour, and waits as long for another token where Slack refuses the one there
// is. It returns nil when the answer was posted, an error when Slack refuses it for good, and ctx's error when ctx ends before either. A
// file that could not be attached leaves an answer posted, and is told of in the log.
func (p *poster) post(ctx context.Context, d delivery) error {
	err := p.deliver(ctx, &d)
	if err == nil || ctx.Err() != nil || !d.answered() {
		return err
	}
	p.log.Warn().Err(err).Str("message", d.entry.Message.ID).Msg("a file could not be attached to an answer")
	return nil
}

// deliver does what is left of a delivery, one step after the other.
func (p *poster) deliver(ctx context.Context, d *delivery) error {
	start := time.Now()
	wait := newBackoff(p.maxWait)
	for !d.done() {
		token := p.renewal.next()
		method, err := p.step(ctx, d)
		if err == nil {
			if method != responseURL { // which has no token
				p.tokenRefused(nil)
			}
			wait = newBackoff(p.maxWait)
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		o := judge(err)
		p.meter.Failed(method, o.verdict.failure())
		p.log.Debug().Str("method", method).Str("error", o.code).Str("message", d.entry.Message.ID).Msg("a post failed")
		if time.Since(start) > giveUp {
			return fmt.Errorf("%s: given up after %s: %s", method, giveUp, o.code)
		}
		if o.token {
			err = p.awaitToken(ctx, token, method, o)
		} else {
			err = p.adapt(ctx, d, method, o, wait)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// step does the next thing of a delivery: looks, posts the message, or uploads a file.
func (p *poster) step(ctx context.Context, d *delivery) (method string, err error) {
	m := d.entry.Message
	switch {
	case d.posted:
		method = uploadFile
	case d.look && !d.byURL() && !d.private && !d.sorry: // it would find the answer, and take it for the apology
		found, err := p.posted(ctx, m)
		if o := judge(err); err != nil && (o.token || o.verdict != refused && d.looks < maxLooks) {
			d.looks++
			return readTalk, err
		}
		d.posted, d.look = found, false // what cannot be read is taken for not posted
		return readTalk, nil
	case d.byURL():
		method = responseURL
	default:
		method = postMessage
	}
	if err := p.pace.wait(ctx, method, m.Channel); err != nil {
		return method, err
	}
	switch method {
	case uploadFile:
		if err = p.upload(ctx, m, d.out.Files[d.files]); err == nil {
			d.files++
		}
		return method, err
	case responseURL:
		err = p.respond(ctx, d)
	default:
		err = p.send(ctx, d)
	}
	d.posted = err == nil
	return method, err
}

// byURL reports whether the answer goes to a response URL.
func (d *delivery) byURL() bool { return d.entry.ResponseURL != "" && !d.direct }

// adapt decides how to go on after a failure, and waits. It returns an error when there is no way.
func (p *poster) adapt(ctx context.Context, d *delivery, method string, o outcome, wait *backoff) error {
	switch o.verdict {
	case limited:
		p.pace.hold(method, o.after)
		return nil
	case unfit, refused:
		return d.simplify(method, o)
	case lost:
		d.look = d.look || method == postMessage
		d.plain = d.plain || method == postMessage && wait.attempts >= plainAfter
	}
	if !wait.sleep(ctx) {
		return ctx.Err()
	}
	return nil
}

// awaitToken waits while Slack refuses the token, and says so. It returns an error when there is no use in it.
func (p *poster) awaitToken(ctx context.Context, next <-chan struct{}, method string, o outcome) error {
	err := fmt.Errorf("%s: %s", method, o.code)
	p.tokenRefused(err)
	if p.renewal.wait(ctx, next) {
		return nil
	}
	return errors.Join(ctx.Err(), err)
}

// simplify turns a delivery that Slack refuses into one that it may take.
func (d *delivery) simplify(method string, o outcome) error {
	switch {
	case method == responseURL:
		d.direct = true // used five times, older than 30 minutes, or not fit: post in the channel
	case method == uploadFile:
		// The list does not come, but the reader learns why, the way that the answer came: to a command's the bot need not be in the channel.
		d.out = Rendered{Text: fmt.Sprintf("I could not attach the file %s: Slack says %s.", d.out.Files[d.files].Name, escape(o.code))}
		d.posted, d.files, d.sorry = false, 0, true
	case o.verdict == unfit && !d.plain:
		d.plain = true
	default:
		return fmt.Errorf("%s: %s", method, o.code)
	}
	return nil
}

// idKey is where the metadata of a post holds the id of the message that it answers.
const (
	answerEvent = "mulebot_answer"
	idKey       = "id"
)

func (p *poster) send(ctx context.Context, d *delivery) error {
	m := d.entry.Message
	text, bare := d.out.Text, d.plain && len(d.out.Blocks) > 0
	if bare {
		text = "```\n" + text + "\n```" // columns of a table stand under one another
	}
	options := []slack.MsgOption{
		slack.MsgOptionText(text, false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: answerEvent, EventPayload: map[string]any{idKey: m.ID}}),
	}
	if m.Thread != "" {
		options = append(options, slack.MsgOptionTS(string(m.Thread)))
	}
	if !bare && len(d.out.Blocks) > 0 {
		options = append(options, slack.MsgOptionBlocks(d.out.Blocks...))
	}
	if d.private {
		_, err := p.api.Load().PostEphemeralContext(ctx, string(m.Channel), string(m.User), options...)
		return err
	}
	_, _, err := p.api.Load().PostMessageContext(ctx, string(m.Channel), options...)
	return err
}

// respond posts an answer to a slash command where everybody in the channel sees it, or only the one who typed it.
func (p *poster) respond(ctx context.Context, d *delivery) error {
	message := &slack.WebhookMessage{Text: d.out.Text, ResponseType: slack.ResponseTypeInChannel}
	if d.private {
		message.ResponseType = slack.ResponseTypeEphemeral
	}
	if len(d.out.Blocks) > 0 {
		message.Blocks = &slack.Blocks{BlockSet: d.out.Blocks}
	}
	return slack.PostWebhookCustomHTTPContext(ctx, d.entry.ResponseURL.Reveal(), p.client, message)
}

func (p *poster) upload(ctx context.Context, m models.Message, f File) error {
	_, err := p.api.Load().UploadFileContext(ctx, slack.UploadFileParameters{
		Filename: f.Name, Title: f.Title, FileSize: len(f.Content), Reader: strings.NewReader(string(f.Content)),
		Channel: string(m.Channel), ThreadTimestamp: string(m.Thread),
	})
	return err
}

// posted reports whether an answer to the message is in the conversation.
func (p *poster) posted(ctx context.Context, m models.Message) (bool, error) {
	if err := p.pace.wait(ctx, readTalk, ""); err != nil {
		return false, err
	}
	messages, err := p.read(ctx, m)
	for _, x := range messages {
		if x.Metadata.EventType == answerEvent && x.Metadata.EventPayload[idKey] == m.ID {
			return true, nil
		}
	}
	return false, err
}

// read returns what was said in the conversation since the message.
func (p *poster) read(ctx context.Context, m models.Message) ([]slack.Message, error) {
	since := fmt.Sprintf("%d.000000", m.At.Add(-5*time.Minute).Unix())
	if _, ts, ok := strings.Cut(m.ID, ":"); ok && m.Kind != models.Press && m.Kind != models.Command && m.Kind != models.Scheduled {
		since = ts
	}
	if m.Thread != "" {
		messages, _, _, err := p.api.Load().GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: string(m.Channel), Timestamp: string(m.Thread), Oldest: since, Limit: 200, IncludeAllMetadata: true,
		})
		return messages, err
	}
	r, err := p.api.Load().GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: string(m.Channel), Oldest: since, Limit: 200, IncludeAllMetadata: true,
	})
	if err != nil {
		return nil, err
	}
	return r.Messages, nil
}
