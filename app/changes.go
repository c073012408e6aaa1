package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/models"
)

// NewWorkspace is a workspace to be added.
type NewWorkspace struct {
	Team     models.TeamID `json:"team,omitempty"` // empty: Slack is asked
	Name     string        `json:"name,omitempty"` // empty: Slack is asked
	AppToken string        `json:"app_token"`
	BotToken string        `json:"bot_token"`
	// Installer is who brought the app there, and is the first admin: an id, a name or an e-mail address; empty: nobody is.
	Installer string `json:"installer,omitempty"`
}

// NewCluster is a cluster to be added, with credentials that stand on their own.
type NewCluster struct {
	Name        string `json:"name"`
	Kubeconfig  string `json:"kubeconfig,omitempty"` // empty: the cluster that MuleBot runs in
	Context     string `json:"context,omitempty"`
	Prometheus  string `json:"prometheus,omitempty"`
	Impersonate bool   `json:"impersonate,omitempty"`
}

// ListedWorkspace is a workspace as it is listed.
type ListedWorkspace struct {
	models.Workspace
	Stored int64 // bytes
	// Served says that it is not kept in the store but has records there: its tokens are in the environment of who serves it.
	Served bool
}

// tenants returns the operations of an operator, and the workspace that a chore is about.
func (k *caretaker) tenants(ctx context.Context, chore Chore) (*Tenants, models.TeamID, error) {
	t := &Tenants{k.store, *k.settings.Now()}
	team, err := t.Team(ctx, string(chore.Team))
	return t, team, err
}

// tell writes what a chore lists.
func tell(w io.Writer, v any, err error) error {
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(v)
}

// incomplete is the error of a chore without what it is about.
func incomplete(chore Chore) error {
	return &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("the chore %q does not say what it is about", chore.Name),
		Hint: "is the mulebot that serves of another version than this one? Restart it"}
}

// did says what was changed, and notes it in the audit log of the workspace, which a knows, with what else it concerns.
func (k *caretaker) did(ctx context.Context, chore Chore, w io.Writer, a models.Audit, what string) error {
	a.At, a.Kind, a.Intent, a.Outcome, a.Text = time.Now(), models.Operated, chore.Name, models.Answered, models.Redact(what)
	fmt.Fprintln(w, what)
	return k.store.Record(ctx, a)
}

// addWorkspace adds a workspace, or one that the app is back in, or gives one other tokens.
func (k *caretaker) addWorkspace(ctx context.Context, chore Chore, w io.Writer) error {
	if chore.Workspace == nil {
		return incomplete(chore)
	}
	added, err := (&Tenants{k.store, *k.settings.Now()}).AddWorkspace(ctx, *chore.Workspace)
	if err != nil {
		return err
	}
	if err := k.did(ctx, chore, w, models.Audit{Team: added.Team}, strings.TrimSpace(fmt.Sprintf("added workspace %s %s", added.Team, added.Name))); err != nil {
		return err
	}
	if chore.Workspace.Installer != "" {
		fmt.Fprintf(w, "%s is an admin of MuleBot there\n", chore.Workspace.Installer)
	}
	if k.live == nil {
		fmt.Fprintf(w, "  → next: mulebot cluster add NAME --team %s --kubeconfig FILE\n", added.Team)
		return nil
	}
	if err := k.live.serve(added); err != nil {
		return err
	}
	fmt.Fprintln(w, "it is served from now on\n  → next: /mulebot setup in a channel of it")
	return nil
}

func (k *caretaker) listWorkspaces(ctx context.Context, _ Chore, w io.Writer) error {
	teams, err := k.store.Teams(ctx)
	if err != nil {
		return err
	}
	all := make([]ListedWorkspace, len(teams))
	for i, team := range teams {
		used, err := k.store.Usage(ctx, team)
		if err != nil {
			return err
		}
		workspace, err := k.store.Workspace(ctx, team)
		all[i] = ListedWorkspace{workspace, used.Total(), models.KindOf(err) == models.NotFound}
		if all[i].Served {
			all[i].Team = team
		} else if err != nil {
			return err
		}
	}
	return tell(w, all, nil)
}

// removeWorkspace removes a workspace with all that it has. It is served no longer before, so that nothing more comes; what is still on
// its way in or out leaves nothing behind, since the store keeps nothing for a workspace that was removed.
func (k *caretaker) removeWorkspace(ctx context.Context, chore Chore, w io.Writer) error {
	_, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	clusters, err := k.store.Clusters(ctx, team)
	if err != nil {
		return err
	}
	_, err = k.store.Workspace(ctx, team)
	if models.KindOf(err) == models.NotFound && k.live != nil && k.live.registry.isSolo(team) {
		return &models.Error{Kind: models.Conflict, Message: "that is the workspace that MuleBot was started with", Hint: "start mulebot serve without SLACK_BOT_TOKEN, and begin again"}
	}
	if k.live != nil {
		k.live.leave(team)
	}
	if err := k.store.DeleteWorkspace(ctx, team); err != nil {
		return err
	}
	if k.live != nil {
		k.live.workshop.Forget(team)
		for _, c := range clusters {
			k.live.registry.kube.Forget(c.Ref)
		}
	}
	fmt.Fprintln(w, "removed workspace", team)
	return nil
}

// addCluster adds a cluster, or gives one other credentials. It is the operator's own: nothing in a kubeconfig is refused.
func (k *caretaker) addCluster(ctx context.Context, chore Chore, w io.Writer) error {
	if chore.Cluster == nil {
		return incomplete(chore)
	}
	t, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	name := chore.Cluster.Name
	if k.live != nil {
		if _, err := k.live.registry.admit(ctx, team, name); err != nil {
			return err
		}
	}
	added, err := t.AddCluster(ctx, team, *chore.Cluster)
	if err != nil {
		return err
	}
	if k.live != nil {
		k.live.registry.kube.Forget(added.Ref)
	}
	if err := k.did(ctx, chore, w, models.Audit{Team: team, Clusters: []string{name}}, "added cluster "+name); err != nil {
		return err
	}
	fmt.Fprintf(w, "  → next: mulebot cluster test %s; mulebot card add --channel C… --cluster %s\n", name, name)
	return nil
}

func (k *caretaker) listClusters(ctx context.Context, chore Chore, w io.Writer) error {
	_, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	all, err := k.store.Clusters(ctx, team)
	return tell(w, all, err)
}

func (k *caretaker) removeCluster(ctx context.Context, chore Chore, w io.Writer) error {
	_, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	remove := k.store.DeleteCluster
	if k.live != nil {
		remove = k.live.registry.RemoveCluster
	}
	lost, err := remove(ctx, models.ClusterRef{Team: team, Name: chore.Of})
	if err != nil {
		return err
	}
	err = k.did(ctx, chore, w, models.Audit{Team: team, Clusters: []string{chore.Of}}, "removed cluster "+chore.Of)
	for _, g := range lost {
		fmt.Fprintf(w, "%s is no more %s\n", g.Who, g.Gives())
	}
	return err
}

func (k *caretaker) testCluster(ctx context.Context, chore Chore, w io.Writer) error {
	t, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	report, err := t.TestCluster(ctx, models.ClusterRef{Team: team, Name: chore.Of})
	return tell(w, report, err)
}

func (k *caretaker) addCard(ctx context.Context, chore Chore, w io.Writer) error {
	if chore.Card == nil {
		return incomplete(chore)
	}
	t, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	card := *chore.Card
	card.Team = team
	var known []string
	if k.live != nil {
		known = []string{k.live.registry.soloCluster(team)}
	}
	if err := t.AddCard(ctx, card, known...); err != nil {
		return err
	}
	what := fmt.Sprintf("channel %s asks about %s", card.Channel, strings.Join(card.Clusters, ", "))
	if !card.Posting.IsZero() {
		what += ", and gets " + card.Posting.String()
	}
	if err := k.did(ctx, chore, w, models.Audit{Team: team, Channel: card.Channel, Clusters: card.Clusters}, what); err != nil {
		return err
	}
	if k.live == nil {
		fmt.Fprintln(w, "  → next: mulebot serve")
	}
	return nil
}

func (k *caretaker) listCards(ctx context.Context, chore Chore, w io.Writer) error {
	_, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	all, err := k.store.Cards(ctx, team)
	return tell(w, all, err)
}

func (k *caretaker) removeCard(ctx context.Context, chore Chore, w io.Writer) error {
	_, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	channel := models.ChannelID(chore.Of)
	if err := k.store.DeleteCard(ctx, team, channel); err != nil {
		return err
	}
	return k.did(ctx, chore, w, models.Audit{Team: team, Channel: channel}, "removed the card of channel "+chore.Of)
}

// grantee returns the grant of a chore with the id of whom it is for.
func (k *caretaker) grantee(ctx context.Context, chore Chore) (models.Grant, error) {
	if chore.Grant == nil {
		return models.Grant{}, incomplete(chore)
	}
	g := *chore.Grant
	t, team, err := k.tenants(ctx, chore)
	if err != nil {
		return g, err
	}
	g.Team = team
	g.Who, err = t.find(ctx, team, g.Who)
	return g, err
}

// find returns the id of a person or a user group, who may be given by it or by their name at Slack.
func (t *Tenants) find(ctx context.Context, team models.TeamID, who string) (string, error) {
	if bot.IsUserOrGroup(who) {
		return who, nil
	}
	workspace, err := t.Workspace(ctx, team)
	if err != nil {
		return "", &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("%q is not the id of a user or a user group", who),
			Hint: "names are known of workspaces that were added with mulebot workspace add: give the id (U… or S…)"}
	}
	return bot.FindUserOrGroup(ctx, t.config.Slack.APIURL, workspace.BotToken, who)
}

func (k *caretaker) grant(ctx context.Context, chore Chore, w io.Writer) error {
	g, err := k.grantee(ctx, chore)
	if err != nil {
		return err
	}
	var known []string
	if k.live != nil {
		known = []string{k.live.registry.soloCluster(g.Team)}
	}
	if err := k.store.PutGrant(ctx, g, known...); err != nil {
		return err
	}
	return k.did(ctx, chore, w, models.Audit{Team: g.Team, Clusters: g.Clusters}, fmt.Sprintf("%s is %s", g.Who, g.Gives()))
}

func (k *caretaker) listGrants(ctx context.Context, chore Chore, w io.Writer) error {
	_, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	all, err := k.store.Grants(ctx, team)
	return tell(w, all, err)
}

// revoke takes all roles of somebody away, or those that the grant's role, clusters and namespaces name.
func (k *caretaker) revoke(ctx context.Context, chore Chore, w io.Writer) error {
	meant, err := k.grantee(ctx, chore)
	if err != nil {
		return err
	}
	all, err := k.store.Grants(ctx, meant.Team)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(g models.Grant) bool { return !g.MeantBy(meant) })
	if len(all) == 0 {
		return &models.Error{Kind: models.NotFound, Message: meant.Who + " was given no such role", Hint: "see mulebot role list"}
	}
	for _, g := range all {
		if err := k.store.DeleteGrant(ctx, g); err != nil {
			return err
		}
		if err := k.did(ctx, chore, w, models.Audit{Team: g.Team, Clusters: g.Clusters}, fmt.Sprintf("%s is no more %s", g.Who, g.Gives())); err != nil {
			return err
		}
	}
	return nil
}

func (k *caretaker) setSecret(ctx context.Context, chore Chore, w io.Writer) error {
	_, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	if err := k.store.PutSecret(ctx, team, chore.Of, models.Secret(chore.Value)); err != nil {
		return err
	}
	return k.did(ctx, chore, w, models.Audit{Team: team}, "stored secret "+chore.Of)
}

func (k *caretaker) listSecrets(ctx context.Context, chore Chore, w io.Writer) error {
	_, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	names, err := k.store.Secrets(ctx, team)
	return tell(w, names, err)
}

func (k *caretaker) removeSecret(ctx context.Context, chore Chore, w io.Writer) error {
	_, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	if err := k.store.DeleteSecret(ctx, team, chore.Of); err != nil {
		return err
	}
	return k.did(ctx, chore, w, models.Audit{Team: team}, "removed secret "+chore.Of)
}

// workshop returns the workspace that a chore is about, and what keeps its intents.
func (k *caretaker) workshop(ctx context.Context, chore Chore) (*Workshop, models.TeamID, error) {
	t, team, err := k.tenants(ctx, chore)
	if err != nil {
		return nil, "", err
	}
	if k.live != nil {
		return k.live.workshop, team, nil
	}
	shop, err := t.Workshop()
	return shop, team, err
}

func (k *caretaker) checkIntents(ctx context.Context, chore Chore, w io.Writer) error {
	shop, team, err := k.workshop(ctx, chore)
	if err != nil {
		return err
	}
	examination, err := shop.Examine(ctx, team, chore.Files)
	return tell(w, examination, err)
}

func (k *caretaker) setIntents(ctx context.Context, chore Chore, w io.Writer) error {
	shop, team, err := k.workshop(ctx, chore)
	if err != nil {
		return err
	}
	if err := shop.Activate(ctx, team, chore.Files); err != nil {
		return err
	}
	files := strings.Join(slices.Sorted(maps.Keys(chore.Files)), ", ")
	return k.did(ctx, chore, w, models.Audit{Team: team}, fmt.Sprintf("workspace %s has the intents of %s", team, files))
}

func (k *caretaker) listIntents(ctx context.Context, chore Chore, w io.Writer) error {
	_, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	files, err := k.store.TrainingFiles(ctx, team)
	return tell(w, files, err)
}

func (k *caretaker) removeIntents(ctx context.Context, chore Chore, w io.Writer) error {
	shop, team, err := k.workshop(ctx, chore)
	if err != nil {
		return err
	}
	if err := shop.Clear(ctx, team); err != nil {
		return err
	}
	return k.did(ctx, chore, w, models.Audit{Team: team}, "removed the intents of workspace "+string(team))
}
