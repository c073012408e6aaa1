package kubetest

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// released returns the folder of the released CustomResourceDefinitions, which may stand beside the repository; nil if it
// does not.
func released(t *testing.T) fs.FS {
	t.Helper()
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "..", "shared", "openebs", "crds")
	if _, err := os.Stat(dir); err != nil {
		return nil
	}
	return os.DirFS(dir)
}

// definition is what a client sees of a CustomResourceDefinition.
type definition struct {
	Group, Kind, Plural, Singular, Scope string
	Versions                             map[string]bool // served versions, and whether their status is a subresource
}

func definitions(t *testing.T, fsys fs.FS) map[string]definition {
	t.Helper()
	objects, err := read(fsys, func(b []byte) []byte { return b })
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]definition{}
	for _, o := range objects {
		text := func(path ...string) string {
			s, _, _ := unstructured.NestedString(o.Object, append([]string{"spec"}, path...)...)
			return s
		}
		d := definition{Group: text("group"), Kind: text("names", "kind"), Plural: text("names", "plural"), Singular: text("names", "singular"),
			Scope: text("scope"), Versions: map[string]bool{}}
		versions, _, _ := unstructured.NestedSlice(o.Object, "spec", "versions")
		for _, v := range versions {
			version := v.(map[string]any)
			if version["served"] == true {
				_, status, _ := unstructured.NestedMap(version, "subresources", "status")
				d.Versions[version["name"].(string)] = status
			}
		}
		if o.GetName() != d.Plural+"."+d.Group {
			t.Errorf("%s defines %s.%s", o.GetName(), d.Plural, d.Group)
		}
		all[o.GetName()] = d
	}
	return all
}

// TestDefinitions compares our definitions with the released ones, where they are at hand.
func TestDefinitions(t *testing.T) {
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	ours := definitions(t, os.DirFS(filepath.Join(dir, "e2e", "crds")))
	if len(ours) != 26 {
		t.Errorf("%d definitions, want 26", len(ours))
	}
	if theirs := released(t); theirs != nil {
		if diff := cmp.Diff(definitions(t, theirs), ours); diff != "" {
			t.Errorf("our definitions differ from the released ones (-released +ours):\n%s", diff)
		}
	}
}
