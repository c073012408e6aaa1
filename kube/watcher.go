package kube

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/rs/zerolog"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// clients speak to one API server over one HTTP client.
type clients struct {
	typed   kubernetes.Interface
	dynamic dynamic.Interface
	raw     rest.Interface // for paths, answered in JSON
	http    *http.Client
	as      string // whom the cluster is asked as in MuleBot's place; empty: nobody
}

func newClients(config *rest.Config) (*clients, error) {
	silence()
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	client.CheckRedirect = stay
	protobuf := rest.CopyConfig(config)
	protobuf.ContentType = runtime.ContentTypeProtobuf
	protobuf.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	typed, err := kubernetes.NewForConfigAndClient(protobuf, client)
	if err != nil {
		return nil, err
	}
	untyped, err := dynamic.NewForConfigAndClient(config, client)
	if err != nil {
		return nil, err
	}
	plain := rest.CopyConfig(config)
	plain.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	raw, err := rest.UnversionedRESTClientForConfigAndClient(plain, client)
	if err != nil {
		return nil, err
	}
	return &clients{typed: typed, dynamic: untyped, raw: raw, http: client, as: config.Impersonate.UserName}, nil
}

// watcher keeps a copy of all objects of one GVR, and knows how it fares.
type watcher struct {
	resource resource
	version  string
	informer cache.Controller
	store    cache.Store
	stop     context.CancelFunc
	sink
	log zerolog.Logger

	mu   sync.Mutex
	err  error // of the last attempt to list or watch; nil if it succeeded
	verb string
	at   time.Time // of the first failure in a row
	left int       // objects that the pages of a list have yet to bring, as far as the server tells
}

// sink is what a watcher needs of its connection.
type sink struct {
	as      string // whom the cluster is asked as in MuleBot's place; empty: nobody
	packer  *packer
	now     func() time.Time
	changed func()                 // is called whenever an object or the watcher's own condition changes
	heard   func(objects int)      // is called when the server has answered, or sent objects
	contact func() <-chan struct{} // returns what is closed when the server has answered a probe the next time
}

const (
	listTimeout = time.Minute      // ends a list of which nothing comes
	openTimeout = 30 * time.Second // ends the opening of a watch that hangs
	stallLimit  = 4 * time.Minute  // a watch silent for so long is opened anew: API servers send bookmarks every minute
)

// newWatcher makes a watcher; run starts it.
func newWatcher(c *clients, r resource, version string, log zerolog.Logger, s sink) *watcher {
	w := &watcher{resource: r, version: version, sink: s, log: log.With().Str("resource", r.qualified()).Logger()}
	f := c.feed(r, version, s.packer, s.heard)
	observed := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			return w.list(ctx, f, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			return w.open(ctx, f, options)
		},
	}
	// Not a shared one: nobody shares it, and a buffer and three goroutines for the one who listens would take a third of the memory
	// of a small cluster.
	w.store, w.informer = cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: cache.ToListWatcherWithWatchListSemantics(observed, unstreamed{}), ObjectType: f.example, Transform: s.packer.trim,
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { w.changed() },
			DeleteFunc: func(any) { w.changed() },
			UpdateFunc: func(before, after any) {
				if !alike(before, after) {
					w.changed()
				}
			},
		},
	})
	return w
}

// alike reports whether two states of an object are the same in all that is kept of them. Most updates of a busy cluster are:
// heartbeats, leases and counters.
func alike(before, after any) bool {
	switch x := before.(type) {
	case *custom:
		y, ok := after.(*custom)
		return ok && same(x.root, y.root)
	case metav1.Object:
		y, ok := after.(metav1.Object)
		if !ok || x.GetResourceVersion() == y.GetResourceVersion() {
			return ok
		}
		if object, ok := x.(runtime.Object); ok {
			renewed := object.DeepCopyObject()
			renewed.(metav1.Object).SetResourceVersion(y.GetResourceVersion())
			return reflect.DeepEqual(renewed, after)
		}
	}
	return false
}

// list reads a list: all objects, as far as the server does not give pages.
func (w *watcher) list(ctx context.Context, f *feed, options metav1.ListOptions) (runtime.Object, error) {
	var found *internalversion.List
	err := w.persist(ctx, "list", func() (err error) {
		found, err = f.list(ctx, options)
		return err
	})
	if err != nil {
		return nil, err
	}
	w.count(found)
	return found, nil
}

// count notes how many objects the pages that follow one will bring.
func (w *watcher) count(page *internalversion.List) {
	left := 0
	if n := page.GetRemainingItemCount(); n != nil {
		left = int(*n)
	}
	w.mu.Lock()
	w.left = left
	w.mu.Unlock()
}

// open opens a watch.
func (w *watcher) open(ctx context.Context, f *feed, options metav1.ListOptions) (stream watch.Interface, err error) {
	err = w.persist(ctx, "watch", func() error {
		stream, err = w.openBounded(ctx, f, options)
		return err
	})
	return stream, err
}

// persist tries until the server answers, now and then and when it is known to answer again. To fail would mean to list
// everything anew, where a watch can go on at the revision at which it broke off.
func (w *watcher) persist(ctx context.Context, verb string, try func() error) error {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		contact := w.contact()
		err := try()
		w.report(verb, err)
		if err == nil || ctx.Err() != nil || final(err) {
			return err
		}
		timer := time.NewTimer(wait/2 + rand.N(wait))
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-contact:
		}
		timer.Stop()
	}
}

// final reports whether an error is an answer that trying again does not change.
func final(err error) bool {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return false
	}
	code := status.Status().Code
	return code >= 400 && code < 500 && code != http.StatusUnauthorized && code != http.StatusTooManyRequests && code != http.StatusRequestTimeout
}

// openBounded opens a watch, and gives up when the server does not begin to answer in time.
func (w *watcher) openBounded(ctx context.Context, f *feed, options metav1.ListOptions) (watch.Interface, error) {
	begin, err := beginning(options, f.example)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(openTimeout, func() { cancel(context.DeadlineExceeded) })
	stream, err := f.watch(ctx, options)
	if !timer.Stop() && err == nil {
		stream.Stop()
		err = context.DeadlineExceeded
	}
	if err != nil {
		if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			err = context.DeadlineExceeded
		}
		cancel(nil)
		return nil, err
	}
	return newSentry(stream, begin, stallLimit, func() { w.heard(1) }, func() { cancel(nil) }), nil
}

// feed returns what gives the objects of a resource.
func (c *clients) feed(r resource, version string, packer *packer, came func(int)) *feed {
	builtin := map[string]runtime.Object{
		"Node": &corev1.Node{}, "Namespace": &corev1.Namespace{}, "PersistentVolume": &corev1.PersistentVolume{},
		"PersistentVolumeClaim": &corev1.PersistentVolumeClaim{}, "Pod": &corev1.Pod{}, "Event": &corev1.Event{},
		"StorageClass": &storagev1.StorageClass{}, "VolumeAttachment": &storagev1.VolumeAttachment{},
	}
	f := &feed{kind: r.Kind, example: &custom{}, packer: packer, came: came}
	root := "/apis/" + r.Group
	if r.Group == "" {
		root = "/api"
	}
	from := c.raw
	switch typed := builtin[r.Kind]; {
	case typed == nil:
	case r.Group == storagev1.GroupName:
		f.example, from = typed, c.typed.StorageV1().RESTClient()
	default:
		f.example, from = typed, c.typed.CoreV1().RESTClient()
	}
	f.get = func() *rest.Request { return from.Get().AbsPath(root, version, r.Name) }
	return f
}

// run watches until ctx ends or stop is called, and returns then.
func (w *watcher) run(ctx context.Context) { w.informer.RunWithContext(ctx) }

// report remembers the outcome of listing or opening a watch.
func (w *watcher) report(verb string, err error) {
	if errors.Is(err, context.Canceled) || apierrors.IsResourceExpired(err) || apierrors.IsGone(err) {
		return // stopped, or about to list anew
	}
	if err == nil {
		w.heard(0)
	}
	w.mu.Lock()
	turned := (w.err == nil) != (err == nil)
	if turned {
		w.at = w.now()
	}
	w.err, w.verb = err, verb
	w.mu.Unlock()
	if turned {
		w.log.Debug().Err(err).Str("verb", verb).Msg("watch failed, or works again if there is no error")
		w.changed()
	}
}

// failure returns which verb failed at the last attempt, since when, and its error; nil while all is well.
func (w *watcher) failure() (verb string, since time.Time, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.verb, w.at, w.err
}

// settled reports whether the watcher has given all that it can give for now: its objects, or a refusal.
func (w *watcher) settled() bool {
	if w.informer.HasSynced() {
		return true
	}
	_, _, err := w.failure()
	return refused(err)
}

// remaining returns how many objects the pages of a list have yet to bring, as far as the server tells.
func (w *watcher) remaining() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.left
}

// refused reports whether an error is the answer of an API server that will not change its mind soon.
func refused(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsNotFound(err) || apierrors.IsMethodNotSupported(err)
}

// gap says what is missing because of this watcher; "" if nothing is.
func (w *watcher) gap(synced bool) string {
	verb, at, err := w.failure()
	name := w.resource.qualified()
	switch {
	case apierrors.IsForbidden(err) && synced:
		return fmt.Sprintf("`%s` are read only now and then: %s", name, forbidden(w.as, "the verb "+verb+" on them"))
	case apierrors.IsForbidden(err): // whoever may list but not watch has synced
		return fmt.Sprintf("`%s` could not be read: %s", name, forbidden(w.as, "the verb list on them"))
	case refused(err):
		return "" // the resource has just gone
	case err != nil && synced:
		reason, _, _ := diagnose(err)
		return fmt.Sprintf("`%s` are as of %s: %s", name, stamp(at), reason)
	case !synced:
		return fmt.Sprintf("`%s` have not been read yet", name)
	}
	return ""
}
