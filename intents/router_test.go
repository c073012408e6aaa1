package intents_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
)

func contains(t *testing.T, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("%q does not contain %q", text, want)
	}
}

func oneCard(clusters ...string) models.Card {
	return models.Card{Team: "T1", Channel: "C1", Clusters: clusters}
}

func TestConversations(t *testing.T) {
	for _, conversation := range [][]string{ // utterance, brief query, utterance, brief query, …
		{"which volumes are not healthy", "volume health!=healthy",
			"only on prod-east", "volume health!=healthy @prod-east",
			"sort by size", "volume health!=healthy sort=-size @prod-east",
			"the second one", "volume name={data-es-0} @prod-east",
			"its replicas", "replica namespace=search volume={data-es-0} @prod-east",
			"who uses it", "pod volumes={data-es-0} @prod-east"},
		{"describe wiki-data", "volume name={wiki-data} @prod-east",
			"why?", "volume name={wiki-data} @prod-east",
			"what happened to it", "event object={wiki-data}|wiki-0|wiki-data @prod-east"},
		{"5 biggest volumes", "volume sort=-size limit=5",
			"next", "volume sort=-size limit=5 offset=5",
			"only the mayastor ones", "volume engine=mayastor sort=-size limit=5",
			"group by namespace", "volume engine=mayastor count by=namespace"},
		{"describe data-mysql-0", "volume",
			"staging", "volume name={data-mysql-0} @staging"},
		{"describe data-mysql-0", "volume",
			"2", "volume name={data-mysql-0} @staging",
			"and on prod-east?", "volume name={data-mysql-0} @prod-east",
			"show its replicas", "replica volume={data-mysql-0} @prod-east"},
		{"volumes in namespace kafka", "volume namespace=kafka @prod-east",
			"how many is that?", "volume namespace=kafka count @prod-east",
			"and pvcs?", "claim namespace=kafka count @prod-east"},
		{"cstor volumes", "volume engine=cstor",
			"without kafka", "volume engine=cstor namespace!=kafka",
			"over 60%", "volume engine=cstor namespace!=kafka used_percent>60",
			"in total", "volume engine=cstor namespace!=kafka used_percent>60 sum:size"},
		{"which volumes are degraded", "volume health=degraded",
			"and on staging?", "volume health=degraded @staging",
			"everywhere", "volume health=degraded"},
		{"the second one", "-"},
		{"more", "-"},
	} {
		k := newTalk(t)
		for i := 0; i < len(conversation); i += 2 {
			got := named(brief(k.say(conversation[i]).Query), prod(), stagingCluster())
			if canonical(got) != canonical(conversation[i+1]) {
				t.Errorf("%q, turn %d, %q: got %s, want %s", conversation[0], i/2+1, conversation[i], got, conversation[i+1])
			}
		}
	}
}

func TestUnknownNamesAreNeverIgnored(t *testing.T) {
	for text, name := range map[string]string{
		"volumes on worker-99":         "worker-99",
		"volumes in namespace zorg":    "zorg",
		"pvcs on prod-west":            "prod-west",
		"describe data-foo-7":          "data-foo-7",
		"which app uses pvc-00000000?": "pvc-00000000",
		"volumes named zorg":           "zorg",
	} {
		reply := newTalk(t).say(text)
		if models.KindOf(reply.Err) != models.NotFound || reply.Err == nil || reply.Table != nil {
			t.Errorf("%q: got %q (%v), want NotFound", text, reply.Text, reply.Err)
		}
		contains(t, reply.Text, name)
	}
	reply := newTalk(t).say("show the frobnicated volumes")
	contains(t, reply.Text, "frobnicated")
	if !reply.AskedBack || reply.Table != nil {
		t.Errorf("a word that was not understood was passed over: %q", reply.Text)
	}
	reply = newTalk(t).say("volumes over banana%")
	contains(t, reply.Text, "banana%")
	if !reply.AskedBack || reply.Table != nil {
		t.Errorf("a limit that is no number was passed over: %q", reply.Text)
	}
	reply = newTalk(t).say("show me the degraded volumes zealously")
	contains(t, strings.Join(reply.Notes, " "), "zealously")
}

func TestWordsForKinds(t *testing.T) {
	for text, want := range map[string]string{
		"thin pools":                            `pool kind=thin pool`,
		"list the volume groups":                `pool kind=volume group`,
		"is vg-fast on stg-w1 full?":            `pool name=vg-fast node=stg-w1 @staging`,
		"describe cspc-prod":                    `pool group=cspc-prod @prod-east`,
		"how full are the pools":                `pool`,
		"ok, show me the volumes":               `volume`,
		"which engines are in use":              `volume count by=engine`,
		"volumes outside of kafka":              `volume namespace!=kafka`,
		"compare data-redis-0 and data-redis-1": `volume claim=data-redis-0|data-redis-1 namespace=redis @prod-east`,
	} {
		if got := brief(newTalk(t).say(text).Query); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestNearNamesAreOffered(t *testing.T) {
	k := newTalk(t)
	reply := k.say("volumes on worker-9")
	if !reply.AskedBack || len(reply.Buttons) == 0 {
		t.Fatalf("got %q with %d buttons", reply.Text, len(reply.Buttons))
	}
	reply = k.send(models.Message{Kind: models.Press, Action: &reply.Buttons[0].Action})
	if !strings.HasPrefix(brief(reply.Query), "volume node=worker-") {
		t.Errorf("the button asks %s", brief(reply.Query))
	}
}

// TestNotesAreFew makes sure that a reply has no more notes than a reader bears, the asker's own first.
func TestNotesAreFew(t *testing.T) {
	inv := prod()
	inv.Cluster = "big"
	for i := range inv.Volumes {
		inv.Volumes[i].Notes = []string{"something disagrees"}
	}
	k := newTalkWithin(t, time.Second, fakeClusters{{Team: "T1", Name: "big"}: always(inv)}, models.Card{Team: "T1", Channel: "C1", Clusters: []string{"big"}})
	r := k.say("list all volumes")
	if len(r.Notes) != 6 || !strings.Contains(r.Notes[5], "more notes") {
		t.Errorf("%q", r.Notes)
	}
}

// TestTenancy makes sure that a name of another tenant's cluster is neither linked nor offered, even where the tenants
// share a router and its indexes, and where their clusters have the same name.
func TestTenancy(t *testing.T) {
	theirs := sample("prod-east", "secretns secretapp data-secret-{2} lvm secret-class 10 10 healthy secret-node secret-pool", "secret-node", "secret-node-2")
	ours := stagingCluster()
	ours.Cluster = "prod-east"
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: always(ours), {Team: "T2", Name: "prod-east"}: always(theirs), {Team: "T2", Name: "acme-vault"}: always(prod())},
		oneCard("prod-east"), models.Card{Team: "T2", Channel: "C1", Clusters: []string{"prod-east", "acme-vault"}})
	k.team = "T2"
	if reply := k.say("describe data-secret-0"); reply.Err != nil {
		t.Fatalf("their own: %v", reply.Err)
	}
	k.team = "T1"
	for _, text := range []string{"describe data-secret-0", "describe data-secret", "volumes on secret-node", "volumes in namespace secretns", "pools named secret-pool",
		"which app uses data-secret-1", "volumes on acme-vault", "is acme-vault ok?", "volumes of secretapp", "secret-class", "help", "data-secrt-0"} {
		reply := k.say(text)
		said := reply.Title + reply.Text + strings.Join(reply.Notes, " ")
		for _, b := range reply.Buttons {
			said += b.Label + brief(b.Action.Query)
		}
		for _, e := range reply.Entities {
			if e.Cluster != "" && e.Cluster != "prod-east" {
				t.Errorf("%q: entity %+v", text, e)
			}
		}
		for word := range strings.FieldsSeq(said) {
			if strings.Contains(word, "secret") && !strings.Contains(text, strings.Trim(word, "“”`.,?")) || strings.Contains(word, "acme") && !strings.Contains(text, "acme") {
				t.Errorf("%q: the reply tells %q: %s", text, word, said)
			}
		}
		if reply.Table != nil && strings.Contains(text, "secret") {
			t.Errorf("%q was answered: %s", text, reply.Text)
		}
	}
}

func TestCardNamespace(t *testing.T) {
	card := oneCard("prod-east")
	card.Namespace = "kafka"
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: always(prod())}, card)
	reply := k.say("list the pvcs")
	if got := brief(reply.Query); got != "claim namespace=kafka" {
		t.Errorf("got %s", got)
	}
	contains(t, strings.Join(reply.Notes, " "), "all namespaces")
	for text, want := range map[string]string{
		"list the pvcs in all namespaces":   "claim",
		"list the pvcs in namespace search": "claim namespace=search",
		"list the pools":                    "pool",
	} {
		if got := brief(k.say(text).Query); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestOddMessages(t *testing.T) {
	for _, text := range []string{"", "   ", ":tada: :tada:", "🎉🎉", "???", strings.Repeat("volumes ", 5000), "\x00\x01\x02", "`````", "<!channel>", "ſſſſ", strings.Repeat("a", 40000), "' OR 1=1 --", "\xff\xfe"} {
		k := newTalk(t)
		reply := k.say(text)
		if reply.Text == "" || models.KindOf(reply.Err) == models.Internal && reply.Err != nil {
			t.Errorf("%.20q: got %q, %v", text, reply.Text, reply.Err)
		}
	}
}

func TestNoCard(t *testing.T) {
	k := newTalkOver(t, fakeClusters{})
	reply := k.say("which volumes are degraded?")
	contains(t, strings.Join(reply.Notes, " "), "mulebot card add")
	if models.KindOf(reply.Err) != models.NotFound {
		t.Errorf("got %v", reply.Err)
	}
}

func TestClustersThatFail(t *testing.T) {
	hanging := func(ctx context.Context) (*models.Inventory, error) { <-ctx.Done(); return nil, ctx.Err() }
	refusing := func(context.Context) (*models.Inventory, error) {
		return nil, &models.Error{Kind: models.Forbidden, Message: "cluster `locked` forbids reading volumes", Hint: "apply the RBAC manifest"}
	}
	k := newTalkWithin(t, 500*time.Millisecond, fakeClusters{{Team: "T1", Name: "prod-east"}: always(prod()), {Team: "T1", Name: "slow"}: hanging, {Team: "T1", Name: "locked"}: refusing},
		oneCard("slow", "prod-east", "locked"))
	reply := k.say("how many volumes are there")
	if reply.Err != nil || len(reply.Clusters) != 1 {
		t.Errorf("got %v about %v", reply.Err, reply.Clusters)
	}
	notes := strings.Join(reply.Notes, " ")
	contains(t, notes, "`slow` did not answer within 500ms")
	contains(t, notes, "forbids")

	reply = k.say("how many volumes are there on slow")
	if models.KindOf(reply.Err) != models.Unavailable {
		t.Errorf("got %q, %v", reply.Text, reply.Err)
	}
	start := time.Now()
	if reply = k.say("how many volumes are there on prod-east"); reply.Err != nil {
		t.Errorf("got %v", reply.Err)
	}
	if d := time.Since(start); d > 400*time.Millisecond {
		t.Errorf("a question about one cluster waited %s for another", d)
	}
	reply = k.say("volumes on node stg-w1")
	contains(t, strings.Join(reply.Notes, " "), "did not answer")
}

func TestInternalErrorsAreLoggedOnceAndNotShown(t *testing.T) {
	model, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	for name, get := range map[string]func(context.Context) (*models.Inventory, error){
		"error": func(context.Context) (*models.Inventory, error) { return nil, errors.New("dial tcp 10.1.2.3: secret") },
		"panic": func(context.Context) (*models.Inventory, error) { panic("secret") },
	} {
		var log bytes.Buffer
		tenants := &fakeTenants{cards: map[models.TeamID]models.Card{"T1": oneCard("prod-east")}}
		router, err := intents.New(intents.Options{Model: model, Inventory: fakeClusters{{Team: "T1", Name: "prod-east"}: get}, Tenants: tenants, Log: zerolog.New(&log)})
		if err != nil {
			t.Fatal(err)
		}
		reply := router.Respond(context.Background(), models.Message{Team: "T1", Channel: "C1", Text: "list the volumes"})
		said := reply.Text + strings.Join(reply.Notes, " ")
		if reply.Err == nil || strings.Contains(said, "secret") || strings.Contains(said, "10.1.2.3") {
			t.Errorf("%s: said %q", name, said)
		}
		if n := strings.Count(log.String(), `"level":"error"`); n != 1 {
			t.Errorf("%s: logged %d errors: %s", name, n, log.String())
		}
		contains(t, log.String(), "secret")
	}
}

// TestNamesFollowTheInventory makes sure that a new inventory's names are found and the old one's are not.
func TestNamesFollowTheInventory(t *testing.T) {
	now := prod()
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: func(context.Context) (*models.Inventory, error) { return now, nil }}, oneCard("prod-east"))
	if reply := k.say("describe wiki-data"); reply.Err != nil {
		t.Fatal(reply.Err)
	}
	now = sample("prod-east", "wiki wiki wiki-store lvm lvm-fast 10 10 healthy worker-1 vg", "worker-1", "worker-2")
	if reply := k.say("describe wiki-store"); reply.Err != nil || reply.Query.Name == "" {
		t.Errorf("the new name: %q", reply.Text)
	}
	if reply := k.say("describe wiki-data"); models.KindOf(reply.Err) != models.NotFound {
		t.Errorf("the old name: %q", reply.Text)
	}
}

func TestHelpUsesThisChannelsNames(t *testing.T) {
	k := newTalk(t)
	first, again := k.say("help"), k.say("help")
	var text strings.Builder
	for _, f := range first.Facts {
		text.WriteString(f.Value)
	}
	contains(t, text.String(), "data-")
	if len(first.Facts) != len(again.Facts) || first.Text != again.Text {
		t.Error("help differs from call to call")
	}
	if reply := k.say("help with pools"); !strings.Contains(reply.Text, "pools") || len(reply.Facts) != 1 {
		t.Errorf("got %q with %d topics", reply.Text, len(reply.Facts))
	}
}

func TestButtonsWithoutIntent(t *testing.T) {
	reply := newTalk(t).send(models.Message{Kind: models.Press, Action: &models.Action{Query: &models.Query{Subject: models.Pools}}})
	if reply.Err != nil || reply.Table == nil || reply.Confidence != 1 {
		t.Errorf("got %q, %v", reply.Text, reply.Err)
	}
	reply = newTalk(t).send(models.Message{Kind: models.Press, Action: &models.Action{Query: &models.Query{Subject: models.Pools, Clusters: []string{"another"}}}})
	if models.KindOf(reply.Err) != models.NotFound {
		t.Errorf("a cluster that the card has not: %q", reply.Text)
	}
}

func BenchmarkRespond(b *testing.B) {
	k := newTalk(b)
	texts := []string{"which volumes are degraded?", "the 5 fullest cstor volumes in namespace kafka on prod-east", "describe wiki-data", "how much space is left", "used space by namespace"}
	ctx := context.Background()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		k.Respond(ctx, models.Message{ID: "m", Team: "T1", Channel: "C1", Text: texts[i%len(texts)], At: sampleTime})
	}
}
