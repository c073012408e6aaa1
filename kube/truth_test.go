package kube

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mulebot/mulebot/models"
)

// readManifests builds the inventory of a few manifests.
func readManifests(t *testing.T, manifests string) *models.Inventory {
	t.Helper()
	inv, err := ReadDir("x", fstest.MapFS{"all.yaml": {Data: []byte(manifests)}}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

const lostNode = `
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {conditions: [{type: Ready, status: Unknown, lastTransitionTime: "2026-03-01T07:00:00Z"}]}
---
`

// TestSinceLost: an engine's word is as old as it says, and what contradicts it as old as the loss.
func TestSinceLost(t *testing.T) {
	inv := readManifests(t, lostNode+`
apiVersion: v1
kind: PersistentVolume
metadata: {name: pvc-1}
spec: {capacity: {storage: 1Gi}, csi: {driver: cstor.csi.openebs.io, volumeHandle: pvc-1}}
status: {phase: Bound}
---
apiVersion: cstor.openebs.io/v1
kind: CStorVolume
metadata: {name: pvc-1, namespace: openebs}
spec: {replicationFactor: 1, consistencyFactor: 1}
status: {phase: Healthy, lastTransitionTime: "2026-01-01T00:00:00Z"}
---
apiVersion: cstor.openebs.io/v1
kind: CStorVolumeReplica
metadata:
  name: pvc-1-p
  labels: {openebs.io/persistent-volume: pvc-1, cstorpoolinstance.openebs.io/name: p}
  annotations: {cstorpoolinstance.openebs.io/hostname: n1}
status: {phase: Healthy, lastTransitionTime: "2026-01-01T00:00:00Z"}
`)
	lost, entered := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	v := inv.Volume("pvc-1")
	if v.Health != models.Down || !v.Since.Equal(lost) || !v.Entered.Equal(entered) {
		t.Errorf("the volume is %s since %s and entered its state at %s", v.Health, v.Since, v.Entered)
	}
	if r := v.Replicas[0]; r.Health != models.Down || !r.Since.Equal(lost) || !r.Entered.Equal(entered) {
		t.Errorf("the replica is %s since %s and entered its state at %s", r.Health, r.Since, r.Entered)
	}
}

// TestPinnedToLostNode: a volume of any engine that can be used on one node only goes with the node.
func TestPinnedToLostNode(t *testing.T) {
	const pv = `
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv}
spec:
  capacity: {storage: 1Gi}
  csi: {driver: rawfile.csi.openebs.io, volumeHandle: pv}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: KEY, operator: In, values: [VALUE]}]}]}}
status: {phase: Bound}
`
	for _, tt := range []struct {
		value  string
		pinned bool
		health models.Health
	}{{"n1", true, models.Down}, {"zone-a", false, models.Healthy}, {"n1, n2", false, models.Healthy}} {
		v := readManifests(t, lostNode+strings.ReplaceAll(pv, "VALUE", tt.value)).Volume("pv")
		if v.Pinned != tt.pinned || v.Health != tt.health || v.Local() != tt.pinned {
			t.Errorf("with affinity to %s it is pinned: %t, and %s", tt.value, v.Pinned, v.Health)
		}
	}
}

// TestPinnedByLabels: the affinity of a local volume may name its node by any label, and by any operator.
func TestPinnedByLabels(t *testing.T) {
	const nodes = `
{apiVersion: v1, kind: Node, metadata: {name: n1, labels: {kubernetes.io/hostname: host-1, disk: d7, rank: "3", ssd: "yes"}}, status: {conditions: [{type: Ready, status: "True"}]}}
---
{apiVersion: v1, kind: Node, metadata: {name: n2, labels: {kubernetes.io/hostname: host-2, disk: d8, rank: "5"}}, status: {conditions: [{type: Ready, status: "True"}]}}
---
{apiVersion: v1, kind: Node, metadata: {name: n3, labels: {kubernetes.io/hostname: host-3, disk: d8, rank: "5"}}, status: {conditions: [{type: Ready, status: "True"}]}}
---
`
	for terms, want := range map[string]struct {
		node   string
		health models.Health
	}{
		"{matchExpressions: [{key: disk, operator: In, values: [d7]}]}":                                                                        {"n1", models.Healthy},
		"{matchExpressions: [{key: disk, operator: In, values: [d8]}]}":                                                                        {"", models.Healthy},
		"{matchExpressions: [{key: disk, operator: In, values: [d9]}]}":                                                                        {"", models.Healthy},
		"{matchExpressions: [{key: disk, operator: NotIn, values: [d8]}]}":                                                                     {"n1", models.Healthy},
		"{matchExpressions: [{key: ssd, operator: Exists}]}":                                                                                   {"n1", models.Healthy},
		"{matchExpressions: [{key: ssd, operator: DoesNotExist}, {key: disk, operator: Exists}]}":                                              {"", models.Healthy},
		"{matchExpressions: [{key: rank, operator: Lt, values: [\"4\"]}]}":                                                                     {"n1", models.Healthy},
		"{matchExpressions: [{key: rank, operator: Gt, values: [\"4\"]}]}":                                                                     {"", models.Healthy},
		"{matchExpressions: [{key: rank, operator: Gt, values: [many]}]}":                                                                      {"", models.Healthy},
		"{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [host-2]}]}":                                                  {"n2", models.Healthy},
		"{matchExpressions: [{key: disk, operator: In, values: [d8]}, {key: kubernetes.io/hostname, operator: In, values: [host-2]}]}":         {"n2", models.Healthy},
		"{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [host-2, host-3]}]}":                                          {"", models.Healthy},
		"{matchExpressions: [{key: kubernetes.io/hostname, operator: NotIn, values: [host-2, host-3]}]}":                                       {"n1", models.Healthy},
		"{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [host-9]}]}":                                                  {"host-9", models.Down},
		"{matchFields: [{key: metadata.name, operator: In, values: [n3]}]}":                                                                    {"n3", models.Healthy},
		"{matchFields: [{key: metadata.name, operator: NotIn, values: [n2, n3]}]}":                                                             {"n1", models.Healthy},
		"{matchFields: [{key: spec.unschedulable, operator: In, values: [n3]}]}":                                                               {"", models.Healthy},
		"{matchFields: [{key: metadata.name, operator: In, values: [n3]}]}, {matchFields: [{key: metadata.name, operator: In, values: [n2]}]}": {"", models.Healthy},
		"{}": {"", models.Healthy},
	} {
		v := readManifests(t, nodes+`
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv, labels: {openebs.io/cas-type: local-hostpath}, annotations: {pv.kubernetes.io/provisioned-by: openebs.io/local}}
spec: {capacity: {storage: 1Gi}, local: {path: /x}, nodeAffinity: {required: {nodeSelectorTerms: [`+terms+`]}}}
status: {phase: Bound}
`).Volume("pv")
		if v.Node != want.node || v.Health != want.health || !v.Local() {
			t.Errorf("%s: on %q, %s, %v", terms, v.Node, v.Health, v.Notes)
		}
		if told := strings.Contains(strings.Join(v.Notes, " "), "which node holds it is not known"); told != (want.node == "") {
			t.Errorf("%s: that its node is not known is said: %t", terms, told)
		}
	}
}

// TestSnapshotWithoutContent: a snapshot cannot be restored when what holds it is gone, whatever it says.
func TestSnapshotWithoutContent(t *testing.T) {
	inv := readManifests(t, `
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: {name: s, namespace: a}
status: {readyToUse: true, boundVolumeSnapshotContentName: gone}
---
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshotContent
metadata: {name: other}
`)
	if s := inv.Snapshots[0]; s.Ready || s.Health != models.Down || !strings.Contains(s.Error, "gone does not exist") {
		t.Errorf("%+v", s)
	}
}

// TestComponents counts the pods of each engine that work, and names those that do not.
func TestComponents(t *testing.T) {
	inv := readManifests(t, lostNode+`
apiVersion: v1
kind: Pod
metadata: {name: cvc, namespace: openebs, labels: {openebs.io/component-name: cvc-operator, openebs.io/version: 3.6.0}}
status: {phase: Running, containerStatuses: [{name: a, ready: true, state: {running: {}}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: node, namespace: openebs, labels: {openebs.io/component-name: openebs-cstor-csi-node, openebs.io/version: 3.6.0}}
spec: {nodeName: n1}
status: {phase: Running, containerStatuses: [{name: a, ready: true, state: {running: {}}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: openebs, labels: {app: web}}
status: {phase: Running}
---
apiVersion: v1
kind: Pod
metadata: {name: ndm, namespace: openebs, labels: {openebs.io/component-name: ndm, openebs.io/version: 2.1.0}}
status: {phase: Running, containerStatuses: [{name: a, ready: false, state: {waiting: {reason: CrashLoopBackOff}}}]}
`)
	if len(inv.Components) != 2 {
		t.Fatalf("%+v", inv.Components)
	}
	if c := inv.Components[0]; c.Engine != "" || c.Pods != 1 || len(c.Broken) != 1 || !strings.Contains(c.Broken[0], "CrashLoopBackOff") {
		t.Errorf("the node disk manager: %+v", c)
	}
	if c := inv.Components[1]; c.Engine != models.CStor || c.Pods != 2 || len(c.Broken) != 1 || !strings.Contains(c.Broken[0], "NotReady") || c.Versions[0] != "3.6.0" {
		t.Errorf("cStor: %+v", c)
	}
}

// TestComponentVersions reads the version of an engine from the images of its pods where no label says it.
func TestComponentVersions(t *testing.T) {
	for containers, want := range map[string]string{
		"{name: a, image: 'openebs/mayastor-io-engine:v2.11.1'}":                                                                    "2.11.1",
		"{name: a, image: 'registry.k8s.io/sig-storage/csi-provisioner:v3.5.0'}, {name: b, image: 'reg:5000/openebs/m:2.1.0-rc.1'}": "2.1.0-rc.1",
		"{name: a, image: 'openebs/mayastor-io-engine:v2.9.0@sha256:00ff'}":                                                         "2.9.0",
		"{name: a, image: 'openebs/mayastor-io-engine:develop'}":                                                                    "",
		"{name: a, image: 'openebs/mayastor-io-engine@sha256:00ff'}":                                                                "",
		"{name: a, image: 'postgres:16.1'}":                                                                                         "",
	} {
		inv := readManifests(t, `
apiVersion: v1
kind: Pod
metadata: {name: engine, namespace: openebs, labels: {app: io-engine, openebs.io/release: openebs}}
spec: {containers: [`+containers+`]}
status: {phase: Running}
`)
		if len(inv.Components) != 1 || strings.Join(inv.Components[0].Versions, " ") != want {
			t.Errorf("%s: %+v, not version %q", containers, inv.Components, want)
		}
	}
}

// TestDetachError: what fails when a volume is detached is no error of attaching it.
func TestDetachError(t *testing.T) {
	inv := readManifests(t, `
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv}
spec: {capacity: {storage: 1Gi}, csi: {driver: io.openebs.csi-mayastor, volumeHandle: pv}}
status: {phase: Bound}
---
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: {name: leaves}
spec: {attacher: io.openebs.csi-mayastor, nodeName: n1, source: {persistentVolumeName: pv}}
status: {attached: true, detachError: {time: "2026-11-26T10:01:00Z", message: still staged}}
---
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: {name: tries}
spec: {attacher: io.openebs.csi-mayastor, nodeName: n2, source: {persistentVolumeName: pv}}
status: {attached: false, attachError: {time: "2026-11-26T10:02:00Z", message: no path}}
`)
	leaves, tries := inv.Attachments[0], inv.Attachments[1]
	if leaves.Error != "" || leaves.DetachError != "still staged" || leaves.Since.IsZero() {
		t.Errorf("%+v", leaves)
	}
	if tries.Error != "no path" || tries.DetachError != "" {
		t.Errorf("%+v", tries)
	}
	if notes := strings.Join(inv.Volume("pv").Notes, "; "); !strings.Contains(notes, "to node `n1` says status.detachError: still staged") {
		t.Error(notes)
	}
}

// TestReadOnlyPool: how full a read-only pool is is said as far as it reports that.
func TestReadOnlyPool(t *testing.T) {
	for capacity, says := range map[string]string{
		"{used: 90G, free: 10G, total: 100G}": "status.readOnly true: it is 90 % used, and turns read-only at 85 %",
		"{used: 90G}":                         "status.readOnly true: how full it is is not known; it turns read-only at 85 %",
		"{}":                                  "status.readOnly true: how full it is is not known; it turns read-only at 85 %",
	} {
		inv := readManifests(t, "{apiVersion: cstor.openebs.io/v1, kind: CStorPoolInstance, metadata: {name: p, namespace: openebs}, spec: {hostName: n1}, status: {phase: ONLINE, readOnly: true, capacity: "+capacity+"}}")
		if notes := strings.Join(inv.Pools[0].Notes, "; "); !strings.Contains(notes, says) {
			t.Errorf("%s: %s", capacity, notes)
		}
	}
}

// TestOneRestart: one restart is not several.
func TestOneRestart(t *testing.T) {
	const pod = "{apiVersion: v1, kind: Pod, metadata: {name: pool-p, namespace: openebs, labels: {app: cstor-pool, openebs.io/cstor-pool-instance: p}}, spec: {nodeName: n1}, status: {phase: Running, containerStatuses: [{name: m, restartCount: 1, state: {waiting: {reason: CrashLoopBackOff}}}]}}"
	inv := readManifests(t, pod+"\n---\n{apiVersion: cstor.openebs.io/v1, kind: CStorPoolInstance, metadata: {name: p, namespace: openebs}, spec: {hostName: n1}, status: {phase: ONLINE}}")
	if notes := strings.Join(inv.Pools[0].Notes, "; "); !strings.HasSuffix(notes, "CrashLoopBackOff after 1 restart") {
		t.Error(notes)
	}
}
