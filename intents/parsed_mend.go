package intents

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// mend corrects of a reading what the words around its anchors say and the parser has no eyes for.
func (p *parsed) mend() {
	for i := range p.reading.Anchors {
		p.mendDenied(i)
		p.mendUndenied(i)
		p.mendFree(i)
		p.mendState(i)
		p.mendCluster(i)
		p.mendSize(i)
		p.mendDeleted(i)
	}
	p.mendTakenOut()
	p.mendRow()
}

// mendTakenOut takes out alone what the sentence tells of as well: nothing is both on a node and not on it.
func (p *parsed) mendTakenOut() {
	for i, e := range p.reading.Anchors {
		for j, o := range p.reading.Anchors {
			if field, ok := strings.CutSuffix(p.reading.Roles[j], "!="); ok && isName(o) && o.Value == e.Value && p.reading.Roles[i] == field+"=" {
				p.reading.Roles[i] = semantic.NoRole
			}
		}
	}
}

// mendCounted counts volumes where the sentence does, and says nothing of claims: "which namespace has the most volumes".
func (p *parsed) mendCounted() {
	if p.query.Subject != models.Claims || p.query.Aggregate != "count" || p.query.Field != "" || p.anyWord(setOf("claim claims pvc pvcs")) ||
		!slices.ContainsFunc(p.reading.Anchors, func(e nlp.Entity) bool {
			return e.Type == "sort" && strings.HasPrefix(e.Value, "volumes") && strings.Contains(strings.ToLower(e.Text), "volume")
		}) {
		return
	}
	s := answer.Fields(models.Volumes)
	if !slices.ContainsFunc(p.query.Filters, func(f models.Filter) bool { return s.Lookup(f.Field) == nil }) && (p.query.GroupBy == "" || s.Lookup(p.query.GroupBy) != nil) {
		p.subject, p.query.Subject = models.Volumes, models.Volumes
	}
}

// mendSize takes an amount beside a share of what is used for the size, unless a word says that it is used: "under 1% used, but over 10Gi".
func (p *parsed) mendSize(i int) {
	e := p.reading.Anchors[i]
	op, ok := strings.CutPrefix(p.reading.Roles[i], "used")
	if !ok || op == "" || strings.HasPrefix(op, "_") || e.Type != nlp.Quantity || answer.Fields(p.reading.Subject).Lookup("size") == nil {
		return
	}
	shares := slices.ContainsFunc(p.reading.Roles, func(role string) bool { return strings.HasPrefix(role, "used_percent") })
	if near := append(p.before(e.Start, 3), p.after(e.End, 2)...); shares && !slices.ContainsFunc(near, func(w string) bool { return w == "used" || w == "data" || w == "written" }) {
		p.reading.Roles[i] = "size" + op
	}
}

// mendDeleted leaves out the policy that things are deleted by where somebody is to delete them.
func (p *parsed) mendDeleted(i int) {
	if p.deletedBySomebody(p.reading.Anchors[i]) {
		p.reading.Roles[i] = semantic.NoRole
	}
}

// mendDenied denies what the sentence takes out: "all but the ones in kafka", "jiva must not be counted".
func (p *parsed) mendDenied(i int) {
	e := &p.reading.Anchors[i]
	at := slices.IndexFunc(p.parse.Entities, func(o nlp.Entity) bool { return o.Start == e.Start && o.End == e.End && o.Type == e.Type })
	if at < 0 || p.parse.Entities[at].Negated == e.Negated {
		return
	}
	role := p.reading.Roles[i]
	switch field, isEqual := strings.CutSuffix(role, "="); {
	case isEqual && !strings.HasSuffix(field, "!") && !e.Negated:
		p.reading.Roles[i] = field + "!="
	case e.Type == "health" || e.Type == "condition":
		e.Negated = !e.Negated
	}
}

// mendUndenied takes a name out of nothing where no word says so: "shop side" is not "shop aside".
func (p *parsed) mendUndenied(i int) {
	if field, ok := strings.CutSuffix(p.reading.Roles[i], "!="); ok && isName(p.reading.Anchors[i]) && !denies.MatchString(p.text) {
		p.reading.Roles[i] = field + "="
	}
}

// denies matches words with which a sentence takes something out.
var denies = regexp.MustCompile(`(?i)\b(?:no|non|not|never|none|neither|nor|nobody|without|w/o|wo|sans|except\w*|exclu\w*|excl|ex|but|save|apart|aside|besides?|beyond|outside|other|others|else|elsewhere|rather|instead|unlike|minus|less|leav\w*|left|ignor\w*|skip\w*|omit\w*|drop\w*|disregard\w*|forget|subtract\w*|off|out|differ\w*|any ?where|barring|bar|all-but|exempt\w*)\b|n['’]t\b|\b(?:dont|doesnt|isnt|arent|cant|wont|didnt|havent|hasnt|aint)\b|!=|<>`)

// mendFree takes the share that is free for the rest of what is used: "less than 20% left".
func (p *parsed) mendFree(i int) {
	e := &p.reading.Anchors[i]
	op, ok := strings.CutPrefix(strings.Replace(p.reading.Roles[i], "committed_percent", "used_percent", 1), "used_percent")
	if !ok || e.Type != nlp.Percentage || !p.leaves(*e) {
		return
	}
	e.Number = 100 - e.Number
	p.reading.Roles[i] = "used_percent" + string(mirrored(models.Op(op)))
}

// mendState takes a word for health for what it is, whatever the engine calls the state, "in state OFFLINE", and rather than for not
// healthy: "failed snapshots".
func (p *parsed) mendState(i int) {
	const sick = "health!=healthy"
	e := &p.reading.Anchors[i]
	role := p.reading.Roles[i]
	if e.Type == "health" && role == semantic.NoRole && slices.Contains(p.reading.Marks, sick) {
		p.reading.Marks = slices.DeleteFunc(slices.Clone(p.reading.Marks), func(m string) bool { return m == sick })
		p.reading.Roles[i] = semantic.HealthRole
		return
	}
	if e.Type != "health" || e.Value == "unknown" || role != "state=" && role != "state!=" {
		return
	}
	e.Negated = role == "state!="
	p.reading.Roles[i] = semantic.HealthRole
}

// mendCluster leaves it to fillClusters which clusters are meant: what is not on one of them is on the others.
func (p *parsed) mendCluster(i int) {
	if role := p.reading.Roles[i]; p.reading.Anchors[i].Type == "cluster" && (role == "cluster=" || role == "cluster!=") {
		p.reading.Roles[i] = semantic.ClusterRole
	}
}

// mendRow takes a field's name in a row with fields that are shown for one more: "restarts, node, usage".
func (p *parsed) mendRow() {
	show := semantic.ShowRole
	for i := range p.reading.Anchors {
		for _, j := range []int{i - 1, i + 1} {
			if j < 0 || j >= len(p.reading.Anchors) || p.reading.Roles[i] != semantic.NoRole || p.reading.Roles[j] != show || p.reading.Anchors[i].Type != semantic.FieldType {
				continue
			}
			first, second := p.reading.Anchors[min(i, j)], p.reading.Anchors[max(i, j)]
			if between := p.text[first.End:second.Start]; strings.TrimSpace(between) != "" && inRow(between) {
				p.reading.Roles[i] = show
			}
		}
	}
}

// mendOrder gives the order the direction that is said, and takes the number of rows only where it is said or an order picks them.
func (p *parsed) mendOrder() {
	q := p.query
	if e := p.sorting(); e != nil && q.Sort != "" && q.Name == "" {
		if next := p.after(e.End, 1); len(next) > 0 && next[0] == "last" {
			q.Desc = !q.Desc // "biggest last"
		}
		p.direct()
	}
	if q.Limit == 1 && !slices.Contains(p.reading.Roles, semantic.LimitRole) && (q.GroupBy != "" && q.Each == 0 || q.GroupBy == "" && q.Sort == "") {
		q.Limit = 0 // of "which pool is offline" there may be several
	}
}

func (p *parsed) sorting() *nlp.Entity {
	if i := slices.IndexFunc(p.reading.Anchors, func(e nlp.Entity) bool { return e.Type == "sort" }); i >= 0 {
		return &p.reading.Anchors[i]
	}
	return nil
}

// mendPlace takes the node that is asked for beside the pool for the one where a volume is attached: a pool is told with its own node.
func (p *parsed) mendPlace() {
	q := p.query
	if node := slices.Index(q.Show, "node"); node >= 0 && slices.Contains(q.Show, "pool") && answer.Fields(q.Subject).Lookup("attached") != nil {
		q.Show[node] = "attached"
	}
}
