package kube

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// builtins are the kinds that every server has, by the names of their resources.
func builtins() map[string]string {
	kinds := map[string]string{}
	for _, r := range resources() {
		if r.Builtin {
			kinds[r.Name] = r.Kind
		}
	}
	return kinds
}

// paged is an API server that gives its volumes in two pages, the second when it is told to, and streams nothing.
func paged(t *testing.T, second <-chan struct{}) string {
	t.Helper()
	kinds := builtins()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		kind, asked := kinds[path.Base(r.URL.Path)], r.URL.Query()
		about, items := `"resourceVersion":"7"`, ""
		switch {
		case r.URL.Path == "/version":
			fmt.Fprint(w, `{"gitVersion":"v1.31.0"}`)
			return
		case kind == "" || asked.Get("sendInitialEvents") != "":
			w.WriteHeader(http.StatusNotFound)
			return
		case asked.Get("watch") != "":
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
			return
		case kind == "PersistentVolume" && asked.Get("continue") == "":
			about += `,"continue":"more","remainingItemCount":2`
			items = `{"metadata":{"name":"a"}}`
		case kind == "PersistentVolume":
			<-second
			items = `{"metadata":{"name":"b"}},{"metadata":{"name":"c"}}`
		}
		version := "v1"
		if strings.HasPrefix(r.URL.Path, "/apis/storage") {
			version = "storage.k8s.io/v1"
		}
		fmt.Fprintf(w, `{"kind":"%sList","apiVersion":%q,"metadata":{%s},"items":[%s]}`, kind, version, about, items)
	}))
	t.Cleanup(s.Close)
	return kubeconfigOf(s.URL, s, false)
}

// How far a first reading is can be asked while it lasts; who does not want to wait any longer is told, and who does gets it all.
func TestReading(t *testing.T) {
	second := make(chan struct{})
	c := started(t, Options{Source: source(paged(t, second))})
	ref := models.ClusterRef{Team: "T", Name: "x"}
	if r, reading := c.Reading(ref); reading {
		t.Errorf("nobody has asked about it: %s", r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := c.Inventory(ctx, ref)
		failed <- err
	}()
	all := len(builtins())
	want, begin := models.Reading{Kinds: all - 1, AllKinds: all, Objects: 1, Left: 2}, time.Now()
	for r, reading := c.Reading(ref); r != want || !reading; r, reading = c.Reading(ref) {
		if time.Since(begin) > 30*time.Second {
			t.Fatalf("never read in part: %v, %s", reading, r)
		}
		pause(t.Context(), time.Millisecond)
	}
	cancel()
	if err := <-failed; models.KindOf(err) != models.Unavailable ||
		!strings.Contains(err.Error(), "x is being read for the first time: "+want.String()) || !strings.HasSuffix(want.String(), "1 of about 3 objects so far") {
		t.Errorf("who did not wait was told: %v", err)
	}
	close(second)
	inv, err := c.Inventory(t.Context(), ref)
	if err != nil || len(inv.Gaps) != 0 {
		t.Fatal(err, inv)
	}
	if r, reading := c.Reading(ref); reading {
		t.Errorf("it has been read: %s", r)
	}
}

// When nothing more comes, it is said what has.
func TestReadingStops(t *testing.T) {
	second := make(chan struct{})
	defer close(second)
	c := started(t, Options{Source: source(paged(t, second)), SyncTimeout: 300 * time.Millisecond})
	_, err := c.Inventory(t.Context(), models.ClusterRef{Team: "T", Name: "x"})
	if models.KindOf(err) != models.Unavailable || !strings.Contains(err.Error(), "cluster x cannot be read: nothing has come for") {
		t.Errorf("%v", err)
	}
}
