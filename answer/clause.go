package answer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// scopes are the fields by which a question says what it is about, with the words that go before their value. A filter
// that a scope is not in the table for is a predicate: what is asked of the things in scope.
var scopes = map[string]string{
	"access":       "with access mode",
	"attached":     "attached to node",
	"binding":      "with binding mode",
	"claim":        "of claim",
	"claims":       "using claim",
	"class":        "of snapshot class",
	"cluster":      "on",
	"disks":        "on disk",
	"driver":       "of driver",
	"engine":       "", // stands before the noun
	"group":        "of group",
	"kind":         "of kind",
	"name":         "named",
	"namespace":    "in namespace",
	"node":         "on node",
	"object":       "about",
	"pods":         "used by pod",
	"pool":         "in pool",
	"provisioner":  "of provisioner",
	"raid":         "with disks joined as",
	"reclaim":      "with reclaim policy",
	"roles":        "with role",
	"source":       "made from",
	"storageclass": "of storage class",
	"taints":       "with taint",
	"target":       "with their target on node",
	"thing":        "of a",
	"type":         "of type",
	"volume":       "of volume",
	"volumes":      "using volume",
	"workload":     "used by",
	"zone":         "in zone",
}

// scoping reports whether a filter says what a question is about.
func scoping(f *Field, filter models.Filter) bool {
	if filter.Not || len(filter.Or) > 0 || f.Kind != TextKind && f.Kind != ListKind {
		return false
	}
	_, is := scopes[f.key]
	is = is && len(filter.Values) > 0
	return filter.Op == models.Match || is && (filter.Op == models.Eq || filter.Op == "")
}

// about words what a query is about, for that many things: "cStor volumes in namespace db on prod-east".
func (res *Result) about(n int) string {
	var before, after []string
	place := res.place()
	for _, filter := range res.query.Filters {
		f := res.schema.Lookup(filter.Field)
		switch {
		case !scoping(f, filter):
		case filter.Op == models.Match:
			after = append(after, matchText(f, filter.Values))
		case f.key == "engine":
			before = append(before, phrase.Or(engineNames(filter.Values))+" ")
		case f.key == "cluster":
			place = "on " + phrase.Or(filter.Values)
		case f.key == "workload" && (res.schema.Subject == models.Pods || res.schema.Subject == models.Snapshots):
			after = append(after, "of "+phrase.Or(filter.Values))
		default:
			after = append(after, scopes[f.key]+" "+orMany(filter.Values))
		}
	}
	noun := res.schema.noun(n)
	named := slices.ContainsFunc(after, func(words string) bool { return strings.HasPrefix(words, "named ") }) // "pods with claims named a"
	if res.schema.Subject == models.Pods && !res.filters("claims") && !res.filters("volumes") && !named {
		noun += " with claims"
	}
	words := append([]string{strings.Join(before, "") + noun}, after...)
	if res.filters("node") && strings.HasPrefix(words[len(words)-1], "on node") {
		place = "of" + strings.TrimPrefix(place, "on")
	}
	if place != "" {
		words = append(words, place)
	}
	return strings.Join(words, " ")
}

// matchText words the texts one of which a field has to contain.
func matchText(f *Field, texts []string) string {
	if slices.Equal(texts, Databases) {
		return "of databases"
	}
	if f.key == "reason" && slices.Equal(texts, []string{"WaitForFirstConsumer"}) {
		return "waiting for a first consumer"
	}
	return "with " + phrase.Or(phrase.Quotes(texts)) + " in the " + f.Name()
}

// Databases are pieces of the names of workloads that are databases.
var Databases = strings.Fields("mysql mariadb percona galera postgres pgsql pg- -pg mongo cassandra scylla clickhouse cockroach influx couch redis oracle mssql -db")

// manyNames is up to how many names a sentence has in a row.
const manyNames = 3

// orMany is or for names that may be many.
func orMany(names []string) string {
	if len(names) <= manyNames {
		return phrase.Or(names)
	}
	return phrase.Or(append(slices.Clone(names[:manyNames-1]), strconv.Itoa(len(names)-manyNames+1)+" more"))
}

// place words the clusters that were looked at.
func (res *Result) place() string {
	if res.schema.Subject == models.Clusters {
		return ""
	}
	return "on " + placeNames(res.sources)
}

func placeNames(sources []*source) string {
	names := make([]string, len(sources))
	for i, s := range sources {
		names[i] = s.Cluster
	}
	if len(names) > 3 {
		return phrase.Count(len(names), "cluster", "clusters")
	}
	return phrase.And(names)
}

// clause is a predicate of a sentence behind "is" or, if have, behind "has".
type clause struct {
	have bool
	text string
}

// clauses words the filters that are not about the scope.
func (res *Result) clauses() []clause {
	var all []clause
	for _, filter := range res.query.Filters {
		if f := res.schema.Lookup(filter.Field); !scoping(f, filter) {
			all = append(all, res.clauseOf(f, filter))
		}
	}
	return all
}

// clauseOf words a filter with its alternatives: "either not used by any pod or smaller than 20 GiB in size".
func (res *Result) clauseOf(f *Field, filter models.Filter) clause {
	c := clauseOf(f, filter)
	if len(filter.Or) == 0 {
		return c
	}
	all := []clause{c}
	for _, o := range filter.Or {
		all = append(all, clauseOf(res.schema.Lookup(o.Field), o))
	}
	mixed := slices.ContainsFunc(all, func(a clause) bool { return a.have != c.have })
	var is, has []string
	for _, a := range all {
		switch {
		case !a.have:
			is = append(is, a.text)
		default:
			has = append(has, phrase.Either(mixed, "with ", "")+a.text)
		}
	}
	return clause{have: len(is) == 0, text: "either " + phrase.Or(append(is, has...))}
}

// predicates joins clauses behind their verbs: "is degraded and has no claim". The number of things picks the verbs.
func predicates(clauses []clause, n int) string {
	var is, has []string
	for _, c := range clauses {
		if c.have {
			has = append(has, c.text)
		} else {
			is = append(is, c.text)
		}
	}
	slices.SortStableFunc(is, func(a, b string) int { // "degraded and not in use" negates one thing only
		return strings.Count(a[:min(4, len(a))], "not ") - strings.Count(b[:min(4, len(b))], "not ")
	})
	var parts []string
	if len(is) > 0 {
		parts = append(parts, phrase.Pick(n, "is ", "are ")+phrase.And(is))
	}
	if len(has) > 0 {
		parts = append(parts, phrase.Pick(n, "has ", "have ")+phrase.And(has))
	}
	return phrase.And(parts)
}

func clauseOf(f *Field, filter models.Filter) clause {
	c := positive(f, filter)
	switch {
	case !filter.Not || filter.Op == models.Known || f.Kind == FlagKind || f.key == "engines":
	case c.have && f.Kind == TextKind && len(filter.Values) > 0:
		c.text = f.Name() + " other than " + phrase.Or(filter.Values)
	default:
		c.text = "not " + c.text
	}
	return c
}

// positive words a filter as if it were not negated, but for those whose negation is a word of its own.
func positive(f *Field, filter models.Filter) clause {
	switch {
	case filter.Op == models.Known:
		return knownClause(f, filter.Not)
	case filter.Op == models.Match:
		return clause{text: matchText(f, filter.Values)}
	case f.Kind == FlagKind:
		return flagClause(f, filter)
	case f.key == "zones" && filter.Op == models.Lt && filter.Number == 2:
		return clause{have: true, text: "all copies in one zone"}
	case f.Kind.Numeric(), f.Kind == ListKind && len(filter.Values) == 0:
		return comparison(f, filter)
	case f.Kind == HealthKind:
		return clause{text: phrase.Or(lowered(filter.Values))}
	case f.key == "engine":
		return clause{text: phrase.Or(engineNames(filter.Values))}
	case f.key == "engines":
		return clause{text: phrase.Either(filter.Not, "no ", "") + phrase.Or(engineNames(filter.Values)) + " storage", have: true}
	case f.key == "phase", f.key == "claimed":
		return clause{text: phrase.Or(lowered(filter.Values))}
	case f.key == "redundancy" && slices.Equal(filter.Values, []string{whatif.Spent, whatif.Single}):
		return clause{text: "without redundancy"}
	case f.key == "locality":
		return clause{have: true, text: map[bool]string{true: "a local copy", false: "no local copy"}[slices.Equal(filter.Values, []string{"local"})]}
	case f.key == "resize":
		return clause{text: "waiting for a resize"}
	case f.key == "state":
		return clause{text: "in state " + phrase.Or(filter.Values)}
	case f.key == "pressure":
		return clause{text: "under " + phrase.Or(filter.Values)}
	}
	if before, ok := scopes[f.key]; ok {
		return clause{text: before + " " + phrase.Or(filter.Values)}
	}
	return clause{have: true, text: f.Name() + " " + phrase.Or(filter.Values)}
}

// adjectives word flags.
var adjectives = map[string]string{
	"deleting": "being deleted", "orphaned": "orphaned", "thin": "thin-provisioned", "readonly": "read-only", "cordoned": "cordoned", "schedulable": "schedulable for pods", "default": "default", "expandable": "expandable", "ready": "ready", "worse": "for the worse",
}

func flagClause(f *Field, filter models.Filter) clause {
	word := adjectives[f.key]
	if word == "" {
		word = f.Name()
	}
	isTrue := !slices.ContainsFunc(filter.Values, func(s string) bool { return strings.EqualFold(s, "false") || strings.EqualFold(s, "no") })
	if isTrue == filter.Not {
		word = "not " + word
	}
	return clause{text: word}
}

func knownClause(f *Field, not bool) clause {
	switch f.key {
	case "pods", "workload":
		if not {
			return clause{text: "not used by any pod"}
		}
		return clause{text: "used by a pod"}
	case "attached":
		if not {
			return clause{text: "not attached to any node"}
		}
		return clause{text: "attached to a node"}
	}
	noun := f.Name()
	if f.Kind.Numeric() {
		noun = "known " + noun
	}
	switch {
	case not:
		return clause{true, "no " + noun}
	case f.Kind == ListKind:
		return clause{true, noun}
	case strings.ContainsRune("aeiou", rune(noun[0])):
		return clause{true, "an " + noun}
	}
	return clause{true, "a " + noun}
}

// comparison words a comparison with a number.
func comparison(f *Field, filter models.Filter) clause {
	number := numberText(f.Kind, filter.Number)
	switch {
	case f.Kind == ListKind:
		number = numberText(CountKind, filter.Number)
	case f.Kind == AgeKind:
		number = exactSpan(filter.Number)
	}
	switch f.key {
	case "size":
		return clause{text: opWord(filter.Op, "larger than ", "at least ", "smaller than ", "at most ", "exactly ") + number + opWord(filter.Op, "", " in size", "", " in size", " in size")}
	case "used_percent", "committed_percent", "progress":
		done := map[string]string{"used_percent": " used", "committed_percent": " committed", "progress": " rebuilt"}
		return clause{text: opWord(filter.Op, "over ", "at least ", "under ", "at most ", "exactly ") + number + done[f.key]}
	case "until_readonly":
		return clause{text: opWord(filter.Op, "over ", "at least ", "under ", "at most ", "exactly ") + number + " away from turning read-only"}
	case "age":
		return clause{text: opWord(filter.Op, "older than ", "at least ", "younger than ", "at most ", "exactly ") + number + opWord(filter.Op, "", " old", "", " old", " old")}
	case "snapshot_age":
		return clause{true, opWord(filter.Op, "no snapshot of ", "no snapshot of ", "a snapshot of ", "a snapshot of ", "a newest snapshot of ") + "the last " + strings.TrimPrefix(number, "about ")}
	case "since":
		return clause{text: "in the same state for " + opWord(filter.Op, "over ", "at least ", "under ", "at most ", "exactly ") + number}
	}
	if f.key == "spare" && strings.Contains(f.noun, "disks") {
		return clause{true, opWord(filter.Op, "", "", "no ", "no ", "") + "redundancy of disks"}
	}
	if f.key == "spare" && filter.Op == models.Ge && filter.Number == 1 {
		return clause{true, "a copy to spare"}
	}
	if f.key == "spare" && filter.Op == models.Lt && filter.Number == 1 {
		return clause{true, "no copy to spare"}
	}
	if f.key == "copies" && filter.Op == models.Le && filter.Number == 1 {
		return clause{true, "no more than one healthy copy"}
	}
	if filter.Number == 0 && (filter.Op == models.Eq || filter.Op == "") && f.Kind != BytesKind {
		return clause{true, "no " + strings.ToLower(f.title)}
	}
	if (filter.Op == models.Lt && filter.Number == 1 || filter.Op == models.Le && filter.Number == 0) && (f.Kind == CountKind || f.Kind == ListKind) {
		return clause{true, "no " + strings.ToLower(f.title)}
	}
	if f.Kind == CountKind && filter.Op == models.Ge && filter.Number == 1 {
		return clause{true, strings.ToLower(f.title)}
	}
	amount := opWord(filter.Op, "more than ", "at least ", "less than ", "at most ", "exactly ") + number
	switch {
	case f.Kind == BytesKind && (f.key == "free" || strings.HasSuffix(f.Name(), "space")):
		return clause{true, amount + " of " + f.Name()}
	case f.Kind == CountKind || f.Kind == ListKind:
		return clause{true, strings.Replace(amount, "less than", "fewer than", 1) + " " + f.things(filter.Number)}
	}
	return clause{true, "a " + f.Name() + " of " + amount}
}

// things is what a field counts, for that many: "1 replica", "2 healthy copies".
func (f *Field) things(n float64) string {
	one := strings.TrimSuffix(strings.ToLower(f.title), "s")
	one, irregular := strings.CutSuffix(one, "ie")
	switch {
	case n == 1:
		return one + phrase.Either(irregular, "y", "")
	case irregular:
		return one + "ies"
	}
	return one + "s"
}

func opWord(op models.Op, gt, ge, lt, le, eq string) string {
	switch op {
	case models.Gt:
		return gt
	case models.Ge:
		return ge
	case models.Lt:
		return lt
	case models.Le:
		return le
	default:
		return eq
	}
}

// exactSpan prints seconds in the largest unit that loses nothing, or, from two minutes on, roughly.
func exactSpan(seconds float64) string {
	whole := int64(seconds)
	for _, u := range []struct {
		seconds   int64
		one, many string
	}{{365 * 86400, "year", "years"}, {86400, "day", "days"}, {3600, "hour", "hours"}, {60, "minute", "minutes"}} {
		if whole >= u.seconds && whole%u.seconds == 0 {
			return phrase.Count(int(whole/u.seconds), u.one, u.many)
		}
	}
	if whole >= 120 {
		return "about " + span(seconds)
	}
	return phrase.Count(int(whole), "second", "seconds")
}

func engineNames(engines []string) []string {
	names := make([]string, len(engines))
	for i, e := range engines {
		names[i] = engineName(strings.ToLower(e))
	}
	return names
}
