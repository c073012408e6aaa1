package intents

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// importsClusters is what only admins may do, in words.
const importsClusters = "import clusters"

// importCluster shows the form for a kubeconfig, or examines the one that was submitted.
func (t *turn) importCluster(ctx context.Context, action *models.Action) (models.Reply, error) {
	if err := t.require(ctx, importsClusters); err != nil {
		return models.Reply{}, err
	}
	if t.message.Kind != models.Submitted {
		return models.Reply{Form: importForm(action.Values), Text: "Import a cluster: I need its kubeconfig, try it out, and keep nothing before you say so."}, nil
	}
	v := action.Values
	kubeconfig := v[kubeconfigKey]
	if strings.TrimSpace(kubeconfig) == "" {
		kubeconfig = v[uploadKey]
	}
	name := strings.ToLower(strings.TrimSpace(v[nameKey]))
	if strings.TrimSpace(kubeconfig) == "" {
		return models.Reply{}, &models.Error{Kind: models.Invalid, Message: "The form came without a kubeconfig", Hint: "Say `/mulebot import` again and choose a file or paste its text"}
	}
	draft := map[string]string{nameKey: name, kubeconfigKey: kubeconfig, contextKey: strings.TrimSpace(v[contextKey]), askAsKey: v[askAsKey], uploadKey: v[uploadKey+models.FileName]}
	return t.try(ctx, draft)
}

func importForm(values map[string]string) *models.Form {
	return &models.Form{Action: models.Action{Intent: "import"}, Title: "Import a cluster", Submit: "Try it out", Fields: []models.Field{
		{Key: nameKey, Label: "Name", Kind: models.TextField, Initial: values[nameKey], Hint: "As people will call it, such as prod-east."},
		{Key: uploadKey, Label: "Its kubeconfig", Kind: models.FileField, Optional: true,
			Hint: "Of an account that may only read. It must stand on its own: no exec plugins, no paths of files."},
		{Key: kubeconfigKey, Label: "Or paste it", Kind: models.MultilineField, Optional: true, Hint: "3,000 characters at most; a longer one goes into a file."},
		{Key: contextKey, Label: "Context", Kind: models.TextField, Optional: true, Hint: "If the kubeconfig has several, and its current one is not meant."},
		{Key: askAsKey, Label: "Who asks the cluster", Kind: models.ChoiceField, Initial: noValue, Options: []models.Option{
			{Label: "the account of the kubeconfig", Value: noValue}, {Label: "a user and a group for each role (impersonation)", Value: yesValue}},
			Hint: "With impersonation, the cluster's own RBAC decides what each role sees."},
	}}
}

// proposal returns what a draft proposes.
func (t *turn) proposal(draft map[string]string) Proposal {
	return Proposal{Name: draft[nameKey], Kubeconfig: models.Secret(draft[kubeconfigKey]), Context: draft[contextKey],
		Impersonate: draft[askAsKey] == yesValue, By: t.message.User}
}

// try examines a kubeconfig and keeps it as a draft. One that is refused is not kept.
func (t *turn) try(ctx context.Context, draft map[string]string) (models.Reply, error) {
	found, err := t.Registry.Examine(ctx, t.message.Team, t.proposal(draft))
	if err != nil && models.KindOf(err) != models.Unavailable {
		return models.Reply{}, err
	}
	id := "import-" + strings.ToLower(rand.Text())
	if err := t.Drafts.PutDraft(ctx, t.message.Team, id, draft); err != nil {
		return models.Reply{}, err
	}
	discard := models.Button{Label: "Discard", Action: models.Action{Intent: "import.discard", Values: map[string]string{draftKey: id}}}
	if err != nil {
		reply := t.failed(t.message, err)
		reply.Buttons = []models.Button{{Label: "Try again", Action: models.Action{Intent: "import.try", Values: map[string]string{draftKey: id}}}, discard}
		return reply, nil
	}
	reply := findings(draft, found)
	if len(found.Contexts) > 0 {
		for _, c := range found.Contexts[:min(len(found.Contexts), maxContexts)] {
			reply.Buttons = append(reply.Buttons, models.Button{Label: c, Action: models.Action{Intent: "import.try", Values: map[string]string{draftKey: id, contextKey: c}}})
		}
	} else {
		reply.Buttons = []models.Button{{Label: "Keep", Action: models.Action{Intent: "import.keep", Values: map[string]string{draftKey: id}}}}
	}
	reply.Buttons = append(reply.Buttons, discard)
	return reply, nil
}

// maxContexts is how many contexts are offered to choose from.
const maxContexts = 10

// findings words what an examination found.
func findings(draft map[string]string, found Finding) models.Reply {
	name := draft[nameKey]
	if len(found.Contexts) > 0 {
		return models.Reply{AskedBack: true, Text: "The kubeconfig has several contexts and says of none that it is the current one. Which is meant?"}
	}
	version, engines, missing := "not told", "none with resources of its own", "none"
	if found.Version != "" {
		version = found.Version
	}
	if len(found.Engines) > 0 {
		titles := make([]string, len(found.Engines))
		for i, e := range found.Engines {
			titles[i] = e.Title()
		}
		engines = phrase.And(titles)
	}
	if len(found.Missing) > 0 {
		missing = phrase.Few(phrase.Codes(found.Missing), 8)
	}
	reply := models.Reply{Title: "It answers", Text: "Cluster " + phrase.Code(name) + " answers. Nothing is kept before you say so.", Facts: []models.Fact{
		{Label: "Kubernetes", Value: version}, {Label: "Engines", Value: engines}, {Label: "Missing permissions", Value: missing}}}
	for _, hint := range found.Hints {
		reply.Notes = append(reply.Notes, sentence(hint))
	}
	if found.Replaces {
		reply.Notes = append(reply.Notes, "There is a cluster "+phrase.Code(name)+" already: this one would take its place.")
	}
	if draft[uploadKey] != "" {
		reply.Notes = append(reply.Notes, "Slack keeps the file that you uploaded: delete it there (Files, "+phrase.Quote(draft[uploadKey])+").")
	}
	return reply
}

// draftOf returns the draft that an action names.
func (t *turn) draftOf(ctx context.Context, action *models.Action) (map[string]string, error) {
	if err := t.require(ctx, importsClusters); err != nil {
		return nil, err
	}
	draft, err := t.Drafts.Draft(ctx, t.message.Team, action.Values[draftKey])
	if err == nil && draft[kubeconfigKey] == "" {
		err = &models.Error{Kind: models.NotFound, Message: "That draft is gone", Hint: "Say `/mulebot import` again"}
	}
	return draft, err
}

// retry examines a draft again, perhaps with another context.
func (t *turn) retry(ctx context.Context, action *models.Action) (models.Reply, error) {
	draft, err := t.draftOf(ctx, action)
	if err != nil {
		return models.Reply{}, err
	}
	if c := action.Values[contextKey]; c != "" {
		draft[contextKey] = c
	}
	reply, err := t.try(ctx, draft)
	if err == nil {
		t.forget(ctx, action.Values[draftKey])
	}
	return reply, err
}

// keepCluster makes a cluster of a draft.
func (t *turn) keepCluster(ctx context.Context, action *models.Action) (models.Reply, error) {
	draft, err := t.draftOf(ctx, action)
	if err != nil {
		return models.Reply{}, err
	}
	p := t.proposal(draft)
	if err := t.Registry.Import(ctx, t.message.Team, p); err != nil {
		return models.Reply{}, err
	}
	t.forget(ctx, action.Values[draftKey])
	reply := models.Reply{Text: "Cluster " + phrase.Code(p.Name) + " is kept, its credentials sealed. Channels ask about it once they are connected to it.",
		Buttons: []models.Button{{Label: "Connect this channel to " + p.Name, Action: models.Action{Intent: "cards.connect", Values: map[string]string{clustersKey: p.Name}}}}}
	return reply, nil
}

// discardCluster throws a draft away.
func (t *turn) discardCluster(ctx context.Context, action *models.Action) (models.Reply, error) {
	if err := t.require(ctx, importsClusters); err != nil {
		return models.Reply{}, err
	}
	return t.discard(ctx, action)
}

// forgetCluster asks whether to remove a cluster.
func (t *turn) forgetCluster(ctx context.Context, action *models.Action) (models.Reply, error) {
	name := action.Values[clustersKey]
	if err := t.require(ctx, "remove clusters", name); err != nil {
		return models.Reply{}, err
	}
	all, err := t.Registry.Clusters(ctx, t.message.Team)
	if err != nil {
		return models.Reply{}, err
	}
	if !slices.Contains(all, name) {
		return models.Reply{}, &models.Error{Kind: models.NotFound, Message: "This workspace has no cluster called " + phrase.Quote(name), Hint: "Its clusters are " + phrase.And(phrase.Codes(all))}
	}
	return models.Reply{AskedBack: true, Text: "Shall I forget cluster " + phrase.Code(name) + " and its credentials? It goes from all cards, too, and the roles on it with it.", Buttons: []models.Button{
		{Label: "Yes, forget it", Action: models.Action{Intent: "import.forgotten", Values: action.Values}}, keepButton}}, nil
}

// forgotten removes a cluster, after that was confirmed.
func (t *turn) forgotten(ctx context.Context, action *models.Action) (models.Reply, error) {
	name := action.Values[clustersKey]
	if err := t.require(ctx, "remove clusters", name); err != nil {
		return models.Reply{}, err
	}
	lost, err := t.Registry.RemoveCluster(ctx, models.ClusterRef{Team: t.message.Team, Name: name})
	if err != nil {
		return models.Reply{}, err
	}
	reply := models.Reply{Text: "Cluster " + phrase.Code(name) + " and its credentials are gone."}
	if len(lost) > 0 {
		reply.Text += " " + phrase.Count(len(lost), "role on it went", "roles on it went") + " with it."
	}
	for _, g := range lost[:min(len(lost), maxGrants)] {
		reply.Facts = append(reply.Facts, models.Fact{Label: g.Who, About: g.Who, Value: grantText(g)})
	}
	if rest := len(lost) - maxGrants; rest > 0 {
		reply.Notes = append(reply.Notes, phrase.Count(rest, "more is", "more are")+" not shown.")
	}
	return reply, nil
}
