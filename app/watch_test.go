package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
)

func get(t *testing.T, d *watchdog, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	d.handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(body)
}

func TestReadiness(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	good := bot.Status{Team: "T1", State: bot.Connected, Proven: now.Add(-time.Minute)}
	deaf := bot.Status{Team: "T2", State: bot.Connected, Proven: now.Add(-3 * time.Minute)}
	lost := bot.Status{Team: "T3", State: bot.Retrying, Since: now}
	full := bot.Status{Team: "T4", State: bot.Connected, Proven: now, Trouble: "the disk is full"}
	for _, c := range []struct {
		statuses []bot.Status
		code     int
		says     string
	}{
		{[]bot.Status{good}, http.StatusOK, "ok"},
		{[]bot.Status{good, deaf}, http.StatusServiceUnavailable, "T2: its connection has not proven itself for 3m0s"},
		{[]bot.Status{lost}, http.StatusServiceUnavailable, "T3: retrying since 2026-11-25T12:00:00Z"},
		{[]bot.Status{full}, http.StatusServiceUnavailable, "T4: the disk is full"},
	} {
		d := &watchdog{metrics: newMeter(nil), statuses: func() []bot.Status { return c.statuses }, now: func() time.Time { return now }}
		if code, body := get(t, d, "/readyz"); code != c.code || strings.TrimSpace(body) != c.says {
			t.Errorf("%v: %d %q", c.statuses, code, body)
		}
		if code, _ := get(t, d, "/healthz"); code != http.StatusOK {
			t.Errorf("not healthy: %d", code)
		}
	}
}

// TestMetrics reads what was counted, and sees that nothing a tenant chooses becomes a label.
func TestMetrics(t *testing.T) {
	m := newMeter([]string{"list"})
	m.watch(func() []bot.Status {
		return []bot.Status{{Team: "T1", State: bot.Connected, Waiting: 3}, {Team: "T2", State: bot.Parked, Trouble: "hush"}}
	},
		func() kube.States { return kube.States{Answering: 2, Silent: 1} })
	m.Envelope("events_api")
	m.Envelope("hush")
	m.Acknowledged(3 * time.Millisecond)
	m.Answered("list", models.Answered, 5*time.Millisecond)
	m.Answered("hush", "not_found", 5*time.Millisecond)
	m.Held()
	m.Recovered()
	m.CaughtUp(true)
	m.CaughtUp(false)
	m.Failed("chat.postMessage", bot.RateLimited)
	_, body := get(t, &watchdog{metrics: m}, "/metrics")
	for _, line := range []string{
		`mulebot_envelopes_total{type="events_api"} 1`, `mulebot_envelopes_total{type="other"} 1`, `mulebot_ack_seconds_count 1`,
		`mulebot_answer_seconds_count{intent="list",outcome="answered"} 1`, `mulebot_answer_seconds_count{intent="own",outcome="not_found"} 1`,
		`mulebot_held_total 1`, `mulebot_recovered_total 1`, `mulebot_catchups_total{outcome="whole"} 1`, `mulebot_catchups_total{outcome="failed"} 1`,
		`mulebot_slack_failures_total{how="rate_limited",method="chat.postMessage"} 1`,
		`mulebot_workspaces{state="connected"} 1`, `mulebot_workspaces{state="parked"} 1`, `mulebot_workspaces_troubled 1`, `mulebot_waiting 3`,
		`mulebot_clusters{state="answering"} 2`, `mulebot_clusters{state="silent"} 1`, "go_goroutines ",
	} {
		if !strings.Contains(body, line) {
			t.Errorf("%s is missing", line)
		}
	}
	if strings.Contains(body, "hush") || strings.Contains(body, "T1") {
		t.Error("a label holds what a tenant chose")
	}
}
