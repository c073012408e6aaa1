package kube

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/mulebot/mulebot/models"
)

// clusterOf plays an API server that has Mayastor and denies some permissions, and a Prometheus behind its service proxy.
func clusterOf(t *testing.T, denied ...string) *httptest.Server {
	t.Helper()
	answers := map[string]string{
		"/version":                               `{"gitVersion":"v1.36.1"}`,
		"/apis/openebs.io/v1beta3":               `{"resources":[{"name":"diskpools"}]}`,
		"/apis/storage.k8s.io/v1/storageclasses": `{"kind":"StorageClassList","apiVersion":"storage.k8s.io/v1","items":[{"metadata":{"name":"mayastor-3"},"provisioner":"io.openebs.csi-mayastor"},{"metadata":{"name":"gp3"},"provisioner":"ebs.csi.aws.com"}]}`,
		"/api/v1/pods":                           `{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a","labels":{"app":"io-engine","openebs.io/version":"2.11.0"}}},{"metadata":{"name":"b","labels":{"app":"io-engine","openebs.io/version":"2.10.0"}}},{"metadata":{"name":"c","labels":{"openebs.io/version":"1.0"}}}]}`,
		"/apis/cstor.openebs.io":                 `{"versions":[{"version":"v2"},{"version":"v1alpha1"}]}`,
		"/apis/cstor.openebs.io/v2":              `{"resources":[{"name":"cstorvolumes"},{"name":"others"}]}`,
		"/api/v1/services":                       `{"kind":"ServiceList","apiVersion":"v1","items":[{"metadata":{"namespace":"storage","name":"mine-api-rest"}}]}`,
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.Contains(r.URL.Path, "/apis/authorization.k8s.io/") {
			review(t, w, r, denied)
			return
		}
		if strings.Contains(r.URL.Path, "/services/prometheus:9090/proxy/") {
			gathering(gathered)(w, r)
			return
		}
		if answer := answers[r.URL.Path]; answer != "" {
			fmt.Fprint(w, answer)
			return
		}
		refusal(w, http.StatusNotFound)
	}))
	t.Cleanup(s.Close)
	return s
}

// review answers what one may do: everything but what is denied. Of rules it lists those for reading volumes and pools alone, and says
// that there may be more.
func review(t *testing.T, w http.ResponseWriter, r *http.Request, denied []string) {
	body, _ := io.ReadAll(r.Body)
	object, _, err := scheme.Codecs.UniversalDeserializer().Decode(body, nil, nil)
	switch review := object.(type) {
	case *authorizationv1.SelfSubjectRulesReview:
		review.APIVersion, review.Kind = "authorization.k8s.io/v1", "SelfSubjectRulesReview"
		review.Status.Incomplete = true
		review.Status.ResourceRules = []authorizationv1.ResourceRule{{Verbs: []string{"list"}, APIGroups: []string{"", "openebs.io"}, Resources: []string{"persistentvolumes", "diskpools"}}}
		if review.Spec.Namespace == "storage" {
			review.Status.ResourceRules = []authorizationv1.ResourceRule{{Verbs: []string{"*"}, APIGroups: []string{""}, Resources: []string{"services/proxy"}, ResourceNames: []string{"mine-api-rest:http"}}}
		}
	case *authorizationv1.SelfSubjectAccessReview:
		a := review.Spec.ResourceAttributes
		name := permission{verb: a.Verb, group: a.Group, resource: a.Resource, subresource: a.Subresource}.String()
		if slices.Contains([]string{"list persistentvolumes", "list diskpools.openebs.io", "get services/proxy"}, name) {
			t.Errorf("it asks about %s, which is in the rules", name)
		}
		review.APIVersion, review.Kind = "authorization.k8s.io/v1", "SelfSubjectAccessReview"
		review.Status.Allowed = !slices.Contains(denied, name)
	default:
		t.Errorf("%T, %v", object, err)
	}
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(object)
}

func TestTest(t *testing.T) {
	s := clusterOf(t, "watch diskpools.openebs.io", "get nodes/proxy")
	c := models.Cluster{Ref: models.ClusterRef{Name: "x"}, Kubeconfig: models.Secret(kubeconfigOf(s.URL, s, false)), Prometheus: "monitoring/prometheus:9090"}
	report, err := Test(t.Context(), c, Guard{})
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]bool{}
	for _, p := range report.Permissions {
		answers[p.Name] = p.Allowed
		if (p.Optional != "") != (p.Name == "get nodes/proxy") {
			t.Errorf("%+v", p)
		}
	}
	want := map[string]bool{"list diskpools.openebs.io": true, "watch diskpools.openebs.io": false, "list services": true, "get services/proxy": true, "get nodes/proxy": false}
	for _, r := range resources() {
		if r.Builtin {
			want["list "+r.qualified()], want["watch "+r.qualified()] = true, true
		}
	}
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Errorf("permissions (-want +got)\n%s", diff)
	}
	found := []EngineFound{{Engine: models.Mayastor, Versions: []string{"2.10.0", "2.11.0"}, Resources: []string{"diskpools.openebs.io/v1beta3"}, Classes: []string{"mayastor-3"}},
		{Engine: models.OtherCSI, Classes: []string{"gp3"}}}
	if diff := cmp.Diff(found, report.Found); diff != "" {
		t.Errorf("engines (-want +got)\n%s", diff)
	}
	const unread = "cstorvolumes.cstor.openebs.io is there as v2 only, and read as v1: its engine is older or newer than MuleBot knows"
	if len(report.Hints) != 2 || report.Hints[1] != unread {
		t.Errorf("%q", report.Hints)
	}
	if got, want := report.Found[0].String(), "Mayastor 2.10.0, 2.11.0 (CRDs: 1 of openebs.io/v1beta3; storage classes: 1)"; got != want {
		t.Errorf("%s", got)
	}
	const line = "answers as Kubernetes v1.36.1; resource definitions of mayastor; missing permissions: watch diskpools.openebs.io; its Prometheus answers; claims whose use it tells: 1; bind the ClusterRole"
	if !strings.HasPrefix(report.String(), line) {
		t.Errorf("%s", report)
	}
}
