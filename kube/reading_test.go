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

// paged is an API server that gives its volumes in two pages, the second when it is told to, and streams nothing.
func paged(t *testing.T, second <-chan struct{}) string {
	t.Helper()
	kinds := map[string]string{}
	for _, r := range resources() {
		if r.Builtin {
			kinds[r.Name] = r.Kind
		}
	}
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
	kinds := 0
	for _, r := range resources() {
		if r.Builtin {
			kinds++
		}
	}
	want := models.Reading{Kinds: kinds - 1, AllKinds: kinds, Objects: 1, Left: 2}
	for r, reading := c.Reading(ref); r != want || !reading; r, reading = c.Reading(ref) {
		if !pause(t.Context(), time.Millisecond) {
			t.Fatal("never read in part")
		}
	}
	cancel()
	if err := <-failed; models.KindOf(err) != models.Unavailable ||
		!strings.Contains(err.Error(), fmt.Sprintf("x is being read for the first time: %d of %d kinds of objects, 1 of about 3 objects so far", kinds-1, kinds)) {
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
