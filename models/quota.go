package models

import "time"

// Quota is what a ResourceQuota allows the claims of a namespace: those of every storage class together, or those of one. A
// ResourceQuota that limits several of these is several quotas of one name.
type Quota struct {
	Namespace    string
	Name         string // of the ResourceQuota
	StorageClass string // whose claims it limits; empty: those of every class
	Size         Bytes  // that claims may request in all; UnknownBytes: no limit
	Used         Bytes  // that they request now; UnknownBytes: nobody has counted it yet
	Claims       int    // that there may be; -1: no limit
	ClaimsUsed   int    // that there are; -1: nobody has counted them yet
	Notes        []string
	Created      time.Time
}

// Free is what claims can still request; UnknownBytes where that has no limit, or nobody has counted what is used.
func (q *Quota) Free() Bytes {
	if !q.Size.IsKnown() || !q.Used.IsKnown() {
		return UnknownBytes
	}
	return max(0, q.Size-q.Used)
}

// ClaimsFree is how many claims can still be made; -1 where that has no limit, or nobody has counted them.
func (q *Quota) ClaimsFree() int {
	if q.Claims < 0 || q.ClaimsUsed < 0 {
		return -1
	}
	return max(0, q.Claims-q.ClaimsUsed)
}

// Covers reports whether the quota limits claims of a namespace and a storage class.
func (q *Quota) Covers(namespace, class string) bool {
	return q.Namespace == namespace && (q.StorageClass == "" || q.StorageClass == class)
}

// Refusal is a claim or a pod that was not made, since a quota forbids it. Only an event tells of one: the object is not there.
type Refusal struct {
	Namespace string
	Kind      string // PersistentVolumeClaim or Pod
	Name      string
	Owner     string   // who wanted it: "StatefulSet/mysql"
	Quota     string   // the ResourceQuota that forbade it
	Limits    []Exceed // that it would have exceeded
	Message   string
	First     time.Time
	Last      time.Time
}

// Exceed is one limit of a quota, as a refusal quotes it.
type Exceed struct {
	Resource     string // as Kubernetes calls it: "gold.storageclass.storage.k8s.io/requests.storage"
	StorageClass string // whose claims it limits; empty: those of every class
	Count        bool   // it limits how many claims there are, and else how much they request
	Requested    Bytes  // or, of a count, how many; UnknownBytes where it cannot be read
	Used         Bytes
	Limit        Bytes
}
