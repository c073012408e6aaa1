package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

const token = "t0ps3cret-token"

// newTest returns a caller that may call the servers, and the URL of the first.
func newTest(t *testing.T, handlers ...http.HandlerFunc) (*Caller, []string) {
	t.Helper()
	var addresses []string
	hosts := map[string]bool{}
	for _, h := range handlers {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		addresses = append(addresses, s.URL)
		hosts[strings.TrimPrefix(s.URL, "http://")] = true
	}
	secret := func(_ context.Context, team models.TeamID, name string) (models.Secret, error) {
		switch {
		case team == "T1" && name == "token":
			return token, nil
		case name == "lines":
			return "a\r\nX-Evil: 1", nil
		}
		return "", &models.Error{Kind: models.NotFound, Message: "there is no secret `" + name + "`"}
	}
	return NewCaller(func(u *url.URL) bool { return hosts[u.Host] }, secret), addresses
}

func call(address string) models.Call {
	return models.Call{Team: "T1", Method: http.MethodGet, URL: address, Timeout: 5 * time.Second,
		Headers: map[string]models.Header{"X-Api-Key": {Secret: "token"}, "Authorization": {Text: "Bearer ", Secret: "token"}, "X-Plain": {Text: "plain"}}}
}

func TestCall(t *testing.T) {
	c, at := newTest(t, func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		fmt.Fprintf(w, `{"method": %q, "auth": %q, "plain": %q, "body": %q, "kind": %q}`, r.Method, r.Header.Get("Authorization"), r.Header.Get("X-Plain"), body, r.Header.Get("Content-Type"))
	})
	request := call(at[0] + "/x")
	request.Method, request.Body = http.MethodPost, []byte(`{"a":1}`)
	got, err := c.Call(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	answer := got.(map[string]any)
	if answer["method"] != "POST" || answer["auth"] != "Bearer [redacted]" || answer["plain"] != "plain" || answer["body"] != `{"a":1}` || answer["kind"] != "application/json" {
		t.Errorf("the server saw %v", answer)
	}
}

// TestCallBlotsEchoes checks that no answer holds a secret, however its JSON is written.
func TestCallBlotsEchoes(t *testing.T) {
	secrets := []string{`t0p/s3"cr<ét`, "73194628104729184756", "abc", "abcdef", "", token}
	escaped := func(s string) (text string) {
		for _, r := range s {
			text += fmt.Sprintf(`\u%04x`, r)
		}
		return text
	}
	var got []string
	for _, body := range []string{`"` + escaped(secrets[0]) + `"`, `"t0p\/s3\"cr\u003c\u00e9t"`, `["t0p/s3\"cr<ét"]`, `{"a": {"t0p\/s3\"cr<\u00C9t t0p\/s3\"cr<\u00e9t": 1}}`,
		"73194628104729184756", "[1, 1.5, 1e999]", `"xabcdefx abc"`, `"t0ps3cret\u002dtoken"`, "null", "true"} {
		answer, err := decode("h", "application/json", []byte(body), secrets)
		if err != nil {
			t.Errorf("%s: %v", body, err)
		}
		got = append(got, fmt.Sprint(answer))
	}
	want := []string{"[redacted]", "[redacted]", "[[redacted]]", `map[a:map[t0p/s3"cr<Ét [redacted]:1]]`, "[redacted]", "[1 1.5 1e999]",
		"x[redacted]x [redacted]", "[redacted]", "<nil>", "true"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, body := range []string{`"` + token, `{} {}`, token} {
		if _, err := decode("h", "text/"+token, []byte(body), secrets); models.KindOf(err) != models.Invalid || strings.Contains(fmt.Sprint(err), token) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// TestCallRefuses checks that what goes wrong is told with its kind, and that no error holds a secret.
func TestCallRefuses(t *testing.T) {
	var strayed string
	stray := func(w http.ResponseWriter, r *http.Request) {
		strayed = r.Header.Get("X-Api-Key") + r.Header.Get("Authorization")
		fmt.Fprint(w, `{"here": true}`)
	}
	answers := map[string]http.HandlerFunc{
		"/missing": http.NotFound,
		"/denied":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, token, http.StatusUnauthorized) },
		"/broken":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, token, http.StatusBadGateway) },
		"/html": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<html>", token)
		},
		"/long": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `"`+strings.Repeat("x", longestAnswer)+`"`)
		},
		"/loop": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) },
		"/off": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://evil.example.org/", http.StatusFound)
		},
		"/hangs": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"/empty": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
	}
	var other string
	answers["/elsewhere"] = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other+"/", http.StatusFound) }
	c, at := newTest(t, func(w http.ResponseWriter, r *http.Request) { answers[r.URL.Path](w, r) }, stray)
	other = at[1]
	for _, test := range []struct {
		address string
		kind    models.ErrorKind
		says    string
	}{
		{at[0] + "/missing", models.NotFound, "answers 404 Not Found"},
		{at[0] + "/denied", models.Forbidden, "answers 401"},
		{at[0] + "/broken", models.Unavailable, "answers 502"},
		{at[0] + "/html", models.Invalid, "no JSON but text/html"},
		{at[0] + "/long", models.Invalid, "longer than 1 MiB"},
		{at[0] + "/loop", models.Unavailable, "redirects too often"},
		{at[0] + "/off", models.Forbidden, "requests to `evil.example.org` are not allowed"},
		{at[0] + "/hangs", models.Unavailable, "no answer within 50ms"},
		{"http://evil.example.org/", models.Forbidden, "not allowed"},
		{"http://u:p@" + strings.TrimPrefix(at[0], "http://"), models.Forbidden, "not allowed"},
		{"file:///etc/passwd", models.Forbidden, "not allowed"},
		{"http://[", models.Invalid, "not a URL"},
	} {
		request := call(test.address)
		if strings.HasSuffix(test.address, "/hangs") {
			request.Timeout = 50 * time.Millisecond
		}
		got, err := c.Call(t.Context(), request)
		if models.KindOf(err) != test.kind || !strings.Contains(fmt.Sprint(err), test.says) {
			t.Errorf("%s: %v, %v, want %s", test.address, got, err, test.says)
		}
		for ; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(fmt.Sprintf("%v %+v", err, err), token) {
				t.Errorf("%s: the error holds the secret: %v", test.address, err)
			}
		}
	}
	if got, err := c.Call(t.Context(), call(at[0]+"/empty")); got != nil || err != nil {
		t.Errorf("no content is %v, %v", got, err)
	}
	if _, err := c.Call(t.Context(), call(at[0]+"/elsewhere")); err != nil || strayed != "" {
		t.Errorf("a redirect within the list: %v; the other host saw %q", err, strayed)
	}
	request := call(at[1])
	request.Headers = map[string]models.Header{"A": {Secret: "lines"}}
	if _, err := c.Call(t.Context(), request); models.KindOf(err) != models.Invalid || strings.Contains(err.Error(), "Evil") {
		t.Errorf("a secret of several lines: %v", err)
	}
	request = call(at[1])
	request.Team = "T2"
	if _, err := c.Call(t.Context(), request); models.KindOf(err) != models.NotFound {
		t.Errorf("another team's secret: %v", err)
	}
}
