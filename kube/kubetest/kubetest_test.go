package kubetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

var env Env

func TestMain(m *testing.M) { os.Exit(env.Main(m)) }

func config(t *testing.T, kubeconfig string) *rest.Config {
	t.Helper()
	c, err := clientcmd.RESTConfigFromKubeConfig([]byte(kubeconfig))
	if err != nil {
		t.Fatal(err)
	}
	c.QPS = -1
	return c
}

func clientFor(t *testing.T, kubeconfig string) dynamic.Interface {
	t.Helper()
	d, err := dynamic.NewForConfig(config(t, kubeconfig))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func core(name string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Version: "v1", Resource: name}
}

const manifests = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
status:
  phase: Pending
---
apiVersion: openebs.io/v1beta3
kind: DiskPool
metadata: {name: pool-1, namespace: shop}
spec: {node: n1, disks: [/dev/sdb]}
status:
  status: Online
  conditions: [{type: PoolReady, status: "True", lastTransitionTime: "2026-01-01T08:00:00Z"}]
---
apiVersion: v1
kind: Service
metadata: {name: openebs-api-rest, namespace: shop, labels: {app: api-rest}}
spec: {ports: [{name: http, port: 8081}]}
---
apiVersion: v1
kind: Event
metadata: {name: data.1, namespace: shop}
involvedObject: {kind: PersistentVolumeClaim, name: data, namespace: shop}
reason: ProvisioningFailed
lastTimestamp: "2026-01-01T09:00:00Z"
`

func folder() fstest.MapFS {
	return fstest.MapFS{
		"all.yaml":                    {Data: []byte(manifests)},
		"mayastor-rest/volumes.json":  {Data: []byte(`{"entries":[{"spec":{"uuid":"a"}},{"spec":{"uuid":"b"}},{"spec":{"uuid":"c"}}]}`)},
		"mayastor-rest/pools.json":    {Data: []byte(`[{"id":"pool-1"}]`)},
		"mayastor-rest/replicas.json": {Data: []byte(`[]`)},
	}
}

func TestLoad(t *testing.T) {
	s := env.Cluster(t, "load")
	if n := s.Load(t, folder(), LoadOptions{Shift: true}); n != 5 {
		t.Errorf("Load said %d objects, want 5", n)
	}
	d, ctx := clientFor(t, s.Kubeconfig()), t.Context()

	claim, err := d.Resource(core("persistentvolumeclaims")).Namespace("shop").Get(ctx, "data", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := claim.Object["status"].(map[string]any); status["phase"] != "Pending" {
		t.Errorf("the claim's status is %v", status)
	}
	pool, err := d.Resource(schema.GroupVersionResource{Group: "openebs.io", Version: "v1beta3", Resource: "diskpools"}).Namespace("shop").Get(ctx, "pool-1", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := pool.Object["status"].(map[string]any); status["status"] != "Online" {
		t.Errorf("the DiskPool's status is %v", status)
	}
	event, err := d.Resource(core("events")).Namespace("shop").Get(ctx, "data.1", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	last, err := time.Parse(time.RFC3339, event.Object["lastTimestamp"].(string))
	if err != nil || time.Since(last) > time.Minute || time.Since(last) < -time.Minute {
		t.Errorf("the newest timestamp was moved to %v (%v), want now", last, err)
	}
	if uid := claim.GetUID(); uid == "" {
		t.Error("no uid: this is no API server")
	}
}

func TestLoadStrict(t *testing.T) {
	s := env.Cluster(t, "load")
	_, err := s.load(t.Context(), fstest.MapFS{"a.yaml": {Data: []byte(
		"apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\nspec: {finalisers: [kubernetes]}\n")}}, LoadOptions{})
	if err == nil || !strings.Contains(err.Error(), "finalisers") {
		t.Errorf("a field that does not exist: %v", err)
	}
	if _, err = s.load(t.Context(), fstest.MapFS{"a.yaml": {Data: []byte("kind: Namespace\n")}}, LoadOptions{}); err == nil {
		t.Error("an object without a name was loaded")
	}
}

func TestClustersAreApart(t *testing.T) {
	a, b := env.Cluster(t, "load"), env.Cluster(t, "quarry")
	a.Apply(t, []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: only-a}\n"))
	if _, err := clientFor(t, a.Kubeconfig()).Resource(core("namespaces")).Get(t.Context(), "only-a", metav1.GetOptions{}); err != nil {
		t.Error(err)
	}
	if _, err := clientFor(t, b.Kubeconfig()).Resource(core("namespaces")).Get(t.Context(), "only-a", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		t.Errorf("the other cluster has it too: %v", err)
	}
	if env.Cluster(t, "load") != a {
		t.Error("the same name gave another server")
	}
}

const proxyRole = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: rest, namespace: shop}
rules: [{apiGroups: [""], resources: [services/proxy], resourceNames: ["openebs-api-rest:http"], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: rest, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: rest}
subjects: [{kind: Group, name: openebs-bots, apiGroup: rbac.authorization.k8s.io}]
`

func TestMayastorREST(t *testing.T) {
	s := env.Cluster(t, "load")
	s.Load(t, folder(), LoadOptions{})
	get := func(kubeconfig, path string) (int, string) {
		t.Helper()
		c := config(t, kubeconfig)
		transport, err := rest.HTTPClientFor(c)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := transport.Get(c.Host + "/api/v1/namespaces/shop/services/" + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	const v0 = "openebs-api-rest:http/proxy/v0/"
	if code, _ := get(s.Restricted(), v0+"pools"); code != http.StatusForbidden {
		t.Errorf("without rights: %d, want 403", code)
	}
	s.Apply(t, []byte(proxyRole))
	err := wait.PollUntilContextTimeout(t.Context(), 20*time.Millisecond, 10*time.Second, true, func(context.Context) (bool, error) {
		code, _ := get(s.Restricted(), v0+"pools") // RBAC follows its objects with a little delay
		return code == http.StatusOK, nil
	})
	if err != nil {
		t.Fatalf("with rights: %v", err)
	}
	nobody := strings.Replace(s.Kubeconfig(), s.pki.admin, "wrong", 1)
	for _, test := range []struct {
		kubeconfig, path string
		code             int
		body             string
	}{
		{s.Kubeconfig(), v0 + "volumes", 400, "max_entries"},
		{s.Kubeconfig(), v0 + "volumes?max_entries=0", 200, `{"entries":[{"spec":{"uuid":"a"}},{"spec":{"uuid":"b"}},{"spec":{"uuid":"c"}}]}`},
		{s.Kubeconfig(), v0 + "volumes?max_entries=2", 200, `{"entries":[{"spec":{"uuid":"a"}},{"spec":{"uuid":"b"}}],"next_token":2}`},
		{s.Kubeconfig(), v0 + "volumes?max_entries=2&starting_token=2", 200, `{"entries":[{"spec":{"uuid":"c"}}]}`},
		{s.Kubeconfig(), v0 + "volumes/b", 200, `{"spec":{"uuid":"b"}}`},
		{s.Kubeconfig(), v0 + "volumes/z", 404, "not found"},
		{s.Kubeconfig(), v0 + "pools", 200, `[{"id":"pool-1"}]`},
		{s.Kubeconfig(), v0 + "pools/pool-1", 200, `{"id":"pool-1"}`},
		{s.Kubeconfig(), v0 + "replicas", 200, `[]`},
		{s.Restricted(), v0 + "pools", 200, `pool-1`},
		{s.Restricted(), "http:openebs-api-rest:http/proxy/v0/pools", 403, "forbidden"}, // another resourceName
		{nobody, v0 + "pools", 401, "Unauthorized"},
		{s.Kubeconfig(), "other:http/proxy/v0/pools", 404, "services"}, // the API server itself answers
	} {
		if code, body := get(test.kubeconfig, test.path); code != test.code || !strings.Contains(body, test.body) {
			t.Errorf("GET %s: %d %s, want %d %s", test.path, code, body, test.code, test.body)
		}
	}
}

func TestFaults(t *testing.T) {
	s := Start(t)
	s.Apply(t, []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: kept}\n"))
	d := clientFor(t, s.Kubeconfig())
	get := func(limit time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		_, err := d.Resource(core("namespaces")).Get(ctx, "kept", metav1.GetOptions{})
		return err
	}
	if err := get(10 * time.Second); err != nil {
		t.Fatal(err)
	}
	s.SetDelay(time.Hour)
	if err := get(200 * time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("delayed: %v", err)
	}
	s.SetDelay(0)
	s.Pause(t)
	if err := get(200 * time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("paused: %v", err)
	}
	s.Resume(t)
	if err := get(10 * time.Second); err != nil {
		t.Errorf("resumed: %v", err)
	}
	watch, err := d.Resource(core("namespaces")).Watch(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, open := <-watch.ResultChan(); !open {
		t.Error("the watch ended while the API server ran")
	}
	s.Stop()
	for range watch.ResultChan() { // ends, since Stop breaks the connection
	}
	if err := get(10 * time.Second); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("stopped: %v", err)
	}
	s.Restart(t)
	if err := get(10 * time.Second); err != nil {
		t.Errorf("after Stop and Restart, with the same kubeconfig: %v", err)
	}
}

// Copies differ from their prototype in what alike says and in their UIDs, and the prototype is gone.
func TestMultiply(t *testing.T) {
	s := env.Cluster(t, "many")
	s.Apply(t, []byte("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"))
	volume := `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv-99}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /99}}, status: {phase: Available}}`
	s.Multiply(t, []byte(volume), 99, 10, 60, func(i int) []string { return []string{fmt.Sprintf("-%d", i), fmt.Sprintf("/%d", i)} })
	list, err := clientFor(t, s.Kubeconfig()).Resource(core("persistentvolumes")).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	uids := map[string]bool{}
	for _, v := range list.Items {
		uids[string(v.GetUID())] = true
		path, _, _ := unstructured.NestedString(v.Object, "spec", "hostPath", "path")
		if "pv-"+strings.TrimPrefix(path, "/") != v.GetName() || v.GetName() == "pv-99" {
			t.Errorf("%s has the path %s", v.GetName(), path)
		}
	}
	if len(list.Items) != 50 || len(uids) != 50 {
		t.Errorf("%d volumes with %d UIDs, want 50", len(list.Items), len(uids))
	}
	if err := s.multiply(t.Context(), []byte(volume), 99, 100, 101, func(i int) []string { return []string{fmt.Sprintf("-%d", i)} }); err == nil {
		t.Error("a text of another length was accepted")
	}
}
