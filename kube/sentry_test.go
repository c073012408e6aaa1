package kube

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// A watch that is silent for too long ends; one that is not goes on.
func TestSentry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream, cancelled, came := watch.NewFake(), make(chan struct{}), 0
		s := newSentry(stream, watch.Event{Type: watch.Bookmark}, 50*time.Millisecond, func() { came++ }, func() { close(cancelled) })
		go stream.Add(&corev1.Node{})
		for _, want := range []watch.EventType{watch.Bookmark, watch.Added} {
			if e := <-s.ResultChan(); e.Type != want {
				t.Errorf("%+v", e)
			}
		}
		if _, more := <-s.ResultChan(); more {
			t.Error("an event that nobody sent")
		}
		<-cancelled
		s.Stop() // again
		if came != 1 {
			t.Errorf("%d events came", came)
		}
	})
}

// A watch whose connection is lost ends as one that ends by itself, so that it goes on where it broke off; an error of the server is
// passed on, and so is an event that cannot be read, since to begin there again would not help.
func TestSentryOfBrokenConnections(t *testing.T) {
	reporter := apierrors.NewClientErrorReporter(http.StatusInternalServerError, "GET", "ClientWatchDecoding")
	for text, passed := range map[string]bool{
		"unable to decode an event from the watch stream: http2: client connection lost":                             false,
		"unable to decode an event from the watch stream: stream error: stream ID 7; INTERNAL_ERROR":                 false,
		"unable to decode an event from the watch stream: read tcp 10.0.0.1:5->10.0.0.2:443: read: no route to host": false,
		"unable to decode an event from the watch stream: invalid character 'x' looking for a value":                 true,
	} {
		synctest.Test(t, func(t *testing.T) {
			stream := watch.NewFake()
			s := newSentry(stream, watch.Event{Type: watch.Bookmark}, time.Minute, func() {}, func() {})
			go stream.Error(reporter.AsObject(errors.New(text)))
			<-s.ResultChan()
			if _, got := <-s.ResultChan(); got != passed {
				t.Errorf("%s: passed on %v", text, got)
			}
			s.Stop()
		})
	}
}

// brittle is a server whose watches break the moment that they have begun.
type brittle struct {
	t        *testing.T
	example  runtime.Object
	readings int // of everything
	resumed  int // at the revision that was read
}

func (s *brittle) list(context.Context, metav1.ListOptions) (runtime.Object, error) {
	s.readings++
	return &internalversion.List{ListMeta: metav1.ListMeta{ResourceVersion: "7"}}, nil
}

func (s *brittle) open(_ context.Context, options metav1.ListOptions) (watch.Interface, error) {
	begin, err := beginning(options, s.example)
	if err != nil {
		return nil, err
	}
	if s.resumed++; options.ResourceVersion != "7" {
		s.t.Errorf("a watch at revision %q", options.ResourceVersion)
	}
	stream := watch.NewFake()
	stream.Stop()
	return newSentry(stream, begin, time.Minute, func() {}, func() {}), nil
}

// However soon a watch breaks, client-go goes on with it and reads nothing anew; and it does not keep the server busy.
func TestSentryOfShortWatches(t *testing.T) {
	for name, example := range map[string]runtime.Object{"node": &corev1.Node{}, "custom": &custom{}} {
		synctest.Test(t, func(t *testing.T) {
			server := &brittle{t: t, example: example}
			ctx, stop := context.WithCancel(t.Context())
			lw := &cache.ListWatch{WatchFuncWithContext: server.open, ListWithContextFunc: server.list}
			r := cache.NewReflector(cache.ToListWatcherWithWatchListSemantics(lw, unstreamed{}), example, cache.NewStore(cache.MetaNamespaceKeyFunc), 0)
			ended := make(chan struct{})
			go func() { defer close(ended); r.RunWithContext(ctx) }()
			pause(t.Context(), 12*shortest+shortest/2)
			stop()
			<-ended
			if server.readings != 1 || server.resumed < 9 || server.resumed > 13 {
				t.Errorf("%s: read %d times, gone on with %d times", name, server.readings, server.resumed)
			}
		})
	}
}
