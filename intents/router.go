package intents

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/semantic"
)

const (
	// usualTimeout bounds what clusters may take where Options do not say.
	usualTimeout = 8 * time.Second
	// longest is how many bytes of a message are read as language; more is a paste and no question.
	longest = 2000
	// remembered is how long a conversation can be referred to.
	remembered = 24 * time.Hour
)

// Options are the parts of a Router. Model, Inventory and Tenants are required.
type Options struct {
	Model     *nlp.Model       // of the built-in intents
	Parser    *semantic.Parser // nil: the built-in one
	Inventory Inventory
	Tenants   Tenants
	Workshop  Workshop         // nil: nobody can teach it intents
	Drafts    Drafts           // nil: as without a workshop
	Admins    Admins           // nil: nobody is one
	Customs   Customs          // nil: no custom intents
	Objects   Objects          // nil: custom intents cannot list objects
	Caller    Caller           // nil: custom intents cannot make HTTP requests
	Roles     Roles            // nil: everybody is a viewer
	Registry  Registry         // nil: cards, clusters and roles are not kept from here
	Directs   Directs          // nil: a direct message has the card of its channel
	Standing  Impersonator     // nil: every cluster is asked as the account of its kubeconfig
	Zones     Zones            // nil: everybody is in UTC
	Members   Members          // nil: everybody from a shared channel is an outsider
	Recents   Recents          // nil: nobody's questions are remembered for their home
	Now       func() time.Time // nil: time.Now
	// Timeout says what clusters may take; the slower ones are named in the answer. nil: 8 s.
	Timeout func() time.Duration
	Log     zerolog.Logger
}

// Router answers messages. It is safe for concurrent use and starts nothing.
type Router struct {
	Options
	builtin *Understanding
	names   *linker
	known   vocabulary
	choose  chooser
}

// New builds a router. It fails if a part is missing or the model has an intent that the table has not.
func New(o Options) (*Router, error) {
	if o.Model == nil || o.Inventory == nil || o.Tenants == nil {
		return nil, errors.New("intents: a router needs a model, an inventory and tenants")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Timeout == nil {
		o.Timeout = func() time.Duration { return usualTimeout }
	}
	if o.Parser == nil {
		var err error
		if o.Parser, err = Parser(); err != nil {
			return nil, err
		}
	}
	ranks, err := follower()
	if err != nil {
		return nil, err
	}
	builtin, err := Understand(o.Model)
	if err != nil {
		return nil, err
	}
	r := &Router{Options: o, builtin: builtin, names: newLinker(o.Now), choose: ranked(ranks)}
	r.known, err = readVocabulary(Builtin())
	return r, err
}

// Respond answers a message. It always returns a reply: what failed is worded in it, and stands in Reply.Err.
func (r *Router) Respond(ctx context.Context, m models.Message) (reply models.Reply) {
	defer func() {
		if p := recover(); p != nil {
			r.Log.Error().Interface("panic", p).Bytes("stack", debug.Stack()).Str("team", string(m.Team)).Msg("answering panicked")
			reply = r.failed(m, fmt.Errorf("panic: %v", p))
		}
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // of clusters that nobody waits for any more
	t := &turn{Router: r, Understanding: r.builtin, message: m, rank: Viewer, madeUp: newMadeUp()}
	if r.Customs != nil {
		own, err := r.Customs.For(ctx, m.Team)
		if err != nil {
			return r.failed(m, err)
		}
		t.Understanding = own
	}
	t.discreet()
	reply, err := t.run(ctx)
	if err != nil {
		reply = r.failed(m, err)
	}
	redact(&reply)
	return reply
}

// failed words an error for the user. What the user cannot mend is logged, under an id that the user is told.
func (r *Router) failed(m models.Message, err error) models.Reply {
	var known *models.Error
	if errors.As(err, &known) && known.Kind != models.Internal {
		return models.Reply{Text: sentence(known.Message), Notes: hints(known), Err: known}
	}
	id := strings.ToLower(rand.Text()[:8])
	r.Log.Error().Err(err).Str("id", id).Str("team", string(m.Team)).Str("message", m.ID).Msg("answering failed")
	known = &models.Error{Kind: models.Internal, Message: "Something went wrong on my side (error " + id + ")",
		Hint: "Try again; if it happens again, give the error's id to whoever runs MuleBot", Err: err}
	return models.Reply{Text: sentence(known.Message), Notes: hints(known), Err: known}
}

func hints(e *models.Error) []string {
	if e.Hint == "" {
		return nil
	}
	return []string{sentence(e.Hint)}
}

// sentence ends what does not end like a sentence with a full stop and begins it with a capital.
func sentence(s string) string {
	s = phrase.Capital(strings.TrimSpace(s))
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".?!:`") {
		return s
	}
	return s + "."
}

// turn is one message on its way to a reply.
type turn struct {
	*Router
	*Understanding
	message  models.Message
	card     models.Card
	dialogue models.Dialogue
	earlier  []target // what the part of the message names that was read before
	madeUp   madeUp
	guessed  []string // notes on the names that the message is taken to mean
	rank     Role     // the highest that the asker was given, for some cluster at least
	clusters
}

// run is the way of a message: what admins do, card, dialogue, button or language, handler.
func (t *turn) run(ctx context.Context) (models.Reply, error) {
	if t.message.Kind == models.Scheduled {
		return t.scheduled(ctx)
	}
	text := strings.TrimSpace(t.message.Text)
	action := t.message.Action
	if action == nil {
		action = t.command(ctx, text)
	}
	if action != nil {
		if intent := t.intents[action.Intent]; intent != nil && intent.run != nil && intent.Role == Admin {
			return t.administer(ctx, intent, action), nil
		}
	}
	var err error
	if t.dialogue, err = t.Tenants.Dialogue(ctx, t.message.Conversation()); err != nil {
		return models.Reply{}, err
	}
	if t.Now().Sub(t.dialogue.At) > remembered {
		t.dialogue = models.Dialogue{}
	}
	if t.card, err = t.findCard(ctx); err != nil {
		if models.KindOf(err) == models.NotFound {
			return t.withoutCard(ctx, text, action)
		}
		return models.Reply{}, err
	}
	if outside, err := t.isOutside(ctx); outside || err != nil {
		return t.outside(), err
	}
	t.findRank(ctx)
	if action == nil {
		action = chosen(text, t.dialogue.Pending)
	}
	if action != nil && action.Text != "" {
		text, action = action.Text, nil
	}
	if action != nil {
		return t.press(ctx, action)
	}
	return t.say(ctx, text)
}

// press answers a button: its query needs no language, and a sentence whose meaning somebody has chosen no classifier.
func (t *turn) press(ctx context.Context, action *models.Action) (models.Reply, error) {
	name := action.Intent
	if name == "" {
		name = "list"
		if action.Query != nil && action.Query.Name != "" {
			name = "describe"
		}
	}
	intent := t.intents[name]
	if intent == nil {
		return models.Reply{}, &models.Error{Kind: models.Invalid, Message: "That button is of an older version of me",
			Hint: "Ask the question again"}
	}
	said := action.Values[saidKey]
	var reply models.Reply
	var err error
	switch {
	case intent.run != nil && intent.Role == Admin: // chosen in words: "yes, remove"
		return t.administer(ctx, intent, action), nil
	case intent.run != nil:
		return intent.run(t, ctx, action)
	case said != "" && action.Query == nil:
		reply, err = t.sayAs(ctx, said, intent)
	case intent.action != nil:
		t.fetch(ctx, wantedBy(action.Query), usually)
		reply, err = t.perform(ctx, &errand{intent: intent, query: action.Query.Clone(), parse: nlp.Parse{Intent: name, Confidence: 1}})
	default:
		t.fetch(ctx, wantedBy(action.Query), usually)
		reply, err = t.handle(ctx, intent, nlp.Parse{Intent: intent.Name, Confidence: 1}, action.Query.Clone(), nil)
	}
	if said != "" && err == nil {
		t.offerTeaching(ctx, &reply, said, intent.Name)
	}
	return reply, err
}

// say answers a sentence.
func (t *turn) say(ctx context.Context, text string) (models.Reply, error) {
	switch {
	case text == "":
		return t.finish(t.intents["help"], nlp.Parse{}, nil, models.Reply{
			Text: "You did not say anything. Ask me about storage, or say “help”."}), nil
	case len(text) > longest:
		return t.finish(t.intents[nlp.Fallback], nlp.Parse{}, nil, models.Reply{
			Text: "That is too long for me to read as one question. Put the question in a sentence or two; a name or a line of the log is enough for me to find the volume."}), nil
	case !hasWord(text):
		return t.finish(t.intents[nlp.Fallback], nlp.Parse{}, nil, models.Reply{
			Text: "I read words only. Ask me about storage, or say “help”."}), nil
	}
	said := text
	parse := t.understand(ctx, text)
	if plain := t.reworded(text, parse); plain != text {
		text, parse = plain, t.understand(ctx, plain)
	}
	if mended, ok := t.mended(text, parse); ok {
		text, parse = mended, t.understand(ctx, mended)
	}
	if full := t.inFull(text, parse); full != text {
		text, parse = full, t.understand(ctx, full)
	}
	if e := t.resumed(text, parse); e != nil {
		return t.perform(ctx, e)
	}
	if full := t.pointed(text); full != text {
		text, parse = full, t.understand(ctx, full)
	}
	q := t.question(text, parse)
	if action := q.spoken(); action != nil {
		if action.Intent == "cards.post" {
			action.Values[saidKey] = said // "Europe/London" is no two things
		}
		return t.serve(ctx, q.intent, action, parse)
	}
	q.unspoken()
	if q.intent != nil && q.intent.action != nil {
		reply, err := t.perform(ctx, t.errand(q))
		q.doubt(&reply)
		return reply, err
	}
	if r, ok := t.pointing(ctx, q); ok {
		return t.converse(ctx, r)
	}
	return t.converse(ctx, t.withoutAsides(ctx, t.followed(t.interpret(q))))
}

// clock returns when the data is of that is asked about, which is what ages count from: the newest time of the clusters.
func (t *turn) clock() time.Time {
	var newest time.Time
	for _, inv := range t.inventories {
		if inv != nil && inv.AsOf.After(newest) {
			newest = inv.AsOf
		}
	}
	if newest.IsZero() {
		return t.Now()
	}
	return newest
}

// handle runs an intent's handler over the clusters of the query.
func (t *turn) handle(ctx context.Context, intent *Intent, parse nlp.Parse, query *models.Query, notes []string) (models.Reply, error) {
	if refusal := t.permit(ctx, intent, t.scopeOf(query)); refusal != nil {
		return t.finish(intent, parse, nil, *refusal), nil
	}
	req := Request{Request: answer.Request{Query: query, Intent: parse.Intent, At: t.message.At, Near: near}, Message: t.message, Parse: parse, Card: t.card,
		Dialogue: t.dialogue}
	if query != nil {
		if unknown := missing(query.Clusters, t.card.Clusters); unknown != "" {
			reply := t.noCluster(unknown)
			return t.finish(intent, parse, nil, reply), nil
		}
	}
	req.Inventories, req.Failed = t.of(query)
	req.Own, req.Settable = t.mine(), t.Registry != nil
	if intent.act != actChat && len(req.Inventories) == 0 {
		return t.finish(intent, parse, query, t.failed(t.message, answer.NoneAnswered(req.Failed))), nil
	}
	reply, err := intent.Handler(ctx, req)
	if err != nil {
		return t.finish(intent, parse, query, t.failed(t.message, err)), nil
	}
	if without := t.withoutInherited(query, req.Inventories); without != "" {
		reply.Text += " " + without
	}
	reply.Notes = append(slices.Clip(notes), reply.Notes...)
	return t.finish(intent, parse, query, reply), nil
}

// finish completes a reply with how it came about and what to remember.
func (t *turn) finish(intent *Intent, parse nlp.Parse, query *models.Query, reply models.Reply) models.Reply {
	if intent != nil {
		reply.Intent = intent.Name
	}
	reply.Confidence = parse.Confidence
	if reply.Entities == nil {
		reply.Entities = entitiesOf(parse)
	}
	if reply.Query == nil && reply.Err == nil {
		reply.Query = query
	}
	reply.Notes = bearable(reply.Notes)
	t.remember(intent, &reply)
	return reply
}

// bearable leaves of notes, the weightiest of which come first, as many as a reader bears, each once.
func bearable(notes []string) []string {
	const most = 6
	var once []string
	for _, n := range notes {
		if !slices.Contains(once, n) {
			once = append(once, n)
		}
	}
	if notes = once; len(notes) <= most {
		return notes
	}
	rest := len(notes) - most + 1
	return append(slices.Clip(notes[:most-1]), fmt.Sprintf("And %d more notes; ask about one thing by its name for what concerns it.", rest))
}

// entitiesOf turns what the parser found into what a reply shows.
func entitiesOf(p nlp.Parse) []models.Entity {
	entities := make([]models.Entity, 0, len(p.Entities))
	for _, e := range p.Entities {
		entity := models.Entity{Type: e.Type, Value: e.Value, Text: e.Text, Start: e.Start, End: e.End, Score: e.Score}
		if len(e.Candidates) > 0 {
			entity.Cluster = e.Candidates[0].Group
		}
		entities = append(entities, entity)
	}
	return entities
}

// noCard tells how to link a channel to clusters.
func (t *turn) noCard() models.Reply {
	channel := string(t.message.Channel)
	if channel == "" {
		channel = string(models.AnyChannel)
	}
	command := fmt.Sprintf("mulebot card add --team %s --channel %s --cluster NAME", t.message.Team, channel)
	err := &models.Error{Kind: models.NotFound, Message: "This channel is not linked to a cluster yet",
		Hint: "Whoever runs MuleBot links it with " + phrase.Code(command)}
	return models.Reply{Text: "This channel is not linked to a cluster yet, so there is nothing that I could tell you about.",
		Notes: hints(err), Intent: "", Err: err}
}

// noCluster says that the card has no cluster of that name, and offers those it has.
func (t *turn) noCluster(name string) models.Reply {
	err := &models.Error{Kind: models.NotFound, Message: "This channel has no cluster called " + phrase.Quote(name),
		Hint: "Its clusters are " + phrase.And(phrase.Codes(t.card.Clusters))}
	return models.Reply{Text: sentence(err.Message), Notes: hints(err), Err: err}
}

// missing returns the first of names that is not among known, or "".
func missing(names, known []string) string {
	for _, n := range names {
		if !slices.Contains(known, n) {
			return n
		}
	}
	return ""
}
