package slacksim

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object.
type object = map[string]any

// method is a method of the Web API.
type method struct {
	run    func(*call) (object, error)
	scopes []string // any of them suffices; nil: none is needed
	tier   int      // 1 to 4; 0: a limit of its own or none (https://docs.slack.dev/apis/web-api/rate-limits)
	json   bool     // takes a JSON body too; the others take forms only
	xapp   bool     // wants an app-level token
	config bool     // wants an app configuration token
	client bool     // wants the app's client id and secret, and no token
}

// call is a call of a method.
type call struct {
	sim    *Sim
	app    *App
	ws     *Workspace // nil for methods with another token than a bot token
	args   args
	inBody bool // the token came as an argument
}

// apiError is an answer with "ok": false.
type apiError struct {
	code       string
	extra      object
	messages   []string // for response_metadata
	retryAfter int      // seconds; makes the status 429
}

func (e *apiError) Error() string { return e.code }

func failure(code string) error { return &apiError{code: code} }

// invalid is the error of arguments that are missing or of the wrong form.
func invalid(messages ...string) error {
	return &apiError{code: "invalid_arguments", messages: messages}
}

func (s *Sim) serveMethod(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/api/")
	m, ok := s.methods[name]
	if !ok {
		s.refuse(w, &apiError{code: "unknown_method", extra: object{"req_method": name}})
		return
	}
	c := &call{sim: s}
	if err := c.identify(r, m); err != nil {
		s.refuse(w, err)
		return
	}
	if c.ws != nil {
		w.Header().Set("X-OAuth-Scopes", strings.Join(c.ws.scopeList(), ","))
		w.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(m.scopes, ","))
	}
	if !pause(r, s.faults.delay(name)) {
		return
	}
	if f, ok := s.faults.take(name, c.team(), false); ok {
		s.stats.called(f.Error)
		f.strike(w, r)
		return
	}
	body, err := c.answer(name, m)
	if f, ok := s.faults.take(name, c.team(), true); ok {
		s.stats.called(f.Error)
		f.strike(w, r)
		return
	}
	if err != nil {
		s.refuse(w, err)
		return
	}
	s.stats.called("")
	body["ok"] = true
	writeJSON(w, http.StatusOK, body)
}

// refuse answers a call that failed.
func (s *Sim) refuse(w http.ResponseWriter, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		e = &apiError{code: "internal_error"}
	}
	body := object{"ok": false, "error": e.code}
	for k, v := range e.extra {
		body[k] = v
	}
	if e.messages != nil {
		body["response_metadata"] = object{"messages": e.messages}
	}
	status := http.StatusOK
	if e.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(e.retryAfter))
		status = http.StatusTooManyRequests
	}
	s.stats.called(e.code)
	writeJSON(w, status, body)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// answer runs the method, unless a scope is missing or it was called too often.
func (c *call) answer(name string, m method) (object, error) {
	if err := c.authorise(m); err != nil {
		return nil, err
	}
	if wait := c.limit(name, m); wait > 0 {
		return nil, limited(wait)
	}
	body, err := m.run(c)
	if body == nil {
		body = object{}
	}
	return body, err
}

// team returns the workspace whose bot token the call has; "" if it has another one.
func (c *call) team() string {
	if c.ws == nil {
		return ""
	}
	return c.ws.id
}

// limited is the answer to a call too many: status 429, Retry-After in whole seconds.
func limited(wait time.Duration) error {
	return &apiError{code: "ratelimited", retryAfter: max(1, int(math.Ceil(wait.Seconds())))}
}

// identify reads the arguments and whose token it is. The token is in the Authorization header or an argument.
func (c *call) identify(r *http.Request, m method) error {
	var err error
	if c.args, err = readArgs(r, m.json); err != nil {
		return err
	}
	if m.client {
		return c.clientCredentials(r)
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		c.inBody = true
		token = c.args.str("token")
	}
	token = strings.TrimSpace(token)
	if token == "" {
		return failure("not_authed")
	}
	cred, ok := c.sim.credential(token)
	switch {
	case !ok:
		return failure("invalid_auth")
	case cred.revoked != "":
		return failure(cred.revoked)
	case m.config != cred.config, m.xapp != (cred.workspace == nil && !cred.config):
		return failure("not_allowed_token_type")
	}
	c.app, c.ws = cred.app, cred.workspace
	return nil
}

// authorise checks the token's scopes. One of the method's scopes suffices here; what a channel's kind needs is checked
// where the channel is known.
func (c *call) authorise(m method) error {
	if c.ws == nil || len(m.scopes) == 0 {
		return nil
	}
	for _, s := range m.scopes {
		if c.ws.scope(s) {
			return nil
		}
	}
	return c.missing(m.scopes[0])
}

// missing is the error of a token without a scope.
func (c *call) missing(scope string) error {
	return &apiError{code: "missing_scope", extra: object{"needed": scope, "provided": strings.Join(c.ws.scopeList(), ",")}}
}
