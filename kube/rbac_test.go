package kube

import (
	"os"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

// The manifest that is shipped permits what is read, and nothing else.
func TestRBACManifest(t *testing.T) {
	needed := []string{"list services", "get services/proxy"}
	for _, r := range resources() {
		for _, verb := range []string{"list", "watch"} {
			needed = append(needed, permission{verb: verb, group: r.Group, resource: r.Name}.String())
		}
	}
	grants(t, "../deploy/rbac-readonly.yaml", needed)
}

// What kubelets tell needs a right of its own, which nothing else comes with.
func TestRBACKubeletStats(t *testing.T) {
	grants(t, "../deploy/rbac-kubelet-stats.yaml", []string{"get nodes/proxy"})
}

// grants compares what a manifest permits with what is needed.
func grants(t *testing.T, file string, needed []string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var granted []string
	for _, doc := range documents(content) {
		var role rbacv1.ClusterRole
		if err := yaml.Unmarshal(doc.text, &role); err != nil {
			t.Fatal(err)
		}
		if role.Kind != "ClusterRole" {
			continue
		}
		for _, rule := range role.Rules {
			for _, verb := range rule.Verbs {
				for _, r := range rule.Resources {
					granted = append(granted, permission{verb: verb, group: rule.APIGroups[0], resource: r}.String())
				}
			}
			if len(rule.APIGroups) != 1 || slices.Contains(rule.Resources, "services/proxy") && len(rule.ResourceNames) == 0 {
				t.Errorf("%+v is too wide", rule)
			}
		}
	}
	if got, want := strings.Join(sorted(granted), "\n"), strings.Join(sorted(needed), "\n"); got != want {
		t.Errorf("granted:\n%s\nneeded:\n%s", got, want)
	}
}
