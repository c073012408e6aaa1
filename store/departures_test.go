package store

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// departing is a store with two workspaces, and a clock that the test moves.
func departing(t *testing.T) (*Store, *time.Time) {
	t.Helper()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := Memory(func() time.Time { return now })
	for _, team := range []models.TeamID{"T1", "T2"} {
		ok(t, s.PutWorkspace(ctx, models.Workspace{Team: team, AppToken: "xapp-1", BotToken: "xoxb-1"}))
		ok(t, s.PutCluster(ctx, models.Cluster{Ref: models.ClusterRef{Team: team, Name: "prod"}, Kubeconfig: "t0ps3cret", Prometheus: "https://t0ps3cret", Imported: true}))
		ok(t, s.PutCard(ctx, models.Card{Team: team, Channel: "C1", Clusters: []string{"prod"}}))
		ok(t, s.PutSecret(ctx, team, "token", "t0ps3cret"))
		ok(t, s.PutDraft(ctx, team, "d", map[string]string{"kubeconfig": "t0ps3cret"}))
		ok(t, s.PutGrant(ctx, models.Grant{Team: team, Who: "U01", Role: models.Operator}))
		_, err := s.Append(ctx, models.Entry{Message: models.Message{ID: "m", Team: team, Channel: "C1"}, ResponseURL: "https://t0ps3cret"})
		ok(t, err)
	}
	return s, &now
}

// secretsOf returns the keys of the records of a tenant in which the secret stands.
func secretsOf(t *testing.T, s *Store, team models.TeamID) (keys []string) {
	t.Helper()
	ok(t, s.view(ctx, func(tx kv.Tx) error {
		for _, kind := range ofTenant() {
			for key, sealed := range tx.Scan(tenantPrefix(kind, team)) {
				text, err := s.key.Load().open(key, sealed)
				if err != nil {
					return err
				}
				if bytes.Contains(text, []byte("t0ps3cret")) || bytes.Contains(text, []byte("xoxb-1")) || bytes.Contains(text, []byte("xapp-1")) {
					keys = append(keys, key)
				}
			}
		}
		return nil
	}))
	return keys
}

func TestDepart(t *testing.T) {
	s, now := departing(t)
	erased, err := s.Depart(ctx, "T1")
	if err != nil || len(erased) != 1 || erased[0].Name != "prod" {
		t.Fatalf("%v, %v", erased, err)
	}
	if left := secretsOf(t, s, "T1"); len(left) > 0 {
		t.Errorf("secrets are left in %q", left)
	}
	if left := secretsOf(t, s, "T2"); len(left) != 5 {
		t.Errorf("the other workspace has %d secrets of 5", len(left))
	}
	_, err = s.Cluster(ctx, models.ClusterRef{Team: "T1", Name: "prod"})
	if models.KindOf(err) != models.Forbidden { // and not the cluster that MuleBot runs in
		t.Errorf("a cluster without credentials: %v", err)
	}
	*now = now.Add(29 * 24 * time.Hour)
	if _, err := s.Depart(ctx, "T1"); err != nil { // the other event, or Slack's repeat
		t.Fatal(err)
	}
	ok(t, s.Prune(ctx))
	if card, err := s.Card(ctx, "T1", "C1"); err != nil || card.Clusters[0] != "prod" {
		t.Errorf("the card after 29 days: %v, %v", card, err)
	}
	workspaces, err := s.Workspaces(ctx)
	if err != nil || len(workspaces) != 2 || workspaces[0].Until.IsZero() || !workspaces[1].Until.IsZero() {
		t.Errorf("%+v, %v", workspaces, err)
	}
	*now = now.Add(2 * 24 * time.Hour)
	ok(t, s.Prune(ctx))
	if workspaces, _ = s.Workspaces(ctx); len(workspaces) != 1 || workspaces[0].Team != "T2" {
		t.Errorf("after 31 days: %+v", workspaces)
	}
	if cards, _ := s.Cards(ctx, "T1"); len(cards) > 0 {
		t.Errorf("after 31 days: %+v", cards)
	}
}

func TestReturn(t *testing.T) {
	for name, back := range map[string]func(*Store) error{
		"with new tokens": func(s *Store) error {
			return s.PutWorkspace(ctx, models.Workspace{Team: "T1", AppToken: "xapp-2", BotToken: "xoxb-2"})
		},
		"by itself": func(s *Store) error { return s.Return(ctx, "T1") },
	} {
		s, now := departing(t)
		_, err := s.Depart(ctx, "T1")
		ok(t, err)
		ok(t, back(s))
		*now = now.Add(40 * 24 * time.Hour)
		ok(t, s.Prune(ctx))
		if card, err := s.Card(ctx, "T1", "C1"); err != nil || card.Clusters[0] != "prod" {
			t.Errorf("%s: the card is %v, %v", name, card, err)
		}
		ok(t, s.PutCluster(ctx, models.Cluster{Ref: models.ClusterRef{Team: "T1", Name: "prod"}, Kubeconfig: "new"}))
		if c, err := s.Cluster(ctx, models.ClusterRef{Team: "T1", Name: "prod"}); err != nil || c.Kubeconfig != "new" {
			t.Errorf("%s: imported again, the cluster is %v, %v", name, c, err)
		}
	}
}

// TestKubeconfigIsSealed makes sure that what a form was filled in with is not to be read in the file: not while it waits in the
// journal, nor as a draft, nor as a cluster.
func TestKubeconfigIsSealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	text, err := newKey()
	ok(t, err)
	key, err := ParseKey(models.Secret(text))
	ok(t, err)
	s, err := Open(path, key, time.Now)
	ok(t, err)
	secret := strings.Repeat("t0ps3cret", 10)
	_, err = s.Append(ctx, models.Entry{Message: models.Message{ID: "m", Team: "T1", Channel: "C1", Kind: models.Submitted,
		Action: &models.Action{Intent: "import", Values: map[string]string{"kubeconfig": secret}}}})
	ok(t, err)
	ok(t, s.PutDraft(ctx, "T1", "d", map[string]string{"kubeconfig": secret}))
	ok(t, s.PutCluster(ctx, models.Cluster{Ref: models.ClusterRef{Team: "T1", Name: "prod"}, Kubeconfig: models.Secret(secret)}))
	ok(t, s.Close())
	content, err := os.ReadFile(path)
	ok(t, err)
	if bytes.Contains(content, []byte("t0ps3cret")) {
		t.Error("the file holds the kubeconfig in clear")
	}
}

func TestGrants(t *testing.T) {
	s := Memory(time.Now)
	give := func(g models.Grant) error { g.Team = "T1"; return s.PutGrant(ctx, g, "b") }
	ok(t, s.PutCluster(ctx, cluster("T1", "a")))
	if err := give(models.Grant{Who: "U01", Role: models.Operator, Clusters: []string{"a", "gone"}}); models.KindOf(err) != models.NotFound {
		t.Errorf("a role on a cluster that is not there: %v", err)
	}
	ok(t, give(models.Grant{Who: "U01", Role: models.Operator, Clusters: []string{"b", "a", "a"}}))
	ok(t, give(models.Grant{Who: "U01", Role: models.Admin, Clusters: []string{"a", "b"}}))
	ok(t, give(models.Grant{Who: "S01", Role: models.Operator, Namespaces: []string{"db"}}))
	for _, g := range []models.Grant{{Who: "bob", Role: models.Operator}, {Who: "U01", Role: "root"}, {Who: "U01", Role: models.Operator, Namespaces: []string{"No/No"}}} {
		if err := give(g); models.KindOf(err) != models.Invalid {
			t.Errorf("%+v: %v", g, err)
		}
	}
	all, err := s.Grants(ctx, "T1")
	if err != nil || len(all) != 2 || all[1].Role != models.Admin || strings.Join(all[1].Clusters, " ") != "a b" {
		t.Errorf("%+v, %v", all, err)
	}
	if others, _ := s.Grants(ctx, "T"); len(others) > 0 {
		t.Errorf("another team has %+v", others)
	}
	ok(t, s.DeleteGrant(ctx, models.Grant{Team: "T1", Who: "U01", Clusters: []string{"b", "a"}}))
	if err := s.DeleteGrant(ctx, models.Grant{Team: "T1", Who: "U01"}); models.KindOf(err) != models.NotFound {
		t.Errorf("one that is not there: %v", err)
	}
}
