//go:build e2e

package kube

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mulebot/mulebot/kube/kubetest"
	"github.com/mulebot/mulebot/models"
)

// With the smallest rights, MuleBot says how full volumes are as far as engines know, and how to let it know more; with the
// right to ask kubelets it knows more at once.
func TestLiveKubelets(t *testing.T) {
	s := kubetest.Start(t)
	manifests := []byte(node + volumeOf("local.csi.openebs.io") + claimText + mounted)
	s.Load(t, fstest.MapFS{"all.yaml": {Data: whole(manifests)}, "kubelet-stats/n1.json": {Data: []byte(fresh(summaryOf(8*models.GiB, 3*models.GiB)))}}, kubetest.LoadOptions{})
	bot := func(manifest string) {
		t.Helper()
		content, err := os.ReadFile(manifest)
		if err != nil {
			t.Fatal(err)
		}
		s.Apply(t, bytes.ReplaceAll(content, []byte("{kind: ServiceAccount, name: mulebot, namespace: mulebot}"), []byte("{kind: Group, name: openebs-bots, apiGroup: rbac.authorization.k8s.io}")))
	}
	bot("../deploy/rbac-readonly.yaml")
	c := live(t, map[string]string{"x": s.Restricted()}, Options{})
	inv := eventually(t, c, "x", "read without gaps", func(inv *models.Inventory) bool {
		return inv.Volume("v") != nil && len(inv.Gaps) == 0 && len(inv.UsageGaps) > 0
	})
	if v := inv.Volume("v"); v.Used.IsKnown() || !strings.Contains(v.Unmeasured, "deploy/rbac-kubelet-stats.yaml") {
		t.Errorf("forbidden: %+v", v)
	}
	cluster := models.Cluster{Ref: models.ClusterRef{Name: "x"}, Kubeconfig: models.Secret(s.Restricted())}
	kubelets := Permission{Name: "get nodes/proxy", Optional: optional}
	report, err := Test(t.Context(), cluster, Guard{})
	if err != nil || !slices.Contains(report.Permissions, kubelets) || len(report.Missing) > 0 {
		t.Errorf("%+v, %v", report, err)
	}

	bot("../deploy/rbac-kubelet-stats.yaml")
	inv = eventually(t, c, "x", "measured", func(inv *models.Inventory) bool { return inv.Volume("v").Filesystem != nil })
	if v := inv.Volume("v"); v.Used != 3*models.GiB || v.UsedSource != "the kubelet" || len(inv.UsageGaps) > 0 || inv.Claim("d", "c").Used != v.Used {
		t.Errorf("allowed: %+v, %q", v, inv.UsageGaps)
	}
	kubelets.Allowed = true
	if report, err = Test(t.Context(), cluster, Guard{}); err != nil || !slices.Contains(report.Permissions, kubelets) {
		t.Errorf("%+v, %v", report, err)
	}
}

// fresh makes an answer of a kubelet one of now.
func fresh(summary string) string {
	return strings.ReplaceAll(summary, "2026-03-01T11:59:20Z", time.Now().UTC().Format(time.RFC3339))
}

// whole adds to manifests what a real API server insists on.
func whole(manifests []byte) []byte {
	for _, edit := range [][2]string{
		{"spec: {capacity: {storage: 9Gi}", "spec: {accessModes: [ReadWriteOnce], capacity: {storage: 9Gi}"},
		{"spec: {volumeName: v}", "spec: {volumeName: v, accessModes: [ReadWriteOnce], storageClassName: \"\", resources: {requests: {storage: 9Gi}}}"},
		{"spec: {nodeName: n1,", "spec: {nodeName: n1, containers: [{name: c, image: i}],"},
		{"", "{apiVersion: v1, kind: Namespace, metadata: {name: d}}\n---\n"},
	} {
		manifests = bytes.Replace(manifests, []byte(edit[0]), []byte(edit[1]), 1)
	}
	return manifests
}
