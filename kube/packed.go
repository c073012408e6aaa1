package kube

import (
	"slices"
	"strings"
	"sync"
)

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

// member is a key of an object and its value.
type member struct {
	key   string
	value any
}

func (p *packer) object(m map[string]any) *packed {
	members := make([]member, 0, len(m))
	for k, v := range m {
		members = append(members, member{k, p.pack(v)})
	}
	return p.join(members)
}

// join makes an object of its members, whose values are packed; it puts them in order.
func (p *packer) join(members []member) *packed {
	slices.SortFunc(members, func(x, y member) int { return strings.Compare(x.key, y.key) })
	o := &packed{keys: p.form(members), values: make([]any, len(members))}
	for i, m := range members {
		o.values[i] = m.value
	}
	return o
}

// form returns the keys as all objects of that form share them.
func (p *packer) form(members []member) []string {
	var held [256]byte
	joined := held[:0]
	for _, m := range members {
		joined = append(append(joined, m.key...), 0)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.forms[string(joined)]; ok {
		return known
	}
	if len(p.forms) == mostKept/16 {
		clear(p.forms)
	}
	known := make([]string, len(members))
	for i, m := range members {
		known[i] = m.key
	}
	p.forms[string(joined)] = known
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
	return p.remember(strings.Clone(s)) // it may be a part of something large
}

// bytes is boxed for a text that is not kept.
func (p *packer) bytes(b []byte) any {
	if len(b) > longestShared {
		return string(b)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.texts[string(b)]; ok {
		return known
	}
	return p.remember(string(b))
}

// remember keeps a text for those that come. The caller holds mu.
func (p *packer) remember(s string) any {
	if len(p.texts) == mostKept {
		clear(p.texts)
	}
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
