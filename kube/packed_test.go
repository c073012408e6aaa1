package kube

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apiresource "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// replicaAt is a replica as an API server gives it.
func replicaAt(t *testing.T, p *packer, revision, used string) *custom {
	t.Helper()
	text := fmt.Sprintf(`{"apiVersion": "cstor.openebs.io/v1", "kind": "CStorVolumeReplica", "metadata": {"resourceVersion": %q, "name": "pvc-1-pool-1",
		"managedFields": [{"manager": "x"}], "labels": {"openebs.io/persistent-volume": "pvc-1"}, "namespace": "openebs", "finalizers": ["f"],
		"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "said": "a \"b\" \u00e9"}},
		"spec": {"capacity": "10Gi", "replicaid": "ABC", "flags": [true, null, 7, 1.5, "x", [], {}]},
		"status": {"phase": "Healthy", "lastUpdateTime": %[1]q, "capacity": {"used": %q}, "conditions": [{"type": "A", "status": "True"}]},
		"versionDetails": {"desired": "3.5.0", "status": {"current": "3.4.0"}}}`, revision, used)
	c, err := newDecoder(strings.NewReader(text), "CStorVolumeReplica", p).resource()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func trimOne(t *testing.T, p *packer, object any) any {
	t.Helper()
	small, err := p.trim(object)
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.trim(small)
	if err != nil || again != small {
		t.Errorf("trimmed twice: %v, %v", again, err)
	}
	return small
}

// A packed resource is read like the map that it was, but for what nobody reads.
func TestPacked(t *testing.T) {
	c := trimOne(t, newPacker(), replicaAt(t, newPacker(), "7", "3G")).(*custom)
	if c.GetNamespace() != "openebs" || c.GetName() != "pvc-1-pool-1" || c.GetResourceVersion() != "7" {
		t.Errorf("%s/%s at %s", c.GetNamespace(), c.GetName(), c.GetResourceVersion())
	}
	o := &Objects{}
	o.add(c)
	f := fields(o.Custom["CStorVolumeReplica"][0])
	got := []string{f.name(), f.label("openebs.io/persistent-volume"), f.str("status", "capacity", "used"), f.sub("status", "capacity").str("used"),
		f.condition("A").str("status"), f.str("spec", "replicaid"), f.str("versionDetails", "desired"), f.str("versionDetails", "status", "current"), f.str("status", "phase", "too", "deep"),
		f.str("metadata", "annotations", "said"), fmt.Sprint(f.at("metadata", "annotations", corev1.LastAppliedConfigAnnotation)), fmt.Sprint(f.at("metadata", "finalizers"))}
	if diff := cmp.Diff([]string{"pvc-1-pool-1", "pvc-1", "3G", "3G", "True", "", "3.5.0", "3.4.0", "", `a "b" é`, "<nil>", "<nil>"}, got); diff != "" {
		t.Error(diff)
	}
}

// An update that changes nothing that is read is none.
func TestAlike(t *testing.T) {
	p := newPacker()
	trimmed := func(object any) any { return trimOne(t, p, object) }
	node := func(revision string, beat int64, unschedulable bool) *corev1.Node {
		return &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n", ResourceVersion: revision}, Spec: corev1.NodeSpec{Unschedulable: unschedulable},
			Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, LastHeartbeatTime: metav1.Unix(beat, 0)}}}}
	}
	for _, test := range []struct {
		what          string
		before, after any
		want          bool
	}{
		{"a replica's time of update", replicaAt(t, p, "7", "3G"), replicaAt(t, p, "8", "3G"), true},
		{"what a replica uses", replicaAt(t, p, "7", "3G"), replicaAt(t, p, "8", "4G"), false},
		{"a node's heartbeat", node("1", 1, false), node("2", 2, false), true},
		{"a node's cordon", node("1", 1, false), node("2", 1, true), false},
	} {
		if got := alike(trimmed(test.before), trimmed(test.after)); got != test.want {
			t.Errorf("%s: alike %t", test.what, got)
		}
	}
}

// Objects share what they have in common, and trimming one never changes what another has.
func TestTrimShares(t *testing.T) {
	p := newPacker()
	claim := func(i int) *corev1.PersistentVolumeClaim {
		class := "fast"
		return trimOne(t, p, &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint(i), UID: "u", Labels: map[string]string{"app": "a", "helm.sh/chart": fmt.Sprint(i)}},
			Spec: corev1.PersistentVolumeClaimSpec{StorageClassName: &class, Resources: corev1.VolumeResourceRequirements{
				Requests: corev1.ResourceList{corev1.ResourceStorage: apiresource.MustParse("10Gi")}}}}).(*corev1.PersistentVolumeClaim)
	}
	a, b := claim(1), claim(2)
	if a.Spec.StorageClassName != b.Spec.StorageClassName || a.UID != "u" || len(a.Labels) != 1 || sizeOf(b.Spec.Resources.Requests) != 10<<30 {
		t.Errorf("%+v\n%+v", a, b)
	}
	first := replicaAt(t, p, "1", "3G")
	second := replicaAt(t, p, "2", "3G")
	if unsafe.SliceData(first.root.keys) != unsafe.SliceData(second.root.keys) {
		t.Error("two resources of one form have keys of their own")
	}
}
