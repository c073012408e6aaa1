package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mulebot/mulebot/models"
)

// fakeServer is a Kubernetes API server that has certificates in namespace shop and nothing else that may be read.
func fakeServer(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/version":
			fmt.Fprint(w, `{"gitVersion": "v1.37.0"}`)
		case "/apis":
			fmt.Fprint(w, `{"kind": "APIGroupList", "apiVersion": "v1", "groups": []}`)
		case "/apis/cert-manager.io/v1/namespaces/shop/certificates":
			fmt.Fprint(w, `{"apiVersion": "cert-manager.io/v1", "kind": "CertificateList", "items": [{"apiVersion": "cert-manager.io/v1", "kind": "Certificate",
				"metadata": {"namespace": "shop", "name": "web-tls"}, "status": {"notAfter": "2026-09-01T00:00:00Z", "conditions": [{"type": "Ready", "status": "True"}]}}]}`)
		default:
			w.WriteHeader(http.StatusForbidden)
			_ = json.NewEncoder(w).Encode(metav1.Status{Status: "Failure", Reason: metav1.StatusReasonForbidden, Code: http.StatusForbidden})
		}
	}))
	t.Cleanup(s.Close)
	path := filepath.Join(t.TempDir(), "kubeconfig")
	config := fmt.Sprintf("{apiVersion: v1, kind: Config, current-context: lab, clusters: [{name: lab, cluster: {server: %q}}], users: [{name: lab, user: {token: x}}], contexts: [{name: lab, context: {cluster: lab, user: lab}}]}", s.URL)
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sampleIntents copies the sample folder, with another host in its HTTP request.
func sampleIntents(t *testing.T, host string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"questions.yml", "actions.yml"} {
		text, err := os.ReadFile(filepath.Join("..", "docs", "examples", "intents", name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, map[string]string{name: strings.ReplaceAll(string(text), "https://oncall.example.com", "http://"+host)})
	}
	return dir
}

// TestConsoleAnswersCustomIntents asks a console for each kind of action of the sample folder.
func TestConsoleAnswersCustomIntents(t *testing.T) {
	oncall := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"person": {"name": %q}}`, r.URL.Path+" "+r.Header.Get("Authorization"))
	}))
	defer oncall.Close()
	host := strings.TrimPrefix(oncall.URL, "http://")
	c, err := LoadConfig("", []string{"HOME=" + t.TempDir(), "MULEBOT_INTENTS_DIR=" + sampleIntents(t, host), "MULEBOT_INTENTS_HTTP_ALLOW=" + host,
		"MULEBOT_SECRET_ONCALL_TOKEN=s3cret-token"})
	if err != nil {
		t.Fatal(err)
	}
	type question struct{ ask, intent, answer string }
	for _, test := range []struct {
		options   ConsoleOptions
		questions []question
	}{
		{ConsoleOptions{Demo: true}, []question{
			{"whom do I call when storage is down?", "escalation", "extension 4711"},
			{"any sick disks in namespace shop?", "sick_disks", "2 of 4 volumes in namespace shop on harbor are not healthy"},
			{"what is about to burst over 70%?", "nearly_full", "2 of 39 claims on harbor and quarry are at least 70% used"},
			{"who is on call for the basket?", "oncall", "/v1/services/checkout Bearer [redacted] is on call"},
			{"list the certificates", "certificates", "which is a folder and no live cluster"},
		}},
		{ConsoleOptions{Kubeconfig: fakeServer(t)}, []question{
			{"certificates in namespace shop", "certificates", "1 certificate in namespace `shop` on `lab`"},
			{"show the tls certificates", "certificates", "forbids MuleBot to list `certificates.cert-manager.io`"},
		}},
	} {
		console, err := OpenConsole(t.Context(), c, test.options, zerolog.Nop())
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range test.questions {
			reply, err := console.Ask(t.Context(), "", q.ask)
			if err != nil || reply.Intent != q.intent || !strings.Contains(reply.Text, q.answer) {
				t.Errorf("%q is %s: %q, %v, want %s: %q", q.ask, reply.Intent, reply.Text, err, q.intent, q.answer)
			}
			if strings.HasPrefix(reply.Text, "1 certificate") && reply.Table.Records()[0]["expires"] != "2026-09-01T00:00:00Z" {
				t.Errorf("%q has the table %+v", q.ask, reply.Table)
			}
		}
		if err := console.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestConsoleRefusesBrokenIntents checks that a console says what is wrong rather than go on without the intents.
func TestConsoleRefusesBrokenIntents(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, map[string]string{"actions.yml": "version: \"1\"\nactions:\n- {intent: x, replay: y}\n"})
	c, err := LoadConfig("", []string{"HOME=" + t.TempDir(), "MULEBOT_INTENTS_DIR=" + dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = OpenConsole(t.Context(), c, ConsoleOptions{Demo: true}, zerolog.Nop()); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), `actions.yml:3:15: unknown key "replay"`) {
		t.Errorf("a broken folder: %v", err)
	}
}
