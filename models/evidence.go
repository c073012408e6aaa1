package models

import "time"

// Condition is one of the conditions that an object says of itself, where it is true.
type Condition struct {
	Type    string
	Reason  string
	Message string
	Since   time.Time
}

// VolumeAttachment says to which node a volume is, or is to be, attached: a VolumeAttachment, or cStor's own.
type VolumeAttachment struct {
	Kind     string // VolumeAttachment or CStorVolumeAttachment
	Name     string
	Volume   string
	Node     string
	Attached bool
	State    string // cStor's own word: Mounted, WaitingForVolumeToBeReady, …
	Error    string // of attaching, as it is written
	// DetachError is of detaching: the volume stays where it is.
	DetachError string    `json:",omitempty"`
	Since       time.Time // when the error was met, that of attaching if there are both; zero if there is none
	Created     time.Time
}

// Agent is a pod of an engine: it serves a volume, a pool or a node, or makes the volumes of the whole cluster.
type Agent struct {
	Namespace string
	Name      string
	Engine    Engine
	Role      AgentRole
	Serves    string // the volume, the pool or the node; empty: the cluster
	Node      string
	State     string
	Ready     bool
	Restarts  int
	Reason    string // why it is not placed or does not run, as the pod says it; "" if it does not
}

// Component is what runs of an engine in a namespace: its operators, its drivers, and the pods of its volumes and pools.
type Component struct {
	Engine    Engine // empty: the node disk manager
	Namespace string
	Versions  []string
	Parts     []string // operators and drivers, by the names that their labels give
	Nodes     []string // that its pods are on
	Pods      int
	Broken    []string // pods that do not work, and why
}

// Detail is something else that the objects of an engine say of a thing, for people.
type Detail struct {
	Label string
	Value string
	Since time.Time // from when on, to be shown as an age; zero: nothing to show
}

// AgentRole is what a pod of an engine is for.
type AgentRole string

// The roles.
const (
	TargetAgent   AgentRole = "target"    // serves a volume of cStor or Jiva
	ReplicaAgent  AgentRole = "replica"   // holds a copy of a volume of Jiva
	PoolAgent     AgentRole = "pool"      // serves a pool of cStor
	StorageAgent  AgentRole = "storage"   // serves the pools of a node: io-engine, or the node agents of LVM and ZFS
	NodeAgent     AgentRole = "csi node"  // mounts volumes on a node
	ProvisionRole AgentRole = "provision" // makes volumes
	OperatorRole  AgentRole = "operator"  // looks after the engine's objects: which ones, Serves says by the operator's name
)

// Works reports whether the pod runs and is ready, by what it says.
func (a *Agent) Works() bool { return a.State == "Running" && a.Ready }

// Capacity is what the scheduler believes to be free for a storage class (CSIStorageCapacity).
type Capacity struct {
	Name         string
	StorageClass string
	Nodes        []string // that can use it
	Free         Bytes
}

// PoolGroup is a CStorPoolCluster: storage classes name it and not the pools in it.
type PoolGroup struct {
	Namespace   string
	Name        string
	Desired     int
	Provisioned int
	Healthy     int
}

// Terminating is an object whose deletion was asked for and that is still there: whoever set a finalizer on it has not done what
// is to be done before it goes.
type Terminating struct {
	Kind       string
	Namespace  string
	Name       string
	Engine     Engine // whose object it is; empty: of Kubernetes itself
	Volume     string // the PersistentVolume that it belongs to; "" if it belongs to none
	Claim      string // the claim of that, or the claim itself, in ClaimSpace
	ClaimSpace string
	Node       string // where it has to be removed, as far as it tells
	Pool       string // of a replica
	State      string // the engine's own word
	Finalizers []string
	Since      time.Time // when its deletion was asked for
}
