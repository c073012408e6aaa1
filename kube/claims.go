package kube

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

func (b *builder) addClaims() {
	for _, c := range b.o.Claims {
		if b.jivasOwn(c.Namespace, c.Name) {
			continue
		}
		m := models.Claim{Namespace: c.Namespace, Name: c.Name, Phase: string(c.Status.Phase), Volume: c.Spec.VolumeName,
			Health: models.Awaiting, Requested: sizeOf(c.Spec.Resources.Requests), Size: sizeOf(c.Status.Capacity),
			Used: models.UnknownBytes, Pods: b.users[key(c.Namespace, c.Name)], VolumeMode: "Filesystem", Provisioner: b.provisionerOf(c),
			Selected: b.node(c.Annotations["volume.kubernetes.io/selected-node"]), Created: c.CreationTimestamp.Time, Deleting: deleting(c)}
		if c.Spec.VolumeMode != nil {
			m.VolumeMode = string(*c.Spec.VolumeMode)
		}
		if from := c.Spec.DataSource; from != nil {
			m.Source = from.Kind + "/" + from.Name
		}
		for _, condition := range c.Status.Conditions {
			if condition.Status == corev1.ConditionTrue {
				m.Conditions = append(m.Conditions, models.Condition{Type: string(condition.Type), Reason: condition.Reason,
					Message: condition.Message, Since: condition.LastTransitionTime.Time})
			}
		}
		for _, mode := range c.Spec.AccessModes {
			m.AccessModes = append(m.AccessModes, string(mode))
		}
		if c.Spec.StorageClassName != nil {
			m.StorageClass = *c.Spec.StorageClassName
		}
		b.judgeClaim(&m, c)
		b.inv.Claims = append(b.inv.Claims, m)
	}
}

// judgeClaim gives a claim the health of its volume, or says why it has none.
func (b *builder) judgeClaim(m *models.Claim, c *corev1.PersistentVolumeClaim) {
	m.Engine = b.engineOfClaim(c)
	at, found := b.volumeAt[m.Volume]
	switch {
	case c.Status.Phase == corev1.ClaimLost:
		m.Health = models.Down
		m.Reason = b.reason("PersistentVolumeClaim", m.Namespace, m.Name)
		m.Notes = append(m.Notes, fmt.Sprintf("PersistentVolumeClaim says status.phase Lost: its PersistentVolume `%s` is gone", m.Volume))
	case c.Status.Phase != corev1.ClaimBound:
		m.Reason = b.reason("PersistentVolumeClaim", m.Namespace, m.Name)
		b.pendingNotes(m)
	case found:
		v := &b.inv.Volumes[at]
		m.Health, m.Engine, m.Used, m.Filesystem, m.Node = v.Health, v.Engine, v.Used, v.Filesystem, v.Node
		m.Notes = append(m.Notes, v.Notes...)
		if v.Health == models.Awaiting {
			m.Reason = b.reason("CStorVolumeConfig", b.custom["CStorVolumeConfig"][v.Name].namespace(), v.Name)
		}
	case b.o.Unread["PersistentVolume"]:
		m.Health = models.Unknown
	default:
		m.Health = models.Down
		m.Notes = append(m.Notes, fmt.Sprintf("PersistentVolumeClaim says status.phase Bound, but PersistentVolume `%s` does not exist", m.Volume))
	}
	if m.StorageClass != "" && b.classes[m.StorageClass] == nil && !found && !b.o.Unread["StorageClass"] {
		m.Notes = append(m.Notes, fmt.Sprintf("its storage class `%s` does not exist", m.StorageClass))
	}
}

// engineOfClaim returns the engine that a claim without a volume asks for; "" if nothing says.
func (b *builder) engineOfClaim(c *corev1.PersistentVolumeClaim) models.Engine {
	if c.Spec.StorageClassName != nil {
		if class := b.classes[*c.Spec.StorageClassName]; class != nil {
			return engineOfClass(class)
		}
	}
	if driver := b.provisionerOf(c); driver != "" {
		return engineOfDriver(driver)
	}
	return ""
}

// provisionerOf returns who is asked for a claim's volume; "" if nothing says.
func (b *builder) provisionerOf(c *corev1.PersistentVolumeClaim) string {
	for _, annotation := range []string{"volume.kubernetes.io/storage-provisioner", "volume.beta.kubernetes.io/storage-provisioner"} {
		if driver := c.Annotations[annotation]; driver != "" {
			return driver
		}
	}
	if c.Spec.StorageClassName != nil {
		if class := b.classes[*c.Spec.StorageClassName]; class != nil {
			return class.Provisioner
		}
	}
	return ""
}

// pendingNotes says what a pending claim waits for, beside its own events.
func (b *builder) pendingNotes(m *models.Claim) {
	class := b.classes[m.StorageClass]
	late := class != nil && class.VolumeBindingMode != nil && string(*class.VolumeBindingMode) == "WaitForFirstConsumer"
	switch {
	case late && len(m.Pods) == 0 && b.o.Unread["Pod"]:
		m.Notes = append(m.Notes, fmt.Sprintf("storage class `%s` binds when the first pod uses the claim (WaitForFirstConsumer); whether a pod does is not known, since pods could not be read", m.StorageClass))
	case late && len(m.Pods) == 0:
		m.Notes = append(m.Notes, fmt.Sprintf("this is no fault: storage class `%s` binds when the first pod uses the claim (WaitForFirstConsumer), and no pod does", m.StorageClass))
	}
	for _, p := range m.Pods {
		if e := b.newest("Pod", p.Namespace, p.Name, warning); e != nil {
			m.Notes = append(m.Notes, fmt.Sprintf("pod `%s`, which needs it: %s: %s", p.Name, e.Reason, e.Message))
		}
	}
	for _, kind := range []string{"LVMVolume", "ZFSVolume"} {
		made := b.custom[kind]["pvc-"+string(b.claims[key(m.Namespace, m.Name)].UID)]
		if state := made.str("status", "state"); state != "" && state != "Ready" {
			m.Made, m.Error = state, made.str("status", "error", "message")
			m.Notes = append(m.Notes, fmt.Sprintf("%s `%s` says status.state %s%s", kind, made.name(), state, colon(m.Error)))
		}
	}
}
