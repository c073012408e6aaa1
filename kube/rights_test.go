package kube

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"

	"github.com/mulebot/mulebot/models"
)

func TestPermits(t *testing.T) {
	pods, pools := permission{verb: "list", resource: "pods"}, permission{verb: "watch", group: "openebs.io", resource: "diskpools"}
	rest := permission{verb: "get", resource: "services", subresource: "proxy", namespace: "openebs", name: "openebs-api-rest:http"}
	for _, c := range []struct {
		verbs, groups, resources, names []string
		pods, pools, rest               bool
	}{
		{verbs: each("*"), groups: each("*"), resources: each("*"), pods: true, pools: true, rest: true},
		{verbs: each("list", "watch"), groups: each("", "openebs.io"), resources: each("pods", "diskpools"), pods: true, pools: true},
		{verbs: each("list"), groups: each("openebs.io"), resources: each("*")},
		{verbs: each("watch"), groups: each("openebs.io"), resources: each("*"), pools: true},
		{verbs: each("*"), groups: each(""), resources: each("pods"), pods: true},
		{verbs: each("*"), groups: each(""), resources: each("pods"), names: each("a")},
		{verbs: each("*"), groups: each("*"), resources: each("*"), names: each("*")}, // the API server takes it for a name
		{verbs: each("*"), groups: each(""), resources: each("services")},
		{verbs: each("get"), groups: each(""), resources: each("services/proxy"), rest: true},
		{verbs: each("get"), groups: each(""), resources: each("*/proxy"), rest: true},
		{verbs: each("get"), groups: each(""), resources: each("services/*")}, // means nothing to RBAC
		{verbs: each("get"), groups: each(""), resources: each("services/proxy"), names: each("x", "openebs-api-rest:http"), rest: true},
		{verbs: each("get"), groups: each(""), resources: each("services/proxy"), names: each("mayastor-api-rest:http")},
		{verbs: each("get"), groups: each("apps"), resources: each("services/proxy")},
		{},
	} {
		rules := []authorizationv1.ResourceRule{{}, {Verbs: c.verbs, APIGroups: c.groups, Resources: c.resources, ResourceNames: c.names}}
		if got := [3]bool{permits(rules, pods), permits(rules, pools), permits(rules, rest)}; got != [3]bool{c.pods, c.pools, c.rest} {
			t.Errorf("%+v permits pods, pools, REST: %v", c, got)
		}
	}
	if permits(nil, pods) {
		t.Error("no rules permit something")
	}
}

func each(texts ...string) []string { return texts }

// What the shipped manifests grant is what the comparison asks for.
func TestPermitsWithManifests(t *testing.T) {
	rules := func(file string) (rules []authorizationv1.ResourceRule) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, doc := range documents(content) {
			var role rbacv1.ClusterRole
			if err := yaml.Unmarshal(doc.text, &role); err != nil {
				t.Fatal(err)
			}
			for _, r := range role.Rules {
				rules = append(rules, authorizationv1.ResourceRule{Verbs: r.Verbs, APIGroups: r.APIGroups, Resources: r.Resources, ResourceNames: r.ResourceNames})
			}
		}
		return rules
	}
	readonly := rules("../deploy/rbac-readonly.yaml")
	for _, r := range resources() {
		for _, verb := range []string{"list", "watch"} {
			if p := (permission{verb: verb, group: r.Group, resource: r.Name}); !permits(readonly, p) {
				t.Errorf("%s is not found", p)
			}
		}
	}
	kubelets := permission{verb: "get", resource: "nodes", subresource: "proxy"}
	if permits(readonly, kubelets) || !permits(rules("../deploy/rbac-kubelet-stats.yaml"), kubelets) {
		t.Error("the right to ask kubelets is in the wrong manifest")
	}
	if permits(readonly, permission{verb: "list", resource: "secrets"}) {
		t.Error("secrets may be read")
	}
}

// A cluster that lists no rules is asked about each right; one that answers neither is said to.
func TestReviewsRefused(t *testing.T) {
	for _, also := range []bool{false, true} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			body, _ := io.ReadAll(r.Body)
			switch {
			case r.URL.Path == "/version":
				fmt.Fprint(w, `{"gitVersion":"v1.36.1"}`)
			case strings.HasSuffix(r.URL.Path, "/selfsubjectaccessreviews") && !also:
				object, _, err := scheme.Codecs.UniversalDeserializer().Decode(body, nil, nil)
				if err != nil {
					t.Error(err)
				}
				a := object.(*authorizationv1.SelfSubjectAccessReview).Spec.ResourceAttributes
				fmt.Fprintf(w, `{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","status":{"allowed":%t}}`, a.Verb != "watch" || a.Resource != "pods")
			case strings.Contains(r.URL.Path, "/authorization.k8s.io/"):
				refusal(w, http.StatusForbidden)
			default:
				refusal(w, http.StatusNotFound)
			}
		}))
		c := models.Cluster{Ref: models.ClusterRef{Name: "x"}, Kubeconfig: models.Secret(kubeconfigOf(s.URL, s, false))}
		report, err := Test(t.Context(), c, Guard{})
		if !also && (err != nil || !slices.Equal(report.Missing, []string{"watch pods"})) {
			t.Errorf("%+v, %v", report, err)
		}
		if also && (models.KindOf(err) != models.Forbidden || !strings.Contains(err.Error(), "ask what it may do")) {
			t.Errorf("%v", err)
		}
		s.Close()
	}
}

func TestByVerbs(t *testing.T) {
	got := byVerbs([]string{"list nodes", "watch nodes", "watch pods", "list pods.x", "watch pods.x", "list services", "get services/proxy"})
	if want := "list/watch nodes, pods.x; watch pods; list services; get services/proxy"; got != want {
		t.Errorf("%s", got)
	}
}
