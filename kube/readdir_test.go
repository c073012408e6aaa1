package kube

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mulebot/mulebot/models"
)

func TestReadDirErrors(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  string // part of the message
	}{
		{"empty", nil, "holds no manifest"},
		{"nothing of interest", map[string]string{"a.yaml": "kind: Secret\napiVersion: v1\nmetadata: {name: x}", "b.txt": "kind: Node"}, "holds no manifest of a volume, claim, node, pod or storage engine (1 files looked at)"},
		{"broken YAML", map[string]string{"deep/a.yaml": "kind: Node\n---\nkind: Node\nmetadata:\n\tname: x\n"}, "deep/a.yaml, line 5: found character that cannot start any token"},
		{"broken JSON", map[string]string{"a.json": "{\n\"kind\": \"Node\",\n oops}"}, "a.json, line 3: invalid character 'o'"},
		{"broken REST", map[string]string{"mayastor-rest/volumes.json": "[\n{]"}, "mayastor-rest/volumes.json, line 2"},
	}
	for _, test := range tests {
		files := fstest.MapFS{}
		for name, content := range test.files {
			files[name] = &fstest.MapFile{Data: []byte(content)}
		}
		inv, err := ReadDir("c", files, time.Time{})
		var told *models.Error
		if inv != nil || !errors.As(err, &told) || told.Kind != models.Invalid || told.Hint == "" || !strings.Contains(told.Message, test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestReadDirForms(t *testing.T) {
	pv := "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v%s}, status: {phase: Bound}}"
	one, two := strings.Replace(pv, "%s", "1", 1), strings.Replace(pv, "%s", "2", 1)
	tests := map[string]fstest.MapFS{
		"documents":        {"a.yml": {Data: []byte("# comment\n---\n" + one + "\n---\n\n--- \n" + two)}},
		"a list":           {"a.yaml": {Data: []byte("{kind: List, apiVersion: v1, items: [" + one + "," + two + "]}")}},
		"a typed list":     {"a.yaml": {Data: []byte("{kind: PersistentVolumeList, apiVersion: v1, items: [{metadata: {name: v1}}, {metadata: {name: v2}}]}")}},
		"an array in JSON": {"x/y/a.json": {Data: []byte(`[{"kind":"PersistentVolume","apiVersion":"v1","metadata":{"name":"v1"}},{"kind":"PersistentVolume","apiVersion":"v1","metadata":{"name":"v2"}}]`)}},
		"two files":        {"a.yaml": {Data: []byte(one)}, "b.yaml": {Data: []byte(two)}, "._b.yaml": {Data: []byte("\x00junk")}, "log.txt": {Data: []byte("{{")}},
		"repeated":         {"a.yaml": {Data: []byte(one)}, "b.yaml": {Data: []byte(one + "\n---\n" + two)}},
	}
	for name, files := range tests {
		inv, err := ReadDir("c", files, noon)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(inv.Volumes) != 2 || inv.Cluster != "c" || !inv.AsOf.Equal(noon) {
			t.Errorf("%s: %d volumes as of %s", name, len(inv.Volumes), inv.AsOf)
		}
	}
}

func TestReadDirWrongType(t *testing.T) {
	inv := read(t, node+"{apiVersion: v1, kind: PersistentVolume, metadata: {name: bad}, spec: [1]}")
	if len(inv.Volumes) != 0 || len(inv.Gaps) != 3 || !strings.Contains(inv.Gaps[0], "PersistentVolume bad") || !strings.Contains(inv.Gaps[2], "no `pods`") {
		t.Errorf("%d volumes, gaps %q", len(inv.Volumes), inv.Gaps)
	}
}

func TestOffline(t *testing.T) {
	o := Offline{"a": &models.Inventory{Cluster: "a"}, "b": &models.Inventory{Cluster: "b"}}
	if inv, err := o.Inventory(t.Context(), models.ClusterRef{Team: "T9", Name: "a"}); err != nil || inv.Cluster != "a" {
		t.Errorf("%v, %v", inv, err)
	}
	if _, err := o.Inventory(t.Context(), models.ClusterRef{Name: "c"}); models.KindOf(err) != models.NotFound || !strings.Contains(err.Error(), "a, b") {
		t.Errorf("%v", err)
	}
}
