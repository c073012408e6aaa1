package store

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// Secrets marshal as "[redacted]", so what holds one has a form of its own in the store.
type workspaceRecord struct {
	Team     models.TeamID `json:"team"`
	Name     string        `json:"name"`
	AppToken string        `json:"app_token"`
	BotToken string        `json:"bot_token"`
	AddedAt  time.Time     `json:"added_at"`
}

type clusterRecord struct {
	Ref        models.ClusterRef `json:"ref"`
	Kubeconfig string            `json:"kubeconfig"`
	Context    string            `json:"context"`
	Prometheus string            `json:"prometheus,omitempty"`
	AddedAt    time.Time         `json:"added_at"`

	Imported    bool          `json:"imported,omitempty"`
	Impersonate bool          `json:"impersonate,omitempty"`
	By          models.UserID `json:"by,omitempty"`
	Erased      bool          `json:"erased,omitempty"` // its kubeconfig was: none left is not the cluster that MuleBot runs in
}

func (r clusterRecord) cluster() models.Cluster {
	return models.Cluster{Ref: r.Ref, Kubeconfig: models.Secret(r.Kubeconfig), Context: r.Context, Prometheus: models.Secret(r.Prometheus),
		AddedAt: r.AddedAt, Imported: r.Imported, Impersonate: r.Impersonate, By: r.By}
}

// Workspaces returns all workspaces, in the order of their team ids; those from which the app was removed too, with Until set.
func (s *Store) Workspaces(ctx context.Context) (all []models.Workspace, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		records, err := list[workspaceRecord](s, tx, join(workspaces))
		all = make([]models.Workspace, len(records))
		for i, r := range records {
			if all[i], err = s.workspace(tx, r); err != nil {
				return err
			}
		}
		return err
	})
	return all, err
}

// Teams returns the ids of all tenants of which there is any record, in order: those too that are no workspace of the store, but of
// the environment of whoever serves them.
func (s *Store) Teams(ctx context.Context) (teams []models.TeamID, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		teams = nil
		for key := range tx.Scan(join(usages)) {
			if team, ok := teamOf(usages, key); ok {
				teams = append(teams, team)
			}
		}
		return nil
	})
	return teams, err
}

// Workspace returns a workspace, or a NotFound error; one from which the app was removed too, with Until set.
func (s *Store) Workspace(ctx context.Context, team models.TeamID) (w models.Workspace, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		record, ok, err := get[workspaceRecord](s, tx, workspaceKey(team))
		if err == nil && !ok {
			return noWorkspace(team)
		}
		if err == nil {
			w, err = s.workspace(tx, record)
		}
		return err
	})
	return w, err
}

func noWorkspace(team models.TeamID) error {
	return notThere(fmt.Sprintf("there is no workspace %q", team), "mulebot workspace list shows those that are there")
}

func (s *Store) workspace(tx kv.Tx, r workspaceRecord) (models.Workspace, error) {
	departed, _, err := get[departureRecord](s, tx, departureKey(r.Team))
	return models.Workspace{Team: r.Team, Name: r.Name, AppToken: models.Secret(r.AppToken), BotToken: models.Secret(r.BotToken),
		AddedAt: r.AddedAt, Until: departed.Until}, err
}

// PutWorkspace adds a workspace or replaces it; one that the app was removed from is back with all that was kept of it. AddedAt
// is now if it is zero.
func (s *Store) PutWorkspace(ctx context.Context, w models.Workspace) error {
	if err := checkID("team", string(w.Team)); err != nil {
		return err
	}
	record := workspaceRecord{w.Team, w.Name, w.AppToken.Reveal(), w.BotToken.Reveal(), s.orNow(w.AddedAt)}
	return s.update(ctx, func(tx kv.Tx) error {
		s.removed.Delete(w.Team)
		if err := tx.Delete(departureKey(w.Team)); err != nil {
			return err
		}
		return put(s, tx, workspaceKey(w.Team), record)
	})
}

// DeleteWorkspace removes a workspace and all that belongs to it: its clusters, cards, dialogues and journal. It fails with
// NotFound if nothing does. Until the workspace is put again, nothing is written for it: what is said there, or set up, while it is
// being removed leaves no record behind.
func (s *Store) DeleteWorkspace(ctx context.Context, team models.TeamID) error {
	gone := false
	err := s.update(ctx, func(tx kv.Tx) error {
		found, err := deleteTenant(tx, team)
		if err == nil && !found {
			return noWorkspace(team)
		}
		if err == nil { // within the transaction: the next one may write for it already
			gone = true
			s.removed.Store(team, true)
		}
		return err
	})
	if err != nil && gone {
		s.removed.Delete(team)
	}
	return err
}

// isRemoved reports whether a tenant was removed, and not put again.
func (s *Store) isRemoved(team models.TeamID) bool {
	_, removed := s.removed.Load(team)
	return removed
}

// listens reports whether what is said in a workspace is kept: not if it was removed, or the app from it.
func (s *Store) listens(tx kv.Tx, team models.TeamID) bool {
	_, departed := tx.Get(departureKey(team))
	return !departed && !s.isRemoved(team)
}

// deleteTenant removes all records of a tenant, and reports whether there were any.
func deleteTenant(tx kv.Tx, team models.TeamID) (found bool, err error) {
	for _, kind := range ofTenant() {
		for key := range tx.Scan(tenantPrefix(kind, team)) {
			found = true
			if err := tx.Delete(key); err != nil {
				return found, err
			}
		}
	}
	return found, nil
}

// Clusters returns the clusters of a workspace, in the order of their names.
func (s *Store) Clusters(ctx context.Context, team models.TeamID) (all []models.Cluster, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		records, err := list[clusterRecord](s, tx, tenantPrefix(clusters, team))
		all = make([]models.Cluster, len(records))
		for i, r := range records {
			all[i] = r.cluster()
		}
		return err
	})
	return all, err
}

// Cluster returns a cluster, or a NotFound error that names those which the workspace has.
func (s *Store) Cluster(ctx context.Context, ref models.ClusterRef) (cluster models.Cluster, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		record, ok, err := get[clusterRecord](s, tx, clusterKey(ref))
		switch {
		case err == nil && !ok:
			return noCluster(s, tx, ref)
		case record.Erased:
			return &models.Error{Kind: models.Forbidden, Message: fmt.Sprintf("the credentials of cluster %q were erased when the app was removed from the workspace", ref.Name),
				Hint: "import the cluster again, under the same name"}
		}
		cluster = record.cluster()
		return err
	})
	return cluster, err
}

// PutCluster adds a cluster to a workspace or replaces it. Its name must be fit for asking about: see [CheckName]. It fails with
// Conflict if the workspace has as many as it may have. AddedAt is now if it is zero.
func (s *Store) PutCluster(ctx context.Context, c models.Cluster) error {
	if err := checkID("team", string(c.Ref.Team)); err != nil {
		return err
	}
	if err := CheckName(c.Ref.Name); err != nil {
		return err
	}
	record := clusterRecord{Ref: c.Ref, Kubeconfig: c.Kubeconfig.Reveal(), Context: c.Context, Prometheus: c.Prometheus.Reveal(),
		AddedAt: s.orNow(c.AddedAt), Imported: c.Imported, Impersonate: c.Impersonate, By: c.By}
	return s.setUp(ctx, func(tx kv.Tx) error {
		if err := s.roomForCluster(tx, c.Ref); err != nil {
			return err
		}
		return put(s, tx, clusterKey(c.Ref), record)
	})
}

// DeleteCluster removes a cluster, and takes it off the cards and grants of its workspace. What is left without clusters goes too. It
// returns the roles that went, each as a grant for the cluster alone, and notes them in the audit log.
func (s *Store) DeleteCluster(ctx context.Context, ref models.ClusterRef) (lost []models.Grant, err error) {
	err = s.update(ctx, func(tx kv.Tx) error {
		key := clusterKey(ref)
		if _, ok := tx.Get(key); !ok {
			return noCluster(s, tx, ref)
		}
		all, err := list[models.Card](s, tx, tenantPrefix(cards, ref.Team))
		if err != nil {
			return err
		}
		for _, card := range all {
			i := slices.Index(card.Clusters, ref.Name)
			if i < 0 {
				continue
			}
			card.Clusters = slices.Delete(card.Clusters, i, i+1)
			if err := putOrDelete(s, tx, card); err != nil {
				return err
			}
		}
		if lost, err = s.dropGrants(tx, ref); err != nil {
			return err
		}
		return tx.Delete(key)
	})
	return lost, err
}

func putOrDelete(s *Store, tx kv.Tx, card models.Card) error {
	key := cardKey(card.Team, card.Channel)
	if len(card.Clusters) == 0 {
		return tx.Delete(key)
	}
	return put(s, tx, key, card)
}

// Cards returns the cards of a workspace, in the order of their channels.
func (s *Store) Cards(ctx context.Context, team models.TeamID) (all []models.Card, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		all, err = list[models.Card](s, tx, tenantPrefix(cards, team))
		return err
	})
	return all, err
}

// Card returns the card of a channel, else the workspace's card for [models.AnyChannel], else a NotFound error whose hint
// says how to make one.
func (s *Store) Card(ctx context.Context, team models.TeamID, channel models.ChannelID) (card models.Card, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		for _, c := range []models.ChannelID{channel, models.AnyChannel} {
			var ok bool
			if card, ok, err = get[models.Card](s, tx, cardKey(team, c)); ok || err != nil {
				return err
			}
		}
		return notThere("no cluster is connected to this channel yet",
			fmt.Sprintf("whoever runs MuleBot connects one with: mulebot card add --team %s --channel %s --cluster NAME", team, channel))
	})
	return card, err
}

// PutCard adds the card of a channel or replaces it. It names at least one cluster, and the workspace must have all that it
// names, here or among those that are known from elsewhere. It fails with Conflict if the workspace has as many cards as it may
// have. AddedAt is now if it is zero, and what is posted is so since now unless it was so before.
func (s *Store) PutCard(ctx context.Context, card models.Card, known ...string) error {
	if err := checkID("team", string(card.Team)); err != nil {
		return err
	}
	if card.Channel != models.AnyChannel {
		if err := checkID("channel", string(card.Channel)); err != nil {
			return err
		}
	}
	if len(card.Clusters) == 0 {
		return invalid("the card names no cluster", "name at least one; mulebot cluster list shows them")
	}
	if card.Namespace != "" {
		if err := checkNamespace(card.Namespace); err != nil {
			return err
		}
	}
	if err := checkPosting(card); err != nil {
		return err
	}
	card.AddedAt = s.orNow(card.AddedAt)
	card.Clusters = withoutRepeats(card.Clusters)
	err := s.setUp(ctx, func(tx kv.Tx) error {
		if err := s.roomForCard(tx, card); err != nil {
			return err
		}
		before, _, err := get[models.Card](s, tx, cardKey(card.Team, card.Channel))
		if err != nil {
			return err
		}
		if card.Posting.Since = before.Posting.Since; !card.Posting.Same(before.Posting) {
			card.Posting.Since = s.now().UTC().Round(0)
		}
		for _, name := range card.Clusters {
			ref := models.ClusterRef{Team: card.Team, Name: name}
			if _, ok := tx.Get(clusterKey(ref)); !ok && !slices.Contains(known, name) {
				return noCluster(s, tx, ref)
			}
		}
		return put(s, tx, cardKey(card.Team, card.Channel), card)
	})
	if err == nil && s.Carded != nil {
		s.Carded(card)
	}
	return err
}

// checkPosting refuses what cannot be posted in the channel of a card.
func checkPosting(card models.Card) error {
	if card.Channel == models.AnyChannel && !card.Posting.IsZero() {
		return invalid("a summary is posted in one channel, and this is the card of every channel without one", "make a card for the channel where it is to be posted")
	}
	return card.Posting.Check()
}

// DeleteCard removes the card of a channel.
func (s *Store) DeleteCard(ctx context.Context, team models.TeamID, channel models.ChannelID) error {
	return s.update(ctx, func(tx kv.Tx) error {
		key := cardKey(team, channel)
		if _, ok := tx.Get(key); !ok {
			return notThere(fmt.Sprintf("channel %q has no card", channel), "mulebot card list shows the cards that are there")
		}
		return tx.Delete(key)
	})
}

// noCluster is the error for a cluster that its workspace does not have.
func noCluster(s *Store, tx kv.Tx, ref models.ClusterRef) error {
	all, err := list[clusterRecord](s, tx, tenantPrefix(clusters, ref.Team))
	if err != nil {
		return err
	}
	hint := "add it with: mulebot cluster add"
	if len(all) > 0 {
		names := make([]string, len(all))
		for i, c := range all {
			names[i] = c.Ref.Name
		}
		hint = "the clusters of this workspace are " + strings.Join(names, ", ")
	}
	return notThere(fmt.Sprintf("there is no cluster %q", ref.Name), hint)
}

var (
	idForm        = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	nameForm      = regexp.MustCompile(`^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$`)
	namespaceForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
)

// checkID refuses what cannot be the id of a team or a channel.
func checkID(what, id string) error {
	if idForm.MatchString(id) {
		return nil
	}
	return invalid(fmt.Sprintf("%q cannot be the id of a %s", id, what),
		"Slack's ids look like T024BE7LD for a team and C024BE91L for a channel")
}

// CheckName refuses names of clusters that could not be told from the words of a question: a name is 1 to 63 lower-case
// letters, digits, and dots, dashes and underscores inside.
func CheckName(name string) error {
	if nameForm.MatchString(name) && !secretive(name) {
		return nil
	}
	return invalid(fmt.Sprintf("%q cannot be the name of a cluster", name),
		"use lower-case letters and digits, with - _ or . between them, at most 63 in all, such as prod-east")
}

func checkNamespace(name string) error {
	if namespaceForm.MatchString(name) && !secretive(name) {
		return nil
	}
	return invalid(fmt.Sprintf("%q cannot be a namespace", name), "a namespace has lower-case letters, digits and - inside, at most 63")
}

// secretive reports whether a name looks like a secret: it came to the wrong place, for names are told, and stand in keys in clear.
func secretive(name string) bool { return models.Redact(name) != name }

// orNow returns a time, or now if it is zero.
func (s *Store) orNow(t time.Time) time.Time {
	if t.IsZero() {
		return s.now()
	}
	return t
}

func withoutRepeats(names []string) []string {
	var once []string
	for _, name := range names {
		if !slices.Contains(once, name) {
			once = append(once, name)
		}
	}
	return once
}
