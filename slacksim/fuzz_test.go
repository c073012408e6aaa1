package slacksim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// FuzzMethod calls methods with foreign bodies: each is answered with one JSON object that says whether it is well.
func FuzzMethod(f *testing.F) {
	sim := New(Options{Limits: Limits{Off: true}})
	if err := sim.Start(); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = sim.Close() })
	ws := sim.AddWorkspace(sim.AddApp(AppOptions{}), TeamOptions{Users: []string{"ann"}, Channels: []string{"storage"}})
	var names []string
	for n := range sim.methods {
		names = append(names, n)
	}
	slices.Sort(names)
	channel := ws.Channel("storage")
	for i := range names {
		f.Add(uint8(i), true, `{"channel":"`+channel+`","text":"x","ts":"1.0","users":"U","blocks":[{"type":"divider"}]}`)
		f.Add(uint8(i), false, "channel="+channel+"&text=x&blocks=[]&limit=-1&cursor=x&types=im&view={}")
	}
	f.Fuzz(func(t *testing.T, n uint8, isJSON bool, body string) {
		r := httptest.NewRequest(http.MethodPost, "/api/"+names[int(n)%len(names)], strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+ws.BotToken())
		r.Header.Set("Content-Type", map[bool]string{true: asJSON, false: asForm}[isJSON])
		w := httptest.NewRecorder()
		sim.serveMethod(w, r)
		var o struct {
			OK    *bool
			Error string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &o); err != nil || o.OK == nil || *o.OK == (o.Error != "") {
			t.Errorf("%s with %q: %s", r.URL, body, w.Body)
		}
	})
}

// FuzzRespond posts foreign bodies to a response URL.
func FuzzRespond(f *testing.F) {
	sim := New(Options{})
	if err := sim.Start(); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = sim.Close() })
	ws := sim.AddWorkspace(sim.AddApp(AppOptions{}), TeamOptions{Users: []string{"ann"}, Channels: []string{"storage"}})
	for _, s := range []string{`{"text":"x"}`, `{"delete_original":true}`, `{"replace_original":true,"text":"x"}`, `{"blocks":` + buttons + `}`, "null", "{"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		i := ws.beginIn(ws.AddChannel("new", ChannelOptions{}), ws.User("ann"), "", "x", "commands")
		err := i.respond(body)
		if n := len(ws.Messages(i.Channel, "")); n > 1 || n == 1 && err != nil {
			t.Errorf("%s: %d messages and %v", body, n, err)
		}
	})
}
