package intents_test

import (
	"testing"

	"github.com/mulebot/mulebot/models"
)

// TestFollowUpsThatChange asks a question and changes it: what is to be left out must not be what is shown.
func TestFollowUpsThatChange(t *testing.T) {
	for _, turn := range []struct{ first, then, want string }{
		{"list volumes", "leave out kafka", "volume workload!=kafka"},
		{"list volumes", "leave jiva out", "volume engine!=jiva"},
		{"list volumes", "we don't need the jiva ones", "volume engine!=jiva"},
		{"list volumes", "i don't care about cstor", "volume engine!=cstor"},
		{"list volumes", "please hide the healthy ones", "volume health!=healthy"},
		{"list volumes", "remove the healthy ones", "volume health!=healthy"},
		{"list volumes", "nothing on worker-3", "volume node!=worker-3"},
		{"list claims", "skip kafka and redis", "claim workload!=kafka|redis"},
		{"cstor or jiva volumes", "minus jiva", "volume engine=cstor|jiva engine!=jiva"},
		{"list volumes", "oldest first, and leave out jiva", "volume engine!=jiva sort=-age"},
		{"list volumes", "remove data-kafka-0", "-"},
		{"volumes on worker-5", "worker-3 instead of worker-5", "volume node=worker-3 @prod-east"},
		{"claims in redis", "not redis, vault", "claim namespace=vault @prod-east"},
		{"claims in redis", "no, vault", "claim namespace=vault @prod-east"},
		{"claims in redis", "also vault", "claim namespace=redis|vault @prod-east"},
		{"cstor volumes", "zfs too", "volume engine=cstor|zfs"},
		{"cstor volumes", "no jiva please", "volume engine=cstor engine!=jiva"},
		{"volumes on worker-1", "i meant worker-2", "volume node=worker-2 @prod-east"},
		{"volumes on prod-east", "including staging", "volume @prod-east,staging"},
		{"cstor volumes", "which of those aren't used", "volume engine=cstor pods!?"},
		{"list volumes", "large ones first", "volume sort=-size"},
		{"list pools", "from a to z", "pool sort=+name"},
		{"the snapshots of prod-east", "how full is the fullest pool on staging and who is on it", "pool sort=-used_percent limit=1 @staging"},
	} {
		k := newTalk(t)
		k.say(turn.first)
		if got := brief(k.say(turn.then).Query); canonical(got) != canonical(turn.want) {
			t.Errorf("%q, %q: got %s, want %s", turn.first, turn.then, got, turn.want)
		}
	}
}

// TestNamesThatAreWords takes live names for names that are words elsewhere.
func TestNamesThatAreWords(t *testing.T) {
	const specs = `
docs  paper scans   mayastor mayastor-3 80 83 degraded worker-1 pool-1
docs  paper scratch mayastor mayastor-3 80 83 down worker-1 pool-1
sales shop  orders  mayastor mayastor-3 80 83 healthy worker-1 pool-1
docs  paper shared  mayastor mayastor-3 80 83 healthy worker-1 pool-1
`
	inv := sample("prod-east", specs, "worker-1", "worker-2")
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: always(inv)}, oneCard("prod-east"))
	for ask, want := range map[string]string{
		"describe scans":                      "volume name={scans} @prod-east",
		"why is scratch broken?":              "volume name={scratch} @prod-east",
		"is orders healthy?":                  "volume name={orders} @prod-east",
		"is shared ok":                        "volume name={shared} @prod-east",
		"who uses scans":                      "pod claims=scans namespace=docs",
		"which volumes are shared":            "volume access=ReadWriteMany",
		"list volumes in order of size":       "volume sort=-size",
		"volumes with driver ebs.csi.aws.com": "volume driver=ebs.csi.aws.com",
		"volumes on the pool of orders":       "volume pool=pool-1",
	} {
		k.tenants.dialogues = map[models.Conversation]models.Dialogue{}
		if got := named(brief(k.say(ask).Query), inv); canonical(got) != canonical(want) {
			t.Errorf("%q: got %s, want %s", ask, got, want)
		}
	}
}
