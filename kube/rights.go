package kube

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// permission is one right that MuleBot uses, in every namespace or in one.
type permission struct{ verb, group, resource, subresource, namespace, name string }

func (p permission) String() string {
	r := resource{Group: p.group, Name: p.resource}
	text := p.verb + " " + r.qualified()
	if p.subresource != "" {
		text += "/" + p.subresource
	}
	return text
}

// optional is what a permission adds that MuleBot can do without.
const optional = "how full volumes are, by their kubelets (deploy/rbac-kubelet-stats.yaml)"

// nowhere is a namespace that no cluster has. Rules are reviewed in a namespace, and those of its RoleBindings come mixed with those
// of ClusterRoleBindings: where there is no namespace there is no RoleBinding, and what is left holds in every namespace and for what
// has none. That the namespace exists the API server does not ask.
const nowhere = "mulebot-asks-about-no-namespace"

// reviewed asks the cluster which of some permissions it gives, in order, and behind them what MuleBot can do without.
func (c *clients) reviewed(ctx context.Context, needed []permission) ([]Permission, error) {
	all := append(needed, permission{verb: "get", resource: "nodes", subresource: "proxy"})
	answers := make([]Permission, len(all))
	reviews := map[string]authorizationv1.SubjectRulesReviewStatus{} // by namespace: one, and one more where Mayastor's REST API is
	var unclear []int
	for i, p := range all {
		review, known := reviews[p.namespace]
		if !known {
			var err error
			if review, err = c.rulesIn(ctx, p.namespace); err != nil {
				return nil, err
			}
			reviews[p.namespace] = review
		}
		answers[i] = Permission{Name: p.String(), Allowed: permits(review.ResourceRules, p)}
		if !answers[i].Allowed && review.Incomplete {
			unclear = append(unclear, i)
		}
	}
	answers[len(answers)-1].Optional = optional
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.SetLimit(8)
	for _, i := range unclear {
		tasks.Go(func() (err error) {
			answers[i].Allowed, err = c.mayDo(ctx, all[i])
			return err
		})
	}
	return answers, tasks.Wait()
}

// rulesIn returns what may be done in a namespace, or, if it is empty, in every one. The answer is incomplete if an authorizer cannot
// list its rules (a webhook cannot), if some could not be found out, or if the cluster does not let itself be asked.
func (c *clients) rulesIn(ctx context.Context, namespace string) (authorizationv1.SubjectRulesReviewStatus, error) {
	if namespace == "" {
		namespace = nowhere
	}
	review := &authorizationv1.SelfSubjectRulesReview{Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: namespace}}
	answer, err := c.typed.AuthorizationV1().SelfSubjectRulesReviews().Create(ctx, review, metav1.CreateOptions{})
	if apierrors.IsForbidden(err) || apierrors.IsNotFound(err) || apierrors.IsMethodNotSupported(err) {
		return authorizationv1.SubjectRulesReviewStatus{Incomplete: true}, nil
	}
	if err != nil {
		return authorizationv1.SubjectRulesReviewStatus{}, err
	}
	answer.Status.Incomplete = answer.Status.Incomplete || answer.Status.EvaluationError != ""
	return answer.Status, nil
}

// permits reports whether rules give a permission, as RBAC reads them: https://kubernetes.io/docs/reference/access-authn-authz/rbac/.
// A rule that names objects gives nothing to who asks for all of them, and a "*" is no name.
func permits(rules []authorizationv1.ResourceRule, p permission) bool {
	resources := []string{"*", p.resource}
	if p.subresource != "" {
		resources = []string{"*", p.resource + "/" + p.subresource, "*/" + p.subresource}
	}
	return slices.ContainsFunc(rules, func(r authorizationv1.ResourceRule) bool {
		return (slices.Contains(r.Verbs, "*") || slices.Contains(r.Verbs, p.verb)) &&
			(slices.Contains(r.APIGroups, "*") || slices.Contains(r.APIGroups, p.group)) &&
			slices.ContainsFunc(resources, func(name string) bool { return slices.Contains(r.Resources, name) }) &&
			(len(r.ResourceNames) == 0 || p.name != "" && slices.Contains(r.ResourceNames, p.name))
	})
}

// byVerbs names permissions, those of the same verbs together: "list/watch nodes, pods; get services/proxy".
func byVerbs(names []string) string {
	var resources, groups []string
	verbs := map[string]string{} // by resource
	for _, name := range names {
		verb, resource, _ := strings.Cut(name, " ")
		if verbs[resource] == "" {
			resources, verbs[resource] = append(resources, resource), verb
		} else {
			verbs[resource] += "/" + verb
		}
	}
	members := map[string][]string{} // by verbs
	for _, resource := range resources {
		v := verbs[resource]
		if members[v] == nil {
			groups = append(groups, v)
		}
		members[v] = append(members[v], resource)
	}
	for i, v := range groups {
		groups[i] = v + " " + strings.Join(members[v], ", ")
	}
	return strings.Join(groups, "; ")
}

// mayDo asks the cluster about one permission.
func (c *clients) mayDo(ctx context.Context, p permission) (bool, error) {
	review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
		ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: p.namespace, Verb: p.verb, Group: p.group, Resource: p.resource, Subresource: p.subresource, Name: p.name}}}
	answer, err := c.typed.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return false, err
	}
	return answer.Status.Allowed, nil
}
