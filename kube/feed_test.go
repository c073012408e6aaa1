package kube

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// feedOf reads a kind from a server that answers every request with the same.
func feedOf(t *testing.T, kind, answer string) *feed {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
	t.Cleanup(s.Close)
	c, err := newClients(&rest.Config{Host: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	return c.feed(resource{Kind: kind, Name: "things"}, "v1", newPacker(), func(int) {})
}

// podList is a list of pods as API servers write it as Protobuf.
func podList(t testing.TB) string {
	t.Helper()
	n := int64(7)
	list := &corev1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "12", Continue: "more", RemainingItemCount: &n}, Items: []corev1.Pod{
		{ObjectMeta: metav1.ObjectMeta{Namespace: "a", Name: "b", Annotations: map[string]string{"x": "y"}}, Spec: corev1.PodSpec{NodeName: "n"}},
		{ObjectMeta: metav1.ObjectMeta{Name: "c"}}}}
	list.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("PodList"))
	var b bytes.Buffer
	if err := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme).Encode(list, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whatever an API server writes, the same is read, and trimmed.
func TestFeedLists(t *testing.T) {
	const about = `"metadata": {"resourceVersion": "12", "continue": "more", "remainingItemCount": 7}`
	const items = `"items": [{"metadata": {"namespace": "a", "name": "b", "annotations": {"x": "y"}}, "spec": {"nodeName": "n"}}, {"metadata": {"name": "c"}}]`
	for what, test := range map[string]struct{ kind, answer string }{
		"pods as Protobuf":  {"Pod", podList(t)},
		"pods as JSON":      {"Pod", `{"kind": "PodList", "apiVersion": "v1", ` + about + `, ` + items + `}`},
		"custom resources":  {"BlockDevice", `{"kind": "BlockDeviceList", "apiVersion": "v1", ` + items + `, ` + about + `}`},
		"and no items' key": {"BlockDevice", `{` + about + `, "more": [1], ` + items + `}`},
	} {
		found, err := feedOf(t, test.kind, test.answer).list(t.Context(), metav1.ListOptions{})
		if err != nil || found.ResourceVersion != "12" || found.Continue != "more" || found.RemainingItemCount == nil || *found.RemainingItemCount != 7 {
			t.Errorf("%s: %v, %+v", what, err, found)
			continue
		}
		var names []string
		for _, object := range found.Items {
			id, err := cache.MetaNamespaceKeyFunc(object)
			if err != nil {
				t.Error(err)
			}
			names = append(names, id)
			if pod, ok := object.(*corev1.Pod); ok && (pod.Annotations != nil || pod.GenerateName != trimmed) {
				t.Errorf("%s: %+v is not trimmed", what, pod)
			}
		}
		if diff := cmp.Diff([]string{"a/b", "c"}, names); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
}

// A list that breaks off is none, wherever it does.
func TestFeedBreaksOff(t *testing.T) {
	none := func(runtime.Object) error { return nil }
	replicas := `{"metadata": {"resourceVersion": "1"}, "items": [{"metadata": {"name": "a"}, "status": {"phase": "Healthy"}}]}`
	pods := podList(t)
	pods = pods[:len(pods)-4] // those say only that there is nothing more to say
	for list, f := range map[string]*feed{
		pods:     {kind: "Pod", example: &corev1.Pod{}, packer: newPacker()},
		replicas: {kind: "CStorVolumeReplica", example: &custom{}, packer: newPacker()},
	} {
		if err := f.read(strings.NewReader(list), &metav1.ListMeta{}, none); err != nil {
			t.Errorf("%s: %v", f.kind, err)
		}
		for i := range list {
			if err := f.read(strings.NewReader(list[:i]), &metav1.ListMeta{}, none); err == nil {
				t.Errorf("%s: after %d of %d bytes it seems whole", f.kind, i, len(list))
			}
		}
	}
}

// A server that begins to answer and then gives nothing does not keep its question for ever.
func TestFeedStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		dial := func(context.Context, string, string) (net.Conn, error) { return ours, nil }
		c, err := newClients(&rest.Config{Host: "http://server", Dial: dial})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			request, err := http.ReadRequest(bufio.NewReader(theirs))
			if err != nil {
				t.Error(err)
				return
			}
			_ = request.Body.Close()
			_, _ = io.WriteString(theirs, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"+`{"items": [{"metadata": {"name": "a"}}, `)
		}()
		begin := time.Now()
		_, err = c.feed(resource{Kind: "BlockDevice", Name: "things"}, "v1", newPacker(), func(int) {}).list(t.Context(), metav1.ListOptions{})
		if took := time.Since(begin); !errors.Is(err, context.DeadlineExceeded) || took > 2*listTimeout {
			t.Errorf("after %v: %v", took, err)
		}
	})
}

// A watch of custom resources gives them packed, the server's own words where it fails, and ends where the server ends it.
func TestFeedWatches(t *testing.T) {
	f := feedOf(t, "BlockDevice", `{"type": "ADDED", "object": {"kind": "BlockDevice", "metadata": {"name": "a", "resourceVersion": "3"}}}
		{"object": {"kind": "BlockDevice", "metadata": {"resourceVersion": "4"}}, "type": "BOOKMARK"}
		{"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired"}}`)
	stream, err := f.watch(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for e := range stream.ResultChan() {
		switch x := e.Object.(type) {
		case *custom:
			got = append(got, fmt.Sprintf("%s %q at %s", e.Type, x.GetName(), x.GetResourceVersion()))
		case *metav1.Status:
			got = append(got, fmt.Sprintf("%s %t", e.Type, apierrors.IsResourceExpired(apierrors.FromObject(x))))
		}
	}
	if diff := cmp.Diff([]string{`ADDED "a" at 3`, `BOOKMARK "" at 4`, "ERROR true"}, got); diff != "" {
		t.Error(diff)
	}
}

// Whatever a server answers, it is a list or an error.
func FuzzFeed(f *testing.F) {
	f.Add([]byte(podList(f)))
	f.Add([]byte(`{"metadata": {"resourceVersion": "1"}, "items": [{"metadata": {"name": 1, "labels": []}, "spec": [1e400, "\ud800"], "versionDetails": 5}]}`))
	f.Add([]byte(`{"metadata": [], "items": {}}`))
	f.Add([]byte("k8s\x00\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x12"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		for kind, example := range map[string]runtime.Object{"Pod": &corev1.Pod{}, "CStorVolumeReplica": &custom{}} {
			of := &feed{kind: kind, example: example, packer: newPacker()}
			_ = of.read(bytes.NewReader(answer), &metav1.ListMeta{}, func(object runtime.Object) error {
				_, err := of.packer.trim(object)
				if c, ok := object.(*custom); ok && c.root == nil {
					t.Error("a resource without content")
				}
				return err
			})
		}
	})
}
