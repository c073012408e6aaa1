package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

// clinic is a configuration whose store has a workspace of a simulated Slack, with a card for the channel "storage".
type clinic struct {
	Config
	sim *slacksim.Sim
	w   *slacksim.Workspace
}

func newClinic(t *testing.T) *clinic {
	t.Helper()
	sim := slacksim.New(slacksim.Options{})
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	c := &clinic{Config: kept(t), sim: sim, w: sim.AddWorkspace(sim.AddApp(slacksim.AppOptions{}), slacksim.TeamOptions{Name: "acme", Users: []string{"ann"}, Channels: []string{"storage"}})}
	c.Slack.APIURL = sim.URL()
	c.change(t, func(st *Tenants) error {
		w := models.Workspace{Team: models.TeamID(c.w.ID()), AppToken: models.Secret(c.w.App().AppToken()), BotToken: models.Secret(c.w.BotToken())}
		return errors.Join(st.DeleteWorkspace(t.Context(), "T1"), st.PutWorkspace(t.Context(), w))
	})
	c.addCluster(t, "east")
	c.addCard(t, "storage")
	return c
}

func (c *clinic) change(t *testing.T, f func(*Tenants) error) {
	t.Helper()
	tenants, err := OpenTenants(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f(tenants), tenants.Close()); err != nil {
		t.Fatal(err)
	}
}

// addCluster adds a cluster that answers with its version and permits everything.
func (c *clinic) addCluster(t *testing.T, name string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", time.Now().Add(-5*time.Minute).UTC().Format(http.TimeFormat))
		switch {
		case r.URL.Path == "/version":
			_, _ = w.Write([]byte(`{"major":"1","minor":"34","gitVersion":"v1.34.2"}`))
		case strings.HasSuffix(r.URL.Path, "/selfsubjectrulesreviews"):
			_, _ = w.Write([]byte(`{"kind":"SelfSubjectRulesReview","apiVersion":"authorization.k8s.io/v1","status":{"resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}]}}`))
		default:
			_ = json.NewEncoder(w).Encode(map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": []any{}})
		}
	}))
	t.Cleanup(server.Close)
	c.change(t, func(st *Tenants) error {
		config := `{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: "` + server.URL + `"}}], contexts: [{name: c, context: {cluster: c}}]}`
		return st.PutCluster(t.Context(), models.Cluster{Ref: models.ClusterRef{Team: models.TeamID(c.w.ID()), Name: name}, Kubeconfig: models.Secret(config)})
	})
}

func (c *clinic) addCard(t *testing.T, channel string) {
	t.Helper()
	c.change(t, func(st *Tenants) error {
		return st.PutCard(t.Context(), models.Card{Team: models.TeamID(c.w.ID()), Channel: models.ChannelID(c.w.Channel(channel)), Clusters: []string{"east"}})
	})
}

// other returns a configuration token of somebody who may change another app only.
func (c *clinic) other() string { return c.sim.AddApp(slacksim.AppOptions{}).ConfigToken() }

// examined returns what the doctor says.
func (c *clinic) examined(t *testing.T) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := Do(t.Context(), c.Config, Chore{Name: Examine}, &out)
	return out.String(), err
}

func TestDoctor(t *testing.T) {
	c := newClinic(t)
	c.Listen = "127.0.0.1:0"
	said, err := c.examined(t)
	for _, want := range []string{
		"ok    store: each of its ", "ok    disk of ", "ok    language model: loads\n", "ok    listen 127.0.0.1:0: is free\n",
		"bot token: acme\n", "scopes: all that are needed\n", ", clock: as Slack's\n", ", room: ", " of 256 MiB\n", "connection: opens, and Slack answers a ping; the app has 1 of at most 10 now\n",
		"note  workspace " + c.w.ID() + ", events: to which the app is subscribed Slack tells with SLACK_CONFIG_TOKEN only",
		"channels: MuleBot is a member of 1; with a card of their own: 1; the others have none: mulebot card add", "ok    cluster east: answers as Kubernetes v1.34.2",
		"FAIL  cluster east, clock: the clock of cluster east is ", " behind this machine's\n  → set the one",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said", want)
		}
	}
	if models.KindOf(err) != models.Unavailable || !strings.Contains(err.Error(), "failed checks: 1") || strings.Count(said, "FAIL") != 1 {
		t.Errorf("%v\n%s", err, said)
	}
	if c.w.App().Connections() > 1 {
		t.Error("its connection is left open")
	}
}

// What is wrong is named, each with what to do about it, and the rest is examined all the same.
func TestDoctorFindsFaults(t *testing.T) {
	c := newClinic(t)
	c.w.SetScopes("chat:write", "channels:read", "groups:read")
	for _, channel := range []string{"left", "archived", "gone"} {
		c.addCard(t, channel)
	}
	c.w.Leave(c.w.Channel("left"), c.w.BotUser())
	c.w.Archive(c.w.Channel("archived"))
	c.w.DeleteChannel(c.w.Channel("gone"))
	c.w.App().Revoke()
	busy, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	c.Listen = busy.Addr().String()
	c.change(t, func(st *Tenants) error {
		return st.PutCluster(t.Context(), models.Cluster{Ref: models.ClusterRef{Team: models.TeamID(c.w.ID()), Name: "dead"}, Kubeconfig: kubeconfig("dead")})
	})
	c.Tenants.MaxMegabytes = 1
	c.change(t, func(st *Tenants) error {
		return st.PutSecret(t.Context(), models.TeamID(c.w.ID()), "big", models.Secret(strings.Repeat("x", 480_000)))
	})
	said, err := c.examined(t)
	for _, want := range []string{
		"are set up, of 512 KiB at most\n  → remove clusters", "FAIL  listen " + c.Listen, "the bot token lacks app_mentions:read (questions that mention MuleBot), channels:history", "slack-manifest.yml",
		"connection: Slack refuses the app-level token (token_revoked)", "is archived\n  → remove its card", "is not there", "/invite @mulebot",
		"FAIL  cluster dead: ", "ok    cluster east: ",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said", want)
		}
	}
	if err == nil || t.Failed() {
		t.Errorf("%v\n%s", err, said)
	}
	if err := os.WriteFile(filepath.Join(c.DataDir, "mulebot.db"), bytes.Repeat([]byte("spoilt "), 9000), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := c.examined(t); err == nil || !strings.Contains(said, "FAIL  store: ") || !strings.Contains(said, "ok    language model") {
		t.Errorf("of a spoilt store: %v\n%s", err, said)
	}
}

// While the store is served, its owner makes the checks, and each is told at once.
func TestDoctorServed(t *testing.T) {
	seen := make(chan struct{})
	slack := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-seen: // what was known before
		case <-r.Context().Done():
		}
		_, _ = w.Write([]byte(`{"ok":false,"error":"invalid_auth"}`))
	}))
	t.Cleanup(slack.Close)
	c := kept(t)
	c.Slack.APIURL = slack.URL + "/"
	served(t, c)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out := &awaited{text: "language model", seen: sync.OnceFunc(func() { close(seen) })}
	err := Do(ctx, c, Chore{Name: Examine}, out)
	if models.KindOf(err) != models.Unavailable || !strings.Contains(out.b.String(), "Slack refuses the bot token (invalid_auth)") || ctx.Err() != nil {
		t.Errorf("%v\n%s", err, &out.b)
	}
}

// awaited calls seen when a text has been written to it.
type awaited struct {
	b    bytes.Buffer
	text string
	seen func()
}

func (a *awaited) Write(p []byte) (int, error) {
	n, err := a.b.Write(p)
	if strings.Contains(a.b.String(), a.text) {
		a.seen()
	}
	return n, err
}

// With a token that shows the app's settings they are compared, and what is not as it should be is named with its place.
func TestDoctorComparesSettings(t *testing.T) {
	c := newClinic(t)
	token := c.w.App().ConfigToken()
	examined := func(token string) string {
		t.Helper()
		var out bytes.Buffer
		_ = Do(t.Context(), c.Config, Chore{Name: Examine, Value: token}, &out) // a clock is wrong
		if strings.Contains(out.String(), token) {
			t.Error("the token is said")
		}
		return out.String()
	}
	app := c.w.App().ID()
	for _, step := range []struct {
		token, want string
		change      func()
	}{
		{token, ", app settings: app " + app + " has the events, scopes, commands and modes of slack-manifest.yml\n", func() {}},
		{token, "FAIL  workspace " + c.w.ID() + ", app settings: it is not subscribed to message.im, app_home_opened\n  → https://api.slack.com/apps/" + app + " → Event Subscriptions",
			func() { c.w.App().Subscribe("message.im", false); c.w.App().Subscribe("app_home_opened", false) }},
		{"xoxe.xoxp-1-wrong", "app settings: Slack refuses the app configuration token (invalid_auth)\n  → generate one at https://api.slack.com/apps", func() {}},
		{c.other(), "note  workspace " + c.w.ID() + ", app settings: by the app configuration token, Slack does not show app " + app + " (app_not_found)\n  → it has to be of", func() {}},
		{token, "app settings: Slack does not tell me which app this is: missing_scope", func() { c.w.SetScopes("chat:write") }},
	} {
		step.change()
		if said := examined(step.token); !strings.Contains(said, step.want) || strings.Contains(said, ", events: ") {
			t.Errorf("%q is not said\n%s", step.want, said)
		}
	}
}

// While it serves, the doctor says of each thing that Slack should send when it last came, by what it saw and by the audit log, or that
// it did not, and what to do then.
func TestDoctorTellsWhatCame(t *testing.T) {
	c := newClinic(t)
	st, err := OpenStore(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	team, noon := models.TeamID(c.w.ID()), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, a := range []models.Audit{{At: noon.Add(-time.Hour), Kind: models.Direct}, {At: noon.Add(-2 * time.Hour), Kind: models.Mention}} {
		a.Team = team
		if err := st.Record(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	d := &doctor{config: c.Config, store: st, w: &out, seen: func(of models.TeamID) (bot.Sightings, bool) {
		return bot.Sightings{Since: noon, Last: map[string]time.Time{"app_mention": noon.Add(time.Minute), "/mulebot": noon.Add(2 * time.Minute)}}, of == team
	}}
	d.tellEvents(t.Context(), "workspace x", team, "https://api.slack.com/apps/A1")
	said := out.String()
	for _, want := range []string{
		"note  workspace x, events: what Slack sent since mulebot serve started at 2026-03-01 12:00 UTC", "app_mention       last seen 2026-03-01 12:01 UTC\n", "message.im        last seen 2026-03-01 11:00 UTC\n", "/mulebot          last seen 2026-03-01 12:02 UTC\n",
		"message.groups    never seen since; it comes when somebody has said something in a private channel that MuleBot is in\n",
		"https://api.slack.com/apps/A1 → Event Subscriptions → Subscribe to bot events, Interactivity & Shortcuts\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said", want)
		}
	}
	if d.failed > 0 || t.Failed() {
		t.Errorf("%d failed\n%s", d.failed, said)
	}
	out.Reset()
	d.tellEvents(t.Context(), "workspace x", "T404", "")
	if !strings.Contains(out.String(), "Slack tells with SLACK_CONFIG_TOKEN only") {
		t.Error(out.String())
	}
}

// Of a workspace that nothing is set up in, the doctor says what is next; of one whose kubeconfig is not there, that.
func TestDoctorOfTheEnvironment(t *testing.T) {
	c := newClinic(t)
	other := c.sim.AddWorkspace(c.sim.AddApp(slacksim.AppOptions{}), slacksim.TeamOptions{Name: "solo"})
	c.environment = environment{AppToken: models.Secret(other.App().AppToken()), BotToken: models.Secret(other.BotToken())}
	for _, step := range []struct{ kubeconfig, want string }{
		{"", "note  workspace of SLACK_BOT_TOKEN, clusters: there is none yet to ask about\n  → set KUBECONFIG, or: mulebot cluster add"},
		{"", "note  workspace of SLACK_BOT_TOKEN, channels: MuleBot hears nothing in channels yet, only direct messages\n  → type /invite @mulebot"},
		{filepath.Join(c.DataDir, "none.yml"), "FAIL  cluster of KUBECONFIG: there is no kubeconfig "},
	} {
		c.environment.Kubeconfig = step.kubeconfig
		if said, _ := c.examined(t); !strings.Contains(said, step.want) {
			t.Errorf("%q is not said\n%s", step.want, said)
		}
	}
}
