package kube

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mulebot/mulebot/models"
)

// vectorOf is the answer to an instant query: "NAMESPACE CLAIM CLUSTER VALUE" a line.
func vectorOf(lines ...string) string {
	var results []string
	for _, line := range lines {
		f := strings.Fields(line)
		results = append(results, fmt.Sprintf(`{"metric":{"namespace":%q,"persistentvolumeclaim":%q,"cluster":%q},"value":[1772366400.781,%q]}`, f[0], f[1], f[2], f[3]))
	}
	return `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(results, ",") + `]}}`
}

// gathering plays a Prometheus. It answers by the metric that a query names.
func gathering(answers map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query().Get("query")
		if !strings.HasSuffix(r.URL.Path, "/api/v1/query") {
			refusal(w, http.StatusNotFound)
			return
		}
		for metric, answer := range answers {
			if strings.Contains(query, metric) {
				fmt.Fprint(w, answer)
				return
			}
		}
		fmt.Fprint(w, vectorOf())
	}
}

var gathered = map[string]string{
	") (kubelet_volume_stats_used_bytes{": vectorOf("d c east 3e+09", "d nan east NaN", "d raw east 0"),
	"kubelet_volume_stats_capacity_bytes": vectorOf("d c east 8000000000", "d nan east 10", "d raw east 10", "d lonely east 10"),
	"kubelet_volume_stats_available":      vectorOf("d c east 4500000000", "d raw east 0"),
	"kubelet_volume_stats_inodes{":        vectorOf("d c east 1000"),
	"kubelet_volume_stats_inodes_used":    vectorOf("d c east 900"),
	"timestamp(":                          vectorOf("d c east 1772366340.25"),
}

var wantGathered = map[string]models.Filesystem{
	"d/c": {Size: 8e9, Used: 3e9, Free: 4.5e9, Inodes: 1000, InodesUsed: 900, At: time.Date(2026, 3, 1, 11, 59, 0, 250e6, time.UTC), Source: "Prometheus"},
}

func TestPrometheusByService(t *testing.T) {
	var path string
	c := clientsOf(t, func(w http.ResponseWriter, r *http.Request) { path = r.URL.Path; gathering(gathered)(w, r) })
	p, err := newPrometheus("monitoring/https:prometheus-operated:web", c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.ask(t.Context(), noon)
	if diff := cmp.Diff(wantGathered, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if want := "/api/v1/namespaces/monitoring/services/https:prometheus-operated:web/proxy/api/v1/query"; path != want {
		t.Errorf("asked %s", path)
	}
}

func TestPrometheusByURL(t *testing.T) {
	var user, password, query string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ = r.BasicAuth()
		query = r.URL.Query().Get("query")
		if !strings.HasPrefix(r.URL.Path, "/prom/") {
			refusal(w, http.StatusNotFound)
			return
		}
		gathering(gathered)(w, r)
	}))
	t.Cleanup(s.Close)
	p, err := newPrometheus(models.Secret(strings.Replace(s.URL, "://", "://bot:t0ps3cret@", 1)+"/prom/#cluster=prod-east,tier=\"a"), &clients{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.ask(t.Context(), noon)
	if diff := cmp.Diff(wantGathered, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if user != "bot" || password != "t0ps3cret" || !strings.Contains(query, `{cluster="prod-east",tier="\"a"}`) || strings.Contains(p.where, "t0ps3cret") {
		t.Errorf("%s %s asked %s of %s", user, password, query, p.where)
	}
}

// What goes wrong is said without addresses and passwords.
func TestPrometheusFails(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	t.Cleanup(elsewhere.Close)
	tests := map[string]http.HandlerFunc{
		"it answers with 401 Unauthorized":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"it answers with 302 Found":          func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
		"it does not answer as a Prometheus": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"does not answer as": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix"}}`)
		},
		`it says "too many samples"`: func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"status":"error","error":"too many samples"}`)
		},
		"its answer is longer than 16 MiB": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"status":"`)
			_, _ = io.CopyN(w, &repeat{text: "x"}, longestVector)
		},
		"several clusters, such as \"a\" and": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, vectorOf("d c a 1", "d c b 2")) },
	}
	for want, handler := range tests {
		s := httptest.NewServer(handler)
		p, err := newPrometheus(models.Secret(strings.Replace(s.URL, "://", "://bot:t0ps3cret@", 1)), &clients{})
		if err != nil {
			t.Fatal(err)
		}
		all, err := p.ask(t.Context(), noon)
		s.Close()
		if err == nil || all != nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "t0ps3cret") || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%v, want %q", err, want)
		}
	}
	p, err := newPrometheus("https://bot:t0ps3cret@127.0.0.1:1", &clients{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.ask(t.Context(), noon); err == nil || err.Error() != "connection refused" {
		t.Errorf("%v", err)
	}
	for code, want := range map[int]string{http.StatusForbidden: "RBAC forbids MuleBot the verb get on `services/proxy` of monitoring/prometheus:9090", http.StatusServiceUnavailable: "no pod of monitoring/prometheus:9090 answers"} {
		p, err := newPrometheus("monitoring/prometheus:9090", clientsOf(t, func(w http.ResponseWriter, _ *http.Request) { refusal(w, code) }))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.ask(t.Context(), noon); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestCheckPrometheus(t *testing.T) {
	for _, good := range []string{"", "monitoring/prometheus:9090", "monitoring/https:prometheus:web", "http://prometheus:9090", "https://u:p@thanos.example.com/x#cluster=a,b=c"} {
		if err := CheckPrometheus(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"prometheus", "a/b", "a/b:c/d", "../x:1", "ftp://x", "http://", "http://x#cluster", "http://x#a b=c", "a/b:1#=x"} {
		if err := CheckPrometheus(bad); models.KindOf(err) != models.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A Prometheus that fails leaves what it said before, until that is too old.
func TestPrometheusPoller(t *testing.T) {
	now, broken := noon, false
	c := clientsOf(t, func(w http.ResponseWriter, r *http.Request) {
		if broken {
			refusal(w, http.StatusServiceUnavailable)
			return
		}
		gathering(gathered)(w, r)
	})
	p := &usagePoller{clients: c, now: func() time.Time { return now }, changed: func() {}, nodes: func() []string { return nil }}
	var err error
	if p.prometheus, err = newPrometheus("monitoring/prometheus:9090", c); err != nil {
		t.Fatal(err)
	}
	p.round(t.Context())
	if u := p.answer(); u.Failed != "" || len(u.Prometheus) != 1 {
		t.Errorf("%+v", u)
	}
	broken = true
	p.round(t.Context())
	if u := p.answer(); u.Failed == "" || len(u.Prometheus) != 1 {
		t.Errorf("broken: %+v", u)
	}
	now = now.Add(usageTooOld)
	if u := p.answer(); len(u.Prometheus) != 0 || u.Prometheus == nil {
		t.Errorf("too old: %+v", u)
	}
}

// Whatever stands for an answer, its samples have a number.
func FuzzPrometheus(f *testing.F) {
	for _, seed := range []string{"", "null", vectorOf(), vectorOf("d c east 3", "d x east NaN", "d y east +Inf"), `{"status":"error","error":"x"}`,
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"namespace":"d","persistentvolumeclaim":"c"},"value":[1,2]},{"value":[]},{}]}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		samples, err := parseSamples(bytes.NewReader(content))
		if err != nil && samples != nil {
			t.Fatalf("%v, %v", samples, err)
		}
		values := map[string]float64{}
		for _, s := range samples {
			values["capacity_bytes"], values["used_bytes"], values["available_bytes"] = values["used_bytes"], s.value, values["capacity_bytes"]
			for _, metric := range []string{diskpoolTotal, diskpoolUsed, actualUsed, lvUsed, lvSize} {
				values[metric] = s.value
			}
			for _, v := range exportedOf(map[string]map[string]float64{"x": values}, noon).Volumes {
				if !v.Used.IsKnown() {
					t.Fatalf("%+v", v)
				}
			}
			if fs, ok := filesystemOf(bytesOf(values, "capacity_bytes"), bytesOf(values, "used_bytes"), bytesOf(values, "available_bytes")); ok {
				if fs.Source = fromPrometheus; !plausible(fs) {
					t.Fatalf("%+v", fs)
				}
			}
		}
	})
}
