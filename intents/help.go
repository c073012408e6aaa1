package intents

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// helpTopics are the topics of help in their order, by the words that ask for them.
var helpTopics = []struct {
	name  string
	words set
}{
	{"volumes", setOf("volume volumes pv pvs claim claims pvc pvcs disk disks filter filters list lists")},
	{"replicas", setOf("replica replicas copies")},
	{"pools", setOf("pool pools")},
	{"capacity", setOf("capacity size sizes usage space total totals sum sums average")},
	{"nodes", setOf("node nodes")},
	{"apps", setOf("app apps application applications pods pod workload workloads")},
	{"clusters", setOf("cluster clusters overview health")},
	{"events", setOf("event events warnings history")},
	{"follow-ups", setOf("follow follow-up follow-ups followup followups thread threads conversation")},
	{ownTopic, setOf("custom own")},
}

// ownTopic is the topic of the custom intents.
const ownTopic = "custom"

// ownExamples lists the custom intents with their first examples; briefly, some of them with one each.
func ownExamples(own []*Intent, brief bool) string {
	var lines []string
	for _, i := range own {
		if brief && len(lines) == 5 {
			lines = append(lines, fmt.Sprintf("and %d more", len(own)-len(lines)))
			break
		}
		examples := i.Examples
		if brief {
			examples = examples[:min(1, len(examples))]
		}
		quotes := make([]string, len(examples))
		for j, e := range examples {
			quotes[j] = phrase.Quote(e)
		}
		line := strings.Join(quotes, ", ")
		if i.Does != "" {
			line += ": " + i.Does
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// help is the handler of help: examples by topic, made from the names of this channel's own clusters.
func help(_ context.Context, req Request) (models.Reply, error) {
	names := sampleNames(req)
	topic := topicOf(req.Message.Text)
	var reply models.Reply
	for _, t := range helpTopics {
		if topic != "" && topic != t.name {
			continue
		}
		var lines []string
		for _, row := range table() {
			if row.Topic != t.name {
				continue
			}
			for _, example := range row.Examples {
				if text, ok := names.fillIn(example); ok {
					lines = append(lines, phrase.Quote(text))
				}
			}
		}
		limit := 2
		if topic != "" {
			limit = len(lines)
		}
		if len(lines) > 0 {
			reply.Facts = append(reply.Facts, models.Fact{Label: phrase.Capital(t.name), Value: strings.Join(lines[:min(limit, len(lines))], "\n")})
		}
	}
	if own := ownExamples(req.Own, topic == ""); own != "" && (topic == "" || topic == ownTopic) {
		reply.Facts = append(reply.Facts, models.Fact{Label: "Of your own", Value: own})
	}
	reply.Title = "What you can ask"
	reply.Text = fmt.Sprintf("I answer questions about the storage of %s, in plain English. I only read; I never change anything.", clustersOf(req.Card))
	if topic != "" {
		reply.Text = "About " + topic + " you can ask:"
		return reply, nil
	}
	topics := topicNames()
	if len(req.Own) == 0 {
		topics = slices.DeleteFunc(topics, func(name string) bool { return name == ownTopic })
	}
	reply.Notes = []string{"Say “help” with a topic for more: " + phrase.And(topics) + "."}
	if req.Settable {
		reply.Notes = append(reply.Notes, "Admins say `/mulebot setup`, `cards`, `import`, `roles` and `train`.")
		reply.Buttons = append(reply.Buttons, models.Button{Label: "Set up this channel", Action: models.Action{Intent: "setup"}})
	}
	for _, example := range starters() {
		reply.Buttons = append(reply.Buttons, models.Button{Label: phrase.Capital(example), Action: models.Action{Text: example}})
	}
	return reply, nil
}

func topicNames() []string {
	names := make([]string, len(helpTopics))
	for i, t := range helpTopics {
		names[i] = t.name
	}
	return names
}

// topicOf returns the topic that a request for help names, or "".
func topicOf(text string) string {
	words := wordsOf(text)
	for _, t := range helpTopics {
		if slices.ContainsFunc(words, func(w word) bool { return t.words[w.text] }) {
			return t.name
		}
	}
	return ""
}

func clustersOf(card models.Card) string {
	switch len(card.Clusters) {
	case 0:
		return "your clusters"
	case 1:
		return "cluster " + phrase.Code(card.Clusters[0])
	}
	return "the clusters " + phrase.And(phrase.Codes(card.Clusters))
}

// samples are live names to make examples from, by their place in a template.
type samples map[string]string

// sampleNames takes the first name of each type from the clusters that answered; of claims, one that a pod mounts.
func sampleNames(req Request) samples {
	s := samples{}
	first := func(key, name string) {
		if s[key] == "" && name != "" {
			s[key] = name
		}
	}
	for _, c := range req.Card.Clusters[min(1, len(req.Card.Clusters)):] {
		first("cluster", c) // not the first: "and on staging?"
	}
	for _, c := range req.Card.Clusters {
		first("cluster", c)
	}
	for _, inv := range req.Inventories {
		for i := range inv.Volumes {
			v := &inv.Volumes[i]
			if len(v.Pods) == 0 {
				continue
			}
			first("claim", v.Claim)
			first("namespace", v.Namespace)
			first("engine", v.Engine.Title())
			first("node", v.Node)
			if kind, owner, ok := strings.Cut(v.Pods[0].Workload, "/"); ok && kind != "Pod" {
				first("workload", owner)
			}
			if v.Health == models.Down || v.Health == models.Degraded {
				first("sick", v.Claim)
			}
		}
		for i := range inv.Pools {
			first("pool", inv.Pools[i].Name)
		}
	}
	return s
}

// fillIn puts names into a template's places. It reports false if one of them has no name.
func (s samples) fillIn(template string) (string, bool) {
	for {
		before, rest, ok := strings.Cut(template, "{")
		if !ok {
			return template, true
		}
		key, after, _ := strings.Cut(rest, "}")
		if s[key] == "" {
			return "", false
		}
		template = before + s[key] + after
	}
}

func about(_ context.Context, req Request) (models.Reply, error) {
	return models.Reply{Text: "I am MuleBot. I answer questions about Kubernetes storage, OpenEBS above all, and know " + clustersOf(req.Card) +
		". I only read. Say “help” for what you can ask."}, nil
}

func greet(_ context.Context, req Request) (models.Reply, error) {
	return models.Reply{Text: "Hello! Ask me about the storage of " + clustersOf(req.Card) + ".", Buttons: []models.Button{
		{Label: "Is everything ok?", Action: models.Action{Intent: "overview", Query: &models.Query{Subject: models.Volumes}}},
		{Label: "Help", Action: models.Action{Intent: "help"}},
	}}, nil
}

func thanks(context.Context, Request) (models.Reply, error) {
	return models.Reply{Text: "You are welcome."}, nil
}

func bye(context.Context, Request) (models.Reply, error) {
	return models.Reply{Text: "Goodbye."}, nil
}

func cancel(context.Context, Request) (models.Reply, error) {
	return models.Reply{Text: "All right, forgotten. Ask me something else whenever you like."}, nil
}

// decline is the handler of whatever would change a cluster.
func decline(context.Context, Request) (models.Reply, error) {
	return models.Reply{Text: "I only read: I cannot create, delete, resize, move, drain or restore anything, nor run commands in a cluster. " +
		"I can show you the state of what you want to change.",
		Buttons: []models.Button{{Label: "Help", Action: models.Action{Intent: "help"}}}}, nil
}

// outOfScope is the handler of whatever has nothing to do with storage.
func outOfScope(_ context.Context, req Request) (models.Reply, error) {
	return *outOfScopeReply(req.Card), nil
}

func outOfScopeReply(card models.Card) *models.Reply {
	return &models.Reply{Text: "I cannot help with that: I answer questions about the storage of " + clustersOf(card) +
		": volumes, claims, replicas, pools, nodes, snapshots and who uses them.",
		Buttons: []models.Button{{Label: "Help", Action: models.Action{Intent: "help"}}}}
}
