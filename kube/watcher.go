package kube

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
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
	return &clients{typed: typed, dynamic: untyped, raw: raw, http: client}, nil
}

// watcher keeps a copy of all objects of one GVR, and knows how it fares.
type watcher struct {
	resource resource
	version  string
	informer cache.SharedIndexInformer
	stop     context.CancelFunc
	heir     bool // a fresh watcher is about to take its place; guarded by connection.mu
	changed  func()
	now      func() time.Time
	log      zerolog.Logger

	mu   sync.Mutex
	err  error // of the last attempt to list or watch; nil if it succeeded
	verb string
	at   time.Time // of the first failure in a row
}

// listTimeout ends a page of a list that hangs.
const listTimeout = time.Minute

// newWatcher makes a watcher; run starts it. changed is called whenever an object or the watcher's own condition changes.
func newWatcher(c *clients, r resource, version string, log zerolog.Logger, now func() time.Time, changed func()) (*watcher, error) {
	w := &watcher{resource: r, version: version, changed: changed, now: now, log: log.With().Str("resource", r.qualified()).Logger()}
	lw, example := c.listWatch(r, version)
	list, open := lw.ListWithContextFunc, lw.WatchFuncWithContext
	observed := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			ctx, cancel := context.WithTimeout(ctx, listTimeout)
			defer cancel()
			found, err := list(ctx, options)
			w.report("list", err)
			return found, err
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			stream, err := open(ctx, options)
			w.report("watch", err)
			return stream, err
		},
	}
	w.informer = cache.NewSharedIndexInformer(cache.ToListWatcherWithWatchListSemantics(observed, c.dynamic), example, 0, cache.Indexers{})
	_, err := w.informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { changed() },
		DeleteFunc: func(any) { changed() },
		UpdateFunc: func(before, after any) {
			if revision(before) != revision(after) {
				changed()
			}
		},
	})
	return w, errors.Join(err, w.informer.SetTransform(trim),
		w.informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) { w.report("watch", err) }))
}

func revision(object any) string {
	if m, err := meta.Accessor(object); err == nil {
		return m.GetResourceVersion()
	}
	return ""
}

// listWatch returns how to list and watch a resource, and an example of its objects.
func (c *clients) listWatch(r resource, version string) (*cache.ListWatch, runtime.Object) {
	builtin := map[string]runtime.Object{
		"Node": &corev1.Node{}, "Namespace": &corev1.Namespace{}, "PersistentVolume": &corev1.PersistentVolume{},
		"PersistentVolumeClaim": &corev1.PersistentVolumeClaim{}, "Pod": &corev1.Pod{}, "Event": &corev1.Event{},
		"StorageClass": &storagev1.StorageClass{}, "VolumeAttachment": &storagev1.VolumeAttachment{},
	}
	if example := builtin[r.Kind]; example != nil {
		var getter cache.Getter = c.typed.CoreV1().RESTClient()
		if r.Group == storagev1.GroupName {
			getter = c.typed.StorageV1().RESTClient()
		}
		return cache.NewFilteredListWatchFromClient(getter, r.Name, metav1.NamespaceAll, func(*metav1.ListOptions) {}), example
	}
	objects := c.dynamic.Resource(r.gvr(version))
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			return objects.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			return objects.Watch(ctx, options)
		},
	}, &unstructured.Unstructured{}
}

// run watches until ctx ends or stop is called, and returns then.
func (w *watcher) run(ctx context.Context) { w.informer.RunWithContext(ctx) }

// report remembers the outcome of listing or opening a watch.
func (w *watcher) report(verb string, err error) {
	if errors.Is(err, context.Canceled) || apierrors.IsResourceExpired(err) || apierrors.IsGone(err) {
		return // stopped, or about to list anew
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

// refused reports whether an error is the answer of an API server that will not change its mind soon.
func refused(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsNotFound(err) || apierrors.IsMethodNotSupported(err)
}

// await waits until the watcher has settled, and reports false if ctx ended or it took too long.
func (w *watcher) await(ctx context.Context) bool {
	for deadline := w.now().Add(listTimeout); !w.settled(); {
		if !pause(ctx, 20*time.Millisecond) || w.now().After(deadline) {
			return false
		}
	}
	return true
}

// gap says what is missing because of this watcher; "" if nothing is.
func (w *watcher) gap(synced bool) string {
	verb, at, err := w.failure()
	name := w.resource.qualified()
	switch {
	case apierrors.IsForbidden(err) && synced:
		return fmt.Sprintf("`%s` are read only now and then: RBAC forbids MuleBot the verb %s on them", name, verb)
	case apierrors.IsForbidden(err):
		return fmt.Sprintf("`%s` could not be read: RBAC forbids MuleBot the verb %s on them", name, verb)
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
