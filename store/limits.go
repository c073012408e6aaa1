package store

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// Limits are how much a workspace may have in the store.
type Limits struct {
	Clusters, Cards int
	// Bytes are of keys and sealed records. What people set up may take half of them, and is refused beyond; what messages
	// leave behind may take what is left, and gives way to newer: no message is refused.
	Bytes int64
}

// noLimits are those of a store whose opener said nothing.
func noLimits() Limits { return Limits{math.MaxInt, math.MaxInt, math.MaxInt64} }

// Usage is how much of the store a workspace has, in bytes of keys and sealed records.
type Usage struct {
	SetUp int64 `json:"set_up"` // clusters, cards, grants, secrets, intents, drafts
	Left  int64 `json:"left"`   // by messages: the journal, conversations, the audit log
}

// Total returns all of it.
func (u Usage) Total() int64 { return u.SetUp + u.Left }

// Usage returns how much of the store a workspace has.
func (s *Store) Usage(ctx context.Context, team models.TeamID) (u Usage, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		u, _, err = get[Usage](s, tx, usageKey(team))
		return err
	})
	return u, err
}

// metered is a transaction that counts what it adds to the records of each tenant.
type metered struct {
	kv.Tx
	added   map[models.TeamID]*Usage
	removed func(models.TeamID) bool // tenants that get no records
}

// Put implements kv.Tx. It fails with NotFound for a tenant that was removed.
func (m *metered) Put(key string, value []byte) error {
	if team, _, ok := ownerOf(key); ok && m.removed(team) {
		return noWorkspace(team)
	}
	m.replace(key, len(key)+len(value))
	return m.Tx.Put(key, value)
}

// Delete implements kv.Tx.
func (m *metered) Delete(key string) error {
	m.replace(key, 0)
	return m.Tx.Delete(key)
}

// replace counts a record that is to have so many bytes, in the place of the one that is there.
func (m *metered) replace(key string, n int) {
	team, left, ok := ownerOf(key)
	if !ok {
		return
	}
	if old, there := m.Get(key); there {
		n -= len(key) + len(old)
	}
	m.count(team, left, n)
}

func (m *metered) count(team models.TeamID, left bool, n int) {
	if n == 0 {
		return
	}
	u := m.added[team]
	if u == nil {
		u = &Usage{}
		m.added[team] = u
	}
	if left {
		u.Left += int64(n)
	} else {
		u.SetUp += int64(n)
	}
}

// counted returns fn with the usage of the tenants that it writes records of. What is capped fails with Conflict if a tenant would
// then have set up more than it may.
func (s *Store) counted(capped bool, fn func(kv.Tx) error) func(kv.Tx) error {
	return func(tx kv.Tx) error {
		m := &metered{tx, map[models.TeamID]*Usage{}, s.isRemoved}
		if err := fn(m); err != nil {
			return err
		}
		for team, added := range m.added {
			if err := s.account(tx, team, *added, capped); err != nil {
				return err
			}
		}
		return nil
	}
}

// account adds to the usage of a tenant.
func (s *Store) account(tx kv.Tx, team models.TeamID, added Usage, capped bool) error {
	key := usageKey(team)
	u, _, err := get[Usage](s, tx, key)
	if err != nil { // messages go on
		u = Usage{}
		if counted := countAll(tx)[team]; counted != nil {
			u = *counted
		}
	} else {
		u.SetUp, u.Left = u.SetUp+added.SetUp, u.Left+added.Left
	}
	if most := s.Limits().Bytes / 2; capped && added.SetUp > 0 && u.SetUp > most {
		return &models.Error{Kind: models.Conflict,
			Message: fmt.Sprintf("this workspace would have set up %s, and %s at most are kept", models.Bytes(u.SetUp), models.Bytes(most)),
			Hint: "remove clusters with `/mulebot forget NAME`, cards with `/mulebot cards`, or intents and secrets that nobody needs; " +
				"drafts go after a day; whoever runs MuleBot may allow more with tenants.max_megabytes"}
	}
	if u == (Usage{}) {
		return tx.Delete(key)
	}
	return put(s, tx, key, u)
}

// within fails with Conflict if a tenant has as many records of a kind as it may have; to replace one it may have as many.
func within(tx kv.Tx, kind string, team models.TeamID, key string, most int, what, mend string) error {
	if _, replaces := tx.Get(key); replaces {
		return nil
	}
	have := 0
	for range tx.Scan(tenantPrefix(kind, team)) {
		have++
	}
	if have < most {
		return nil
	}
	return &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("this workspace has %d %s, and no more are allowed", have, what),
		Hint: mend + "; whoever runs MuleBot may allow more with tenants.max_" + what}
}

func (s *Store) roomForCluster(tx kv.Tx, ref models.ClusterRef) error {
	return within(tx, clusters, ref.Team, clusterKey(ref), s.Limits().Clusters, "clusters", "remove one with `/mulebot forget NAME` or mulebot cluster remove")
}

func (s *Store) roomForCard(tx kv.Tx, card models.Card) error {
	return within(tx, cards, card.Team, cardKey(card.Team, card.Channel), s.Limits().Cards, "cards", "remove one with `/mulebot cards` or mulebot card remove")
}

// AdmitCluster reports whether a workspace has a cluster of that name already. It fails like PutCluster if the name cannot be one, or
// there is room for no other.
func (s *Store) AdmitCluster(ctx context.Context, ref models.ClusterRef) (replaces bool, err error) {
	if err := CheckName(ref.Name); err != nil {
		return false, err
	}
	err = s.view(ctx, func(tx kv.Tx) error {
		_, replaces = tx.Get(clusterKey(ref))
		return s.roomForCluster(tx, ref)
	})
	return replaces, err
}

// yields is how many records give way for a message. It adds fewer.
const yields = 16

// giveWay removes some of what messages have left behind in a workspace where that has no more room: the oldest entries of the audit
// log, and when there is none any more, conversations, but for the one that is going on.
func (s *Store) giveWay(tx kv.Tx, current models.Conversation) error {
	used, _, err := get[Usage](s, tx, usageKey(current.Team))
	most := s.Limits().Bytes
	if err != nil || used.Left <= most-min(used.SetUp, most/2) {
		return nil // one that does not open is counted anew before long
	}
	n := 0
	for key := range tx.Scan(tenantPrefix(audits, current.Team)) {
		if n++; n > yields {
			return nil
		}
		if err := s.forget(tx, key); err != nil {
			return err
		}
	}
	for key := range tx.Scan(tenantPrefix(conversations, current.Team)) {
		if key == conversationKey(current) {
			continue
		}
		if n++; n > yields {
			return nil
		}
		if err := tx.Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// forget removes the first entry of an audit log, and its text. One that does not open has nothing to say any more.
func (s *Store) forget(tx kv.Tx, key string) error {
	record, ok, err := get[auditRecord](s, tx, key)
	if ok && err == nil {
		err = errors.Join(put(s, tx, auditStartKey(record.Team), auditEnd{record.Seq, record.Hash}), tx.Delete(auditTextKey(record.Team, record.Seq)))
		if err != nil {
			return err
		}
	}
	return tx.Delete(key)
}

// countAll counts every record.
func countAll(tx kv.Tx) map[models.TeamID]*Usage {
	m := metered{Tx: tx, added: map[models.TeamID]*Usage{}}
	for key, value := range tx.ScanFrom("") {
		if team, left, ok := ownerOf(key); ok {
			m.count(team, left, len(key)+len(value))
		}
	}
	return m.added
}

// beginToCount makes the usage of a store that did not count.
func beginToCount(s *Store, tx kv.Tx) error {
	for team, u := range countAll(tx) {
		if err := put(s, tx, usageKey(team), u); err != nil {
			return err
		}
	}
	return nil
}
