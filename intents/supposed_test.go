package intents_test

import (
	"strings"
	"testing"
)

// wantSupposed is wantTurn for what the last turn supposes, which stands before its query.
func wantSupposed(t *testing.T, want map[string]string) {
	t.Helper()
	k, claims := newDemoTalk(t)
	for said, query := range want {
		reply := k.converse(said)
		got := "-"
		if reply.Query != nil && !reply.AskedBack {
			got = reply.Query.Field + ": " + brief(plain(reply.Query, claims))
		}
		if got != query {
			t.Errorf("%q:\n got  %s\n want %s\n %s", said, got, query, reply.Text)
		}
	}
}

// TestStaysAway supposes that what is away does not return, which picks nothing out of the last list.
func TestStaysAway(t *testing.T) {
	wantSupposed(t, map[string]string{
		"volumes on dock-1 / suppose dock-2 will not return":            "fail: volume node=dock-2 @harbor",
		"volumes on dock-1 / dock-6 isn't coming back, what do we lose": "fail: volume node=dock-6 @harbor",
		"describe dock-3 / what if it stays offline":                    "fail: volume node=dock-3 @harbor",
		"describe dock-3 / what if it stays away for good":              "fail: volume node=dock-3 @harbor",
		"describe pool-dock-6 / and if it can't be repaired?":           "fail: volume pool=pool-dock-6 @harbor",
		"which nodes are down / it never recovers, what is lost":        "fail: volume node=dock-3 @harbor",
		"claims over 100Gi / say dock-1 vanishes for good":              "fail: volume node=dock-1 @harbor",
		"claims over 100Gi / imagine dock-1 burns down":                 "fail: volume node=dock-1 @harbor",
		"volumes on dock-1 / what recovers when dock-3 comes back":      ": volume health!=healthy node=dock-3 @harbor",
		"volumes on dock-1 / why does dock-3 not come back":             ": node name=dock-3 @harbor",
	})
}

// TestDeletedNext supposes the deletion of what the conversation is about, whatever was asked of it, and then of another one.
func TestDeletedNext(t *testing.T) {
	wantSupposed(t, map[string]string{
		"who uses wiki-data / can I delete it":                                "deletion: pod claims=wiki-data namespace=wiki @harbor",
		"which pods mount wiki-data / would it be safe to remove it":          "deletion: pod claims=wiki-data namespace=wiki @harbor",
		"who uses wiki-data / ok to delete?":                                  "deletion: volume claim=wiki-data namespace=wiki @harbor",
		"who uses wiki-data / could we get rid of it":                         "deletion: pod claims=wiki-data namespace=wiki @harbor",
		"describe wiki-data / deleting that gets us under 90%":                "deletion: volume name=wiki-data @harbor",
		"fullest volume / would removing it bring the pool under 70%":         "deletion: volume name=prometheus-db namespace=monitoring @harbor",
		"who uses wiki-data / can I delete it / and old-orders-export?":       "deletion: pod claims=old-orders-export namespace=shop @harbor",
		"claims in kafka / the first one / can I delete it / and the third?":  "deletion: volume claim=data-kafka-2 namespace=kafka @harbor",
		"what if we restart kafka-1 / and kafka-2?":                           "restart: pod name=kafka-2 namespace=kafka @harbor",
		"can data-postgres-0 grow to 200Gi / and data-kafka-0?":               "growth: volume name=data-kafka-0 size>=200Gi @harbor",
		"who uses wiki-data / can I delete it / who uses it":                  ": pod claims=wiki-data namespace=wiki @harbor",
		"snapshots of data-postgres-0 / deleting the oldest gets us under 9%": ": volume name=data-postgres-0 @harbor",
	})
	k, _ := newDemoTalk(t)
	k.say("describe wiki-data")
	if reply := k.say("does deleting it get us below 50%"); !strings.Contains(strings.Join(reply.Notes, " "), "How full the pools are after that I cannot tell") {
		t.Errorf("what cannot be told is not said: %q", reply.Notes)
	}
}

// TestRoomForThem asks whether what was spoken of fits elsewhere: several are added up.
func TestRoomForThem(t *testing.T) {
	wantSupposed(t, map[string]string{
		"how big is data-postgres-0 / and data-kafka-0 / is there room on mayastor for both": "placement: pool engine=mayastor free>=230Gi @harbor",
		"describe data-kafka-1 / describe data-kafka-0 / would the two fit on mayastor-2":    "placement: pool free>=300Gi storageclass=mayastor-2 @harbor",
		"describe data-kafka-0 / is there space for it on cstor-3":                           "placement: pool free>=150Gi storageclass=cstor-3 @harbor",
		"claims in kafka / is there room on mayastor for all of them":                        "placement: pool engine=mayastor free>=450Gi @harbor",
		"does data-kafka-0 fit on mayastor-2":                                                "placement: pool free>=150Gi storageclass=mayastor-2 @harbor",
		"describe data-postgres-0 / can I move it somewhere else":                            "placement: pool engine=mayastor free>=80Gi replicas=1 @harbor",
		"who uses data-postgres-0 / could that be moved to another pool":                     "placement: pool engine=mayastor free>=80Gi replicas=1 @harbor",
		"describe data-postgres-0 / could it be moved to pool-dock-4":                        "placement: pool engine=mayastor free>=80Gi pool=pool-dock-4 replicas=1 @harbor",
		"describe pod postgres-0 / can I move it somewhere else":                             "move: pod name=postgres-0 namespace=db @harbor",
		"is there space left on data-kafka-0":                                                ": volume name=data-kafka-0 @harbor",
		"describe data-postgres-0 / could it grow to 300":                                    "growth: volume name=data-postgres-0 size>=300Gi @harbor",
		"how big is data-kafka-0 / could it be extended by 20":                               "growth: volume name=data-kafka-0 free>=20Gi @harbor",
	})
}
