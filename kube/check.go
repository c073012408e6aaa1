package kube

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mulebot/mulebot/models"
)

// Report is what [Test] found out about a cluster.
type Report struct {
	Version string          // of the API server; "" if it does not tell
	Engines []models.Engine // whose custom resources are installed; hostpath and other provisioners have none
	Missing []string        // permissions that MuleBot lacks, such as "list diskpools.openebs.io"
	Hints   []string        // what to do about them, for people
}

// permission is one right that MuleBot uses.
type permission struct{ verb, group, resource, subresource, name string }

func (p permission) String() string {
	r := resource{Group: p.group, Name: p.resource}
	text := p.verb + " " + r.qualified()
	if p.subresource != "" {
		text += "/" + p.subresource
	}
	return text
}

// Test asks a cluster once whether it answers, what it runs, and whether it permits what MuleBot needs. It fails with a
// *models.Error if the cluster does not answer, or is one that a workspace imported and the guard refuses.
func Test(ctx context.Context, c models.Cluster, guard Guard) (Report, error) {
	config, err := restConfig(c, guard)
	if err != nil {
		return Report{}, err
	}
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
		needed = append(needed, permission{verb: "list", resource: "services"},
			permission{verb: "get", resource: "services", subresource: "proxy", name: "openebs-api-rest:http"})
	}
	report.Missing, err = clients.denied(ctx, needed)
	switch {
	case c.Impersonate && apierrors.IsForbidden(err):
		return Report{}, &models.Error{Kind: models.Forbidden, Message: fmt.Sprintf("cluster %s does not let the account of the kubeconfig impersonate", c.Ref.Name),
			Hint: "bind the ClusterRole of deploy/rbac-impersonate.yaml to it", Err: err}
	case err != nil:
		return Report{}, unreachable(c.Ref.Name, err)
	}
	if len(report.Missing) > 0 {
		report.Hints = append(report.Hints, "bind the ClusterRole of deploy/rbac-readonly.yaml to the user of this kubeconfig; answers name what is missing until then")
	}
	if len(report.Engines) == 0 {
		report.Hints = append(report.Hints, "no OpenEBS engine with custom resources is installed here; hostpath volumes and those of other provisioners are shown all the same")
	}
	return report, nil
}

// unreachable words why a cluster did not answer.
func unreachable(cluster string, err error) error {
	reason, kind, hint := diagnose(err)
	return &models.Error{Kind: kind, Message: fmt.Sprintf("cluster %s does not answer: %s", cluster, reason), Hint: hint, Err: err}
}

// denied returns those of some permissions that the cluster does not give, in order.
func (c *clients) denied(ctx context.Context, needed []permission) ([]string, error) {
	allowed := make([]bool, len(needed))
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.SetLimit(8)
	for i, p := range needed {
		tasks.Go(func() error {
			review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
				ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: p.verb, Group: p.group, Resource: p.resource, Subresource: p.subresource, Name: p.name}}}
			answer, err := c.typed.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
			if err == nil {
				allowed[i] = answer.Status.Allowed
			}
			return err
		})
	}
	err := tasks.Wait()
	var missing []string
	for i, p := range needed {
		if !allowed[i] {
			missing = append(missing, strings.TrimSpace(p.String()))
		}
	}
	return missing, err
}

// String is the report in one line.
func (r Report) String() string {
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
		parts = append(parts, "missing permissions: "+strings.Join(r.Missing, ", "))
	}
	return strings.Join(append(parts, r.Hints...), "; ")
}
