package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

const (
	// maxFile is the size in bytes of the largest file that is read.
	maxFile = 1 << 20
	// maxFetches is how often a file is asked for.
	maxFetches = 3
)

// attach returns the message of an entry with the contents of its attachments among the values of its action.
func (p *poster) attach(ctx context.Context, e models.Entry) (models.Message, error) {
	m := e.Message
	if len(e.Attachments) == 0 || m.Action == nil {
		return m, nil
	}
	action := *m.Action
	action.Values = maps.Clone(action.Values)
	for _, a := range e.Attachments {
		content, err := p.fetch(ctx, a)
		if err != nil {
			return m, err
		}
		action.Values[a.Key], action.Values[a.Key+models.FileName] = content, a.Name
	}
	m.Action = &action
	return m, nil
}

// fetch downloads a file. The bot token goes with it, and slack-go sends that to Slack's own hosts only.
func (p *poster) fetch(ctx context.Context, a models.Attachment) (string, error) {
	wait := newBackoff(p.maxWait)
	for n := 1; ; n++ {
		content := &bounded{}
		var err error
		if a.Size > maxFile {
			err = errTooLong
		} else {
			err = p.api.Load().GetFileContext(ctx, a.URL, content)
		}
		switch {
		case errors.Is(err, errTooLong):
			return "", &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("the file %s is larger than 1 MB", a.Name),
				Hint: "split it and submit the parts one after the other", Err: err}
		case err == nil && (!utf8.Valid(content.Bytes()) || bytes.IndexByte(content.Bytes(), 0) >= 0):
			return "", &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("the file %s is not a text in UTF-8", a.Name),
				Hint: "save it as UTF-8 and submit it again"}
		case err == nil:
			return content.String(), nil
		case content.Len() == 0 && !passing(err): // what began to come is ours to read
			return "", &models.Error{Kind: models.Forbidden, Message: fmt.Sprintf("Slack does not let me read the file %s", a.Name),
				Hint: "paste its text instead; whoever runs me gives the app the scope files:read and installs it again", Err: scrub(err)}
		case n == maxFetches || !wait.sleep(ctx):
			return "", &models.Error{Kind: models.Unavailable, Message: fmt.Sprintf("Slack did not give me the file %s", a.Name),
				Hint: "submit it again in a minute, or paste its text", Err: scrub(err)}
		}
	}
}

// passing reports whether a failed download may succeed later.
func passing(err error) bool {
	if e, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return e.Code >= 500
	}
	if _, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok { // a url.Error is one
		return true
	}
	return errors.Is(err, io.ErrUnexpectedEOF)
}

// bounded is a buffer that takes no more than a file may have.
type bounded struct{ bytes.Buffer }

var errTooLong = errors.New("the file is too large")

func (b *bounded) Write(data []byte) (int, error) {
	if b.Len()+len(data) > maxFile {
		return 0, errTooLong
	}
	return b.Buffer.Write(data)
}

// unfetched is the answer to a message whose attachments could not be fetched.
func unfetched(err error) models.Reply {
	e, _ := errors.AsType[*models.Error](err)
	return models.Reply{Text: phrase.Capital(e.Message) + ". " + phrase.Capital(e.Hint) + ".", Err: err, Private: true}
}
