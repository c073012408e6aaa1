package kubetest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// client applies objects of any kind.
type client struct {
	dynamic   dynamic.Interface
	discovery *discovery.DiscoveryClient

	mu    sync.Mutex
	kinds map[schema.GroupVersionKind]kind
}

// kind is what discovery says of a kind.
type kind struct {
	resource   schema.GroupVersionResource
	namespaced bool
	status     bool // its status is a subresource
}

func newClient(config *rest.Config) (*client, error) {
	d, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	disco, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	return &client{dynamic: d, discovery: disco, kinds: map[schema.GroupVersionKind]kind{}}, nil
}

// apply applies an object, and then its status if that is a subresource. It waits until a definition is established.
func (c *client) apply(ctx context.Context, object *unstructured.Unstructured) error {
	k, err := c.kind(ctx, object.GroupVersionKind())
	if err != nil {
		return fmt.Errorf("%s: %w", describe(object), err)
	}
	resource := dynamic.ResourceInterface(c.dynamic.Resource(k.resource))
	if k.namespaced {
		resource = c.dynamic.Resource(k.resource).Namespace(object.GetNamespace())
	}
	data, err := json.Marshal(clean(object))
	if err != nil {
		return err
	}
	force := true
	options := metav1.PatchOptions{FieldManager: "kubetest", Force: &force, FieldValidation: metav1.FieldValidationStrict}
	if _, err := resource.Patch(ctx, object.GetName(), types.ApplyPatchType, data, options); err != nil {
		return fmt.Errorf("%s: %w", describe(object), err)
	}
	if object.GetKind() == "CustomResourceDefinition" {
		return established(ctx, resource, object.GetName())
	}
	if _, has := object.Object["status"]; !has || !k.status {
		return nil
	}
	options.FieldManager = "kubetest-status"
	if _, err := resource.Patch(ctx, object.GetName(), types.ApplyPatchType, data, options, "status"); err != nil {
		return fmt.Errorf("%s: status: %w", describe(object), err)
	}
	return nil
}

// clean returns the object without what only the API server sets.
func clean(object *unstructured.Unstructured) *unstructured.Unstructured {
	object = object.DeepCopy()
	for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "selfLink"} {
		unstructured.RemoveNestedField(object.Object, "metadata", field)
	}
	return object
}

// kind asks discovery. A kind whose definition was established a moment ago may not be known yet.
func (c *client) kind(ctx context.Context, gvk schema.GroupVersionKind) (kind, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, ok := c.kinds[gvk]; ok {
		return k, nil
	}
	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, 10*time.Second, true, func(ctx context.Context) (bool, error) {
		list, err := c.discovery.ServerResourcesForGroupVersionWithContext(ctx, gvk.GroupVersion().String())
		if err != nil {
			if apierrors.IsNotFound(err) {
				return false, nil
			}
			return false, err
		}
		c.remember(gvk.GroupVersion(), list)
		_, ok := c.kinds[gvk]
		return ok, nil
	})
	if wait.Interrupted(err) {
		return kind{}, fmt.Errorf("the API server does not serve %s", gvk)
	}
	return c.kinds[gvk], err
}

func (c *client) remember(gv schema.GroupVersion, list *metav1.APIResourceList) {
	status := map[string]bool{}
	for _, r := range list.APIResources {
		status[r.Name] = true
	}
	for _, r := range list.APIResources {
		if gvk := gv.WithKind(r.Kind); r.Group == "" && r.Version == "" && !strings.Contains(r.Name, "/") {
			c.kinds[gvk] = kind{resource: gv.WithResource(r.Name), namespaced: r.Namespaced, status: status[r.Name+"/status"]}
		}
	}
}

// established waits until the API server serves a CustomResourceDefinition.
func established(ctx context.Context, definitions dynamic.ResourceInterface, name string) error {
	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, 30*time.Second, true, func(ctx context.Context) (bool, error) {
		object, err := definitions.Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions") // null at first
		for _, c := range conditions {
			if m, ok := c.(map[string]any); ok && m["type"] == "Established" && m["status"] == "True" {
				return true, nil
			}
		}
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("CustomResourceDefinition %s is not established: %w", name, err)
	}
	return nil
}

func describe(object *unstructured.Unstructured) string {
	if ns := object.GetNamespace(); ns != "" {
		return fmt.Sprintf("%s %s/%s", object.GetKind(), ns, object.GetName())
	}
	return fmt.Sprintf("%s %s", object.GetKind(), object.GetName())
}
