package store

import (
	"context"
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// ForgetLeftRoles takes clusters that are gone off the grants of the workspaces in the store, and returns the roles that went, as
// DeleteCluster does by itself. A store from before that kept them, and they would come back with the names. It is done once for a
// file: what a later start does not know may only be missing for a while. Clusters of the environment are in no record, so a cluster
// that a card names counts as there, and the workspace of the environment is left alone.
func (s *Store) ForgetLeftRoles(ctx context.Context, environment models.TeamID) (lost []models.Grant, err error) {
	done := false
	if err := s.view(ctx, func(tx kv.Tx) error {
		_, done = tx.Get(tidiedKey)
		return nil
	}); err != nil || done {
		return nil, err
	}
	err = s.update(ctx, func(tx kv.Tx) error {
		lost = nil
		all, err := list[workspaceRecord](s, tx, join(workspaces))
		if err != nil {
			return err
		}
		for _, w := range all {
			if w.Team == environment {
				continue
			}
			gone, err := s.dropLeftGrants(tx, w.Team)
			if err != nil {
				return err
			}
			lost = append(lost, gone...)
		}
		return put(s, tx, tidiedKey, s.now())
	})
	return lost, err
}

// dropLeftGrants is dropGrants for all clusters that a workspace does not have.
func (s *Store) dropLeftGrants(tx kv.Tx, team models.TeamID) (lost []models.Grant, err error) {
	all, err := list[models.Grant](s, tx, tenantPrefix(grants, team))
	if err != nil {
		return nil, err
	}
	onCards, err := list[models.Card](s, tx, tenantPrefix(cards, team))
	if err != nil {
		return nil, err
	}
	var left []string
	for _, g := range all {
		for _, name := range g.Clusters {
			_, here := tx.Get(clusterKey(models.ClusterRef{Team: team, Name: name}))
			if !here && !slices.ContainsFunc(onCards, func(c models.Card) bool { return slices.Contains(c.Clusters, name) }) {
				left = append(left, name)
			}
		}
	}
	slices.Sort(left)
	for _, name := range slices.Compact(left) {
		gone, err := s.dropGrants(tx, models.ClusterRef{Team: team, Name: name})
		if err != nil {
			return nil, err
		}
		lost = append(lost, gone...)
	}
	return lost, nil
}
