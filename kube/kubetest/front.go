package kubetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// front is a proxy before an API server, at an address that stays the same when the API server comes back on another port.
type front struct {
	address string       // "" before the first start
	delay   atomic.Int64 // nanoseconds
	rest    atomic.Pointer[restAPI]
	kubelet atomic.Pointer[kubelets]

	asked     sync.Mutex
	recording bool
	requests  []string // "GET /path?query", since the recording began

	server *http.Server
	done   chan struct{}
}

// gate passes requests on to one run of an API server.
type gate struct {
	front  *front
	api    *url.URL
	client *http.Client
	proxy  *httputil.ReverseProxy
}

// start listens and serves until stop; its certificate and key are files.
func (f *front) start(api string, transport http.RoundTripper, certificate, key string) error {
	address := f.address
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	if f.address == "" {
		f.address = l.Addr().String()
	}
	silent, target := log.New(io.Discard, "", 0), &url.URL{Scheme: "https", Host: api}
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = api },
		Transport:     transport,
		FlushInterval: -1, // watches stream
		ErrorLog:      silent,
	}
	handler := &gate{front: f, api: target, client: &http.Client{Transport: transport}, proxy: proxy}
	server, done := &http.Server{Handler: handler, ErrorLog: silent, ReadHeaderTimeout: time.Minute}, make(chan struct{})
	f.server, f.done = server, done
	go func() {
		defer close(done)
		_ = server.ServeTLS(l, certificate, key) // returns when stop closes it; a failure shows as a refused connection
	}()
	return nil
}

// stop breaks all connections and gives the port free.
func (f *front) stop() {
	_ = f.server.Close()
	<-f.done
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.front.record(r)
	if d := time.Duration(g.front.delay.Load()); d > 0 {
		select {
		case <-time.After(d):
		case <-r.Context().Done():
			return
		}
	}
	if node, path := kubeletPath(r.URL.Path); node != "" {
		if code, err := g.authorise(r, "", "nodes", node); err != nil {
			status(w, code, err.Error())
			return
		}
		g.front.kubelet.Load().serve(w, node, path)
		return
	}
	rest := g.front.rest.Load()
	namespace, service, path := rest.match(r.URL.Path)
	if service == "" {
		g.proxy.ServeHTTP(w, r)
		return
	}
	if code, err := g.authorise(r, namespace, "services", service); err != nil {
		status(w, code, err.Error())
		return
	}
	rest.serve(w, r, path)
}

func (f *front) record(r *http.Request) {
	f.asked.Lock()
	defer f.asked.Unlock()
	if f.recording {
		f.requests = append(f.requests, r.Method+" "+r.URL.RequestURI())
	}
}

// authorise asks the API server whether the caller may use the proxy to a service or a node, as it would ask itself;
// otherwise it returns the HTTP status that the caller gets.
func (g *gate) authorise(r *http.Request, namespace, resource, name string) (int, error) {
	token := r.Header.Get("Authorization")
	if token == "" {
		return http.StatusUnauthorized, errors.New("Unauthorized")
	}
	verb := map[string]string{http.MethodGet: "get", http.MethodPost: "create", http.MethodPut: "update", http.MethodDelete: "delete"}[r.Method]
	review := map[string]any{"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": map[string]any{
		"resourceAttributes": map[string]any{"namespace": namespace, "verb": verb, "resource": resource, "subresource": "proxy", "name": name}}}
	allowed, code, err := g.review(r.Context(), token, review)
	switch {
	case err != nil:
		return code, err
	case !allowed:
		return http.StatusForbidden, fmt.Errorf("%s %q is forbidden: cannot %s resource \"%s/proxy\" in API group \"\" in the namespace %q", resource, name, verb, resource, namespace)
	}
	return http.StatusOK, nil
}

func (g *gate) review(ctx context.Context, token string, review any) (allowed bool, code int, err error) {
	body, err := json.Marshal(review)
	if err != nil {
		return false, http.StatusInternalServerError, err
	}
	url := g.api.JoinPath("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews").String()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false, http.StatusInternalServerError, err
	}
	req.Header.Set("Authorization", token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := g.client.Do(req)
	if err != nil {
		return false, http.StatusBadGateway, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return false, resp.StatusCode, errors.New(http.StatusText(resp.StatusCode))
	}
	var answer struct{ Status struct{ Allowed bool } }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return false, http.StatusBadGateway, err
	}
	return answer.Status.Allowed, http.StatusOK, nil
}

// status writes a failure in the form of the Kubernetes API.
func status(w http.ResponseWriter, code int, message string) {
	answer(w, code, map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "message": message,
		"reason": strings.ReplaceAll(http.StatusText(code), " ", "")})
}

func answer(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the caller may be gone
}
