package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// house turns what the pieces of a reading say into what MuleBot's data have for it. It fails where the rules have an answer of their
// own to what is asked.
func (p *parsed) house() error {
	if p.told() || p.deaf() {
		return errOther
	}
	p.notReady()
	p.weighs()
	p.orphan()
	p.eitherWay()
	p.perCluster()
	p.listQuotas()
	p.requested()
	p.count()
	p.sums()
	p.arrange()
	return nil
}

// told reports whether the rules answer in a sentence of its own what the parser would list: whether a resize worked, which nodes can
// be drained, and how a whole cluster is.
func (p *parsed) told() bool {
	q := p.query
	bare := len(q.Filters) == 0 && q.GroupBy == "" && q.Sort == ""
	switch {
	case bare && slices.Equal(q.Show, []string{"resize"}):
		return p.begins(yesOrNo) || p.anyWord(outcomes)
	case q.Subject == models.Nodes && q.Name == "" && q.Aggregate == "" && len(q.Show) == 0:
		return p.anyWord(setOf("drain drained draining drainable"))
	case q.Subject == models.Clusters && p.reading.Act == "describe":
		return bare && len(q.Show) == 0
	}
	return p.places()
}

// places reports whether the sentence says of a place only whose it is: "volumes on the pool of orders".
func (p *parsed) places() bool {
	for i := range p.words[:max(0, len(p.words)-4)] {
		w := p.words[i : i+5]
		if (w[0].text == "on" || w[0].text == "in") && (w[1].text == "the" || w[1].text == "same") && placing[w[2].text] && w[3].text == "of" && p.covering(w[4]) != nil && isName(*p.covering(w[4])) {
			return true
		}
	}
	return false
}

var placing = setOf("pool node zone class")

// deaf reports whether the reading lists everything though the sentence says how things are, or asks of clusters what it asks of what
// runs on them: "which of the pools is in the worst shape".
func (p *parsed) deaf() bool {
	q := p.query
	all := q.Name == "" && len(q.Filters) == 0 && len(q.Show) == 0 && len(q.Also) == 0
	for i, e := range p.reading.Anchors {
		unsaid := p.reading.Act == "list" && p.reading.Roles[i] == semantic.NoRole && e.Value != string(models.Clusters)
		if all && e.Type == "health" || q.Subject == models.Clusters && e.Type == "subject" && (unsaid || e.Value == string(models.Components)) {
			return true
		}
	}
	return false
}

// outcomes are the words of whether something worked.
var outcomes = setOf("work worked working works succeed succeeded through done finish finished complete completed fail failed happen happened stuck wait waits waiting await awaiting awaits")

// weighs counts what a question weighs against each other: "are there more cstor or jiva volumes".
func (p *parsed) weighs() {
	q := p.query
	if q.Aggregate != "" || q.Name != "" || q.Sort != "" || !p.anyWord(setOf("more fewer less")) || p.anyWord(setOf("than")) || !p.anyWord(setOf("or")) {
		return
	}
	for _, f := range q.Filters {
		if len(f.Values) == 2 && f.Op == models.Eq && !f.Not && len(f.Or) == 0 {
			q.Aggregate, q.GroupBy, q.Show = models.Count, f.Field, nil
			p.as("count")
			return
		}
	}
}

// perCluster lists what is asked for in each cluster: a list says of everything where it is.
func (p *parsed) perCluster() {
	if q := p.query; q.GroupBy == "cluster" && q.Aggregate == "" && q.Each == 0 && q.Subject != models.Clusters && p.reading.Act == "list" {
		q.GroupBy = ""
	}
}

// orphan asks for volumes whose claim is gone where the sentence asks for those without one: a volume keeps the name of its claim.
func (p *parsed) orphan() {
	if p.query.Subject != models.Volumes {
		return
	}
	turn := func(f *models.Filter) {
		if f.Field == "claim" && f.Op == models.Known {
			f.Field, f.Op, f.Values, f.Not = "orphaned", models.Eq, []string{"true"}, !f.Not
		}
	}
	for i := range p.query.Filters {
		turn(&p.query.Filters[i])
		for j := range p.query.Filters[i].Or {
			turn(&p.query.Filters[i].Or[j])
		}
	}
	if p.query.Aggregate == models.Sum && p.query.Field == "used" && hasFilter(p.query, "orphaned") && p.anyWord(wasting) {
		p.query.Field = "size" // all that they take from others is wasted
	}
}

// listQuotas lists quotas that a reading adds up: those of a namespace hold beside one another.
func (p *parsed) listQuotas() {
	if q := p.query; q.Subject == models.Quotas && q.Aggregate == models.Sum && q.GroupBy == "" {
		q.Show, q.Aggregate, q.Field, q.Also = append(q.Show, q.Field), "", "", nil
		p.as("list")
	}
}

// count tells how many things there are where nothing else is asked for, "the number only", and beside what is computed of them by group, as
// "10 volumes" stands beside a size.
func (p *parsed) count() {
	q := p.query
	if q.Aggregate == "" && q.Name == "" && (p.phrase("number", "only") || p.phrase("only", "the", "number") || p.phrase("just", "the", "number")) {
		q.Aggregate, q.Show, q.Sort, q.Limit = models.Count, nil, "", 0
		p.as("count")
		return
	}
	i := slices.IndexFunc(q.Also, func(m models.Measure) bool { return m.Aggregate == models.Sum || m.Aggregate == models.Average })
	if q.Aggregate != models.Count || q.GroupBy == "" || i < 0 {
		return
	}
	main := q.Also[i]
	q.Also = slices.Insert(slices.Delete(slices.Clone(q.Also), i, i+1), 0, models.Measure{Aggregate: models.Count})
	q.Aggregate, q.Field = main.Aggregate, main.Field
}

// sums adds up the sizes of what is asked for in a unit of them: "how many GiB of block devices are on each node".
func (p *parsed) sums() {
	q := p.query
	if q.Aggregate != models.Count || q.Name != "" || !p.measuring() || p.phrase("many", "percent") || answer.Fields(q.Subject).Lookup("size") == nil {
		return
	}
	q.Aggregate, q.Field = models.Sum, "size"
	p.as("aggregate")
}

// inRow reports whether a text between two measures puts them in a row.
func inRow(between string) bool {
	words := strings.FieldsFunc(strings.ToLower(between), func(r rune) bool { return strings.ContainsRune(" ,/+&", r) })
	return !slices.ContainsFunc(words, func(w string) bool { return w != "and" && w != "plus" && w != "the" })
}

// arrange puts the fields that are shown in the order in which they are asked for, and what says when behind what says how.
func (p *parsed) arrange() {
	slices.SortStableFunc(p.query.Show, func(a, b string) int { return p.saidAt(a) - p.saidAt(b) })
	slices.SortStableFunc(p.query.Filters, func(a, b models.Filter) int { return timing[a.Field] - timing[b.Field] })
}

var timing = map[string]int{"age": 1, "since": 1}

// saidAt returns where the sentence names a field; its end if it does not.
func (p *parsed) saidAt(key string) int {
	words := nlp.Words(p.text)
	s := answer.Fields(p.query.Subject)
	for i := range words {
		for n := min(3, len(words)-i); n > 0; n-- {
			if f := s.Called(p.text[words[i].Start:words[i+n-1].End]); f != nil && f.Key() == key {
				return words[i].Start
			}
		}
	}
	for i, e := range p.reading.Anchors {
		if p.reading.Roles[i] == semantic.ShowRole && (e.Value == key || s.Having(e.Value) == key) {
			return e.Start
		}
	}
	return len(p.text)
}
