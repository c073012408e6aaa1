package intents

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

const (
	// doubtful is how much of the way from the model's threshold to certainty its confidence must go for an answer to be given
	// without the offer of another. One in twenty of the held-out questions is below, and half of all that are misunderstood.
	doubtful = 0.2
	// maxMeanings is how many intents are offered in the place of one.
	maxMeanings = 4
	// longestTaught is how many bytes of a sentence fit into a button with its intent.
	longestTaught = 300
)

// notKey is the value that names the intent which was not meant.
const notKey = "not"

// doubt adds to an answer that the model was not certain of the offer to say what was meant instead.
func (q *question) doubt(reply *models.Reply) {
	threshold := q.Understanding.Model.Threshold()
	if reply.AskedBack || reply.Err != nil || q.parse.Confidence >= threshold+doubtful*(1-threshold) || len(q.text) > longestTaught {
		return
	}
	reply.Buttons = append(slices.Clip(reply.Buttons), models.Button{Label: "Not what you meant?", Action: models.Action{Intent: "meant",
		Values: map[string]string{saidKey: q.text, notKey: q.intent.Name}}})
}

// saying returns the values of a button that says what the sentence means.
func (q *question) saying() map[string]string {
	if len(q.text) > longestTaught {
		return nil
	}
	return map[string]string{saidKey: q.text}
}

// meant asks what somebody meant: the likely intents but the one that was answered, and none that would change the answer
// that was not meant.
func (t *turn) meant(ctx context.Context, action *models.Action) (models.Reply, error) {
	said := action.Values[saidKey]
	reply := models.Reply{AskedBack: true, Text: "What did you mean by " + phrase.Quote(said) + "?"}
	for _, s := range t.understand(ctx, said).Ranking {
		intent := t.intents[s.Intent]
		if len(reply.Buttons) == maxMeanings {
			break
		}
		if intent == nil || s.Intent == action.Values[notKey] || intent.act >= actRefine && intent.action == nil {
			continue
		}
		reply.Buttons = append(reply.Buttons, models.Button{Label: phrase.Capital(intent.Does), Action: models.Action{Intent: s.Intent,
			Values: map[string]string{saidKey: said}}})
	}
	reply.Buttons = append(reply.Buttons, models.Button{Label: "None of these", Action: models.Action{Intent: "cancel"}})
	return t.finish(t.intents["meant"], nlp.Parse{Confidence: 1}, nil, reply), nil
}

// understand parses a sentence with the names of the clusters that it may be about.
func (t *turn) understand(ctx context.Context, text string) nlp.Parse {
	wanted := namedIn(text, t.card.Clusters)
	if len(wanted) > 0 {
		wanted = append(wanted, wantedBy(t.dialogue.Query)...)
	}
	chats := sync.OnceValue(func() bool { return t.chats(text) })
	t.fetch(ctx, wanted, func(took time.Duration, others bool) bool {
		return usually(took, others) || took >= soon && chats()
	})
	return t.Understanding.Model.ParseAt(text, t.gazetteer(), t.clock())
}

// chats reports whether a sentence is a greeting or the like, for which no cluster is needed.
func (t *turn) chats(text string) bool {
	parse := t.Understanding.Model.ParseAt(text, t.names.clusters(t.card), t.Now())
	intent := t.intents[parse.Intent]
	return intent != nil && intent.act == actChat && intent.Name != nlp.Fallback
}

// openers are the words that a question begins with.
var openers = setOf("which what who where how why is are does do has have list show give count")

// sayAs answers a sentence as what somebody says that it means.
func (t *turn) sayAs(ctx context.Context, text string, intent *Intent) (models.Reply, error) {
	parse := t.understand(ctx, text)
	parse.Intent, parse.Confidence = intent.Name, 1
	q := t.question(text, parse)
	if intent.action != nil {
		return t.perform(ctx, t.errand(q))
	}
	if reply := q.fill(); reply != nil {
		return t.finish(q.intent, q.parse, q.query, *reply), nil
	}
	return t.handle(ctx, q.intent, q.parse, q.query, q.notes)
}

// offerTeaching adds to the answer to a sentence whose meaning was chosen, for an admin, the offer to teach it.
func (t *turn) offerTeaching(ctx context.Context, reply *models.Reply, said, intent string) {
	if t.Workshop == nil || t.Drafts == nil || reply.AskedBack || len(said) > longestTaught {
		return
	}
	admin, err := t.may(ctx, Admin, models.Scope{})
	if err != nil {
		t.Log.Debug().Err(err).Str("team", string(t.message.Team)).Msg("nobody is offered to teach")
	}
	if !admin {
		return
	}
	reply.Buttons = append(slices.Clip(reply.Buttons), models.Button{Label: t.lesson(said, intent), Action: models.Action{Intent: "teach",
		Values: map[string]string{saidKey: said, intentKey: intent}}})
}

// lesson words what is to be taught, short enough for a button.
func (t *turn) lesson(said, intent string) string {
	const most = 75
	does := shortened(t.does(intent), 32)
	room := most - utf8.RuneCountInString("Teach me: “” means "+does)
	return "Teach me: " + phrase.Quote(shortened(said, room)) + " means " + does
}

// shortened cuts a text to a number of characters.
func shortened(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

// does says in words what an intent does.
func (t *turn) does(name string) string {
	if intent := t.intents[name]; intent != nil {
		return intent.Does
	}
	return strings.ReplaceAll(name, "_", " ")
}
