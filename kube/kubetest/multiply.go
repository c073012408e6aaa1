package kubetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
)

// Multiply makes many objects out of a few: it applies manifests, the prototypes, and copies what the API
// server has written of them to etcd, with everything that it adds, once for each number from first up to last. In a copy
// each text of alike(prototype) is replaced by that of alike(the number), in keys and values; the texts have to be as long as
// those that they replace, for built-in kinds are kept in a binary form that counts. UIDs are made anew. The prototypes go
// again. Ten thousand objects take about a second, where creating them takes half a minute.
func (s *Server) Multiply(t testing.TB, manifests []byte, prototype, first, last int, alike func(i int) []string) {
	t.Helper()
	if err := s.multiply(t.Context(), manifests, prototype, first, last, alike); err != nil {
		t.Fatalf("kubetest: multiplying objects of cluster %q: %v", s.Name, err)
	}
}

func (s *Server) multiply(ctx context.Context, manifests []byte, prototype, first, last int, alike func(i int) []string) error {
	objects, err := parse(bytes.NewReader(manifests))
	if err != nil {
		return err
	}
	before, err := s.stored(ctx)
	if err != nil {
		return err
	}
	if err := s.apply(ctx, objects); err != nil {
		return err
	}
	uids, err := s.identify(ctx, objects)
	if err != nil {
		return err
	}
	after, err := s.stored(ctx)
	if err != nil {
		return err
	}
	own, err := replacer(alike(prototype), alike(first), nil, first)
	if err != nil {
		return err
	}
	originals := map[string][]byte{}
	for key := range after {
		if before[key] || own.Replace(key) == key { // what the API server keeps for itself
			continue
		}
		if originals[key], err = s.value(ctx, key); err != nil {
			return err
		}
	}
	change := func(i int) (*strings.Replacer, error) { return replacer(alike(prototype), alike(i), uids, i) }
	if err := s.copy(ctx, originals, first, last, change); err != nil {
		return err
	}
	for key := range originals {
		if err := s.etcdCall(ctx, "deleterange", map[string]any{"key": []byte(key)}, nil); err != nil {
			return err
		}
	}
	return nil
}

// copy writes copies of what stands in etcd, by key: one for each number from first up to last, with what its change replaces.
func (s *Server) copy(ctx context.Context, originals map[string][]byte, first, last int, changeOf func(i int) (*strings.Replacer, error)) error {
	copies, copying := errgroup.WithContext(ctx)
	copies.SetLimit(4)
	const atOnce = 16 // numbers in a transaction, which may hold 128 objects
	for from := first; from < last; from += atOnce {
		copies.Go(func() error {
			var puts []put
			for i := from; i < min(from+atOnce, last); i++ {
				change, err := changeOf(i)
				if err != nil {
					return err
				}
				for key, value := range originals {
					puts = append(puts, put{Key: []byte(change.Replace(key)), Value: []byte(change.Replace(string(value)))})
				}
			}
			return s.write(copying, puts)
		})
	}
	return copies.Wait()
}

// replacer makes the texts of the prototype, and its UIDs, those of a copy.
func replacer(prototype, copied, uids []string, i int) (*strings.Replacer, error) {
	var pairs []string
	for at, text := range prototype {
		if len(copied[at]) != len(text) {
			return nil, fmt.Errorf("%q cannot stand for %q, which is of another length", copied[at], text)
		}
		pairs = append(pairs, text, copied[at])
	}
	for _, uid := range uids {
		pairs = append(pairs, uid, fmt.Sprintf("%s%012x", uid[:len(uid)-12], i))
	}
	return strings.NewReplacer(pairs...), nil
}

// identify returns the UIDs that the API server gave to objects.
func (s *Server) identify(ctx context.Context, objects []*unstructured.Unstructured) ([]string, error) {
	c, err := newClient(s.Config())
	if err != nil {
		return nil, err
	}
	var uids []string
	for _, object := range objects {
		k, err := c.kind(ctx, object.GroupVersionKind())
		if err != nil {
			return nil, err
		}
		resource := dynamic.ResourceInterface(c.dynamic.Resource(k.resource))
		if k.namespaced {
			resource = c.dynamic.Resource(k.resource).Namespace(object.GetNamespace())
		}
		found, err := resource.Get(ctx, object.GetName(), metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		uids = append(uids, string(found.GetUID()))
	}
	return uids, nil
}

// put is a write to etcd. Its gateway speaks JSON, with bytes in base64, which is how Go writes them.
type put struct {
	Key   []byte `json:"key"`
	Value []byte `json:"value"`
}

func (s *Server) write(ctx context.Context, puts []put) error {
	const most = 128 // operations in a transaction (--max-txn-ops)
	for len(puts) > 0 {
		n := min(most, len(puts))
		var operations []map[string]any
		for _, p := range puts[:n] {
			operations = append(operations, map[string]any{"requestPut": p})
		}
		puts = puts[n:]
		if err := s.etcdCall(ctx, "txn", map[string]any{"success": operations}, nil); err != nil {
			return err
		}
	}
	return nil
}

// stored returns the keys of everything that the cluster keeps.
func (s *Server) stored(ctx context.Context) (map[string]bool, error) {
	prefix := "/" + s.Name + "/"
	end := strings.TrimSuffix(prefix, "/") + "0" // the first key behind all that begin so
	var answer struct{ Kvs []put }
	err := s.etcdCall(ctx, "range", map[string]any{"key": []byte(prefix), "range_end": []byte(end), "keys_only": true}, &answer)
	keys := make(map[string]bool, len(answer.Kvs))
	for _, kv := range answer.Kvs {
		keys[string(kv.Key)] = true
	}
	return keys, err
}

func (s *Server) value(ctx context.Context, key string) ([]byte, error) {
	var answer struct{ Kvs []put }
	if err := s.etcdCall(ctx, "range", map[string]any{"key": []byte(key)}, &answer); err != nil {
		return nil, err
	}
	if len(answer.Kvs) != 1 {
		return nil, fmt.Errorf("etcd no longer has %s", key)
	}
	return answer.Kvs[0].Value, nil
}

// Compact has etcd forget how its objects became what they are, as it does by itself after some minutes.
func (s *Server) Compact(t testing.TB) {
	t.Helper()
	var answer struct{ Header struct{ Revision string } }
	err := s.etcdCall(t.Context(), "range", map[string]any{"key": []byte("/"), "count_only": true}, &answer)
	if err == nil {
		err = s.etcdCall(t.Context(), "compaction", map[string]any{"revision": answer.Header.Revision, "physical": true}, nil)
	}
	if err != nil {
		t.Fatalf("kubetest: compacting cluster %q: %v", s.Name, err)
	}
}

// etcdCall calls a method of etcd's JSON gateway.
func (s *Server) etcdCall(ctx context.Context, method string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.etcd+"/v3/kv/"+method, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 500))
		return fmt.Errorf("etcd: %s of %s: %s", resp.Status, method, text)
	}
	if answer == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	return json.NewDecoder(resp.Body).Decode(answer)
}
