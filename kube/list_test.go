package kube

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/fake"

	"github.com/mulebot/mulebot/models"
)

func certificate(namespace, name, ready string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "cert-manager.io/v1", "kind": "Certificate",
		"metadata": map[string]any{"namespace": namespace, "name": name},
		"status": map[string]any{"conditions": []any{
			map[string]any{"type": "Issuing", "status": "False"}, map[string]any{"type": "Ready", "status": ready}}, "text": "two\n  lines", "long": strings.Repeat("é", 300)},
	}}
}

func TestObjectsColumns(t *testing.T) {
	resource := schema.GroupVersionResource{Group: "cert-manager.io", Version: "v1", Resource: "certificates"}
	client := fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{resource: "CertificateList"},
		certificate("shop", "web-tls", "True"), certificate("wiki", "wiki-tls", "False"))
	query := models.ObjectQuery{Group: "cert-manager.io", Version: "v1", Resource: "certificates", Limit: 100,
		Columns: []string{".metadata.name", "metadata.namespace", `{.status.conditions[?(@.type=="Ready")].status}`, ".status.missing", ".status.text", ".status.long"}}
	got, err := list(t.Context(), client, "prod", query)
	if err != nil || len(got.Rows) != 2 || got.More {
		t.Fatalf("%+v, %v", got, err)
	}
	row := got.Rows[0]
	if strings.Join(row[:5], "|") != "web-tls|shop|True||two lines" || len(row[5]) > longestCell+3 || !strings.HasSuffix(row[5], "é…") {
		t.Errorf("the row is %q", row)
	}
	query.Namespace, query.Limit = "wiki", 1
	if got, err = list(t.Context(), client, "prod", query); err != nil || len(got.Rows) != 1 || got.Rows[0][0] != "wiki-tls" {
		t.Errorf("one namespace: %+v, %v", got, err)
	}
	for _, wrong := range []models.ObjectQuery{{Namespace: "x/../../../../api/v1/secrets"}, {Namespace: ".."}, {Labels: "a in b"}, {Fields: "a~b"}, {Columns: []string{"{.a"}}, {Columns: []string{" "}}} {
		wrong.Version, wrong.Resource = "v1", "pods"
		if _, err := list(t.Context(), client, "prod", wrong); models.KindOf(err) != models.Invalid {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}

// TestObjectsOfAServer lists from a server that refuses and lacks things.
func TestObjectsOfAServer(t *testing.T) {
	var asked string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		refuse := func(code int, reason metav1.StatusReason) {
			w.WriteHeader(code)
			_ = json.NewEncoder(w).Encode(metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure", Reason: reason, Code: int32(code), Message: "t0ps3cret"})
		}
		switch r.URL.Path {
		case "/apis/example.com/v1/namespaces/shop/things":
			asked = r.Method + " " + r.URL.RawQuery
			_, _ = w.Write([]byte(`{"apiVersion":"example.com/v1","kind":"ThingList","metadata":{"continue":"more"},"items":[{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"a"}}]}`))
		case "/apis/example.com/v1/forbidden":
			refuse(http.StatusForbidden, metav1.StatusReasonForbidden)
		case "/apis/example.com/v1/unselectable":
			refuse(http.StatusBadRequest, metav1.StatusReasonBadRequest)
		default:
			refuse(http.StatusNotFound, metav1.StatusReasonNotFound)
		}
	}))
	defer server.Close()
	c := started(t, Options{Source: source(kubeconfigOf(server.URL, server, false))})
	ref := models.ClusterRef{Team: "T1", Name: "prod"}
	got, err := c.Objects(t.Context(), ref, models.ObjectQuery{Group: "example.com", Version: "v1", Resource: "things", Namespace: "shop",
		Labels: "app=x", Fields: "status.phase=Running", Columns: []string{".metadata.name"}, Limit: 1})
	if err != nil || len(got.Rows) != 1 || !got.More || asked != "GET fieldSelector=status.phase%3DRunning&labelSelector=app%3Dx&limit=1" {
		t.Errorf("%+v, %v, asked %s", got, err, asked)
	}
	for resource, want := range map[string]struct {
		kind models.ErrorKind
		says string
	}{
		"forbidden":    {models.Forbidden, "cluster prod forbids MuleBot to list `forbidden.example.com`"},
		"absent":       {models.NotFound, "cluster prod has no `absent.example.com` in version v1"},
		"unselectable": {models.Invalid, "cluster prod refuses the selector"},
	} {
		_, err := c.Objects(t.Context(), ref, models.ObjectQuery{Group: "example.com", Version: "v1", Resource: resource, Columns: []string{".a"}})
		if told, ok := errors.AsType[*models.Error](err); !ok || told.Kind != want.kind || !strings.Contains(told.Message, want.says) || told.Hint == "" || strings.Contains(told.Message+told.Hint, "t0ps3cret") {
			t.Errorf("%s: %v", resource, err)
		}
	}
	if _, err := (Offline{}).Objects(t.Context(), ref, models.ObjectQuery{Resource: "things"}); models.KindOf(err) != models.Unavailable {
		t.Errorf("a folder: %v", err)
	}
}

func FuzzCheckPath(f *testing.F) {
	for _, path := range []string{".a", "{.a[?(@.b==\"c\")].d}", "..", "{range .a[*]}{.b}{end}", "[0:", "{.a['b']}"} {
		f.Add(path)
	}
	f.Fuzz(func(_ *testing.T, path string) {
		if p, err := column(path); err == nil {
			cell(p, certificate("a", "b", "True"))
		}
	})
}
