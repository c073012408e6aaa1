package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
)

// Registry keeps the clusters, cards and grants of workspaces, as their admins say in Slack. It meets [intents.Registry].
type Registry struct {
	overlay
	kube      *kube.Clusters
	directory *bot.Directory
	config    func() *Config
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
	if !r.isSolo(team) {
		return ""
	}
	return r.solo.cluster.Ref.Name
}

// isSolo reports whether a workspace is the one of the environment.
func (r *Registry) isSolo(team models.TeamID) bool {
	return r.solo != nil && r.solo.workspace.Team == team
}

// PutCard keeps a card.
func (r *Registry) PutCard(ctx context.Context, card models.Card) error {
	return r.Store.PutCard(ctx, card, r.soloCluster(card.Team))
}

// PutGrant gives a role.
func (r *Registry) PutGrant(ctx context.Context, g models.Grant) error {
	return r.Store.PutGrant(ctx, g, r.soloCluster(g.Team))
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
	report, err := kube.Test(ctx, cluster, r.config().guard)
	found.Version, found.Engines, found.Missing, found.Hints = report.Version, report.Engines, report.Missing, report.Hints
	return found, err
}

// admit reports whether a cluster of that name is there. It fails if the name cannot be one, or there is room for no other.
func (r *Registry) admit(ctx context.Context, team models.TeamID, name string) (replaces bool, err error) {
	if name == r.soloCluster(team) {
		return false, &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("%q is the cluster that MuleBot was started with", name), Hint: "choose another name"}
	}
	return r.AdmitCluster(ctx, models.ClusterRef{Team: team, Name: name})
}

// cluster makes a cluster of a proposal.
func (r *Registry) cluster(team models.TeamID, p intents.Proposal) (models.Cluster, error) {
	cluster, err := kube.ImportKubeconfig(p.Kubeconfig, p.Context, r.config().guard)
	cluster.Ref, cluster.Impersonate, cluster.By = models.ClusterRef{Team: team, Name: p.Name}, p.Impersonate, p.By
	return cluster, err
}

// Import keeps a cluster. Questions that come from now on are asked with its credentials.
func (r *Registry) Import(ctx context.Context, team models.TeamID, p intents.Proposal) error {
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

// RemoveCluster removes a cluster, and takes it off the cards and grants; it returns the roles that went.
func (r *Registry) RemoveCluster(ctx context.Context, ref models.ClusterRef) (lost []models.Grant, err error) {
	if ref.Name == r.soloCluster(ref.Team) {
		return nil, &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("%q is the cluster that MuleBot was started with", ref.Name), Hint: "start MuleBot without KUBECONFIG"}
	}
	if lost, err = r.DeleteCluster(ctx, ref); err != nil {
		return nil, err
	}
	r.kube.Forget(ref)
	return lost, nil
}

// Groups returns the user groups of a workspace.
func (r *Registry) Groups(ctx context.Context, team models.TeamID) ([]models.Option, error) {
	return r.directory.Groups(ctx, team)
}
