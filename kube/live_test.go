//go:build e2e

package kube

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/kube/kubetest"
	"github.com/mulebot/mulebot/models"
)

var env kubetest.Env

func TestMain(m *testing.M) { os.Exit(env.Main(m)) }

// sample is a small cluster with every engine.
func sample() fs.FS { return os.DirFS("testdata/cluster") }

// loaded returns a server that holds the sample and is not stopped.
func loaded(t *testing.T) *kubetest.Server {
	t.Helper()
	s := env.Cluster(t, "shared")
	s.Load(t, sample(), kubetest.LoadOptions{})
	return s
}

// live runs Clusters over kubeconfigs by cluster name, until the test ends.
func live(t *testing.T, kubeconfigs map[string]string, o Options) *Clusters {
	t.Helper()
	o.Source = func(_ context.Context, ref models.ClusterRef) (models.Cluster, error) {
		content, ok := kubeconfigs[ref.Name]
		if !ok {
			return models.Cluster{}, &models.Error{Kind: models.NotFound, Message: "there is no such cluster"}
		}
		return models.Cluster{Ref: ref, Kubeconfig: models.Secret(content)}, nil
	}
	o.Log = zerolog.Nop()
	if o.SyncTimeout == 0 {
		o.SyncTimeout = 30 * time.Second // the machine may be busy
	}
	o.Probe, o.Poll, o.Measure, o.MinBuild = 300*time.Millisecond, 300*time.Millisecond, 300*time.Millisecond, 10*time.Millisecond
	c := New(o)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return c
}

func ask(t *testing.T, c *Clusters, name string) *models.Inventory {
	t.Helper()
	inv, err := c.Inventory(t.Context(), models.ClusterRef{Team: "T1", Name: name})
	if err != nil {
		t.Fatalf("inventory of %s: %v", name, err)
	}
	return inv
}

// eventually asks until the inventory is as wanted.
func eventually(t *testing.T, c *Clusters, name, what string, wanted func(*models.Inventory) bool) *models.Inventory {
	t.Helper()
	var inv *models.Inventory
	var err error
	for start := time.Now(); time.Since(start) < 60*time.Second; pause(t.Context(), 20*time.Millisecond) {
		inv, err = c.Inventory(t.Context(), models.ClusterRef{Team: "T1", Name: name})
		if err == nil && wanted(inv) {
			return inv
		}
	}
	t.Fatalf("%s: never %s; last: %+v, %v", name, what, inv, err)
	return nil
}

func TestLiveIsAsOffline(t *testing.T) {
	sameLive(t, "x", loaded(t), sample())
}

// The larger sample clusters, with the real custom resource definitions, where they are there.
func TestSharedLiveIsAsOffline(t *testing.T) {
	for _, name := range []string{"prod-east", "staging"} {
		if given(t, name) != nil {
			s := kubetest.Start(t)
			files := os.DirFS(shared + "clusters/" + name)
			s.Load(t, files, kubetest.LoadOptions{CRDs: os.DirFS(shared + "crds")})
			sameLive(t, name, s, files)
		}
	}
}

// sameLive compares what a server tells with what the folder tells that was loaded into it.
func sameLive(t *testing.T, name string, s *kubetest.Server, files fs.FS) {
	t.Helper()
	want, err := ReadDir(name, files, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	got := ask(t, live(t, map[string]string{name: s.Kubeconfig()}, Options{}), name)
	if got.Cluster != name || got.Stale != nil || time.Since(got.AsOf) > time.Minute || got.Version == "" {
		t.Errorf("%s: as of %s, version %q, stale %v", got.Cluster, got.AsOf, got.Version, got.Stale)
	}
	options := cmp.Options{
		// A server has namespaces of its own, and says of a kind that it has none, which a folder without the kind does not.
		cmpopts.IgnoreFields(models.Inventory{}, "AsOf", "Version", "Namespaces", "Unread", "UsageGaps", "Absent"),
		cmpopts.IgnoreFields(models.Volume{}, "Unmeasured"), // a server without kubelets says so, a folder that it holds no answer
		cmpopts.IgnoreFields(models.Detail{}, "Since"),      // of a pod or a volume that was made is when the server made it
		cmpopts.EquateEmpty(),
		cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Created" }, cmp.Ignore()), // the server's
	}
	if diff := cmp.Diff(want, got, options); diff != "" {
		t.Errorf("%s: live (+) is not as offline (-):\n%s", name, diff)
	}
}

func TestLiveUpdateIsSeen(t *testing.T) {
	s := loaded(t)
	c := live(t, map[string]string{"x": s.Kubeconfig()}, Options{})
	before := ask(t, c, "x")
	if again := ask(t, c, "x"); &again.Volumes[0] != &before.Volumes[0] {
		t.Error("the inventory was built anew though nothing changed")
	}
	node := before.Nodes[0].Name
	client := kubernetes.NewForConfigOrDie(s.Config())
	cordon := func(to string) {
		_, err := client.CoreV1().Nodes().Patch(t.Context(), node, types.StrategicMergePatchType, []byte(`{"spec":{"unschedulable":`+to+`}}`), metav1.PatchOptions{})
		if err != nil {
			t.Fatal(err)
		}
	}
	cordon("true")
	eventually(t, c, "x", "cordoned", func(inv *models.Inventory) bool { return inv.Nodes[0].Cordoned })
	cordon("false")
	eventually(t, c, "x", "uncordoned", func(inv *models.Inventory) bool { return !inv.Nodes[0].Cordoned })
}

func TestLiveForbidden(t *testing.T) {
	s := kubetest.Start(t)
	s.Load(t, sample(), kubetest.LoadOptions{})
	s.Apply(t, []byte(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: some}
rules: [{apiGroups: [""], resources: [persistentvolumes, persistentvolumeclaims, nodes], verbs: [list, watch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: some}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: some}
subjects: [{kind: Group, name: openebs-bots, apiGroup: rbac.authorization.k8s.io}]
`))
	c := live(t, map[string]string{"x": s.Restricted()}, Options{})
	inv := ask(t, c, "x")
	if len(inv.Volumes) == 0 || len(inv.Nodes) == 0 {
		t.Errorf("%d volumes and %d nodes", len(inv.Volumes), len(inv.Nodes))
	}
	if !slices.ContainsFunc(inv.Gaps, func(s string) bool {
		return strings.Contains(s, "`pods`") && strings.Contains(s, "RBAC forbids MuleBot the verb list") && strings.Contains(s, "deploy/rbac-readonly.yaml")
	}) {
		t.Errorf("no gap names pods: %q", inv.Gaps)
	}
	report, err := Test(t.Context(), models.Cluster{Ref: models.ClusterRef{Name: "x"}, Kubeconfig: models.Secret(s.Restricted())}, Guard{})
	if err != nil || !slices.Contains(report.Missing, "watch pods") || slices.Contains(report.Missing, "list nodes") || len(report.Hints) == 0 {
		t.Errorf("%+v, %v", report, err)
	}

	manifest, err := os.ReadFile("../deploy/rbac-readonly.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s.Apply(t, bytes.ReplaceAll(manifest, []byte("{kind: ServiceAccount, name: mulebot, namespace: mulebot}"), []byte("{kind: Group, name: openebs-bots, apiGroup: rbac.authorization.k8s.io}")))
	full := eventually(t, c, "x", "without gaps", func(inv *models.Inventory) bool { return len(inv.Gaps) == 0 })
	offline, err := ReadDir("x", sample(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if len(full.Pods) != len(offline.Pods) || len(full.Pools) != len(offline.Pools) {
		t.Errorf("%d pods and %d pools with the rights of deploy/, %d and %d offline", len(full.Pods), len(full.Pools), len(offline.Pods), len(offline.Pools))
	}
	if report, err = Test(t.Context(), models.Cluster{Kubeconfig: models.Secret(s.Restricted())}, Guard{}); err != nil || len(report.Missing) != 0 {
		t.Errorf("with the rights of deploy/: %+v, %v", report, err)
	}
}

func TestLiveOutage(t *testing.T) {
	s := kubetest.Start(t)
	s.Load(t, sample(), kubetest.LoadOptions{})
	c := live(t, map[string]string{"x": s.Kubeconfig()}, Options{})
	before := ask(t, c, "x")
	s.Stop()
	stale := eventually(t, c, "x", "stale", func(inv *models.Inventory) bool { return inv.Stale != nil })
	var told *models.Error
	if !errors.As(stale.Stale, &told) || told.Kind != models.Unavailable || !strings.Contains(told.Message, "cluster x does not answer since") || told.Hint == "" {
		t.Errorf("stale: %#v", stale.Stale)
	}
	if len(stale.Volumes) != len(before.Volumes) || stale.AsOf.After(time.Now()) || stale.AsOf.Before(before.AsOf.Add(-time.Second)) {
		t.Errorf("%d volumes as of %s; before %d as of %s", len(stale.Volumes), stale.AsOf, len(before.Volumes), before.AsOf)
	}
	s.Restart(t)
	eventually(t, c, "x", "fresh again", func(inv *models.Inventory) bool { return inv.Stale == nil && len(inv.Gaps) == 0 })
	client := kubernetes.NewForConfigOrDie(s.Config())
	if err := client.CoreV1().Nodes().Delete(t.Context(), before.Nodes[0].Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, c, "x", "without the node", func(inv *models.Inventory) bool { return len(inv.Nodes) == len(before.Nodes)-1 })
}

func TestLiveHangDelaysNobodyElse(t *testing.T) {
	hung := kubetest.Start(t)
	well := loaded(t)
	hung.Pause(t)
	defer hung.Resume(t)
	c := live(t, map[string]string{"hung": hung.Kubeconfig(), "well": well.Kubeconfig()}, Options{SyncTimeout: time.Second})
	failed := make(chan error, 1)
	go func() {
		_, err := c.Inventory(t.Context(), models.ClusterRef{Team: "T1", Name: "hung"})
		failed <- err
	}()
	eventually(t, c, "well", "read", func(inv *models.Inventory) bool { return len(inv.Volumes) > 0 })
	if err := <-failed; models.KindOf(err) != models.Unavailable {
		t.Errorf("hung: %v", err)
	}
}

func TestLiveSharing(t *testing.T) {
	s := loaded(t)
	c := live(t, map[string]string{"mine": s.Kubeconfig(), "yours": strings.ReplaceAll(s.Kubeconfig(), "name: ", "name:  ")}, Options{})
	mine, yours := ask(t, c, "mine"), ask(t, c, "yours")
	if mine.Cluster != "mine" || yours.Cluster != "yours" || &mine.Volumes[0] != &yours.Volumes[0] {
		t.Errorf("%s and %s do not share what they know", mine.Cluster, yours.Cluster)
	}
	c.Forget(models.ClusterRef{Team: "T1", Name: "mine"})
	if again := ask(t, c, "yours"); &again.Volumes[0] != &yours.Volumes[0] {
		t.Error("forgetting one of two cut off the other")
	}
	c.Forget(models.ClusterRef{Team: "T1", Name: "yours"})
	if n := len(c.connections); n != 0 {
		t.Errorf("%d connections left", n)
	}
}

func TestLiveIdle(t *testing.T) {
	s := loaded(t)
	c := live(t, map[string]string{"x": s.Kubeconfig()}, Options{Idle: 500 * time.Millisecond})
	ask(t, c, "x")
	for start := time.Now(); ; pause(t.Context(), 20*time.Millisecond) {
		c.mu.Lock()
		n := len(c.connections)
		c.mu.Unlock()
		if n == 0 {
			break
		}
		if time.Since(start) > 20*time.Second {
			t.Fatal("an idle cluster was not let go")
		}
	}
	ask(t, c, "x")
}

func TestLiveNewCRD(t *testing.T) {
	s := kubetest.Start(t)
	c := live(t, map[string]string{"x": s.Kubeconfig()}, Options{Discover: 300 * time.Millisecond})
	if inv := ask(t, c, "x"); len(inv.Engines) != 0 || !slices.Contains(inv.Absent, diskPools) || slices.Contains(inv.Absent, "pods") || len(inv.Gaps) > 0 {
		t.Errorf("an empty cluster: engines %v, absent %v, gaps %q", inv.Engines, inv.Absent, inv.Gaps)
	}
	s.Load(t, sample(), kubetest.LoadOptions{})
	inv := eventually(t, c, "x", "with pools", func(inv *models.Inventory) bool { return len(inv.Pools) > 0 })
	if slices.Contains(inv.Absent, diskPools) {
		t.Errorf("still absent: %v", inv.Absent)
	}
}

// TestLiveImpersonation asks a cluster as the stand-ins of roles, of which the cluster lets operators see everything and viewers
// nothing.
func TestLiveImpersonation(t *testing.T) {
	s := kubetest.Start(t)
	s.Load(t, sample(), kubetest.LoadOptions{})
	account := []byte("{kind: ServiceAccount, name: mulebot, namespace: mulebot}")
	bots := []byte("{kind: Group, name: openebs-bots, apiGroup: rbac.authorization.k8s.io}")
	kubeconfig := models.Secret(s.Restricted())
	cluster := models.Cluster{Ref: models.ClusterRef{Team: "T1", Name: "x"}, Kubeconfig: kubeconfig, Impersonate: true}
	if _, err := Test(t.Context(), cluster, Guard{}); models.KindOf(err) != models.Forbidden || !strings.Contains(err.Error(), "impersonate") {
		t.Errorf("an account that may not impersonate: %v", err)
	}
	for _, name := range []string{"readonly", "impersonate"} {
		manifest, err := os.ReadFile("../deploy/rbac-" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if name == "impersonate" { // the account by itself sees nothing
			manifest = bytes.ReplaceAll(manifest, account, bots)
		}
		s.Apply(t, bytes.ReplaceAll(manifest, []byte(`{kind: Group, name: "mulebot:viewer"`), []byte(`{kind: Group, name: "mulebot:operator"`)))
	}
	c := live(t, nil, Options{})
	c.options.Source = func(context.Context, models.ClusterRef) (models.Cluster, error) { return cluster, nil }
	for role, want := range map[models.Role]bool{"": false, models.Viewer: false, models.Operator: true, models.Admin: true} {
		inv, err := c.Inventory(t.Context(), models.ClusterRef{Team: "T1", Name: "x", As: role})
		if err != nil {
			t.Fatal(err)
		}
		if sees := len(inv.Volumes) > 0; sees != want || !want && len(inv.Gaps) == 0 {
			t.Errorf("as %q: %d volumes, gaps %q", role, len(inv.Volumes), inv.Gaps)
		}
	}
	if does, err := c.Impersonates(t.Context(), models.ClusterRef{Team: "T1", Name: "x"}); err != nil || !does {
		t.Errorf("%v, %v", does, err)
	}
}
