package answer

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/diagnosis"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Why answers "why": the cause in a sentence, what comes next, what to do, and the chain of objects that the cause
// stands on.
func Why(req Request) (models.Reply, error) {
	switch {
	case req.Query.Field == Contrast:
		return whyContrast(req)
	case req.Query.Name == "":
		return whyAll(req)
	}
	s, err := schemaOf(req.Query.Subject)
	if err != nil {
		return models.Reply{}, err
	}
	s, found, err := find(s, req)
	if err == nil && len(found) > 1 && s.Subject == models.Pools {
		found = likeliest(found, req.Query.Field)
	}
	switch {
	case err != nil:
		return models.Reply{}, err
	case len(found) == 0:
		if rep, ok := describeOther(req); ok {
			return rep, nil
		}
		return models.Reply{}, notFound(s, req)
	case len(found) > 1:
		rep := homonyms(req, s, found)
		for i := range rep.Buttons {
			rep.Buttons[i].Action.Intent = "why"
		}
		return rep, nil
	}
	thing := thingOf(s, &found[0])
	thing.Asked = askedAbout[req.Query.Field]
	d, known := diagnosis.Why(found[0].from.Inventory, thing)
	if !known {
		return To(req)
	}
	return whyReply(req, s, &found[0], d), nil
}

// Fields of a query that stand for what of a thing is asked about.
const (
	AboutResize   = "requested"
	AboutSpace    = "used_percent"
	AboutDeletion = "deleting"
)

var askedAbout = map[string]diagnosis.Concern{AboutResize: diagnosis.Resize, AboutSpace: diagnosis.Space, AboutDeletion: diagnosis.Deletion}

// likeliest leaves of pools of one name the one that a question is likely to be about: the fullest, or the only one that is
// not healthy; all of them if that does not tell.
func likeliest(found []record, field string) []record {
	if field == AboutSpace {
		fullest := slices.Clone(found)
		order(fullest, poolSchema.Lookup("used_percent"), true)
		return fullest[:1]
	}
	sick := slices.DeleteFunc(slices.Clone(found), func(r record) bool { return r.item.(*models.Pool).Health == models.Healthy })
	if len(sick) == 1 {
		return sick
	}
	return found
}

// thingOf names a record for a diagnosis.
func thingOf(s *Schema, r *record) diagnosis.Thing {
	t := diagnosis.Thing{Subject: s.Subject, Name: s.text(r, "name")}
	switch it := r.item.(type) {
	case *models.Claim:
		t.Namespace = it.Namespace
	case *models.Pod:
		t.Namespace = it.Namespace
	case *models.Snapshot:
		t.Namespace = it.Namespace
	case *models.Pool:
		t.Node = it.Node
	}
	return t
}

// whyReply gives a diagnosis the form of a reply.
func whyReply(req Request, s *Schema, r *record, d diagnosis.Diagnosis) models.Reply {
	req.Inventories = []*models.Inventory{r.from.Inventory}
	rep := diagnosed(reply(req, s), d)
	if p, ok := r.item.(*models.Pool); ok && p.Health == models.Healthy && len(d.Do) == 0 {
		rep.Notes = append(rep.Notes, p.Notes...) // what looks wrong may be told there: a group that its thin pool fills
	}
	rep.Text = sinceText(req, s, r, d) + rep.Text
	rep.Buttons = append(rep.Buttons, models.Button{Label: "Details", Action: models.Action{Intent: "describe", Query: queryFor(s, r)}})
	rep.Dialogue.Listed = listed(s, []record{*r})
	return rep
}

// sinceText words the fields that a question asks for beside the cause. Since when a thing is so, its cause may know where the thing
// does not.
func sinceText(req Request, s *Schema, r *record, d diagnosis.Diagnosis) string {
	show := slices.Clone(req.Query.Show)
	at := slices.Index(show, "since")
	if f := s.shown("since"); at < 0 || f == nil || f.get(r).known {
		return askedOf(s, r, show, nil)
	}
	for _, l := range slices.Backward(d.Chain) {
		if !l.Since.IsZero() {
			return "Since " + moment(l.Since) + ", " + r.from.age(l.Since) + " by now, as " + l.Kind + " " + phrase.Code(l.Name) + " tells. " + askedOf(s, r, slices.Delete(show, at, at+1), nil)
		}
	}
	return askedOf(s, r, show, nil)
}

// diagnosed writes a diagnosis into a reply.
func diagnosed(rep models.Reply, d diagnosis.Diagnosis) models.Reply {
	rep.Text = phrase.Stop(d.Cause)
	rep.Table = chainTable(d.Chain)
	if len(d.Endangers) > 0 {
		rep.Facts = append(rep.Facts, models.Fact{Label: "Endangers", Value: strings.Join(window(d.Endangers, 0, mostRisks), "\n")})
	}
	if len(d.Do) > 0 {
		rep.Facts = append(rep.Facts, models.Fact{Label: "Do", Value: strings.Join(doLines(d.Do), "\n")})
	}
	for _, b := range d.Beside {
		rep.Notes = append(rep.Notes, phrase.Stop(b))
	}
	for _, m := range d.Missing {
		rep.Notes = append(rep.Notes, phrase.Stop("Not known: "+m))
	}
	return rep
}

// What an answer shows of a long diagnosis.
const (
	mostRisks    = 6
	mostCommands = 7
)

// doLines writes what to do, a line each: the command to copy and what it is for.
func doLines(do []diagnosis.Command) []string {
	var lines []string
	for _, c := range window(do, 0, mostCommands) {
		if c.Run == "" {
			lines = append(lines, phrase.Stop(phrase.Capital(c.Why)))
			continue
		}
		lines = append(lines, "`"+c.Run+"` — "+c.Why)
	}
	return lines
}

// chainTable lists the objects from the symptom to the cause, with the field that says so and since when.
func chainTable(chain []diagnosis.Link) *models.Table {
	if len(chain) == 0 {
		return nil
	}
	t := &models.Table{Total: len(chain), Columns: []models.Column{{Key: "object", Title: "Object"}, {Key: "field", Title: "Field"},
		{Key: "says", Title: "Says"}, {Key: "since", Title: "Since"}}}
	for _, l := range chain {
		name := l.Name
		if l.Namespace != "" {
			name = l.Namespace + "/" + l.Name
		}
		object, at := l.Kind+" "+name, models.Cell{}
		if !l.Since.IsZero() {
			at = models.Cell{Text: l.Since.UTC().Format("2006-01-02 15:04 UTC"), Value: l.Since}
		}
		t.Rows = append(t.Rows, []models.Cell{{Text: object, Value: object}, {Text: l.Field, Value: l.Field}, {Text: l.Says, Value: l.Says, Health: l.Health}, at})
	}
	return t
}
