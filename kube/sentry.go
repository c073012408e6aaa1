package kube

import (
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// shortest is how long a watch lasts at least, cut or not, so that a server which ends each one at once is not kept busy by it.
const shortest = time.Second

// sentry is a watch that ends when nothing has come for long, or when its connection is lost, so that it is then gone on with where
// it broke off. client-go lists everything anew after a watch that ended soon without an event, and counts from when it took the
// watch over, which may be long after it was opened. So each begins with an event: a bookmark of the revision at which it begins.
type sentry struct {
	watch.Interface
	events chan watch.Event
	came   func() // is called for each event of the stream
	stop   func()
}

// newSentry guards a stream that begins with the given bookmark.
func newSentry(stream watch.Interface, begin watch.Event, limit time.Duration, came, cancel func()) *sentry {
	stopped := make(chan struct{})
	s := &sentry{Interface: stream, events: make(chan watch.Event), came: came, stop: sync.OnceFunc(func() { close(stopped); cancel(); stream.Stop() })}
	go func() {
		defer close(s.events)
		defer s.stop()
		age := time.NewTimer(shortest)
		defer age.Stop()
		s.pass(begin, limit, stopped)
		select {
		case <-age.C:
		case <-stopped:
		}
	}()
	return s
}

// pass hands events on until there are no more.
func (s *sentry) pass(begin watch.Event, limit time.Duration, stopped <-chan struct{}) {
	send := func(event watch.Event) {
		select {
		case s.events <- event:
		case <-stopped:
		}
	}
	send(begin)
	silence := time.NewTimer(limit)
	defer silence.Stop()
	for {
		select {
		case event, more := <-s.Interface.ResultChan():
			if !more || brokeOff(event) {
				return
			}
			s.came()
			send(event)
			silence.Reset(limit)
		case <-silence.C:
			return
		case <-stopped:
			return
		}
	}
}

// beginning is the bookmark of the revision at which a watch is opened.
func beginning(options metav1.ListOptions, example runtime.Object) (watch.Event, error) {
	object := example.DeepCopyObject()
	about, err := meta.Accessor(object)
	if err != nil {
		return watch.Event{}, err
	}
	about.SetResourceVersion(options.ResourceVersion)
	return watch.Event{Type: watch.Bookmark, Object: object}, nil
}

// brokeOff reports whether an event says that the connection of a watch was lost. client-go takes most losses for the end of the
// watch, but makes an error of those that it does not know, such as those that HTTP/2 words itself, and would list everything anew
// for it.
func brokeOff(event watch.Event) bool {
	status, ok := event.Object.(*metav1.Status)
	if event.Type != watch.Error || !ok || status.Details == nil {
		return false
	}
	losses := []string{"http2: ", "stream error", "broken pipe", "read tcp", "tls: "}
	return slices.ContainsFunc(status.Details.Causes, func(c metav1.StatusCause) bool {
		return c.Type == "ClientWatchDecoding" && slices.ContainsFunc(losses, func(loss string) bool { return strings.Contains(c.Message, loss) })
	})
}

// ResultChan implements watch.Interface.
func (s *sentry) ResultChan() <-chan watch.Event { return s.events }

// Stop implements watch.Interface.
func (s *sentry) Stop() { s.stop() }
