//go:build e2e

package kube

import (
	"slices"
	"testing"

	"github.com/mulebot/mulebot/kube/kubetest"
	"github.com/mulebot/mulebot/models"
)

// A real API server says what the account may do in one answer, and what a RoleBinding gives in one namespace is not taken for a
// right to all of them. Where the server cannot list every rule, it is asked about what is left.
func TestLiveRights(t *testing.T) {
	s := kubetest.Start(t)
	cluster := models.Cluster{Ref: models.ClusterRef{Name: "x"}, Kubeconfig: models.Secret(s.Restricted())}
	test := func() (Report, []string) {
		t.Helper()
		s.Requests()
		report, err := Test(t.Context(), cluster, Guard{})
		if err != nil {
			t.Fatal(err)
		}
		return report, slices.DeleteFunc(s.Requests(), func(r string) bool {
			return r != "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews" && r != "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
		})
	}
	s.Apply(t, []byte(`
{apiVersion: v1, kind: Namespace, metadata: {name: apps}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: everything}, rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: everything, namespace: apps}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: everything},
  subjects: [{kind: Group, name: openebs-bots, apiGroup: rbac.authorization.k8s.io}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: pods}, rules: [{apiGroups: [""], resources: [pods], verbs: [list]}, {apiGroups: [""], resources: [nodes], resourceNames: [n1], verbs: [list]}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: pods}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: pods},
  subjects: [{kind: Group, name: openebs-bots, apiGroup: rbac.authorization.k8s.io}]}
`))
	report, asked := test()
	for _, p := range report.Permissions {
		if p.Allowed != (p.Name == "list pods") {
			t.Errorf("%+v", p)
		}
	}
	if len(asked) != 1 {
		t.Errorf("it asks %q", asked)
	}

	// A binding to a role that is not there makes the server say that it does not know everything.
	s.Apply(t, []byte(`
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: lost}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: lost},
  subjects: [{kind: Group, name: openebs-bots, apiGroup: rbac.authorization.k8s.io}]}
`))
	again, asked := test()
	if !slices.Equal(again.Permissions, report.Permissions) || len(asked) != len(report.Permissions) { // one review of rules, and all but one of rights
		t.Errorf("%+v\n%q", again.Permissions, asked)
	}

	s.Apply(t, []byte(`
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: everything}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: everything},
  subjects: [{kind: Group, name: openebs-bots, apiGroup: rbac.authorization.k8s.io}]}
`))
	if report, _ = test(); len(report.Missing) > 0 {
		t.Errorf("%q are missing", report.Missing)
	}
}
