package kubetest

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/mulebot/mulebot/kube/demo"
)

// TestDemo loads the sample clusters into real API servers, which check every field of the built-in kinds, and counts what is
// there then. Where the released definitions are at hand, the servers check the engines' kinds as well: that no field is
// misspelt, and none is missing that a real object must have.
func TestDemo(t *testing.T) {
	counts := map[string]map[string]int{
		"harbor": {
			"/v1/nodes": 7, "/v1/persistentvolumes": 28, "/v1/persistentvolumeclaims": 29, "storage.k8s.io/v1/storageclasses": 9,
			"storage.k8s.io/v1/volumeattachments": 6, "cstor.openebs.io/v1/cstorvolumes": 9, "cstor.openebs.io/v1/cstorvolumereplicas": 19,
			"cstor.openebs.io/v1/cstorpoolinstances": 4, "openebs.io/v1/jivavolumes": 2, "openebs.io/v1alpha1/blockdevices": 9,
			"openebs.io/v1beta3/diskpools": 3, "snapshot.storage.k8s.io/v1/volumesnapshots": 3, "/v1/events": 13, "/v1/resourcequotas": 3,
		},
		"quarry": {
			"/v1/nodes": 4, "/v1/persistentvolumes": 14, "/v1/persistentvolumeclaims": 16, "storage.k8s.io/v1/storageclasses": 6,
			"local.openebs.io/v1alpha1/lvmnodes": 3, "local.openebs.io/v1alpha1/lvmvolumes": 10, "zfs.openebs.io/v1/zfsnodes": 2,
			"zfs.openebs.io/v1/zfsvolumes": 3, "snapshot.storage.k8s.io/v1/volumesnapshots": 3, "/v1/events": 10,
		},
	}
	for _, cluster := range demo.Clusters() {
		t.Run(cluster.Name, func(t *testing.T) {
			s := env.Cluster(t, cluster.Name)
			s.Load(t, cluster.Files, LoadOptions{Shift: true, CRDs: released(t)})
			d := clientFor(t, s.Kubeconfig())
			ours := eventsOf(t, cluster.Files)
			for name, want := range counts[cluster.Name] {
				gvr := parseGVR(name)
				list, err := d.Resource(gvr).List(t.Context(), metav1.ListOptions{})
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				if gvr.Resource == "events" {
					list.Items = slices.DeleteFunc(list.Items, func(e unstructured.Unstructured) bool { return !ours[nameOf(&e)] })
				}
				if len(list.Items) != want {
					t.Errorf("%d %s, want %d", len(list.Items), name, want)
				}
				for _, object := range list.Items {
					if _, has := object.Object["status"]; !has && gvr.Resource == "diskpools" {
						t.Errorf("%s has lost its status", object.GetName())
					}
				}
			}
		})
	}
}

// eventsOf returns the names of a sample's events. The API server writes events of its own, when its controllers find what they
// mend: an allocator of addresses that sees a Service before its address does, for one.
func eventsOf(t *testing.T, sample fs.FS) map[string]bool {
	t.Helper()
	objects, err := read(sample, func(content []byte) []byte { return content })
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, object := range objects {
		if object.GetKind() == "Event" {
			names[nameOf(object)] = true
		}
	}
	return names
}

func nameOf(object *unstructured.Unstructured) string {
	return object.GetNamespace() + "/" + object.GetName()
}

func parseGVR(s string) schema.GroupVersionResource {
	at := strings.LastIndexByte(s, '/')
	gv, err := schema.ParseGroupVersion(strings.TrimPrefix(s[:at], "/"))
	if err != nil {
		panic(err)
	}
	return gv.WithResource(s[at+1:])
}
