package kube

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mulebot/mulebot/models"
)

// clientsOf returns clients of a server that a test plays.
func clientsOf(t *testing.T, handler http.HandlerFunc) *clients {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	config, err := restConfig(models.Cluster{Kubeconfig: models.Secret(kubeconfigOf(s.URL, s, false))}, Guard{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := newClients(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// refusal answers as an API server does that refuses.
func refusal(w http.ResponseWriter, code int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"code":%d}`, strings.ReplaceAll(http.StatusText(code), " ", ""), code)
}

// kubeletsOf plays the node proxy: answers by node. It counts who was asked.
func kubeletsOf(asked *[]string, answers map[string]string) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) {
		node := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/api/v1/nodes/"), "/proxy/stats/summary")
		mu.Lock()
		*asked = append(*asked, node)
		mu.Unlock()
		switch answer := answers[node]; answer {
		case "":
			refusal(w, http.StatusServiceUnavailable)
		case "forbidden":
			refusal(w, http.StatusForbidden)
		default:
			fmt.Fprint(w, answer)
		}
	}
}

func TestKubeletPoller(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	answers := map[string]string{"n1": summaryOf(8*models.GiB, 3*models.GiB), "n2": "<html>", "n4": summaryOf(1, 1)}
	var asked []string
	p := &usagePoller{clients: clientsOf(t, kubeletsOf(&asked, answers)), now: func() time.Time { return now }, changed: func() {},
		nodes: func() []string { return []string{"n1", "n2", "n3", "n4"} }}
	if p.answer() != nil || p.settled() {
		t.Error("it knows something before it has asked")
	}
	p.round(t.Context())
	u := p.answer()
	want := map[string]string{"n2": "it does not answer as a kubelet does", "n3": "the API server does not reach it", "n4": "it does not answer as a kubelet does"}
	if !p.settled() || u.Forbidden || fmt.Sprint(u.Silent) != fmt.Sprint(want) || u.Kubelets["n1"].Claims["d/c"].Used != 3*models.GiB || len(u.Kubelets) != 1 {
		t.Errorf("%+v", u)
	}

	// A kubelet that falls silent is believed until what it said is too old.
	delete(answers, "n1")
	now = now.Add(5 * time.Minute)
	p.round(t.Context())
	if u = p.answer(); u.Silent["n1"] == "" || len(u.Kubelets["n1"].Claims) != 1 {
		t.Errorf("after five minutes: %+v", u)
	}
	now = now.Add(10 * time.Minute)
	if u = p.answer(); len(u.Kubelets["n1"].Claims) != 0 {
		t.Errorf("after a quarter of an hour: %+v", u)
	}

	// Where RBAC forbids one, the others are not asked, and nobody is called silent.
	answers["n1"], asked = "forbidden", nil
	p.round(t.Context())
	if u = p.answer(); !u.Forbidden || len(u.Silent) != 0 || len(asked) != 1 {
		t.Errorf("forbidden: %+v, asked %v", u, asked)
	}
	answers["n1"] = summaryOf(8*models.GiB, 4*models.GiB)
	now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p.round(t.Context())
	if u = p.answer(); u.Forbidden || u.Kubelets["n1"].Claims["d/c"].Used != 4*models.GiB {
		t.Errorf("allowed again: %+v", u)
	}
}

// A first answer waits for a kubelet that hangs no longer than it must, and the others' figures are there.
func TestKubeletHangs(t *testing.T) {
	now, hung := noon, make(chan struct{})
	c := clientsOf(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/n2/") {
			close(hung)
			<-r.Context().Done()
			return
		}
		fmt.Fprint(w, summaryOf(8*models.GiB, 3*models.GiB))
	})
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	p := &usagePoller{clients: c, now: clock, changed: func() {}, nodes: func() []string { return []string{"n1", "n2"} }}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); p.run(ctx, time.Hour) }()
	<-hung
	if p.settled() {
		t.Error("it waits for nobody")
	}
	mu.Lock()
	now = now.Add(usageHeadStart)
	mu.Unlock()
	if !p.settled() {
		t.Error("it waits for a kubelet that hangs")
	}
	stop()
	<-ended
}

func TestMounting(t *testing.T) {
	ready := func(name string, status corev1.ConditionStatus) *corev1.Node {
		return &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name}, Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: status}}}}
	}
	pod := func(node string, phase corev1.PodPhase, claims bool) *corev1.Pod {
		p := &corev1.Pod{Spec: corev1.PodSpec{NodeName: node}, Status: corev1.PodStatus{Phase: phase}}
		if claims {
			p.Spec.Volumes = []corev1.Volume{{VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "c"}}}}
		}
		return p
	}
	o := &Objects{Nodes: []*corev1.Node{ready("b", "True"), ready("a", "True"), ready("dead", "Unknown"), ready("idle", "True"), ready("starting", "True")},
		Pods: []*corev1.Pod{pod("b", "Running", true), pod("a", "Running", true), pod("a", "Running", true), pod("dead", "Running", true),
			pod("idle", "Running", false), pod("starting", "Pending", true), pod("gone", "Running", true), pod("", "Pending", true)}}
	if got := mounting(o); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%v", got)
	}
}
