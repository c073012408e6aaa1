package kube

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// details collects what else an engine's object says of a thing; it leaves out what has no value.
type details []models.Detail

func (d *details) add(label, value string) {
	if value != "" {
		*d = append(*d, models.Detail{Label: label, Value: value})
	}
}

// version is the release that an object is of, in either way that the engines write it.
func (f fields) version() string {
	if v := f.str("versionDetails", "status", "current"); v != "" {
		return v
	}
	return f.label("openebs.io/version")
}

// portal adds how a volume of cStor or Jiva is reached over iSCSI.
func (d *details) portal(iqn, ip, port, node string) {
	d.add("IQN", iqn)
	if ip != "" {
		d.add("Portal", ip+":"+port)
	}
	d.add("Target IP", ip)
	d.add("Target node", node)
}

func (b *builder) cstorDetails(v *models.Volume, cv, config fields) {
	var d details
	d.add("Version", cv.version())
	d.add("Namespace of its objects", cv.namespace())
	d.add("Pool cluster", config.label("openebs.io/cstor-pool-cluster"))
	d.portal(cv.str("spec", "iqn"), cv.str("spec", "targetIP"), cv.str("spec", "targetPort"), b.nodeOf(cstorTarget+v.Name))
	v.Details = d
}

// nodeOf is the node of an engine's pod; "" if there is none.
func (b *builder) nodeOf(role string) string {
	if pods := b.engine[role]; len(pods) > 0 {
		return pods[0].Spec.NodeName
	}
	return ""
}

func (b *builder) jivaDetails(v *models.Volume, f fields) {
	var d details
	d.add("Version", f.version())
	d.add("Namespace of its objects", f.namespace())
	d.add("Policy", f.annotation("openebs.io/volume-policy"))
	d.portal(f.str("spec", "iscsiSpec", "iqn"), f.str("spec", "iscsiSpec", "targetIP"), f.str("spec", "iscsiSpec", "targetPort"), b.nodeOf(jivaTarget+v.Name))
	for _, p := range b.engine[jivaTarget+v.Name] {
		d = append(d, b.podDetail("Controller", v.State, p))
	}
	for _, p := range b.engine[jivaReplica+v.Name] {
		mode := "not connected"
		for _, r := range v.Replicas {
			if r.Pod == p.Name && r.State != "" {
				mode = r.State
			}
		}
		d = append(d, b.podDetail("Replica pod", mode, p))
	}
	for _, p := range b.engine[jivaReplica+v.Name] {
		for _, name := range claimsOf(p) {
			c := b.claims[key(p.Namespace, name)]
			if c == nil {
				continue
			}
			class := ""
			if c.Spec.StorageClassName != nil {
				class = *c.Spec.StorageClassName
			}
			d = append(d, models.Detail{Label: "Replica's data", Since: c.CreationTimestamp.Time,
				Value: fmt.Sprintf("`%s` (%s) in `%s`, %s of `%s`", name, c.Status.Phase, c.Spec.VolumeName, sizeOf(c.Status.Capacity), class)})
		}
	}
	v.Details = d
}

// podDetail tells of a pod that serves a volume what kubectl would.
func (b *builder) podDetail(label, mode string, p *corev1.Pod) models.Detail {
	state, _, _ := podState(p)
	ready := 0
	for _, s := range p.Status.ContainerStatuses {
		if s.Ready {
			ready++
		}
	}
	node, ip := p.Spec.NodeName, p.Status.PodIP
	if node == "" {
		node = "none"
	}
	if trouble := b.nodeTrouble(p.Spec.NodeName); trouble != "" {
		state += ", but its " + trouble
	}
	if ip != "" {
		ip = ", IP " + ip
	}
	return models.Detail{Label: label, Since: p.CreationTimestamp.Time,
		Value: fmt.Sprintf("`%s/%s` is %s, on node %s, %s, %d/%d ready%s", p.Namespace, p.Name, mode, node, state, ready, len(p.Status.ContainerStatuses), ip)}
}

func lvmDetails(f fields) []models.Detail {
	var d details
	d.add("Namespace of its objects", f.namespace())
	d.add("Volume group", f.str("spec", "volGroup"))
	d.add("Shared", f.str("spec", "shared"))
	d.add("Thin provisioned", f.str("spec", "thinProvision"))
	return d
}

func zfsDetails(f fields) []models.Detail {
	var d details
	d.add("Namespace of its objects", f.namespace())
	d.add("Volume type", f.str("spec", "volumeType"))
	d.add("Dataset's pool", f.str("spec", "poolName"))
	d.add("File system", f.str("spec", "fsType"))
	d.add("Compression", f.str("spec", "compression"))
	d.add("Deduplication", f.str("spec", "dedup"))
	d.add("Record size", f.str("spec", "recordsize"))
	d.add("Block size", f.str("spec", "volblocksize"))
	d.add("Thin provisioned", f.str("spec", "thinProvision"))
	return d
}

func cstorPoolDetails(f fields) []models.Detail {
	var d details
	d.add("Version", f.version())
	d.add("Desired version", f.str("versionDetails", "desired"))
	d.add("Upgrade", f.str("versionDetails", "status", "state"))
	d.add("Namespace of its object", f.namespace())
	d.add("Replicas that cStor calls healthy", f.str("status", "healthyReplicas"))
	return d
}

func groupDetails(node, vg fields) []models.Detail {
	var d details
	d.add("Namespace of its object", node.namespace())
	d.add("UUID", vg.str("uuid"))
	d.add("Logical volumes", vg.str("lvCount"))
	d.add("Physical volumes", vg.str("pvCount"))
	d.add("Snapshots of LVM", vg.str("snapCount"))
	return d
}

func zpoolDetails(node, pool fields) []models.Detail {
	var d details
	d.add("Namespace of its object", node.namespace())
	d.add("UUID", pool.str("uuid"))
	return d
}

func hostpathDetails(pv *corev1.PersistentVolume) []models.Detail {
	var d details
	if pv.Spec.Local != nil {
		d.add("Path", pv.Spec.Local.Path)
	}
	return d
}

func mayastorDetails(f fields) []models.Detail {
	var d details
	d.add("Volume's UUID", f.str("spec", "uuid"))
	d.add("Target node", f.str("state", "target", "node"))
	d.add("Access", strings.TrimSpace(f.str("state", "target", "protocol")))
	d.add("Snapshots by Mayastor's count", f.str("spec", "num_snapshots"))
	d.add("Made from", f.str("spec", "content_source", "snapshot", "snapshot"))
	return d
}
