package kubetest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"
)

// Server is one API server and the front before it.
type Server struct {
	// Name is the name of the cluster in its kubeconfigs.
	Name string

	dir     string
	program []string
	etcd    string // URL
	pki     *pki
	front   *front

	mu      sync.Mutex
	api     string // address of the API server itself
	process *process
}

func newServer(name, dir string, program []string, etcd string) (*Server, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	keys, err := writePKI(dir)
	if err != nil {
		return nil, err
	}
	return &Server{Name: name, dir: dir, program: program, etcd: etcd, pki: keys}, nil
}

// Kubeconfig returns the content of a kubeconfig with every right (group system:masters).
func (s *Server) Kubeconfig() string { return s.kubeconfig(s.pki.admin) }

// Restricted returns the content of a kubeconfig for user openebs-bot of group openebs-bots, who has no right but those
// that were given to the group with RBAC. See [Server.Apply].
func (s *Server) Restricted() string { return s.kubeconfig(s.pki.bot) }

func (s *Server) kubeconfig(token string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: %[1]s
clusters:
- name: %[1]s
  cluster: {server: "https://%[2]s", certificate-authority-data: %[3]s}
contexts:
- name: %[1]s
  context: {cluster: %[1]s, user: %[1]s}
users:
- name: %[1]s
  user: {token: %[4]s}
`, s.Name, s.front.address, base64.StdEncoding.EncodeToString(s.pki.ca), token)
}

// Config returns the configuration of a client with every right. It speaks to the API server itself, not to the front.
func (s *Server) Config() *rest.Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &rest.Config{Host: "https://" + s.api, BearerToken: s.pki.admin, QPS: -1, WarningHandler: rest.NoWarnings{},
		TLSClientConfig: rest.TLSClientConfig{CAData: s.pki.ca}}
}

// SetDelay has the front hold every request for that long before it goes on.
func (s *Server) SetDelay(d time.Duration) { s.front.delay.Store(int64(d)) }

// Requests returns what was asked through the front since the last call, each as "GET /path?query". The first call begins
// the recording and returns nothing.
func (s *Server) Requests() []string {
	s.front.asked.Lock()
	defer s.front.asked.Unlock()
	asked := s.front.requests
	s.front.recording, s.front.requests = true, nil
	return asked
}

// Pause freezes the API server: connections stay open and nobody answers.
func (s *Server) Pause(t testing.TB) { s.signal(t, freeze) }

// Resume ends a Pause.
func (s *Server) Resume(t testing.TB) { s.signal(t, resume) }

func (s *Server) signal(t testing.TB, sig os.Signal) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		t.Fatalf("kubetest: cluster %q is stopped", s.Name)
	}
	if err := s.process.cmd.Process.Signal(sig); err != nil {
		t.Fatalf("kubetest: cluster %q: %v", s.Name, err)
	}
	if sig == freeze {
		awaitFrozen(s.process.cmd.Process.Pid)
	}
}

// Stop stops the API server: connections break, and new ones are refused. What it holds stays in etcd.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return
	}
	s.front.stop()
	s.process.stop()
	s.process = nil
}

// Restart starts the API server again after Stop, at the same address and with what it held.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop()
	if err := s.start(t.Context()); err != nil {
		t.Fatalf("kubetest: cluster %q: %v", s.Name, err)
	}
}

// start starts the API server, on another port if somebody took the one that was free, and then its front.
func (s *Server) start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	transport, err := s.transport()
	if err != nil {
		return err
	}
	for range attempts {
		if s.api, _, err = freePorts(); err != nil {
			return err
		}
		var p *process
		if p, err = run(filepath.Join(s.dir, "apiserver.log"), s.program, s.flags()...); err != nil {
			return err
		}
		err = p.ready(ctx, &http.Client{Transport: transport, Timeout: 5 * time.Second}, "https://"+s.api+"/readyz", s.pki.admin)
		if err == nil {
			s.process = p
			break
		}
		p.stop()
	}
	if err != nil {
		return err
	}
	if s.front == nil {
		s.front = &front{}
	}
	if err := s.front.start(s.api, transport, filepath.Join(s.dir, "server.crt"), filepath.Join(s.dir, "server.key")); err != nil {
		s.process.stop()
		s.process = nil
		return err
	}
	return nil
}

// transport returns a transport that trusts the API server. It speaks HTTP/2, as clients of one do: with a connection for each of the
// watches of fifty tunnels the API server would do little but shake hands.
func (s *Server) transport() (*http.Transport, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(s.pki.ca) {
		return nil, fmt.Errorf("the authority just made is not a certificate")
	}
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true, MaxConnsPerHost: 16}, nil
}

// flags are those of the API server. The admission plugins that are off would change what is loaded, or refuse it for want
// of a controller: there is no default service account, and nobody would take the not-ready taint from a new node.
func (s *Server) flags() []string {
	host, port, _ := net.SplitHostPort(s.api)
	file := func(name string) string { return filepath.Join(s.dir, name) }
	return []string{
		"--etcd-servers=" + s.etcd, "--etcd-prefix=/" + s.Name,
		"--bind-address=" + host, "--advertise-address=" + host, "--secure-port=" + port,
		"--tls-cert-file=" + file("server.crt"), "--tls-private-key-file=" + file("server.key"), "--client-ca-file=" + file("ca.crt"),
		"--token-auth-file=" + file("tokens.csv"), "--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + file("sa.pub"), "--service-account-signing-key-file=" + file("sa.key"),
		"--authorization-mode=RBAC", "--service-cluster-ip-range=10.96.0.0/16",
		"--disable-admission-plugins=ServiceAccount,PersistentVolumeClaimResize,StorageObjectInUseProtection,DefaultStorageClass,Priority,TaintNodesByCondition",
		"--endpoint-reconciler-type=none", "--enable-priority-and-fairness=false", "--event-ttl=168h", "--profiling=false",
	}
}
