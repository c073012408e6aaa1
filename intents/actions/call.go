package actions

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/mulebot/mulebot/models"
)

// CallPlan is an HTTP request.
type CallPlan struct {
	Timeout time.Duration // above 0, at most half a minute
	method  string
	url     *Pattern
	headers map[string]models.Header
	body    any // maps, lists and scalars as in JSON; texts are *Pattern
}

// callTimeout and longestTimeout are how long an HTTP request may take, without a word in actions.yml and at most.
const callTimeout, longestTimeout = 5 * time.Second, 30 * time.Second

func (r *reader) callPlan(n *yaml.Node, a *Action) {
	fields, ok := r.fields(n, "http", "method", "url", "headers", "body", "timeout", "reply")
	if !ok {
		return
	}
	plan := &CallPlan{method: r.text(fields["method"], "the method"), Timeout: callTimeout}
	if plan.method == "" {
		plan.method = http.MethodGet
	}
	if !slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, plan.method) {
		r.fault(fields["method"], fmt.Sprintf("there is no method %q", plan.method), "use GET, POST, PUT, PATCH or DELETE")
	}
	if address := fields["url"]; address == nil {
		r.fault(n, "there is no url", "add url: https://HOST/PATH")
	} else {
		plan.url = r.pattern(address, "the url", a)
		r.host(address)
	}
	if v := fields["timeout"]; v != nil {
		d, err := time.ParseDuration(v.Value)
		if err != nil || d <= 0 || d > longestTimeout {
			r.fault(v, fmt.Sprintf("timeout cannot be %q", v.Value), "it is a duration such as 5s, at most "+longestTimeout.String())
		}
		plan.Timeout = d
	}
	if a.Reply = r.pattern(fields["reply"], "the reply", a); fields["reply"] == nil || fields["reply"].Value == "" {
		r.fault(n, "the answer of the request is not worded", "add reply: with a template over .result, the JSON that comes back")
	}
	plan.headers = r.headers(fields["headers"])
	if fields["body"] != nil {
		plan.body = r.body(fields["body"], a, 0)
	}
	a.Call = plan
}

// host checks that a URL names its host in full, before any template, and that the operator allows it.
func (r *reader) host(n *yaml.Node) {
	fixed, _, templated := strings.Cut(n.Value, "{{")
	u, err := url.Parse(fixed)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || templated && u.Path == "" {
		r.fault(n, "the url does not name its host in full", "write https://HOST/… first; templates may stand only behind the host's slash")
		return
	}
	if !AllowedHost(u, r.rules.HTTPAllow) {
		hint := "ask whoever runs MuleBot to add it to intents.http_allow, which is empty"
		if len(r.rules.HTTPAllow) > 0 {
			hint = "ask whoever runs MuleBot to add it to intents.http_allow, which has " + strings.Join(r.rules.HTTPAllow, ", ")
		}
		r.fault(n, fmt.Sprintf("host %q is not on the allow-list", u.Host), hint)
	}
}

// AllowedHost reports whether a URL's host is on a list of hosts. An entry is "host", which allows the usual ports of http and
// https, "host:port", or "*.domain" for all hosts below a domain.
func AllowedHost(u *url.URL, allow []string) bool {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	usual := port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80"
	return slices.ContainsFunc(allow, func(entry string) bool {
		name, wanted, withPort := strings.Cut(strings.ToLower(strings.TrimSpace(entry)), ":")
		if withPort && wanted != port || !withPort && !usual {
			return false
		}
		if domain, ok := strings.CutPrefix(name, "*."); ok {
			return strings.HasSuffix(host, "."+domain)
		}
		return name != "" && host == name
	})
}

var headerForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

func (r *reader) headers(n *yaml.Node) map[string]models.Header {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.fault(n, "headers are not a mapping", "write NAME: VALUE, or NAME: {secret: NAME_OF_A_SECRET}")
		return nil
	}
	headers := map[string]models.Header{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := http.CanonicalHeaderKey(key.Value)
		var h models.Header
		if value.Kind == yaml.ScalarNode {
			h.Text = value.Value
		} else if fields, ok := r.fields(value, "a header", "text", "secret"); ok {
			h = models.Header{Text: r.text(fields["text"], "the text"), Secret: r.text(fields["secret"], "the secret")}
			if h.Secret == "" {
				r.fault(value, "the header names no secret", `write {text: "Bearer ", secret: NAME}`)
			}
		}
		switch {
		case !headerForm.MatchString(key.Value) || strings.ContainsAny(h.Text, "\r\n"):
			r.fault(key, fmt.Sprintf("%q cannot be a header", key.Value), "write it as in HTTP, in one line")
		case name == "Host" || name == "Content-Length" || name == "Connection" || name == "Transfer-Encoding":
			r.fault(key, "header "+name+" is not for intents to set", "leave it out")
		}
		headers[name] = h
	}
	return headers
}

// body reads the body of a request: YAML that becomes JSON, with templates in its texts.
func (r *reader) body(n *yaml.Node, a *Action, depth int) any {
	if depth > 20 {
		r.fault(n, "the body is nested too deeply", "keep it under 20 levels")
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = r.body(n.Content[i+1], a, depth+1)
		}
		return m
	case yaml.SequenceNode:
		l := make([]any, len(n.Content))
		for i, item := range n.Content {
			l[i] = r.body(item, a, depth+1)
		}
		return l
	case yaml.ScalarNode:
		if n.Tag == "!!str" {
			return r.compile(n, n.Value, a)
		}
		var v any
		if err := n.Decode(&v); err != nil {
			r.fault(n, err.Error(), "quote it to make it a text")
		}
		return v
	}
	r.fault(n, "YAML aliases are not read here", "write the value out")
	return nil
}

// Make makes the request, of no team yet, with the slots, by name. What they put into the URL is escaped. It fails as [Pattern.Render]
// does, and where the body is no JSON.
func (p *CallPlan) Make(ctx context.Context, slots map[string]any) (models.Call, error) {
	address, err := p.url.Render(ctx, map[string]any{"slots": escapedSlots(slots)})
	if err != nil {
		return models.Call{}, err
	}
	call := models.Call{Method: p.method, URL: address, Headers: p.headers, Timeout: p.Timeout}
	if p.body != nil {
		body, err := renderBody(ctx, p.body, map[string]any{"slots": slots})
		if err != nil {
			return models.Call{}, err
		}
		if call.Body, err = json.Marshal(body); err != nil {
			return models.Call{}, err
		}
	}
	return call, nil
}

// escapedSlots returns slots fit for any place of a URL behind its host: no value can add a part to the path or the query.
func escapedSlots(slots map[string]any) map[string]any {
	escaped := make(map[string]any, len(slots))
	for name, v := range slots {
		text := strings.ReplaceAll(url.QueryEscape(fmt.Sprint(v)), "+", "%20")
		if strings.Trim(text, ".") == "" {
			text = strings.ReplaceAll(text, ".", "%252E") // not a step up the path, even to a server that decodes twice
		}
		escaped[name] = text
	}
	return escaped
}

// renderBody renders the texts of a body.
func renderBody(ctx context.Context, v any, data map[string]any) (any, error) {
	var err error
	switch v := v.(type) {
	case *Pattern:
		return v.Render(ctx, data)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			if list[i], err = renderBody(ctx, v[i], data); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		m := make(map[string]any, len(v))
		for k := range v {
			if m[k], err = renderBody(ctx, v[k], data); err != nil {
				return nil, err
			}
		}
		return m, nil
	}
	return v, nil
}
