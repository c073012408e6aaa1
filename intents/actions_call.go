package intents

import (
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

// callPlan is an HTTP request.
type callPlan struct {
	method  string
	url     *pattern
	headers map[string]models.Header
	body    any // maps, lists and scalars as in JSON; texts are *pattern
	timeout time.Duration
}

// callTimeout and longestTimeout are how long an HTTP request may take, without a word in actions.yml and at most.
const callTimeout, longestTimeout = 5 * time.Second, 30 * time.Second

func (r *actionsReader) callPlan(n *yaml.Node, a *action) {
	fields, ok := r.fields(n, "http", "method", "url", "headers", "body", "timeout", "reply")
	if !ok {
		return
	}
	plan := &callPlan{method: r.text(fields["method"], "the method"), timeout: callTimeout}
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
		plan.timeout = d
	}
	if a.reply = r.pattern(fields["reply"], "the reply", a); fields["reply"] == nil || fields["reply"].Value == "" {
		r.fault(n, "the answer of the request is not worded", "add reply: with a template over .result, the JSON that comes back")
	}
	plan.headers = r.headers(fields["headers"])
	if fields["body"] != nil {
		plan.body = r.body(fields["body"], a, 0)
	}
	a.call = plan
}

// host checks that a URL names its host in full, before any template, and that the operator allows it.
func (r *actionsReader) host(n *yaml.Node) {
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

func (r *actionsReader) headers(n *yaml.Node) map[string]models.Header {
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
func (r *actionsReader) body(n *yaml.Node, a *action, depth int) any {
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
