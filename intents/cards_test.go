package intents_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// fakeRegistry is the registry of team T1; its card of channel C1 is also what the tenants give.
type fakeRegistry struct {
	tenants  *fakeTenants
	clusters []string
	cards    []models.Card
	grants   []models.Grant
	found    intents.Finding
	err      error // of an examination
	examined []intents.Proposal
	imported []intents.Proposal
}

func (r *fakeRegistry) Clusters(context.Context, models.TeamID) ([]string, error) {
	return r.clusters, nil
}
func (r *fakeRegistry) Cards(context.Context, models.TeamID) ([]models.Card, error) {
	return r.cards, nil
}

func (r *fakeRegistry) PutCard(_ context.Context, card models.Card) error {
	if len(card.Clusters) == 0 {
		return &models.Error{Kind: models.Invalid, Message: "the card names no cluster"}
	}
	_ = r.DeleteCard(context.Background(), card.Team, card.Channel)
	r.cards = append(r.cards, card)
	if card.Channel == "C1" {
		r.tenants.cards[card.Team] = card
	}
	return nil
}

func (r *fakeRegistry) DeleteCard(_ context.Context, team models.TeamID, channel models.ChannelID) error {
	r.cards = slices.DeleteFunc(r.cards, func(c models.Card) bool { return c.Channel == channel })
	if channel == "C1" {
		delete(r.tenants.cards, team)
	}
	return nil
}

func (r *fakeRegistry) Examine(_ context.Context, _ models.TeamID, p intents.Proposal) (intents.Finding, error) {
	r.examined = append(r.examined, p)
	return r.found, r.err
}

func (r *fakeRegistry) Import(_ context.Context, _ models.TeamID, p intents.Proposal) error {
	r.imported = append(r.imported, p)
	r.clusters = append(r.clusters, p.Name)
	return nil
}

func (r *fakeRegistry) RemoveCluster(_ context.Context, ref models.ClusterRef) ([]models.Grant, error) {
	r.clusters = slices.DeleteFunc(r.clusters, func(name string) bool { return name == ref.Name })
	return slices.DeleteFunc(slices.Clone(r.grants), func(g models.Grant) bool { return !slices.Contains(g.Clusters, ref.Name) }), nil
}

func (r *fakeRegistry) Grants(context.Context, models.TeamID) ([]models.Grant, error) {
	return r.grants, nil
}

func (r *fakeRegistry) PutGrant(_ context.Context, g models.Grant) error {
	r.grants = append(r.grants, g)
	return nil
}

func (r *fakeRegistry) DeleteGrant(_ context.Context, g models.Grant) error {
	r.grants = slices.DeleteFunc(r.grants, func(o models.Grant) bool { return fmt.Sprint(o) == fmt.Sprint(g) })
	return nil
}

func (r *fakeRegistry) Groups(context.Context, models.TeamID) ([]models.Option, error) {
	return []models.Option{{Label: "@oncall", Value: "S01"}}, nil
}

// scopedRoles are grants by user.
type scopedRoles map[models.UserID][]models.Grant

func (s scopedRoles) Role(_ context.Context, _ models.TeamID, user models.UserID, scope models.Scope) (models.Role, error) {
	return models.RoleOf(s[user], scope), nil
}

func (s scopedRoles) Admins(context.Context, models.TeamID) ([]string, error) {
	return []string{"U0BOSS"}, nil
}

// strange is whom Members takes for an outsider.
type strange models.UserID

func (s strange) IsOutsider(_ context.Context, _ models.TeamID, user models.UserID) (bool, error) {
	return user == models.UserID(s), nil
}

// bureau is a talk with a router whose cards can be changed. The boss is an admin of Slack's, "head" one of prod-east.
type bureau struct {
	*school
	registry *fakeRegistry
}

func newBureau(t *testing.T, cards ...models.Card) *bureau {
	t.Helper()
	b := &bureau{school: newSchool(t)}
	b.registry = &fakeRegistry{tenants: b.tenants, clusters: []string{"prod-east", "staging"}, cards: cards}
	clear(b.tenants.cards)
	for _, c := range cards {
		b.tenants.cards[c.Team] = c
	}
	o := b.Options
	o.Registry, o.Members, o.Log = b.registry, strange("eve"), zerolog.Nop()
	o.Roles = scopedRoles{"head": {{Role: models.Admin, Clusters: []string{"prod-east"}}}}
	b.reroute(t, o)
	return b
}

// says sends what somebody says in the channel.
func (b *bureau) says(user models.UserID, text string) models.Reply {
	return b.send(models.Message{Kind: models.Mention, User: user, Text: text})
}

// fills submits the form of a reply.
func (b *bureau) fills(t *testing.T, user models.UserID, reply models.Reply, values map[string]string) models.Reply {
	t.Helper()
	if reply.Form == nil {
		t.Fatalf("no form: %q", reply.Text)
	}
	action := reply.Form.Action
	all := map[string]string{}
	for k, v := range action.Values {
		all[k] = v
	}
	for _, f := range reply.Form.Fields {
		all[f.Key] = f.Initial
	}
	for k, v := range values {
		all[k] = v
	}
	action.Values = all
	return b.send(models.Message{Kind: models.Submitted, User: user, Action: &action})
}

func (b *bureau) card() string {
	for _, c := range b.registry.cards {
		if c.Channel == "C1" {
			return strings.Join(c.Clusters, " ")
		}
	}
	return ""
}

func TestWithoutCard(t *testing.T) {
	b := newBureau(t)
	first := b.says("bob", "which volumes are degraded?")
	if len(first.Buttons) != 1 || first.Buttons[0].Action.Intent != "setup" || models.KindOf(first.Err) != models.NotFound || first.Table != nil {
		t.Errorf("%+v", first)
	}
	if !slices.Equal(first.People, []string{"U0BOSS"}) {
		t.Errorf("people %v", first.People)
	}
	second := b.says("bob", "and pools?")
	if len(second.Buttons) != 0 || len(second.Text) >= len(first.Text) || second.Text == "" {
		t.Errorf("the second time: %q", second.Text)
	}
	if reply := b.press(t, "bob", first, "Connect"); models.KindOf(reply.Err) != models.Forbidden || !slices.Equal(reply.People, []string{"U0BOSS"}) || reply.Form != nil {
		t.Errorf("a viewer sets up: %q, %v", reply.Text, reply.People)
	}
	for _, name := range []string{"prod-east", "staging"} {
		if strings.Contains(first.Text+second.Text, name) {
			t.Errorf("a channel without a card hears of %s", name)
		}
	}
}

func TestSetup(t *testing.T) {
	b := newBureau(t)
	saved := b.fills(t, "boss", b.as("boss", ""), map[string]string{"clusters": "prod-east\nstaging", "namespace": " Kafka ", "outsiders": "yes"})
	contains(t, saved.Text, "`prod-east` and `staging`")
	if c := b.registry.cards[0]; !saved.Private || c.Namespace != "kafka" || !c.Outsiders || c.By != "boss" || c.Channel != "C1" {
		t.Errorf("%+v, private %v", c, saved.Private)
	}
	if reply := b.fills(t, "boss", b.as("boss", "setup"), map[string]string{"clusters": ""}); models.KindOf(reply.Err) != models.Invalid {
		t.Errorf("no cluster: %q", reply.Text)
	}
	if reply := b.fills(t, "head", b.as("head", "setup"), map[string]string{"clusters": "prod-east"}); models.KindOf(reply.Err) != models.Forbidden || b.card() != "prod-east staging" {
		t.Errorf("an admin of prod-east takes staging away: %q, %s", reply.Text, b.card())
	}
	if reply := b.as("bob", ""); reply.Form != nil {
		t.Error("a viewer sees the form")
	}
	b.registry.clusters, b.registry.cards = nil, nil
	if reply := b.as("boss", "setup"); reply.Form != nil || reply.Buttons[0].Action.Intent != "import" {
		t.Errorf("without a cluster: %+v", reply)
	}
}

func TestCardsInWords(t *testing.T) {
	b := newBureau(t)
	contains(t, b.says("boss", "connect this channel to prod-east").Text, "now asks about `prod-east`")
	contains(t, b.says("boss", "please add staging to this channel").Text, "`prod-east` and `staging`")
	contains(t, b.says("bob", "which clusters are connected here?").Text, "`prod-east` and `staging`")
	contains(t, b.says("boss", "connect this channel to prod-west").Text, "Which cluster do you mean?")
	if reply := b.says("bob", "connect this channel to staging"); models.KindOf(reply.Err) != models.Forbidden {
		t.Errorf("a viewer: %q", reply.Text)
	}
	if reply := b.says("head", "stop watching staging here"); models.KindOf(reply.Err) != models.Forbidden {
		t.Errorf("an admin of another cluster: %q", reply.Text)
	}
	asked := b.says("boss", "stop watching staging here")
	if !asked.AskedBack || b.card() != "prod-east staging" {
		t.Errorf("taken off unasked: %q, %s", asked.Text, b.card())
	}
	if reply := b.says("bob", "yes, remove"); models.KindOf(reply.Err) != models.Forbidden || b.card() != "prod-east staging" {
		t.Errorf("somebody else confirms: %q, %s", reply.Text, b.card())
	}
	contains(t, b.press(t, "boss", asked, "Yes").Text, "now asks about `prod-east`")
	contains(t, b.says("boss", "stop watching staging here").Text, "does not ask about `staging`")
	contains(t, b.press(t, "boss", b.says("boss", "disconnect this channel"), "Yes").Text, "no more")
	if b.card() != "" {
		t.Errorf("the card is left: %s", b.card())
	}
}

// TestCardsAreNotMistaken asks about storage in words that are also those of cards: the cards stay as they are.
func TestCardsAreNotMistaken(t *testing.T) {
	b := newBureau(t, oneCard("prod-east", "staging"))
	for _, text := range []string{"which pods are connected to data-mysql-0", "what is connected to staging", "stop the rebuild on staging", "which clusters are there",
		"add a disk to the pool", "remove data-mysql-0", "show volumes on prod-east", "is prod-east ok", "who uses data-mysql-0", "which volumes are attached here"} {
		if reply := b.says("boss", text); strings.HasPrefix(reply.Intent, "cards.") || reply.Intent == "import" || reply.Intent == "roles" {
			t.Errorf("%q is taken for %s", text, reply.Intent)
		}
	}
	if b.card() != "prod-east staging" {
		t.Errorf("the card is %s", b.card())
	}
}

// Phrasings that are not among the examples.
func TestCardsInOtherWords(t *testing.T) {
	b := newBureau(t, oneCard("prod-east"))
	for text, want := range map[string]string{
		"hey could you please connect this channel with staging": "cards.connect",
		"i'd like you to watch staging in this channel":          "cards.connect",
		"put staging on the card of this channel":                "cards.connect",
		"please stop watching prod-east in this channel":         "cards.disconnect",
		"cut the link between this channel and prod-east":        "cards.disconnect",
		"would you take prod-east off the card of this channel":  "cards.disconnect",
		"what clusters can people ask about in this channel":     "cards.show",
		"tell me which clusters this channel is connected to":    "cards.show",
		"i would like to import another cluster":                 "import",
		"can i upload the kubeconfig of our new cluster":         "import",
		"who has the role of an operator here":                   "roles",
		"who are the admins":                                     "roles",
	} {
		if reply := b.says("boss", text); reply.Intent != want {
			t.Errorf("%q is taken for %q, not for %s", text, reply.Intent, want)
		}
	}
}

func TestListCards(t *testing.T) {
	b := newBureau(t, oneCard("prod-east"))
	for i := range 20 {
		b.registry.cards = append(b.registry.cards, models.Card{Team: "T1", Channel: models.ChannelID(fmt.Sprint("C9", i)), Clusters: []string{"staging"}})
	}
	reply := b.as("boss", "cards")
	if len(reply.Facts) != 12 || len(reply.Buttons) != 24 || reply.Facts[1].About != "C90" || !reply.Private {
		t.Errorf("%d facts, %d buttons", len(reply.Facts), len(reply.Buttons))
	}
	form := b.press(t, "boss", reply, "Edit 2").Form
	if form == nil || form.Action.Values["channel"] != "C90" || form.Fields[0].Initial != "staging" {
		t.Errorf("%+v", form)
	}
	asked := b.press(t, "boss", reply, "Remove 2")
	contains(t, asked.Text, "that channel")
	b.press(t, "boss", asked, "Yes")
	if len(b.registry.cards) != 20 || b.card() != "prod-east" {
		t.Errorf("%d cards", len(b.registry.cards))
	}
	if reply := b.as("head", "cards"); models.KindOf(reply.Err) != models.Forbidden {
		t.Errorf("an admin of one cluster sees the cards of all: %q", reply.Text)
	}
}

const kubeconfigText = "apiVersion: v1\nkind: Config\nusers: [{name: u, user: {token: t0ps3cret}}]\n"

func TestImport(t *testing.T) {
	b := newBureau(t)
	b.registry.found = intents.Finding{Version: "v1.36", Engines: []models.Engine{models.Mayastor}, Missing: []string{"watch pods"}, Hints: []string{"bind the role"}, Replaces: true}
	form := b.as("boss", "import")
	found := b.fills(t, "boss", form, map[string]string{"name": " Prod-West ", "file": kubeconfigText, "file.name": "west.yml", "as": "yes"})
	if !found.Private || len(b.registry.imported) != 0 {
		t.Errorf("private %v, imported %d", found.Private, len(b.registry.imported))
	}
	all := fmt.Sprint(found.Text, found.Facts, found.Notes)
	for _, want := range []string{"prod-west", "v1.36", "Mayastor", "watch pods", "Bind the role", "already", "west.yml"} {
		contains(t, all, want)
	}
	if reply := b.press(t, "bob", found, "Keep"); models.KindOf(reply.Err) != models.Forbidden {
		t.Errorf("a viewer keeps it: %q", reply.Text)
	}
	if reply := b.press(t, "head", found, "Keep"); models.KindOf(reply.Err) != models.Forbidden {
		t.Errorf("an admin of a cluster keeps it: %q", reply.Text)
	}
	kept := b.press(t, "boss", found, "Keep")
	if len(b.registry.imported) != 1 || b.registry.imported[0] != (intents.Proposal{Name: "prod-west", Kubeconfig: kubeconfigText, Impersonate: true, By: "boss"}) {
		t.Fatalf("%+v", b.registry.imported)
	}
	contains(t, b.press(t, "boss", kept, "Connect this channel").Text, "`prod-west`")
	if len(b.drafts) != 0 {
		t.Error("the draft is left")
	}
	if reply := b.press(t, "boss", found, "Keep"); models.KindOf(reply.Err) != models.NotFound {
		t.Errorf("kept twice: %q", reply.Text)
	}
}

func TestForgetCluster(t *testing.T) {
	b := newBureau(t)
	if reply := b.as("boss", "forget prod-west"); models.KindOf(reply.Err) != models.NotFound {
		t.Errorf("one that is not there: %q", reply.Text)
	}
	if reply := b.as("head", "forget staging"); models.KindOf(reply.Err) != models.Forbidden {
		t.Errorf("an admin of another cluster: %q", reply.Text)
	}
	b.registry.grants = []models.Grant{{Who: "U1", Role: models.Admin, Clusters: []string{"prod-east"}}, {Who: "U2", Role: models.Viewer}}
	asked := b.as("head", "forget prod-east")
	contains(t, asked.Text, "the roles on it")
	b.press(t, "head", asked, "No")
	if reply := b.press(t, "bob", asked, "Yes"); models.KindOf(reply.Err) != models.Forbidden || len(b.registry.clusters) != 2 {
		t.Errorf("a viewer confirms: %q", reply.Text)
	}
	gone := b.press(t, "head", asked, "Yes")
	if fmt.Sprint(b.registry.clusters) != "[staging]" {
		t.Errorf("left: %v", b.registry.clusters)
	}
	if contains(t, gone.Text, "1 role on it went with it"); len(gone.Facts) != 1 || gone.Facts[0].About != "U1" {
		t.Errorf("the roles that went: %+v", gone.Facts)
	}
}

func TestImportRefused(t *testing.T) {
	b := newBureau(t)
	form := b.as("boss", "import")
	submit := func() models.Reply {
		return b.fills(t, "boss", form, map[string]string{"name": "west", "kubeconfig": kubeconfigText})
	}
	b.registry.err = &models.Error{Kind: models.Forbidden, Message: "a kubeconfig with an exec plugin is not taken", Hint: "make another"}
	if reply := submit(); models.KindOf(reply.Err) != models.Forbidden || len(b.drafts) != 0 || len(reply.Buttons)+len(reply.People) != 0 {
		t.Errorf("%q, %d drafts", reply.Text, len(b.drafts))
	}
	b.registry.err = &models.Error{Kind: models.Unavailable, Message: "cluster west does not answer", Hint: "see whether it runs"}
	down := submit()
	b.registry.err, b.registry.found = nil, intents.Finding{Contexts: []string{"a", "b"}}
	several := b.press(t, "boss", down, "Try again")
	b.registry.found = intents.Finding{Version: "v1.36"}
	found := b.press(t, "boss", several, "b")
	if last := b.registry.examined[len(b.registry.examined)-1]; last.Context != "b" || len(b.drafts) != 1 {
		t.Errorf("%+v, %d drafts", last, len(b.drafts))
	}
	b.press(t, "boss", found, "Discard")
	if len(b.drafts)+len(b.registry.imported) != 0 {
		t.Error("something was kept")
	}
	if reply := b.fills(t, "boss", form, map[string]string{"name": "west"}); models.KindOf(reply.Err) != models.Invalid {
		t.Errorf("without a kubeconfig: %q", reply.Text)
	}
	if reply := b.as("head", "import"); models.KindOf(reply.Err) != models.Forbidden || reply.Form != nil {
		t.Errorf("an admin of a cluster: %q", reply.Text)
	}
}

func TestGrantsInWords(t *testing.T) {
	b := newBureau(t, oneCard("prod-east"))
	people := map[string]string{"@bob": "U01", "@bobby": "U02", "@oncall": "S01"}
	say := func(user models.UserID, text string) models.Reply {
		return b.send(models.Message{Kind: models.Mention, User: user, Text: text, Mentions: people})
	}
	for text, want := range map[string]string{
		"grant @bob operator":                                       "U01 operator [] []",
		"grant @bobby operator on staging":                          "U02 operator [staging] []",
		"grant @bob operator on prod-east and staging":              "U01 operator [prod-east staging] []",
		"make @bob an operator on prod-east":                        "U01 operator [prod-east] []",
		"please give @oncall the role admin":                        "S01 admin [] []",
		"could you make @bob an admin in namespace db, web":         "U01 admin [] [db web]",
		"give @bob the operator role on staging in namespace kafka": "U01 operator [staging] [kafka]",
	} {
		b.registry.grants = nil
		reply := say("boss", text)
		if len(b.registry.grants) != 1 {
			t.Errorf("%q: %q", text, reply.Text)
			continue
		}
		g := b.registry.grants[0]
		if got := fmt.Sprint(g.Who, " ", g.Role, " ", g.Clusters, " ", g.Namespaces); got != want || g.By != "boss" {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	b.registry.grants = nil
	for text, want := range map[string]models.ErrorKind{"grant operator": models.Invalid, "grant @bob": models.Invalid, "grant @bob operator on prod-west": models.NotFound} {
		if reply := say("boss", text); models.KindOf(reply.Err) != want {
			t.Errorf("%q: %q", text, reply.Text)
		}
	}
	if reply := say("head", "grant @bob operator"); models.KindOf(reply.Err) != models.Forbidden {
		t.Errorf("an admin of a cluster gives a role for all: %q", reply.Text)
	}
	say("head", "grant @bob operator on prod-east")
	say("boss", "grant @oncall admin")
	if len(b.registry.grants) != 2 {
		t.Fatalf("%+v", b.registry.grants)
	}
	if reply := say("bob", "revoke @oncall"); models.KindOf(reply.Err) != models.Forbidden {
		t.Errorf("a viewer takes a role away: %q", reply.Text)
	}
	if reply := say("boss", "take the operator role on staging away from @bob"); models.KindOf(reply.Err) != models.NotFound {
		t.Errorf("another cluster: %q", reply.Text)
	}
	say("boss", "take the operator role away from @bob")
	say("boss", "revoke @oncall")
	if len(b.registry.grants) != 0 {
		t.Errorf("left: %+v", b.registry.grants)
	}
}

func TestRolesForm(t *testing.T) {
	b := newBureau(t, oneCard("prod-east"))
	form := b.press(t, "boss", b.as("boss", "roles"), "Give a role")
	b.fills(t, "boss", form, map[string]string{"people": "U01\nU02", "groups": "S01", "role": "operator", "clusters": "staging", "namespace": "db, web"})
	if len(b.registry.grants) != 3 || fmt.Sprint(b.registry.grants[2].Namespaces) != "[db web]" || b.registry.grants[2].Who != "S01" {
		t.Fatalf("%+v", b.registry.grants)
	}
	reply := b.as("boss", "roles")
	if reply.Facts[0].About != "U01" || !strings.Contains(reply.Facts[0].Value, "`operator` on `staging`") {
		t.Errorf("%+v", reply.Facts)
	}
	b.press(t, "boss", reply, "Take away 2")
	if len(b.registry.grants) != 2 || b.registry.grants[1].Who != "S01" {
		t.Errorf("%+v", b.registry.grants)
	}
	if reply := b.fills(t, "boss", form, nil); models.KindOf(reply.Err) != models.Invalid {
		t.Errorf("nobody: %q", reply.Text)
	}
}

func TestStrangers(t *testing.T) {
	b := newBureau(t, oneCard("prod-east"))
	ask := func(user models.UserID, shared bool) models.Reply {
		return b.send(models.Message{Kind: models.Mention, User: user, Text: "how many volumes are there", Shared: shared})
	}
	if reply := ask("eve", true); models.KindOf(reply.Err) != models.Forbidden || reply.Table != nil || len(reply.Clusters) > 0 {
		t.Errorf("a stranger: %q", reply.Text)
	}
	if reply := ask("bob", true); reply.Err != nil {
		t.Errorf("one of ours: %q", reply.Text)
	}
	card := oneCard("prod-east")
	card.Outsiders = true
	b.tenants.cards["T1"] = card
	if reply := ask("eve", true); reply.Err != nil {
		t.Errorf("a stranger who may: %q", reply.Text)
	}
}

// standing makes every cluster one that impersonates.
type standing struct{ fakeClusters }

func (standing) Impersonates(context.Context, models.ClusterRef) (bool, error) { return true, nil }

func TestClustersAreAskedAsTheRole(t *testing.T) {
	b := newBureau(t, oneCard("prod-east"))
	asked := map[models.Role]bool{}
	clusters := fakeClusters{}
	for _, as := range append(models.Roles(), "") {
		clusters[models.ClusterRef{Team: "T1", Name: "prod-east", As: as}] = func(context.Context) (*models.Inventory, error) {
			asked[as] = true
			return prod(), nil
		}
	}
	o := b.Options
	o.Inventory, o.Standing = clusters, standing{clusters}
	b.reroute(t, o)
	for user, want := range map[models.UserID]models.Role{"bob": models.Viewer, "head": models.Admin, "boss": models.Admin} {
		clear(asked)
		if reply := b.says(user, "how many volumes are there"); reply.Err != nil || len(asked) != 1 || !asked[want] {
			t.Errorf("%s: asked as %v, want %s; %q", user, asked, want, reply.Text)
		}
	}
	clear(asked)
	card := b.tenants.cards["T1"]
	card.Posting = models.Posting{Days: models.Daily, At: 12 * 60}
	b.tenants.cards["T1"] = card
	scheduled := intents.Scheduled(card, sampleTime)
	scheduled.User = "boss"
	if reply := b.send(scheduled); reply.Silent || reply.Err != nil || len(asked) != 1 || !asked[models.Viewer] {
		t.Errorf("what everybody reads is asked as %v; %q", asked, reply.Text)
	}
}

// TestEveryIntentNamesItsRole makes sure that nothing is left to chance: an intent without a role would be everybody's.
func TestEveryIntentNamesItsRole(t *testing.T) {
	model, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	u, err := intents.Understand(model)
	if err != nil {
		t.Fatal(err)
	}
	for name, role := range u.Wanted() {
		if !slices.Contains(models.Roles(), role) {
			t.Errorf("%s has the role %q", name, role)
		}
	}
	if u.Wanted()["train"] != models.Admin || u.Wanted()[nlp.Fallback] != models.Viewer {
		t.Error("the roles are not those of the table")
	}
}
