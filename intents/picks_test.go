package intents_test

import (
	"strings"
	"testing"
)

// wantTurn holds conversations, the last turn of each of which must become an intent and a query; "?" where it must ask back.
func wantTurn(t *testing.T, want map[string]string) {
	t.Helper()
	k, claims := newDemoTalk(t)
	for talk, query := range want {
		reply := k.converse(talk)
		got := "?"
		if !reply.AskedBack && reply.Query != nil {
			got = reply.Intent + " " + brief(plain(reply.Query, claims))
		}
		if got != query {
			t.Errorf("%q:\n got  %s\n want %s\n %s", talk, got, query, reply.Text)
		}
	}
}

// TestPickedFirst asks something of the one thing that a sentence picks out first.
func TestPickedFirst(t *testing.T) {
	wantTurn(t, map[string]string{
		"can I delete the biggest unused volume?":                 "consumers pod claims=workspace-carol @quarry",
		"what is in the fullest pool?":                            "impact volume node=pit-1 pool=vg-data @quarry",
		"what would break if the fullest pool of quarry failed":   "impact volume node=pit-1 pool=vg-data @quarry",
		"can the fullest volume grow by 50Gi?":                    "capacity volume name=prometheus-db free>=50Gi @harbor",
		"is the oldest snapshot ok":                               "describe snapshot name=minio-0-weekly @quarry",
		"how many copies does the smallest mayastor volume have?": "count replica claim=model-cache count @harbor",
		"which pod uses the biggest volume of namespace shop?":    "?",
		"what runs on the node with the most volumes":             "?",
	})
}

// TestPickedOfListed asks something of one of the things that were listed.
func TestPickedOfListed(t *testing.T) {
	wantTurn(t, map[string]string{
		"pools on harbor / less than 400Gi free / what's in the biggest of them":                   "impact volume node=dock-1 pool=cspc-main-a7kd @harbor",
		"volumes on pit-2 / by size / the smallest one, which pod uses it?":                        "consumers pod claims=data-rabbitmq-0 @quarry",
		"unused volumes / how much space do they take? / can I delete the biggest?":                "consumers pod claims=workspace-carol @quarry",
		"fullest volumes / only top 5 / which pool is the first in":                                "describe volume name=prometheus-db @harbor",
		"list nodes of harbor / can I drain the one with the fewest volumes":                       "impact volume node=dock-0 @harbor",
		"snapshots / which volume does the oldest belong to":                                       "describe snapshot name=minio-0-weekly @quarry",
		"show pools of quarry / how long will the emptiest one last":                               "forecast pool name=vg-data node=pit-2 @quarry",
		"volumes of namespace kafka / when was the smallest created":                               "?",
		"claims in gitlab / does the second have a snapshot / how full is the third?":              "describe claim name=data-redis-0 @quarry",
		"volumes of namespace db / which node is the oldest one on / is the fullest resizable":     "describe volume name=data-postgres-1 @harbor",
		"which claims are pending? / why is the second one pending? / and the last one?":           "why claim name=export-minio-2 @quarry",
		"which claims are pending? / why is the second one pending? / which of them is the oldest": "followup.refine claim phase=Pending sort=-age limit=1",
	})
}

// TestNothingPicked asks which thing it is that is picked, or for one that more is said of than is looked at.
func TestNothingPicked(t *testing.T) {
	wantTurn(t, map[string]string{
		"which is the biggest volume of gitlab":               "list volume namespace=gitlab sort=-size limit=1 @quarry",
		"which volumes of gitlab are the biggest":             "list volume namespace=gitlab sort=-size @quarry",
		"sort the volumes of gitlab, the biggest first":       "list volume namespace=gitlab sort=-size @quarry",
		"pools on harbor / which of them is the fullest":      "followup.refine pool sort=-used_percent limit=1 @harbor",
		"volumes of namespace db / and the smallest?":         "followup.refine volume namespace=db sort=+size limit=1 @harbor",
		"how old is the newest snapshot of data-mysql-0?":     "describe volume name=data-mysql-0 @harbor",
		"the biggest volume per engine":                       "list volume by=engine each=1 sort=-size",
		"how full is the fullest pool":                        "list pool sort=-used_percent limit=1",
		"which pods are on the oldest node that is not ready": "list pod node=dock-3 @harbor",
	})
}

// TestBoth asks of two things that were asked about one after the other.
func TestBoth(t *testing.T) {
	wantTurn(t, map[string]string{
		"can I drain dock-4? / and dock-5? / what about both":                                           "impact volume node=dock-4|dock-5 @harbor",
		"can I drain dock-4? / and dock-5? / both at once?":                                             "impact volume node=dock-4|dock-5 @harbor",
		"can I drain dock-1? / and dock-2? / who would notice if both went down together":               "impact volume node=dock-1|dock-2 @harbor",
		"list the pools of harbor / what if the first fails? / and the second / and the two together?":  "impact volume node=dock-3|dock-6 pool=cspc-main-t9wz|pool-dock-6 @harbor",
		"why is data-kafka-1 degraded / and data-mysql-0? / what about both":                            "why volume name=data-mysql-0|data-kafka-1 @harbor",
		"can I delete old-orders-export / and workspace-carol? / both then?":                            "consumers pod claims=old-orders-export|workspace-carol namespace=dev|shop @harbor,quarry",
		"is data-kafka-1 ok? / and data-mysql-0? / who uses them both":                                  "consumers pod claims=data-kafka-1|data-mysql-0 namespace=kafka|shop @harbor",
		"is data-kafka-1 ok? / and data-mysql-0? / which of the two is bigger?":                         "list volume claim=data-kafka-1|data-mysql-0 namespace=kafka|shop sort=-size limit=1 @harbor",
		"replicas of data-mysql-0 / same for mysql-1 / which one of the two is worse?":                  "list volume claim=data-mysql-0|data-mysql-1 namespace=shop sort=-health limit=1 @harbor",
		"describe pool-dock-4 / and pool-dock-5 / which of these two is fuller":                         "list pool name=pool-dock-4|pool-dock-5 sort=-used_percent limit=1 @harbor",
		"what is wrong with dock-3 / and dock-5 / which volumes are on both nodes":                      "list volume node=dock-3|dock-5 @harbor",
		"volumes of namespace db / who uses the first / and the other one? / which of the two is older": "list volume claim=data-postgres-1|data-postgres-0 namespace=db sort=-age limit=1 @harbor",
	})
}

// TestTheOther asks of the other one of things.
func TestTheOther(t *testing.T) {
	wantTurn(t, map[string]string{
		"volumes of namespace db / is the first one ok / and the other?":                 "describe volume name=data-postgres-0 @harbor",
		"volumes of namespace db / who uses the first / and the other one?":              "consumers pod claims=data-postgres-0 @harbor",
		"how full is prometheus-db / and data-mysql-0 / is the other one resizable":      "describe volume name=prometheus-db @harbor",
		"which claims are pending? / why is the first one pending? / and the other?":     "?",
		"which claims are pending? / why is the first one pending? / and the other? / 2": "why claim name=workspace-dave @quarry",
		"volumes on harbor / and on the other one":                                       "followup.refine volume @quarry",
		"which nodes could I drain? / and on the other cluster?":                         "?",
		"which nodes could I drain? / and on the other cluster? / quarry":                "impact volume @quarry",
	})
}

// TestTheOtherOfAWord asks of the other one of those that a word says: an application, a namespace, a piece of the name.
func TestTheOtherOfAWord(t *testing.T) {
	wantTurn(t, map[string]string{
		"why is data-mysql-1 down / and the other mysql?":                         "why volume name=data-mysql-0 @harbor",
		"why is data-mysql-1 down / any data lost? / ok and the other mysql?":     "describe volume name=data-mysql-0 @harbor",
		"why is pod mysql-1 down / and the other mysql?":                          "why pod name=mysql-0 @harbor",
		"replicas of data-mysql-1 / and the other mysql one?":                     "replicas replica claim=data-mysql-0 namespace=shop @harbor",
		"who uses data-postgres-1 / the other db claim?":                          "consumers pod claims=data-postgres-0 namespace=db @harbor",
		"describe data-mysql-1 / who uses it / how about the other mysql volume?": "consumers pod claims=data-mysql-0 @harbor",
		"how full is data-postgres-1 / and the other postgres?":                   "describe volume name=data-postgres-0 @harbor",
		"is data-postgres-0 ok / does the other postgres have snapshots":          "describe volume name=data-postgres-1 @harbor",
		"why is data-kafka-1 degraded / and the other kafka?":                     "?",
		"why is data-kafka-1 degraded / and the other kafka? / 2":                 "why volume name=data-kafka-2 @harbor",
		"describe data-kafka-1 / more":                                            "?",
	})
}

// TestTheOthers asks of those that were listed with the one that the last question was about.
func TestTheOthers(t *testing.T) {
	pending := "claim name=build-cache|export-minio-2|feature-store|workspace-dave namespace=ci|dev|minio|ml @harbor,quarry"
	wantTurn(t, map[string]string{
		"claims that are pending / why is registry-storage pending / and the others that are pending?": "list claim name!=registry-storage phase=Pending",
		"claims that are pending / why is registry-storage pending / and the others":                   "why " + pending,
		"claims that are pending / why is registry-storage pending / what about the rest?":             "why " + pending,
		"claims that are pending / why is registry-storage pending / how old are the others":           "followup.sort " + pending,
		"degraded volumes / why is data-kafka-1 degraded / which others are degraded":                  "list volume health=degraded name!=data-kafka-1",
		"degraded volumes / why is data-kafka-1 degraded / and the other degraded ones?":               "why volume name=data-mysql-0|data-clickhouse-0|data-postgres-1 namespace=analytics|db|shop @harbor",
		"volumes of namespace kafka / who uses data-kafka-1 / and the others?":                         "consumers pod claims=data-kafka-0|data-kafka-2 namespace=kafka @harbor",
		"volumes of namespace kafka / is data-kafka-1 ok / are the rest healthy":                       "followup.refine volume health=healthy name=data-kafka-0|data-kafka-2 namespace=kafka @harbor",
		"pools on quarry / describe vg-data on pit-2 / how full are the others":                        "list pool name!=vg-data/node!=pit-2 @quarry",
		"nodes of harbor / what if dock-1 fails / and the others?":                                     "?",
	})
}

// TestDeletedBySomebody adds up all that somebody is to delete, whatever its reclaim policy.
func TestDeletedBySomebody(t *testing.T) {
	wantTurn(t, map[string]string{
		"unused volumes on harbor / how much space would I get back if I delete them":                            "aggregate volume pods!? sum:size @harbor",
		"unused volumes on harbor / how much space would I get back if I delete them / which of them is biggest": "list volume pods!? sort=-size limit=1 @harbor",
		"unused volumes on harbor / how much space comes back if we delete them":                                 "aggregate volume pods!? sum:size @harbor",
		"how much space would I get back if I delete the volumes":                                                "aggregate volume sum:size",
		"how much space do we win if someone were to delete the volumes of ml":                                   "aggregate volume namespace=ml sum:used @harbor",
		"which volumes have a policy to delete the data":                                                         "list volume reclaim=Delete",
		"storage classes that delete the volumes":                                                                "list storageclass reclaim=Delete",
	})
}

// TestThoseTold asks of the things that the last answer told of others: "they" and "which of those" are the others still.
func TestThoseTold(t *testing.T) {
	wantTurn(t, map[string]string{
		"unused volumes on harbor / which pools are they on / how much free do those have":    "capacity pool name=cspc-fast-q2hv|cspc-main-a7kd|cspc-main-m3xp|pool-dock-4|pool-dock-5 @harbor",
		"volumes of namespace db / which pools are they on / how full are those":              "capacity pool name=pool-dock-4|pool-dock-5|pool-dock-6 @harbor",
		"volumes of namespace db / on which pools are they / how much space is left on those": "capacity pool name=pool-dock-4|pool-dock-5|pool-dock-6 @harbor",
		"volumes of namespace kafka / which nodes are they on / are those healthy":            "list node health!=healthy name=dock-4|dock-5|dock-6 @harbor",
		"snapshots on harbor / which volumes are they of / how full are those":                "describe volume name=data-mysql-0|data-postgres-0 @harbor",
	})
}

// TestNoneForWhatWasAskedBefore says what there is without the conditions of the last question, where nothing meets them and those of the follow-up.
func TestNoneForWhatWasAskedBefore(t *testing.T) {
	k, _ := newDemoTalk(t)
	for talk, want := range map[string]string{
		"which volumes on quarry are down or degraded / any in billing with a snapshot":             "before that: 1 of 2 volumes in namespace billing on quarry has snapshots",
		"which volumes on quarry are down or degraded / and in billing? / do we have backups of it": "before that: 1 of 2 volumes in namespace billing on quarry has snapshots",
		"down volumes on harbor / any of them with snapshots":                                       "before that: 2 of 22 volumes on harbor have snapshots",
		"unused volumes / which of those are down":                                                  "before that: 3 of 36 volumes on harbor and quarry are down",
		"degraded volumes / and in billing":                                                         "None of the 2 volumes in namespace billing on quarry is degraded.",
		"degraded volumes / which of them are in namespace ml":                                      "",
	} {
		reply := k.converse(talk)
		if contains(t, reply.Text, want); strings.Contains(want, "before that") != strings.Contains(reply.Text, "before that") {
			t.Errorf("%q: %s", talk, reply.Text)
		}
	}
}

// TestDoneToAnother asks what was supposed last of another place, though other questions have come since.
func TestDoneToAnother(t *testing.T) {
	wantTurn(t, map[string]string{
		"is it safe to reboot dock-2? / and dock-1 / which of those have one healthy copy left / what about doing dock-4 first": "impact volume node=dock-4 @harbor",
		"can I drain dock-2? / which of those volumes have one healthy copy / and if I did dock-4 instead":                      "impact volume node=dock-4 @harbor",
		"can I drain dock-1 / which of them are degraded / what about taking dock-4 first":                                      "impact volume node=dock-4 @harbor",
		"what if pool-dock-4 fails / which of those are degraded / and if we took pool-dock-5":                                  "impact volume pool=pool-dock-5 @harbor",
		"volumes on dock-1 / which of those are degraded / what about dock-4":                                                   "followup.refine volume health=degraded node=dock-4 @harbor",
	})
	k, _ := newDemoTalk(t)
	for _, said := range []string{"is it safe to reboot dock-2?", "which of those have one healthy copy left"} {
		k.say(said)
	}
	contains(t, k.say("what about doing dock-4 first").Text, "while node `dock-4` of harbor is away")
}

// TestPicksAreTold says which thing was taken, and which may be meant where several are alike.
func TestPicksAreTold(t *testing.T) {
	k, _ := newDemoTalk(t)
	k.say("unused volumes")
	contains(t, strings.Join(k.say("can I delete the biggest?").Notes, "\n"), "The biggest of 5 volumes on harbor and quarry that are not used by any pod is `dev/workspace-carol`")
	k.forget()
	reply := k.say("which pod uses the biggest volume of namespace shop?")
	contains(t, reply.Text, "`shop/data-mysql-0` and `shop/data-mysql-1`. Which one do you mean?")
	contains(t, k.say("the second").Text, "`shop/mysql-1`")
}

// TestAmongIsBounded remembers no more of a list than what was listed, and the query that listed it.
func TestAmongIsBounded(t *testing.T) {
	k, _ := newDemoTalk(t)
	k.say("list volumes")
	reply := k.say("why is the third one down")
	if d := reply.Dialogue; len(d.Among) != 20 || d.From == nil || len(d.Lately) != 1 {
		t.Errorf("%d things are remembered of the list, and %d that were asked about", len(d.Among), len(d.Lately))
	}
}

// TestPoolsKeepTheirNode asks of the pool of one node, whose name pools of others have too.
func TestPoolsKeepTheirNode(t *testing.T) {
	wantTurn(t, map[string]string{
		"which pool is the fullest / what lives on it":                                    "consumers volume node=pit-1 pool=vg-data @quarry",
		"which pool is the fullest / which volumes are in it":                             "list volume node=pit-1 pool=vg-data @quarry",
		"which pool is the fullest / show its volumes":                                    "list volume node=pit-1 pool=vg-data @quarry",
		"which pool is the fullest / volumes in that pool":                                "list volume node=pit-1 pool=vg-data @quarry",
		"fullest pool / total size of the volumes on it":                                  "aggregate volume node=pit-1 pool=vg-data sum:size @quarry",
		"which pool is the fullest / what would happen if it failed":                      "impact volume node=pit-1 pool=vg-data @quarry",
		"the emptiest pool of quarry / what is stored there":                              "impact volume node=pit-2 pool=vg-data @quarry",
		"describe vg-data on pit-2 / volumes in that pool":                                "list volume node=pit-2 pool=vg-data @quarry",
		"volumes in vg-data on pit-1 / how full is it":                                    "describe pool name=vg-data node=pit-1 @quarry",
		"which pool has the least free space / any snapshots on it":                       "list snapshot claim=workspace-carol|workspace-bob|workspace-alice @quarry",
		"which pool of quarry is the fullest / and which volumes of billing are in there": "list volume namespace=billing node=pit-1 pool=vg-data @quarry",
	})
}

// TestChosen answers which of several things is meant, in more words than those of its button.
func TestChosen(t *testing.T) {
	wantTurn(t, map[string]string{
		"why is data-redis-0 ok / the gitlab one please":            "why volume name=data-redis-0 @quarry",
		"describe data-redis-0 / sorry, the one on quarry":          "describe volume name=data-redis-0 @quarry",
		"describe data-redis-0 / I meant that in shop on harbor":    "describe volume name=data-redis-0 @harbor",
		"describe data-redis-0 / the one from shop / how big is it": "describe volume name=data-redis-0 @harbor",
		"describe data-redis-0 / pools of quarry":                   "list pool @quarry",
	})
}

// TestLikeOfListed means one of those listed by a piece of what people call it: volumes by their claims.
func TestLikeOfListed(t *testing.T) {
	wantTurn(t, map[string]string{
		"down volumes / describe the elastic one":                                        "describe volume name=data-elastic-0 @harbor",
		"unhealthy volumes / how big is the wiki one":                                    "describe volume name=wiki-data @harbor",
		"degraded volumes on harbor / who uses the clickhouse one":                       "consumers pod claims=data-clickhouse-0 namespace=analytics @harbor",
		"which claims are pending / why is feature-store pending / and the gitlab one":   "why claim name=registry-storage @quarry",
		"pods named redis-0 / describe the shop one":                                     "describe pod name=redis-0 @harbor",
		"degraded volumes / describe the kafka one / how big is the postgres one":        "describe volume name=data-postgres-1 @harbor",
		"volumes of kafka / which of them is degraded? / why is the kafka one like that": "why volume name=data-kafka-1 @harbor",
	})
}

// TestFitsInThem looks for a place in the pools that were listed: by what picked them, and says where it cannot.
func TestFitsInThem(t *testing.T) {
	wantTurn(t, map[string]string{
		"zfs pools / would a 50Gi volume fit in one of them?":                       "capacity pool engine=zfs free>=50Gi",
		"mayastor pools / is a 200Gi volume possible there?":                        "capacity pool engine=mayastor free>=200Gi",
		"lvm pools on quarry / does 500Gi fit in any of these":                      "capacity pool engine=lvm free>=500Gi @quarry",
		"pools of dock-2 / does a 300Gi volume fit in one of them / and one of 1Ti": "capacity pool free>=1024Gi node=dock-2 @harbor",
	})
	k, _ := newDemoTalk(t)
	k.say("over-committed pools")
	contains(t, strings.Join(k.say("does a 30Gi volume fit in one of them?").Notes, "\n"), "“in one of them”")
}
