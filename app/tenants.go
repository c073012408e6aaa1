package app

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

// Tenants is the store with what an operator does to it from the command line: it asks Slack and clusters where that saves
// the operator from typing, or from storing what does not work.
type Tenants struct {
	*store.Store
	config Config
}

// OpenTenants opens the store; no other process may hold it. Close it.
func OpenTenants(c Config) (*Tenants, error) {
	st, err := OpenStore(c)
	if err != nil {
		return nil, err
	}
	return &Tenants{Store: st, config: c}, nil
}

// AddWorkspace stores a workspace, with its id and name from Slack where n has none, and makes its installer the first admin.
func (t *Tenants) AddWorkspace(ctx context.Context, n NewWorkspace) (models.Workspace, error) {
	w := models.Workspace{Team: n.Team, Name: n.Name, AppToken: models.Secret(n.AppToken), BotToken: models.Secret(n.BotToken), AddedAt: time.Now()}
	if err := checkTokens(w); err != nil {
		return w, err
	}
	if w.Team == "" {
		team, name, err := bot.Identify(ctx, t.config.Slack.APIURL, w.BotToken)
		if err != nil {
			return w, err
		}
		w.Team = team
		if w.Name == "" {
			w.Name = name
		}
	}
	if n.Installer == "" {
		return w, t.PutWorkspace(ctx, w)
	}
	who, err := bot.FindUser(ctx, t.config.Slack.APIURL, w.BotToken, n.Installer)
	if err != nil {
		return w, err
	}
	if err := t.PutWorkspace(ctx, w); err != nil {
		return w, err
	}
	return w, t.PutGrant(ctx, models.Grant{Team: w.Team, Who: string(who), Role: models.Admin})
}

// checkTokens refuses tokens that are of another kind than Slack wants there: they are easily mixed up.
func checkTokens(w models.Workspace) error {
	if err := checkAppToken(w.AppToken); err != nil {
		return err
	}
	if !strings.HasPrefix(w.BotToken.Reveal(), "xoxb-") {
		return &models.Error{Kind: models.Invalid, Message: "the bot token does not begin with xoxb-",
			Hint: "it stands under OAuth & Permissions, Bot User OAuth Token"}
	}
	return nil
}

func checkAppToken(token models.Secret) error {
	if !strings.HasPrefix(token.Reveal(), "xapp-") {
		return &models.Error{Kind: models.Invalid, Message: "the app-level token does not begin with xapp-",
			Hint: "it stands under Basic Information, App-Level Tokens"}
	}
	return nil
}

// channelForm is what ids of channels, groups and direct messages look like.
var channelForm = regexp.MustCompile(`^[CGD][A-Z0-9]{2,}$`)

// AddCard stores a card. Its channel must be an id: a name changes, and no message says it.
// It may name clusters that are known from elsewhere than the store.
func (t *Tenants) AddCard(ctx context.Context, card models.Card, known ...string) error {
	if card.Channel != models.AnyChannel && !channelForm.MatchString(string(card.Channel)) {
		return &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("%q is not the id of a channel", card.Channel),
			Hint: "an id looks like C024BE91L and stands at the foot of the channel's details in Slack; * means every channel"}
	}
	return t.PutCard(ctx, card, known...)
}

// Team returns the workspace's id: the one given, of which there must be something, or the only one there is.
func (t *Tenants) Team(ctx context.Context, given string) (models.TeamID, error) {
	teams, err := t.Teams(ctx)
	if err != nil {
		return "", err
	}
	if given != "" {
		if slices.Contains(teams, models.TeamID(given)) {
			return models.TeamID(given), nil
		}
		return "", &models.Error{Kind: models.NotFound, Message: "there is no workspace " + given, Hint: "see mulebot workspace list"}
	}
	switch len(teams) {
	case 0:
		return "", &models.Error{Kind: models.NotFound, Message: "there is no workspace yet", Hint: "first: mulebot workspace add"}
	case 1:
		return teams[0], nil
	}
	return "", &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("there are %d workspaces", len(teams)),
		Hint: "say which with --team; see mulebot workspace list"}
}

// ClusterOptions says where the credentials of a new cluster come from.
type ClusterOptions struct {
	Name       string
	Kubeconfig string    // path, "-" for In
	In         io.Reader // read for "-"
	Context    string
	InCluster  bool
	Prometheus string // that knows how full volumes are; "" if none does
	// Impersonate makes MuleBot ask the cluster as a user and a group that stand for the asker's role.
	Impersonate bool
}

// ReadCluster reads the credentials of a new cluster, and makes a copy that stands on its own.
func ReadCluster(o ClusterOptions) (NewCluster, error) {
	cluster := models.Cluster{}
	err := kube.CheckPrometheus(o.Prometheus)
	switch {
	case err != nil, o.InCluster:
	case o.Kubeconfig == "-":
		var raw []byte
		if raw, err = io.ReadAll(io.LimitReader(o.In, 1<<20)); err == nil {
			cluster, err = kube.ParseKubeconfig(raw, o.Context)
		}
	default:
		cluster, err = kube.Kubeconfig(o.Kubeconfig, o.Context)
	}
	return NewCluster{o.Name, cluster.Kubeconfig.Reveal(), cluster.Context, o.Prometheus, o.Impersonate}, err
}

// AddCluster stores a cluster.
func (t *Tenants) AddCluster(ctx context.Context, team models.TeamID, n NewCluster) (models.Cluster, error) {
	cluster := models.Cluster{Ref: models.ClusterRef{Team: team, Name: n.Name}, Kubeconfig: models.Secret(n.Kubeconfig), Context: n.Context,
		Prometheus: models.Secret(n.Prometheus), Impersonate: n.Impersonate, AddedAt: time.Now()}
	return cluster, t.PutCluster(ctx, cluster)
}

// ClusterReport is what a test of a cluster found.
type ClusterReport = kube.Report

// TestCluster asks a cluster what it runs and what may be read there.
func (t *Tenants) TestCluster(ctx context.Context, ref models.ClusterRef) (ClusterReport, error) {
	cluster, err := t.Cluster(ctx, ref)
	if err != nil {
		return ClusterReport{}, err
	}
	return kube.Test(ctx, cluster, t.config.guard)
}
