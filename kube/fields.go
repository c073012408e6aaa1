package kube

import (
	"strconv"
	"strings"
	"time"

	apiresource "k8s.io/apimachinery/pkg/api/resource"

	"github.com/mulebot/mulebot/models"
)

// fields reads a custom resource or a JSON answer. Every reader gives the zero value (or "not known") for what is absent or
// of another type than expected: objects of other releases must never break an inventory.
type fields map[string]any

// at returns what stands at a path, or nil.
func (f fields) at(path ...string) any {
	var value any = map[string]any(f)
	for _, key := range path {
		switch object := value.(type) {
		case map[string]any:
			value = object[key]
		case *packed:
			value = object.get(key)
		default:
			return nil
		}
	}
	return value
}

// object returns a value as an object, packed or not; nil, which may be read too, if it is none.
func object(value any) fields {
	switch v := value.(type) {
	case map[string]any:
		return v
	case *packed:
		return v.open()
	}
	return nil
}

// str returns a string, or a number or boolean in its usual form.
func (f fields) str(path ...string) string {
	switch v := f.at(path...).(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// first returns the first of some fields of an object that is not empty.
func (f fields) first(object string, names ...string) string {
	for _, name := range names {
		if s := f.str(object, name); s != "" {
			return s
		}
	}
	return ""
}

// number returns a number and whether there is one.
func (f fields) number(path ...string) (float64, bool) {
	switch v := f.at(path...).(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case string:
		n, err := strconv.ParseFloat(v, 64)
		return n, err == nil
	}
	return 0, false
}

// count returns a whole number, or 0.
func (f fields) count(path ...string) int {
	n, _ := f.number(path...)
	return int(max(-1e9, min(n, 1e9)))
}

// yes reports whether a field is true, "true" or "yes".
func (f fields) yes(path ...string) bool {
	s := f.str(path...)
	return strings.EqualFold(s, "true") || strings.EqualFold(s, "yes")
}

// sub returns an object; nil, which may be read too, if there is none.
func (f fields) sub(path ...string) fields { return object(f.at(path...)) }

// list returns the objects of a list.
func (f fields) list(path ...string) []fields {
	items, _ := f.at(path...).([]any)
	all := make([]fields, 0, len(items))
	for _, item := range items {
		if m := object(item); m != nil {
			all = append(all, m)
		}
	}
	return all
}

// strings returns the strings of a list.
func (f fields) strings(path ...string) []string {
	items, _ := f.at(path...).([]any)
	var all []string
	for _, item := range items {
		if s, ok := item.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

// time returns a timestamp, or the zero time.
func (f fields) time(path ...string) time.Time {
	t, _ := time.Parse(time.RFC3339, f.str(path...))
	return t
}

// bytes returns a Kubernetes quantity ("20Gi", "21474836480", 21474836480).
func (f fields) bytes(path ...string) models.Bytes { return quantity(f.str(path...)) }

func (f fields) name() string               { return f.str("metadata", "name") }
func (f fields) namespace() string          { return f.str("metadata", "namespace") }
func (f fields) created() time.Time         { return f.time("metadata", "creationTimestamp") }
func (f fields) label(key string) string    { return f.str("metadata", "labels", key) }
func (f fields) annotation(k string) string { return f.str("metadata", "annotations", k) }

// condition returns the condition of a type in status.conditions, or nil.
func (f fields) condition(kind string) fields {
	for _, c := range f.list("status", "conditions") {
		if c.str("type") == kind {
			return c
		}
	}
	return nil
}

// quantity reads a Kubernetes quantity; it is not known if it does not parse.
func quantity(s string) models.Bytes {
	if s == "" {
		return models.UnknownBytes
	}
	q, err := apiresource.ParseQuantity(s)
	if err != nil || q.Sign() < 0 {
		return models.UnknownBytes
	}
	return models.Bytes(q.Value())
}

// cstorBytes reads a capacity of a cStor pool or replica. ZFS, whose words these are, counts in binary units and writes them
// without the "i": "1820G" are 1820 GiB.
func cstorBytes(s string) models.Bytes {
	digits := strings.TrimRight(s, "KMGTPEiB")
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || n < 0 {
		return models.UnknownBytes
	}
	unit := strings.TrimRight(s[len(digits):], "iB")
	power := strings.Index("KMGTPE", unit) + 1
	if unit == "" {
		power = 0
	}
	if len(unit) > 1 || unit != "" && power == 0 {
		return models.UnknownBytes
	}
	for range power {
		n *= 1024
	}
	if n >= 1<<63 || n != n {
		return models.UnknownBytes
	}
	return models.Bytes(n)
}
