package intents_test

import (
	"testing"

	"github.com/mulebot/mulebot/models"
)

// wantQueries asks the sample clusters questions, each of which must become an intent and a query.
func wantQueries(t *testing.T, want map[string]string) {
	t.Helper()
	k, _ := newDemoTalk(t)
	for text, query := range want {
		k.forget()
		reply := k.say(text)
		if got := reply.Intent + " " + brief(reply.Query); got != query {
			t.Errorf("%q:\n got  %s\n want %s\n %s", text, got, query, reply.Text)
		}
	}
}

// TestManner asks for answers in a manner, whose words are no names and pick nothing out.
func TestManner(t *testing.T) {
	wantQueries(t, map[string]string{
		"state of quarry in short":                                  "overview volume @quarry",
		"give me harbor in a nutshell":                              "overview volume @harbor",
		"quarry, in weeks: when will its pools be exhausted?":       "forecast pool used_percent? sort=-used_percent limit=5 @quarry",
		"put the claims data-kafka-0 and data-kafka-1 side by side": "list claim name=data-kafka-0|data-kafka-1 namespace=kafka @harbor",
		"storage classes where nobody can grow a volume afterwards": "list storageclass expandable!=true",
		"which classes let me grow a volume twice":                  "list storageclass",
	})
}

// TestForecasts asks what will be in words that other questions have as well.
func TestForecasts(t *testing.T) {
	wantQueries(t, map[string]string{
		"how long until pool-dock-4 runs out":                        "forecast pool name=pool-dock-4 @harbor",
		"when do we have to buy disks, when are the pools full":      "forecast pool used_percent? sort=-used_percent limit=5",
		"do I have to order disks for quarry, or will they suffice?": "forecast pool used_percent? sort=-used_percent limit=5 @quarry",
		"when will the volumes fill up":                              "forecast volume used_percent? sort=-used_percent limit=5",
		"will the pools be full by christmas":                        "forecast pool used_percent? sort=-used_percent limit=5",
		"how many volumes do we run these days":                      "count volume count",
		"when do we run out of space":                                "forecast pool used_percent? sort=-used_percent limit=5",
	})
}

// TestNoOrders asks what changes would do, or whether they can be made, which orders nothing.
func TestNoOrders(t *testing.T) {
	wantQueries(t, map[string]string{
		"does lvm-thin let me expand volumes":                  "describe storageclass name=lvm-thin @quarry",
		"I have to reboot dock-2 tonight, who will notice?":    "impact volume node=dock-2 @harbor",
		"we need to drain dock-2 for a new kernel, who cares?": "impact volume node=dock-2 @harbor",
		"put data-postgres-0 next to data-postgres-1":          "list volume claim=data-postgres-0|data-postgres-1 namespace=db @harbor",
		"move data-postgres-0 next to data-postgres-1":         "change -",
		"I want you to reboot dock-2":                          "change -",
		"notify me when a volume is degraded":                  "nlu_fallback -",
	})
}

// TestWhoAndWhere says who asks and where things are in words that elsewhere pick things out.
func TestWhoAndWhere(t *testing.T) {
	wantQueries(t, map[string]string{
		"ten newest PVCs, I need to see what the devs created":    "list claim sort=+age limit=10",
		"which workloads keep their data on dock-1":               "consumers volume node=dock-1 @harbor",
		"volumes that keep their data":                            "list volume reclaim=Retain",
		"volumes in dev":                                          "list volume namespace=dev @quarry",
		"dev asks for 400Gi on cstor-3, do we have it?":           "capacity pool free>=400Gi storageclass=cstor-3 @harbor",
		"a volume of 2Ti on cstor-3, does it go?":                 "capacity pool free>=2048Gi storageclass=cstor-3 @harbor",
		"could mayastor-2 take another 50Gi without any trouble":  "capacity pool free>=50Gi storageclass=mayastor-2 @harbor",
		"how much has each namespace in sum, biggest eater first": "aggregate volume sum:size by=namespace sort=-size",
		"dev wants 30Gi on lvm-thin, is there room?":              "capacity pool free>=30Gi namespace=dev storageclass=lvm-thin @quarry",
		"is the pool of dock-6 ok":                                "describe pool name=pool-dock-6 node=dock-6 @harbor",
		"block devices of old-orders-export":                      "list blockdevice name=blockdevice-699e9814959c5603983b6ae5e9dd4ea4 @harbor",
		"which storage does the chatbot squad consume":            "aggregate volume sum:used",
		"do we have snapshots":                                    "list snapshot",
	})
}

// TestEventsAndTimes asks for the events that were seen most, and for what is so after a time.
func TestEventsAndTimes(t *testing.T) {
	wantQueries(t, map[string]string{
		"the 10 events that repeat the most":             "events event sort=-count limit=10",
		"events seen the most on harbor":                 "events event sort=-count @harbor",
		"the most recent events":                         "events event sort=+age",
		"which volumes came out of the weekend degraded": "list volume health=degraded",
		"which volumes came out of last night degraded":  "list volume health=degraded",
	})
}

// TestOfClasses asks of classes and of disks what is theirs, in words that fit volumes and counts as well.
func TestOfClasses(t *testing.T) {
	wantQueries(t, map[string]string{
		"reclaim policy of cstor-retain and zfs-retain":                        "describe storageclass name=cstor-retain|zfs-retain",
		"reclaim policy of cstor-retain and zfs-retain, are they both Retain?": "describe storageclass name=cstor-retain|zfs-retain",
		"reclaim policy of the volumes of cstor-retain and zfs-retain":         "list volume storageclass=cstor-retain|zfs-retain",
		"how many GiB of unclaimed block devices sits on each node?":           "aggregate blockdevice claimed=Unclaimed sum:size by=node",
		"how many unclaimed block devices sit on each node?":                   "count blockdevice claimed=Unclaimed count by=node",
	})
}

// TestOneMoreOfASize asks where one more volume of a size would fit, and not which could grow by it.
func TestOneMoreOfASize(t *testing.T) {
	wantQueries(t, map[string]string{
		"could I add another 100Gi volume in namespace kafka?": "capacity pool free>=100Gi namespace=kafka @harbor",
		"can I have an additional 20Gi claim in shop":          "capacity pool free>=20Gi namespace=shop @harbor",
		"could data-kafka-0 get another 20Gi":                  "capacity volume name=pvc-4acf3e3a-b552-5e3b-a917-fc99b33357b6 free>=20Gi @harbor",
		"+20Gi for data-kafka-0, possible?":                    "capacity volume name=pvc-4acf3e3a-b552-5e3b-a917-fc99b33357b6 free>=20Gi @harbor",
		"any events about disks on quarry?":                    "events event reason~disk/message~disk @quarry",
	})
}

// TestGroupsAreCounted asks how many there are of each, in words that elsewhere pick things out or order them.
func TestGroupsAreCounted(t *testing.T) {
	wantQueries(t, map[string]string{
		"who has how many volumes":                    "count volume count by=namespace",
		"do we have more volumes in shop or in kafka": "count volume namespace=shop|kafka count by=namespace @harbor",
		"volumes, size, unhealthy count by namespace": "count volume count by=namespace",
		"namespaces from least used to most used":     "aggregate volume sum:used by=namespace sort=+used",
	})
}

// TestDevicePaths asks of block devices by their paths on nodes, each of which is a name once however often its node is named.
func TestDevicePaths(t *testing.T) {
	wantQueries(t, map[string]string{
		"is /dev/sdd of dock-1 free": "describe blockdevice name=blockdevice-e2bac6d1b15d555fa62b11a74503e18a @harbor",
		"seeing as dock-1 /dev/sdd is free, which other block devices are unclaimed (not on dock-1)?": "list blockdevice claimed=Unclaimed node!=dock-1",
		"which pods are not running on dock-1":                                                        "list pod health!=healthy node=dock-1 @harbor",
	})
}

// TestSaidInHaste asks with contractions that lack their apostrophe, with slips and names in short, and with words that are elsewhere a limit or no name.
func TestSaidInHaste(t *testing.T) {
	wantQueries(t, map[string]string{
		"which storage classes cant be expanded":                "list storageclass expandable=false",
		"which volumes dont have snapshots":                     "list volume snapshots<1",
		"how much space does monitoring eat altogether":         "aggregate volume namespace=monitoring sum:used",
		"are the two clusters on the same openebs version":      "list component",
		"how much space do the two biggest volumes of shop use": "list volume namespace=shop sort=-size limit=2 @harbor",
		"are data-postgres-0 and -1 healthy?":                   "list volume claim=data-postgres-0|data-postgres-1 namespace=db @harbor",
		"volumes in kafka/shop":                                 "list volume namespace=kafka|shop @harbor",
		"volumes per namepsace":                                 "count volume count by=namespace",
		"which pools are raidz":                                 "list pool raid=raidz|raidz2",
	})
	k, _ := newDemoTalk(t)
	k.say("lvm pools")
	k.say("only those over 30 gigs free")
	if got := brief(k.say("drop that filter").Query); got != "pool engine=lvm" {
		t.Errorf("without the last condition it is %s", got)
	}
}

// TestAssumedNamespace asks in a channel whose card names a namespace, which a question leaves by naming all of them; and names a node of the
// other cluster by the end of its name.
func TestAssumedNamespace(t *testing.T) {
	p, s := prod(), stagingCluster()
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: always(p), {Team: "T1", Name: "staging"}: always(s)},
		models.Card{Team: "T1", Channel: "C1", Clusters: []string{"prod-east", "staging"}, Namespace: "kafka"})
	for text, want := range map[string]string{
		"degraded volumes":                   "volume health=degraded namespace=kafka",
		"degraded volumes in all namespaces": "volume health=degraded",
		"how full is w3":                     "pool node=stg-w3 @staging",
	} {
		k.forget()
		if got := brief(k.say(text).Query); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
