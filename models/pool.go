package models

import "time"

// Pool is what volumes are carved from: a cStor pool instance, a Mayastor DiskPool, an LVM volume group or thin pool, a ZFS
// pool. Jiva and hostpath have none.
type Pool struct {
	Name       string // "vg-fast" exists on many nodes: only Name and Node together name one
	Node       string
	Engine     Engine
	Kind       string // "cStor pool", "DiskPool", "volume group", "thin pool", "zpool"
	Health     Health
	State      string    // the engine's own word; "" where it has none
	Entered    time.Time // when State was entered
	Since      time.Time // when Health became so
	Size       Bytes
	Used       Bytes
	Free       Bytes
	Committed  Bytes  // promised to thin volumes
	Written    string // the capacity as the engine writes it, where that differs from what Bytes prints; else ""
	ReadOnly   bool
	Limit      float64  // percent used at which it turns read-only; 0: it does not
	Error      string   // that the engine tells; "" if it tells none
	Lost       int      // disks that are gone, as far as the engine counts them
	Disks      []string // block devices or paths
	Raid       string   // how the disks are joined: stripe, mirror, …; "" if not known
	Group      string   // cStor: the CStorPoolCluster; thin pool: the volume group
	Replicas   int      // that it holds, as far as known; -1: not known
	Notes      []string
	Conditions []Condition
	Details    []Detail
	Created    time.Time
}

// BlockDevice is a disk that the node disk manager found.
type BlockDevice struct {
	Name       string
	Node       string
	Path       string
	Size       Bytes
	Claimed    string // Claimed, Unclaimed, Released
	State      string // Active, Inactive, Unknown
	Health     Health
	Filesystem string
	Mount      string
	Pool       string // that uses it
	Notes      []string
	Created    time.Time
}

// Node is a Kubernetes node.
type Node struct {
	Name     string
	Ready    bool
	State    string // "Ready", "NotReady", "Unknown"
	Since    time.Time
	Health   Health
	Cordoned bool
	Pressure []string // conditions that are true: DiskPressure, MemoryPressure, …
	Roles    []string
	Taints   []string // "key=value:Effect"
	Kubelet  string   // version
	Zone     string   // by its label; "" if it has none
	Volumes  int      // with data (a replica or the single copy) on the node
	Attached int      // volumes mounted by pods of the node
	Pools    int
	Notes    []string
	Message  string // of the condition Ready
	// Conditions are those that are true, Ready apart: what Pressure names, with since when and why.
	Conditions []Condition
	Closed     string // how the engine itself keeps new replicas off it: "cordoned in Mayastor (disk-replacement)"; "" if it does not
	Created    time.Time
}

// StorageClass is a Kubernetes storage class.
type StorageClass struct {
	Name        string
	Engine      Engine
	Provisioner string
	Default     bool
	Reclaim     string
	Binding     string // Immediate or WaitForFirstConsumer
	Expandable  bool
	Parameters  map[string]string
	Nodes       []string // that its topology allows; nil: every node
	Volumes     int      // that were made by it
	Created     time.Time
}

// Snapshot is a VolumeSnapshot.
type Snapshot struct {
	Namespace string
	Name      string
	Claim     string
	Volume    string
	Class     string
	Engine    Engine
	Ready     bool
	Health    Health
	State     string // "ready", "not ready", "failed"
	Error     string
	Size      Bytes     // restoreSize
	Content   string    // the VolumeSnapshotContent; "" if there is none yet
	Policy    string    // what becomes of the content when the snapshot is deleted: Delete or Retain
	Since     time.Time // when Error was met
	Created   time.Time
	Deleting  time.Time // when its deletion was asked for; zero if it was not
}

// Pod is a pod that mounts at least one claim.
type Pod struct {
	Namespace string
	Name      string
	Workload  string // "StatefulSet/mysql"
	Node      string
	State     string // as kubectl prints it: Running, ContainerCreating, CrashLoopBackOff, …
	Health    Health
	Claims    []string // names, in Namespace
	Volumes   []string
	Notes     []string // where its state is contradicted
	Restarts  int
	Reason    string    // why it is not placed or its container waits, as the pod says it
	LastExit  string    // how its container ended last: "Error, exit code 1: …"; "" if it did not
	Since     time.Time // when it ceased to be ready or to be placeable; zero if it does not say
	Created   time.Time
	Deleting  time.Time // when its deletion was asked for; zero if it was not
}

// Event is a Kubernetes event about storage.
type Event struct {
	Namespace string
	Kind      string // of the object: PersistentVolumeClaim, Pod, CStorVolume, …
	Object    string
	Type      string // Normal, Warning
	Reason    string
	Message   string
	Count     int
	Source    string
	First     time.Time
	Last      time.Time
}
