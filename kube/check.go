package kube

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mulebot/mulebot/models"
)

// Report is what [Test] found out about a cluster.
type Report struct {
	Version     string          // of the API server; "" if it does not tell
	Engines     []models.Engine // whose custom resources are installed; hostpath and other provisioners have none
	Found       []EngineFound   // what of the engines is there
	Permissions []Permission    // that MuleBot uses here
	Missing     []string        // those that it lacks and needs, such as "list diskpools.openebs.io"
	Hints       []string        // what to do about them, for people
	Skew        time.Duration   // by which the API server's clock is ahead of this machine's
	Prometheus  string          // what the Prometheus of the cluster's configuration says; "" if it has none
}

// Permission is a right that MuleBot uses, and whether the cluster gives it.
type Permission struct {
	Name     string // "list diskpools.openebs.io"
	Allowed  bool
	Optional string // what it adds, where MuleBot can do without; "" where it needs it
}

// EngineFound is an engine that a cluster has something of.
type EngineFound struct {
	Engine    models.Engine
	Versions  []string // that its pods are labelled with; none if they are not, or may not be read
	Resources []string // the versions of its custom resources that are read, as "diskpools.openebs.io/v1beta3"
	Classes   []string // storage classes
}

// Test asks a cluster once whether it answers, what it runs, and whether it permits what MuleBot needs. It fails with a
// *models.Error if the cluster does not answer, or is one that a workspace imported and the guard refuses.
func Test(ctx context.Context, c models.Cluster, guard Guard) (Report, error) {
	config, err := restConfig(c, guard)
	if err != nil {
		return Report{}, err
	}
	clock := &clockReader{}
	config.Wrap(clock.around)
	clients, err := newClients(config)
	if err != nil {
		return Report{}, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("the credentials of cluster %s cannot be used", c.Ref.Name),
			Hint: "register the cluster again with a kubeconfig that works with kubectl", Err: err}
	}
	defer clients.http.CloseIdleConnections()
	var report Report
	if report.Version, err = serverVersion(ctx, clients.raw); err != nil {
		return Report{}, unreachable(c.Ref.Name, err)
	}
	served, err := discover(ctx, clients.raw)
	if err != nil {
		return Report{}, unreachable(c.Ref.Name, err)
	}
	var needed []permission
	for _, r := range resources() {
		if !r.Builtin && served[r.qualified()] == "" {
			continue
		}
		if r.Engine != "" && !slices.Contains(report.Engines, r.Engine) {
			report.Engines = append(report.Engines, r.Engine)
		}
		for _, verb := range []string{"list", "watch"} {
			needed = append(needed, permission{verb: verb, group: r.Group, resource: r.Name})
		}
	}
	if slices.Contains(report.Engines, models.Mayastor) {
		needed = append(needed, permission{verb: "list", resource: "services"}, clients.restPermission(ctx))
	}
	report.Permissions, err = clients.reviewed(ctx, needed)
	switch {
	case c.Impersonate && apierrors.IsForbidden(err):
		return Report{}, &models.Error{Kind: models.Forbidden, Message: fmt.Sprintf("cluster %s does not let the account of the kubeconfig impersonate", c.Ref.Name),
			Hint: "bind the ClusterRole of deploy/rbac-impersonate.yaml to it", Err: err}
	case apierrors.IsForbidden(err):
		return Report{}, &models.Error{Kind: models.Forbidden, Message: fmt.Sprintf("cluster %s does not let the account of the kubeconfig ask what it may do", c.Ref.Name),
			Hint: "bind the ClusterRole system:basic-user to it, which Kubernetes binds to everybody who has logged in", Err: err}
	case err != nil:
		return Report{}, unreachable(c.Ref.Name, err)
	}
	for _, p := range report.Permissions {
		if !p.Allowed && p.Optional == "" {
			report.Missing = append(report.Missing, p.Name)
		}
	}
	report.Found = clients.engines(ctx, served)
	unread := strangeVersions(ctx, clients.raw, served)
	report.Prometheus = clients.examine(ctx, c.Prometheus)
	report.Skew = clock.skew
	if len(report.Missing) > 0 {
		report.Hints = append(report.Hints, "bind the ClusterRole of deploy/rbac-readonly.yaml to the user of this kubeconfig; answers name what is missing until then")
	}
	report.Hints = append(report.Hints, unread...)
	if len(report.Engines)+len(unread) == 0 {
		report.Hints = append(report.Hints, "no OpenEBS engine with custom resources is installed here; hostpath volumes and those of other provisioners are shown all the same")
	}
	return report, nil
}

// clockReader reads the clock of a server off its first answer.
type clockReader struct {
	http.RoundTripper
	mu   sync.Mutex // guards what follows
	read bool
	skew time.Duration
}

func (c *clockReader) around(t http.RoundTripper) http.RoundTripper {
	c.RoundTripper = t
	return c
}

// RoundTrip implements http.RoundTripper.
func (c *clockReader) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := time.Now()
	response, err := c.RoundTripper.RoundTrip(r)
	if err != nil {
		return response, err
	}
	skew, known := models.Skew(response.Header, sent, time.Now())
	c.mu.Lock()
	defer c.mu.Unlock()
	if known && !c.read {
		c.read, c.skew = true, skew
	}
	return response, nil
}

// unreachable words why a cluster did not answer.
func unreachable(cluster string, err error) error {
	reason, kind, hint := diagnose(err)
	return &models.Error{Kind: kind, Message: fmt.Sprintf("cluster %s does not answer: %s", cluster, reason), Hint: hint, Err: err}
}

// restPermission is the right to Mayastor's REST API: of the Service that is there, else of the one that its chart makes.
func (c *clients) restPermission(ctx context.Context) permission {
	p := permission{verb: "get", resource: "services", subresource: "proxy", name: "openebs-api-rest:http"}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	services, err := c.typed.CoreV1().Services(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: restLabel})
	if err == nil && len(services.Items) > 0 {
		p.namespace, p.name = services.Items[0].Namespace, services.Items[0].Name+":http"
	}
	return p
}

// engines finds what the cluster has of each engine, as far as it may be read.
func (c *clients) engines(ctx context.Context, served map[string]string) []EngineFound {
	ctx, cancel := context.WithTimeout(ctx, 2*probeTimeout)
	defer cancel()
	found := map[models.Engine]*EngineFound{}
	of := func(e models.Engine) *EngineFound {
		if found[e] == nil {
			found[e] = &EngineFound{Engine: e}
		}
		return found[e]
	}
	for _, r := range resources() {
		if version := served[r.qualified()]; r.Engine != "" && version != "" {
			of(r.Engine).Resources = append(of(r.Engine).Resources, r.qualified()+"/"+version)
		}
	}
	if classes, err := c.typed.StorageV1().StorageClasses().List(ctx, metav1.ListOptions{}); err == nil {
		for i := range classes.Items {
			e := of(engineOfClass(&classes.Items[i]))
			e.Classes = append(e.Classes, classes.Items[i].Name)
		}
	}
	pods, err := c.typed.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: versionLabel, Limit: 500})
	for i := 0; err == nil && i < len(pods.Items); i++ {
		p := &pods.Items[i]
		if r := role(p); r != "" && agentOf(r, p).Engine != "" {
			e := of(agentOf(r, p).Engine)
			if version := p.Labels[versionLabel]; !slices.Contains(e.Versions, version) {
				e.Versions = append(e.Versions, version)
			}
		}
	}
	var all []EngineFound
	for _, e := range []models.Engine{models.Mayastor, models.CStor, models.Jiva, models.Hostpath, models.LVM, models.ZFS, models.OtherOpenEBS, models.OtherCSI} {
		if found[e] != nil {
			slices.Sort(found[e].Versions)
			all = append(all, *found[e])
		}
	}
	return all
}

// String is what there is of an engine in a few words: "Mayastor 2.11.0 (CRDs: 1 of openebs.io/v1beta3; storage classes: 2)".
func (e EngineFound) String() string {
	text := e.Engine.Title()
	if len(e.Versions) > 0 {
		text += " " + strings.Join(e.Versions, ", ")
	}
	var parts []string
	var groups []string
	count := map[string]int{} // by group and version
	for _, r := range e.Resources {
		_, group, _ := strings.Cut(r, ".")
		if count[group]++; count[group] == 1 {
			groups = append(groups, group)
		}
	}
	for _, group := range groups {
		parts = append(parts, fmt.Sprintf("CRDs: %d of %s", count[group], group))
	}
	if len(e.Classes) > 0 {
		parts = append(parts, fmt.Sprintf("storage classes: %d", len(e.Classes)))
	}
	if len(parts) == 0 {
		return text
	}
	return text + " (" + strings.Join(parts, "; ") + ")"
}

// versionLabel is on the pods of engines.
const versionLabel = "openebs.io/version"

// examine asks the Prometheus of a cluster's configuration, and says how that went; "" if there is none.
func (c *clients) examine(ctx context.Context, where models.Secret) string {
	p, err := newPrometheus(where, c)
	if err != nil {
		return "cannot be used: " + err.Error()
	}
	if p == nil {
		return ""
	}
	all, err := p.ask(ctx, time.Now())
	switch {
	case err != nil:
		return "does not answer: " + err.Error()
	case len(all) == 0:
		return "answers, and has no kubelet_volume_stats_* of any claim: it must scrape the kubelets"
	}
	text := fmt.Sprintf("answers; claims whose use it tells: %d", len(all))
	if exported, err := p.exporters(ctx, time.Now()); err == nil && len(exported.Volumes)+len(exported.Pools) > 0 {
		text += fmt.Sprintf("; volumes and pools that exporters of engines tell of: %d", len(exported.Volumes)+len(exported.Pools))
	}
	return text
}

// String is the report in one line, with what to do.
func (r Report) String() string { return strings.Join(append([]string{r.Brief()}, r.Hints...), "; ") }

// Brief is the report in one line, without what to do.
func (r Report) Brief() string {
	parts := []string{"answers"}
	if r.Version != "" {
		parts[0] += " as Kubernetes " + r.Version
	}
	if len(r.Engines) > 0 {
		engines := make([]string, len(r.Engines))
		for i, e := range r.Engines {
			engines[i] = string(e)
		}
		parts = append(parts, "resource definitions of "+strings.Join(engines, ", "))
	}
	if len(r.Missing) > 0 {
		parts = append(parts, "missing permissions: "+byVerbs(r.Missing))
	}
	if r.Prometheus != "" {
		parts = append(parts, "its Prometheus "+r.Prometheus)
	}
	return strings.Join(parts, "; ")
}
