package kubetest

import (
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
)

// Tunnel is one more address of a cluster, for clients that are to lose it: it passes bytes on, until it is told to hang or to
// cut its connections. To a client it is a cluster of its own.
type Tunnel struct {
	server   *Server
	listener net.Listener
	done     sync.WaitGroup

	mu    sync.Mutex
	hung  chan struct{} // nil: it does not hang; closed when it ceases to
	conns map[net.Conn]bool
}

// Tunnel returns a tunnel to the cluster, which ends with the test.
func (s *Server) Tunnel(t testing.TB) *Tunnel {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("kubetest: a tunnel to cluster %q: %v", s.Name, err)
	}
	tunnel := &Tunnel{server: s, listener: l, conns: map[net.Conn]bool{}}
	tunnel.done.Go(tunnel.accept)
	t.Cleanup(tunnel.close)
	return tunnel
}

// Kubeconfig is that of the server, through the tunnel.
func (t *Tunnel) Kubeconfig() string {
	return strings.ReplaceAll(t.server.Kubeconfig(), t.server.front.address, t.listener.Addr().String())
}

// Hang has connections stay open, and new ones be accepted, while nothing passes.
func (t *Tunnel) Hang() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hung == nil {
		t.hung = make(chan struct{})
	}
}

// Release ends a Hang.
func (t *Tunnel) Release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hung != nil {
		close(t.hung)
		t.hung = nil
	}
}

// Cut breaks all connections. New ones are accepted.
func (t *Tunnel) Cut() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for conn := range t.conns {
		_ = conn.Close() // the other side is told by its own
	}
	clear(t.conns)
}

func (t *Tunnel) close() {
	_ = t.listener.Close() // accept returns
	t.Release()
	t.Cut()
	t.done.Wait()
}

func (t *Tunnel) accept() {
	for {
		near, err := t.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		far, err := net.Dial("tcp", t.server.front.address)
		if err != nil {
			_ = near.Close() // as if it had been refused
			continue
		}
		t.mu.Lock()
		t.conns[near], t.conns[far] = true, true
		t.mu.Unlock()
		t.done.Go(func() { t.pass(near, far) })
		t.done.Go(func() { t.pass(far, near) })
	}
}

// pass copies until one side ends, and then ends both.
func (t *Tunnel) pass(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		t.mu.Lock()
		hung := t.hung
		t.mu.Unlock()
		if hung != nil {
			<-hung
		}
		if _, failed := to.Write(buffer[:n]); failed != nil || err != nil {
			return
		}
	}
}
