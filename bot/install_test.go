package bot

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// What Slack may answer to a code, and the simulator does not.
func TestExchange(t *testing.T) {
	answer := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/oauth.v2.access" || r.FormValue("code") != "c0de" || r.FormValue("client_secret") != "hush" || r.FormValue("redirect_uri") != "https://localhost/x" {
			t.Errorf("%s %v", r.URL, r.Form)
		}
		fmt.Fprint(w, answer)
	}))
	defer s.Close()
	o := OAuth{Base: s.URL + "/api/", ClientID: "1.2", Secret: "hush", Redirect: "https://localhost/x", State: "s"}
	for _, c := range []struct {
		answer string
		kind   models.ErrorKind
		want   string
	}{
		{`{"ok":true,"access_token":"xoxb-1","team":{"id":"T1","name":"acme"},"authed_user":{"id":"U1"}}`, "", ""},
		{`{"ok":true,"access_token":"xoxb-1","enterprise":{"id":"E1"},"is_enterprise_install":true,"team":null}`, models.Invalid, "a whole organisation"},
		{`{"ok":true,"access_token":"xoxe.xoxb-1","refresh_token":"xoxe-1","expires_in":43200,"team":{"id":"T1"}}`, models.Invalid, "token rotation"},
		{`{"ok":false,"error":"bad_client_secret"}`, models.Forbidden, "client id and secret"},
		{`{"ok":false,"error":"bad_redirect_uri"}`, models.Forbidden, "https://localhost/x"},
		{`{"ok":false,"error":"invalid_code"}`, models.Forbidden, "good once, for ten minutes"},
		{`{"ok":false,"error":"cannot_install_an_org_installed_app"}`, models.Forbidden, "cannot_install"},
		{`{"ok":false,"error":"internal_error"}`, models.Unavailable, "does not answer"},
		{`<html>`, models.Unavailable, "does not answer"},
	} {
		answer = c.answer
		got, err := o.Exchange(t.Context(), " https://localhost/x?code=c0de&state=s\n")
		switch {
		case c.want == "":
			if err != nil || got != (Installed{"T1", "acme", "xoxb-1", "U1"}) {
				t.Errorf("%+v, %v", got, err)
			}
		case models.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "c0de") || strings.Contains(err.Error(), "hush"):
			t.Errorf("%s: %v", c.answer, err)
		}
	}
	asked, err := url.Parse(o.Address())
	if err != nil || asked.Path != "/oauth/v2/authorize" || asked.Query().Get("state") != "s" || len(strings.Split(asked.Query().Get("scope"), ",")) != len(Scopes()) {
		t.Errorf("%s, %v", asked, err)
	}
	if at := (OAuth{}).Address(); !strings.HasPrefix(at, "https://slack.com/oauth/v2/authorize?") {
		t.Error(at)
	}
}

// Whatever is pasted, a code is taken only from what answers the question that was asked, and no error repeats it.
func FuzzPasted(f *testing.F) {
	for _, seed := range []string{"https://localhost/x?code=c0de&state=s", "?state=s&code=%zz", "https://localhost/x?error=access_denied&state=s", "%", "\x00?state=s", "state=s&state=t"} {
		f.Add(seed)
	}
	o := OAuth{Redirect: "https://localhost/x", State: "s"}
	f.Fuzz(func(t *testing.T, address string) {
		code, err := o.code(address)
		u, parsed := url.Parse(strings.TrimSpace(address))
		if err == nil && (parsed != nil || u.Query().Get("state") != "s" || u.Query().Get("code") != code) {
			t.Errorf("%q: %q", address, code)
		}
		if err != nil && (code != "" || models.KindOf(err) == models.Internal) {
			t.Errorf("%q: %q, %v", address, code, err)
		}
	})
}
