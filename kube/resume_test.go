//go:build e2e

package kube

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/mulebot/mulebot/kube/kubetest"
	"github.com/mulebot/mulebot/models"
)

// lists returns the requests that read all objects of a resource: lists, and watches that begin with what there is.
func lists(requests []string) []string {
	return slices.DeleteFunc(requests, func(request string) bool {
		_, uri, _ := strings.Cut(request, " ")
		u, err := url.Parse(uri)
		watches := err == nil && u.Query().Get("watch") != ""
		read := strings.HasPrefix(uri, "/api/v1/") || strings.HasPrefix(uri, "/apis/") && strings.Count(u.Path, "/") > 3
		return !read || strings.Contains(uri, "/services") || strings.Contains(uri, "/proxy/") || watches && u.Query().Get("sendInitialEvents") == ""
	})
}

// A watch whose connection breaks, again and again and while nothing passes, goes on where it broke off: no change is
// missed, and nothing is listed anew.
func TestLiveWatchResumes(t *testing.T) {
	s := kubetest.Start(t)
	s.Load(t, sample(), kubetest.LoadOptions{})
	s.Requests()
	tunnel := s.Tunnel(t)
	c := live(t, map[string]string{"x": tunnel.Kubeconfig()}, Options{})
	ask(t, c, "x")
	if first := s.Requests(); len(lists(first)) == 0 {
		t.Fatalf("the first reading of everything is not recognised in %q", first)
	}
	client := kubernetes.NewForConfigOrDie(s.Config())
	add := func(i int) {
		_, err := client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("made-%d", i)}}, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
	}
	has := func(from, to int) func(*models.Inventory) bool {
		return func(inv *models.Inventory) bool {
			for i := from; i < to; i++ {
				if !slices.Contains(inv.Namespaces, fmt.Sprintf("made-%d", i)) {
					return false
				}
			}
			return true
		}
	}
	for round := range 4 {
		add(2 * round)
		tunnel.Cut()
		add(2*round + 1) // while the watch is broken
		eventually(t, c, "x", "as it was changed around the cut", has(0, 2*round+2))
	}
	tunnel.Hang()
	eventually(t, c, "x", "stale", func(inv *models.Inventory) bool { return inv.Stale != nil })
	add(8)
	tunnel.Cut()
	tunnel.Release()
	eventually(t, c, "x", "as it was changed while it did not answer", func(inv *models.Inventory) bool { return inv.Stale == nil && has(0, 9)(inv) })
	if again := lists(s.Requests()); len(again) != 0 {
		t.Errorf("everything was read again: %q", again)
	}
}

// When the server no longer has what was missed ("410 Gone"), everything is read anew, and nothing is lost.
func TestLiveWatchExpires(t *testing.T) {
	s := kubetest.Start(t)
	s.Load(t, sample(), kubetest.LoadOptions{})
	tunnel := s.Tunnel(t)
	c := live(t, map[string]string{"x": tunnel.Kubeconfig()}, Options{})
	before := ask(t, c, "x")
	tunnel.Hang()
	eventually(t, c, "x", "stale", func(inv *models.Inventory) bool { return inv.Stale != nil })
	client := kubernetes.NewForConfigOrDie(s.Config())
	if err := client.CoreV1().Nodes().Delete(t.Context(), before.Nodes[0].Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	s.Compact(t) // an API server that starts has no history but etcd's
	s.Restart(t)
	s.Requests()
	tunnel.Cut()
	tunnel.Release()
	eventually(t, c, "x", "without the node", func(inv *models.Inventory) bool {
		return inv.Stale == nil && len(inv.Nodes) == len(before.Nodes)-1
	})
	if again := lists(s.Requests()); len(again) == 0 {
		t.Error("the watch did not expire: the test proves nothing")
	}
}

// A cluster that hangs after it was read is said to, at once, with what was known; and is used again when it is back.
func TestLiveHangsLater(t *testing.T) {
	s := loaded(t)
	tunnel := s.Tunnel(t)
	c := live(t, map[string]string{"x": tunnel.Kubeconfig()}, Options{})
	before := ask(t, c, "x")
	tunnel.Hang()
	begin := time.Now()
	stale := eventually(t, c, "x", "stale", func(inv *models.Inventory) bool { return inv.Stale != nil })
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("noticed after %v", took)
	}
	if len(stale.Volumes) != len(before.Volumes) {
		t.Errorf("%d volumes; before %d", len(stale.Volumes), len(before.Volumes))
	}
	tunnel.Release()
	eventually(t, c, "x", "fresh again", func(inv *models.Inventory) bool { return inv.Stale == nil && len(inv.Gaps) == 0 })
}
