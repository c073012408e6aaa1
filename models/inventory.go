package models

import (
	"time"
	"unsafe"
)

// Inventory is everything known of one cluster at one moment. It is immutable once built and safe to share. Slices are
// sorted by namespace and name.
type Inventory struct {
	Cluster string
	Version string    // of the API server; "" if not known
	AsOf    time.Time // when this was last known to be true
	// Stale says why the cluster does not answer now, for the user; nil while the data is current. It is an *Error.
	Stale error
	// Gaps are what could not be read although the cluster answers, such as resources that RBAC forbids: sentences for the
	// user. A resource whose CRD is not installed is not a gap.
	Gaps []string
	// UsageGaps are what could not be read of how full file systems are, like Gaps, and concern only answers about that.
	UsageGaps []string `json:",omitempty"`
	// Absent are the resources that the API server does not have, by their names as RBAC writes them: their resource
	// definition is not installed. Nothing is said of a folder.
	Absent []string `json:",omitempty"`

	Engines        []Engine // that are there: a storage class, a volume or another object of theirs was seen
	Volumes        []Volume
	Claims         []Claim
	Pools          []Pool
	Nodes          []Node
	StorageClasses []StorageClass
	Snapshots      []Snapshot
	Pods           []Pod
	Events         []Event
	BlockDevices   []BlockDevice
	Attachments    []VolumeAttachment
	Agents         []Agent
	Components     []Component
	Capacities     []Capacity
	PoolGroups     []PoolGroup
	Quotas         []Quota
	Strays         []Stray `json:",omitempty"`
	Refusals       []Refusal
	Terminating    []Terminating
	Namespaces     []string
	// Unread are the kinds that were not read, by their Kubernetes name, so that their absence proves nothing.
	Unread map[string]bool `json:",omitempty"`
}

// Same reports whether two inventories hold the same things because one is a copy of the other: only what is said about them
// (Cluster, AsOf, Stale, gaps) may differ. It compares no contents, so that different inventories of equal content are not
// the same.
func (inv *Inventory) Same(o *Inventory) bool {
	return same(inv.Volumes, o.Volumes) && same(inv.Claims, o.Claims) && same(inv.Pools, o.Pools) && same(inv.Nodes, o.Nodes) &&
		same(inv.StorageClasses, o.StorageClasses) && same(inv.Snapshots, o.Snapshots) && same(inv.Pods, o.Pods) &&
		same(inv.BlockDevices, o.BlockDevices) && same(inv.Attachments, o.Attachments) && same(inv.Agents, o.Agents) &&
		same(inv.Namespaces, o.Namespaces) && same(inv.Quotas, o.Quotas) && same(inv.Refusals, o.Refusals) && same(inv.Terminating, o.Terminating)
}

func same[T any](a, b []T) bool {
	return len(a) == len(b) && unsafe.SliceData(a) == unsafe.SliceData(b)
}

// Volume returns the volume of that name, or nil.
func (inv *Inventory) Volume(name string) *Volume {
	for i := range inv.Volumes {
		if inv.Volumes[i].Name == name {
			return &inv.Volumes[i]
		}
	}
	return nil
}

// Ending reports whether the object of a pool is being deleted.
func (inv *Inventory) Ending(p *Pool) bool {
	for i := range inv.Terminating {
		t := &inv.Terminating[i]
		if (t.Kind == "DiskPool" || t.Kind == "CStorPoolInstance") && t.Engine == p.Engine && t.Name == p.Name && t.Node == p.Node {
			return true
		}
	}
	return false
}

// Claim returns the claim of that namespace and name, or nil.
func (inv *Inventory) Claim(namespace, name string) *Claim {
	for i := range inv.Claims {
		if inv.Claims[i].Name == name && inv.Claims[i].Namespace == namespace {
			return &inv.Claims[i]
		}
	}
	return nil
}
