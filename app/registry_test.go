package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
	"github.com/mulebot/mulebot/store"
)

var _ bot.Keeper = keeper{}

// registryBench is a registry over a store in memory and a simulated Slack.
type registryBench struct {
	*Registry
	sim  *slacksim.Sim
	w    *slacksim.Workspace
	team models.TeamID
}

func newRegistryBench(t *testing.T) *registryBench {
	t.Helper()
	sim := slacksim.New(slacksim.Options{})
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	w := sim.AddWorkspace(sim.AddApp(slacksim.AppOptions{}), slacksim.TeamOptions{Users: []string{"ann", "bob"}, Channels: []string{"storage", "random"}})
	config, err := LoadConfig("", []string{"MULEBOT_SLACK_API_URL=" + sim.URL(), "MULEBOT_TENANTS_ADDRESS_ALLOW=127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	st := store.Memory(time.Now)
	clusters := kube.New(kube.Options{Source: st.Cluster})
	directory := bot.NewDirectory(sim.URL(), func(context.Context, models.TeamID) (models.Secret, error) { return models.Secret(w.BotToken()), nil }, time.Now)
	return &registryBench{sim: sim, w: w, team: models.TeamID(w.ID()), Registry: &Registry{overlay: overlay{Store: st}, kube: clusters, directory: directory, config: settingsOf(config).Now}}
}

// kubeconfig returns a kubeconfig whose server is at a port where nobody listens.
func kubeconfig(name string) models.Secret {
	return models.Secret(fmt.Sprintf("{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: \"https://127.0.0.1:1/%s\"}}], "+
		"users: [{name: u, user: {token: t0ps3cret}}], contexts: [{name: c, context: {cluster: c, user: u}}]}", name))
}

func (b *registryBench) importAs(ctx context.Context, name string) error {
	return b.Import(ctx, b.team, intents.Proposal{Name: name, Kubeconfig: kubeconfig(name), By: models.UserID(b.w.User("ann"))})
}

func TestCaps(t *testing.T) {
	b := newRegistryBench(t)
	config, err := LoadConfig("", []string{"MULEBOT_TENANTS_MAX_CLUSTERS=2", "MULEBOT_TENANTS_MAX_CARDS=2"})
	if err != nil {
		t.Fatal(err)
	}
	b.Limits = settingsOf(config).limits
	var wait sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs { // at once: nobody may slip through
		wait.Go(func() { errs[i] = b.importAs(t.Context(), fmt.Sprint("c", i)) })
	}
	wait.Wait()
	refused := 0
	for _, err := range errs {
		if models.KindOf(err) == models.Conflict && strings.Contains(err.Error(), "this workspace has 2 clusters") && strings.Contains(err.Error(), "tenants.max_clusters") {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	names, err := b.Clusters(t.Context(), b.team)
	if err != nil || len(names) != 2 || refused != 6 {
		t.Errorf("%v, %v; %d refused", names, err, refused)
	}
	if err := b.importAs(t.Context(), names[0]); err != nil {
		t.Errorf("in the place of another: %v", err)
	}
	for i, channel := range []models.ChannelID{"C1", "C2", "C1", "C3"} {
		err := b.PutCard(t.Context(), models.Card{Team: b.team, Channel: channel, Clusters: names[:1]})
		if (models.KindOf(err) == models.Conflict) != (i == 3) || i < 3 && err != nil {
			t.Errorf("card %d: %v", i, err)
		}
	}
	if _, err := b.RemoveCluster(t.Context(), models.ClusterRef{Team: b.team, Name: names[0]}); err != nil {
		t.Error(err)
	}
	if err := b.importAs(t.Context(), "another"); err != nil {
		t.Errorf("in the room that is left: %v", err)
	}
	if err := b.PutCard(t.Context(), models.Card{Team: "T2", Channel: "C1", Clusters: names[:1]}); models.KindOf(err) != models.NotFound {
		t.Errorf("a card for another workspace's cluster: %v", err)
	}
}

func TestExamineKubeconfig(t *testing.T) {
	b := newRegistryBench(t)
	for name, c := range map[string]struct {
		name, kubeconfig string
		want             models.ErrorKind
	}{
		"nobody answers":  {"west", kubeconfig("west").Reveal(), models.Unavailable},
		"no kubeconfig":   {"west", "hello", models.Invalid},
		"no name":         {"Not A Name", kubeconfig("west").Reveal(), models.Invalid},
		"this machine":    {"west", strings.ReplaceAll(kubeconfig("west").Reveal(), "127.0.0.1:1", "127.0.0.2:6443"), models.Forbidden},
		"metadata server": {"west", strings.ReplaceAll(kubeconfig("west").Reveal(), "127.0.0.1:1", "169.254.169.254"), models.Forbidden},
	} {
		_, err := b.Examine(t.Context(), b.team, intents.Proposal{Name: c.name, Kubeconfig: models.Secret(c.kubeconfig)})
		if models.KindOf(err) != c.want || strings.Contains(err.Error(), "t0ps3cret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	several := strings.Replace(kubeconfig("west").Reveal(), "current-context: c, ", "", 1)
	several = strings.Replace(several, "contexts: [", "contexts: [{name: d, context: {cluster: c, user: u}}, ", 1)
	found, err := b.Examine(t.Context(), b.team, intents.Proposal{Name: "west", Kubeconfig: models.Secret(several)})
	if err != nil || !slices.Equal(found.Contexts, []string{"c", "d"}) {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestDirectCard(t *testing.T) {
	b := newRegistryBench(t)
	for _, name := range []string{"east", "west"} {
		if err := b.importAs(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	d := &Directs{tenants: b.overlay, directory: b.directory, log: zerolog.Nop()}
	card := func(user string, channel models.ChannelID) string {
		t.Helper()
		c, err := d.DirectCard(t.Context(), b.team, channel, models.UserID(b.w.User(user)))
		if err != nil && models.KindOf(err) != models.NotFound {
			t.Fatal(err)
		}
		return strings.Join(c.Clusters, " ") + "/" + c.Namespace
	}
	put := func(channel, namespace string, clusters ...string) {
		t.Helper()
		if err := b.Store.PutCard(t.Context(), models.Card{Team: b.team, Channel: models.ChannelID(channel), Clusters: clusters, Namespace: namespace}); err != nil {
			t.Fatal(err)
		}
	}
	if got := card("ann", "D1"); got != "/" {
		t.Errorf("without a card: %s", got)
	}
	secret := b.w.AddChannel("secret", slacksim.ChannelOptions{Private: true, Members: []string{b.w.User("ann")}})
	put(b.w.Channel("storage"), "db", "east")
	put(secret, "kafka", "east", "west")
	if ann, bob := card("ann", "D1"), card("bob", "D2"); ann != "east west/" || bob != "east/db" {
		t.Errorf("ann sees %s, bob %s", ann, bob)
	}
	put("D2", "", "west")
	if got := card("bob", "D2"); got != "west/" {
		t.Errorf("its own card: %s", got)
	}
	put("*", "", "west")
	b.w.SetScopes("chat:write")
	if got := card("carl", "D3"); got != "west/" { // Slack does not tell his channels: what everybody sees is left
		t.Errorf("without the scope: %s", got)
	}
}

func TestRolesOfGrants(t *testing.T) {
	b := newRegistryBench(t)
	ann, bob := models.UserID(b.w.User("ann")), models.UserID(b.w.User("bob"))
	b.w.SetAdmin(string(ann), true)
	admins := bot.NewAdmins(b.config().Slack.APIURL, func(context.Context, models.TeamID) (models.Secret, error) { return models.Secret(b.w.BotToken()), nil }, time.Now)
	b.config().Roles.Operators = []string{"U0OPS"}
	r := &Roles{config: b.config, store: b.Store, admins: admins, directory: b.directory}
	role := func(user models.UserID, clusters ...string) models.Role {
		t.Helper()
		role, err := r.Role(t.Context(), b.team, user, models.Scope{Clusters: clusters})
		if err != nil {
			t.Fatal(err)
		}
		return role
	}
	give := func(who string, role models.Role, clusters ...string) {
		t.Helper()
		if err := b.PutGrant(t.Context(), models.Grant{Team: b.team, Who: who, Role: role, Clusters: clusters, By: ann}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"east", "west"} {
		if err := b.PutCluster(t.Context(), models.Cluster{Ref: models.ClusterRef{Team: b.team, Name: name}}); err != nil {
			t.Fatal(err)
		}
	}
	if ids, err := r.Admins(t.Context(), b.team); err != nil || len(ids) > 0 {
		t.Errorf("nobody is known yet: %v, %v", ids, err)
	}
	give(string(bob), models.Operator, "east")
	give(b.w.AddGroup("oncall", string(bob)), models.Admin, "west")
	if role(bob, "east") != models.Operator || role(bob, "west") != models.Admin || role(bob, "east", "west") != models.Operator || role(bob) != models.Viewer {
		t.Error("bob's roles are not those that were given")
	}
	if role(ann, "west") != models.Viewer || role("U0OPS", "east") != models.Operator || role("U0OPS") != models.Operator {
		t.Error("roles that were not given, or not by the configuration")
	}
	if ids, err := r.Admins(t.Context(), b.team); err != nil || !slices.Equal(ids, []string{string(ann)}) {
		t.Errorf("who gave a role and is an admin at Slack: %v, %v", ids, err)
	}
	give("U0HEAD", models.Admin)
	if ids, err := r.Admins(t.Context(), b.team); err != nil || !slices.Equal(ids, []string{"U0HEAD", string(ann)}) {
		t.Errorf("%v, %v", ids, err)
	}
}

func TestKeeper(t *testing.T) {
	b := newRegistryBench(t)
	if err := b.importAs(t.Context(), "east"); err != nil {
		t.Fatal(err)
	}
	if err := b.PutCard(t.Context(), models.Card{Team: b.team, Channel: "C1", Clusters: []string{"east"}}); err != nil {
		t.Fatal(err)
	}
	var gone []models.TeamID
	k := keeper{store: b.Store, kube: b.kube, apiURL: b.sim.URL(), gone: func(team models.TeamID) { gone = append(gone, team) }, log: zerolog.Nop()}
	for range 2 { // Slack repeats itself
		if err := k.ChannelGone(t.Context(), b.team, "C1"); err != nil {
			t.Fatal(err)
		}
		if err := k.AppGone(t.Context(), b.team, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if len(gone) != 2 || gone[0] != b.team {
		t.Errorf("no longer served: %v", gone)
	}
	if cards, _ := b.Cards(t.Context(), b.team); len(cards) > 0 {
		t.Errorf("%+v", cards)
	}
	if c, err := b.Cluster(t.Context(), models.ClusterRef{Team: b.team, Name: "east"}); models.KindOf(err) != models.Forbidden {
		t.Errorf("%v, %v", c, err)
	}
}

// TestKeeperKnowsOldEvents has the app removed and added again: what Slack repeats of the removal erases nothing.
func TestKeeperKnowsOldEvents(t *testing.T) {
	b := newRegistryBench(t)
	k := keeper{store: b.Store, kube: b.kube, apiURL: b.sim.URL(), gone: func(models.TeamID) {}, log: zerolog.Nop()}
	add := func(at time.Time) {
		t.Helper()
		if err := b.PutWorkspace(t.Context(), models.Workspace{Team: b.team, AppToken: "xapp-1", BotToken: models.Secret(b.w.BotToken()), AddedAt: at}); err != nil {
			t.Fatal(err)
		}
	}
	kept := func() bool {
		w, err := b.Workspace(t.Context(), b.team)
		if err != nil {
			t.Fatal(err)
		}
		return w.BotToken != "" && w.Until.IsZero()
	}
	now := time.Now()
	add(now)
	if err := k.AppGone(t.Context(), b.team, now.Add(-time.Second)); err != nil || !kept() {
		t.Errorf("an event from before: %v", err)
	}
	b.sim.FailNext("auth.test", slacksim.Fault{Status: 503}, 1)
	if err := k.AppGone(t.Context(), b.team, now); models.KindOf(err) != models.Unavailable || !kept() {
		t.Errorf("while Slack does not answer, the event is to come again: %v", err)
	}
	b.w.Uninstall()
	if err := k.AppGone(t.Context(), b.team, now); err != nil || kept() {
		t.Errorf("a removal right after the app was added: %v", err)
	}
	b.w.Reinstall()
	add(now.Add(-time.Hour))
	if err := k.AppGone(t.Context(), b.team, now); err != nil || kept() {
		t.Errorf("long after, nobody is asked: %v", err)
	}
}

func TestTenantsConfig(t *testing.T) {
	c, err := LoadConfig("", []string{"MULEBOT_TENANTS_ALLOW_EXEC=true", "MULEBOT_TENANTS_MAX_CARDS=7", "MULEBOT_TENANTS_ADDRESS_DENY=10.1.2.3/8,::1", "MULEBOT_TENANTS_ADDRESS_ALLOW=169.254.1.1"})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(c.guard.Exec, c.guard.Files, c.guard.Deny, c.guard.Allow, c.Tenants.MaxCards, c.Tenants.MaxClusters); got != "true false [10.0.0.0/8 ::1/128] [169.254.1.1/32] 7 50" {
		t.Error(got)
	}
	for _, variable := range []string{"MULEBOT_TENANTS_ADDRESS_DENY=localhost", "MULEBOT_TENANTS_ADDRESS_ALLOW=10.0.0.0/99"} {
		if _, err := LoadConfig("", []string{variable}); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "tenants.address_") {
			t.Errorf("%s: %v", variable, err)
		}
	}
}
