// Package kube turns Kubernetes clusters into inventories ([models.Inventory]).
//
// An inventory is built in one place, by one pure function: [Build] joins the raw [Objects] of a cluster (PersistentVolumes,
// claims, pods, nodes and the custom resources of the storage engines) into volumes, replicas and pools. There is one
// converter file to an engine: cstor.go, jiva.go, lvm.go, zfs.go, hostpath.go and mayastor.go; what they share is in pools.go,
// replicas.go and local.go. Where two objects disagree, the Health of a thing says what is so, its State keeps the engine's own
// word, and a note says both. A CStorVolumeReplica that says "Healthy" on a node that is NotReady is down, whatever it says.
//
// Objects come from two sources.
//
//   - [Clusters] watches live API servers: one client and a set of informers to each, started by the first question and
//     stopped when nobody asks any more. Tenants who registered the same server with the same credentials share a
//     connection. A cluster that is down is answered from what was last known, with [models.Inventory.Stale] set; what RBAC
//     forbids becomes a gap of the inventory.
//   - [ReadDir] reads a folder of manifests, such as the output of "kubectl get -A -o yaml" or a support bundle. [Offline]
//     serves such inventories by name.
//
// How full file systems are stands in no object. Kubelets and, where a cluster has one configured, Prometheus are polled for it
// (usage_poll.go); usage.go decides whose word a volume's use is, or says why nobody knows it.
//
// Terms. A GVR (group, version, resource) names a kind of object at the API server, and an informer keeps a copy of all the
// objects of one GVR, fed by a watch. The resources that are read, and why, stand in one table in resources.go;
// deploy/rbac-readonly.yaml grants exactly those.
//
// This is the only package that imports client-go.
package kube
