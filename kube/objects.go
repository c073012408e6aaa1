package kube

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

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
	case *unstructured.Unstructured:
		if o.Custom == nil {
			o.Custom = map[string][]map[string]any{}
		}
		o.Custom[x.GetKind()] = append(o.Custom[x.GetKind()], x.Object)
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

// trim removes in place what no converter reads, so that a cluster with thousands of pods costs little memory. It has the
// form of a client-go cache.TransformFunc and may be applied to an object more than once.
func trim(object any) (any, error) {
	if m, ok := object.(metav1.Object); ok {
		m.SetManagedFields(nil)
		m.SetFinalizers(nil)
		if annotations := m.GetAnnotations(); annotations[corev1.LastAppliedConfigAnnotation] != "" {
			delete(annotations, corev1.LastAppliedConfigAnnotation)
			m.SetAnnotations(annotations)
		}
	}
	switch x := object.(type) {
	case *corev1.Pod:
		trimPod(x)
	case *corev1.Node:
		x.Status = corev1.NodeStatus{Conditions: x.Status.Conditions,
			NodeInfo: corev1.NodeSystemInfo{KubeletVersion: x.Status.NodeInfo.KubeletVersion}}
		x.Annotations = nil
	case *corev1.Event:
		if !storageKind(x.InvolvedObject.Kind) {
			x.Message, x.Source, x.Reason = "", corev1.EventSource{}, ""
		}
	case *unstructured.Unstructured:
		delete(x.Object, "versionDetails")
	}
	return object, nil
}

// trimPod keeps what says how the pod is, where it is and which claims it mounts.
func trimPod(p *corev1.Pod) {
	p.Annotations = nil
	spec := corev1.PodSpec{NodeName: p.Spec.NodeName}
	for _, v := range p.Spec.Volumes {
		if v.PersistentVolumeClaim != nil {
			spec.Volumes = append(spec.Volumes, v)
		} else if v.Ephemeral != nil {
			v.Ephemeral = &corev1.EphemeralVolumeSource{}
			spec.Volumes = append(spec.Volumes, v)
		}
	}
	for _, c := range p.Spec.InitContainers {
		spec.InitContainers = append(spec.InitContainers, corev1.Container{Name: c.Name, RestartPolicy: c.RestartPolicy})
	}
	p.Spec = spec
	p.Status = corev1.PodStatus{Phase: p.Status.Phase, Reason: p.Status.Reason, PodIP: p.Status.PodIP, PodIPs: p.Status.PodIPs,
		Conditions: p.Status.Conditions, InitContainerStatuses: trimStatuses(p.Status.InitContainerStatuses),
		ContainerStatuses: trimStatuses(p.Status.ContainerStatuses)}
}

func trimStatuses(all []corev1.ContainerStatus) []corev1.ContainerStatus {
	for i, s := range all {
		all[i] = corev1.ContainerStatus{Name: s.Name, Ready: s.Ready, RestartCount: s.RestartCount, State: s.State, Started: s.Started,
			LastTerminationState: trimEnd(s.LastTerminationState)}
	}
	return all
}

// trimEnd keeps how a container ended, and of its message what a reader needs.
func trimEnd(s corev1.ContainerState) corev1.ContainerState {
	const longest = 500 // of up to 4096 bytes
	end := s.Terminated
	if end == nil {
		return corev1.ContainerState{}
	}
	message := end.Message
	if len(message) > longest {
		message = strings.ToValidUTF8(message[:longest], "") + "…"
	}
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: end.ExitCode, Signal: end.Signal, Reason: end.Reason, Message: message}}
}
