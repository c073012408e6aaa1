package intents_test

import (
	"strings"
	"testing"
)

// wantSupposed is wantLast for what the last turn supposes, which stands before its query.
func wantSupposed(t *testing.T, want map[string]string) {
	t.Helper()
	k, claims := newDemoTalk(t)
	for said, query := range want {
		k.forget()
		turns := strings.Split(said, " / ")
		for _, text := range turns[:len(turns)-1] {
			k.say(text)
		}
		reply := k.say(turns[len(turns)-1])
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
