package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/mulebot/mulebot/models"
)

const (
	prometheusTimeout = 10 * time.Second // ends all questions of one round
	longestVector     = 16 << 20         // bounds an answer; one of 10,000 claims has some 2 MB
)

// prometheus is a Prometheus, or what speaks its HTTP API, that gathers what kubelets say of claims.
type prometheus struct {
	where   string // for people; without a password
	matcher string // labels that its series must have, as PromQL writes them: `cluster="prod-east"`
	get     func(ctx context.Context, query url.Values) (io.ReadCloser, error)
}

// serviceForm is NAMESPACE/SERVICE:PORT, with "https:" before the service where it speaks TLS.
var serviceForm = regexp.MustCompile(`^([a-z0-9][a-z0-9-]{0,62})/((?:https?:)?[a-z][a-z0-9-]{0,62}:[a-z0-9][a-z0-9-]{0,14})$`)

// labelForm is LABEL=VALUE.
var labelForm = regexp.MustCompile(`^([a-zA-Z_][a-zA-Z0-9_]*)=(.+)$`)

// CheckPrometheus reports what is wrong with where a Prometheus is said to be.
func CheckPrometheus(where string) error {
	_, err := newPrometheus(models.Secret(where), &clients{})
	return err
}

// newPrometheus reads where a Prometheus is: a URL, or NAMESPACE/SERVICE:PORT, which is reached through the API server's
// service proxy; behind a # labels that its series must have, where it gathers those of several clusters. "" is none: nil.
func newPrometheus(where models.Secret, c *clients) (*prometheus, error) {
	if where == "" {
		return nil, nil
	}
	invalid := &models.Error{Kind: models.Invalid, Message: "it cannot be read where the Prometheus is",
		Hint: "write NAMESPACE/SERVICE:PORT or a URL, such as monitoring/prometheus-operated:9090 or https://prometheus.example.com, and behind it #cluster=NAME where it gathers more than one cluster"}
	address, labels, _ := strings.Cut(where.Reveal(), "#")
	p := &prometheus{where: address}
	for label := range strings.SplitSeq(labels, ",") {
		m := labelForm.FindStringSubmatch(label)
		if m == nil && labels != "" {
			return nil, invalid
		}
		if m != nil {
			p.matcher += "," + m[1] + "=" + strconv.Quote(m[2])
		}
	}
	p.matcher = strings.TrimPrefix(p.matcher, ",")
	if m := serviceForm.FindStringSubmatch(address); m != nil {
		p.get = func(ctx context.Context, query url.Values) (io.ReadCloser, error) {
			request := c.raw.Get().AbsPath("/api/v1/namespaces", m[1], "services", m[2], "proxy/api/v1/query").MaxRetries(0)
			return request.Param("query", query.Get("query")).Stream(ctx)
		}
		return p, nil
	}
	base, err := url.Parse(address)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, invalid
	}
	p.where = base.Redacted()
	p.get = func(ctx context.Context, query url.Values) (io.ReadCloser, error) { return get(ctx, base, query) }
	return p, nil
}

// get asks a Prometheus at a URL. It follows no redirect: the password in the URL is for that host alone.
func get(ctx context.Context, base *url.URL, query url.Values) (io.ReadCloser, error) {
	u := base.JoinPath("api/v1/query")
	u.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		return nil, told{fmt.Sprintf("it answers with %d %s", response.StatusCode, http.StatusText(response.StatusCode))}
	}
	return response.Body, nil
}

// told is an error in words for people.
type told struct{ text string }

func (t told) Error() string { return t.text }

// ask returns what Prometheus knows of file systems, by key(namespace, name) of the claim. Its error is for people.
func (p *prometheus) ask(ctx context.Context, now time.Time) (map[string]models.Filesystem, error) {
	ctx, cancel := context.WithTimeout(ctx, prometheusTimeout)
	defer cancel()
	values := map[string]map[string]float64{} // by claim and metric
	for _, metric := range []string{"used_bytes", "capacity_bytes", "available_bytes", "inodes", "inodes_used", scraped} {
		selector := "kubelet_volume_stats_" + metric + "{" + p.matcher + "}"
		if metric == scraped {
			selector = "timestamp(kubelet_volume_stats_used_bytes{" + p.matcher + "})"
		}
		query := "max by (namespace, persistentvolumeclaim, cluster) (" + selector + ")"
		if err := p.gather(ctx, query, metric, claimOf, values); err != nil {
			return nil, p.words(err)
		}
	}
	all := make(map[string]models.Filesystem, len(values))
	for claim, v := range values {
		f, ok := filesystemOf(bytesOf(v, "capacity_bytes"), bytesOf(v, "used_bytes"), bytesOf(v, "available_bytes"))
		if !ok {
			continue
		}
		f.Inodes, f.InodesUsed = max(0, int64(bytesOf(v, "inodes"))), max(0, int64(bytesOf(v, "inodes_used")))
		f.At, f.Source = now, fromPrometheus
		if t, ok := v[scraped]; ok && t > 0 && t < float64(now.Unix()) {
			f.At = time.UnixMilli(int64(t * 1000)).UTC()
		}
		all[claim] = f
	}
	return all, nil
}

// scraped stands for the time of a figure among the metrics.
const scraped = "time"

func bytesOf(values map[string]float64, metric string) models.Bytes {
	v, ok := values[metric]
	if !ok || math.IsNaN(v) || v < 0 || v >= math.MaxInt64 {
		return models.UnknownBytes
	}
	return models.Bytes(v)
}

// severalClusters is the error of a Prometheus that does not say whose figures are whose.
func severalClusters(a, b string) error {
	return told{fmt.Sprintf("it gathers several clusters, such as %q and %q: say which with #cluster=NAME behind its address", a, b)}
}

// claimOf returns the claim that a sample is of; "" for none.
func claimOf(labels map[string]string) string {
	if labels["namespace"] == "" || labels["persistentvolumeclaim"] == "" {
		return ""
	}
	return key(labels["namespace"], labels["persistentvolumeclaim"])
}

// series is one element of an instant vector.
type series struct {
	Metric map[string]string `json:"metric"`
	Value  []any             `json:"value"` // the time, and the value as a string
	value  float64
}

// parseSamples reads the answer to an instant query: its samples that have a number.
func parseSamples(r io.Reader) ([]series, error) {
	limited := &io.LimitedReader{R: r, N: longestVector}
	var answer struct {
		Status string `json:"status"`
		Error  string `json:"error"`
		Data   struct {
			Type   string   `json:"resultType"`
			Result []series `json:"result"`
		} `json:"data"`
	}
	switch err := json.NewDecoder(limited).Decode(&answer); {
	case limited.N <= 0:
		return nil, told{fmt.Sprintf("its answer is longer than %d MiB", longestVector>>20)}
	case err != nil || answer.Status == "success" && answer.Data.Type != "vector":
		return nil, told{"it does not answer as a Prometheus does"}
	case answer.Status != "success":
		return nil, told{fmt.Sprintf("it says %.200q", answer.Error)}
	}
	kept := answer.Data.Result[:0]
	for _, s := range answer.Data.Result {
		if len(s.Value) != 2 {
			continue
		}
		text, _ := s.Value[1].(string)
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			continue
		}
		s.value, s.Value = v, nil
		kept = append(kept, s)
	}
	return kept, nil
}

// words says why Prometheus did not answer, without addresses.
func (p *prometheus) words(err error) error {
	var own told
	switch {
	case errors.As(err, &own):
		return own
	case apierrors.IsForbidden(err):
		return told{fmt.Sprintf("RBAC forbids MuleBot the verb get on `services/proxy` of %s", p.where)}
	case apierrors.IsNotFound(err), apierrors.IsServiceUnavailable(err):
		return told{"no pod of " + p.where + " answers"}
	}
	reason, _, _ := diagnose(err)
	return told{reason}
}
