package kube

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mulebot/mulebot/models"
)

const deleted = `creationTimestamp: "2026-01-01T00:00:00Z", deletionTimestamp: "2026-03-01T10:00:00Z"`

// What is being deleted keeps its finalizers, and nothing else does.
func TestTerminating(t *testing.T) {
	inv := read(t, strings.NewReplacer("  DELETED\n", "  "+strings.ReplaceAll(deleted, ", ", "\n  ")+"\n", "DELETED", deleted).Replace(`
{apiVersion: v1, kind: Namespace, metadata: {name: old, DELETED}, spec: {finalizers: [kubernetes]}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: old, DELETED, finalizers: [kubernetes.io/pvc-protection]}, spec: {volumeName: pvc-1}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: pvc-1, DELETED, finalizers: [kubernetes.io/pv-protection, external-attacher/io-openebs-csi-mayastor]}
spec: {claimRef: {namespace: old, name: data}, csi: {driver: cstor.csi.openebs.io, volumeHandle: pvc-1}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: pvc-2, finalizers: [kubernetes.io/pv-protection]}, spec: {csi: {driver: local.csi.openebs.io, volumeHandle: pvc-2}}}
---
apiVersion: cstor.openebs.io/v1
kind: CStorVolumeReplica
metadata:
  name: pvc-1-p
  namespace: openebs
  DELETED
  finalizers: [cstorvolumereplica.openebs.io/finalizer]
  labels: {openebs.io/persistent-volume: pvc-1, cstorpoolinstance.openebs.io/name: p}
  annotations: {cstorpoolinstance.openebs.io/hostname: n1}
status: {phase: DeletionFailed}
---
{apiVersion: local.openebs.io/v1alpha1, kind: LVMVolume, metadata: {name: pvc-3, namespace: openebs, DELETED, finalizers: [lvm.openebs.io/finalizer]}, spec: {ownerNodeID: n1}, status: {state: Ready}}
---
{apiVersion: local.openebs.io/v1alpha1, kind: LVMVolume, metadata: {name: pvc-2, namespace: openebs, finalizers: [lvm.openebs.io/finalizer]}, spec: {ownerNodeID: n1}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: old, DELETED}, spec: {nodeName: n1, volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}, status: {phase: Running}}
`))
	since := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	want := []models.Terminating{
		{Kind: "Namespace", Name: "old", Finalizers: []string{"kubernetes"}, Since: since},
		{Kind: "PersistentVolume", Name: "pvc-1", Engine: models.CStor, Volume: "pvc-1", ClaimSpace: "old", Claim: "data", Finalizers: []string{"kubernetes.io/pv-protection", "external-attacher/io-openebs-csi-mayastor"}, Since: since},
		{Kind: "PersistentVolumeClaim", Namespace: "old", Name: "data", Volume: "pvc-1", ClaimSpace: "old", Claim: "data", Finalizers: []string{"kubernetes.io/pvc-protection"}, Since: since},
		{Kind: "Pod", Namespace: "old", Name: "web", Node: "n1", State: "Terminating", Since: since},
		{Kind: "CStorVolumeReplica", Namespace: "openebs", Name: "pvc-1-p", Engine: models.CStor, Volume: "pvc-1", ClaimSpace: "old", Claim: "data", Node: "n1", Pool: "p", State: "DeletionFailed", Finalizers: []string{"cstorvolumereplica.openebs.io/finalizer"}, Since: since},
		{Kind: "LVMVolume", Namespace: "openebs", Name: "pvc-3", Engine: models.LVM, Volume: "pvc-3", Node: "n1", State: "Ready", Finalizers: []string{"lvm.openebs.io/finalizer"}, Since: since},
	}
	if diff := cmp.Diff(want, inv.Terminating); diff != "" {
		t.Error(diff)
	}
}
