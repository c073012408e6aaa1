package kubetest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
)

func TestEnsure(t *testing.T) {
	source, cache := t.TempDir(), t.TempDir()
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(source, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module x\n\ngo 1.26.0\n")
	write("main.go", "package main\n\nfunc main() { undefined() }\n")
	binary := filepath.Join(cache, "deep", "x")
	var out bytes.Buffer
	if err := ensure(t.Context(), source, binary, &out); err == nil || !strings.Contains(err.Error(), "undefined") {
		t.Errorf("a source that does not compile: %v", err)
	}
	write("main.go", "package main\n\nfunc main() { println(`built`) }\n")
	var group errgroup.Group
	for range 3 {
		group.Go(func() error { var out bytes.Buffer; return ensure(t.Context(), source, binary, &out) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	p, err := run(filepath.Join(cache, "log"), []string{binary})
	if err != nil {
		t.Fatal(err)
	}
	<-p.done
	if got := p.tail(); got != "built" {
		t.Errorf("the binary says %q", got)
	}
	out.Reset()
	if err := ensure(t.Context(), source, binary, &out); err != nil || out.Len() > 0 {
		t.Errorf("it was built again: %v, %s", err, out.String())
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("KUBEBUILDER_ASSETS", dir)
	if _, err := find(t.Context(), &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "KUBEBUILDER_ASSETS") {
		t.Errorf("an empty folder: %v", err)
	}
	for _, name := range []string{"kube-apiserver", "etcd"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := find(t.Context(), &bytes.Buffer{})
	if err != nil || p.etcd[0] != filepath.Join(dir, "etcd") || p.apiserver[0] != filepath.Join(dir, "kube-apiserver") {
		t.Errorf("%v %v", p, err)
	}
	t.Setenv("KUBEBUILDER_ASSETS", "")
	t.Chdir(dir)
	if _, err := find(t.Context(), &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "inside the repository") {
		t.Errorf("outside the repository: %v", err)
	}
}
