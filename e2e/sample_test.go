package e2e

import (
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// sample is a cluster as plain objects: manifests, and the answers of Mayastor's REST API by their file's name. What belongs
// together is read here from labels and specs anew, so that a test does not believe the code that it tests.
type sample struct {
	cluster string
	all     map[string][]object
}

// folder writes the sample as a folder that kube reads.
func (s *sample) folder(t *testing.T) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	for name, objects := range s.all {
		content, err := json.Marshal(objects)
		if err != nil {
			t.Fatal(err)
		}
		file := "mayastor-rest/" + name + ".json"
		if name == "manifests" {
			file = "all.json"
		}
		files[file] = &fstest.MapFile{Data: content}
	}
	return files
}

func (s *sample) clone(t *testing.T) *sample {
	t.Helper()
	content, err := json.Marshal(s.all)
	if err != nil {
		t.Fatal(err)
	}
	c := &sample{cluster: s.cluster}
	if err := json.Unmarshal(content, &c.all); err != nil {
		t.Fatal(err)
	}
	return c
}

// kind returns the objects of a kind for which all conditions hold.
func (s *sample) kind(kind string, hold ...func(object) bool) []object {
	var found []object
objects:
	for _, o := range s.all["manifests"] {
		if o["kind"] != kind {
			continue
		}
		for _, ok := range hold {
			if !ok(o) {
				continue objects
			}
		}
		found = append(found, o)
	}
	return found
}

// one returns the object of a kind and a name, or nil.
func (s *sample) one(kind, name string) object {
	for _, o := range s.kind(kind) {
		if meta(o, "name") == name {
			return o
		}
	}
	return nil
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func scopedName(o object) string { return meta(o, "namespace") + "/" + meta(o, "name") }

// at returns what stands at a path of an object; a list's element is a number.
func at(o any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := o.(object)
			o = m[step]
		case int:
			l, _ := o.([]any)
			if step >= len(l) {
				return nil
			}
			o = l[step]
		}
	}
	return o
}

func text(o any, path ...any) string {
	s, _ := at(o, path...).(string)
	return s
}

// set changes a field of an object.
func set(o any, value any, path ...any) {
	last := len(path) - 1
	switch step := path[last].(type) {
	case string:
		at(o, path[:last]...).(object)[step] = value
	case int:
		at(o, path[:last]...).([]any)[step] = value
	}
}

func label(o object, key string) string { return text(o, "metadata", "labels", key) }

// objects returns the objects of a list.
func objects(o any, path ...any) []object {
	l, _ := at(o, path...).([]any)
	var all []object
	for _, e := range l {
		all = append(all, e.(object))
	}
	return all
}

// claims returns the claims that a pod mounts, if it is an application's.
func (s *sample) claims(pod object) []string {
	if label(pod, "openebs.io/component") != "" {
		return nil
	}
	var names []string
	for _, v := range objects(pod, "spec", "volumes") {
		if name := text(v, "persistentVolumeClaim", "claimName"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// jivasOwn reports whether a PersistentVolume holds a replica of a Jiva volume.
func (s *sample) jivasOwn(pv object) bool {
	return strings.Contains(text(pv, "spec", "claimRef", "name"), "-jiva-rep-")
}

// pinned is the node that a PersistentVolume is tied to.
func pinned(pv object) string {
	return text(pv, "spec", "nodeAffinity", "required", "nodeSelectorTerms", 0, "matchExpressions", 0, "values", 0)
}

type poolRef struct{ node, name string }

func (p poolRef) key() string { return "pool " + p.node + " " + p.name }

// pools returns the pools of all engines.
func (s *sample) pools() []poolRef {
	var all []poolRef
	for _, o := range s.kind("CStorPoolInstance") {
		all = append(all, poolRef{text(o, "spec", "hostName"), meta(o, "name")})
	}
	for _, o := range s.kind("DiskPool") {
		all = append(all, poolRef{text(o, "spec", "node"), meta(o, "name")})
	}
	for _, o := range s.kind("LVMNode") {
		for _, group := range objects(o, "volumeGroups") {
			all = append(all, poolRef{meta(o, "name"), text(group, "name")})
			for _, thin := range objects(group, "thinPools") {
				all = append(all, poolRef{meta(o, "name"), text(thin, "name")})
			}
		}
	}
	for _, o := range s.kind("ZFSNode") {
		for _, pool := range objects(o, "pools") {
			all = append(all, poolRef{meta(o, "name"), text(pool, "name")})
		}
	}
	return all
}

// copies returns where the data of a PersistentVolume is: nodes, and pools where there are any.
func (s *sample) copies(pv object) []poolRef {
	name := meta(pv, "name")
	var all []poolRef
	for _, o := range s.kind("CStorVolumeReplica") {
		if label(o, "openebs.io/persistent-volume") == name {
			all = append(all, poolRef{text(o, "metadata", "annotations", "cstorpoolinstance.openebs.io/hostname"), label(o, "cstorpoolinstance.openebs.io/name")})
		}
	}
	for _, o := range s.all["volumes"] {
		if text(o, "spec", "uuid") == text(pv, "spec", "csi", "volumeHandle") {
			topology, _ := at(o, "state", "replica_topology").(object)
			for _, replica := range topology {
				all = append(all, poolRef{text(replica, "node"), text(replica, "pool")})
			}
		}
	}
	for _, o := range s.kind("PersistentVolume", s.jivasOwn) {
		if strings.Contains(text(o, "spec", "claimRef", "name"), name) {
			all = append(all, poolRef{node: pinned(o)})
		}
	}
	if o := s.one("LVMVolume", name); o != nil {
		node, group := text(o, "spec", "ownerNodeID"), text(o, "spec", "volGroup")
		all = append(all, poolRef{node, group})
		if text(o, "spec", "thinProvision") == "yes" {
			all = append(all, poolRef{node, group + "_thinpool"})
		}
	}
	if o := s.one("ZFSVolume", name); o != nil {
		all = append(all, poolRef{text(o, "spec", "ownerNodeID"), text(o, "spec", "poolName")})
	}
	if at(pv, "spec", "local") != nil {
		all = append(all, poolRef{node: pinned(pv)})
	}
	return all
}

// served returns the nodes where a volume is attached, beside those of its data.
func (s *sample) served(pv object) []string {
	name := meta(pv, "name")
	var nodes []string
	for _, o := range s.kind("CStorVolumeAttachment") {
		if label(o, "Volname") == name {
			nodes = append(nodes, label(o, "nodeID"))
		}
	}
	for _, o := range s.kind("VolumeAttachment") {
		if text(o, "spec", "source", "persistentVolumeName") == name {
			nodes = append(nodes, text(o, "spec", "nodeName"))
		}
	}
	if o := s.one("JivaVolume", name); o != nil {
		nodes = append(nodes, label(o, "nodeID"))
	}
	for _, p := range s.users(pv) {
		nodes = append(nodes, text(p, "spec", "nodeName"))
	}
	return nodes
}

// targets returns the nodes that serve a volume: those of its engine's own pods and of Mayastor's nexus.
func (s *sample) targets(pv object) []string {
	var nodes []string
	for _, p := range s.kind("Pod") {
		if label(p, "openebs.io/persistent-volume") == meta(pv, "name") {
			nodes = append(nodes, text(p, "spec", "nodeName"))
		}
	}
	for _, o := range s.all["volumes"] {
		if text(o, "spec", "uuid") == text(pv, "spec", "csi", "volumeHandle") {
			nodes = append(nodes, text(o, "state", "target", "node"))
		}
	}
	return nodes
}

// users returns the pods that mount a volume.
func (s *sample) users(pv object) []object {
	return s.kind("Pod", func(p object) bool {
		if meta(p, "namespace") != text(pv, "spec", "claimRef", "namespace") {
			return false
		}
		for _, c := range s.claims(p) {
			if c == text(pv, "spec", "claimRef", "name") {
				return true
			}
		}
		return false
	})
}

// own are the answers about a volume and its claim.
func (s *sample) own(pv object) []string {
	keys := []string{"volume " + meta(pv, "name")}
	claim := text(pv, "spec", "claimRef", "namespace") + "/" + text(pv, "spec", "claimRef", "name")
	for _, c := range s.kind("PersistentVolumeClaim") {
		if scopedName(c) == claim {
			keys = append(keys, "claim "+claim)
		}
	}
	return keys
}

// around are the answers that show a volume beside its own: of its pods, its pools and its nodes.
func (s *sample) around(pv object) []string {
	var keys []string
	for _, p := range s.users(pv) {
		keys = append(keys, "pod "+scopedName(p))
	}
	for _, c := range s.copies(pv) {
		keys = append(keys, "node "+c.node)
		if c.name != "" {
			keys = append(keys, c.key())
		}
	}
	for _, n := range s.served(pv) {
		keys = append(keys, "node "+n)
	}
	return keys
}

// applications are the PersistentVolumes that hold no replica of another volume, those for which all conditions hold.
func (s *sample) applications(hold ...func(object) bool) []object {
	return s.kind("PersistentVolume", append(hold, func(pv object) bool { return !s.jivasOwn(pv) })...)
}

// in reports whether a volume has data in a pool.
func (s *sample) in(p poolRef) func(object) bool {
	return func(pv object) bool {
		for _, c := range s.copies(pv) {
			if c == p {
				return true
			}
		}
		return false
	}
}

// on reports whether a volume has data on a node or is served or used there.
func (s *sample) on(node string) func(object) bool {
	return func(pv object) bool {
		return slices.Contains(s.served(pv), node) || slices.Contains(s.targets(pv), node) ||
			slices.ContainsFunc(s.copies(pv), func(c poolRef) bool { return c.node == node })
	}
}

// ready reports whether a node says that it is.
func (s *sample) ready(node string) bool {
	for _, c := range objects(s.one("Node", node), "status", "conditions") {
		if c["type"] == "Ready" {
			return c["status"] == "True"
		}
	}
	return false
}

// well reports whether nothing at all is wrong with a volume: what its engine says, its copies, and their nodes.
func (s *sample) well(pv object) bool {
	name := meta(pv, "name")
	for _, node := range append(s.served(pv), s.targets(pv)...) {
		if node != "" && !s.ready(node) {
			return false
		}
	}
	for _, c := range s.copies(pv) {
		if !s.ready(c.node) {
			return false
		}
	}
	for _, o := range s.kind("CStorVolumeReplica") {
		if label(o, "openebs.io/persistent-volume") == name && text(o, "status", "phase") != "Healthy" {
			return false
		}
	}
	for _, o := range s.all["volumes"] {
		if text(o, "spec", "uuid") == text(pv, "spec", "csi", "volumeHandle") && text(o, "state", "status") != "Online" {
			return false
		}
	}
	for _, o := range s.kind("LVMNode") {
		for _, group := range objects(o, "volumeGroups") {
			if s.in(poolRef{meta(o, "name"), text(group, "name")})(pv) && at(group, "missingPvCount") != 0.0 && at(group, "missingPvCount") != 0 {
				return false
			}
		}
	}
	o := s.one("JivaVolume", name)
	return o == nil || text(o, "status", "status") == "RW"
}
