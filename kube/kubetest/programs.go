package kubetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// programs are the two programs, each as its path and leading arguments.
type programs struct{ apiserver, etcd []string }

// source is the folder, from the root of the repository, of the module that both programs are built from.
const source = "e2e/apiserver"

// Prebuild makes sure that the programs are there, so that no test spends minutes on building them. It reports what it
// does to progress.
func Prebuild(ctx context.Context, progress io.Writer) error {
	_, err := find(ctx, progress)
	return err
}

// find returns the programs, built if need be.
func find(ctx context.Context, progress io.Writer) (programs, error) {
	if dir := os.Getenv("KUBEBUILDER_ASSETS"); dir != "" {
		p := programs{apiserver: []string{filepath.Join(dir, "kube-apiserver")}, etcd: []string{filepath.Join(dir, "etcd")}}
		for _, file := range []string{p.apiserver[0], p.etcd[0]} {
			if _, err := os.Stat(file); err != nil {
				return programs{}, fmt.Errorf("KUBEBUILDER_ASSETS is set, but %w", err)
			}
		}
		return p, nil
	}
	dir, err := sourceDir()
	if err != nil {
		return programs{}, err
	}
	binary, err := cached(dir)
	if err != nil {
		return programs{}, err
	}
	if err := ensure(ctx, dir, binary, progress); err != nil {
		return programs{}, err
	}
	return programs{apiserver: []string{binary, "kube-apiserver"}, etcd: []string{binary, "etcd"}}, nil
}

// root returns the root of the repository that the working folder is in: the tests of a package run in its folder.
func root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, source, "go.mod")); err == nil {
			return dir, nil
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		return "", fmt.Errorf("no folder above the working folder has %s: run this inside the repository, or set KUBEBUILDER_ASSETS", source)
	}
}

func sourceDir() (string, error) {
	dir, err := root()
	return filepath.Join(dir, source), err
}

// cached returns where the binary of this source, built with this release of Go, is kept.
func cached(dir string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, name := range []string{"go.mod", "go.sum", "main.go"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		sum.Write(content)
	}
	io.WriteString(sum, runtime.Version()) //nolint:errcheck // a hash takes everything
	return filepath.Join(cache, "mulebot", fmt.Sprintf("apiserver-%x", sum.Sum(nil)[:8])), nil
}

// ensure builds the binary if it is not there. Of several processes that want it, one builds and the others wait.
func ensure(ctx context.Context, dir, binary string, progress io.Writer) error {
	if _, err := os.Stat(binary); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return err
	}
	stop := report(progress, "building the Kubernetes API server, once, about 5 minutes")
	defer stop()
	unlock, err := lockedfile.MutexAt(binary + ".lock").Lock()
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := os.Stat(binary); err == nil {
		return nil
	}
	fresh := binary + ".new"
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", fresh, ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("go build in %s: %w", source, err), errors.New(string(bytes.TrimSpace(out))))
	}
	return os.Rename(fresh, binary)
}

// report writes what is being done, and every few seconds for how long, until it is stopped.
func report(w io.Writer, what string) (stop func()) {
	begin, done, ended := time.Now(), make(chan struct{}), make(chan struct{})
	fmt.Fprintf(w, "%s…\n", what)
	go func() {
		defer close(ended)
		ticker := time.NewTicker(10 * time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				fmt.Fprintf(w, "%s: %d s…\n", what, int(time.Since(begin).Seconds()))
			case <-done:
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}
