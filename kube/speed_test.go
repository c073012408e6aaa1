package kube

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apiresource "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// large returns the objects of a cluster with n cStor volumes of three replicas, each mounted by a pod with an event.
func large(n int) *Objects {
	o := &Objects{Custom: map[string][]map[string]any{}}
	object := func(kind, name string, labels map[string]any, spec, status map[string]any) {
		o.Custom[kind] = append(o.Custom[kind], map[string]any{"apiVersion": "cstor.openebs.io/v1", "kind": kind,
			"metadata": map[string]any{"namespace": "openebs", "name": name, "labels": labels, "annotations": map[string]any{"cstorpoolinstance.openebs.io/hostname": "n" + name[len(name)-1:]}}, "spec": spec, "status": status})
	}
	for i := range 10 {
		name := fmt.Sprintf("n%d", i)
		o.Nodes = append(o.Nodes, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name}, Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}}})
		object("CStorPoolInstance", fmt.Sprintf("p%d", i), nil, map[string]any{"hostName": name}, map[string]any{"phase": "ONLINE"})
	}
	size := corev1.ResourceList{corev1.ResourceStorage: apiresource.MustParse("10Gi")}
	for i := range n {
		name, claim := fmt.Sprintf("pvc-%06d", i), fmt.Sprintf("data-%06d", i)
		meta := metav1.ObjectMeta{Namespace: "ns", Name: claim}
		o.PersistentVolumes = append(o.PersistentVolumes, &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: corev1.PersistentVolumeSpec{Capacity: size, ClaimRef: &corev1.ObjectReference{Namespace: "ns", Name: claim},
				PersistentVolumeSource: corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "cstor.csi.openebs.io", VolumeHandle: name}}}})
		o.Claims = append(o.Claims, &corev1.PersistentVolumeClaim{ObjectMeta: meta, Spec: corev1.PersistentVolumeClaimSpec{VolumeName: name}, Status: corev1.PersistentVolumeClaimStatus{Phase: corev1.ClaimBound, Capacity: size}})
		o.Pods = append(o.Pods, &corev1.Pod{ObjectMeta: meta, Spec: corev1.PodSpec{NodeName: "n1", Volumes: []corev1.Volume{{VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim}}}}}})
		o.Events = append(o.Events, &corev1.Event{InvolvedObject: corev1.ObjectReference{Kind: "Pod", Namespace: "ns", Name: claim}, Reason: "Pulled"})
		object("CStorVolume", name, nil, map[string]any{"replicationFactor": int64(3), "consistencyFactor": int64(2)}, map[string]any{"phase": "Healthy"})
		object("CStorVolumeConfig", name, nil, map[string]any{}, map[string]any{"phase": "Bound"})
		for r := range 3 {
			pool := (i + r) % 10
			object("CStorVolumeReplica", fmt.Sprintf("%s-p%d", name, pool), map[string]any{"openebs.io/persistent-volume": name, "cstorpoolinstance.openebs.io/name": fmt.Sprintf("p%d", pool)},
				map[string]any{"capacity": "10Gi"}, map[string]any{"phase": "Healthy", "capacity": map[string]any{"used": "3G"}})
		}
	}
	return o
}

func TestLarge(t *testing.T) {
	inv := Build("large", large(500), noon)
	for _, v := range inv.Volumes {
		if v.Health != "healthy" || len(v.Replicas) != 3 || len(v.Pods) != 1 || !strings.HasPrefix(v.UsedSource, "its healthy replica") {
			t.Fatalf("%+v", v)
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		o := large(n)
		b.Run(fmt.Sprintf("%d-volumes", n), func(b *testing.B) {
			for b.Loop() {
				Build("large", o, noon)
			}
		})
	}
}
