package kubetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// LoadOptions say how manifests are loaded.
type LoadOptions struct {
	// Shift moves every timestamp by the same amount, so that Base becomes the moment of loading and what happened "five
	// minutes ago" still did.
	Shift bool
	// Base is the "now" that the manifests were written for; zero: the newest timestamp in them.
	Base time.Time
	// CRDs is a folder of CustomResourceDefinitions to load first; nil: our own, in e2e/crds.
	CRDs fs.FS
}

// Load applies all manifests of a folder (*.yaml, *.yml, *.json; its subfolders too), those of custom resource definitions
// first, and writes the status of every kind that keeps it in a subresource. Fields that a built-in kind does not have are
// an error. JSON files in the subfolder mayastor-rest become the answers of Mayastor's REST API, those in kubelet-stats the
// answers of the kubelets that they are named after. Load returns the number of objects. The API server sets uid and
// creationTimestamp itself: ages count from the load.
func (s *Server) Load(t testing.TB, fsys fs.FS, o LoadOptions) int {
	t.Helper()
	n, err := s.load(t.Context(), fsys, o)
	if err != nil {
		t.Fatalf("kubetest: loading cluster %q: %v", s.Name, err)
	}
	return n
}

// Apply applies manifests as they are, for example rights for the user of [Server.Restricted].
func (s *Server) Apply(t testing.TB, manifests []byte) {
	t.Helper()
	objects, err := parse(bytes.NewReader(manifests))
	if err == nil {
		err = s.apply(t.Context(), objects)
	}
	if err != nil {
		t.Fatalf("kubetest: applying to cluster %q: %v", s.Name, err)
	}
}

func (s *Server) load(ctx context.Context, fsys fs.FS, o LoadOptions) (int, error) {
	if o.CRDs == nil {
		dir, err := root()
		if err != nil {
			return 0, err
		}
		o.CRDs = os.DirFS(filepath.Join(dir, "e2e", "crds"))
	}
	edit := func(content []byte) []byte { return content }
	if o.Shift {
		base := o.Base
		if base.IsZero() {
			var err error
			if base, err = newest(fsys); err != nil {
				return 0, err
			}
		}
		delta := time.Since(base).Truncate(time.Second)
		edit = func(content []byte) []byte { return shift(content, delta) }
	}
	definitions, err := read(o.CRDs, func(content []byte) []byte { return content })
	if err != nil {
		return 0, err
	}
	objects, err := read(fsys, edit)
	if err != nil {
		return 0, err
	}
	if err := s.apply(ctx, append(definitions, objects...)); err != nil {
		return 0, err
	}
	api, err := readREST(fsys, edit)
	if err != nil {
		return 0, err
	}
	if api != nil {
		for _, object := range objects {
			if object.GetKind() == "Service" && object.GetLabels()["app"] == "api-rest" {
				api.services = append(api.services, object.GetNamespace()+"/"+object.GetName())
			}
		}
	}
	s.front.rest.Store(api)
	answers, err := readKubelets(fsys, edit)
	if err != nil {
		return 0, err
	}
	s.front.kubelet.Store(answers)
	return len(objects), nil
}

// read parses all manifests of a folder.
func read(fsys fs.FS, edit func([]byte) []byte) ([]*unstructured.Unstructured, error) {
	var all []*unstructured.Unstructured
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == restFolder || d.Name() == statsFolder):
			return fs.SkipDir
		case d.IsDir() || !strings.Contains(".yaml .yml .json", path.Ext(name)) || path.Ext(name) == "":
			return nil
		}
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		objects, err := parse(bytes.NewReader(edit(content)))
		if err != nil {
			return &fs.PathError{Op: "read", Path: name, Err: err}
		}
		all = append(all, objects...)
		return nil
	})
	return all, err
}

// parse reads YAML documents or JSON objects; a List counts as its items.
func parse(r io.Reader) ([]*unstructured.Unstructured, error) {
	var all []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(r, 4096)
	for {
		object := &unstructured.Unstructured{}
		switch err := decoder.Decode(&object.Object); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		case len(object.Object) == 0:
			continue
		case object.IsList():
			list, err := object.ToList()
			if err != nil {
				return nil, err
			}
			for i := range list.Items {
				all = append(all, &list.Items[i])
			}
			continue
		case object.GetKind() == "" || object.GetName() == "":
			return nil, fmt.Errorf("object %d has no kind or no name", len(all)+1)
		}
		all = append(all, object)
	}
}

// apply applies objects in the order that they depend on each other: definitions, namespaces, everything else.
func (s *Server) apply(ctx context.Context, objects []*unstructured.Unstructured) error {
	c, err := newClient(s.Config())
	if err != nil {
		return err
	}
	var stages [3][]*unstructured.Unstructured
	for _, object := range objects {
		switch object.GetKind() {
		case "CustomResourceDefinition":
			stages[0] = append(stages[0], object)
		case "Namespace":
			stages[1] = append(stages[1], object)
		default:
			stages[2] = append(stages[2], object)
		}
	}
	for _, stage := range stages {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(8)
		for _, object := range stage {
			group.Go(func() error { return c.apply(ctx, object) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	return nil
}
