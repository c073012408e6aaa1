package kube

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mulebot/mulebot/models"
)

const quotas = `
apiVersion: v1
kind: ResourceQuota
metadata: {name: budget, namespace: shop}
spec: {hard: {requests.storage: 200Gi, gold.storageclass.storage.k8s.io/requests.storage: 50Gi, pods: "20"}}
status:
  hard: {requests.storage: 100Gi, gold.storageclass.storage.k8s.io/requests.storage: 50Gi, persistentvolumeclaims: "5", count/persistentvolumeclaims: "4", pods: "20"}
  used: {requests.storage: 90Gi, gold.storageclass.storage.k8s.io/requests.storage: 50Gi, persistentvolumeclaims: "3", count/persistentvolumeclaims: "3", pods: "2"}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: new, namespace: shop}
spec: {hard: {requests.storage: 10Gi}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: scoped, namespace: shop}
spec: {hard: {requests.storage: 1Gi}, scopeSelector: {matchExpressions: [{scopeName: VolumeAttributesClass, operator: In, values: [fast]}]}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: compute, namespace: shop}
spec: {hard: {pods: "20"}}
`

func TestQuotas(t *testing.T) {
	gib := func(n int64) models.Bytes { return models.Bytes(n) * models.GiB }
	want := []models.Quota{
		{Namespace: "shop", Name: "budget", Size: gib(100), Used: gib(90), Claims: 4, ClaimsUsed: 3, Notes: []string{
			"ResourceQuota says spec.hard 200Gi of requests.storage, but status.hard, which holds until that is counted anew, says 100Gi",
			"ResourceQuota says spec.hard nothing of count/persistentvolumeclaims, but status.hard, which holds until that is counted anew, says 4",
			"ResourceQuota says spec.hard nothing of persistentvolumeclaims, but status.hard, which holds until that is counted anew, says 5"}},
		{Namespace: "shop", Name: "budget", StorageClass: "gold", Size: gib(50), Used: gib(50), Claims: -1, ClaimsUsed: -1},
		{Namespace: "shop", Name: "new", Size: gib(10), Used: models.UnknownBytes, Claims: -1, ClaimsUsed: -1},
	}
	inv := read(t, quotas)
	if diff := cmp.Diff(want, inv.Quotas); diff != "" {
		t.Error(diff)
	}
	if inv.Unread["ResourceQuota"] || !read(t, lostNode).Unread["ResourceQuota"] {
		t.Error("what a folder holds of quotas is not told apart")
	}
}

// A claim that a quota forbids is nowhere but in the events of who wanted it, and no more once it is there.
func TestRefusals(t *testing.T) {
	const events = `
apiVersion: v1
kind: Event
metadata: {name: a, namespace: shop}
involvedObject: {kind: StatefulSet, name: web, namespace: shop}
type: Warning
reason: FailedCreate
message: 'create Claim data-web-2 Pod web-2 in StatefulSet web failed error: persistentvolumeclaims "data-web-2" is forbidden: exceeded quota: budget, requested: persistentvolumeclaims=1,requests.storage=20Gi, used: persistentvolumeclaims=4,requests.storage=90Gi, limited: persistentvolumeclaims=4,requests.storage=100Gi'
firstTimestamp: "2026-03-01T11:00:00Z"
lastTimestamp: "2026-03-01T11:50:00Z"
---
apiVersion: v1
kind: Event
metadata: {name: b, namespace: shop}
involvedObject: {kind: StatefulSet, name: web, namespace: shop}
type: Warning
reason: FailedCreate
message: 'create Pod web-2 in StatefulSet web failed error: failed to create PVC data-web-2: persistentvolumeclaims "data-web-2" is forbidden: exceeded quota: budget, requested: requests.storage=20Gi, used: requests.storage=90Gi, limited: requests.storage=100Gi'
firstTimestamp: "2026-03-01T10:00:00Z"
lastTimestamp: "2026-03-01T11:40:00Z"
---
apiVersion: v1
kind: Event
metadata: {name: c, namespace: shop}
involvedObject: {kind: ReplicaSet, name: api-6d, namespace: shop}
type: Warning
reason: FailedCreate
message: 'Error creating: pods "api-6d-x2" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=20, limited: pods=20'
lastTimestamp: "2026-03-01T11:40:00Z"
---
`
	inv := read(t, events+lostNode)
	want := []models.Refusal{{Namespace: "shop", Kind: "PersistentVolumeClaim", Name: "data-web-2", Owner: "StatefulSet/web", Quota: "budget",
		Limits: []models.Exceed{{Resource: "persistentvolumeclaims", Count: true, Requested: 1, Used: 4, Limit: 4},
			{Resource: "requests.storage", Requested: 20 * models.GiB, Used: 90 * models.GiB, Limit: 100 * models.GiB}},
		First: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), Last: time.Date(2026, 3, 1, 11, 50, 0, 0, time.UTC)}}
	if len(inv.Refusals) == 1 {
		inv.Refusals[0].Message = ""
	}
	if diff := cmp.Diff(want, inv.Refusals); diff != "" {
		t.Error(diff)
	}
	if len(inv.Events) != 2 {
		t.Errorf("%d events, want those that tell of storage", len(inv.Events))
	}
	inv = read(t, events+`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-web-2, namespace: shop}
`)
	if len(inv.Refusals) > 0 {
		t.Errorf("refused though it is there: %+v", inv.Refusals)
	}
}
