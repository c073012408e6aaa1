package kube

import (
	"errors"
	"math/rand/v2"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/mulebot/mulebot/models"
)

// Whatever stands in a folder, ReadDir returns an inventory or a *models.Error that says what to do, and does not panic.
func FuzzReadDir(f *testing.F) {
	for _, name := range []string{"core.yaml", "volumes.yaml", "engines.yaml", "mayastor-rest/volumes.json", "mayastor-rest/pools.json"} {
		content, err := os.ReadFile("testdata/cluster/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content, content)
	}
	for _, seed := range []string{"", "---", "a: b: c", "[1, 2]", "kind: List\nitems: {}", "kind: PersistentVolume\napiVersion: v1\nmetadata: {name: [x]}",
		"{kind: CStorVolume, apiVersion: cstor.openebs.io/v1, metadata: {name: v, namespace: 7, labels: [a]}, spec: 1, status: [x]}",
		"{kind: LVMNode, apiVersion: local.openebs.io/v1alpha1, metadata: {name: n}, volumeGroups: [1, {name: 2, thinPools: {}}, {size: -1, free: 1e99}]}",
		"{kind: ZFSNode, apiVersion: zfs.openebs.io/v1, metadata: {name: n}, pools: [{used: 9223372036854775807, free: 9223372036854775807}]}"} {
		f.Add([]byte(seed), []byte(`{"entries": [{"spec": {"uuid": 1}, "state": {"replica_topology": {"a": 1}}}, 5]}`))
	}
	f.Fuzz(func(t *testing.T, manifest, rest []byte) {
		files := fstest.MapFS{"a.yaml": {Data: manifest}, "b.json": {Data: manifest}, "node.yaml": {Data: []byte(node)}, "mayastor-rest/volumes.json": {Data: rest},
			"mayastor-rest/pools.json": {Data: rest}, "mayastor-rest/nodes.json": {Data: rest}}
		for _, only := range []string{"", "a.yaml", "b.json", "mayastor-rest/volumes.json"} {
			delete(files, only)
			inv, err := ReadDir("x", files, time.Time{})
			var told *models.Error
			if err != nil && (!errors.As(err, &told) || told.Hint == "" || inv != nil) {
				t.Fatalf("%#v", err)
			}
			if err == nil {
				consistent(t, inv)
			}
		}
	})
}

// consistent checks what holds for every inventory.
func consistent(t *testing.T, inv *models.Inventory) {
	t.Helper()
	for _, v := range inv.Volumes {
		if v.Health == "" || v.Engine == "" || v.Size < models.UnknownBytes || v.Used < models.UnknownBytes {
			t.Fatalf("%+v", v)
		}
	}
	for _, p := range inv.Pools {
		if p.Health == "" || p.Size < models.UnknownBytes || p.Used < models.UnknownBytes || p.Free < models.UnknownBytes || p.Replicas < 0 {
			t.Fatalf("%+v", p)
		}
	}
}

// Fields of foreign objects may have any type: Build gets by without them.
func FuzzBuild(f *testing.F) {
	whole := reader{kinds: map[string]string{}, at: map[string]int{}}
	for _, k := range resources() {
		whole.kinds[k.Kind] = k.Group
	}
	for _, file := range []string{"core.yaml", "volumes.yaml", "engines.yaml"} {
		content, err := os.ReadFile("testdata/cluster/" + file)
		if err != nil {
			f.Fatal(err)
		}
		if err := whole.yaml(file, content); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, first, second uint64) {
		dice := rand.New(rand.NewPCG(first, second))
		var r reader
		for _, object := range whole.objects {
			r.objects = append(r.objects, spoil(dice, runtime.DeepCopyJSON(object)).(map[string]any))
		}
		consistent(t, Build("x", r.sort(), noon))
	})
}

// spoil replaces some values of an object with others.
func spoil(dice *rand.Rand, value any) any {
	junk := []any{nil, "", "junk", "-1", int64(-1), int64(1 << 62), 1e300, true, []any{}, []any{"x", nil}, map[string]any{}, map[string]any{"name": 1.5}}
	if object, ok := value.(map[string]any); dice.IntN(25) == 0 && (!ok || object["kind"] == nil) {
		return junk[dice.IntN(len(junk))]
	}
	switch v := value.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		for _, k := range sorted(keys) {
			if k != "kind" && k != "apiVersion" {
				v[k] = spoil(dice, v[k])
			}
		}
	case []any:
		for i := range v {
			v[i] = spoil(dice, v[i])
		}
	}
	return value
}
