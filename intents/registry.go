package intents

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// Registry keeps what a workspace has beside its intents: clusters, cards, and who may do what. Met by *app.Registry.
type Registry interface {
	// Clusters returns the names of the workspace's clusters, in order.
	Clusters(ctx context.Context, team models.TeamID) ([]string, error)
	Cards(ctx context.Context, team models.TeamID) ([]models.Card, error)
	// PutCard adds the card of a channel or replaces it. It fails with Conflict if the workspace has as many as it may have.
	PutCard(ctx context.Context, card models.Card) error
	DeleteCard(ctx context.Context, team models.TeamID, channel models.ChannelID) error
	// Examine tries a kubeconfig out as it would be used. It fails with Forbidden if the kubeconfig is of a kind that is not taken.
	Examine(ctx context.Context, team models.TeamID, p Proposal) (Finding, error)
	// Import keeps a cluster, in the place of the one of its name. It fails with Conflict if the workspace has as many as it may have.
	Import(ctx context.Context, team models.TeamID, p Proposal) error
	// RemoveCluster removes a cluster, and takes it off the cards and grants. It returns the roles that went, each as a grant for the
	// cluster alone.
	RemoveCluster(ctx context.Context, ref models.ClusterRef) ([]models.Grant, error)
	Grants(ctx context.Context, team models.TeamID) ([]models.Grant, error)
	PutGrant(ctx context.Context, g models.Grant) error
	DeleteGrant(ctx context.Context, g models.Grant) error
	// Groups returns the user groups of the workspace: their handles and ids.
	Groups(ctx context.Context, team models.TeamID) ([]models.Option, error)
}

// Proposal is a cluster that somebody would like to import.
type Proposal struct {
	Name        string
	Kubeconfig  models.Secret
	Context     string // of the kubeconfig; empty: its current one
	Impersonate bool
	By          models.UserID
}

// Finding is what the examination of a [Proposal] found.
type Finding struct {
	Contexts []string // to choose one from, because none was named; nothing else is known then
	Version  string   // of Kubernetes; empty: the server does not say
	Engines  []models.Engine
	Missing  []string // permissions that MuleBot lacks
	Hints    []string
	Replaces bool // there is a cluster of that name
}

// The keys of the values of the actions of a registry; those of forms are what they are filled in with.
const (
	clustersKey   = "clusters"
	namespaceKey  = "namespace"
	outsidersKey  = "outsiders"
	channelKey    = "channel"
	othersKey     = "channels" // all that a sentence names, as they are shown, where it names several
	nameKey       = "name"
	kubeconfigKey = "kubeconfig"
	contextKey    = "context"
	askAsKey      = "as"
	peopleKey     = "people"
	groupsKey     = "groups"
	roleKey       = "role"

	yesValue = "yes"
	noValue  = "no"
)

// spoken returns the action of an intent about cards, clusters or roles that was asked for in words; nil if the words do not bear
// it out: what the model takes for one must speak of a channel. Where it does, and says what is to become of it, the model need
// not be certain: a verb tells connecting from its contrary.
func (q *question) spoken() *models.Action {
	here := q.anyWord(hereabouts)
	if name := q.posting(here); name != "" {
		q.as(name)
		here = true
	} else if joins, parts := q.anyWord(linking), q.anyWord(parting); here && (joins || parts) && q.ofCards() {
		q.as("cards.connect")
		if parts {
			q.as("cards.disconnect")
		}
	}
	if q.intent == nil || !q.intent.scoped || strings.HasPrefix(q.intent.Name, "cards.") && !here {
		return nil
	}
	return &models.Action{Intent: q.intent.Name, Values: map[string]string{saidKey: q.text}}
}

// posting returns the intent of a sentence that says what is to be posted in a channel, or that nothing is: one that the model takes
// for that, or that speaks of posting and of the channel or of a summary; empty: it is none.
func (q *question) posting(here bool) string {
	likely := q.intent != nil && (q.intent.Name == "cards.post" || q.intent.Name == "cards.quiet")
	speaks, ends, sums := q.anyWord(postings), q.anyWord(endings), q.anyWord(summing)
	switch {
	case q.intent != nil && q.intent.Name == "cards.show", !likely && !(speaks && here && (sums || ends)), !here && !sums:
		return ""
	case ends:
		return "cards.quiet"
	case likely:
		return q.intent.Name
	}
	return "cards.post"
}

// ofCards reports whether the model takes a sentence for one that changes a card, or for nothing that it is certain of; or for
// one that stops or changes something, where all that it names is clusters: "stop watching staging here".
func (q *question) ofCards() bool {
	if q.intent != nil {
		switch q.intent.Name {
		case "cards.connect", "cards.disconnect":
			return true
		case "cancel", "change":
			return (len(namedIn(q.text, q.card.Clusters)) > 0 || q.anyWord(carded)) && !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type != "cluster" })
		}
		return false
	}
	sum := 0.0
	for _, s := range q.parse.Ranking {
		if s.Intent == "cards.connect" || s.Intent == "cards.disconnect" {
			sum += s.Confidence
		}
	}
	return sum >= likelyEnough
}

var (
	// hereabouts are the words for the channel that somebody is in.
	hereabouts = setOf("here channel card room conversation")
	carded     = setOf("channel card watch watching")
	linking    = setOf("connect connected link add attach hook watch watching use put subscribe bind")
	// postings are the verbs of what is posted unasked, endings those that end it.
	postings = setOf("post posts posting publish")
	endings  = setOf("stop quit cease end cancel disable no not don't dont never off without")
	summing  = setOf("summary summaries digest digests report reports briefing recap update updates")
	parting  = setOf("stop disconnect unlink remove delete detach drop unsubscribe take cut no not don't dont")
)

// unspoken takes the intents about cards, clusters and roles out of what a sentence may mean.
func (q *question) unspoken() {
	if q.intent == nil || !q.intent.scoped {
		return
	}
	q.intent, q.parse.Intent = nil, ""
	q.parse.Ranking = slices.DeleteFunc(slices.Clone(q.parse.Ranking), func(s nlp.Scored) bool {
		intent := q.intents[s.Intent]
		return intent != nil && intent.scoped
	})
}

// may reports whether the asker has a role for all of a scope. Admins and owners of the Slack workspace have every role.
func (t *turn) may(ctx context.Context, wanted Role, s models.Scope) (bool, error) {
	if wanted == Viewer || t.message.Team == models.Local {
		return true, nil
	}
	if t.message.Kind == models.Scheduled {
		return false, nil // everybody in the channel reads the answer
	}
	var unknown error // of a role that was given; an admin of Slack needs none
	if t.Roles != nil {
		role, err := t.Roles.Role(ctx, t.message.Team, t.message.User, s)
		if role.May(wanted) {
			return true, nil
		}
		unknown = err
	}
	if t.Admins == nil {
		return false, unknown
	}
	admin, err := t.Admins.IsAdmin(ctx, t.message.Team, t.message.User)
	if !admin && err == nil {
		err = unknown
	}
	return admin, err
}

// require fails with Forbidden if the asker may not do what an intent does to these clusters; none: to the whole workspace.
func (t *turn) require(ctx context.Context, does string, clusters ...string) error {
	allowed, err := t.may(ctx, Admin, models.Scope{Clusters: clusters})
	if err == nil && !allowed {
		err = onlyAdmins(does, clusters)
	}
	return err
}

// errRole is why something is refused to somebody whose role does not suffice.
var errRole = errors.New("the role does not suffice")

// onlyAdmins is the error for what only admins may do.
func onlyAdmins(does string, clusters []string) error {
	where := "this workspace"
	if len(clusters) > 0 {
		where = phrase.And(phrase.Codes(clusters))
	}
	return &models.Error{Kind: models.Forbidden, Message: "Only an admin of " + where + " may " + does,
		Hint: "Admins and owners of the Slack workspace are admins; they give roles with `/mulebot grant @somebody admin`", Err: errRole}
}

// superiors returns whom a reader may turn to whose role does not suffice; nobody if that is not known.
func (t *turn) superiors(ctx context.Context, err error) []string {
	if !errors.Is(err, errRole) || t.Roles == nil {
		return nil
	}
	ids, err := t.Roles.Admins(ctx, t.message.Team)
	if err != nil {
		t.Log.Warn().Err(err).Str("team", string(t.message.Team)).Msg("the admins of a workspace are not known")
	}
	return ids
}

// lines returns the values of a field of choices.
func lines(value string) []string {
	return slices.DeleteFunc(strings.Split(value, "\n"), func(s string) bool { return s == "" })
}

// toChoose returns options that are called what they are.
func toChoose(names []string) []models.Option {
	options := make([]models.Option, len(names))
	for i, name := range names {
		options[i] = models.Option{Label: name, Value: name}
	}
	return options
}
