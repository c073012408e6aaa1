package kube

import (
	"slices"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// custom is a custom resource in a cache. A map for every object in it, which is what a decoder makes, takes some 4 KB for a
// replica of cStor's; this takes a tenth.
type custom struct {
	metav1.Object // nil: a cache asks for no more than the three below

	namespace, name, revision string
	root                      *packed
}

// GetNamespace implements metav1.Object.
func (c *custom) GetNamespace() string { return c.namespace }

// GetName implements metav1.Object.
func (c *custom) GetName() string { return c.name }

// GetResourceVersion implements metav1.Object.
func (c *custom) GetResourceVersion() string { return c.revision }

// packed is an object of JSON: its keys, which all objects of its form share, and their values. A value that is an object is
// a *packed again, and those in lists are too. It is never changed.
type packed struct {
	keys   []string
	values []any
}

// get returns the value of a key, or nil.
func (p *packed) get(key string) any {
	for i, k := range p.keys {
		if k == key {
			return p.values[i]
		}
	}
	return nil
}

// open returns the object as a map, whose values stay packed.
func (p *packed) open() map[string]any {
	m := make(map[string]any, len(p.keys))
	for i, k := range p.keys {
		m[k] = p.values[i]
	}
	return m
}

// same reports whether two values are equal, packed or not.
func same(a, b any) bool {
	switch x := a.(type) {
	case *packed:
		y, ok := b.(*packed)
		return ok && slices.Equal(x.keys, y.keys) && slices.EqualFunc(x.values, y.values, same)
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, same)
	}
	return a == b
}

// packer packs objects, and lets them share what they have in common: the keys, and texts and other values that repeat. It is
// safe for concurrent use.
type packer struct {
	mu     sync.Mutex
	forms  map[string][]string // keys by all of them in one
	texts  map[string]any      // texts, each as the string that all share
	shared map[string]any      // other values that repeat, by a text that tells them
}

// mostKept is how many of each a packer remembers. Beyond that it forgets them all and begins anew: objects keep what they
// share, and what repeats is soon known again.
const mostKept = 1 << 16

func newPacker() *packer {
	return &packer{forms: map[string][]string{}, texts: map[string]any{}, shared: map[string]any{}}
}

// pack packs a value as JSON's decoder makes it.
func (p *packer) pack(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return p.object(v)
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = p.pack(item)
		}
		return items
	case string:
		return p.boxed(v)
	}
	return value
}

func (p *packer) object(m map[string]any) *packed {
	var held [24]string
	keys := held[:0]
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	o := &packed{keys: p.form(keys), values: make([]any, len(keys))}
	for i, k := range o.keys {
		o.values[i] = p.pack(m[k])
	}
	return o
}

// form returns the keys as all objects of that form share them.
func (p *packer) form(keys []string) []string {
	joined := strings.Join(keys, "\x00")
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.forms[joined]; ok {
		return known
	}
	if len(p.forms) == mostKept/16 {
		clear(p.forms)
	}
	known := make([]string, len(keys))
	for i, at := 0, 0; i < len(keys); i++ { // parts of the one text
		known[i] = joined[at : at+len(keys[i])]
		at += len(keys[i]) + 1
	}
	p.forms[joined] = known
	return known
}

// longestShared is the longest text that is looked for among those that repeat.
const longestShared = 128

func (p *packer) boxed(s string) any {
	if len(s) > longestShared {
		return strings.Clone(s)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.texts[s]; ok {
		return known
	}
	if len(p.texts) == mostKept {
		clear(p.texts)
	}
	s = strings.Clone(s) // it may be a part of something large
	var known any = s
	p.texts[s] = known
	return known
}

// text returns a text as all share it.
func (p *packer) text(s string) string {
	if s == "" {
		return ""
	}
	return p.boxed(s).(string)
}

// once returns the first value that was given under the same key: values of one key have to be equal, and are not changed.
func once[T any](p *packer, key string, value T) T {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.shared[key].(T); ok {
		return known
	}
	if len(p.shared) == mostKept/4 {
		clear(p.shared)
	}
	p.shared[key] = value
	return value
}

// pairs returns a map as all that hold the same share it.
func (p *packer) pairs(kind string, m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b strings.Builder
	b.WriteString(kind)
	for _, k := range keys {
		b.WriteByte(0)
		b.WriteString(k)
		b.WriteByte(0)
		b.WriteString(m[k])
	}
	return once(p, b.String(), m)
}
