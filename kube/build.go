package kube

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"github.com/mulebot/mulebot/models"
)

// Build joins the objects of a cluster into its inventory. It is a pure function: it changes none of the objects and knows
// no clock but asOf. Its work grows with the number of objects and not faster.
func Build(name string, o *Objects, asOf time.Time) *models.Inventory {
	b := index(o)
	b.inv.Cluster, b.inv.AsOf = name, asOf
	b.addNodes()
	b.addStorageClasses()
	b.addPods()
	b.addEvents()
	b.addCStorPools()
	b.addDiskPools()
	b.exportedPools()
	b.addVolumeGroups()
	b.addZPools()
	b.addBlockDevices()
	b.addVolumes()
	b.addUsageGaps()
	b.addClaims()
	b.addStrays()
	b.addSnapshots()
	b.addQuotas()
	b.addRefusals()
	b.addTerminating()
	b.addEvidence()
	b.addUp()
	return b.inv
}

// builder is an inventory being built, with the objects by the names that others refer to them by.
type builder struct {
	o   *Objects
	inv *models.Inventory

	pods     []*corev1.Pod     // in order
	alias    map[string]string // other names of a node: its host name, its OpenEBS node id
	nodes    map[string]*models.Node
	claims   map[string]*corev1.PersistentVolumeClaim // by key(namespace, name)
	volumes  map[string]*corev1.PersistentVolume
	handles  map[string]string // name of the PersistentVolume by CSI volume handle
	classes  map[string]*storagev1.StorageClass
	attached map[string][]*storagev1.VolumeAttachment // by PersistentVolume
	custom   map[string]map[string]fields             // by kind and name
	byVolume map[string]map[string][]fields           // custom resources that name a PersistentVolume, by kind and that name

	pins       map[string]string             // nodes that terms of node affinity match alone, by the terms as text
	users      map[string][]models.PodRef    // pods that mount a claim, by key(namespace, name)
	userNode   map[string]string             // node of a running pod that mounts a claim, by key(namespace, name)
	engine     map[string][]*corev1.Pod      // pods of the engines, by role and what they serve
	podsByIP   map[string]*corev1.Pod        // of Jiva replicas
	events     map[string][]*models.Event    // by kind and key(namespace, name) of the object
	pools      map[string]int                // position in inv.Pools, by poolKey
	held       map[string]int                // replicas of a pool, by poolKey
	promised   map[string]models.Bytes       // sizes of the thin volumes in a pool, by poolKey
	diskOwners map[string]string             // pool by block device
	mayastor   map[string]fields             // volumes of the REST API by UUID
	volumeAt   map[string]int                // position in inv.Volumes, by name
	measured   map[string]*models.Filesystem // file systems, by key(namespace, name) of the claim
	unasked    map[string]bool               // sources of usage that some volume would need, as gaps
}

// key joins a namespace and a name, neither of which can hold a slash.
func key(namespace, name string) string { return namespace + "/" + name }

// poolKey names a pool: engines, nodes and kinds of pools may share names.
func poolKey(engine models.Engine, node, name string) string {
	return string(engine) + "/" + node + "/" + name
}

// index reads the objects once and keeps them by name.
func index(o *Objects) *builder {
	b := &builder{o: o, inv: &models.Inventory{Version: o.Version},
		alias: map[string]string{}, nodes: map[string]*models.Node{}, claims: make(map[string]*corev1.PersistentVolumeClaim, len(o.Claims)),
		volumes: make(map[string]*corev1.PersistentVolume, len(o.PersistentVolumes)), handles: make(map[string]string, len(o.PersistentVolumes)),
		classes: map[string]*storagev1.StorageClass{}, attached: make(map[string][]*storagev1.VolumeAttachment, len(o.Attachments)),
		custom: map[string]map[string]fields{}, byVolume: map[string]map[string][]fields{},
		users: make(map[string][]models.PodRef, len(o.Claims)), userNode: make(map[string]string, len(o.Claims)), engine: map[string][]*corev1.Pod{},
		podsByIP: map[string]*corev1.Pod{}, events: map[string][]*models.Event{}, pools: map[string]int{}, held: map[string]int{},
		promised: map[string]models.Bytes{}, diskOwners: map[string]string{}, mayastor: map[string]fields{},
		volumeAt: make(map[string]int, len(o.PersistentVolumes)), pins: map[string]string{},
	}
	b.inv.Volumes, b.inv.Claims = make([]models.Volume, 0, len(o.PersistentVolumes)), make([]models.Claim, 0, len(o.Claims))
	b.inv.Gaps, b.inv.Absent = slices.Clone(o.Gaps), o.Absent
	b.pods = slices.SortedFunc(slices.Values(o.Pods), func(x, y *corev1.Pod) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(x.Name, y.Name))
	})
	for _, n := range o.Nodes {
		for _, label := range hostLabels {
			if other := n.Labels[label]; other != "" && other != n.Name {
				b.alias[other] = n.Name
			}
		}
	}
	for _, n := range o.Nodes {
		delete(b.alias, n.Name)
	}
	for _, c := range o.Claims {
		b.claims[key(c.Namespace, c.Name)] = c
	}
	for _, v := range o.PersistentVolumes {
		b.volumes[v.Name] = v
		if v.Spec.CSI != nil {
			b.handles[v.Spec.CSI.VolumeHandle] = v.Name
		}
	}
	for _, c := range o.StorageClasses {
		b.classes[c.Name] = c
	}
	for _, a := range slices.SortedFunc(slices.Values(o.Attachments), func(x, y *storagev1.VolumeAttachment) int { return strings.Compare(x.Name, y.Name) }) {
		if v := a.Spec.Source.PersistentVolumeName; v != nil {
			b.attached[*v] = append(b.attached[*v], a)
		}
	}
	b.indexCustom()
	b.indexUsage()
	return b
}

// indexCustom keeps custom resources by name, and those that belong to a volume by the volume.
func (b *builder) indexCustom() {
	owner := map[string]func(fields) string{
		"CStorVolumeReplica":    func(f fields) string { return f.label("openebs.io/persistent-volume") },
		"CStorVolumeAttachment": func(f fields) string { return f.label("Volname") },
	}
	for kind, objects := range b.o.Custom {
		names := make(map[string]fields, len(objects))
		owned := map[string][]fields{}
		for _, object := range objects {
			f := fields(object)
			names[f.name()] = f
			if volume := owner[kind]; volume != nil {
				owned[volume(f)] = append(owned[volume(f)], f)
			}
		}
		b.custom[kind], b.byVolume[kind] = names, owned
	}
	if b.o.Mayastor != nil {
		for _, v := range b.o.Mayastor.Volumes {
			b.mayastor[fields(v).str("spec", "uuid")] = v
		}
	}
}

// seen reports whether the objects of a custom kind were read, so that the absence of one says something.
func (b *builder) seen(kind string) bool {
	_, any := b.o.Custom[kind]
	return any && !b.o.Unread[kind]
}

// addUp fills what is known only when everything is there: counts, engines, namespaces; and puts all in order.
func (b *builder) addUp() {
	classes := map[string]int{}
	for _, v := range b.inv.Volumes {
		classes[v.StorageClass]++
		b.countNodes(&v)
	}
	for i := range b.inv.StorageClasses {
		b.inv.StorageClasses[i].Volumes = classes[b.inv.StorageClasses[i].Name]
	}
	for i := range b.inv.Pools {
		b.finishPool(&b.inv.Pools[i])
	}
	b.addEngines()
	b.addNamespaces()
	b.sort()
}

// countNodes counts the volume on the nodes that hold its data and on the one where it is attached.
func (b *builder) countNodes(v *models.Volume) {
	holders := map[string]bool{}
	if v.Local() && v.Node != "" {
		holders[v.Node] = true
	}
	for _, r := range v.Replicas {
		holders[r.Node] = true
	}
	for name := range holders {
		if n := b.nodes[name]; n != nil {
			n.Volumes++
		}
	}
	users := map[string]bool{}
	if !v.Local() {
		users[v.Node] = true
	} else if len(v.Pods) > 0 {
		users[v.Node] = true
	}
	for name := range users {
		if n := b.nodes[name]; n != nil {
			n.Attached++
		}
	}
}

// finishPool counts what the pool holds, from the volumes, where its engine did not say.
func (b *builder) finishPool(p *models.Pool) {
	k := poolKey(p.Engine, p.Node, p.Name)
	if n, ok := b.held[k]; ok && p.Replicas < 0 {
		p.Replicas = n
	} else if p.Replicas < 0 {
		p.Replicas = 0
	}
	if p.Kind == thinPool {
		p.Committed = b.promised[k]
	}
	if percent, ok := models.Percent(p.Committed, p.Size); ok && percent > 100 {
		p.Notes = append(p.Notes, fmt.Sprintf("over-committed: thin volumes were promised %s, %.0f %% of its size", p.Committed, percent))
	}
	if n := b.nodes[p.Node]; n != nil {
		n.Pools++
	}
}

// addEngines lists the engines that the cluster has: that a storage class, a volume or an object of theirs is there. Resource
// definitions do not count, since one chart installs those of all.
func (b *builder) addEngines() {
	found := map[models.Engine]bool{}
	for _, r := range resources() {
		if r.Engine != "" && len(b.o.Custom[r.Kind]) > 0 {
			found[r.Engine] = true
		}
	}
	for _, c := range b.inv.StorageClasses {
		found[c.Engine] = true
	}
	for _, v := range b.inv.Volumes {
		found[v.Engine] = true
	}
	order := []models.Engine{models.Mayastor, models.CStor, models.Jiva, models.Hostpath, models.LVM, models.ZFS, models.OtherOpenEBS, models.OtherCSI}
	for _, e := range order {
		if found[e] {
			b.inv.Engines = append(b.inv.Engines, e)
		}
	}
}

func (b *builder) addNamespaces() {
	found := map[string]bool{}
	for _, n := range b.o.Namespaces {
		found[n.Name] = true
	}
	for _, c := range b.o.Claims {
		found[c.Namespace] = true
	}
	delete(found, "")
	for n := range found {
		b.inv.Namespaces = append(b.inv.Namespaces, n)
	}
}

func (b *builder) sort() {
	inv := b.inv
	slices.SortStableFunc(inv.Volumes, func(x, y models.Volume) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(x.Claim, y.Claim), strings.Compare(x.Name, y.Name))
	})
	slices.SortStableFunc(inv.Claims, func(x, y models.Claim) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(x.Name, y.Name))
	})
	slices.SortStableFunc(inv.Pools, func(x, y models.Pool) int {
		return cmp.Or(strings.Compare(x.Node, y.Node), strings.Compare(x.Name, y.Name), strings.Compare(string(x.Engine), string(y.Engine)))
	})
	slices.SortStableFunc(inv.Nodes, func(x, y models.Node) int { return strings.Compare(x.Name, y.Name) })
	slices.SortStableFunc(inv.StorageClasses, func(x, y models.StorageClass) int { return strings.Compare(x.Name, y.Name) })
	slices.SortStableFunc(inv.Snapshots, func(x, y models.Snapshot) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(x.Name, y.Name))
	})
	slices.SortStableFunc(inv.Pods, func(x, y models.Pod) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(x.Name, y.Name))
	})
	slices.SortStableFunc(inv.Events, func(x, y models.Event) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(x.Object, y.Object), x.Last.Compare(y.Last), strings.Compare(x.Reason, y.Reason))
	})
	slices.SortStableFunc(inv.BlockDevices, func(x, y models.BlockDevice) int {
		return cmp.Or(strings.Compare(x.Node, y.Node), strings.Compare(x.Path, y.Path), strings.Compare(x.Name, y.Name))
	})
	slices.Sort(inv.Namespaces)
}
