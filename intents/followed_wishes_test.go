package intents_test

import (
	"strings"
	"testing"
)

// wantLast holds conversations about the sample clusters, turn by turn separated by slashes, the last of which must become a query; "-" is none.
func wantLast(t *testing.T, want map[string]string) {
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
			got = brief(plain(reply.Query, claims))
		}
		if got != query {
			t.Errorf("%q:\n got  %s\n want %s\n %s", said, got, query, reply.Text)
		}
	}
}

// TestLifted takes conditions away, by their field, by their value, or as what was left out.
func TestLifted(t *testing.T) {
	wantLast(t, map[string]string{
		"volumes on dock-1 / only cstor / all engines":                                   "volume node=dock-1 @harbor",
		"volumes on dock-1 / only cstor / forget the cstor part":                         "volume node=dock-1 @harbor",
		"volumes on dock-1 / only cstor / drop cstor":                                    "volume node=dock-1 @harbor",
		"volumes on dock-1 / only healthy / widen it to all nodes":                       "volume health=healthy @harbor",
		"volumes on dock-1 / only healthy / whatever the state":                          "volume node=dock-1 @harbor",
		"volumes on dock-1 / only healthy / regardless of node":                          "volume health=healthy @harbor",
		"volumes of pool-dock-5 / degraded ones / no matter which pool":                  "volume health=degraded @harbor",
		"claims in namespace shop / bigger than 40Gi / any namespace":                    "claim size>40Gi @harbor",
		"volumes over 50Gi / on dock-1 / any size":                                       "volume node=dock-1 @harbor",
		"volumes over 50Gi / on dock-1 / scrap the 50Gi bit":                             "volume node=dock-1 @harbor",
		"volumes over 50Gi / on dock-1 / only cstor / clear all filters":                 "volume @harbor",
		"pools on quarry / over 60% full / regardless of usage":                          "pool @quarry",
		"unused volumes / on harbor / drop the unused condition":                         "volume @harbor",
		"mayastor volumes / over 50Gi / without the degraded ones / include them again":  "volume engine=mayastor size>50Gi",
		"mayastor volumes / without the degraded ones / include the degraded ones again": "volume engine=mayastor",
		"volumes on dock-1 / not the cstor ones / put cstor back in":                     "volume node=dock-1 @harbor",
		"claims in shop / without the mysql ones / include them after all":               "claim namespace=shop @harbor",
		"pods on dock-2 / that are not healthy / forget dock-2":                          "pod health!=healthy @harbor",
	})
}

// TestNotLifted says words of such a wish that wish nothing away.
func TestNotLifted(t *testing.T) {
	wantLast(t, map[string]string{
		"cstor volumes / without the degraded ones":  "volume engine=cstor health!=degraded",
		"volumes on dock-1 / only cstor / forget it": "-",
		"volumes on dock-1 / show all nodes":         "node",
		"volumes on dock-1 / all volumes on dock-2":  "volume node=dock-2 @harbor",
	})
}
