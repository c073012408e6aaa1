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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// A watch that is silent for too long ends; one that is not goes on.
func TestSentry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream, cancelled, came := watch.NewFake(), make(chan struct{}), 0
		s := newSentry(stream, watch.Event{}, 50*time.Millisecond, func() { came++ }, func() { close(cancelled) })
		go stream.Add(&corev1.Node{})
		if e := <-s.ResultChan(); e.Type != watch.Added {
			t.Errorf("%+v", e)
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
			s := newSentry(stream, watch.Event{}, time.Minute, func() {}, func() {})
			go stream.Error(reporter.AsObject(errors.New(text)))
			if _, got := <-s.ResultChan(); got != passed {
				t.Errorf("%s: passed on %v", text, got)
			}
			s.Stop()
		})
	}
}

// streams is a server whose watches give what there is after a while, and break the moment that they have.
type streams struct {
	t        *testing.T
	example  runtime.Object
	readings int // of everything
	resumed  int // at the revision that was read
}

func (s *streams) open(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	begin, err := beginning(options, s.example)
	if err != nil {
		return nil, err
	}
	stream := watch.NewFake()
	switch {
	case options.SendInitialEvents != nil:
		s.readings++
		go func() {
			defer stream.Stop()
			if pause(ctx, 2*shortest) {
				end, err := beginning(metav1.ListOptions{ResourceVersion: "7"}, s.example)
				if err != nil {
					s.t.Error(err)
				}
				end.Object.(metav1.Object).SetAnnotations(map[string]string{metav1.InitialEventsAnnotationKey: "true"})
				stream.Action(end.Type, end.Object)
			}
		}()
	case options.ResourceVersion == "7":
		s.resumed++
		stream.Stop()
	default:
		s.t.Errorf("a watch at revision %q", options.ResourceVersion)
	}
	return newSentry(stream, begin, time.Minute, func() {}, func() {}), nil
}

// However soon a watch breaks, client-go goes on with it and reads nothing anew; and it does not keep the server busy.
func TestSentryOfShortWatches(t *testing.T) {
	for name, example := range map[string]runtime.Object{"node": &corev1.Node{}, "custom": &unstructured.Unstructured{}} {
		synctest.Test(t, func(t *testing.T) {
			server := &streams{t: t, example: example}
			ctx, stop := context.WithCancel(t.Context())
			lw := &cache.ListWatch{WatchFuncWithContext: server.open, ListWithContextFunc: func(context.Context, metav1.ListOptions) (runtime.Object, error) {
				t.Errorf("%s: listed", name)
				return nil, errors.New("listed")
			}}
			r := cache.NewReflector(cache.ToListWatcherWithWatchListSemantics(lw, struct{}{}), example, cache.NewStore(cache.MetaNamespaceKeyFunc), 0)
			ended := make(chan struct{})
			go func() { defer close(ended); r.RunWithContext(ctx) }()
			pause(t.Context(), 12*shortest+shortest/2)
			stop()
			<-ended
			if server.readings != 1 || server.resumed < 8 || server.resumed > 11 {
				t.Errorf("%s: read %d times, gone on with %d times", name, server.readings, server.resumed)
			}
		})
	}
}
