package store

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

func cluster(team models.TeamID, name string) models.Cluster {
	return models.Cluster{Ref: models.ClusterRef{Team: team, Name: name}, Kubeconfig: models.Secret("kubeconfig of " + name),
		Prometheus: models.Secret("https://u:p@" + name)}
}

func card(team models.TeamID, channel models.ChannelID, clusters ...string) models.Card {
	return models.Card{Team: team, Channel: channel, Clusters: clusters}
}

func TestWorkspaces(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	w := models.Workspace{Team: "T2", Name: "acme", AppToken: "xapp-1", BotToken: "xoxb-1"}
	ok(t, s.PutWorkspace(ctx, w), s.PutWorkspace(ctx, models.Workspace{Team: "T1", AddedAt: time.Unix(9, 0)}))
	w.Name = "acme inc"
	ok(t, s.PutWorkspace(ctx, w))
	all, err := s.Workspaces(ctx)
	ok(t, err)
	w.AddedAt = c.now()
	if len(all) != 2 || all[0].Team != "T1" || !all[0].AddedAt.Equal(time.Unix(9, 0)) || all[1] != w {
		t.Errorf("got %+v", all)
	}
	ok(t, s.DeleteWorkspace(ctx, "T2"))
	wantError(t, s.DeleteWorkspace(ctx, "T2"), models.NotFound, "T2", "workspace list")
	for _, team := range []models.TeamID{"", "T/1", "T 1", "*", "T\x00", models.TeamID(strings.Repeat("T", 65))} {
		wantError(t, s.PutWorkspace(ctx, models.Workspace{Team: team}), models.Invalid, "team")
	}
}

func TestClusters(t *testing.T) {
	s := Memory(newClock().now)
	ok(t, s.PutCluster(ctx, cluster("T1", "staging")), s.PutCluster(ctx, cluster("T1", "prod-east")), s.PutCluster(ctx, cluster("T2", "theirs")))
	all, err := s.Clusters(ctx, "T1")
	ok(t, err)
	if len(all) != 2 || all[0].Ref.Name != "prod-east" || all[1].Kubeconfig.Reveal() != "kubeconfig of staging" || all[1].Prometheus.Reveal() != "https://u:p@staging" {
		t.Errorf("got %+v", all)
	}
	one, err := s.Cluster(ctx, models.ClusterRef{Team: "T1", Name: "staging"})
	if err != nil || one != all[1] {
		t.Errorf("got %+v, %v", one, err)
	}
	_, err = s.Cluster(ctx, models.ClusterRef{Team: "T1", Name: "theirs"})
	wantError(t, err, models.NotFound, "theirs", "prod-east, staging")
	_, err = s.Cluster(ctx, models.ClusterRef{Team: "T3", Name: "any"})
	wantError(t, err, models.NotFound, "cluster add")
	for _, name := range []string{"", "Prod", "a b", "-a", "a-", "a/b", "ü", strings.Repeat("a", 64)} {
		wantError(t, s.PutCluster(ctx, cluster("T1", name)), models.Invalid, "cluster", "such as")
	}
	for _, name := range []string{"a", "kind-kind", "gke_p_z_n", "eu.prod.1", strings.Repeat("a", 63)} {
		ok(t, s.PutCluster(ctx, cluster("T1", name)))
	}
	wantError(t, s.PutCluster(ctx, cluster("", "a")), models.Invalid, "team")
}

func TestCards(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	ok(t, s.PutCluster(ctx, cluster("T1", "a")), s.PutCluster(ctx, cluster("T1", "b")), s.PutCluster(ctx, cluster("T2", "c")))
	_, err := s.Card(ctx, "T1", "C1")
	wantError(t, err, models.NotFound, "no cluster is connected", "mulebot card add", "T1", "C1")

	own := card("T1", "C1", "b", "a", "b")
	own.Namespace = "db"
	ok(t, s.PutCard(ctx, own), s.PutCard(ctx, card("T1", models.AnyChannel, "a")))
	got, err := s.Card(ctx, "T1", "C1")
	if err != nil || !slices.Equal(got.Clusters, []string{"b", "a"}) || got.Namespace != "db" || !got.AddedAt.Equal(c.now()) {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = s.Card(ctx, "T1", "C2")
	if err != nil || got.Channel != models.AnyChannel {
		t.Errorf("a channel without a card got %+v, %v", got, err)
	}
	if _, err := s.Card(ctx, "T2", "C1"); models.KindOf(err) != models.NotFound {
		t.Errorf("another tenant got %v", err)
	}
	all, err := s.Cards(ctx, "T1")
	if err != nil || len(all) != 2 {
		t.Errorf("got %+v, %v", all, err)
	}

	wantError(t, s.PutCard(ctx, card("T1", "C1", "c")), models.NotFound, `"c"`, "a, b")
	wantError(t, s.PutCard(ctx, card("T1", "C1")), models.Invalid, "no cluster")
	wantError(t, s.PutCard(ctx, card("T1", "C/1", "a")), models.Invalid, "channel")
	wantError(t, s.PutCard(ctx, card("", "C1", "a")), models.Invalid, "team")
	bad := card("T1", "C1", "a")
	bad.Namespace = "Kube System"
	wantError(t, s.PutCard(ctx, bad), models.Invalid, "namespace")

	ok(t, s.DeleteCard(ctx, "T1", "C1"))
	wantError(t, s.DeleteCard(ctx, "T1", "C1"), models.NotFound, "C1")
}

// What a card posts is so since it was changed, and not since the card was put again, and whoever asks is told of each card.
func TestCardsPost(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	var told []models.Posting
	s.Carded = func(card models.Card) { told = append(told, card.Posting) }
	ok(t, s.PutCluster(ctx, cluster("T1", "a")))
	put := func(p models.Posting) time.Time {
		t.Helper()
		c.pass(time.Hour)
		posting := card("T1", "C1", "a")
		posting.Posting = p
		ok(t, s.PutCard(ctx, posting))
		got, err := s.Card(ctx, "T1", "C1")
		if err != nil || !got.Posting.Same(p) || len(told) == 0 || !told[len(told)-1].Equal(got.Posting) {
			t.Errorf("%+v, %v; told of %+v", got.Posting, err, told)
		}
		return got.Posting.Since
	}
	put(models.Posting{})
	nine := models.Posting{Days: models.Daily, At: 540, Zone: "Europe/Berlin"}
	first := put(nine)
	if !first.Equal(c.now()) || !put(nine).Equal(first) {
		t.Errorf("since %s", first)
	}
	nine.At++
	if since := put(nine); !since.Equal(c.now()) {
		t.Errorf("another minute since %s", since)
	}
	for channel, p := range map[models.ChannelID]models.Posting{"C1": {Days: models.Daily, Zone: "Moon/Tycho"}, "C2": {Days: "often"}, models.AnyChannel: {Days: models.Daily}} {
		posting := card("T1", channel, "a")
		posting.Posting = p
		wantError(t, s.PutCard(ctx, posting), models.Invalid)
	}
	if len(told) != 4 {
		t.Errorf("told %d times", len(told))
	}
}

func TestDeleteClusterTakesItOffCards(t *testing.T) {
	s := Memory(newClock().now)
	ok(t, s.PutCluster(ctx, cluster("T1", "a")), s.PutCluster(ctx, cluster("T1", "b")), s.PutCluster(ctx, cluster("T2", "a")),
		s.PutCard(ctx, card("T1", "C1", "a", "b")), s.PutCard(ctx, card("T1", "C2", "a")), s.PutCard(ctx, card("T2", "C1", "a")))
	lost, err := s.DeleteCluster(ctx, models.ClusterRef{Team: "T1", Name: "a"})
	if ok(t, err); len(lost) > 0 || len(entries(t, s, "T1", time.Time{})) > 0 {
		t.Errorf("lost the roles %v", lost)
	}
	all, err := s.Cards(ctx, "T1")
	if err != nil || len(all) != 1 || !slices.Equal(all[0].Clusters, []string{"b"}) {
		t.Errorf("got %+v, %v", all, err)
	}
	if all, err := s.Cards(ctx, "T2"); err != nil || len(all) != 1 {
		t.Errorf("another tenant is left with %+v, %v", all, err)
	}
	_, err = s.DeleteCluster(ctx, models.ClusterRef{Team: "T1", Name: "a"})
	wantError(t, err, models.NotFound, `"a"`)
}

// TestDeleteClusterTakesItOffGrants adds a cluster of the same name again: nobody has a role on it that was given on the one before, and
// nobody has got one on others.
func TestDeleteClusterTakesItOffGrants(t *testing.T) {
	s := Memory(newClock().now)
	give := func(team models.TeamID, who string, role models.Role, clusters ...string) {
		t.Helper()
		ok(t, s.PutGrant(ctx, models.Grant{Team: team, Who: who, Role: role, Clusters: clusters}))
	}
	ok(t, s.PutCluster(ctx, cluster("T1", "a")), s.PutCluster(ctx, cluster("T1", "b")), s.PutCluster(ctx, cluster("T2", "a")))
	give("T1", "U01", models.Admin, "a")
	give("T1", "U02", models.Operator, "a", "b")
	give("T1", "U03", models.Viewer)
	give("T1", "U04", models.Admin, "a", "b")
	give("T1", "U04", models.Operator, "b")
	give("T1", "U05", models.Operator, "a", "b")
	give("T1", "U05", models.Admin, "b")
	give("T2", "U01", models.Admin, "a")
	lost, err := s.DeleteCluster(ctx, models.ClusterRef{Team: "T1", Name: "a"})
	ok(t, err, s.PutCluster(ctx, cluster("T1", "a")))
	said := func(all []models.Grant) (text string) {
		for _, g := range all {
			text += fmt.Sprintf("%s %s; ", g.Who, g.Gives())
		}
		return text
	}
	if got := said(lost); got != "U01 admin on a; U02 operator on a; U04 admin on a; U05 operator on a; " {
		t.Errorf("lost: %s", got)
	}
	left, err := s.Grants(ctx, "T1")
	ok(t, err)
	if got := said(left); got != "U02 operator on b; U03 viewer of the whole workspace; U04 admin on b; U05 admin on b; " {
		t.Errorf("left: %s", got)
	}
	if others, err := s.Grants(ctx, "T2"); err != nil || len(others) != 1 {
		t.Errorf("another tenant is left with %v, %v", others, err)
	}
	if log := entries(t, s, "T1", time.Time{}); len(log) != 1 || !strings.Contains(log[0].Text, "U02 is no more operator on a;") {
		t.Errorf("the log is %+v", log)
	}
}

// everything is all that the store tells of a team, as text.
func everything(t *testing.T, s *Store, team models.TeamID) string {
	t.Helper()
	var all []any
	add := func(v any, err error) {
		if err != nil {
			all = append(all, err.Error()) // errors name things too
		}
		all = append(all, v)
	}
	add(s.Clusters(ctx, team))
	add(s.Cards(ctx, team))
	add(s.Unanswered(ctx, team))
	for i := range 6 {
		for name := range 8 {
			add(s.Cluster(ctx, models.ClusterRef{Team: team, Name: fmt.Sprintf("n%d", name)}))
		}
		channel := models.ChannelID(fmt.Sprintf("C%d", i))
		add(s.Card(ctx, team, channel))
		add(s.Dialogue(ctx, models.Conversation{Team: team, Channel: channel, Thread: "1"}))
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTenancy does random things as random tenants, all of whom use the same ids; what they write holds a mark of theirs. Nothing
// that a tenant reads ever holds the mark of another, and what one does changes nothing for the others.
func TestTenancy(t *testing.T) {
	// Ids that would meet if keys were joined carelessly; those that Slack never gives get into the journal only.
	teams := []models.TeamID{"T1", "T12", "T", "t1", "T1/C1", "T1%2FC1", "T1\x00", "cluster", "*"}
	mark := func(team models.TeamID) string { return fmt.Sprintf("mark%dend", slices.Index(teams, team)) }
	random := rand.New(rand.NewPCG(5, 6))
	s := Memory(newClock().now)
	before := map[models.TeamID]string{}
	for _, team := range teams {
		before[team] = everything(t, s, team)
	}
	for step := range 600 {
		team := teams[random.IntN(len(teams))]
		channel := models.ChannelID(fmt.Sprintf("C%d", random.IntN(6)))
		name := fmt.Sprintf("n%d", random.IntN(4))
		m := models.Message{Team: team, Channel: channel, Thread: "1", ID: fmt.Sprint(random.IntN(20)), Text: mark(team)}
		var did string
		switch random.IntN(8) {
		case 0:
			did = "put cluster"
			c := cluster(team, name)
			c.Context = mark(team)
			_ = s.PutCluster(ctx, c)
		case 1:
			did = "put card"
			c := card(team, channel, name)
			c.Namespace = mark(team)
			_ = s.PutCard(ctx, c)
		case 2, 3:
			did = "append"
			_, _ = s.Append(ctx, models.Entry{Message: m})
		case 4, 5:
			did = "done"
			_ = s.Done(ctx, m, nil, &models.Dialogue{Intent: mark(team)})
		case 6:
			did = "delete cluster"
			_, _ = s.DeleteCluster(ctx, models.ClusterRef{Team: team, Name: name})
		case 7:
			if random.IntN(5) == 0 {
				did = "delete workspace"
				_ = s.DeleteWorkspace(ctx, team)
			}
		}
		after := everything(t, s, team)
		before[team] = after
		for _, other := range teams {
			if other != team && strings.Contains(after, mark(other)) {
				t.Fatalf("step %d, %s: %q sees %q: %s", step, did, team, other, after)
			}
			if step%10 == 0 && everything(t, s, other) != before[other] {
				t.Fatalf("step %d: %s of %q changed %q", step, did, team, other)
			}
		}
	}
	for _, team := range teams {
		if models.TeamID("T1") != team {
			continue
		}
		if !strings.Contains(before[team], mark(team)) {
			t.Error("the tenants did nothing")
		}
	}
}

func TestDeleteWorkspaceLeavesNothing(t *testing.T) {
	s := Memory(newClock().now)
	for _, team := range []models.TeamID{"T1", "T2"} {
		ok(t, s.PutWorkspace(ctx, models.Workspace{Team: team}), s.PutCluster(ctx, cluster(team, "a")), s.PutCard(ctx, card(team, "C1", "a")),
			s.DoneAtOnce(ctx, message(team, "m1"), nil, &models.Dialogue{Intent: "x"}),
			s.PutTrainingFiles(ctx, team, map[string]string{"nlu.yml": "x"}), s.PutSecret(ctx, team, "token", "x"), s.PutDraft(ctx, team, "d", files("x")),
			s.PutGrant(ctx, models.Grant{Team: team, Who: "U01", Role: models.Admin}))
		_, err := s.Append(ctx, entry(team, "m2"))
		ok(t, err)
	}
	other := everything(t, s, "T2")
	ok(t, s.DeleteWorkspace(ctx, "T1"))
	if everything(t, s, "T2") != other {
		t.Error("another tenant lost something")
	}
	ok(t, s.db.View(ctx, func(tx kv.Tx) error {
		for key := range tx.Scan("") {
			if strings.Contains(key, "T1/") && !strings.HasPrefix(key, join(expiries)) {
				t.Errorf("left: %s", key)
			}
		}
		return nil
	}))
}

// TestSeal moves each record of a tenant to the same place of another tenant: none opens there, and nothing is shown of it.
func TestSeal(t *testing.T) {
	s := Memory(newClock().now)
	ok(t, s.PutWorkspace(ctx, models.Workspace{Team: "T1", BotToken: "hush"}), s.PutCluster(ctx, cluster("T1", "n1")),
		s.PutCard(ctx, card("T1", "C1", "n1")), s.DoneAtOnce(ctx, message("T1", "m1"), &models.Audit{Team: "T1", Text: "hush"}, &models.Dialogue{Intent: "hush"}),
		s.PutTrainingFiles(ctx, "T1", map[string]string{"nlu.yml": "hush"}), s.PutSecret(ctx, "T1", "token", "hush"), s.PutDraft(ctx, "T1", "d", files("hush")))
	ok(t, s.PutGrant(ctx, models.Grant{Team: "T1", Who: "U01", Role: models.Admin}),
		s.update(ctx, func(tx kv.Tx) error { return put(s, tx, auditStartKey("T1"), auditEnd{}) }),
		s.Heard(ctx, map[models.TeamID]time.Time{"T1": time.Unix(1, 0)}))
	_, err := s.Append(ctx, entry("T1", "m2"))
	ok(t, err, s.update(ctx, func(tx kv.Tx) error { return put(s, tx, departureKey("T1"), departureRecord{}) }))
	moved := map[string]bool{}
	ok(t, s.db.Update(ctx, func(tx kv.Tx) error {
		for key, value := range tx.Scan("") {
			if to := strings.Replace(key, "/T1/", "/T2/", 1); to != key && !strings.HasPrefix(key, join(expiries)) {
				moved[strings.SplitN(key, "/", 2)[0]] = true
				if err := tx.Put(to, slices.Clone(value)); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	if len(moved) != len(ofTenant())+1 { // and the usage
		t.Fatalf("only %v were moved", moved)
	}
	reads := map[string]func() (any, error){
		"audit": func() (any, error) {
			for a, err := range s.Audit(ctx, "T2", time.Time{}) {
				return a, err
			}
			return nil, nil
		},
		"audit's chain": func() (any, error) { _, _, err := s.VerifyAudit(ctx, "T2"); return nil, err },
		"workspaces":    func() (any, error) { return s.Workspaces(ctx) },
		"clusters":      func() (any, error) { return s.Clusters(ctx, "T2") },
		"cluster":       func() (any, error) { return s.Cluster(ctx, models.ClusterRef{Team: "T2", Name: "n1"}) },
		"cards":         func() (any, error) { return s.Cards(ctx, "T2") },
		"grants":        func() (any, error) { return s.Grants(ctx, "T2") },
		"card":          func() (any, error) { return s.Card(ctx, "T2", "C1") },
		"draft":         func() (any, error) { return s.Draft(ctx, "T2", "d") },
		"training":      func() (any, error) { return s.TrainingFiles(ctx, "T2") },
		"secret":        func() (any, error) { return s.Secret(ctx, "T2", "token") },
		"secrets":       func() (any, error) { return s.Secrets(ctx, "T2") },
		"unanswered":    func() (any, error) { return s.Unanswered(ctx, "T2") },
		"heard":         func() (any, error) { return s.HeardUntil(ctx, "T2") },
		"dialogue": func() (any, error) {
			c := message("T2", "m1").Conversation()
			return s.Dialogue(ctx, c)
		},
	}
	for name, read := range reads {
		got, err := read()
		wantError(t, err, models.Internal, "does not open", "backup")
		if text := fmt.Sprintf("%+v", got); strings.Contains(text, "hush") || strings.Contains(text, "n1") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// TestNothingInClear looks for what is secret in the bytes of the file.
func TestNothingInClear(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mulebot.db")
	s := openStore(t, path, testKey(t), time.Now)
	c := cluster("T1", "n1")
	c.Kubeconfig = "hush-kubeconfig"
	e := entry("T1", "m1")
	e.Message.Text, e.ResponseURL = "hush-text", "https://hooks.slack.com/hush-url"
	e.Attachments = []models.Attachment{{Key: "file", Name: "hush.yml", URL: "https://files.slack.com/hush", Size: 4}}
	_, err := s.Append(ctx, e)
	ok(t, err, s.PutWorkspace(ctx, models.Workspace{Team: "T1", AppToken: "hush-app", BotToken: "hush-bot"}), s.PutCluster(ctx, c),
		s.PutCard(ctx, card("T1", "C1", "n1")), s.PutDraft(ctx, "T1", "d", files("hush-file")))
	left, err := s.Unanswered(ctx, "T1")
	if err != nil || len(left) != 1 || left[0].ResponseURL != e.ResponseURL || !slices.Equal(left[0].Attachments, e.Attachments) {
		t.Errorf("%v, %v", left, err)
	}
	ok(t, s.Close())
	data, err := os.ReadFile(path)
	ok(t, err)
	if !strings.Contains(string(data), "cluster/T1/n1/") {
		t.Error("the file does not even hold the keys")
	}
	if i := strings.Index(string(data), "hush"); i >= 0 {
		t.Errorf("the file holds %q", data[i:i+16])
	}
}
