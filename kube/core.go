package kube

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mulebot/mulebot/models"
)

func sorted(s []string) []string {
	slices.Sort(s)
	return s
}

// engineOfDriver recognises a CSI driver or another provisioner.
func engineOfDriver(driver string) models.Engine {
	switch driver {
	case "io.openebs.csi-mayastor":
		return models.Mayastor
	case "cstor.csi.openebs.io":
		return models.CStor
	case "jiva.csi.openebs.io":
		return models.Jiva
	case "local.csi.openebs.io":
		return models.LVM
	case "zfs.csi.openebs.io":
		return models.ZFS
	case "openebs.io/local":
		return models.Hostpath
	}
	if strings.HasSuffix(driver, ".openebs.io") || strings.HasPrefix(driver, "openebs.io/") || strings.HasPrefix(driver, "io.openebs.") {
		return models.OtherOpenEBS
	}
	return models.OtherCSI
}

// engineOfCasType recognises the label openebs.io/cas-type; "" if it says nothing.
func engineOfCasType(t string) models.Engine {
	switch t {
	case "mayastor":
		return models.Mayastor
	case "cstor":
		return models.CStor
	case "jiva":
		return models.Jiva
	case "local-hostpath":
		return models.Hostpath
	case "localpv-lvm":
		return models.LVM
	case "localpv-zfs":
		return models.ZFS
	case "":
		return ""
	}
	return models.OtherOpenEBS
}

// engineOf recognises the engine of a volume, by its CSI driver, else its label, else who provisioned it; and returns that
// driver or provisioner as it is written.
func engineOf(v *corev1.PersistentVolume) (models.Engine, string) {
	provisioner := v.Annotations["pv.kubernetes.io/provisioned-by"]
	if v.Spec.CSI != nil {
		return engineOfDriver(v.Spec.CSI.Driver), v.Spec.CSI.Driver
	}
	if e := engineOfCasType(v.Labels["openebs.io/cas-type"]); e != "" {
		return e, provisioner
	}
	return engineOfDriver(provisioner), provisioner
}

// engineOfClass recognises the engine of a storage class. Hostpath's provisioner makes other kinds of local volumes too, and
// the class's configuration says which.
func engineOfClass(c *storagev1.StorageClass) models.Engine {
	e := engineOfDriver(c.Provisioner)
	config := c.Annotations["cas.openebs.io/config"]
	if e == models.Hostpath && strings.Contains(config, "StorageType") && !strings.Contains(config, "hostpath") {
		return models.OtherOpenEBS
	}
	return e
}

func (b *builder) addStorageClasses() {
	for _, c := range b.o.StorageClasses {
		m := models.StorageClass{Name: c.Name, Engine: engineOfClass(c), Provisioner: c.Provisioner, Reclaim: "Delete",
			Default: c.Annotations["storageclass.kubernetes.io/is-default-class"] == "true",
			Binding: "Immediate", Parameters: c.Parameters, Created: c.CreationTimestamp.Time}
		if c.ReclaimPolicy != nil {
			m.Reclaim = string(*c.ReclaimPolicy)
		}
		if c.VolumeBindingMode != nil {
			m.Binding = string(*c.VolumeBindingMode)
		}
		m.Expandable = c.AllowVolumeExpansion != nil && *c.AllowVolumeExpansion
		m.Nodes = b.allowed(c)
		b.inv.StorageClasses = append(b.inv.StorageClasses, m)
	}
}

// allowed returns the nodes that a storage class's topology allows; nil if it allows every node.
func (b *builder) allowed(c *storagev1.StorageClass) []string {
	if len(c.AllowedTopologies) == 0 {
		return nil
	}
	names := []string{}
	for _, n := range b.o.Nodes {
		for _, term := range c.AllowedTopologies {
			fits := true
			for _, e := range term.MatchLabelExpressions {
				fits = fits && (slices.Contains(e.Values, n.Labels[e.Key]) || n.Labels[e.Key] == "" && slices.Contains(e.Values, n.Name))
			}
			if fits && !slices.Contains(names, n.Name) {
				names = append(names, n.Name)
			}
		}
	}
	return sorted(names)
}

// deleting returns when the deletion of an object was asked for; the zero time if it was not.
func deleting(o interface{ GetDeletionTimestamp() *metav1.Time }) time.Time {
	if t := o.GetDeletionTimestamp(); t != nil {
		return t.Time
	}
	return time.Time{}
}

// jivasOwn reports whether a claim holds a replica of a Jiva volume: Jiva keeps them in hostpath volumes, which are no
// volumes of applications.
func (b *builder) jivasOwn(namespace, name string) bool {
	if c := b.claims[key(namespace, name)]; c != nil {
		return c.Labels["openebs.io/component"] == "jiva-replica"
	}
	return strings.HasPrefix(name, "openebs-pvc-") && strings.Contains(name, "-jiva-rep-")
}

func (b *builder) addVolumes() {
	b.agentNotes()
	for _, pv := range b.o.PersistentVolumes {
		ref := pv.Spec.ClaimRef
		if ref != nil && b.jivasOwn(ref.Namespace, ref.Name) {
			continue
		}
		v := b.coreVolume(pv)
		switch v.Engine {
		case models.CStor:
			b.cstorVolume(&v)
		case models.Jiva:
			b.jivaVolume(&v)
		case models.LVM:
			b.lvmVolume(&v, pv)
		case models.ZFS:
			b.zfsVolume(&v, pv)
		case models.Hostpath:
			b.hostpathVolume(&v, pv)
		case models.Mayastor:
			b.mayastorVolume(&v, pv)
		default:
			b.otherVolume(&v, pv)
		}
		b.settle(&v, pv)
		b.measure(&v, pv)
		b.volumeAt[v.Name] = len(b.inv.Volumes)
		b.inv.Volumes = append(b.inv.Volumes, v)
	}
}

// coreVolume reads what the core objects say of a volume, which is all there is for engines that are not known.
func (b *builder) coreVolume(pv *corev1.PersistentVolume) models.Volume {
	engine, driver := engineOf(pv)
	v := models.Volume{Name: pv.Name, Phase: string(pv.Status.Phase), Engine: engine, Driver: driver,
		StorageClass: pv.Spec.StorageClassName, Reclaim: string(pv.Spec.PersistentVolumeReclaimPolicy), VolumeMode: "Filesystem",
		Health: models.Healthy, Size: sizeOf(pv.Spec.Capacity), Requested: models.UnknownBytes, Used: models.UnknownBytes,
		Desired: 1, Created: pv.CreationTimestamp.Time, Deleting: deleting(pv)}
	if pv.Status.Phase == corev1.VolumeFailed {
		v.Health, v.Error = models.Down, pv.Status.Message
	}
	for _, m := range pv.Spec.AccessModes {
		v.AccessModes = append(v.AccessModes, string(m))
	}
	if pv.Spec.VolumeMode != nil {
		v.VolumeMode = string(*pv.Spec.VolumeMode)
	}
	if pv.Spec.CSI != nil && v.VolumeMode != string(corev1.PersistentVolumeBlock) {
		v.Format = pv.Spec.CSI.FSType
	}
	for _, a := range b.attached[pv.Name] {
		if a.Status.Attached && v.Node == "" {
			v.Node = a.Spec.NodeName
		}
	}
	if ref := pv.Spec.ClaimRef; ref != nil {
		v.Namespace, v.Claim, v.Pods = ref.Namespace, ref.Name, b.users[key(ref.Namespace, ref.Name)]
	}
	if c := b.claims[key(v.Namespace, v.Claim)]; c != nil && c.Spec.VolumeName == pv.Name {
		v.ClaimPhase, v.Requested = string(c.Status.Phase), sizeOf(c.Spec.Resources.Requests)
		if size := sizeOf(c.Status.Capacity); size.IsKnown() {
			v.Size = size // the engines' objects hold the size that is wanted
		}
	}
	return v
}

// otherVolume is of an engine that is not known. Where its PersistentVolume may be used on one node only, its data is there.
func (b *builder) otherVolume(v *models.Volume, pv *corev1.PersistentVolume) {
	node := b.namedNode(pv)
	if node == "" {
		return
	}
	v.Node, v.Pinned = node, true
	b.distrustLocal(v, "PersistentVolume says status.phase "+v.Phase)
}

func sizeOf(list corev1.ResourceList) models.Bytes {
	q, ok := list[corev1.ResourceStorage]
	if !ok || q.Sign() < 0 {
		return models.UnknownBytes
	}
	return models.Bytes(q.Value())
}

// settle adds what holds for the volumes of every engine.
func (b *builder) settle(v *models.Volume, pv *corev1.PersistentVolume) {
	note := func(format string, args ...any) { v.Notes = append(v.Notes, fmt.Sprintf(format, args...)) }
	if v.Node == "" {
		v.Node = b.userNode[key(v.Namespace, v.Claim)]
	}
	claim := b.claims[key(v.Namespace, v.Claim)]
	switch {
	case v.Phase == "Released" && v.Reclaim == "Retain":
		note("PersistentVolume says status.phase Released: its claim is gone and its data is kept (reclaim policy Retain) until somebody removes it")
	case v.Phase == "Released" || v.Phase == "Failed":
		note("PersistentVolume says status.phase %s%s", v.Phase, colon(pv.Status.Message))
	case v.Claim != "" && claim == nil && !b.o.Unread["PersistentVolumeClaim"]:
		note("PersistentVolume says status.phase %s, but its claim `%s/%s` does not exist", v.Phase, v.Namespace, v.Claim)
	case claim != nil && claim.Spec.VolumeName != pv.Name && claim.Spec.VolumeName != "":
		note("its claim `%s/%s` is bound to another volume, `%s`", v.Namespace, v.Claim, claim.Spec.VolumeName)
	}
	if n := b.resizeNote(v); n != "" {
		v.Notes = append(v.Notes, n)
	}
	var nodes []string
	for _, a := range b.attached[v.Name] {
		if a.Status.Attached {
			nodes = append(nodes, "`"+a.Spec.NodeName+"`")
		}
		if e := a.Status.AttachError; e != nil {
			note("VolumeAttachment to node `%s` says status.attachError: %s", a.Spec.NodeName, e.Message)
		}
		if e := a.Status.DetachError; e != nil {
			note("VolumeAttachment to node `%s` says status.detachError: %s", a.Spec.NodeName, e.Message)
		}
	}
	if len(nodes) > 1 && slices.Contains(v.AccessModes, string(corev1.ReadWriteOnce)) {
		note("it is attached to %d nodes, %s, though its access mode is ReadWriteOnce", len(nodes), strings.Join(sorted(nodes), ", "))
	}
}

// colon sets a text off from what stands before; nothing stays nothing.
func colon(s string) string {
	if s == "" {
		return ""
	}
	return ": " + s
}

// resizeNote says that a resize was asked for and is not done, and why; "" if there is none.
func (b *builder) resizeNote(v *models.Volume) string {
	c := b.claims[key(v.Namespace, v.Claim)]
	if c == nil || !v.Size.IsKnown() || v.Requested <= v.Size || v.ClaimPhase != string(corev1.ClaimBound) {
		return ""
	}
	text := fmt.Sprintf("a resize to %s is not done: PersistentVolumeClaim `%s/%s` still says status.capacity %s", v.Requested, v.Namespace, v.Claim, v.Size)
	for _, condition := range c.Status.Conditions {
		if condition.Status == corev1.ConditionTrue {
			text += fmt.Sprintf(" and condition %s%s", condition.Type, since(condition.LastTransitionTime.Time))
		}
	}
	failed := func(e *models.Event) bool { return strings.Contains(e.Reason, "ResizeFailed") }
	e := b.newest("PersistentVolumeClaim", v.Namespace, v.Claim, failed)
	for _, p := range v.Pods {
		if other := b.newest("Pod", p.Namespace, p.Name, failed); other != nil && (e == nil || other.Last.After(e.Last)) {
			e = other
		}
	}
	if e != nil {
		text += fmt.Sprintf("; event %s on %s `%s`: %s", e.Reason, e.Kind, e.Object, e.Message)
	}
	return text
}
