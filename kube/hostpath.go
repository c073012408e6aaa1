package kube

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// hostpathVolume has nothing but the core objects to go by. Nothing enforces its size, and nobody reports what it uses.
func (b *builder) hostpathVolume(v *models.Volume, pv *corev1.PersistentVolume) {
	v.Node, v.Details = b.pinnedTo(pv), hostpathDetails(pv)
	if v.Node == "" {
		v.Node = b.userNode[key(v.Namespace, v.Claim)] // it serves there
	}
	if v.Node == "" && len(nodeTerms(pv)) > 0 {
		v.Notes = append(v.Notes, "which node holds it is not known: no node matches the spec.nodeAffinity of its PersistentVolume, or several do")
	}
	b.distrustLocal(v, "PersistentVolume says status.phase "+v.Phase)
	if n := b.nodes[v.Node]; n != nil && n.Ready {
		for _, p := range n.Pressure {
			if p == "DiskPressure" {
				v.Notes = append(v.Notes, fmt.Sprintf("its node `%s` has DiskPressure: the file system that holds the volume is nearly full", v.Node))
			}
		}
	}
}
