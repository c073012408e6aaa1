package kube

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// trim makes an object small: it removes what no converter reads and lets objects share what they have in common, so that a
// cluster with thousands of volumes costs little memory. It has the form of a client-go cache.TransformFunc, changes the
// object in place where it can, and may be applied to one more than once. What it gives is never changed afterwards.
//
// A converter that reads a new field has to be sure that it is not removed here. Folders are trimmed like caches, so that a
// field that is gone is noticed at once.
func (p *packer) trim(object any) (any, error) {
	var uid types.UID
	if m, ok := object.(metav1.ObjectMetaAccessor); ok {
		if meta, ok := m.GetObjectMeta().(*metav1.ObjectMeta); ok {
			if meta.GenerateName == trimmed {
				return object, nil // and share what must not be changed
			}
			uid = meta.UID
			p.meta(meta)
		}
	}
	switch x := object.(type) {
	case *corev1.Node:
		x.Status = corev1.NodeStatus{Conditions: x.Status.Conditions,
			NodeInfo: corev1.NodeSystemInfo{KubeletVersion: x.Status.NodeInfo.KubeletVersion}}
		for i := range x.Status.Conditions {
			x.Status.Conditions[i].LastHeartbeatTime = metav1.Time{} // it changes all the time
		}
		x.Annotations = nil
	case *corev1.PersistentVolume:
		p.volume(x)
	case *corev1.PersistentVolumeClaim:
		p.claim(x, uid)
	case *corev1.Pod:
		p.pod(x)
	case *corev1.Event:
		p.event(x)
	case *storagev1.VolumeAttachment:
		x.Spec.Attacher, x.Spec.NodeName = p.text(x.Spec.Attacher), p.text(x.Spec.NodeName)
		if v := x.Spec.Source.PersistentVolumeName; v != nil {
			*v = p.text(*v)
		}
		x.Status.AttachmentMetadata = nil
	}
	return object, nil
}

// trimmed is the beginning of a name, which nobody reads, of what is trimmed. No name can begin so.
const trimmed = "(trimmed)"

// unread are parts of custom resources, and of Mayastor's answers, that there are many of and no converter reads, by kind.
func unread(kind string) map[string][]string {
	switch kind {
	case "CStorVolume":
		return map[string][]string{"spec": {"targetPortal", "replicaDetails"},
			"status": {"replicaStatuses", "replicaDetails", "lastUpdateTime"}}
	case "CStorVolumeReplica":
		return map[string][]string{"spec": {"replicaid", "targetIP", "compression", "zvolWorkers", "blockSize"}, "status": {"lastUpdateTime", "snapshots"}}
	case "CStorVolumeConfig":
		return map[string][]string{"spec": {"policy", "cstorVolumeRef"}}
	case "CStorVolumeAttachment":
		return map[string][]string{"spec": {"iscsi", "volume"}}
	case mayastorVolume:
		return map[string][]string{"spec": {"policy", "topology", "target"}}
	}
	return nil
}

// mayastorVolume stands for the kind of a volume of Mayastor's REST API.
const mayastorVolume = "volume of Mayastor"

// omit removes from an object what its kind has unread.
func omit(object map[string]any, kind string) {
	for part, names := range unread(kind) {
		if m, ok := object[part].(map[string]any); ok {
			for _, name := range names {
				delete(m, name)
			}
		}
	}
}

// meta keeps of metadata who and whose an object is, and since when.
func (p *packer) meta(m *metav1.ObjectMeta) {
	*m = metav1.ObjectMeta{GenerateName: trimmed, Namespace: p.text(m.Namespace), Name: p.text(m.Name), ResourceVersion: m.ResourceVersion,
		CreationTimestamp: m.CreationTimestamp, DeletionTimestamp: m.DeletionTimestamp, OwnerReferences: m.OwnerReferences,
		Labels: p.pairs("", without(m.Labels)), Annotations: p.pairs("", without(m.Annotations)), Finalizers: holding(m)}
	for i, o := range m.OwnerReferences {
		m.OwnerReferences[i] = metav1.OwnerReference{Kind: p.text(o.Kind), Name: p.text(o.Name), Controller: o.Controller}
	}
}

// holding returns the finalizers of what is being deleted. Those of everything else say nothing.
func holding(m *metav1.ObjectMeta) []string {
	if m.DeletionTimestamp == nil {
		return nil
	}
	return m.Finalizers
}

// chatter are beginnings of the keys of labels and annotations that say nothing of storage and differ from object to object.
var chatter = []string{corev1.LastAppliedConfigAnnotation, "app.kubernetes.io/", "helm.sh/", "meta.helm.sh/", "controller-revision-hash",
	"statefulset.kubernetes.io/", "apps.kubernetes.io/", "pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller",
	"volume.kubernetes.io/provisioner-deletion-secret"}

// without returns a map without chatter.
func without(m map[string]string) map[string]string {
	for k := range m {
		for _, beginning := range chatter {
			if strings.HasPrefix(k, beginning) {
				delete(m, k)
			}
		}
	}
	return m
}

func (p *packer) volume(v *corev1.PersistentVolume) {
	v.Spec.Capacity = p.sizes(v.Spec.Capacity)
	v.Spec.AccessModes = p.modes(v.Spec.AccessModes)
	v.Spec.StorageClassName = p.text(v.Spec.StorageClassName)
	v.Spec.VolumeMode = p.mode(v.Spec.VolumeMode)
	if r := v.Spec.ClaimRef; r != nil {
		*r = corev1.ObjectReference{Namespace: p.text(r.Namespace), Name: p.text(r.Name)}
	}
	if c := v.Spec.CSI; c != nil {
		delete(c.VolumeAttributes, "storage.kubernetes.io/csiProvisionerIdentity")
		*c = corev1.CSIPersistentVolumeSource{Driver: p.text(c.Driver), VolumeHandle: p.text(c.VolumeHandle), FSType: p.text(c.FSType),
			ReadOnly: c.ReadOnly, VolumeAttributes: p.pairs("", c.VolumeAttributes)}
	}
	v.Status.LastPhaseTransitionTime = nil
}

func (p *packer) claim(c *corev1.PersistentVolumeClaim, uid types.UID) {
	c.UID = uid // engines name volumes after it
	c.Spec.AccessModes, c.Status.AccessModes = p.modes(c.Spec.AccessModes), nil
	c.Spec.Resources.Requests, c.Status.Capacity = p.sizes(c.Spec.Resources.Requests), p.sizes(c.Status.Capacity)
	c.Spec.VolumeName, c.Spec.VolumeMode = p.text(c.Spec.VolumeName), p.mode(c.Spec.VolumeMode)
	if name := c.Spec.StorageClassName; name != nil {
		shared := p.text(*name)
		c.Spec.StorageClassName = once(p, "class "+shared, &shared)
	}
}

func (p *packer) modes(m []corev1.PersistentVolumeAccessMode) []corev1.PersistentVolumeAccessMode {
	return once(p, fmt.Sprint("modes ", m), m)
}

func (p *packer) mode(m *corev1.PersistentVolumeMode) *corev1.PersistentVolumeMode {
	if m == nil {
		return nil
	}
	return once(p, "mode "+string(*m), m)
}

// sizes keeps of quantities that of storage.
func (p *packer) sizes(list corev1.ResourceList) corev1.ResourceList {
	q, ok := list[corev1.ResourceStorage]
	if !ok {
		return nil
	}
	return once(p, "size "+q.String(), corev1.ResourceList{corev1.ResourceStorage: q})
}

// event keeps of an event that is not about storage only that there is one.
func (p *packer) event(e *corev1.Event) {
	about := e.InvolvedObject
	e.InvolvedObject = corev1.ObjectReference{Kind: p.text(about.Kind), Namespace: p.text(about.Namespace), Name: p.text(about.Name)}
	e.Related, e.Action, e.ReportingInstance = nil, "", ""
	if !wanted(e) {
		e.Message, e.Source, e.Reason = "", corev1.EventSource{}, ""
		return
	}
	e.Message, e.Reason, e.Type = p.text(e.Message), p.text(e.Reason), p.text(e.Type)
	e.Source, e.ReportingController = corev1.EventSource{Component: p.text(e.Source.Component)}, p.text(e.ReportingController)
}

// pod keeps what says how a pod is, where it is and which claims it mounts.
func (p *packer) pod(x *corev1.Pod) {
	x.Annotations = nil
	spec := corev1.PodSpec{NodeName: p.text(x.Spec.NodeName)}
	for _, v := range x.Spec.Volumes {
		if v.PersistentVolumeClaim != nil {
			v.PersistentVolumeClaim.ClaimName = p.text(v.PersistentVolumeClaim.ClaimName)
			v.Name = p.text(v.Name)
			spec.Volumes = append(spec.Volumes, v)
		} else if v.Ephemeral != nil {
			v.Ephemeral = &corev1.EphemeralVolumeSource{}
			spec.Volumes = append(spec.Volumes, v)
		}
	}
	for _, c := range x.Spec.InitContainers {
		spec.InitContainers = append(spec.InitContainers, corev1.Container{Name: c.Name, RestartPolicy: c.RestartPolicy})
	}
	if image := versionImage(x); image != "" {
		spec.Containers = once(p, "image "+image, []corev1.Container{{Image: image}})
	}
	x.Spec = spec
	x.Status = corev1.PodStatus{Phase: corev1.PodPhase(p.text(string(x.Status.Phase))), Reason: p.text(x.Status.Reason), PodIP: p.text(x.Status.PodIP),
		Conditions: p.podConditions(x.Status.Conditions), InitContainerStatuses: p.statuses(x.Status.InitContainerStatuses),
		ContainerStatuses: p.statuses(x.Status.ContainerStatuses)}
}

// podConditions keeps the conditions that are not met, and that a pod is ready.
func (p *packer) podConditions(all []corev1.PodCondition) []corev1.PodCondition {
	var kept []corev1.PodCondition
	for _, c := range all {
		if c.Status != corev1.ConditionTrue {
			kept = append(kept, c)
		} else if c.Type == corev1.PodReady {
			kept = append(kept, corev1.PodCondition{Type: c.Type, Status: c.Status})
		}
	}
	if len(kept) == 1 && kept[0].Status == corev1.ConditionTrue {
		return once(p, "ready", kept)
	}
	return kept
}

// statuses keeps how containers are. Those of pods that are well are alike.
func (p *packer) statuses(all []corev1.ContainerStatus) []corev1.ContainerStatus {
	well, key := true, "statuses"
	for i, s := range all {
		all[i] = corev1.ContainerStatus{Name: p.text(s.Name), Ready: s.Ready, RestartCount: s.RestartCount, State: s.State, Started: s.Started,
			LastTerminationState: trimEnd(s.LastTerminationState)}
		if all[i].State.Running != nil {
			all[i].State.Running = &corev1.ContainerStateRunning{}
		}
		well = well && all[i].State.Running != nil && s.LastTerminationState == corev1.ContainerState{}
		key += fmt.Sprintf(" %s %t %d %t", s.Name, s.Ready, s.RestartCount, s.Started != nil && *s.Started)
	}
	if !well || len(all) == 0 {
		return all
	}
	return once(p, key, all)
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
