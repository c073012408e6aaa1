package models

import "time"

// Volume is a PersistentVolume, joined with its claim, the pods that mount it and what its engine says about it.
type Volume struct {
	Name       string // of the PersistentVolume
	Claim      string // empty: no claim
	Namespace  string // of the claim
	ClaimPhase string // Bound, Pending, Lost; empty: no claim object
	Phase      string // of the PersistentVolume: Available, Bound, Released, Failed

	Engine       Engine
	Driver       string // CSI driver or provisioner, as written in the object
	StorageClass string
	AccessModes  []string
	VolumeMode   string // Filesystem or Block
	Format       string // of its file system: ext4, xfs; "" if nothing says
	Reclaim      string // Retain or Delete
	Thin         bool

	Health  Health
	State   string    // the engine's own word; "" where it has none
	Entered time.Time // when State was entered; zero if the engine does not say
	Since   time.Time // when Health became so: Entered, or when what contradicts State happened; zero if nobody says
	Error   string    // that the engine's object tells; "" if it tells none
	Notes   []string  // where the evidence disagrees: what the object says and what is so

	Size       Bytes       // of the volume as its consumer sees it
	Requested  Bytes       // by the claim; larger than Size while a resize is pending
	Used       Bytes       // of its file system where that was measured, else as far as its engine knows
	UsedSource string      // where Used comes from, for people: "its replicas", "the kubelet"
	UsedAt     time.Time   // when that was, where its source tells it and it is no file system
	Filesystem *Filesystem // nil: nobody measured it
	Unmeasured string      // why Used is not known and what would tell, for people; "" while it is

	Allocated       Bytes  // by its engine, where Used is of its file system: a thin volume keeps what was deleted; 0: not told
	AllocatedSource string // like UsedSource

	Replicas []Replica // empty for local engines: the volume is its own single copy
	Desired  int       // replicas that the volume should have; 1 for local engines
	Quorum   int       // healthy replicas that it needs to be written to; 0: its engine has no such number
	Pools    []string  // pools that hold its data, without repeats
	Node     string    // where it is attached, or, for local volumes, where its data is
	Pinned   bool      // to Node by its PersistentVolume, though its engine is not known
	Target   string    // the node that serves it, where that is not said by a pod
	Pods     []PodRef  // that mount it
	Created  time.Time
	Deleting time.Time // when its deletion was asked for; zero if it was not
	Details  []Detail
}

// Filesystem is what a file system says of itself. Its size is somewhat less than that of the volume that it is on.
type Filesystem struct {
	Size       Bytes
	Used       Bytes
	Free       Bytes // for applications; less than Size-Used where root has a reserve
	Inodes     int64 // 0: not told, or without a limit
	InodesUsed int64
	At         time.Time
	Source     string // who asked it, for people: "the kubelet", "Prometheus"
}

// Capacity is what Used is a part of: the size of the volume's file system where that was measured, else its own.
func (v *Volume) Capacity() Bytes { return capacity(v.Filesystem, v.Size) }

// Free is what applications can still write; UnknownBytes if it is not known.
func (v *Volume) Free() Bytes { return free(v.Filesystem, v.Size, v.Used) }

func capacity(f *Filesystem, size Bytes) Bytes {
	if f != nil {
		return f.Size
	}
	return size
}

func free(f *Filesystem, size, used Bytes) Bytes {
	switch {
	case f != nil:
		return f.Free
	case !size.IsKnown() || !used.IsKnown():
		return UnknownBytes
	}
	return max(0, size-used)
}

// KnownAs is what people call the volume: its claim, as "NAMESPACE/NAME", or its own name where it has none.
func (v *Volume) KnownAs() string {
	if v.Claim == "" {
		return v.Name
	}
	return v.Namespace + "/" + v.Claim
}

// Local reports whether the volume is a single copy that can be used on one node only.
func (v *Volume) Local() bool { return v.Engine.Local() || v.Pinned }

// HealthyReplicas counts the replicas that are healthy.
func (v *Volume) HealthyReplicas() int { return v.count(Healthy) }

// ReadableReplicas counts the replicas that can only be read.
func (v *Volume) ReadableReplicas() int { return v.count(ReadOnly) }

func (v *Volume) count(h Health) int {
	n := 0
	for _, r := range v.Replicas {
		if r.Health == h {
			n++
		}
	}
	return n
}

// Replica is one copy of a volume's data.
type Replica struct {
	Name     string
	Volume   string // name of the PersistentVolume
	Node     string
	Pool     string
	Health   Health
	State    string    // the engine's own word
	Reason   string    // why, as the engine says it
	Entered  time.Time // when State was entered
	Since    time.Time // when Health became so
	Size     Bytes
	Used     Bytes
	Occupied Bytes   // of its pool, compressed, where its engine says that beside Used
	Progress float64 // of a rebuild, 0 to 100; -1: not known or none going on
	Pod      string  // that serves it, where it has one of its own
	Backing  string  // the PersistentVolume that holds it: Jiva keeps its replicas in hostpath volumes
	Notes    []string
	Created  time.Time
}

// PodRef names a pod and the workload that owns it.
type PodRef struct {
	Namespace string
	Name      string
	Workload  string // "StatefulSet/mysql"; "Pod/NAME" for a pod nobody owns
}

// Stray is what an engine keeps for a volume that has no PersistentVolume.
type Stray struct {
	Kind      string // LVMVolume, ZFSVolume, CStorVolumeConfig, JivaVolume
	Name      string
	Engine    Engine
	Node      string // "" if it does not say
	Pool      string
	Size      Bytes
	State     string
	Error     string
	Namespace string // of Claim
	Claim     string // that waits for the volume; "" if none does
}

// Claim is a PersistentVolumeClaim.
type Claim struct {
	Namespace    string
	Name         string
	Phase        string // Bound, Pending, Lost
	Volume       string // name of the PersistentVolume; empty while pending
	Engine       Engine // of the volume, or of the storage class while there is none; empty if neither says
	StorageClass string
	Health       Health // of the volume; Awaiting while there is none, Down when lost
	Requested    Bytes
	Size         Bytes       // status.capacity; UnknownBytes while pending
	Used         Bytes       // like that of the volume
	Filesystem   *Filesystem // of the volume
	Node         string
	AccessModes  []string
	Pods         []PodRef
	Reason       string // why it is pending, as the newest event on it says; "" if none says
	Made         string // the state of the engine's object for it while it is pending: "Failed"; "" if there is none
	Error        string // that the engine's object for it tells
	Notes        []string
	Conditions   []Condition
	Provisioner  string // that is asked for a volume; "" if nothing says
	VolumeMode   string // Filesystem or Block
	Source       string // what it is made from, as "VolumeSnapshot/nightly"; "" for an empty volume
	Selected     string // the node that the scheduler chose for it while it is pending
	Created      time.Time
	Deleting     time.Time // when its deletion was asked for; zero if it was not
}

// Capacity is what Used is a part of, as for a volume.
func (c *Claim) Capacity() Bytes { return capacity(c.Filesystem, c.Size) }

// Free is what applications can still write; UnknownBytes if it is not known.
func (c *Claim) Free() Bytes { return free(c.Filesystem, c.Size, c.Used) }
