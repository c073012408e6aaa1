package slacksim

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// BenchmarkMessage measures the simulator's part of a mention and its answer with a thousand apps connected: two events,
// the chat.postMessage and its echo, and three acknowledgements. The clients, which only acknowledge, are part of it.
func BenchmarkMessage(b *testing.B) {
	sim := New(Options{Limits: Limits{Off: true}})
	if err := sim.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = sim.Close() }()
	const apps = 1000
	workspaces := make([]*Workspace, apps)
	var wg sync.WaitGroup
	before := time.Now()
	for i := range workspaces {
		ws := sim.AddWorkspace(sim.AddApp(AppOptions{}), TeamOptions{Users: []string{"ann"}, Channels: []string{"storage"}})
		workspaces[i] = ws
		wg.Go(func() { acknowledge(b.Context(), b, ws) })
	}
	wg.Wait()
	connected := time.Since(before)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		ws := workspaces[n%apps]
		n++
		q := ws.Say(ws.Channel("storage"), ws.User("ann"), "@mulebot list volumes", SayOptions{})
		form := url.Values{"channel": {q.Channel}, "thread_ts": {q.TS}, "text": {"none"}}
		r := httptest.NewRequest(http.MethodPost, "/api/chat.postMessage", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", "Bearer "+ws.BotToken())
		sim.serveMethod(httptest.NewRecorder(), r)
	}
	b.ReportMetric(connected.Seconds(), "s-to-connect")
	if s := sim.Stats(); s.Answered != n {
		b.Errorf("%d of %d answered: %+v", s.Answered, n, s.Refusals)
	}
}

// acknowledge connects the workspace's app and acknowledges whatever comes.
func acknowledge(ctx context.Context, b *testing.B, ws *Workspace) {
	open, err := openConnection(&call{sim: ws.sim, app: ws.app})
	if err != nil {
		b.Error(err)
		return
	}
	conn, _, err := websocket.DefaultDialer.DialContext(ctx, fmt.Sprint(open["url"]), nil)
	if err != nil {
		b.Error(err)
		return
	}
	go func() {
		for {
			_, data, err := conn.ReadMessage()
			if err != nil {
				return
			}
			if _, rest, ok := strings.Cut(string(data), `"envelope_id":"`); ok {
				_ = conn.WriteMessage(websocket.TextMessage, []byte(`{"envelope_id":"`+rest[:36]+`"}`))
			}
		}
	}()
}
