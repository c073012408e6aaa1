package kube

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// TestImpersonation looks at whom a server is asked as, and at that roles share nothing.
func TestImpersonation(t *testing.T) {
	var mu sync.Mutex
	seen := map[string][]string{} // groups by user
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen[r.Header.Get("Impersonate-User")] = r.Header.Values("Impersonate-Group")
		mu.Unlock()
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer s.Close()
	cluster := models.Cluster{Kubeconfig: models.Secret(kubeconfigOf(s.URL, s, true)), Impersonate: true}
	c := started(t, Options{Source: func(context.Context, models.ClusterRef) (models.Cluster, error) { return cluster, nil }, SyncTimeout: 5 * time.Second})
	ref := models.ClusterRef{Team: "T1", Name: "c"}
	for _, as := range []models.Role{"", models.Operator} {
		ref.As = as
		if _, err := c.Inventory(t.Context(), ref); models.KindOf(err) != models.Forbidden {
			t.Errorf("as %q: %v", as, err)
		}
	}
	mu.Lock()
	if !slices.Equal(seen["mulebot:viewer"], []string{"mulebot:viewer"}) || !slices.Equal(seen["mulebot:operator"], []string{"mulebot:viewer", "mulebot:operator"}) || len(seen) != 2 {
		t.Errorf("asked as %v", seen)
	}
	mu.Unlock()
	if len(c.connections) != 2 {
		t.Errorf("%d connections", len(c.connections))
	}
	cluster.Impersonate = false
	c.Forget(ref)
	if len(c.connections)+len(c.refs) != 0 {
		t.Errorf("%d connections are left", len(c.connections))
	}
	if does, err := c.Impersonates(t.Context(), ref); does || err != nil {
		t.Errorf("after a change: %v, %v", does, err)
	}
}
