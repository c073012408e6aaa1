package kube

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// custom is a custom resource in a cache, as it is read: packed, and without what no converter reads. A map for every object in it,
// which is what client-go's decoder makes, takes some 4 KB for a replica of cStor's, and this a tenth. It is never changed.
type custom struct {
	metav1.Object // nil: a cache asks for no more than what is below

	namespace, name, revision string
	root                      *packed
}

// GetNamespace implements metav1.Object.
func (c *custom) GetNamespace() string { return c.namespace }

// GetName implements metav1.Object.
func (c *custom) GetName() string { return c.name }

// GetResourceVersion implements metav1.Object.
func (c *custom) GetResourceVersion() string { return c.revision }

// SetResourceVersion implements metav1.Object. It is for examples only.
func (c *custom) SetResourceVersion(revision string) { c.revision = revision }

// GetAnnotations implements metav1.Object: none that are meant for a cache.
func (c *custom) GetAnnotations() map[string]string { return nil }

// GetObjectKind implements runtime.Object.
func (c *custom) GetObjectKind() schema.ObjectKind { return schema.EmptyObjectKind }

// DeepCopyObject implements runtime.Object.
func (c *custom) DeepCopyObject() runtime.Object {
	same := *c
	return &same
}

// decoder reads custom resources of one kind from JSON in a single pass: what no converter reads is skipped, and everything else is
// packed at once.
type decoder struct {
	*jsontext.Decoder
	packer  *packer
	kind    string
	unread  map[string][]string
	members []member // of the objects that have begun, the innermost last
	text    []byte   // of the last string with escapes
}

func newDecoder(r io.Reader, kind string, p *packer) *decoder {
	return &decoder{Decoder: jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)),
		packer: p, kind: kind, unread: unread(kind)}
}

// list reads a list: what it says of itself goes into about, and its resources to take.
func (d *decoder) list(about *metav1.ListMeta, take func(runtime.Object) error) error {
	return d.each(func(name string) error {
		switch {
		case name == "metadata":
			raw, err := d.ReadValue()
			if err != nil {
				return err
			}
			return json.Unmarshal(raw, about)
		case name == "items" && d.PeekKind() == '[':
			return d.items(func() error {
				c, err := d.resource()
				if err != nil {
					return err
				}
				return take(c)
			})
		}
		return d.SkipValue()
	})
}

// resource reads a resource. It is of the kind that was asked for: items of a list need not repeat it.
func (d *decoder) resource() (*custom, error) {
	c, begin := &custom{}, len(d.members)
	d.members = append(d.members, member{"kind", d.packer.boxed(d.kind)})
	err := d.each(func(name string) error {
		switch {
		case name == "apiVersion", name == "kind":
			return d.SkipValue()
		case name == "versionDetails":
			return d.version(name)
		case name == "metadata" && d.PeekKind() == '{':
			return d.metadata(c)
		}
		return d.keep(name, d.unread[name]...)
	})
	c.root = d.end(begin)
	return c, err
}

// metadata keeps who and whose a resource is, and since when. The finalizers of what is not being deleted say nothing.
func (d *decoder) metadata(c *custom) error {
	begin, deleted, finalizers := len(d.members), false, any(nil)
	err := d.each(func(name string) (err error) {
		switch name {
		case "namespace", "name", "creationTimestamp", "labels":
			return d.keep(name)
		case "annotations":
			return d.keep(name, corev1.LastAppliedConfigAnnotation)
		case "deletionTimestamp":
			deleted = d.PeekKind() != 'n'
			return d.keep(name)
		case "finalizers":
			finalizers, err = d.value()
			return err
		case "resourceVersion":
			c.revision, err = d.string()
			return err
		}
		return d.SkipValue()
	})
	if deleted && finalizers != nil {
		d.members = append(d.members, member{"finalizers", finalizers})
	}
	meta := d.end(begin)
	c.namespace, _ = meta.get("namespace").(string)
	c.name, _ = meta.get("name").(string)
	d.members = append(d.members, member{"metadata", meta})
	return err
}

// version keeps of the versions of an object that of cStor's or Jiva's which it has, the one it is to have, and how its upgrade goes.
func (d *decoder) version(name string) error {
	all, err := d.value()
	f := fields{name: all}
	if current, desired, state := f.str(name, "status", "current"), f.str(name, "desired"), f.str(name, "status", "state"); current != "" {
		kept := once(d.packer, strings.Join([]string{name, current, desired, state}, "/"),
			d.packer.object(map[string]any{"desired": desired, "status": map[string]any{"current": current, "state": state}}))
		d.members = append(d.members, member{name, kept})
	}
	return err
}

// keep reads the value of a member, and makes it one of the object that has begun.
func (d *decoder) keep(name string, unread ...string) error {
	value, err := d.value(unread...)
	d.members = append(d.members, member{name, value})
	return err
}

// end packs the object whose members begin there.
func (d *decoder) end(begin int) *packed {
	o := d.packer.join(d.members[begin:])
	d.members = d.members[:begin]
	return o
}

// value reads a value; if it is an object, without the members that are not read.
func (d *decoder) value(unread ...string) (any, error) {
	switch d.PeekKind() {
	case '{':
		begin := len(d.members)
		err := d.each(func(name string) error {
			if slices.Contains(unread, name) {
				return d.SkipValue()
			}
			return d.keep(name)
		})
		return d.end(begin), err
	case '[':
		all := []any{}
		err := d.items(func() error {
			item, err := d.value()
			all = append(all, item)
			return err
		})
		return all, err
	case '"':
		text, err := d.bytes()
		return d.packer.bytes(text), err
	}
	raw, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	switch raw.Kind() {
	case 't', 'f':
		return raw.Kind() == 't', nil
	case '0':
		if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
			return n, nil
		}
		return strconv.ParseFloat(string(raw), 64)
	}
	return nil, nil
}

// each reads an object; read has to read the value of the member.
func (d *decoder) each(read func(name string) error) error {
	return d.enclosed('{', func() error {
		name, err := d.bytes()
		if err != nil {
			return err
		}
		return read(d.packer.bytes(name).(string))
	})
}

// items reads a list; read has to read an item.
func (d *decoder) items(read func() error) error { return d.enclosed('[', read) }

// enclosed reads what begins with a brace or a bracket, part by part.
func (d *decoder) enclosed(begin jsontext.Kind, read func() error) error {
	token, err := d.ReadToken()
	if err == nil && token.Kind() != begin {
		err = fmt.Errorf("a resource of kind %s has %s where %s was expected", d.kind, token.Kind(), begin)
	}
	for err == nil {
		if next := d.PeekKind(); next == '}' || next == ']' {
			_, err = d.ReadToken()
			return err
		}
		err = read()
	}
	return err
}

// string reads a text; "" if what comes is none.
func (d *decoder) string() (string, error) {
	if d.PeekKind() != '"' {
		return "", d.SkipValue()
	}
	text, err := d.bytes()
	return string(text), err
}

// bytes reads a text, which is valid until the next read.
func (d *decoder) bytes() ([]byte, error) {
	raw, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	if slices.Contains(raw, '\\') {
		d.text, err = jsontext.AppendUnquote(d.text[:0], raw)
		return d.text, err
	}
	return raw[1 : len(raw)-1], nil
}
