package store

import (
	"context"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// keepDeparted is how long a workspace's records are kept when the app was removed from it.
const keepDeparted = 30 * 24 * time.Hour

// departureRecord marks a workspace that the app was removed from.
type departureRecord struct {
	Until time.Time `json:"until"`
}

// Depart notes that the app was removed from a workspace. Its secrets are erased at once: tokens, kubeconfigs, the secrets of
// its intents, and what waits in drafts and in the journal. The rest is kept for thirty days, in case that the app comes back.
// It returns the clusters whose credentials were erased.
func (s *Store) Depart(ctx context.Context, team models.TeamID) (erased []models.ClusterRef, err error) {
	if err := checkID("team", string(team)); err != nil {
		return nil, err
	}
	err = s.update(ctx, func(tx kv.Tx) error {
		erased = nil
		key := departureKey(team)
		if _, ok := tx.Get(key); !ok { // the second of the two events does not begin the time anew
			until := s.now().Add(keepDeparted)
			if err := put(s, tx, key, departureRecord{until}); err != nil {
				return err
			}
			if err := expire(tx, key, until, time.Hour); err != nil {
				return err
			}
		}
		for _, kind := range []string{secrets, drafts, journal, heards} {
			for key := range tx.Scan(tenantPrefix(kind, team)) {
				if err := tx.Delete(key); err != nil {
					return err
				}
			}
		}
		if w, ok, err := get[workspaceRecord](s, tx, workspaceKey(team)); err != nil {
			return err
		} else if ok {
			w.AppToken, w.BotToken = "", ""
			if err := put(s, tx, workspaceKey(team), w); err != nil {
				return err
			}
		}
		all, err := list[clusterRecord](s, tx, tenantPrefix(clusters, team))
		for _, c := range all {
			c.Kubeconfig, c.Prometheus, c.Erased = "", "", true
			erased = append(erased, c.Ref)
			if err := put(s, tx, clusterKey(c.Ref), c); err != nil {
				return err
			}
		}
		return err
	})
	return erased, err
}

// Return notes that the app is back in a workspace: what was kept of it stays.
func (s *Store) Return(ctx context.Context, team models.TeamID) error {
	departed := false
	err := s.view(ctx, func(tx kv.Tx) error {
		_, departed = tx.Get(departureKey(team))
		return nil
	})
	if err != nil || !departed {
		return err
	}
	return s.update(ctx, func(tx kv.Tx) error { return tx.Delete(departureKey(team)) })
}
