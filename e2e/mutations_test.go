package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// mutationKind is a field of a kind of object. change changes it in a cluster of the sample and says what that concerns.
type mutationKind struct {
	name    string
	cluster string
	change  func(s *sample, r *rand.Rand) mutation
}

// mutationKinds are the fields of one engine, and those of every cluster in each of them.
var mutationKinds = func() []mutationKind {
	var all []mutationKind
	for _, group := range []struct {
		clusters []string
		fields   map[string]func(*sample, *rand.Rand) mutation
	}{
		{[]string{"harbor"}, replicatedFields}, {[]string{"quarry"}, localFields},
		{[]string{"harbor", "quarry"}, coreFields}, {[]string{"harbor", "quarry"}, classFields},
	} {
		for name, change := range group.fields {
			for _, cluster := range group.clusters {
				all = append(all, mutationKind{name, cluster, change})
			}
		}
	}
	slices.SortFunc(all, func(a, b mutationKind) int { return strings.Compare(a.name+a.cluster, b.name+b.cluster) })
	return all
}()

// Lists that show the health or the usage of volumes.
var (
	healthLists = []string{"list volumes", "list sick"}
	claimLists  = []string{"list claims", "list unused", "list resizes"}
	volumeLists = join(healthLists, claimLists, []string{"list redundancy"})
	everyList   = []string{"list volumes", "list sick", "list sizes", "list redundancy", "list replicas", "list claims", "list unused", "list resizes", "list pools",
		"list free", "list full", "list nodes", "list cordoned", "list pods", "list restarts", "list disks", "list unclaimed"}
)

func join(keys ...[]string) []string { return slices.Concat(keys...) }

// sickens is a change that makes a volume worse which was well: every answer that shows its health changes.
func (s *sample) sickens(what string, pv object, more ...string) mutation {
	m := mutation{what, join(s.own(pv), s.around(pv), healthLists, more), volumeLists}
	if len(s.own(pv)) > 1 {
		m.must = append(m.must, "list claims")
	}
	return m
}

func (s *sample) volume(name string) object { return s.one("PersistentVolume", name) }

// becomes changes a text of an object to one of the others.
func becomes(r *rand.Rand, o object, words []string, path ...any) string {
	old := text(o, path...)
	word := pick(r, slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == old }))
	set(o, word, path...)
	return fmt.Sprintf("%s %v: %s -> %s", meta(o, "name"), path, old, word)
}

// replicatedFields are those of cStor, Jiva and Mayastor.
var replicatedFields = map[string]func(*sample, *rand.Rand) mutation{
	"cStor replica's phase": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("CStorVolumeReplica", func(o object) bool { return s.well(s.volume(label(o, "openebs.io/persistent-volume"))) }))
		what := becomes(r, o, []string{"Offline", "Degraded", "Rebuilding", "NewReplicaDegraded", "Error"}, "status", "phase")
		return s.sickens(what, s.volume(label(o, "openebs.io/persistent-volume")), "list replicas")
	},
	"cStor replica's used space": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("CStorVolumeReplica"))
		pv := s.volume(label(o, "openebs.io/persistent-volume"))
		what := becomes(r, o, []string{"7.7G", "8.8G", "9.9G"}, "status", "capacity", "used")
		return mutation{what, join(s.own(pv), []string{"list replicas"}), join(s.around(pv), volumeLists)}
	},
	"cStor volume's phase": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("CStorVolume", func(o object) bool { return s.well(s.volume(meta(o, "name"))) }))
		return s.sickens(becomes(r, o, []string{"Degraded", "Offline", "Error"}, "status", "phase"), s.volume(meta(o, "name")))
	},
	"cStor pool's phase": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("CStorPoolInstance", func(o object) bool { return s.ready(text(o, "spec", "hostName")) }))
		return s.poolFails(becomes(r, o, []string{"OFFLINE", "FAULTED"}, "status", "phase"), poolRef{text(o, "spec", "hostName"), meta(o, "name")})
	},
	"cStor pool's free space": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("CStorPoolInstance", func(o object) bool { return s.ready(text(o, "spec", "hostName")) }))
		return poolSpace(becomes(r, o, []string{"101G", "102G", "103G"}, "status", "capacity", "free"), poolRef{text(o, "spec", "hostName"), meta(o, "name")})
	},
	"cStor pool's used space": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("CStorPoolInstance"))
		what := becomes(r, o, []string{"301G", "302G", "303G"}, "status", "capacity", "used")
		return mutation{what, []string{poolRef{text(o, "spec", "hostName"), meta(o, "name")}.key(), "list pools"}, []string{"list full"}}
	},
	"cStor pool turns read-only": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("CStorPoolInstance", func(o object) bool { return s.ready(text(o, "spec", "hostName")) }))
		set(o, true, "status", "readOnly")
		p := poolRef{text(o, "spec", "hostName"), meta(o, "name")}
		m := mutation{meta(o, "name") + " read-only", []string{p.key()}, everyList}
		for _, pv := range s.applications(s.in(p)) {
			m.must, m.may = append(m.must, s.own(pv)...), append(m.may, s.around(pv)...)
		}
		return m
	},
	"quota's used storage": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("ResourceQuota"))
		return mutation{becomes(r, o, []string{"101Gi", "202Gi", "303Gi"}, "status", "used", "requests.storage"), []string{"list quotas"}, nil}
	},
	"block device's state": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("BlockDevice"))
		m := mutation{meta(o, "name") + " inactive", []string{"list disks"}, []string{"list unclaimed", "list pools", "list full"}}
		set(o, "Inactive", "status", "state")
		for _, pool := range s.kind("CStorPoolInstance", uses(meta(o, "name"))) {
			m.must = append(m.must, poolRef{text(pool, "spec", "hostName"), meta(pool, "name")}.key())
		}
		return m
	},
	"block device's claim": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("BlockDevice", func(o object) bool { return text(o, "status", "claimState") == "Claimed" }))
		set(o, "Unclaimed", "status", "claimState")
		return mutation{meta(o, "name") + " unclaimed", []string{"list disks", "list unclaimed"}, nil}
	},
	"Jiva replica's mode": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("JivaVolume", func(o object) bool { return s.well(s.volume(meta(o, "name"))) }))
		what := becomes(r, o, []string{"WO", "ERR"}, "status", "replicaStatus", r.IntN(3), "mode")
		return s.sickens(what, s.volume(meta(o, "name")), "list replicas")
	},
	"Jiva volume's status": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("JivaVolume", func(o object) bool { return s.well(s.volume(meta(o, "name"))) }))
		return s.sickens(becomes(r, o, []string{"RO", "Offline"}, "status", "status"), s.volume(meta(o, "name")))
	},
	"Mayastor replica's state": func(s *sample, r *rand.Rand) mutation {
		pv := pick(r, s.applications(s.well, func(pv object) bool { return text(s.rest(pv), "state", "target", "node") != "" }))
		topology := at(s.rest(pv), "state", "replica_topology").(object)
		id := pick(r, slices.Sorted(keys(topology)))
		return s.sickens(becomes(r, topology[id].(object), []string{"Faulted", "Degraded"}, "child-status"), pv, "list replicas")
	},
	"Mayastor volume's state": func(s *sample, r *rand.Rand) mutation {
		pv := pick(r, s.applications(s.well, func(pv object) bool { return s.rest(pv) != nil }))
		return s.sickens(becomes(r, s.rest(pv), []string{"Degraded", "Faulted", "Unknown"}, "state", "status"), pv)
	},
	"DiskPool's status": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("DiskPool", func(o object) bool { return text(o, "status", "status") == "Online" }))
		return s.poolFails(becomes(r, o, []string{"Offline", "Faulted"}, "status", "status"), poolRef{text(o, "spec", "node"), meta(o, "name")})
	},
	"DiskPool is suspected": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("DiskPool", func(o object) bool { return text(o, "status", "status") == "Online" }))
		what := becomes(r, o, []string{"Suspected", "Degraded"}, "status", "status")
		return mutation{what, []string{poolRef{text(o, "spec", "node"), meta(o, "name")}.key(), "list pools"}, []string{"list full"}}
	},
	"DiskPool's free space": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("DiskPool", func(o object) bool { return text(o, "status", "status") == "Online" }))
		set(o, float64(50+r.IntN(50))*gibibyte, "status", "available")
		return poolSpace(meta(o, "name")+" available", poolRef{text(o, "spec", "node"), meta(o, "name")})
	},
	"Mayastor pool's commitment": func(s *sample, r *rand.Rand) mutation {
		i := r.IntN(2) // the third is not loaded
		o := s.all["pools"][i]
		set(o, float64(300+r.IntN(200))*gibibyte, "state", "committed")
		return mutation{text(o, "id") + " committed", []string{poolRef{text(o, "spec", "node"), text(o, "id")}.key()}, []string{"list pools", "list full"}}
	},
}

const gibibyte = 1 << 30

// rest returns what Mayastor's REST API says of a volume, or nil.
func (s *sample) rest(pv object) object {
	for _, o := range s.all["volumes"] {
		if text(o, "spec", "uuid") == text(pv, "spec", "csi", "volumeHandle") {
			return o
		}
	}
	return nil
}

func keys(o object) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range o {
			if !yield(k) {
				return
			}
		}
	}
}

// uses reports whether a cStor pool uses a block device.
func uses(device string) func(object) bool {
	return func(pool object) bool {
		for _, group := range objects(pool, "spec", "dataRaidGroups") {
			for _, d := range objects(group, "blockDevices") {
				if text(d, "blockDeviceName") == device {
					return true
				}
			}
		}
		return false
	}
}

// poolFails is a pool that goes down, and with it every copy in it.
func (s *sample) poolFails(what string, p poolRef) mutation {
	m := mutation{what, []string{p.key(), "list pools", "list replicas", "list volumes"}, join(everyList, []string{"node " + p.node})}
	for _, pv := range s.applications(s.in(p)) {
		m.must, m.may = append(m.must, s.own(pv)...), append(m.may, s.around(pv)...)
	}
	return m
}

// poolSpace is free space that changes, which the pool's node shows too.
func poolSpace(what string, p poolRef) mutation {
	return mutation{what, []string{p.key(), "node " + p.node, "list pools", "list free"}, []string{"list full"}}
}

// localFields are those of LVM and ZFS.
var localFields = map[string]func(*sample, *rand.Rand) mutation{
	"volume group's free space": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("LVMNode"))
		set(o, fmt.Sprint(20+r.IntN(80), "Gi"), "volumeGroups", 0, "free")
		return poolSpace(meta(o, "name")+" free", poolRef{meta(o, "name"), text(o, "volumeGroups", 0, "name")})
	},
	"volume group loses a disk": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("LVMNode", func(o object) bool { return meta(o, "name") != "pit-3" }))
		group := pick(r, objects(o, "volumeGroups"))
		set(group, 1.0, "missingPvCount")
		p := poolRef{meta(o, "name"), text(group, "name")}
		m := mutation{p.key() + " lost a disk", []string{p.key(), "list pools"}, join(volumeLists, []string{"list full"})}
		for _, thin := range objects(group, "thinPools") {
			m.must = append(m.must, poolRef{p.node, text(thin, "name")}.key())
		}
		for _, pv := range s.applications(s.in(p)) {
			m.must = join(m.must, s.own(pv), s.around(pv), healthLists)
		}
		return m
	},
	"thin pool's free space": func(s *sample, r *rand.Rand) mutation {
		group := at(s.one("LVMNode", "pit-2"), "volumeGroups", 1)
		set(group, fmt.Sprint(40+r.IntN(60), "Gi"), "thinPools", 0, "free")
		m := poolSpace("thin pool", poolRef{"pit-2", text(group, "thinPools", 0, "name")})
		m.must = append(m.must, poolRef{"pit-2", text(group, "name")}.key()) // what its thin pool holds is used
		return m
	},
	"zpool's free space": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("ZFSNode"))
		set(o, fmt.Sprint(100+r.IntN(80), "Gi"), "pools", 0, "free")
		return poolSpace(meta(o, "name")+" free", poolRef{meta(o, "name"), text(o, "pools", 0, "name")})
	},
	"zpool's used space": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("ZFSNode"))
		set(o, fmt.Sprint(700+r.IntN(80), "Gi"), "pools", 0, "used")
		return mutation{meta(o, "name") + " used", []string{poolRef{meta(o, "name"), text(o, "pools", 0, "name")}.key(), "list pools"}, []string{"list full"}}
	},
	"LVM volume's state": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("LVMVolume", func(o object) bool { return s.well(s.volume(meta(o, "name"))) }))
		return s.sickens(becomes(r, o, []string{"Failed", "Pending"}, "status", "state"), s.volume(meta(o, "name")))
	},
	"ZFS volume's state": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("ZFSVolume"))
		return s.sickens(becomes(r, o, []string{"Failed", "Pending"}, "status", "state"), s.volume(meta(o, "name")))
	},
	"LVM volume's node": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("LVMVolume", func(o object) bool {
			return text(o, "spec", "volGroup") == "vg-data" && text(o, "spec", "ownerNodeID") != "pit-3"
		}))
		pv := s.volume(meta(o, "name"))
		before := s.copies(pv)[0]
		what := becomes(r, o, []string{"pit-1", "pit-2"}, "spec", "ownerNodeID")
		after := s.copies(pv)[0]
		return mutation{what, join(s.own(pv), []string{"node " + before.node, "node " + after.node, before.key(), after.key(), "list volumes", "list nodes"}), everyList}
	},
}

// coreFields are those of nodes, claims, volumes, pods, snapshots and events.
var coreFields = map[string]func(*sample, *rand.Rand) mutation{
	"PersistentVolume's deletion": func(s *sample, r *rand.Rand) mutation {
		pv := pick(r, s.applications())
		set(pv, "2026-01-15T08:00:00Z", "metadata", "deletionTimestamp")
		set(pv, []any{"kubernetes.io/pv-protection"}, "metadata", "finalizers")
		return mutation{meta(pv, "name") + " being deleted", s.own(pv), nil}
	},
	"node is not ready": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("Node", func(o object) bool { return s.ready(meta(o, "name")) }))
		node := meta(o, "name")
		for _, c := range objects(o, "status", "conditions") {
			if c["type"] == "Ready" {
				set(c, pick(r, []string{"False", "Unknown"}), "status")
			}
		}
		m := mutation{node + " not ready", []string{"node " + node, "list nodes"}, everyList}
		for _, p := range s.pools() {
			if p.node == node {
				m.must = append(m.must, p.key())
			}
		}
		for _, p := range s.kind("Pod", func(p object) bool {
			return text(p, "spec", "nodeName") == node && len(s.claims(p)) > 0 && at(p, "status", "containerStatuses", 0, "ready") == true
		}) {
			m.must = append(m.must, "pod "+scopedName(p))
		}
		for _, pv := range s.applications(s.on(node)) {
			m.may = join(m.may, s.own(pv), s.around(pv))
			if c := s.copies(pv); len(c) > 0 && c[0].node == node && s.well(pv) {
				m.must = append(m.must, s.own(pv)...)
			}
		}
		return m
	},
	"node is cordoned": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("Node", func(o object) bool { return at(o, "spec", "unschedulable") == nil }))
		set(o, true, "spec", "unschedulable")
		return mutation{meta(o, "name") + " cordoned", []string{"node " + meta(o, "name"), "list nodes", "list cordoned"}, nil}
	},
	"node has DiskPressure": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("Node", func(o object) bool {
			return s.ready(meta(o, "name")) && text(o, "status", "conditions", 0, "status") == "False"
		}))
		set(o, "True", "status", "conditions", 0, "status")
		m := mutation{meta(o, "name") + " under pressure", []string{"node " + meta(o, "name"), "list nodes"}, join(volumeLists, []string{"list cordoned"})}
		for _, pv := range s.applications(func(pv object) bool { return at(pv, "spec", "local") != nil && pinned(pv) == meta(o, "name") }) {
			m.must = append(m.must, s.own(pv)...)
		}
		return m
	},
	"node's kubelet": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("Node"))
		return mutation{becomes(r, o, []string{"v1.32.1", "v1.32.2"}, "status", "nodeInfo", "kubeletVersion"), []string{"node " + meta(o, "name")}, nil}
	},
	"node's role": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("Node"))
		set(o, "", "metadata", "labels", "node-role.kubernetes.io/"+pick(r, []string{"storage", "ingress"}))
		return mutation{meta(o, "name") + " role", []string{"node " + meta(o, "name")}, nil}
	},
	"claim's request": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.bound())
		set(o, fmt.Sprint(1000+r.IntN(100), "Gi"), "spec", "resources", "requests", "storage")
		return mutation{scopedName(o) + " request", join(s.own(s.volume(text(o, "spec", "volumeName"))), []string{"list resizes"}), volumeLists}
	},
	"claim's capacity": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.bound())
		set(o, fmt.Sprint(501+r.IntN(400), "Gi"), "status", "capacity", "storage")
		pv := s.volume(text(o, "spec", "volumeName"))
		m := mutation{scopedName(o) + " capacity", join(s.own(pv), s.around(pv), []string{"list volumes", "list claims", "list sizes"}), join(volumeLists, []string{"list replicas", "list pools", "list full"})}
		return m
	},
	"volume's reclaim policy": func(s *sample, r *rand.Rand) mutation {
		pv := pick(r, s.applications(func(pv object) bool { return text(pv, "status", "phase") == "Bound" }))
		return mutation{becomes(r, pv, []string{"Retain", "Delete"}, "spec", "persistentVolumeReclaimPolicy"), s.own(pv)[:1], nil} // a claim has none
	},
	"volume's access mode": func(s *sample, r *rand.Rand) mutation {
		pv := pick(r, s.applications())
		set(pv, "ReadWriteMany", "spec", "accessModes", 0)
		return mutation{meta(pv, "name") + " access mode", s.own(pv)[:1], nil} // a claim has its own
	},
	"volume is released": func(s *sample, r *rand.Rand) mutation {
		pv := pick(r, s.applications(func(pv object) bool { return text(pv, "status", "phase") == "Bound" }))
		set(pv, "Released", "status", "phase")
		return mutation{meta(pv, "name") + " released", s.own(pv), volumeLists}
	},
	"pod's node": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.running())
		pv := s.volume(text(s.claim(meta(o, "namespace"), s.claims(o)[0]), "spec", "volumeName"))
		old, before := text(o, "spec", "nodeName"), s.around(pv)
		var others []string
		for _, n := range s.kind("Node") {
			others = append(others, meta(n, "name"))
		}
		what := becomes(r, o, others, "spec", "nodeName")
		return mutation{what, []string{"pod " + scopedName(o), "list pods", "node " + old, "node " + text(o, "spec", "nodeName")},
			join(before, s.around(pv), s.own(pv), volumeLists, []string{"list nodes"})}
	},
	"pod's restarts": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.running())
		set(o, float64(30+r.IntN(50)), "status", "containerStatuses", 0, "restartCount")
		return mutation{scopedName(o) + " restarts", []string{"pod " + scopedName(o), "list restarts"}, nil}
	},
	"pod's container waits": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.running())
		reason := pick(r, []string{"CrashLoopBackOff", "ImagePullBackOff"})
		set(o, object{"waiting": object{"reason": reason}}, "status", "containerStatuses", 0, "state")
		return mutation{scopedName(o) + " " + reason, []string{"pod " + scopedName(o), "list pods"}, []string{"list restarts"}}
	},
	"pod is being deleted": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.running())
		set(o, "2026-01-15T08:59:00Z", "metadata", "deletionTimestamp")
		return mutation{scopedName(o) + " deleted", []string{"pod " + scopedName(o), "list pods"}, []string{"list restarts"}}
	},
	"snapshot is not ready": func(s *sample, r *rand.Rand) mutation {
		o, pv := s.snapshot(r)
		set(o, false, "status", "readyToUse")
		return mutation{scopedName(o) + " not ready", join(s.own(pv), []string{"snapshot " + scopedName(o), "list snapshots"}), nil}
	},
	"snapshot's age": func(s *sample, r *rand.Rand) mutation {
		o, pv := s.snapshot(r)
		set(o, fmt.Sprintf("2025-12-%02dT02:00:00Z", 1+r.IntN(28)), "status", "creationTime")
		return mutation{scopedName(o) + " age", join(s.own(pv), []string{"snapshot " + scopedName(o), "list snapshots"}), nil}
	},
	"snapshot's size": func(s *sample, r *rand.Rand) mutation {
		o, _ := s.snapshot(r)
		set(o, fmt.Sprint(11+r.IntN(30), "Gi"), "status", "restoreSize")
		return mutation{scopedName(o) + " size", []string{"snapshot " + scopedName(o), "list snapshots"}, nil}
	},
	"event's message": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("Event", func(o object) bool {
			return text(o, "reason") == "ProvisioningFailed" || text(o, "involvedObject", "kind") == "Pod"
		}))
		set(o, fmt.Sprint("it failed for reason ", r.IntN(1000)), "message")
		name := text(o, "involvedObject", "namespace") + "/" + text(o, "involvedObject", "name")
		if text(o, "involvedObject", "kind") != "Pod" {
			return mutation{"event of claim " + name, []string{"claim " + name}, []string{"list claims", "list unused"}}
		}
		m := mutation{"event of pod " + name, []string{"pod " + name}, join(volumeLists, []string{"list pods"})}
		for _, p := range s.kind("Pod", func(p object) bool { return scopedName(p) == name }) {
			for _, c := range s.claims(p) {
				m.must = append(m.must, "claim "+meta(p, "namespace")+"/"+c)
				if pv := text(s.claim(meta(p, "namespace"), c), "spec", "volumeName"); pv != "" {
					m.must = append(m.must, "volume "+pv)
				}
			}
		}
		return m
	},
}

// claim returns a claim by its name.
func (s *sample) claim(namespace, name string) object {
	for _, c := range s.kind("PersistentVolumeClaim") {
		if scopedName(c) == namespace+"/"+name {
			return c
		}
	}
	return nil
}

// bound returns the claims that have a volume of the size that they ask for.
func (s *sample) bound() []object {
	return s.kind("PersistentVolumeClaim", func(c object) bool {
		return text(c, "status", "phase") == "Bound" && label(c, "openebs.io/component") == "" && text(c, "status", "capacity", "storage") == text(c, "spec", "resources", "requests", "storage")
	})
}

// running returns the pods with a claim that run on a node which is ready.
func (s *sample) running() []object {
	return s.kind("Pod", func(p object) bool {
		return len(s.claims(p)) > 0 && s.ready(text(p, "spec", "nodeName")) && at(p, "status", "containerStatuses", 0, "ready") == true
	})
}

// snapshot picks one that can be restored, and the volume that it is of.
func (s *sample) snapshot(r *rand.Rand) (snapshot, pv object) {
	o := pick(r, s.kind("VolumeSnapshot", func(o object) bool { return at(o, "status", "readyToUse") == true }))
	return o, s.volume(text(s.claim(meta(o, "namespace"), text(o, "spec", "source", "persistentVolumeClaimName")), "spec", "volumeName"))
}

// classFields are those of storage classes.
var classFields = map[string]func(*sample, *rand.Rand) mutation{
	"class's provisioner": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("StorageClass"))
		m := mutation{becomes(r, o, []string{"example.org/one", "example.org/two"}, "provisioner"), []string{"class " + meta(o, "name"), "list classes"}, nil}
		m.may = s.awaiting(o)
		return m
	},
	"class's expansion": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("StorageClass"))
		set(o, at(o, "allowVolumeExpansion") != true, "allowVolumeExpansion")
		return classChange(o, "expansion")
	},
	"class's reclaim policy": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("StorageClass"))
		return classChange(o, becomes(r, o, []string{"Retain", "Delete"}, "reclaimPolicy"))
	},
	"class's binding": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("StorageClass"))
		m := classChange(o, becomes(r, o, []string{"Immediate", "WaitForFirstConsumer"}, "volumeBindingMode"))
		m.may = s.awaiting(o)
		return m
	},
	"class's parameter": func(s *sample, r *rand.Rand) mutation {
		o := pick(r, s.kind("StorageClass", func(o object) bool { return at(o, "parameters") != nil }))
		name := pick(r, slices.Sorted(keys(at(o, "parameters").(object))))
		return mutation{becomes(r, o, []string{"one", "two"}, "parameters", name), []string{"class " + meta(o, "name")}, nil}
	},
}

func classChange(o object, what string) mutation {
	return mutation{meta(o, "name") + " " + what, []string{"class " + meta(o, "name"), "list classes"}, nil}
}

// awaiting are the answers about claims of a class that have no volume yet, and about the pods that wait for them.
func (s *sample) awaiting(class object) []string {
	var all []string
	for _, c := range s.kind("PersistentVolumeClaim") {
		if text(c, "spec", "storageClassName") != meta(class, "name") || text(c, "status", "phase") != "Pending" {
			continue
		}
		all = append(all, "claim "+scopedName(c), "list claims", "list unused")
		for _, p := range s.kind("Pod") {
			if meta(p, "namespace") == meta(c, "namespace") && slices.Contains(s.claims(p), meta(c, "name")) {
				all = append(all, "pod "+scopedName(p))
			}
		}
	}
	return all
}
