package models

// Subject is what a question is about.
type Subject string

// The subjects.
const (
	Volumes        Subject = "volume"
	Claims         Subject = "claim"
	Replicas       Subject = "replica"
	Pools          Subject = "pool"
	Nodes          Subject = "node"
	StorageClasses Subject = "storageclass"
	Snapshots      Subject = "snapshot"
	Pods           Subject = "pod"
	Events         Subject = "event"
	Changes        Subject = "change" // events, and what was made or entered its state
	BlockDevices   Subject = "blockdevice"
	Quotas         Subject = "quota"
	Deletions      Subject = "deletion" // of what is being deleted and still there
	Clusters       Subject = "cluster"
	Components     Subject = "component" // what runs of an engine: operators, drivers, the pods of its volumes and pools
)

// Happens reports whether the subject's things are what happened to others.
func (s Subject) Happens() bool { return s == Events || s == Changes }

// Query is a question that was understood: which things, of which clusters, in which order, how many, or what is to be
// computed over them. "The 5 fullest cstor volumes in namespace db on prod-east" and "how many volumes are degraded?" are
// both queries, so that one handler answers both, and a follow-up is the same query with something changed.
type Query struct {
	Subject   Subject  `json:"subject"`
	Name      string   `json:"name,omitempty"`     // one thing to describe, by its canonical name; empty for a list
	Scope     string   `json:"scope,omitempty"`    // the namespace of Name, where names are unique only within one
	Clusters  []string `json:"clusters,omitempty"` // empty: every cluster of the card
	Filters   []Filter `json:"filters,omitempty"`  // all must hold; see Filter.Or for alternatives
	Sort      string   `json:"sort,omitempty"`     // a field; empty: the subject's own order
	Desc      bool     `json:"desc,omitempty"`
	Limit     int      `json:"limit,omitempty"`  // 0: no limit
	Offset    int      `json:"offset,omitempty"` // rows to skip: the next page
	Aggregate string   `json:"aggregate,omitempty"`
	Field     string   `json:"field,omitempty"`    // what Aggregate is computed over, empty for count; with Name: what is asked of it
	GroupBy   string   `json:"group_by,omitempty"` // a field
	ThenBy    string   `json:"then_by,omitempty"`  // a second field, by which each group is broken down; used with GroupBy alone
	Each      int      `json:"each,omitempty"`     // how many things of each group are listed; 0: the groups are counted, or what Aggregate says
	Show      []string `json:"show,omitempty"`     // fields that a list is to show beside those that it always shows, or of which groups are to have the total too
}

// The aggregates of a query.
const (
	Count   = "count"
	Sum     = "sum"
	Average = "avg"
	Median  = "median"
	Spread  = "spread" // the average, the median, the smallest and the largest
	Minimum = "min"
	Maximum = "max"
)

// Op compares a field with a filter's value.
type Op string

// The operators. Eq matches when any of a filter's Values equals the field, or any element of it when the field is a list.
const (
	Eq    Op = "="
	Match Op = "~" // contains, ignoring case
	Lt    Op = "<"
	Le    Op = "<="
	Gt    Op = ">"
	Ge    Op = ">="
	Known Op = "known" // has a value at all
)

// Filter keeps the rows whose field compares so. Text fields use Values, numeric ones Number: bytes for sizes, 0 to 100
// for percentages, seconds for ages.
type Filter struct {
	Field  string   `json:"field"`
	Op     Op       `json:"op"`
	Values []string `json:"values,omitempty"`
	Number float64  `json:"number,omitempty"`
	Not    bool     `json:"not,omitempty"`
	Or     []Filter `json:"or,omitempty"` // what may hold instead; these have no alternatives themselves
}

// Clone returns a copy that shares nothing with f.
func (f Filter) Clone() Filter {
	f.Values = append([]string(nil), f.Values...)
	f.Or = append([]Filter(nil), f.Or...)
	for i := range f.Or {
		f.Or[i] = f.Or[i].Clone()
	}
	return f
}

// Clone returns a copy that shares nothing with q.
func (q *Query) Clone() *Query {
	if q == nil {
		return nil
	}
	c := *q
	c.Clusters = append([]string(nil), q.Clusters...)
	c.Show = append([]string(nil), q.Show...)
	c.Filters = append([]Filter(nil), q.Filters...)
	for i := range c.Filters {
		c.Filters[i] = c.Filters[i].Clone()
	}
	return &c
}
