package intents_test

import "testing"

// TestParsedIsMended has what the words around an anchor say that the parser takes by itself.
func TestParsedIsMended(t *testing.T) {
	for text, want := range map[string]string{
		"the biggest volumes, cstor must not be counted please":     "volume engine!=cstor sort=-size",
		"all the claims apart from those in redis":                  "claim namespace!=redis",
		"claims that have under 10% left":                           "claim used_percent>90",
		"show the volumes with more than 60% free, no matter where": "volume used_percent<40",
		"list all claims of the namespace minio, biggest last":      "claim namespace=minio sort=+size @prod-east",
		"fullest volumes of the mayastor engine in ascending order": "volume engine=mayastor sort=+used_percent",
		"pools in state OFFLINE on any of the nodes":                "pool health=down",
		"which engine has the most volumes of them all":             "volume count by=engine",
		"which namespace has the most volumes?":                     "volume count by=namespace",
		"which namespace has the most claims":                       "claim count by=namespace",
		"which pool is down at the moment":                          "pool health=down",
		"cstor volumes which went down during the last 3 hours":     "volume engine=cstor health=down since<=10800",
		"please list the mayastor volumes not on staging":           "volume engine=mayastor @prod-east",
		"failed snapshots":                                             "snapshot health=down",
		"which volumes are down to a single copy":                      "volume copies<=1",
		"claims in kafka, redis and vault":                             "claim namespace=kafka|redis|vault @prod-east",
		"volumes in redis or vault without any snapshot":               "volume namespace=redis|vault snapshots<1 @prod-east",
		"show the jiva volumes, no wait, the lvm ones":                 "volume engine=lvm",
		"describe worker-1, sorry, worker-2":                           "node name=worker-2 @prod-east",
		"cstor volumes that are nearly empty, I mean below 10 percent": "volume engine=cstor used_percent<10",
	} {
		k := newTalk(t)
		reply := k.say(text)
		if got := brief(reply.Query); canonical(got) != canonical(want) {
			t.Errorf("%q: got %s, want %s (%s)", text, got, want, reply.Text)
		}
	}
}
