package intents

import (
	"context"
	"embed"
	"io/fs"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// Role is what somebody must be to have an intent served.
type Role = models.Role

// The roles, of which models has more to say.
const (
	Viewer   = models.Viewer
	Operator = models.Operator
	Admin    = models.Admin
)

// act is what becomes of an intent: how its slots are filled.
type act int

const (
	actList      act = iota // the things that match
	actCount                // how many match
	actDescribe             // one thing in full
	actAggregate            // a sum, an average, … over what matches
	actReplicas             // the replicas of what is named
	actConsumers            // the pods and applications that use what is named
	actCapacity             // the space left
	actImpact               // what depends on a node or pool
	actOverview             // what is not healthy
	actCompare              // clusters side by side
	actWhy                  // why one thing is as it is
	actEvents               // what happened
	actForecast             // what will be: what is so now, and that no more is known
	actCustom               // what actions.yml says
	actRefine               // the last question, with something changed
	actItem                 // one of the things that the last answer listed
	actSort                 // the last question in another order
	actMore                 // the next page
	actTally                // how many the last question matches
	actChat                 // no query: help, greetings, what MuleBot does not do
)

// Intent is a row of the table of intents: what somebody may want, and who serves it.
type Intent struct {
	Name    string         // as in the training data, in JSON and on buttons
	Does    string         // for people: what it does, as in "I can …"
	Subject models.Subject // that it is about where the sentence does not say; empty: volumes
	Role    Role
	Handler Handler
	Topic   string // of help, where its examples stand
	// Examples are templates for help. "{claim}" and the like stand for a live name of that entity type; an example whose
	// name the channel's clusters do not have is left out.
	Examples []string

	act    act
	action *actions.Action // of a custom intent
	// run serves a button, a form or a command in the place of Handler, where that takes more than a request: it changes what
	// MuleBot knows, or it is about an earlier message.
	run func(*turn, context.Context, *models.Action) (models.Reply, error)
	// scoped says that the intent is about cards, clusters or roles: run asks for the role itself, for the clusters concerned.
	scoped bool
}

// table returns the table of intents, in the order in which help presents them. What a name means is never written to:
// each call returns a table of its own.
func table() []Intent {
	return []Intent{
		{Name: "list", Does: "list volumes, claims, pools, nodes, …", Role: Viewer, act: actList, Handler: by(answer.To), Topic: "volumes", Examples: []string{
			"which volumes are not healthy?", "list the {engine} volumes in namespace {namespace}",
			"the 5 fullest volumes", "claims over 80%", "volumes on node {node} bigger than 10Gi"}},
		{Name: "count", Does: "count them, also by engine, namespace or node", Role: Viewer, act: actCount, Handler: by(answer.To), Topic: "volumes", Examples: []string{
			"how many volumes are degraded?", "volumes per engine"}},
		{Name: "describe", Does: "describe one thing in full", Role: Viewer, act: actDescribe, Handler: by(answer.To), Topic: "volumes", Examples: []string{
			"describe {claim}", "is {claim} healthy?", "describe node {node}"}},
		{Name: "aggregate", Does: "add up sizes and usage", Role: Viewer, act: actAggregate, Handler: by(answer.To), Topic: "capacity", Examples: []string{
			"total size of all volumes", "used space by namespace", "average size of {engine} volumes"}},
		{Name: "replicas", Does: "show the replicas of a volume", Role: Viewer, Subject: models.Replicas, act: actReplicas, Handler: by(answer.To), Topic: "replicas", Examples: []string{
			"replicas of {claim}", "which replicas are not healthy?"}},
		{Name: "consumers", Does: "say which application uses which volume", Role: Viewer, Subject: models.Pods, act: actConsumers, Handler: by(answer.Consumers), Topic: "apps", Examples: []string{
			"which app uses {claim}?", "which volumes does {workload} use?"}},
		{Name: "capacity", Does: "show pools and their free space", Role: Viewer, Subject: models.Pools, act: actCapacity, Handler: by(answer.Capacity), Topic: "pools", Examples: []string{
			"how much space is left?", "which pools have less than 500Gi free?", "describe pool {pool}", "where would a 400Gi volume fit?",
			"could I create a 100Gi volume with 3 replicas?", "how far can {claim} grow?", "how much storage quota is left in {namespace}?"}},
		{Name: "impact", Does: "show what a node or a pool holds, and what its drain or loss, or a change of a volume, would do", Role: Viewer, act: actImpact, Handler: by(answer.Impact), Topic: "nodes", Examples: []string{
			"can I drain {node}?", "what breaks if {node} dies?", "what if pool {pool} fails?", "what is on node {node}?", "which nodes are not ready?"}},
		{Name: "overview", Does: "say what is not healthy", Role: Viewer, act: actOverview, Handler: by(answer.Overview), Topic: "clusters", Examples: []string{
			"is everything ok?", "is everything ok on {cluster}?"}},
		{Name: "summary", Does: "sum up what is not healthy, what changed and what is fullest", Role: Viewer, act: actOverview, Handler: by(answer.Summary), Topic: "clusters", Examples: []string{
			"give me the summary", "the summary of the last 3 days"}},
		{Name: "compare", Does: "compare clusters", Role: Viewer, Subject: models.Clusters, act: actCompare, Handler: by(answer.To), Topic: "clusters", Examples: []string{
			"compare the clusters"}},
		{Name: "why", Does: "find out why something is as it is", Role: Viewer, act: actWhy, Handler: by(answer.Why), Topic: "volumes", Examples: []string{
			"why is {sick} not healthy?"}},
		{Name: "events", Does: "tell what happened", Role: Viewer, Subject: models.Events, act: actEvents, Handler: by(answer.To), Topic: "events", Examples: []string{
			"what happened in the last 2 hours?", "warnings about {claim}"}},

		{Name: "forecast", Does: "show what is fullest now, which is all that I know of what will be full", Role: Viewer, Subject: models.Pools, act: actForecast,
			Handler: by(answer.To)},

		{Name: "followup.refine", Does: "change the last question", Role: Viewer, act: actRefine, Handler: by(answer.To), Topic: "follow-ups", Examples: []string{
			"only the {engine} ones", "and on {cluster}?"}},
		{Name: "followup.item", Does: "show one of the things listed", Role: Viewer, act: actItem, Handler: by(answer.To), Topic: "follow-ups", Examples: []string{
			"the second one"}},
		{Name: "followup.sort", Does: "sort the last answer", Role: Viewer, act: actSort, Handler: by(answer.To), Topic: "follow-ups", Examples: []string{
			"sort by size"}},
		{Name: "followup.more", Does: "show the next page", Role: Viewer, act: actMore, Handler: by(answer.To), Topic: "follow-ups", Examples: []string{"more"}},
		{Name: "followup.count", Does: "count the last answer", Role: Viewer, act: actTally, Handler: by(answer.To), Topic: "follow-ups", Examples: []string{
			"how many is that?"}},

		{Name: "help", Does: "help", Role: Viewer, act: actChat, Handler: help},
		{Name: "about", Does: "say what I am", Role: Viewer, act: actChat, Handler: about},
		{Name: "greet", Does: "say hello", Role: Viewer, act: actChat, Handler: greet},
		{Name: "thanks", Does: "be thanked", Role: Viewer, act: actChat, Handler: thanks},
		{Name: "bye", Does: "say goodbye", Role: Viewer, act: actChat, Handler: bye},
		{Name: "cancel", Does: "forget the last question", Role: Viewer, act: actChat, Handler: cancel},
		{Name: "change", Does: "refuse to change anything", Role: Viewer, act: actChat, Handler: decline},
		{Name: nlp.Fallback, Does: "say what I cannot do", Role: Viewer, act: actChat, Handler: outOfScope},

		{Name: "meant", Does: "ask what you meant instead", Role: Viewer, act: actChat, run: (*turn).meant},
		{Name: "train", Does: "learn intents of your own", Role: Admin, act: actChat, run: (*turn).train},
		{Name: "train.activate", Does: "use them", Role: Admin, act: actChat, run: (*turn).activate},
		{Name: "train.discard", Does: "forget them", Role: Admin, act: actChat, run: (*turn).discard},
		{Name: "teach", Does: "learn what a sentence means", Role: Admin, act: actChat, run: (*turn).teach},

		{Name: "cards.show", Does: "say which clusters a channel asks about", Role: Viewer, act: actChat, run: (*turn).showCard, scoped: true},
		{Name: "cards.connect", Does: "connect a channel to clusters", Role: Admin, act: actChat, run: (*turn).connect, scoped: true},
		{Name: "cards.disconnect", Does: "take clusters off a channel's card", Role: Admin, act: actChat, run: (*turn).disconnect, scoped: true},
		{Name: "cards.post", Does: "have a summary posted in a channel", Role: Admin, act: actChat, run: (*turn).postHere, scoped: true},
		{Name: "cards.quiet", Does: "have nothing posted in a channel", Role: Admin, act: actChat, run: (*turn).postNoMore, scoped: true},
		{Name: "setup", Does: "show a channel's card", Role: Admin, act: actChat, run: (*turn).setUp, scoped: true},
		{Name: "cards", Does: "list the cards", Role: Admin, act: actChat, run: (*turn).listCards, scoped: true},
		{Name: "cards.save", Does: "keep a card", Role: Admin, act: actChat, run: (*turn).saveCard, scoped: true},
		{Name: "cards.remove", Does: "ask whether to remove a card", Role: Admin, act: actChat, run: (*turn).removeCard, scoped: true},
		{Name: "cards.removed", Does: "remove a card", Role: Admin, act: actChat, run: (*turn).removed, scoped: true},
		{Name: "cards.kept", Does: "leave a card as it is", Role: Admin, act: actChat, run: (*turn).kept, scoped: true},
		{Name: "import", Does: "import a cluster", Role: Admin, act: actChat, run: (*turn).importCluster, scoped: true},
		{Name: "import.try", Does: "try a cluster out again", Role: Admin, act: actChat, run: (*turn).retry, scoped: true},
		{Name: "import.keep", Does: "keep a cluster", Role: Admin, act: actChat, run: (*turn).keepCluster, scoped: true},
		{Name: "import.discard", Does: "forget a kubeconfig", Role: Admin, act: actChat, run: (*turn).discardCluster, scoped: true},
		{Name: "import.forget", Does: "ask whether to remove a cluster", Role: Admin, act: actChat, run: (*turn).forgetCluster, scoped: true},
		{Name: "import.forgotten", Does: "remove a cluster", Role: Admin, act: actChat, run: (*turn).forgotten, scoped: true},
		{Name: "roles", Does: "list who was given which role", Role: Admin, act: actChat, run: (*turn).listRoles, scoped: true},
		{Name: "roles.mine", Does: "say which role the asker has", Role: Viewer, act: actChat, run: (*turn).showRole, scoped: true},
		{Name: "roles.give", Does: "give a role, by a form", Role: Admin, act: actChat, run: (*turn).giveRole, scoped: true},
		{Name: "roles.take", Does: "take a role away, by a button", Role: Admin, act: actChat, run: (*turn).takeRole, scoped: true},
		{Name: "grant", Does: "give a role", Role: Admin, act: actChat, run: (*turn).grant, scoped: true},
		{Name: "revoke", Does: "take a role away", Role: Admin, act: actChat, run: (*turn).revoke, scoped: true},
	}
}

// intentsByName returns the table by name.
func intentsByName() map[string]*Intent {
	rows := table()
	byName := make(map[string]*Intent, len(rows))
	for i := range rows {
		byName[rows[i].Name] = &rows[i]
	}
	return byName
}

// builtins returns the built-in intents as package actions wants to know them.
func builtins() []actions.Builtin {
	var all []actions.Builtin
	for _, row := range table() {
		if row.Name != nlp.Fallback {
			all = append(all, actions.Builtin{Name: row.Name, Queries: row.act != actChat})
		}
	}
	return all
}

//go:embed builtin
var builtin embed.FS

// Names returns the names of the built-in intents.
func Names() []string {
	var names []string
	for _, intent := range table() {
		names = append(names, intent.Name)
	}
	return names
}

// Builtin returns the training data of the built-in intents, in Rasa NLU YAML. What is in its folder strangers teaches intents only:
// its words are not all understood, and so a question that has one of them is asked about it (see vocabulary).
func Builtin() fs.FS {
	files, err := fs.Sub(builtin, "builtin")
	if err != nil {
		panic(err) // the directory is embedded
	}
	return files
}
