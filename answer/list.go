package answer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

const (
	// offered is how many of an answer's things get a button of their own.
	offered = 5
	// namedInText is up to how many things are named in the sentence too.
	namedInText = 3
	// mostValues is up to how many values of a field are told of many things.
	mostValues = 4
)

// listReply lists the records that match.
func listReply(req Request, res *Result) models.Reply {
	rep := reply(req, res.schema)
	rows := res.page()
	rep.Text = res.headline(rows)
	if res.unordered() {
		rep.Text = "The " + res.sort.Name() + " of none of the " + phrase.Count(len(res.rows), res.schema.One, res.schema.Many) + " " + res.place() +
			" is known, so I cannot order them by it: these are in no such order."
	}
	if !res.cut() {
		rep.Text += res.byCluster(rows) + res.breakdown("health")
		if res.schema.Subject == models.Changes {
			rep.Text += ofChanges(res.rows)
			rep.Notes = append(rep.Notes, "This is what the clusters themselves remember: what was deleted leaves no trace, and Kubernetes keeps events for an hour or so. An event that recurs counts from its first time.")
		}
	}
	if len(res.rows) == 0 {
		rep.Text += res.noReplicas() + res.absent()
	}
	if req.Query.Field == "resize" { // "did the resize work?"
		rep.Text = phrase.Either(len(res.rows) == 0, "Yes: ", "Not all: ") + rep.Text
	}
	switch {
	case res.schema.Subject == models.Deletions:
		rep.Text += heldBy(rows)
	case res.schema.Subject == models.Quotas:
		rep.Text += res.leftOf(rows)
	case res.schema.Subject == models.Clusters && len(rows) > 1:
		rep.Text += compared(rows)
	case res.schema.Subject.Happens() && len(rows) <= mostTold:
		rep.Text += told(rows)
	case res.schema.Subject.Happens() && !res.cut() && res.query.Sort == "age":
		rep.Text += "\nThe first and the last of them:" + told([]record{rows[0], rows[len(rows)-1]})
	case res.schema.Subject == models.Components:
		rep.Text += releases(rows)
	case res.schema.Subject == models.Pools:
		rep.Text += res.poolGroups()
	case res.schema.Subject == models.Volumes && len(res.rows) == 1 && len(rows) == 1 && res.filters("workload"):
		rep.Text += " It " + volumeState(rows[0].item.(*models.Volume), rows[0].from) // what an application has is asked of as one asks of a thing
	}
	switch {
	case len(rows) == 1:
		rep.Text = askedOf(res.schema, &rows[0], req.Query.Show, nil) + rep.Text
	case res.query.Field == Differences:
	case len(rows) > namedInText:
		rep.Text += res.askedOfMany()
	case res.naming(rows) == "":
		rep.Text += res.askedOfFew(rows)
	}
	rep.Text += res.differences(rows)
	if len(rows) > 0 {
		rep.Table = tableOf(columnsOf(res, rows), rows, len(res.rows))
	}
	rep.Notes = append(rep.Notes, res.Notes()...)
	rep.Notes = append(rep.Notes, disagreements(res.schema, rows)...)
	rep.Buttons = describeButtons(res.schema, rows)
	if rest := len(res.rows) - max(0, req.Query.Offset) - len(rows); len(rows) > 1 && rest > 0 {
		rep.Buttons = append(rep.Buttons, nextButton(req.Query, rest))
	}
	rep.Dialogue.Listed = listed(res.schema, rows)
	return rep
}

// unordered reports whether the order that the query asked for cannot be made, because of no record the field is known.
func (res *Result) unordered() bool {
	if res.query.Sort == "" || res.sort == nil || !res.sort.Kind.Numeric() || len(res.rows) == 0 {
		return false
	}
	return !slices.ContainsFunc(res.rows, func(r record) bool { return res.sort.get(&r).known })
}

// headline says in a sentence what was found, and so how the question was understood.
func (res *Result) headline(rows []record) string {
	n, what := len(res.rows), res.clauses()
	switch {
	case n == 0:
		return res.none(what)
	case len(rows) == 0:
		return "That is all: there " + phrase.Pick(n, "is", "are") + " only " + strconv.Itoa(n) + " " + res.about(n) + that(what, n) + "."
	case res.cut():
		return res.excerpt(rows, what)
	case len(what) == 0:
		return "There " + phrase.Pick(n, "is ", "are ") + strconv.Itoa(n) + " " + res.about(n) + res.sorted() + res.naming(rows) + "."
	}
	who := strconv.Itoa(n) + " of " + strconv.Itoa(res.scope) + " " + res.about(res.scope)
	switch {
	case n == res.scope && n == 1:
		who = "The only " + res.about(1)
	case n == res.scope && n == 2:
		who = "Both " + res.about(2)
	case n == res.scope:
		who = "All " + strconv.Itoa(n) + " " + res.about(n)
	}
	return who + " " + predicates(what, n) + res.sorted() + res.naming(rows) + "."
}

// none says that nothing matches: because there is nothing in scope, or because nothing there is so.
func (res *Result) none(what []clause) string {
	switch {
	case len(what) == 0:
		return "There are no " + res.about(0) + "."
	case res.scope == 0:
		return "There are no " + res.about(0) + ", so none " + predicates(what, 1) + "."
	case len(res.unknown) > 0:
		return phrase.Pick(res.scope, "The only "+res.about(1)+" is not", "None of the "+strconv.Itoa(res.scope)+" "+res.about(2)+" is") + " known to be one that " + predicates(what, 1) + "."
	case res.scope == 1 && res.sound():
		return "There is 1 " + res.about(1) + ", and nothing is wrong with it: it is healthy."
	case res.scope == 1:
		return "There is 1 " + res.about(1) + ", but it is not one that " + predicates(what, 1) + res.instead() + "."
	}
	return "None of the " + strconv.Itoa(res.scope) + " " + res.about(res.scope) + " " + predicates(what, 1) + "."
}

// sound reports whether all that is asked of the things in scope is which are not healthy. "It is not one that is not healthy" is hard to
// read.
func (res *Result) sound() bool {
	asked := slices.DeleteFunc(slices.Clone(res.query.Filters), func(f models.Filter) bool { return scoping(res.schema.Lookup(f.Field), f) })
	return len(asked) == 1 && asked[0].Field == "health" && asked[0].Not && len(asked[0].Or) == 0 && slices.Equal(asked[0].Values, []string{string(models.Healthy)})
}

// flagOfState are the flags that something has in a state of its own.
var flagOfState = map[string]bool{"ready": true, "readonly": true, "deleting": true, "schedulable": true, "cordoned": true, "orphaned": true}

// instead tells of the only record in scope what was asked of it.
func (res *Result) instead() string {
	var parts []string
	for _, filter := range res.query.Filters {
		f := res.schema.Lookup(filter.Field)
		if scoping(f, filter) {
			continue
		}
		if state := res.schema.Lookup("state"); flagOfState[f.Key()] && state != nil {
			f = state // says more than that it is not so
		} else if f.Kind == FlagKind {
			continue
		}
		if v := f.get(&res.nearest); v.known && (f.Kind != ListKind || len(v.list) > 0) {
			parts = append(parts, "its "+f.Name()+" is "+cellOf(f, v).Text)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + phrase.And(slices.Compact(parts))
}

// naming names the rows behind a colon where they are few.
func (res *Result) naming(rows []record) string {
	if len(rows) > namedInText || res.schema.Subject == models.Replicas || res.schema.Subject == models.Components || res.schema.Subject.Happens() {
		return ""
	}
	return ": " + phrase.And(res.names(rows))
}

// names labels records, with their clusters where several were asked and what the query sorts by where it cuts by it.
func (res *Result) names(rows []record) []string {
	names := make([]string, len(rows))
	for i := range rows {
		var said []string
		if res.cut() {
			said = res.measured(&rows[i])
		}
		if len(rows) > 1 {
			said = append(said, res.said(&rows[i])...)
		}
		names[i] = listLabel(res.schema, &rows[i], append(said, res.located(&rows[i])...)...)
	}
	return names
}

// measured says what the query sorts a record by, if that is a number.
func (res *Result) measured(r *record) []string {
	if f := res.sort; res.query.Sort != "" && f.Kind.Numeric() {
		return []string{cellOf(f, f.get(r)).Text}
	}
	return nil
}

// located says which cluster a record is on, where several were asked.
func (res *Result) located(r *record) []string {
	if len(res.sources) > 1 && res.schema.Subject != models.Clusters {
		return []string{"on " + r.from.Cluster}
	}
	return nil
}

// excerpt words a list that offset or limit cut: "The 5 biggest of 31 volumes on prod-east."
func (res *Result) excerpt(rows []record, what []clause) string {
	of := strconv.Itoa(len(res.rows)) + " " + res.about(len(res.rows)) + that(what, len(res.rows))
	if from := res.query.Offset; from > 0 {
		if len(rows) == 1 {
			return "Number " + strconv.Itoa(from+1) + " of " + of + res.sorted() + ", is " + phrase.And(res.names(rows)) + "."
		}
		return "Numbers " + strconv.Itoa(from+1) + " to " + strconv.Itoa(from+len(rows)) + " of " + of + res.sorted() + "."
	}
	before, behind := res.superlative(len(rows))
	text := "The " + before + " of " + of
	if behind != "" {
		text = "Of " + of + ", the " + before + behind
	}
	if len(rows) > namedInText {
		return text + "." + res.alike(rows)
	}
	return text + phrase.Pick(len(rows), " is ", " are ") + phrase.And(res.names(rows)) + "." + res.alike(rows)
}

// that words predicates behind a noun.
func that(what []clause, n int) string {
	if len(what) == 0 {
		return ""
	}
	return " that " + predicates(what, n)
}

// byCluster counts the matching records of each cluster, where several were asked and more was found than is named with
// its cluster.
func (res *Result) byCluster(rows []record) string {
	n := len(res.rows)
	if len(res.sources) < 2 || res.naming(rows) != "" || n == 0 || res.schema.Subject == models.Clusters {
		return ""
	}
	counts := map[string]int{}
	for i := range res.rows {
		counts[res.rows[i].from.Cluster]++
	}
	var parts []string
	for _, s := range res.sources {
		switch c := counts[s.Cluster]; c {
		case 0:
		case n:
			return phrase.Pick(n, " It is on ", " All of them are on ") + s.Cluster + "."
		default:
			parts = append(parts, strconv.Itoa(c)+phrase.Pick(c, " is on ", " are on ")+s.Cluster)
		}
	}
	return " " + phrase.And(parts) + "."
}

// noReplicas says why a question about the replicas of volumes or claims finds none: the volumes are local, or the claims
// have no volume. Empty where that is not why.
func (res *Result) noReplicas() string {
	if res.schema.Subject != models.Replicas {
		return ""
	}
	q := &models.Query{Subject: models.Volumes}
	for _, f := range res.query.Filters {
		if f.Field == "volume" {
			f.Field = "name"
		}
		if scopes := []string{"name", "claim", "namespace", "cluster", "engine", "node"}; slices.Contains(scopes, f.Field) {
			q.Filters = append(q.Filters, f)
		}
	}
	var inventories []*models.Inventory
	for _, s := range res.sources {
		inventories = append(inventories, s.Inventory)
	}
	found, err := Evaluate(q, inventories)
	if err != nil || len(q.Filters) == 0 {
		return ""
	}
	var texts []string
	for _, r := range found.rows {
		v := r.item.(*models.Volume)
		if !v.Local() {
			return ""
		}
		texts = append(texts, " "+phrase.Code(v.Name)+": "+copies(v)+".")
	}
	if len(texts) > namedInText {
		return " These are local volumes: each is a single copy on one node and has no replicas."
	}
	return strings.Join(texts, "")
}

// askedOfMany words what a question asks for of many records, where these have few different values.
func (res *Result) askedOfMany() string {
	text := ""
	for _, key := range res.query.Show {
		f := res.schema.shown(key)
		if f == nil || f.Kind.Numeric() {
			continue
		}
		found := groups(f, res.rows, models.Count, nil, &models.Query{})
		if len(found) > mostValues {
			continue
		}
		parts := make([]string, len(found))
		for i, g := range found {
			parts[i] = g.cell.Text + " (" + strconv.Itoa(len(g.rows)) + ")"
		}
		text += " " + phrase.Stop(phrase.Capital(f.Name())+": "+phrase.And(parts))
	}
	return text
}
