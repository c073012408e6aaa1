package intents_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// TestConditionsAreNeverDropped asks questions with one unusual condition each: it must be in the query, or else the reply must say
// that it is not.
func TestConditionsAreNeverDropped(t *testing.T) {
	k := newTalk(t)
	clusters := []*models.Inventory{prod(), stagingCluster()}
	for _, line := range blindLines(t, "conditions.tsv") {
		utterance, want, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("%q has no second column", line)
		}
		k.forget()
		reply := k.say(utterance)
		query := strings.Fields(strings.ReplaceAll(named(brief(reply.Query), clusters...), "<=0", "<1"))
		if want == "said" {
			if !saysWhatIsLeft(reply) {
				t.Errorf("%q: nothing is said of the condition; the query is %v, the answer %q %q", utterance, query, reply.Text, reply.Notes)
			}
			continue
		}
		for part := range strings.FieldsSeq(want) {
			heard := slices.ContainsFunc(strings.Split(part, "||"), func(way string) bool { return slices.Contains(query, way) })
			if reply.AskedBack || !heard {
				t.Errorf("%q: no %s in %v: %q", utterance, part, query, reply.Text)
			}
		}
	}
}

// saysWhatIsLeft reports whether a reply asks, declines or says what it does not take into account.
func saysWhatIsLeft(reply models.Reply) bool {
	if reply.AskedBack || reply.Err != nil || reply.Intent == nlp.Fallback || strings.Contains(reply.Text, "So there are no such") {
		return true
	}
	return slices.ContainsFunc(reply.Notes, func(n string) bool {
		return strings.Contains(n, "did not understand") || strings.Contains(n, "left out") || strings.Contains(n, "cannot forecast")
	})
}

// TestOtherThingsPickOut asks for things by how others are that they belong to.
func TestOtherThingsPickOut(t *testing.T) {
	k := newTalk(t)
	for utterance, want := range map[string]string{
		"pods on nodes that are not ready":                  "pod node=stg-w3|worker-4",
		"volumes on the fullest pool of staging":            "volume node=stg-w1 pool=vg-fast @staging",
		"how many pods are on unready nodes":                "pod node=stg-w3|worker-4 count",
		"replicas of cstor volumes that are offline":        "replica engine=cstor health=down",
		"pods using lvm volumes":                            "pod engine=lvm",
		"volumes on the node with the most volumes":         "volume node=worker-1 @prod-east",
		"claims whose volume is degraded":                   "claim health=degraded",
		"which storage classes have volumes that are down?": "storageclass name=cstor-csi-1|lvm-bulk",
	} {
		k.forget()
		if reply := k.say(utterance); canonical(brief(reply.Query)) != canonical(want) {
			t.Errorf("%q is %s, want %s: %s", utterance, brief(reply.Query), want, reply.Text)
		}
	}
	if reply := k.say("volumes attached to nodes that are cordoned"); !strings.Contains(reply.Text, "no such volumes") {
		t.Errorf("no node is cordoned, and the reply is %q", reply.Text)
	}
}

// TestPoolRedundancy asks for pools by what their disks can lose, which is known of some engines only.
func TestPoolRedundancy(t *testing.T) {
	inv := &models.Inventory{Cluster: "prod-east", AsOf: sampleTime, Pools: []models.Pool{
		{Name: "pair", Node: "a", Engine: models.CStor, Raid: "mirror", Health: models.Healthy},
		{Name: "hurt", Node: "a", Engine: models.CStor, Raid: "mirror", Lost: 1, Health: models.Degraded},
		{Name: "striped", Node: "a", Engine: models.CStor, Raid: "stripe", Health: models.Healthy},
		{Name: "disk", Node: "a", Engine: models.Mayastor, Health: models.Healthy},
		{Name: "group", Node: "a", Engine: models.LVM, Health: models.Healthy},
		{Name: "tank", Node: "a", Engine: models.ZFS, Health: models.Healthy},
	}}
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: always(inv)}, models.Card{Team: "T1", Channel: "C1", Clusters: []string{"prod-east"}})
	for utterance, want := range map[string][]string{
		"is there a pool that could not survive a disk failure": {"hurt", "striped", "disk", "group"},
		"which pools could lose a disk":                         {"pair"},
		"mirrored pools":                                        {"pair", "hurt"},
		"pools with a lost disk":                                {"hurt"},
	} {
		k.forget()
		reply := k.say(utterance)
		var got []string
		for _, r := range reply.Table.Records() {
			got = append(got, r["name"].(string))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q lists %v, want %v: %s", utterance, got, want, reply.Text)
		}
	}
	k.forget()
	if reply := k.say("pools that cannot survive a disk failure"); !slices.ContainsFunc(reply.Notes, func(n string) bool { return strings.Contains(n, "1 pool (`tank` on a) is not known") }) {
		t.Errorf("of tank it is not known, and the notes say %q", reply.Notes)
	}
}

// TestCountIsARow gives programs a row where people get a sentence.
func TestCountIsARow(t *testing.T) {
	for utterance, want := range map[string]int64{"how many volumes are there": 40, "how many volumes are degraded": 2, "how many zfs volumes are down": 0} {
		rows := newTalk(t).say(utterance).Figures.Records()
		if len(rows) != 1 || rows[0]["count"] != want {
			t.Errorf("%q gives the rows %v, want a count of %d", utterance, rows, want)
		}
	}
}
