// Package web makes the HTTP requests of custom intents: to hosts of the operator's list only, with the secrets of the
// workspace in their headers, and with bounds on time and size.
package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
)

const (
	longestAnswer = 1 << 20 // bytes that are read of an answer
	mostRedirects = 3
)

// Caller makes requests. It is safe for concurrent use.
type Caller struct {
	// Allowed reports whether a request may go to a URL's host.
	Allowed func(*url.URL) bool
	// Secret returns a secret of a workspace, or a *models.Error that does not hold it.
	Secret func(ctx context.Context, team models.TeamID, name string) (models.Secret, error)

	client http.Client
}

// NewCaller returns a caller.
func NewCaller(allowed func(*url.URL) bool, secret func(context.Context, models.TeamID, string) (models.Secret, error)) *Caller {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = 64 << 10
	return &Caller{Allowed: allowed, Secret: secret, client: http.Client{Transport: transport}}
}

// Call makes a request and returns the JSON that comes back, decoded. Its errors are *models.Error and hold no secret.
func (c *Caller) Call(ctx context.Context, call models.Call) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, call.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, call.Method, call.URL, bytes.NewReader(call.Body))
	if err != nil {
		return nil, &models.Error{Kind: models.Invalid, Message: "the request's address is not a URL", Hint: "mend the url of the intent"}
	}
	if err := c.permit(request.URL); err != nil {
		return nil, err
	}
	secrets, err := c.dress(ctx, request, call)
	if err != nil {
		return nil, err
	}
	client := c.client
	client.CheckRedirect = func(next *http.Request, via []*http.Request) error { return c.follow(next, via, call) }
	answer, err := client.Do(request)
	if err != nil {
		return nil, unanswered(request.URL.Host, call, err)
	}
	defer answer.Body.Close()
	return read(answer, call, secrets)
}

func (c *Caller) permit(u *url.URL) error {
	if u.Scheme != "https" && u.Scheme != "http" || u.User != nil || !c.Allowed(u) {
		return &models.Error{Kind: models.Forbidden, Message: fmt.Sprintf("requests to `%s` are not allowed", u.Host),
			Hint: "whoever runs MuleBot allows hosts, in its configuration under intents.http_allow"}
	}
	return nil
}

// dress sets the headers of a request and returns the secrets in them.
func (c *Caller) dress(ctx context.Context, request *http.Request, call models.Call) ([]string, error) {
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "mulebot")
	if call.Body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	var secrets []string
	for _, name := range slices.Sorted(maps.Keys(call.Headers)) {
		h := call.Headers[name]
		value := h.Text
		if h.Secret != "" {
			secret, err := c.Secret(ctx, call.Team, h.Secret)
			if err != nil {
				return nil, err
			}
			if strings.ContainsFunc(secret.Reveal(), func(r rune) bool { return r < ' ' || r == 0x7f }) {
				return nil, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("the secret `%s` does not fit into a header", h.Secret),
					Hint: "store it again in one line: mulebot secret set " + h.Secret}
			}
			value += secret.Reveal()
			secrets = append(secrets, secret.Reveal())
		}
		request.Header.Set(name, value)
	}
	return secrets, nil
}

// follow lets a redirect go on within the list. What it finds on another host it finds without the secrets.
func (c *Caller) follow(next *http.Request, via []*http.Request, call models.Call) error {
	if len(via) > mostRedirects {
		return errors.New("too many redirects")
	}
	if err := c.permit(next.URL); err != nil {
		return err
	}
	first := via[0].URL
	if first.Scheme == "https" && next.URL.Scheme != "https" {
		return errors.New("a redirect from https to http")
	}
	if next.URL.Host != first.Host {
		for name, h := range call.Headers {
			if h.Secret != "" {
				next.Header.Del(name)
			}
		}
	}
	return nil
}

// unanswered words why there is no answer. The error itself, with the address in it, is for the log.
func unanswered(host string, call models.Call, err error) error {
	if known, ok := errors.AsType[*models.Error](err); ok {
		return known
	}
	reason := "the connection failed"
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		reason = "no answer within " + call.Timeout.String()
	case errors.As(err, &dns):
		reason = "its name does not resolve"
	case strings.Contains(err.Error(), "redirect"):
		reason = "it redirects too often, or to an unprotected address"
	}
	return &models.Error{Kind: models.Unavailable, Message: fmt.Sprintf("`%s` does not answer: %s", host, reason),
		Hint: "try again in a minute; MuleBot's log has the cause", Err: err}
}

// read decodes an answer. Secrets that it echoes are blotted out.
func read(answer *http.Response, call models.Call, secrets []string) (any, error) {
	host := answer.Request.URL.Host
	body, err := io.ReadAll(io.LimitReader(answer.Body, longestAnswer+1))
	if err != nil {
		return nil, unanswered(host, call, err)
	}
	kind := models.Unavailable
	switch status := answer.StatusCode; {
	case status == http.StatusNotFound:
		kind = models.NotFound
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		kind = models.Forbidden
	case status < 300 && len(body) > longestAnswer:
		return nil, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("the answer of `%s` is longer than %s", host, models.Bytes(longestAnswer)),
			Hint: "ask for less in the url of the intent"}
	case status < 300:
		return decode(host, answer.Header.Get("Content-Type"), body, secrets)
	}
	return nil, &models.Error{Kind: kind, Message: fmt.Sprintf("`%s` answers %d %s", host, answer.StatusCode, http.StatusText(answer.StatusCode)),
		Hint: "check the url, the body and the secret of the intent"}
}

func decode(host, kind string, body []byte, secrets []string) (any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	blot := blotter(secrets)
	numbers := json.NewDecoder(bytes.NewReader(body))
	numbers.UseNumber() // a secret may be one, and would lose its last digits
	var result any
	if !json.Valid(body) || numbers.Decode(&result) != nil {
		media, _, _ := mime.ParseMediaType(blot(kind))
		return nil, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("the answer of `%s` is no JSON but %s", host, orUnknown(media)),
			Hint: "give the intent a url that answers in JSON"}
	}
	return blotted(result, blot), nil
}

// blotter returns a function that blots secrets out of a text, the longest first: one may be the beginning of another.
func blotter(secrets []string) func(string) string {
	known := slices.DeleteFunc(slices.Clone(secrets), func(s string) bool { return s == "" })
	slices.SortFunc(known, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var pairs []string
	for _, s := range known {
		pairs = append(pairs, s, models.Secret(s).String())
	}
	return strings.NewReplacer(pairs...).Replace
}

// blotted returns a decoded answer with its texts, names and numbers blotted. JSON can escape any letter, so secrets are found only when
// it is decoded.
func blotted(value any, blot func(string) string) any {
	switch v := value.(type) {
	case string:
		return blot(v)
	case json.Number:
		if n, err := v.Float64(); err == nil && blot(v.String()) == v.String() {
			return n
		}
		return blot(v.String())
	case []any:
		for i := range v {
			v[i] = blotted(v[i], blot)
		}
	case map[string]any:
		named := make(map[string]any, len(v))
		for name, inner := range v {
			named[blot(name)] = blotted(inner, blot)
		}
		return named
	}
	return value
}

func orUnknown(media string) string {
	if media == "" {
		return "of an unknown kind"
	}
	return media
}
