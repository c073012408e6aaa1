package kube

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"github.com/mulebot/mulebot/models"
)

// Objects are the raw objects of one cluster, in any order: built-in kinds typed, custom resources as maps, since their
// schemas differ between releases and nothing in them may be trusted to have the type that it should.
type Objects struct {
	Version string // of the API server; "" if not known

	Nodes             []*corev1.Node
	Namespaces        []*corev1.Namespace
	PersistentVolumes []*corev1.PersistentVolume
	Claims            []*corev1.PersistentVolumeClaim
	Pods              []*corev1.Pod
	Events            []*corev1.Event
	StorageClasses    []*storagev1.StorageClass
	Attachments       []*storagev1.VolumeAttachment
	Custom            map[string][]map[string]any // custom resources by kind: "CStorVolume", …

	Mayastor *Mayastor // answers of Mayastor's REST API; nil if there are none
	Usage    *Usage    // of file systems; nil if nobody was asked

	// Unread are the kinds that exist but could not be read, so that their absence proves nothing. Gaps says why.
	Unread map[string]bool
	Gaps   []string // see [models.Inventory.Gaps]
	Absent []string // see [models.Inventory.Absent]
}

// Mayastor holds the answers of Mayastor's REST API, which alone knows volumes and replicas: they have no custom resource.
// The elements have the shapes of the API's v0 paths.
type Mayastor struct {
	Volumes []map[string]any // of GET /v0/volumes: {spec, state}
	Pools   []map[string]any // of GET /v0/pools: {id, spec, state}
	Nodes   []map[string]any // of GET /v0/nodes: {id, spec, state}
	At      time.Time        // when they were given; zero if not known
}

// add sorts one object into its place; one of a kind that is not read is left out.
func (o *Objects) add(object any) {
	switch x := object.(type) {
	case *corev1.Node:
		o.Nodes = append(o.Nodes, x)
	case *corev1.Namespace:
		o.Namespaces = append(o.Namespaces, x)
	case *corev1.PersistentVolume:
		o.PersistentVolumes = append(o.PersistentVolumes, x)
	case *corev1.PersistentVolumeClaim:
		o.Claims = append(o.Claims, x)
	case *corev1.Pod:
		o.Pods = append(o.Pods, x)
	case *corev1.Event:
		o.Events = append(o.Events, x)
	case *storagev1.StorageClass:
		o.StorageClasses = append(o.StorageClasses, x)
	case *storagev1.VolumeAttachment:
		o.Attachments = append(o.Attachments, x)
	case *custom:
		kind, _ := x.root.get("kind").(string)
		if o.Custom == nil {
			o.Custom = map[string][]map[string]any{}
		}
		o.Custom[kind] = append(o.Custom[kind], x.root.open())
	}
}

// read notes that the objects of a custom kind were read, though there may be none.
func (o *Objects) read(kind string) {
	if o.Custom == nil {
		o.Custom = map[string][]map[string]any{}
	}
	if o.Custom[kind] == nil {
		o.Custom[kind] = []map[string]any{}
	}
}

// useMayastor reports whether there is a pool or a volume of Mayastor's. Its resource definitions alone, which come with other
// engines too, say nothing.
func (o *Objects) useMayastor() bool {
	return len(o.Custom["DiskPool"]) > 0 || slices.ContainsFunc(o.PersistentVolumes, func(v *corev1.PersistentVolume) bool {
		engine, _ := engineOf(v)
		return engine == models.Mayastor
	})
}
