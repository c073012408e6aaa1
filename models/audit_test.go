package models_test

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

func TestRedact(t *testing.T) {
	const hush = "c2VjcmV0LXZhbHVl"
	for _, text := range []string{
		"xoxb-" + hush, "my token is xoxp-1-" + hush + ", ok?", "xapp-1-" + hush,
		"-----BEGIN RSA PRIVATE KEY-----\n" + hush + "\n-----END RSA PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----\n" + hush,
		"Authorization: Bearer " + hush, "authorization: basic " + hush, "eyJhbGciOiJSUzI1NiJ9." + hush + "." + hush,
		"users:\n- user:\n    client-key-data: " + hush + "\n", `{"token":"` + hush + `"}`, "password=" + hush, "API_KEY: " + hush,
	} {
		if got := models.Redact(text); strings.Contains(got, hush) || !strings.Contains(got, "[redacted]") {
			t.Errorf("Redact(%q) is %q", text, got)
		}
	}
	for _, text := range []string{"why is mysql's disk stuck?", "pvc-689b token", "basic volumes", "the secret is out", "bearer of news"} {
		if got := models.Redact(text); got != text {
			t.Errorf("Redact(%q) is %q", text, got)
		}
	}
}

func TestNewAudit(t *testing.T) {
	typed := models.Message{ID: "m", Team: "T1", Text: "volumes"}
	filled := models.Message{ID: "m", Team: "T1", Action: &models.Action{Intent: "import", Values: map[string]string{"kubeconfig": "hush"}}}
	forbidden := models.Reply{Err: &models.Error{Kind: models.Forbidden}}
	for _, c := range []struct {
		m         models.Message
		r         models.Reply
		delivered bool
		outcome   models.Outcome
		text      string
	}{
		{typed, models.Reply{}, true, models.Answered, "volumes"},
		{typed, models.Reply{AskedBack: true}, true, models.AskedBack, "volumes"},
		{typed, forbidden, true, "forbidden", "volumes"},
		{typed, forbidden, false, models.Undelivered, "volumes"},
		{filled, models.Reply{}, true, models.Answered, ""},
	} {
		if a := models.NewAudit(c.m, c.r, c.delivered); a.Outcome != c.outcome || a.Text != c.text {
			t.Errorf("%+v: outcome %q, text %q", c, a.Outcome, a.Text)
		}
	}
}
