package semantic

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// Reading is what an utterance was understood to mean.
type Reading struct {
	Act        string
	Subject    models.Subject
	Confidence float64      // the probability that all of it is right that is learnt of the act, as the model has it
	Anchors    []nlp.Entity // the parts of the utterance with a meaning of their own, in their order
	Roles      []string     // of the anchors
	Marks      []string     // pieces that no anchor stands for
	Ruled      bool         // it is what the rules read: their query is what is meant; it has no anchors and no marks

	parser      *Parser
	sentence    *sentence
	likelihoods likelihoods
}

// Names says what the name at an anchor means where a field, or "name", wants one, or where what has it is left out: its values, or
// an error that ends the reading.
type Names func(anchor nlp.Entity, field string, not bool) ([]string, error)

// errIncomplete is why a reading makes no query: pieces of it miss others.
var errIncomplete = errors.New("the reading lacks a piece")

// Query puts the pieces together. It fails if they do not make a query that the subject can answer.
func (r *Reading) Query(names Names) (*models.Query, error) {
	c := &composer{Reading: r, query: &models.Query{Subject: r.Subject}, names: names}
	for i, e := range r.Anchors {
		if err := c.place(e, r.Roles[i]); err != nil {
			return nil, err
		}
	}
	if slices.Contains(r.Marks, otherMark) || slices.Contains(r.Marks, beyondMark) {
		return nil, errIncomplete
	}
	for _, m := range r.Marks {
		if err := c.mark(m); err != nil {
			return nil, err
		}
	}
	c.aggregate()
	c.query.Filters = tidy(c.query.Filters, c.said)
	return c.query, c.check()
}

type composer struct {
	*Reading
	query     *models.Query
	names     Names
	sum, over string
	said      []models.Filter // that compare with an amount of the sentence
	also      []string        // aggregates over the same
}

// place adds what an anchor is in the query.
func (c *composer) place(e nlp.Entity, role string) error {
	q := c.query
	alternative := strings.HasPrefix(role, orRole)
	field, role := c.parser.fieldOf(c.Subject, e, strings.TrimPrefix(role, orRole))
	if piece, ok := strings.CutPrefix(role, isRole); ok {
		return c.mark(piece)
	}
	if aggregate, ok := strings.CutPrefix(role, alsoRole+" "); ok {
		q.Also = append(q.Also, models.Measure{Aggregate: aggregate, Field: field})
		return nil
	}
	switch role {
	case NoRole:
	case alsoRole:
		if e.Type == "health" {
			q.Also = append(q.Also, models.Measure{Aggregate: models.Count, Field: "health"})
		} else {
			c.also = append(c.also, e.Value)
		}
	case ClusterRole:
		if !slices.Contains(q.Clusters, e.Value) {
			q.Clusters = append(q.Clusters, e.Value)
		}
	case LimitRole:
		q.Limit = int(e.Number)
	case eachRole:
		q.Each = int(e.Number)
	case sortRole:
		key, direction, _ := strings.Cut(e.Value, " ")
		q.Sort, q.Desc = key, direction == "desc"
	case descRole, ascRole:
		q.Sort, q.Desc = field, role == descRole
	case byRole:
		if q.GroupBy != "" && q.GroupBy != field {
			q.ThenBy = field
		} else {
			q.GroupBy = field
		}
	case thenRole:
		q.ThenBy = field
	case ShowRole:
		c.show(field)
	case overRole:
		c.over = field
	case sumRole:
		c.sum = e.Value
	case extremeRole:
		key, direction, _ := strings.Cut(e.Value, " ")
		c.over, c.sum = key, map[bool]string{true: models.Maximum, false: models.Minimum}[direction == "desc"]
	case HealthRole:
		c.filter(healthFilter(e), alternative)
	case condRole:
		f := c.parser.condition(c.Subject, e)
		if f == nil {
			return errIncomplete
		}
		turned := f.Clone()
		turned.Not = f.Not != e.Negated
		c.filter(turned, alternative)
	case knownRole, unknownRole:
		c.filter(models.Filter{Field: field, Op: models.Known, Not: role == unknownRole}, alternative)
	default:
		return c.compare(e, role, alternative)
	}
	return nil
}

// compare adds a filter with the value of an anchor.
func (c *composer) compare(e nlp.Entity, role string, alternative bool) error {
	field, op, _ := cutPiece(role)
	value := strconv.FormatFloat(e.Number, 'f', -1, 64)
	switch {
	case isName(e) && field != "phase":
		values, err := c.names(e, field, strings.HasPrefix(op, "!"))
		if err != nil {
			return err
		}
		if field == "name" && op == "=" {
			if values = c.named(values); len(values) == 0 {
				return nil
			}
		}
		value = strings.Join(values, "|")
	case !isAmount(e):
		value = said(c.Subject, e, field)
	}
	f, err := oneFilter(c.Subject, field+op+value)
	if err != nil {
		return err
	}
	if isAmount(e) {
		c.said = append(c.said, f)
	}
	c.filter(f, alternative)
	return nil
}

// named makes the only name there is that of the thing that is asked about. It returns the names of several, which are a filter.
func (c *composer) named(values []string) []string {
	q := c.query
	if q.Name != "" && !slices.Contains(values, q.Name) {
		values = append([]string{q.Name}, values...)
	}
	q.Name = ""
	if len(values) == 1 && !slices.ContainsFunc(q.Filters, func(f models.Filter) bool { return f.Field == "name" && !f.Not }) {
		q.Name = values[0]
		return nil
	}
	return values
}

// objectKinds are the kinds of objects that events are of.
var objectKinds = map[string]string{"claim": "PersistentVolumeClaim", "volume": "PersistentVolume", "pod": "Pod", "node": "Node", "storageclass": "StorageClass",
	"snapshot": "VolumeSnapshot", "blockdevice": "BlockDevice"}

// said returns the value that an anchor which is neither a name nor an amount has for a field: a word for health is that of a phase
// as well, and that for a subject one of a kind of objects.
func said(s models.Subject, e nlp.Entity, field string) string {
	switch {
	case e.Type == "subject" && field == "kind" && s == models.Events && objectKinds[e.Value] != "":
		return objectKinds[e.Value]
	case (e.Type == "health" && field != "health" || field == "phase") && e.Text != "":
		return strings.ToUpper(e.Text[:1]) + strings.ToLower(e.Text[1:])
	case e.Type == "condition":
		return e.Text
	}
	return e.Value
}

// filter adds a filter. One that compares the same field in the same way takes the values in.
func (c *composer) filter(f models.Filter, alternative bool) {
	f = c.counted(f)
	all := c.query.Filters
	if alternative && len(all) > 0 {
		all[len(all)-1].Or = append(all[len(all)-1].Or, f)
		return
	}
	for i := range all {
		switch old := &all[i]; {
		case reflect.DeepEqual(*old, f):
			return
		case old.Field == f.Field && old.Op == models.Eq && f.Op == models.Eq && old.Not == f.Not && len(f.Values) > 0 && len(old.Values) > 0:
			for _, v := range f.Values {
				if !slices.Contains(old.Values, v) {
					old.Values = append(old.Values, v)
				}
			}
			return
		}
	}
	c.query.Filters = append(all, f)
}

// counted takes a number that a list is compared with for how many it has: "made of one disk".
func (c *composer) counted(f models.Filter) models.Filter {
	l := lookup(c.Subject, f.Field)
	if l == nil || l.Kind != answer.ListKind || f.Op != models.Eq || len(f.Values) != 1 {
		return f
	}
	if n, err := strconv.Atoi(f.Values[0]); err == nil {
		f.Values, f.Number = nil, float64(n)
	}
	return f
}

func (c *composer) show(field string) {
	if field != "" && !slices.Contains(c.query.Show, field) {
		c.query.Show = append(c.query.Show, field)
	}
}

// mark adds a piece that no anchor stands for.
func (c *composer) mark(m string) error {
	if sum, ok := strings.CutPrefix(m, sumMark); ok {
		c.sum = sum
		return nil
	}
	if over, ok := strings.CutPrefix(m, overMark); ok {
		c.over = over
		return nil
	}
	if show, ok := strings.CutPrefix(m, "show="); ok {
		c.show(show)
		return nil
	}
	piece, alternative := strings.CutPrefix(m, orRole)
	if field, op, _ := cutPiece(piece); op != "" && settings[field] == nil {
		f, err := filterOf(c.Subject, piece)
		if err == nil {
			c.filter(f, alternative)
		}
		return err
	}
	return addPiece(c.query, piece)
}

// aggregate decides what is computed.
func (c *composer) aggregate() {
	q := c.query
	switch {
	case c.Act == "count":
		q.Aggregate = models.Count
	case c.over != "":
		q.Aggregate, q.Field = c.sum, c.over
		if q.Aggregate == "" {
			q.Aggregate = models.Sum
		}
	case q.GroupBy != "" && q.Each == 0 && q.Aggregate == "" && c.Act != "list":
		q.Aggregate = models.Count
	}
	for _, a := range c.also {
		q.Also = append(q.Also, models.Measure{Aggregate: a, Field: q.Field})
	}
}

// check makes sure that the subject has all that the query needs.
func (c *composer) check() error {
	q := c.query
	schema := answer.Fields(q.Subject)
	if schema == nil || c.Act == "aggregate" && q.Aggregate == "" || q.Aggregate != "" && q.Aggregate != models.Count && q.Field == "" {
		return errIncomplete
	}
	keys := append([]string{q.Sort, q.GroupBy, q.ThenBy, q.Field}, q.Show...)
	for _, f := range q.Filters {
		keys = append(keys, f.Field)
		for _, o := range f.Or {
			keys = append(keys, o.Field)
		}
	}
	for _, key := range keys {
		if key != "" && schema.Lookup(key) == nil {
			return fmt.Errorf("%s have no %s", schema.Many, key)
		}
	}
	return nil
}
