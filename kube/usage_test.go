package kube

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mulebot/mulebot/models"
)

const (
	mounted = "{apiVersion: v1, kind: Pod, metadata: {namespace: d, name: p}, spec: {nodeName: n1, volumes: [{name: data, persistentVolumeClaim: {claimName: c}}]}, status: {phase: Running}}\n---\n"
	local   = "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v, annotations: {pv.kubernetes.io/provisioned-by: openebs.io/local}, labels: {openebs.io/cas-type: local-hostpath}}, spec: {capacity: {storage: 9Gi}, claimRef: {namespace: d, name: c}, local: {path: /var/openebs/local/v}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [n1]}]}]}}}, status: {phase: Bound}}\n---\n"
)

// summaryOf is the answer of the kubelet of n1 that knows claim d/c.
func summaryOf(size, used models.Bytes) string {
	return fmt.Sprintf(`{"node": {"nodeName": "n1"}, "pods": [{"volume": [{"time": "2026-03-01T11:59:20Z", "capacityBytes": %d, "usedBytes": %d, "availableBytes": %d, "pvcRef": {"namespace": "d", "name": "c"}}]}]}`,
		size, used, size-used)
}

// Every volume has a use, with its source and its time, or a reason why nobody knows it.
func TestUsageOffline(t *testing.T) {
	thin := volumeOf("io.openebs.csi-mayastor")
	rest := `[{"spec": {"uuid": "v", "num_replicas": 1, "size": 9663676416, "thin": true}, "state": {"status": "Online", "usage": {"allocated": 5368709120}, "replica_topology": {"r": {"node": "n1", "pool": "p", "state": "Online", "child-status": "Online", "usage": {"allocated": 5368709120}}}}}]`
	tests := []struct {
		name            string
		manifests, stat string
		used, allocated models.Bytes
		source, why     string
	}{
		{"measured", node + volumeOf("local.csi.openebs.io") + claimText + mounted, summaryOf(8*models.GiB, 3*models.GiB), 3 * models.GiB, 0, "the kubelet", ""},
		{"measured, and allocated by its engine", node + thin + claimText + mounted, summaryOf(8*models.GiB, 3*models.GiB), 3 * models.GiB, 5 * models.GiB, "the kubelet", ""},
		{"allocated by its engine only", node + thin + claimText, summaryOf(0, 0), 5 * models.GiB, 0, "what Mayastor has allocated for it", ""},
		{"hostpath, with the kubelet's figures of its node", node + local + claimText + mounted, summaryOf(100*models.GiB, 40*models.GiB), models.UnknownBytes, 0, "",
			"the volume is a folder in a file system of its node, and nobody measures the folder alone; what the kubelet tells is of that whole file system, which all of its folders share: 40 GiB of 100 GiB used, 60 GiB free"},
		{"hostpath in a small file system, which is not its own either", node + local + claimText + mounted, summaryOf(8*models.GiB, 4*models.GiB), models.UnknownBytes, 0, "", "of that whole file system"},
		{"hostpath without", node + local + claimText + mounted, "", models.UnknownBytes, 0, "", "nobody measures the folder alone; du in its pod would tell"},
		{"a file system larger than the volume", node + volumeOf("nfs.csi.k8s.io") + claimText + mounted, summaryOf(100*models.GiB, 40*models.GiB), models.UnknownBytes, 0, "", "the kubelet tells of a file system of 100 GiB, which is larger than the volume and so not its own"},
		{"a raw block device", node + strings.Replace(volumeOf("local.csi.openebs.io"), "spec: {", "spec: {volumeMode: Block, ", 1) + claimText + mounted, summaryOf(8*models.GiB, models.GiB), models.UnknownBytes, 0, "", "raw block device"},
		{"unclaimed", node + volumeOf("local.csi.openebs.io") + strings.Replace(claimText, "name: c", "name: other", 1), summaryOf(8*models.GiB, models.GiB), models.UnknownBytes, 0, "", "no claim is bound to it"},
		{"no pod", node + volumeOf("local.csi.openebs.io") + claimText + strings.NewReplacer("claimName: c", "claimName: other").Replace(mounted), "", models.UnknownBytes, 0, "", "no pod mounts it"},
		{"pods that were not read", node + volumeOf("local.csi.openebs.io") + claimText, "", models.UnknownBytes, 0, "", "pods could not be read"},
		{"no pod that runs", node + volumeOf("local.csi.openebs.io") + claimText + strings.Replace(mounted, "Running", "Pending", 1), "", models.UnknownBytes, 0, "", "no pod that mounts it runs"},
		{"a node that is down", strings.Replace(node, `"True"`, `"False"`, 1) + volumeOf("local.csi.openebs.io") + claimText + mounted, "", models.UnknownBytes, 0, "", "node `n1` is NotReady, so that no kubelet tells"},
		{"no answer of its kubelet", node + volumeOf("local.csi.openebs.io") + claimText + mounted, "", models.UnknownBytes, 0, "", "the folder holds no answer of the kubelet of node `n1` (kubelet-stats/n1.json)"},
		{"an answer without it", node + volumeOf("local.csi.openebs.io") + claimText + mounted, `{"node": {"nodeName": "n1"}}`, models.UnknownBytes, 0, "", "the kubelet of node `n1` tells nothing of it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := fstest.MapFS{"all.yaml": {Data: []byte(test.manifests)}, "mayastor-rest/volumes.json": {Data: []byte(rest)}}
			if test.stat != "" {
				files["kubelet-stats/n1.json"] = &fstest.MapFile{Data: []byte(test.stat)}
			}
			inv, err := ReadDir("c", files, noon)
			if err != nil {
				t.Fatal(err)
			}
			v := inv.Volume("v")
			if told := len(inv.UsageGaps) > 0; told != strings.Contains(test.why, "the folder holds no answer") {
				t.Errorf("gaps of usage %q", inv.UsageGaps)
			}
			if v.Used != test.used || v.Allocated != test.allocated || v.UsedSource != test.source {
				t.Errorf("used %s (%s), allocated %s", v.Used, v.UsedSource, v.Allocated)
			}
			if (test.why == "") != (v.Unmeasured == "") || !strings.Contains(v.Unmeasured, test.why) {
				t.Errorf("unmeasured: %q, want %q", v.Unmeasured, test.why)
			}
			if v.Filesystem != nil && (v.Filesystem.At.Format(time.TimeOnly) != "11:59:20" || v.Capacity() != 8*models.GiB || v.Free() != 5*models.GiB) {
				t.Errorf("%+v", v.Filesystem)
			}
			if c := inv.Claim("d", "c"); c != nil && (c.Used != v.Used || c.Filesystem != v.Filesystem) {
				t.Errorf("its claim: %+v", c)
			}
		})
	}
}

// A summary of a kubelet counts as one in any folder, and its time for that of the inventory.
func TestReadDirFindsSummaries(t *testing.T) {
	content, err := os.ReadFile("testdata/kubelet/summary.json")
	if err != nil {
		t.Fatal(err)
	}
	inv, err := ReadDir("c", fstest.MapFS{"all.yaml": {Data: []byte(node + volumeOf("local.csi.openebs.io") + strings.Replace(claimText, "spec: {", "spec: {resources: {requests: {storage: 10Gi}}, ", 1) + mounted)},
		"bundle/nodes/n1/stats-summary.json": {Data: content}}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if v := inv.Volume("v"); v.Used != 4508876800 || !inv.AsOf.Equal(time.Date(2026, 3, 1, 11, 59, 20, 0, time.UTC)) {
		t.Errorf("used %s as of %s: %s", v.Used, inv.AsOf, v.Unmeasured)
	}
}

// What live sources tell, and what they do not.
func TestUsageOf(t *testing.T) {
	fs := func(source string, used models.Bytes, minute int) models.Filesystem {
		return models.Filesystem{Size: 8 * models.GiB, Used: used, Free: 8*models.GiB - used, At: noon.Add(-time.Duration(minute) * time.Minute), Source: source}
	}
	kubelet := func(f models.Filesystem) *Summary { return &Summary{Claims: map[string]models.Filesystem{"d/c": f}} }
	tests := []struct {
		name        string
		usage       *Usage
		used        models.Bytes
		source, why string
		gap         string
	}{
		{"nobody was asked", nil, models.UnknownBytes, "", "no kubelet was asked", ""},
		{"the newest of two kubelets", &Usage{Kubelets: map[string]*Summary{"n1": kubelet(fs(fromKubelet, 3, 2)), "n2": kubelet(fs(fromKubelet, 4, 1))}}, 4, fromKubelet, "", ""},
		{"the kubelet before Prometheus", &Usage{Kubelets: map[string]*Summary{"n1": kubelet(fs(fromKubelet, 3, 2))}, Prometheus: map[string]models.Filesystem{"d/c": fs(fromPrometheus, 5, 1)}}, 3, fromKubelet, "", ""},
		{"Prometheus alone", &Usage{Forbidden: true, Prometheus: map[string]models.Filesystem{"d/c": fs(fromPrometheus, 5, 1)}}, 5, fromPrometheus, "", ""},
		{"forbidden", &Usage{Forbidden: true}, models.UnknownBytes, "", "get on `nodes/proxy`; deploy/rbac-kubelet-stats.yaml allows it", "deploy/rbac-kubelet-stats.yaml"},
		{"silent", &Usage{Silent: map[string]string{"n1": "no answer in time"}}, models.UnknownBytes, "", "the kubelet of node `n1` does not tell: no answer in time", "the kubelet of node n1"},
		{"many silent", &Usage{Silent: map[string]string{"n1": "x", "n2": "x", "n3": "x", "n4": "x", "n5": "x", "n6": "x"}}, models.UnknownBytes, "", "does not tell: x", "the kubelets of 6 nodes do not tell how full file systems are (n1, n2, n3, n4, n5 and 1 more): x"},
		{"both fail", &Usage{Silent: map[string]string{"n1": "x"}, Failed: "it answers with 401 Unauthorized"}, models.UnknownBytes, "", "nor does Prometheus: it answers with 401", "Prometheus does not tell"},
		{"unknown to both", &Usage{Kubelets: map[string]*Summary{"n1": {}}, Prometheus: map[string]models.Filesystem{}}, models.UnknownBytes, "", "tells nothing of it, nor does Prometheus", ""},
		{"not asked yet", &Usage{}, models.UnknownBytes, "", "the kubelet of node `n1` was not asked yet", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := reader{kinds: map[string]string{"Node": "", "PersistentVolume": "", "PersistentVolumeClaim": "", "Pod": ""}, at: map[string]int{}}
			if err := r.yaml("x", []byte(node+volumeOf("local.csi.openebs.io")+claimText+mounted)); err != nil {
				t.Fatal(err)
			}
			o := r.sort()
			o.Usage = test.usage
			inv := Build("c", o, noon)
			v := inv.Volume("v")
			if v.Used != test.used || v.UsedSource != test.source || !strings.Contains(v.Unmeasured, test.why) || (v.Unmeasured == "") != (test.why == "") {
				t.Errorf("used %s (%q), unmeasured %q", v.Used, v.UsedSource, v.Unmeasured)
			}
			if gaps := strings.Join(inv.UsageGaps, "\n"); !strings.Contains(gaps, test.gap) || (gaps == "") != (test.gap == "") || len(inv.Gaps) > 0 {
				t.Errorf("gaps %q of usage, %q of all", gaps, inv.Gaps)
			}
		})
	}
}
