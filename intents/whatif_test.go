package intents_test

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// asked writes a query with what it supposes: "drain: volume node=worker-2 @prod-east".
func asked(q *models.Query) string {
	if q == nil {
		return "-"
	}
	text := named(brief(q), prod(), stagingCluster())
	if q.Field != "" && q.Aggregate == "" {
		text = q.Field + ": " + text
	}
	return text
}

// TestSuppositions is how questions about what would be are read, none of them trained on as it stands here.
func TestSuppositions(t *testing.T) {
	for text, want := range map[string]string{
		"can we drain worker-2 tonight?":                          "drain: volume node=worker-2 @prod-east",
		"is draining worker-3 ok":                                 "drain: volume node=worker-3 @prod-east",
		"may I take worker-2 out of service":                      "drain: volume node=worker-2 @prod-east",
		"is it safe to reboot worker-7":                           "reboot: volume node=worker-7 @prod-east",
		"can I shut down stg-w1 for an hour":                      "reboot: volume node=stg-w1 @staging",
		"what do we lose when worker-1 crashes":                   "fail: volume node=worker-1 @prod-east",
		"what if pool cspc-prod-k2xm dies":                        "fail: volume pool=cspc-prod-k2xm @prod-east",
		"what happens when vg-fast fails":                         "fail: volume pool=vg-fast @staging",
		"which pods go down with worker-2":                        "fail: volume node=worker-2 @prod-east",
		"what if worker-1 and worker-2 die":                       "fail: volume node=worker-1|worker-2 @prod-east",
		"can we lose two nodes at once":                           "fail: volume together=2",
		"what happens if any two nodes of prod-east die":          "fail: volume together=2 @prod-east",
		"is it safe to reboot two workers simultaneously":         "reboot: volume together=2",
		"would a double node failure hurt":                        "fail: volume together=2",
		"what if we lose 3 of our storage nodes":                  "fail: volume together=3",
		"can we lose a node":                                      "fail: volume",
		"which volumes survive the loss of two nodes":             "volume spare>=2",
		"is it safe to cordon worker-3":                           "cordon: volume node=worker-3 @prod-east",
		"which nodes are safe to drain":                           "drain: volume",
		"which node can I reboot without an outage on staging":    "reboot: volume @staging",
		"can I take worker-1 and worker-2 down together":          "reboot: volume node=worker-1|worker-2 @prod-east",
		"what is on worker-2":                                     "volume node=worker-2 @prod-east",
		"what is down on worker-2":                                "volume health=down node=worker-2 @prod-east",
		"what volumes on worker-2 have no snapshots":              "volume node=worker-2 snapshots<1 @prod-east",
		"which volumes are down on worker-2":                      "volume health=down node=worker-2 @prod-east",
		"which volumes depend on worker-5":                        "volume node=worker-5 @prod-east",
		"drain worker-2":                                          "-",
		"can you drain worker-2 please":                           "-",
		"create a 10Gi volume":                                    "-",
		"could I create a 100Gi volume with three replicas?":      "placement: pool free>=100Gi replicas=3",
		"would a 2-replica 80Gi mayastor volume fit on prod-east": "placement: pool engine=mayastor free>=80Gi replicas=2 @prod-east",
		"where could a 400Gi lvm volume go":                       "placement: pool engine=lvm free>=400Gi",
		"which nodes have room for 200Gi":                         "placement: pool free>=200Gi",
		"is there room for a thin 50Gi volume on worker-1":        "placement: pool free>=50Gi node=worker-1 thin=true @prod-east",
		"can I create a 20Gi volume of class cstor-csi-3":         "placement: pool free>=20Gi storageclass=cstor-csi-3 @prod-east",
		"pools with more than 500Gi free":                         "pool free>500Gi",
		"could I create a 100Gi volume in namespace kafka":        "placement: pool free>=100Gi namespace=kafka @prod-east",
		"can data-payments-pg-0 grow to 300Gi":                    "growth: volume name={data-payments-pg-0} size>=300Gi @prod-east",
		"is there room to extend data-kafka-1 by 50Gi":            "growth: volume name={data-kafka-1} free>=50Gi @prod-east",
		"how far can nexus-data grow":                             "growth: volume name={nexus-data} @prod-east",
		"can I add 20Gi to jenkins-home":                          "growth: volume name={jenkins-home} free>=20Gi @prod-east",
		"resize data-kafka-1 to 300Gi":                            "-",
		"how much storage quota is left in kafka":                 "quota namespace=kafka @prod-east",
		"which namespaces are over 80% of their storage quota":    "quota used_percent>80",
		"which quotas have less than 10Gi left":                   "quota free<10Gi",
		"is payments over its quota":                              "quota namespace=payments used_percent>=100 @prod-east",
		"could I uncordon worker-4":                               "uncordon: volume node=worker-4 @prod-east",
		"what do we lose if stg-w1 is reinstalled from scratch":   "wipe: volume node=stg-w1 @staging",
		"is it possible to shrink nexus-data to 50Gi":             "shrink: volume claim=nexus-data namespace=nexus size>=50Gi @prod-east",
		"could I make nexus-data 300Gi":                           "growth: volume name={nexus-data} size>=300Gi @prod-east",
		"is there room to double nexus-data":                      "growth: volume name={nexus-data} times>=2 @prod-east",
		"how many more copies may data-payments-pg-0 lose":        "tolerance: volume claim=data-payments-pg-0 namespace=payments @prod-east",
		"which pool would cost data-payments-pg-0 its quorum":     "tolerance: volume claim=data-payments-pg-0 namespace=payments @prod-east",
		"what would a third replica of grafana-data take":         "replicate: volume claim=grafana-data namespace=grafana replicas=3 @prod-east",
		"what happens when I restart jenkins":                     "restart: pod workload=jenkins @prod-east",
		"can clickhouse-1 be moved to worker-5":                   "move: pod name=clickhouse-1 namespace=analytics target=worker-5",
		"would vault-0 start on another node":                     "move: pod name=vault-0 namespace=vault @prod-east",
		"could vg-fast on stg-w1 be enlarged":                     "extend: pool name=vg-fast node=stg-w1 @staging",
		"is the data of wiki-data lost when its claim is deleted": "deletion: pod claims=wiki-data namespace=wiki @prod-east",
		"shrink nexus-data to 50Gi":                               "-",
		"restart jenkins":                                         "-",
		"what is stuck terminating":                               "deletion",
		"which claims are being deleted":                          "claim deleting=true",
		"anything held by a finalizer in kafka":                   "deletion namespace=kafka @prod-east",
		"why does data-kafka-1 not go away":                       "deleting: volume name={data-kafka-1} @prod-east",
	} {
		k := newTalk(t)
		if reply := k.say(text); canonical(asked(reply.Query)) != canonical(want) {
			t.Errorf("%q: got %s, want %s (%s, %.2f)\n%s", text, asked(reply.Query), want, reply.Intent, reply.Confidence, reply.Text)
		}
	}
}

func TestSuppositionsFollowedUp(t *testing.T) {
	for _, conversation := range [][]string{
		{"can I drain worker-2?", "drain: volume node=worker-2 @prod-east",
			"and worker-3?", "drain: volume node=worker-3 @prod-east",
			"and stg-w1?", "drain: volume node=stg-w1 @staging",
			"what if it dies", "fail: volume node=stg-w1 @staging"},
		{"what if worker-2 dies?", "fail: volume node=worker-2 @prod-east",
			"and if pool cspc-prod-w9tz fails too?", "fail: volume node=worker-2 pool=cspc-prod-w9tz @prod-east",
			"only the mayastor ones", "fail: volume engine=mayastor node=worker-2 pool=cspc-prod-w9tz @prod-east"},
		{"can we lose two nodes?", "fail: volume together=2",
			"only the mayastor ones", "fail: volume engine=mayastor together=2",
			"and worker-3?", "fail: volume engine=mayastor node=worker-3 @prod-east"},
		{"can I drain worker-5", "drain: volume node=worker-5 @prod-east",
			"only the degraded ones", "drain: volume health=degraded node=worker-5 @prod-east"},
		{"where would a 400Gi lvm volume fit?", "placement: pool engine=lvm free>=400Gi",
			"and 50Gi?", "placement: pool engine=lvm free>=50Gi",
			"and on stg-w1?", "placement: pool engine=lvm free>=50Gi node=stg-w1 @staging"},
		{"describe nexus-data", "volume name={nexus-data} @prod-east",
			"can I make it 80Gi", "growth: volume name={nexus-data} size>=80Gi @prod-east",
			"could it be shrunk to 10Gi?", "shrink: volume name={nexus-data} size>=10Gi @prod-east"},
		{"what is on worker-2?", "volume node=worker-2 @prod-east",
			"can I drain it?", "drain: volume node=worker-2 @prod-east"},
	} {
		k := newTalk(t)
		for i := 0; i < len(conversation); i += 2 {
			reply := k.say(conversation[i])
			if got := asked(reply.Query); canonical(got) != canonical(conversation[i+1]) {
				t.Errorf("%q, turn %d, %q: got %s, want %s (%s)\n%s", conversation[0], i/2+1, conversation[i], got, conversation[i+1], reply.Intent, reply.Text)
			}
		}
	}
}

// TestSuppositionButtons presses what an answer about a drain offers.
func TestSuppositionButtons(t *testing.T) {
	k := newTalk(t)
	pressed := map[string]string{}
	for _, b := range k.say("can I drain worker-2?").Buttons {
		reply := k.send(models.Message{Action: &b.Action})
		if reply.Err != nil {
			t.Errorf("%s: %v", b.Label, reply.Err)
		}
		pressed[b.Label] = asked(reply.Query)
	}
	for label, want := range map[string]string{"What if it fails?": "fail: volume node=worker-2 @prod-east", "What is there now": "volume node=worker-2 @prod-east"} {
		if pressed[label] != want {
			t.Errorf("%s: %q, want %q", label, pressed[label], want)
		}
	}
}

// TestSuppositionOfNothing presses a button about a node that has gone since.
func TestSuppositionOfNothing(t *testing.T) {
	k := newTalk(t)
	reply := k.send(models.Message{Action: &models.Action{Intent: "impact", Query: &models.Query{Subject: models.Volumes, Field: "drain",
		Clusters: []string{"prod-east"}, Filters: []models.Filter{{Field: "node", Op: models.Eq, Values: []string{"worker-99"}}}}}})
	if models.KindOf(reply.Err) != models.NotFound || !strings.Contains(reply.Text, "worker-99") {
		t.Errorf("%v: %s", reply.Err, reply.Text)
	}
}

// TestLeave makes sure that asking whether something may be done is told from asking for it, also where the model is not certain.
func TestLeave(t *testing.T) {
	for _, text := range []string{"could i restart the jenkins pod", "can I restart the mysql pod", "should I reboot the thing", "may I delete worker-2 things", "can I upgrade the volume of it"} {
		k := newTalk(t)
		if reply := k.say(text); models.KindOf(reply.Err) == models.Internal && reply.Err != nil {
			t.Errorf("%q: %v", text, reply.Err)
		}
	}
	for _, text := range []string{"can you create a 10Gi volume", "would you drain worker-2", "create a 3-replica volume of 10Gi", "could you reboot worker-3 for me"} {
		k := newTalk(t)
		if reply := k.say(text); reply.Intent != "change" {
			t.Errorf("%q: %s %s", text, reply.Intent, reply.Text)
		}
	}
}

// TestRisks is how questions about risks become filters.
func TestRisks(t *testing.T) {
	for text, want := range map[string]string{
		"which volumes have lost their redundancy":                  "volume redundancy=none left|single replica",
		"which volumes are single points of failure":                "volume copies<=1",
		"volumes without a snapshot in 7 days":                      "volume snapshot_age>604800",
		"which pvcs have had no snapshot for 2 days":                "claim snapshot_age>172800",
		"volumes with a snapshot in the last 24 hours":              "volume snapshot_age<=86400",
		"volumes whose latest snapshot is older than 3 days":        "volume snapshot_age>259200",
		"volumes without snapshots":                                 "volume snapshots<1",
		"are there any orphaned volumes":                            "volume orphaned=true",
		"did the resizes work?":                                     "volume resize=pending",
		"which claims wait for a resize":                            "claim resize=pending",
		"what has changed in the last 3 hours":                      "change age<=10800",
		"what changed in namespace kafka":                           "change namespace=kafka @prod-east",
		"what happened in the last 3 hours":                         "event age<=10800",
		"which volumes cannot survive a node failure":               "volume spare<1",
		"which volumes can't survive losing a node":                 "volume spare<1",
		"volumes that survive the loss of a node":                   "volume spare>=1",
		"pvs without claims":                                        "volume orphaned=true",
		"total free space per engine":                               "pool sum:free by=engine",
		"volumes per engine and namespace":                          "volume count by=engine then=namespace",
		"total size by engine and by storage class":                 "volume sum:size by=engine then=storageclass",
		"how many claims per namespace and phase":                   "claim count by=namespace then=phase",
		"volumes per engine and on prod-east":                       "volume count by=engine @prod-east",
		"volumes per redundancy":                                    "volume count by=redundancy",
		"volumes that are not healthy and bigger than 50Gi":         "volume health!=healthy size>50Gi",
		"which volumes have no snapshots and are larger than 100Gi": "volume size>100Gi snapshots<1",
	} {
		k := newTalk(t)
		reply := k.say(text)
		if got := named(brief(reply.Query), prod(), stagingCluster()); canonical(got) != canonical(want) {
			t.Errorf("%q: got %s, want %s (%s, %.2f)\n%s", text, got, want, reply.Intent, reply.Confidence, reply.Text)
		}
	}
}
