package intents_test

import (
	"strings"
	"testing"
)

// TestLostWithItsNode asks in several wordings which volumes have no copy on another node.
func TestLostWithItsNode(t *testing.T) {
	wantQueries(t, map[string]string{
		"which volumes would be lost if their node died":                                          "list volume spare<1",
		"which volumes would we lose if the node they are on died":                                "list volume spare<1",
		"which of the volumes on harbor go down when their node goes down?":                       "list volume spare<1 @harbor",
		"volumes that we would lose if their only server failed":                                  "list volume spare<1",
		"how many volumes would be lost if their node failed":                                     "count volume spare<1 count",
		"which volumes only have a single copy, i.e. would be lost if the node they are on died?": "list volume spare<1",
		"which volumes have one copy and would be lost if their node dies":                        "list volume copies<=1 spare<1",
		"which PVCs would be unavailable if the host they run on crashed":                         "list volume spare<1",
		"claims with only one copy":                                                               "list volume copies<=1",
		"which claims survive the loss of a node":                                                 "list volume spare>=1",
		"which apps would be lost if their node died":                                             "impact volume",
		"what would be lost if a node died":                                                       "impact volume",
		"would data-kafka-0 go down if its node died":                                             "impact volume claim=data-kafka-0 namespace=kafka @harbor",
	})
}

// TestDataLost asks whether data is lost, which what is down does not say.
func TestDataLost(t *testing.T) {
	k, _ := newDemoTalk(t)
	for text, want := range map[string]string{
		"is any data lost?":                  "volume health=down",
		"did we lose any data":               "volume health=down",
		"any data loss?":                     "volume health=down",
		"what data is lost":                  "volume health=down",
		"was there any data loss on quarry":  "volume health=down @quarry",
		"what data is lost when dock-3 dies": "volume node=dock-3 @harbor",
	} {
		k.forget()
		reply := k.say(text)
		if got := brief(reply.Query); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
		if notes := strings.Join(reply.Notes, " "); strings.Contains(notes, "whether data is lost") != strings.Contains(want, "down") {
			t.Errorf("%q says of lost data %s", text, notes)
		}
	}
}

// TestWorseThan asks for what is in a state worse than another one, and for what is in either.
func TestWorseThan(t *testing.T) {
	wantQueries(t, map[string]string{
		"how many of them are really down, not just degraded": "count volume health=down count",
		"volumes that are down and not merely degraded":       "list volume health=down",
		"pools which are offline (not just degraded)":         "list pool health=down",
		"anything down rather than just degraded":             "list volume health=down",
		"volumes that are read-only, not only degraded":       "list volume health=read-only",
		"volumes that are not just degraded but down":         "list volume health=degraded|down",
		"volumes that are degraded, not just down":            "list volume health=degraded|down",
	})
}

// TestStuckChanges asks for the changes that are stuck, and not for what is not healthy besides.
func TestStuckChanges(t *testing.T) {
	wantQueries(t, map[string]string{
		"which resizes are stuck":       "list volume resize=pending",
		"what other resizes are stuck":  "list volume resize=pending",
		"which expansions are stuck":    "list volume resize=pending",
		"how many resizes are stuck":    "count volume resize=pending count",
		"volume resizes that got stuck": "list volume resize=pending",
		"why are the resizes stuck":     "why volume resize=pending",
		"which deletions hang":          "list deletion",
		"any stuck rebuilds?":           "list volume health=rebuilding",
		"which volumes are stuck":       "list volume health!=healthy",
	})
}

// TestGoAhead asks beside a question of the clusters whether to go ahead, which the answer says that it does not.
func TestGoAhead(t *testing.T) {
	k, _ := newDemoTalk(t)
	for text, want := range map[string]string{
		"are there rebuilds running on harbor or can I go ahead":            "list volume health=rebuilding @harbor",
		"are any rebuilds still running on harbor or is it safe to proceed": "list volume health=rebuilding @harbor",
		"can we go ahead or are any volumes degraded on quarry":             "list volume health=degraded @quarry",
		"may we start the upgrade or are volumes still rebuilding?":         "list volume health=rebuilding",
	} {
		k.forget()
		reply := k.say(text)
		if got := reply.Intent + " " + brief(reply.Query); got != want || !strings.Contains(strings.Join(reply.Notes, " "), "go ahead") {
			t.Errorf("%q is %s, want %s\n%s", text, got, want, reply.Notes)
		}
	}
}

// TestPresently asks how things are, with and without a word that says so.
func TestPresently(t *testing.T) {
	wantQueries(t, map[string]string{
		"how many apps are currently affected by storage problems":     "count volume health!=healthy count by=workload",
		"how many apps are presently affected by storage problems":     "count volume health!=healthy count by=workload",
		"how many apps are at the moment affected by storage problems": "count volume health!=healthy count by=workload",
		"how many volumes are currently degraded":                      "count volume health=degraded count",
	})
}

// TestPlans says when the askers will do something, which is no time of the things.
func TestPlans(t *testing.T) {
	wantQueries(t, map[string]string{
		"orphaned PVs on quarry we could clean up this week":          "list volume orphaned=true @quarry",
		"orphaned PVs on quarry we could clean up before the weekend": "list volume orphaned=true @quarry",
		"orphaned volumes on quarry that I might remove tonight":      "list volume orphaned=true @quarry",
		"orphaned PVs we want to get rid of next week":                "list volume orphaned=true",
		"volumes we created in the last 2 days":                       "list volume age<=172800",
	})
}

// TestSums asks for amounts of all or of each of many, in the ways that people do.
func TestSums(t *testing.T) {
	wantQueries(t, map[string]string{
		"all cstor pools combined: how much free space is that?": "aggregate pool engine=cstor sum:free",
		"used gigs by storage class, largest first":              "aggregate volume sum:used by=storageclass",
		"used space per namespace, biggest first":                "aggregate volume sum:used by=namespace",
		"how much storage does every namespace request":          "aggregate claim sum:requested by=namespace",
		"used space of every node":                               "aggregate volume sum:used by=node",
		"group todays events by reason":                          "count event age<=43200 count by=reason",
		"show yesterdays events":                                 "events event age<=129600",
	})
}

// TestSaidOtherwise asks what others ask in other words.
func TestSaidOtherwise(t *testing.T) {
	wantQueries(t, map[string]string{
		"volumes for the kafka team":           "list volume namespace=kafka @harbor",
		"nobody still mounting workspace-bob?": "consumers pod claims=workspace-bob namespace=dev @quarry",
		"anyone still mounting workspace-bob":  "consumers pod claims=workspace-bob namespace=dev @quarry",
		"what engine versions does quarry run": "list component @quarry",
		"which engine versions do we run":      "list component",
		"engine versions on harbor":            "list component @harbor",
		"events since yesterday same time":     "events event age<=86400",
		"warnings since this time yesterday":   "events event age<=86400 type!=Normal",
	})
}

// TestListedGroups lists what things are grouped by.
func TestListedGroups(t *testing.T) {
	wantQueries(t, map[string]string{
		"list all namespaces":        "count volume count by=namespace",
		"list the namespaces":        "count volume count by=namespace",
		"show me the zones":          "count volume count by=zone",
		"list all engines on harbor": "count volume count by=engine @harbor",
		"list all storage classes":   "list storageclass",
	})
}

// TestTheMostOf asks for what has the most or the least of something, and for most of many.
func TestTheMostOf(t *testing.T) {
	wantQueries(t, map[string]string{
		"the pool with the most of free space":               "list pool sort=-free limit=1",
		"which quota is the one with the least of room left": "list quota sort=+free limit=1",
		"the node that has the most of replicas":             "list node sort=-replicas limit=1",
		"which node on quarry holds the most of volumes":     "list node sort=-volumes limit=1 @quarry",
		"the most of the pools are healthy?":                 "count pool health=healthy count",
	})
}
