// Package intents is the corridor between the doors and the clusters: it turns a message into a [models.Query], which package
// answer turns into a reply.
//
// The way of a message is [Router.Respond]: card, dialogue, live names, language (packages nlp and semantic), slots, handler. The table of
// intents says what a question asks (list, count, describe, …); what it asks about is a slot, the query's subject. Which
// fields a subject has, and so what can be asked of it, [answer.Fields] says.
//
// A handler is a function of a [Request]; most are those of package answer, which is pure.
//
// # Where to find what
//
//	the way of a message       router.go; clusters.go (inventories), names.go (live names), dialogue.go, channel.go (without a card)
//	the table of intents       table.go; help.go, home.go
//	a message is cut           clauses.go; readings.go (the best reading of its clauses)
//	a sentence is mended       slips.go (typos), reworded.go (roundabout ways to say something), described.go (names that are described), restated.go (what it takes back)
//	a sentence is read         question.go, question_*.go, words.go; pasted.go, piped.go (commands of kubectl), scripted.go (orders of SQL and shells), echo.go (messages of clusters), asides.go
//	by the parser              parsed.go (package semantic reads it, or else the rules below), parsed_*.go
//	things that it picks       picks.go (“what is in the fullest pool”), several.go (“both”, “the other one”)
//	what follows a question    pointed.go, continued*.go (by rules); followed*.go (the ways there are, of which follow.model knows the likeliest; followed_none.go says what there is where it is none)
//	its intent is corrected    evidence.go, excuse.go, scope.go, settle*.go, reasons.go
//	its slots are filled       slots.go, slots_*.go (a file for each sort of words), conditions.go, suppose.go, refusals.go, restrictions.go
//	what nothing accounts for  leftover.go
//	asking back                ask.go; unended.go (“bigger than”, and no more); meant.go (“not what you meant?”)
//	intents of a workspace     custom.go; package actions (what actions.yml says, and its templates); perform*.go (what becomes of them)
//	teaching in Slack          train.go, train_files.go, workshop.go
//	cards, clusters, roles     cards.go, cards_post.go and cards_wish.go (what is posted), import.go, roles.go, registry.go
//	what nobody asked for      summary.go
//	secrets in what is said    redact.go
//	the built-in model         model.go, builtin/
package intents

import (
	"context"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// Inventory gives what is known of clusters. It is met by *kube.Clusters.
type Inventory interface {
	// Inventory returns the newest inventory of a cluster, with Stale set when the cluster does not answer but was known
	// before. It fails with a *models.Error when there is nothing to show: no such cluster, or it never answered.
	Inventory(ctx context.Context, ref models.ClusterRef) (*models.Inventory, error)
	// Reading says how far a cluster is that is being read for the first time; false if it is not, or does not answer.
	Reading(ref models.ClusterRef) (models.Reading, bool)
}

// Tenants gives the cards and the dialogues of tenants. It is met by *store.Store.
type Tenants interface {
	// Card returns the card of the channel, else the workspace's card for [models.AnyChannel], else a NotFound error.
	Card(ctx context.Context, team models.TeamID, channel models.ChannelID) (models.Card, error)
	// Dialogue returns what is remembered of a conversation; a zero Dialogue if nothing is.
	Dialogue(ctx context.Context, c models.Conversation) (models.Dialogue, error)
}

// Objects lists objects of live clusters for custom intents. It is met by *kube.Clusters.
type Objects interface {
	// Objects fails with a *models.Error when the cluster does not answer, refuses, or has no such resource.
	Objects(ctx context.Context, ref models.ClusterRef, q models.ObjectQuery) (models.ObjectRows, error)
}

// Caller makes HTTP requests for custom intents. It is met by *web.Caller.
type Caller interface {
	// Call returns the decoded JSON of the answer. It fails with a *models.Error that holds no secret.
	Call(ctx context.Context, call models.Call) (any, error)
}

// Roles says who may do what not everybody may. It is met by *app.Roles.
type Roles interface {
	// Role returns the role that somebody was given for all of a scope.
	Role(ctx context.Context, team models.TeamID, user models.UserID, s models.Scope) (Role, error)
	// Admins returns the ids of users and user groups that may give roles, a few that are known.
	Admins(ctx context.Context, team models.TeamID) ([]string, error)
}

// Impersonator says which clusters are asked as a user and a group that stand for the asker's role. It is met by *kube.Clusters.
type Impersonator interface {
	Impersonates(ctx context.Context, ref models.ClusterRef) (bool, error)
}

// Directs gives the cards of direct messages. It is met by *app.Directs.
type Directs interface {
	// DirectCard returns a card with the clusters of the cards of the channels that the user is a member of, or a NotFound error.
	DirectCard(ctx context.Context, team models.TeamID, channel models.ChannelID, user models.UserID) (models.Card, error)
	// DirectCards returns those cards one by one; none is no error.
	DirectCards(ctx context.Context, team models.TeamID, channel models.ChannelID, user models.UserID) ([]models.Card, error)
}

// Members says who belongs to a workspace. It is met by *bot.Admins.
type Members interface {
	// IsOutsider reports whether somebody is of another organisation, as channels have that are shared with one.
	IsOutsider(ctx context.Context, team models.TeamID, user models.UserID) (bool, error)
}

// Request is a question that was understood, on its way to a handler.
type Request struct {
	answer.Request
	Message  models.Message
	Parse    nlp.Parse
	Card     models.Card
	Dialogue models.Dialogue
	Own      []*Intent // the custom intents that the asker may use
	Settable bool      // the channel's card can be changed from here
}

// Handler answers a request. It is a pure function of it.
type Handler func(ctx context.Context, req Request) (models.Reply, error)

// by makes a handler of a kind of answer, which is a function of the query and the inventories alone.
func by(to func(answer.Request) (models.Reply, error)) Handler {
	return func(_ context.Context, req Request) (models.Reply, error) { return to(req.Request) }
}
