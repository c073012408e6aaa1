package answer

import (
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Kind says what the values of a field are, and so how they compare, sort, print and marshal.
type Kind int

// The kinds, with what of a value counts.
const (
	TextKind   Kind = iota // value.text; "" is no value
	ListKind               // value.list; compares by any element, or by length with a number
	HealthKind             // value.text, a health word; sorts by severity
	FlagKind               // value.number, 0 or 1
	CountKind              // value.number
	BytesKind              // value.number, bytes
	ShareKind              // value.number, 0 to 100
	AgeKind                // value.number, seconds before the inventory's AsOf
	TimeKind               // value.number, Unix seconds
)

// Numeric reports whether values of the kind can be compared by less and greater and computed with.
func (k Kind) Numeric() bool { return k >= CountKind }

// value is what a record has in a field.
type value struct {
	known  bool
	least  bool // the number is at least that; how much more is not known
	number float64
	text   string
	list   []string
}

// source is an inventory with what is computed over it on first use. It lives for one answer.
type source struct {
	*models.Inventory
	snapshots func() map[string]int            // that can be restored, of a volume, by the volume's name
	newest    func() map[string]time.Time      // usable snapshot of a volume, by the volume's name
	zones     func() map[string]string         // of nodes, by the node's name
	volumes   func() map[string]*models.Volume // by name, and by namespace and claim
	replicas  func() map[string]int            // of a node, by its name
}

func newSource(inv *models.Inventory) *source {
	return &source{Inventory: inv, snapshots: sync.OnceValue(func() map[string]int {
		counts := map[string]int{}
		for i := range inv.Snapshots {
			if s := &inv.Snapshots[i]; s.Ready && s.Volume != "" {
				counts[s.Volume]++
			}
		}
		return counts
	}), newest: sync.OnceValue(func() map[string]time.Time {
		newest := map[string]time.Time{}
		for i := range inv.Snapshots {
			if s := &inv.Snapshots[i]; s.Ready && s.Volume != "" && s.Created.After(newest[s.Volume]) {
				newest[s.Volume] = s.Created
			}
		}
		return newest
	}), replicas: sync.OnceValue(func() map[string]int {
		counts := map[string]int{}
		for i := range inv.Volumes {
			for j := range inv.Volumes[i].Replicas {
				counts[inv.Volumes[i].Replicas[j].Node]++
			}
		}
		return counts
	}), volumes: sync.OnceValue(func() map[string]*models.Volume {
		byName := make(map[string]*models.Volume, len(inv.Volumes))
		for i := range inv.Volumes {
			v := &inv.Volumes[i]
			byName[v.Name], byName[v.Namespace+"/"+v.Claim] = v, v
		}
		return byName
	}), zones: sync.OnceValue(func() map[string]string {
		zones := make(map[string]string, len(inv.Nodes))
		for i := range inv.Nodes {
			zones[inv.Nodes[i].Name] = inv.Nodes[i].Zone
		}
		return zones
	})}
}

// record is one thing of a subject and the inventory that it is from.
type record struct {
	from *source
	item any // a pointer: *models.Volume, *replica, … by subject
}

// Field is one property of a subject. The same table of fields drives filters, sorting, grouping, columns, aggregates
// and JSON.
type Field struct {
	key   string // stable: in queries and in JSON
	title string
	noun  string // in a sentence: "the largest {noun}"; the title in lower case if empty
	Kind  Kind
	// endless is how a value prints that is not known since it has no end, "never": it compares as endless.
	endless string
	words   []string        // what people and Kubernetes call it, beside its key, its title and noun
	open    bool            // a text that is not known may be any, and is not none
	apart   bool            // of other things than the one that has it: a question may ask by it, and no description tells it
	path    bool            // a text equals what follows its last slash too: "mysql" is "StatefulSet/mysql"
	lacking []models.Engine // whose volumes do not have it
	get     func(r *record) value
}

// Name returns what a sentence calls the field.
func (f *Field) Name() string {
	if f.noun != "" {
		return f.noun
	}
	return strings.ToLower(f.title)
}

// called gives the field another name for sentences than its title.
func (f Field) called(noun string) Field { f.noun = noun; return f }

// Key returns what queries call the field.
func (f *Field) Key() string { return f.key }

// spelled gives the field further names.
func (f Field) spelled(words ...string) Field { f.words = words; return f }

// names returns all that the field is called, squashed.
func (f *Field) names() []string {
	var names []string
	for _, name := range append([]string{f.key, f.title, f.noun}, f.words...) {
		if name = squash(name); name != "" {
			names = append(names, name, name+"s")
		}
	}
	return names
}

// squash leaves the letters and digits of a text, in lower case.
func squash(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// paths makes the field's texts equal what follows their last slash too.
func (f Field) paths() Field { f.path = true; return f }

// opened makes a text that is not known one that may be any.
func (f Field) opened() Field { f.open = true; return f }

// lackedBy makes the field one that the volumes of some engines do not have.
func (f Field) lackedBy(engines ...models.Engine) Field { f.lacking = engines; return f }

func textValue(s string) value { return value{known: s != "", text: s} }

func numberValue(n float64, known bool) value { return value{known: known, number: n} }

func textField[T any](key, title string, get func(*T) string) Field {
	return Field{key: key, title: title, Kind: TextKind, get: func(r *record) value { return textValue(get(r.item.(*T))) }}
}

func listField[T any](key, title string, get func(*T) []string) Field {
	return Field{key: key, title: title, Kind: ListKind, get: func(r *record) value {
		return value{known: true, list: get(r.item.(*T))}
	}}
}

func healthField[T any](get func(*T) models.Health) Field {
	return Field{key: "health", title: "Health", words: []string{"status"}, Kind: HealthKind, get: func(r *record) value {
		return value{known: true, text: string(healthOf(get(r.item.(*T))))}
	}}
}

func flagField[T any](key, title string, get func(*T) bool) Field {
	return Field{key: key, title: title, Kind: FlagKind, get: func(r *record) value {
		if get(r.item.(*T)) {
			return numberValue(1, true)
		}
		return numberValue(0, true)
	}}
}

// countField is a number of things; a negative one is not known.
func countField[T any](key, title string, get func(*T) int) Field {
	return Field{key: key, title: title, Kind: CountKind, get: func(r *record) value {
		n := get(r.item.(*T))
		return numberValue(float64(n), n >= 0)
	}}
}

func bytesField[T any](key, title string, get func(*T) models.Bytes) Field {
	return Field{key: key, title: title, Kind: BytesKind, get: func(r *record) value {
		b := get(r.item.(*T))
		return numberValue(float64(b), b.IsKnown())
	}}
}

// shareField is part of whole in percent.
func shareField[T any](key, title string, get func(*T) (part, whole models.Bytes)) Field {
	return Field{key: key, title: title, Kind: ShareKind, get: func(r *record) value {
		return numberValue(models.Percent(get(r.item.(*T))))
	}}
}

// ageField is the time from a moment to the inventory's AsOf; a zero moment is not known. A moment after AsOf, which
// clocks that disagree produce, has the age 0.
func ageField[T any](key, title string, get func(*T) time.Time) Field {
	return Field{key: key, title: title, Kind: AgeKind, get: func(r *record) value {
		return ageSince(r, get(r.item.(*T)))
	}}
}

// ageSince is the time that has passed since another, where both are known.
func ageSince(r *record, t time.Time) value {
	if t.IsZero() || r.from.AsOf.IsZero() {
		return value{}
	}
	return numberValue(max(0, r.from.AsOf.Sub(t).Seconds()), true)
}

// tracedAge is an age that is at least that of the oldest event about a thing where nothing says when it was made.
func tracedAge(age Field, kind string, of func(r *record) (namespace, name string)) Field {
	made := age.get
	age.get = func(r *record) value {
		if v := made(r); v.known || r.from.AsOf.IsZero() {
			return v
		}
		namespace, name := of(r)
		oldest := value{least: true}
		for i := range r.from.Events {
			if e := &r.from.Events[i]; e.Kind == kind && e.Object == name && e.Namespace == namespace && !e.First.IsZero() {
				oldest.known, oldest.number = true, max(oldest.number, r.from.AsOf.Sub(e.First).Seconds())
			}
		}
		return oldest
	}
	return age
}

// healthOf reads a health that nobody set as unknown.
func healthOf(h models.Health) models.Health {
	if h == "" {
		return models.Unknown
	}
	return h
}

// Schema is what is known of a subject: its nouns, its fields, and how its things are found.
type Schema struct {
	models.Subject
	One, Many string   // nouns for sentences
	columns   []string // shown unless the query needs more
	last      string   // of the columns, the one that stays last; "" for none
	order     string   // the field of the default order; "" for the order of names
	desc      bool
	fields    []Field
	things    map[string]string // the fields of things that it has under another noun; see Having
	// records appends the things of an inventory, in the order of their namespaces and names.
	records func(to []record, from *source) []record

	naming sync.Once
	named  map[string]*Field // by its names, squashed; see Called
}

// clusterField stands in every subject's table beside its own fields.
var clusterField = Field{key: "cluster", title: "Cluster", Kind: TextKind, get: func(r *record) value {
	return textValue(r.from.Cluster)
}}

// subjects are the tables by subject. They are never written to but for what Called keeps.
var subjects = map[models.Subject]*Schema{
	models.Volumes:        &volumeSchema,
	models.Claims:         &claimSchema,
	models.Replicas:       &replicaSchema,
	models.Pods:           &podSchema,
	models.Pools:          &poolSchema,
	models.Nodes:          &nodeSchema,
	models.StorageClasses: &storageClassSchema,
	models.Snapshots:      &snapshotSchema,
	models.BlockDevices:   &blockDeviceSchema,
	models.Events:         &eventSchema,
	models.Changes:        &changeSchema,
	models.Clusters:       &clusterSchema,
	models.Components:     &componentSchema,
	models.Quotas:         &quotaSchema,
	models.Deletions:      &deletionSchema,
}

// Fields returns the schema of a subject, nil if there is none.
func Fields(s models.Subject) *Schema { return subjects[s] }

// Subjects names the subjects that there are, as queries do, sorted.
func Subjects() []string {
	var names []string
	for s := range subjects {
		names = append(names, string(s))
	}
	slices.Sort(names)
	return names
}

// schemaOf returns the table of a subject, or an Invalid error that names the subjects there are.
func schemaOf(s models.Subject) (*Schema, error) {
	if t := subjects[s]; t != nil {
		return t, nil
	}
	var names []string
	for _, t := range subjects {
		names = append(names, t.Many)
	}
	slices.Sort(names)
	return nil, &models.Error{Kind: models.Invalid, Message: "I cannot list " + phrase.Quote(string(s)),
		Hint: "Ask about " + phrase.Or(names)}
}

// Field returns the field of that key, or an Invalid error that names the fields there are.
func (s *Schema) Field(key string) (*Field, error) {
	if f := s.Lookup(key); f != nil {
		return f, nil
	}
	keys := []string{clusterField.key}
	for i := range s.fields {
		keys = append(keys, s.fields[i].key)
	}
	return nil, &models.Error{Kind: models.Invalid,
		Message: "a " + s.One + " has no field " + phrase.Quote(key),
		Hint:    "Its fields are " + phrase.And(keys)}
}

// Lookup returns the field of that key, or nil.
func (s *Schema) Lookup(key string) *Field {
	if key == clusterField.key {
		return &clusterField
	}
	for i := range s.fields {
		if s.fields[i].key == key {
			return &s.fields[i]
		}
	}
	return nil
}

// Called returns the field that a phrase is a name of, however it is written: "reclaim policy", "reclaimPolicy"; or nil.
func (s *Schema) Called(phrase string) *Field {
	s.naming.Do(func() {
		s.named = map[string]*Field{}
		s.name(&clusterField)
		for i := range s.fields {
			s.name(&s.fields[i])
		}
	})
	return s.named[squash(phrase)]
}

// name adds the names of a field that no field before it has.
func (s *Schema) name(f *Field) {
	for _, n := range f.names() {
		if s.named[n] == nil {
			s.named[n] = f
		}
	}
}

// text returns a text field of a record; "" if the subject has no such field.
func (s *Schema) text(r *record, key string) string {
	if f := s.Lookup(key); f != nil {
		return f.get(r).text
	}
	return ""
}

// noun returns the subject's noun for that many.
func (s *Schema) noun(n int) string {
	if n == 1 {
		return s.One
	}
	return s.Many
}

// each turns a slice of an inventory into records.
func each[T any](get func(*models.Inventory) []T) func([]record, *source) []record {
	return func(to []record, from *source) []record {
		items := get(from.Inventory)
		to = slices.Grow(to, len(items))
		for i := range items {
			to = append(to, record{from, &items[i]})
		}
		return to
	}
}
