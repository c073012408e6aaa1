// Package kubetest runs real Kubernetes API servers for tests: etcd and kube-apiserver on free ports of the loopback
// interface, with RBAC on, filled from folders of manifests. Nothing else runs: no controller, scheduler or kubelet, so
// nothing binds, schedules or collects garbage, and every status stays as it was written.
//
// An [Env] is one etcd with any number of API servers, each with a prefix and so a cluster of its own. The tests of a
// package share one:
//
//	var env kubetest.Env
//
//	func TestMain(m *testing.M) { os.Exit(env.Main(m)) }
//
//	func TestX(t *testing.T) {
//		s := env.Cluster(t, "harbor") // started by the first test that asks for it
//		s.Load(t, fsys, kubetest.LoadOptions{Shift: true})
//		… s.Kubeconfig() …
//	}
//
// A test that stops or freezes its server takes one for itself with [Start]. The first server of a process is ready after
// about four seconds, and each takes about 300 MB.
//
// Between a client and its API server stands a small proxy in the test's process, the front. It passes everything on,
// watches too, and answers what an API server on loopback cannot: Mayastor's REST API behind the service proxy, from the
// JSON files in the folder that was loaded. It can also be made slow. See [Server.SetDelay]. A [Tunnel] is one more address of
// a server, which can hang or break off, and [Server.Multiply] fills a server with as many objects as a test wants.
//
// The programs come from the folder $KUBEBUILDER_ASSETS (kube-apiserver, etcd), or else are built once from the module in
// e2e/apiserver and kept in the user's cache folder. See [Prebuild].
package kubetest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Env is an etcd and the API servers that keep their clusters in it. The zero value is ready to use; it starts nothing
// before the first call of Cluster. Its methods may be called at the same time.
type Env struct {
	mu      sync.Mutex
	dir     string
	bin     programs
	etcd    *process
	url     string // of etcd
	servers map[string]*Server
}

// Start starts an etcd and an API server for one test alone, and stops them when the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	env := &Env{}
	t.Cleanup(env.Stop)
	return env.Cluster(t, "registry")
}

// Cluster returns the API server of that name, which is started if need be. It is shared: it lives until Stop.
func (e *Env) Cluster(t testing.TB, name string) *Server {
	t.Helper()
	s, err := e.cluster(t.Context(), name)
	if err != nil {
		t.Fatalf("kubetest: cluster %q: %v", name, err)
	}
	return s
}

// Main runs the tests of a package, stops everything that they started and returns the exit code.
func (e *Env) Main(m *testing.M) int {
	defer e.Stop()
	return m.Run()
}

// Stop stops the API servers and then etcd, without which an API server would not end, and removes their files. The Env
// can be used again afterwards.
func (e *Env) Stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	var wg sync.WaitGroup
	for _, s := range e.servers {
		wg.Go(s.Stop)
	}
	wg.Wait()
	if e.etcd != nil {
		e.etcd.stop()
	}
	if e.dir != "" {
		_ = os.RemoveAll(e.dir) // a temporary folder; the system clears what is left
	}
	e.dir, e.etcd, e.servers = "", nil, nil
}

func (e *Env) cluster(ctx context.Context, name string) (*Server, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s := e.servers[name]; s != nil {
		return s, nil
	}
	if e.etcd == nil {
		if err := e.startEtcd(ctx); err != nil {
			return nil, err
		}
	}
	s, err := newServer(name, filepath.Join(e.dir, name), e.bin.apiserver, e.url)
	if err != nil {
		return nil, err
	}
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	if e.servers == nil {
		e.servers = map[string]*Server{}
	}
	e.servers[name] = s
	return s, nil
}

// startEtcd starts etcd, on other ports if somebody took those that were free.
func (e *Env) startEtcd(ctx context.Context) error {
	bin, err := find(ctx, os.Stderr)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "kubetest-")
	if err != nil {
		return err
	}
	for range attempts {
		var client, peer string
		if client, peer, err = freePorts(); err != nil {
			break
		}
		url, peerURL := "http://"+client, "http://"+peer
		var etcd *process
		etcd, err = run(filepath.Join(dir, "etcd.log"), bin.etcd, "--name=default", "--data-dir="+filepath.Join(dir, "etcd"),
			"--listen-client-urls="+url, "--advertise-client-urls="+url, "--listen-peer-urls="+peerURL,
			"--initial-advertise-peer-urls="+peerURL, "--initial-cluster=default="+peerURL, "--unsafe-no-fsync", "--log-level=error")
		if err != nil {
			break
		}
		if err = etcd.ready(ctx, http.DefaultClient, url+"/health", ""); err == nil {
			e.dir, e.bin, e.etcd, e.url = dir, bin, etcd, url
			return nil
		}
		etcd.stop()
	}
	_ = os.RemoveAll(dir)
	return err
}

// attempts is how often a program is started: a port that was free may be taken a moment later.
const attempts = 3

// freePorts returns two addresses on loopback that were free a moment ago.
func freePorts() (first, second string, err error) {
	addresses := make([]string, 2)
	for i := range addresses {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", "", fmt.Errorf("no free port on loopback: %w", err)
		}
		defer l.Close()
		addresses[i] = l.Addr().String()
	}
	return addresses[0], addresses[1], nil
}
