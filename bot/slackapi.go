package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// apiURL returns a base of Web API methods: the one given, with a slash at its end, or Slack's.
func apiURL(given string) string {
	if given == "" {
		return slack.APIURL
	}
	return strings.TrimSuffix(given, "/") + "/"
}

// silence is a logger for slack-go, which would write to standard error. What it would say comes back as errors and events.
func silence() *log.Logger { return log.New(io.Discard, "", 0) }

// newAPI returns a client of the Web API with a bot token.
func newAPI(base string, token models.Secret, client *http.Client) *slack.Client {
	return slack.New(token.Reveal(), slack.OptionAPIURL(base), slack.OptionHTTPClient(client), slack.OptionLog(silence()))
}

// verdict says what a failed call to Slack means for the caller.
type verdict int

const (
	lost     verdict = iota // nobody knows whether it took effect; again later, after having looked
	unsent                  // it took no effect; again later
	limited                 // it took no effect; again after the time that Slack says
	refused                 // it took no effect and never will
	unfit                   // Slack does not take the form of the message; another form may do
	stopping                // the caller's context ended
)

// outcome is a failed call judged.
type outcome struct {
	verdict verdict
	after   time.Duration // limited: how long to wait
	code    string        // Slack's error code, or the sort of failure; fit for logs and status
	token   bool          // refused for the token: another one may do
}

// judge decides what a failed call means.
func judge(err error) outcome {
	if errors.Is(err, context.Canceled) {
		return outcome{verdict: stopping, code: "stopping"}
	}
	if e, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return outcome{verdict: limited, after: max(e.RetryAfter, time.Second), code: "ratelimited"}
	}
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return judgeCode(e.Err)
	}
	if e, ok := errors.AsType[slack.StatusCodeError](err); ok {
		o := outcome{verdict: refused, code: fmt.Sprintf("http_%d", e.Code)}
		switch {
		case e.Code == http.StatusTooManyRequests:
			o.verdict, o.after = limited, 5*time.Second
		case e.Code >= http.StatusInternalServerError:
			o.verdict = lost
		}
		return o
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		return outcome{verdict: unsent, code: "unreachable"}
	}
	return outcome{verdict: lost, code: "no_answer"}
}

// judgeCode decides what a code of Slack's means (https://docs.slack.dev/reference/methods/chat.postMessage#errors).
func judgeCode(code string) outcome {
	switch code {
	case "ratelimited", "rate_limited", "message_limit_exceeded":
		return outcome{verdict: limited, after: 5 * time.Second, code: code}
	case "too_many_websockets", "team_added_to_org", "org_login_required": // the last two end when the workspace has moved to its organisation
		return outcome{verdict: unsent, code: code}
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive":
		return outcome{verdict: refused, code: code, token: true}
	case "internal_error", "fatal_error", "service_unavailable", "service_timeout", "request_timeout":
		return outcome{verdict: lost, code: code} // "some aspect of the operation" may have succeeded
	case "invalid_blocks", "invalid_blocks_format", "invalid_attachments", "msg_too_long", "msg_blocks_too_long",
		"metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema":
		return outcome{verdict: unfit, code: code}
	}
	return outcome{verdict: refused, code: code}
}

// scrub removes the URL from an error: response URLs and WebSocket tickets are secrets.
func scrub(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return err
}
