package kube

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
)

// kubeconfigOf returns a kubeconfig for a test server; trusted says whether it holds the server's certificate.
func kubeconfigOf(url string, s *httptest.Server, trusted bool) string {
	ca := ""
	if trusted && s.Certificate() != nil {
		ca = fmt.Sprintf(", certificate-authority-data: %s", base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
	}
	return fmt.Sprintf("{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: %q%s}}], users: [{name: c, user: {token: t0ps3cret}}], contexts: [{name: c, context: {cluster: c, user: c}}]}", url, ca)
}

// started returns clusters that run until the test ends.
func started(t *testing.T, o Options) *Clusters {
	t.Helper()
	o.Log = zerolog.Nop()
	c := New(o)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := c.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	}()
	t.Cleanup(func() { stop(); <-ended })
	return c
}

func source(content string) func(context.Context, models.ClusterRef) (models.Cluster, error) {
	return func(_ context.Context, ref models.ClusterRef) (models.Cluster, error) {
		return models.Cluster{Ref: ref, Kubeconfig: models.Secret(content)}, nil
	}
}

// A cluster that never answered gives an error that says why and what to do, and no secret or address.
func TestUnreachable(t *testing.T) {
	release := make(chan struct{})
	handlers := map[string]http.HandlerFunc{
		"refuses": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Unauthorized","code":401}`)
		},
		"hangs":   func(w http.ResponseWriter, r *http.Request) { <-release },
		"website": func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>hello</html>") },
		"broken":  func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) },
	}
	tests := []struct {
		handler string
		trusted bool
		closed  bool
		kind    models.ErrorKind
		want    string
	}{
		{"refuses", true, false, models.Forbidden, "cluster far refuses MuleBot's credentials"},
		{"hangs", true, false, models.Unavailable, "cluster far does not answer: nothing came within 300ms"},
		{"website", true, false, models.Unavailable, "what answers is no Kubernetes API server"},
		{"broken", true, false, models.Unavailable, "it answers with an error, Bad Gateway"},
		{"website", false, false, models.Unavailable, "its certificate is not trusted"},
		{"website", true, true, models.Unavailable, "connection refused"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			s := httptest.NewUnstartedServer(handlers[test.handler])
			s.Config.ErrorLog = log.New(io.Discard, "", 0)
			s.StartTLS()
			content := kubeconfigOf(s.URL, s, test.trusted)
			if test.closed {
				s.Close()
			} else {
				t.Cleanup(s.Close)
			}
			patience := 4 * time.Second
			if test.handler == "hangs" {
				patience = 300 * time.Millisecond
				t.Cleanup(func() { close(release) })
			}
			c := started(t, Options{Source: source(content), Patience: patience})
			_, err := c.Inventory(t.Context(), models.ClusterRef{Team: "T", Name: "far"})
			var told *models.Error
			if !errors.As(err, &told) || told.Kind != test.kind || !strings.Contains(told.Message, test.want) || told.Hint == "" {
				t.Fatalf("%v", err)
			}
			if shown := told.Message + told.Hint; strings.Contains(err.Error(), "t0ps3cret") || strings.Contains(shown, "127.0.0.1") {
				t.Errorf("it tells too much: %v", err)
			}
		})
	}
}

func TestSourceAndLifeCycle(t *testing.T) {
	missing := &models.Error{Kind: models.NotFound, Message: "there is no cluster"}
	c := New(Options{Source: func(context.Context, models.ClusterRef) (models.Cluster, error) { return models.Cluster{}, missing }})
	early, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Inventory(early, models.ClusterRef{}); models.KindOf(err) != models.Unavailable {
		t.Errorf("before Run: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- c.Run(ctx) }()
	if _, err := c.Inventory(t.Context(), models.ClusterRef{}); !errors.Is(err, missing) {
		t.Errorf("%v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	c.options.Source = source("{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: \"https://127.0.0.1:1\"}}], contexts: [{name: c, context: {cluster: c}}]}")
	if _, err := c.Inventory(t.Context(), models.ClusterRef{}); models.KindOf(err) != models.Unavailable {
		t.Errorf("after Run: %v", err)
	}
	c.options.Source = source("junk")
	if _, err := c.Inventory(t.Context(), models.ClusterRef{}); models.KindOf(err) != models.Invalid {
		t.Errorf("bad credentials: %v", err)
	}
}

// Tenants who name different Prometheuses do not see each other's figures.
func TestPrometheusIsNotShared(t *testing.T) {
	content := "{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: \"https://127.0.0.1:1\"}}], contexts: [{name: c, context: {cluster: c}}]}"
	where := map[string]models.Secret{"a": "m/prometheus:9090", "b": "https://prometheus.example.com", "c": "m/prometheus:9090", "d": "nonsense"}
	c := started(t, Options{Source: func(_ context.Context, ref models.ClusterRef) (models.Cluster, error) {
		return models.Cluster{Ref: ref, Kubeconfig: models.Secret(content), Prometheus: where[ref.Name]}, nil
	}})
	of := map[string]*connection{}
	for name := range where {
		var err error
		if of[name], err = c.connection(t.Context(), models.ClusterRef{Team: "T", Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	if of["a"] == of["b"] || of["a"] != of["c"] || of["a"].usage.prometheus == nil || of["d"].usage.failed == "" {
		t.Errorf("%p %p %p, %q", of["a"], of["b"], of["c"], of["d"].usage.failed)
	}
}

// pollerOf returns a poller of a server that answers so.
func pollerOf(t *testing.T, answers map[string]string) *restPoller {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer, ok := answers[strings.TrimSuffix(r.URL.Path+"?"+r.URL.Query().Get("starting_token"), "?")]
		if strings.HasSuffix(r.URL.Path, "/volumes") && r.URL.Query().Get("max_entries") == "" {
			ok = false // the real server insists
		}
		if !ok {
			w.WriteHeader(http.StatusForbidden)
			answer = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403}`
		}
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(s.Close)
	config, err := restConfig(models.Cluster{Kubeconfig: models.Secret(kubeconfigOf(s.URL, s, false))}, Guard{})
	if err != nil {
		t.Fatal(err)
	}
	clients, err := newClients(config)
	if err != nil {
		t.Fatal(err)
	}
	return &restPoller{clients: clients, packer: newPacker(), now: func() time.Time { return noon }, changed: func() {}}
}

func TestMayastorPoller(t *testing.T) {
	const services, base = "/api/v1/services", "/api/v1/namespaces/ns/services/x-api-rest:http/proxy/v0/"
	found := `{"kind":"ServiceList","apiVersion":"v1","items":[{"metadata":{"namespace":"ns","name":"x-api-rest"}}]}`
	p := pollerOf(t, map[string]string{services: found, base + "volumes": `{"entries":[{"spec":{"uuid":"a"}}],"next_token":1}`,
		base + "volumes?1": `{"entries":[{"spec":{"uuid":"b"}}]}`, base + "pools": `[{"id":"p"}]`, base + "nodes": `[{"id":"n"}]`})
	m, err := p.ask(t.Context())
	if err != nil || len(m.Volumes) != 2 || len(m.Pools) != 1 || len(m.Nodes) != 1 || !m.At.Equal(noon) {
		t.Errorf("%+v, %v", m, err)
	}
	failures := map[string]map[string]string{
		"no Service labelled app=api-rest": {services: `{"kind":"ServiceList","apiVersion":"v1","items":[]}`},
		"get on `services/proxy`":          {services: found},
		"verb list on `services`":          {},
	}
	for want, answers := range failures {
		p := pollerOf(t, answers)
		_, p.err = p.ask(t.Context())
		if m, gap := p.answer(); m != nil || !strings.Contains(gap, want) || !strings.Contains(gap, "is not known") {
			t.Errorf("%q: %q", want, gap)
		}
		p.answers = &Mayastor{At: noon}
		if m, gap := p.answer(); m == nil || !strings.Contains(gap, "is as of 2026-03-01 12:00 UTC") {
			t.Errorf("with older answers: %q", gap)
		}
	}
}
