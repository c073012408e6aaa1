package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

// Registry keeps the clusters, cards and grants of workspaces, as their admins say in Slack. It meets [intents.Registry].
type Registry struct {
	overlay
	kube      *kube.Clusters
	directory *bot.Directory
	config    Config

	mu sync.Mutex // held from counting what a workspace has to adding to it
}

// Clusters returns the names of a workspace's clusters, in order.
func (r *Registry) Clusters(ctx context.Context, team models.TeamID) ([]string, error) {
	all, err := r.Store.Clusters(ctx, team)
	names := make([]string, 0, len(all)+1)
	for _, c := range all {
		names = append(names, c.Ref.Name)
	}
	if own := r.soloCluster(team); own != "" && !slices.Contains(names, own) {
		names = append(names, own)
		slices.Sort(names)
	}
	return names, err
}

// soloCluster returns the name of the cluster of the environment if it is this workspace's; else "".
func (r *Registry) soloCluster(team models.TeamID) string {
	if r.solo == nil || r.solo.workspace.Team != team {
		return ""
	}
	return r.solo.cluster.Ref.Name
}

// PutCard keeps a card, unless the workspace has as many as it may have.
func (r *Registry) PutCard(ctx context.Context, card models.Card) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	all, err := r.Store.Cards(ctx, card.Team)
	if err != nil {
		return err
	}
	old := slices.ContainsFunc(all, func(c models.Card) bool { return c.Channel == card.Channel })
	if err := within(len(all), r.config.Tenants.MaxCards, old, "cards", "remove one with `/mulebot cards`", "tenants.max_cards"); err != nil {
		return err
	}
	return r.Store.PutCard(ctx, card, r.soloCluster(card.Team))
}

// within fails with Conflict if a workspace has as many of something as it may have; to replace one it may have as many.
func within(have, most int, replaces bool, what, mend, setting string) error {
	if replaces || have < most {
		return nil
	}
	return &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("this workspace has %d %s, and no more are allowed", have, what),
		Hint: mend + "; whoever runs MuleBot may allow more with " + setting}
}

// examineTime is how long a cluster may take to be tried out.
const examineTime = 25 * time.Second

// Examine tries a kubeconfig out, as it would be used.
func (r *Registry) Examine(ctx context.Context, team models.TeamID, p intents.Proposal) (intents.Finding, error) {
	var found intents.Finding
	replaces, err := r.admit(ctx, team, p.Name)
	if err != nil {
		return found, err
	}
	found.Replaces = replaces
	if p.Context == "" {
		names, current, err := kube.Contexts(p.Kubeconfig)
		if err != nil {
			return found, err
		}
		if current == "" && len(names) > 1 {
			found.Contexts = names
			return found, nil
		}
	}
	cluster, err := r.cluster(team, p)
	if err != nil {
		return found, err
	}
	ctx, cancel := context.WithTimeout(ctx, examineTime)
	defer cancel()
	report, err := kube.Test(ctx, cluster, r.config.guard)
	found.Version, found.Engines, found.Missing, found.Hints = report.Version, report.Engines, report.Missing, report.Hints
	return found, err
}

// admit reports whether a cluster of that name is there. It fails if the name cannot be one, or there is room for no other.
func (r *Registry) admit(ctx context.Context, team models.TeamID, name string) (replaces bool, err error) {
	if err := store.CheckName(name); err != nil {
		return false, err
	}
	if name == r.soloCluster(team) {
		return false, &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("%q is the cluster that MuleBot was started with", name), Hint: "choose another name"}
	}
	all, err := r.Store.Clusters(ctx, team)
	if err != nil {
		return false, err
	}
	replaces = slices.ContainsFunc(all, func(c models.Cluster) bool { return c.Ref.Name == name })
	return replaces, within(len(all), r.config.Tenants.MaxClusters, replaces, "clusters", "remove one with `/mulebot forget NAME`", "tenants.max_clusters")
}

// cluster makes a cluster of a proposal.
func (r *Registry) cluster(team models.TeamID, p intents.Proposal) (models.Cluster, error) {
	cluster, err := kube.ImportKubeconfig(p.Kubeconfig, p.Context, r.config.guard)
	cluster.Ref, cluster.Impersonate, cluster.By = models.ClusterRef{Team: team, Name: p.Name}, p.Impersonate, p.By
	return cluster, err
}

// Import keeps a cluster. Questions that come from now on are asked with its credentials.
func (r *Registry) Import(ctx context.Context, team models.TeamID, p intents.Proposal) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, err := r.admit(ctx, team, p.Name); err != nil {
		return err
	}
	cluster, err := r.cluster(team, p)
	if err != nil {
		return err
	}
	if err := r.PutCluster(ctx, cluster); err != nil {
		return err
	}
	r.kube.Forget(cluster.Ref)
	return nil
}

// RemoveCluster removes a cluster, and takes it off the cards.
func (r *Registry) RemoveCluster(ctx context.Context, ref models.ClusterRef) error {
	if ref.Name == r.soloCluster(ref.Team) {
		return &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("%q is the cluster that MuleBot was started with", ref.Name), Hint: "start MuleBot without KUBECONFIG"}
	}
	if err := r.DeleteCluster(ctx, ref); err != nil {
		return err
	}
	r.kube.Forget(ref)
	return nil
}

// Groups returns the user groups of a workspace.
func (r *Registry) Groups(ctx context.Context, team models.TeamID) ([]models.Option, error) {
	return r.directory.Groups(ctx, team)
}

// Directs gives the cards of direct messages: what somebody may ask about in the channels that they are in. It meets
// [intents.Directs].
type Directs struct {
	tenants   overlay
	directory *bot.Directory
	log       zerolog.Logger
}

// DirectCard returns the direct message's own card, if it has one, else a card with the clusters of the cards of the channels that
// the user is a member of, and of that for every channel.
func (d *Directs) DirectCard(ctx context.Context, team models.TeamID, channel models.ChannelID, user models.UserID) (models.Card, error) {
	all, err := d.tenants.Cards(ctx, team)
	if err != nil {
		return models.Card{}, err
	}
	var cards []models.Card // that count
	if usual, err := d.tenants.Card(ctx, team, models.AnyChannel); err == nil {
		cards = append(cards, usual)
	} else if models.KindOf(err) != models.NotFound {
		return models.Card{}, err
	}
	var ofChannels []models.Card
	for _, c := range all {
		switch c.Channel {
		case channel:
			return c, nil
		case models.AnyChannel:
		default:
			ofChannels = append(ofChannels, c)
		}
	}
	if len(ofChannels) > 0 {
		channels, err := d.directory.ChannelsOf(ctx, team, user)
		if err != nil && len(cards) == 0 {
			return models.Card{}, err
		}
		if err != nil { // an app without the scope still answers about what everybody may ask about
			d.log.Warn().Err(err).Str("team", string(team)).Msg("the channels of somebody are not known")
		}
		for _, c := range ofChannels {
			if slices.Contains(channels, string(c.Channel)) {
				cards = append(cards, c)
			}
		}
	}
	if len(cards) == 0 {
		return models.Card{}, &models.Error{Kind: models.NotFound, Message: "you are in no channel that is connected to a cluster", Hint: "an admin connects one with `/mulebot setup`"}
	}
	return union(team, channel, cards), nil
}

// union returns a card with the clusters of several. What they do not agree on is left out.
func union(team models.TeamID, channel models.ChannelID, cards []models.Card) models.Card {
	card := models.Card{Team: team, Channel: channel, Namespace: cards[0].Namespace}
	for _, c := range cards {
		if c.Namespace != card.Namespace {
			card.Namespace = ""
		}
		for _, name := range c.Clusters {
			if !slices.Contains(card.Clusters, name) {
				card.Clusters = append(card.Clusters, name)
			}
		}
	}
	return card
}

// Roles says who may do what: by the configuration, and by the grants of a workspace. It meets [intents.Roles].
type Roles struct {
	config    Config
	store     *store.Store
	admins    intents.Admins
	directory *bot.Directory
}

// Role returns the role that somebody was given for all of a scope. User groups are asked about only where one may make a difference.
func (r *Roles) Role(ctx context.Context, team models.TeamID, user models.UserID, s models.Scope) (models.Role, error) {
	role := r.config.roleOf(team, user)
	if role == models.Admin {
		return role, nil
	}
	all, err := r.store.Grants(ctx, team)
	if err != nil {
		return role, err
	}
	all = append(all, models.Grant{Role: role})
	mine := slices.DeleteFunc(slices.Clone(all), func(g models.Grant) bool { return g.Who != string(user) && g.Who != "" })
	role = models.RoleOf(mine, s)
	for _, g := range all {
		if !models.IsGroup(g.Who) || role.May(g.Role) {
			continue
		}
		in, err := r.directory.IsMember(ctx, team, g.Who, user)
		if err != nil {
			return role, err
		}
		if in {
			mine = append(mine, g)
			role = models.RoleOf(mine, s)
		}
	}
	return role, nil
}

// roleOf returns the role that the configuration gives: to users, by their ids.
func (c *Config) roleOf(team models.TeamID, user models.UserID) models.Role {
	is := func(list []string) bool {
		return slices.Contains(list, string(user)) || slices.Contains(list, string(team)+"/"+string(user))
	}
	switch {
	case is(c.Roles.Admins):
		return models.Admin
	case is(c.Roles.Operators):
		return models.Operator
	}
	return models.Viewer
}

// mostAdmins is how many admins are named.
const mostAdmins = 3

// Admins returns a few that may give roles: those that were made admins, and those who have set MuleBot up and are admins at
// Slack.
func (r *Roles) Admins(ctx context.Context, team models.TeamID) (ids []string, err error) {
	add := func(id string) {
		if id != "" && len(ids) < mostAdmins && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	grants, err := r.store.Grants(ctx, team)
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		if g.Role == models.Admin && len(g.Clusters)+len(g.Namespaces) == 0 {
			add(g.Who)
		}
	}
	for _, id := range r.config.Roles.Admins {
		if of, user, qualified := strings.Cut(id, "/"); !qualified {
			add(id)
		} else if of == string(team) {
			add(user)
		}
	}
	cards, err := r.store.Cards(ctx, team)
	if err != nil {
		return ids, err
	}
	clusters, err := r.store.Clusters(ctx, team)
	if err != nil {
		return ids, err
	}
	var makers []models.UserID
	for _, c := range cards {
		makers = append(makers, c.By)
	}
	for _, c := range clusters {
		makers = append(makers, c.By)
	}
	for _, g := range grants {
		makers = append(makers, g.By)
	}
	slices.Sort(makers)
	for _, user := range slices.Compact(makers) {
		if user == "" || len(ids) == mostAdmins {
			continue
		}
		if admin, err := r.admins.IsAdmin(ctx, team, user); err == nil && admin {
			add(string(user))
		}
	}
	return ids, nil
}

// keeper clears away what belongs to channels and workspaces that are gone. It meets [bot.Keeper].
type keeper struct {
	store *store.Store
	kube  *kube.Clusters
	log   zerolog.Logger
}

// ChannelGone removes the card of a channel, if it has one.
func (k keeper) ChannelGone(ctx context.Context, team models.TeamID, channel models.ChannelID) error {
	err := k.store.DeleteCard(ctx, team, channel)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err == nil {
		k.log.Info().Str("team", string(team)).Str("channel", string(channel)).Msg("a channel is gone, and its card with it")
	}
	return err
}

// AppGone erases the secrets of a workspace and lets go of its clusters.
func (k keeper) AppGone(ctx context.Context, team models.TeamID) error {
	erased, err := k.store.Depart(ctx, team)
	if err != nil {
		return err
	}
	for _, ref := range erased {
		k.kube.Forget(ref)
	}
	k.log.Warn().Str("team", string(team)).Msg("the app was removed from a workspace: its secrets are erased, the rest is kept for thirty days")
	return nil
}
