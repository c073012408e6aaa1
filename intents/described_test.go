package intents_test

import "testing"

// TestDescribedByPieces finds the one thing that a sentence describes by pieces of its name, and nothing where several or none have these.
func TestDescribedByPieces(t *testing.T) {
	wantQueries(t, map[string]string{
		"carol's workspace PVC never binds, any idea why?":      "why volume name=pvc-7e5c6192-b93b-543d-b2ed-980371b98999 @quarry",
		"how big is carol’s claim":                              "describe claim name=workspace-carol @quarry",
		"what pool is bob's workspace volume in":                "describe volume name=pvc-25a5d5d0-56c7-5067-b8bb-5473676cf051 @quarry",
		"why did the nightly mysql snapshot fail":               "why snapshot name=mysql-0-nightly @harbor",
		"is the weekly postgres backup ready":                   "describe snapshot name=postgres-0-weekly @harbor",
		"the mysql pre-upgrade snapshot, how large is it?":      "describe snapshot name=mysql-0-pre-upgrade @harbor",
		"is the gitlab redis volume healthy":                    "describe volume name=pvc-a934c739-848a-5025-ba8c-835e07dc3721 @quarry",
		"shop redis volume, how full?":                          "describe volume name=pvc-4f8cc95f-90cf-5adc-aca8-d7c88aabe131 @harbor",
		"kafka data volumes":                                    "list volume workload=kafka @harbor",
		"which shop volume is degraded":                         "list volume health=degraded namespace=shop @harbor",
		"show the mysql snapshots":                              "list snapshot workload=mysql @harbor",
		"describe gitlab/data-redis-0":                          "describe volume name=pvc-a934c739-848a-5025-ba8c-835e07dc3721 @quarry",
		"replicas of shop/data-redis-0, please":                 "replicas replica claim=data-redis-0 namespace=shop @harbor",
		"what made cspc-main-t9wz go offline":                   "why pool name=cspc-main-t9wz @harbor",
		"prometheus-db is still the old size, how come?":        "why volume name=pvc-be8f051b-11cb-5370-aa4a-05938ccda72e @harbor",
		"my runner-cache never gets ready, what is the matter?": "why volume name=pvc-7d97c96a-9cab-5455-88bf-9ebb06f25d12 @harbor",
		"taints on dock-0 and dock-3":                           "describe node name=dock-0|dock-3 @harbor",
		"disks on dock-4 that nothing has claimed yet":          "list blockdevice claimed!=Claimed node=dock-4 @harbor",
		"disks of dock-5 that nobody has ever claimed":          "list blockdevice claimed=Unclaimed node=dock-5 @harbor",
		"snapshots that have never become ready":                "list snapshot ready=false",
	})
}

// TestNamespacesThatAreWords takes a word of the trade for the name of a namespace where a name stands.
func TestNamespacesThatAreWords(t *testing.T) {
	wantQueries(t, map[string]string{
		"volumes in db":                        "list volume namespace=db @harbor",
		"volumes in db or billing":             "list volume namespace=db|billing",
		"claims in db and billing":             "list claim namespace=db|billing",
		"which claims of db are degraded":      "list claim health=degraded namespace=db",
		"monitoring has how many hostpath pvs": "count volume engine=hostpath namespace=monitoring count",
		"how many claims has monitoring":       "count claim namespace=monitoring count",
	})
}

// The members of a set may be told by their numbers alone.
func TestMembersOfSets(t *testing.T) {
	wantQueries(t, map[string]string{
		"show kafka claims 0 and 1":           "list claim name=data-kafka-0|data-kafka-1 namespace=kafka @harbor",
		"how old are kafka claims 0, 1 and 2": "list claim name=data-kafka-0|data-kafka-1|data-kafka-2 namespace=kafka @harbor",
		"how big is kafka claim 2":            "describe claim name=data-kafka-2 @harbor",
		"why is mysql's claim 0 degraded":     "why volume name=pvc-6ee9055e-f86e-568d-8477-37e0de8b1104 @harbor",
		"the 2 biggest kafka claims":          "list claim namespace=kafka sort=-size limit=2 @harbor",
		"top kafka claims 5":                  "list claim workload=kafka limit=5 @harbor",
	})
}

// TestUnnamedSubjects asks for what only things of one kind have, without a word for that kind.
func TestUnnamedSubjects(t *testing.T) {
	wantQueries(t, map[string]string{
		"taints of dock-0 and dock-3":               "list node name=dock-0|dock-3 @harbor",
		"what has restarted more than 10 times":     "list pod restarts>10",
		"anything that restarted at least 3 times?": "list pod restarts>=3",
		"zones of dock-1 and dock-2":                "list volume node=dock-1|dock-2 @harbor",
		"lvm volumes from 50 up to 200 gigs":        "list volume engine=lvm size<=200Gi size>=50Gi",
		"volumes 50 to 200 GiB":                     "list volume size<=200Gi size>=50Gi",
	})
}

// TestFewerThanWanted finds volumes that have fewer copies than they are to have, however that is said.
func TestFewerThanWanted(t *testing.T) {
	wantQueries(t, map[string]string{
		"volumes with fewer replicas than they should have":             "list volume missing>=1",
		"which volumes have less copies than desired":                   "list volume missing>=1",
		"how many volumes have fewer healthy replicas than configured?": "count volume missing>=1 count",
		"average, median and largest size of volumes":                   "aggregate volume avg:size",
	})
}

// TestAmountsOfListed adds up the sizes of what was listed, where a unit of them is asked for.
func TestAmountsOfListed(t *testing.T) {
	wantTurn(t, map[string]string{
		"volumes with a single copy / only the ones in use / how many gib in total": "followup.count volume copies<=1 pods? sum:size",
		"volumes on dock-1 / how many TiB is that":                                  "aggregate volume node=dock-1 sum:size @harbor",
		"pools of harbor / how many gib do they have":                               "aggregate pool sum:size @harbor",
		"pools of harbor / how many of them are there":                              "followup.count pool count @harbor",
	})
}
