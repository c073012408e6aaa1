package kube

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// affinity returns the node that a local volume is pinned to, by the name that the volume uses; "" if it is not.
func affinity(pv *corev1.PersistentVolume) string {
	if pv.Spec.NodeAffinity == nil || pv.Spec.NodeAffinity.Required == nil {
		return ""
	}
	for _, term := range pv.Spec.NodeAffinity.Required.NodeSelectorTerms {
		for _, e := range append(term.MatchExpressions, term.MatchFields...) {
			if len(e.Values) > 0 {
				return e.Values[0]
			}
		}
	}
	return ""
}

// hostpathVolume has nothing but the core objects to go by. Nothing enforces its size, and nobody reports what it uses.
func (b *builder) hostpathVolume(v *models.Volume, pv *corev1.PersistentVolume) {
	v.Node, v.Details = b.node(affinity(pv)), hostpathDetails(pv)
	b.distrustLocal(v, "PersistentVolume says status.phase "+v.Phase)
	if n := b.nodes[v.Node]; n != nil && n.Ready {
		for _, p := range n.Pressure {
			if p == "DiskPressure" {
				v.Notes = append(v.Notes, fmt.Sprintf("its node `%s` has DiskPressure: the file system that holds the volume is nearly full", v.Node))
			}
		}
	}
}

// distrustLocal lowers the health of a volume with a single copy to down where its node does not work.
func (b *builder) distrustLocal(v *models.Volume, says string) {
	if trouble := b.nodeTrouble(v.Node); trouble != "" {
		v.Notes = append(v.Notes, fmt.Sprintf("%s, but its %s, and there is no other copy", says, trouble))
		fall(&v.Health, &v.Since, models.Down, b.lost(v.Node))
	}
}
