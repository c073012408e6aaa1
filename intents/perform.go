package intents

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// maxAnswer is how many bytes of an answer in a thread fill a slot.
const maxAnswer = 200

// errand is a custom intent on its way to a reply: the sentence that asked for it and the slots filled so far.
type errand struct {
	intent *Intent
	text   string
	parse  nlp.Parse
	query  *models.Query // its clusters only; nil: none named
	filled map[string]string
}

// errand begins a custom intent with what a sentence says.
func (t *turn) errand(q *question) *errand {
	e := &errand{intent: q.intent, text: q.text, parse: q.parse, filled: map[string]string{}}
	q.query = &models.Query{}
	q.fillClusters()
	if e.query = q.query; len(e.query.Clusters) == 0 {
		e.query = nil
	}
	for _, s := range q.intent.action.Slots {
		if v, ok := t.slotValue(s, q.parse.Entities, q.taken); ok {
			e.filled[s.Name] = v
		} else if v, ok := q.cuedWord(s.Entity); ok && s.Role == "" {
			e.filled[s.Name] = v
		}
	}
	return e
}

// cuedWord returns the word behind one that announces names of a type ("in namespace shop"), where it is no name that is
// known: it may be one all the same.
func (q *question) cuedWord(kind string) (string, bool) {
	for i := 1; i < len(q.words); i++ {
		w, cue := q.words[i], q.words[i-1].text
		if slices.Contains(cueTypes(cue), kind) && !plural(cue) && !everyday[w.text] {
			return q.text[w.start:w.end], true
		}
	}
	return "", false
}

// slotValue takes the value of a slot from the entities that no other slot has taken: one of the slot's type and role, any
// of its type where it demands no role, or a name that is not known: what a custom intent is about need not be in an inventory.
func (t *turn) slotValue(s actions.Slot, entities []nlp.Entity, taken map[int]bool) (string, bool) {
	for _, fits := range []func(nlp.Entity) bool{
		func(e nlp.Entity) bool { return ofType(e, s.Entity) && e.Role == s.Role },
		func(e nlp.Entity) bool { return ofType(e, s.Entity) && s.Role == "" },
		func(e nlp.Entity) bool { return e.Type == nlp.UnknownName && s.Role == "" && !numeric(s.Entity) },
	} {
		for i, e := range entities {
			if taken[i] || e.Negated || !fits(e) {
				continue
			}
			taken[i] = true
			return valueOf(e, s.Entity), true
		}
	}
	return "", false
}

// ofType reports whether an entity is of a type, or a live name that may be.
func ofType(e nlp.Entity, kind string) bool {
	return e.Type == kind || e.Type != nlp.UnknownName && slices.ContainsFunc(e.Candidates, func(c nlp.Candidate) bool { return c.Type == kind })
}

// valueOf returns what an entity of a type says.
func valueOf(e nlp.Entity, kind string) string {
	if e.Type == kind && e.Value != "" {
		return e.Value
	}
	for _, c := range e.Candidates {
		if c.Type == kind {
			return c.Value
		}
	}
	return e.Text
}

// numeric reports whether entities of a type are numbers.
func numeric(kind string) bool {
	return slices.Contains([]string{nlp.Quantity, nlp.Percentage, nlp.Count, nlp.Duration, nlp.Ordinal}, kind)
}

// asksSlot reports whether a question back is for the slot of a custom intent.
func asksSlot(p *models.Pending) bool { return p != nil && p.Filled != nil }

// resumed takes a sentence as the answer to the question that a custom intent asked back; nil if it asked none, or the
// sentence is a question of its own.
func (t *turn) resumed(text string, parse nlp.Parse) *errand {
	pending := t.dialogue.Pending
	if !asksSlot(pending) {
		return nil
	}
	intent := t.intents[pending.Intent]
	if intent == nil || intent.action == nil {
		return nil
	}
	i := slices.IndexFunc(intent.action.Slots, func(s actions.Slot) bool { return s.Name == pending.Slot })
	if i < 0 {
		return nil
	}
	other := t.intents[parse.Intent]
	words := len(wordsOf(text))
	if other != nil && other != intent && (words >= 4 || other.act == actChat && words <= 3) {
		return nil
	}
	e := &errand{intent: intent, text: text, parse: nlp.Parse{Intent: intent.Name, Confidence: 1, Entities: parse.Entities}, query: pending.Query, filled: map[string]string{}}
	for name, v := range pending.Filled {
		e.filled[name] = v
	}
	s := intent.action.Slots[i]
	s.Role = "" // the question said it
	if v, ok := t.slotValue(s, parse.Entities, map[int]bool{}); ok {
		e.filled[s.Name] = v
	} else if v := strings.TrimSpace(strings.Trim(text, " .!`'\"“”")); !numeric(s.Entity) && v != "" && len(v) <= maxAnswer {
		e.filled[s.Name] = v
	}
	return e
}

// mine returns the custom intents that the asker may use.
func (t *turn) mine() []*Intent {
	return slices.DeleteFunc(slices.Clone(t.own), func(i *Intent) bool { return !t.rank.May(i.Role) })
}

// findRank finds out which role the asker was given, if there is an intent that wants more than a viewer.
func (t *turn) findRank(ctx context.Context) {
	if t.message.Team == models.Local {
		t.rank = Admin // who uses the console runs MuleBot
	}
	if t.Roles == nil || !slices.ContainsFunc(t.own, func(i *Intent) bool { return i.Role != Viewer }) {
		return
	}
	rank, err := t.Roles.Role(ctx, t.message.Team, t.message.User, models.Scope{Anywhere: true})
	if err != nil {
		t.Log.Warn().Err(err).Str("team", string(t.message.Team)).Msg("the role of an asker is not known")
		return
	}
	t.rank = rank
}

// scopeOf returns what a question is about: the clusters that it names, else those of the card.
func (t *turn) scopeOf(query *models.Query) models.Scope {
	if named := wantedBy(query); len(named) > 0 {
		return models.Scope{Clusters: named}
	}
	return models.Scope{Clusters: t.card.Clusters}
}

// scope returns what a custom intent is about: clusters, and the namespace if one of its slots holds one.
func (t *turn) scope(e *errand) models.Scope {
	s := t.scopeOf(e.query)
	for _, slot := range e.intent.action.Slots {
		if slot.Entity == "namespace" {
			s.Namespace = e.filled[slot.Name]
		}
	}
	return s
}

// permit refuses an intent to whom lacks its role, and says who gives it; nil: it is served.
func (t *turn) permit(ctx context.Context, intent *Intent, s models.Scope) *models.Reply {
	allowed, err := t.may(ctx, intent.Role, s)
	if err == nil && !allowed {
		err = &models.Error{Kind: models.Forbidden, Message: fmt.Sprintf("%s is for people with the role %s", phrase.Quote(intent.Name), intent.Role),
			Hint: "An admin of mine gives roles, with `/mulebot grant @somebody " + string(intent.Role) + "`", Err: errRole}
	}
	if err == nil {
		return nil
	}
	reply := t.failed(t.message, err)
	reply.People = t.superiors(ctx, err)
	return &reply
}

// perform does what a custom intent does, once its slots are filled.
func (t *turn) perform(ctx context.Context, e *errand) (models.Reply, error) {
	a := e.intent.action
	if refusal := t.permit(ctx, e.intent, t.scope(e)); refusal != nil {
		return t.finish(e.intent, e.parse, nil, *refusal), nil
	}
	if e.filled == nil {
		e.filled = map[string]string{}
	}
	for _, s := range a.Slots {
		if e.filled[s.Name] == "" && s.Default != "" {
			e.filled[s.Name] = s.Default
		}
		if e.filled[s.Name] == "" && s.Required {
			return t.finish(e.intent, e.parse, nil, e.askFor(s)), nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, t.limit(a))
	defer cancel()
	var reply models.Reply
	var err error
	switch {
	case a.Alias != nil:
		return t.performAlias(ctx, e)
	case a.Query != nil:
		return t.performQuery(ctx, e)
	case a.Objects != nil:
		reply, err = t.performObjects(ctx, e)
	case a.Call != nil:
		reply, err = t.performCall(ctx, e)
	default:
		reply.Text, err = t.word(ctx, e, nil)
	}
	if err != nil {
		reply = t.failed(t.message, err)
	}
	return t.finish(e.intent, e.parse, nil, reply), nil
}

// limit is how long a custom intent may take.
func (t *turn) limit(a *actions.Action) (limit time.Duration) {
	if limit = t.Timeout(); a.Call != nil {
		limit = a.Call.Timeout
	}
	return limit
}

// askFor asks for a slot, and remembers what is known so far.
func (e *errand) askFor(s actions.Slot) models.Reply {
	text := s.Ask
	if text == "" {
		text = "Which " + strings.ReplaceAll(s.Name, "_", " ") + "?"
	}
	return models.Reply{Text: text, AskedBack: true,
		Dialogue: &models.Dialogue{Pending: &models.Pending{Intent: e.intent.Name, Query: e.query, Slot: s.Name, Filled: e.filled}}}
}

// slots is what the templates of an intent see of its slots. One that is not filled is empty.
func (e *errand) slots() map[string]any {
	slots := map[string]any{}
	for _, s := range e.intent.action.Slots {
		v := e.filled[s.Name]
		slots[s.Name] = v
		if n, err := strconv.ParseFloat(v, 64); err == nil && numeric(s.Entity) {
			slots[s.Name] = actions.PlainNumbers(n)
		}
	}
	return slots
}

// word renders an intent's reply, with more for its template to see than the slots. There a slot that is not filled is missing,
// where elsewhere it is empty.
func (t *turn) word(ctx context.Context, e *errand, more map[string]any) (string, error) {
	slots := e.slots()
	maps.DeleteFunc(slots, func(_ string, v any) bool { return v == "" })
	data := map[string]any{"slots": slots}
	maps.Copy(data, more)
	text, err := e.intent.action.Reply.Render(ctx, data)
	if err != nil {
		return "", t.unworded(e, err)
	}
	if text = strings.TrimSpace(text); text == "" {
		text = "There is nothing to say about that."
	}
	return text, nil
}

// unworded is the error of a template that failed: for the asker that it did, for the log why.
func (t *turn) unworded(e *errand, err error) error {
	if _, known := errors.AsType[*models.Error](err); known {
		return err
	}
	t.Log.Warn().Err(err).Str("team", string(t.message.Team)).Str("intent", e.intent.Name).Msg("the template of a custom intent failed")
	return &models.Error{Kind: models.Invalid, Message: "The template of the intent " + phrase.Quote(e.intent.Name) + " failed",
		Hint: "Whoever wrote it finds the reason in MuleBot's log", Err: err}
}
