package kube

import "github.com/mulebot/mulebot/models"

// resource is a kind of object that an inventory is built from.
type resource struct {
	Kind     string
	Group    string   // "" is the core group
	Name     string   // plural, as in URLs and RBAC
	Versions []string // that the converters understand, the preferred first; an API server serves one or more of them
	Builtin  bool     // every API server has it; its absence is an error and not a missing engine
	// Engine is whose resource it is; empty if it belongs to none.
	Engine models.Engine
}

// qualified names the resource as kubectl and RBAC do: "diskpools.openebs.io".
func (r resource) qualified() string {
	if r.Group == "" {
		return r.Name
	}
	return r.Name + "." + r.Group
}

// resources is the table of everything that is read of a cluster. Nothing else is; deploy/rbac-readonly.yaml grants
// exactly this and the Mayastor REST API.
func resources() []resource {
	v1 := []string{"v1"}
	const snapshots, cstor = "snapshot.storage.k8s.io", "cstor.openebs.io"
	return []resource{
		{Kind: "Node", Name: "nodes", Versions: v1, Builtin: true},
		{Kind: "Namespace", Name: "namespaces", Versions: v1, Builtin: true},
		{Kind: "PersistentVolume", Name: "persistentvolumes", Versions: v1, Builtin: true},
		{Kind: "PersistentVolumeClaim", Name: "persistentvolumeclaims", Versions: v1, Builtin: true},
		{Kind: "Pod", Name: "pods", Versions: v1, Builtin: true},
		{Kind: "Event", Name: "events", Versions: v1, Builtin: true},
		{Kind: "ResourceQuota", Name: "resourcequotas", Versions: v1, Builtin: true},
		{Kind: "StorageClass", Group: "storage.k8s.io", Name: "storageclasses", Versions: v1, Builtin: true},
		{Kind: "VolumeAttachment", Group: "storage.k8s.io", Name: "volumeattachments", Versions: v1, Builtin: true},

		{Kind: "CSIStorageCapacity", Group: "storage.k8s.io", Name: "csistoragecapacities", Versions: v1},
		{Kind: "VolumeSnapshot", Group: snapshots, Name: "volumesnapshots", Versions: v1},
		{Kind: "VolumeSnapshotContent", Group: snapshots, Name: "volumesnapshotcontents", Versions: v1},

		{Kind: "CStorPoolCluster", Group: cstor, Name: "cstorpoolclusters", Versions: v1, Engine: models.CStor},
		{Kind: "CStorPoolInstance", Group: cstor, Name: "cstorpoolinstances", Versions: v1, Engine: models.CStor},
		{Kind: "CStorVolume", Group: cstor, Name: "cstorvolumes", Versions: v1, Engine: models.CStor},
		{Kind: "CStorVolumeReplica", Group: cstor, Name: "cstorvolumereplicas", Versions: v1, Engine: models.CStor},
		{Kind: "CStorVolumeConfig", Group: cstor, Name: "cstorvolumeconfigs", Versions: v1, Engine: models.CStor},
		{Kind: "CStorVolumeAttachment", Group: cstor, Name: "cstorvolumeattachments", Versions: v1, Engine: models.CStor},

		{Kind: "JivaVolume", Group: "openebs.io", Name: "jivavolumes", Versions: []string{"v1", "v1alpha1"}, Engine: models.Jiva},
		{Kind: "BlockDevice", Group: "openebs.io", Name: "blockdevices", Versions: []string{"v1alpha1"}},
		{Kind: "DiskPool", Group: "openebs.io", Name: "diskpools", Versions: []string{"v1beta3", "v1beta2"}, Engine: models.Mayastor},

		{Kind: "LVMNode", Group: "local.openebs.io", Name: "lvmnodes", Versions: []string{"v1alpha1"}, Engine: models.LVM},
		{Kind: "LVMVolume", Group: "local.openebs.io", Name: "lvmvolumes", Versions: []string{"v1alpha1"}, Engine: models.LVM},

		{Kind: "ZFSNode", Group: "zfs.openebs.io", Name: "zfsnodes", Versions: v1, Engine: models.ZFS},
		{Kind: "ZFSVolume", Group: "zfs.openebs.io", Name: "zfsvolumes", Versions: []string{"v1", "v1alpha1"}, Engine: models.ZFS},
	}
}
