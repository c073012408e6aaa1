package intents_test

import "testing"

// TestClusterBehindNoun puts a cluster's name right behind a noun that a word before it picks things for, with no word between.
func TestClusterBehindNoun(t *testing.T) {
	wantQueries(t, map[string]string{
		"biggest pool quarry":          "list pool sort=-size limit=1 @quarry",
		"fullest pool harbor":          "list pool sort=-used_percent limit=1 @harbor",
		"oldest snapshot harbor":       "list snapshot sort=-age limit=1 @harbor",
		"emptiest pool quarry":         "list pool sort=+used_percent limit=1 @quarry",
		"default storage class harbor": "list storageclass default=true @harbor",
		"degraded pool harbor":         "list pool health=degraded @harbor",
		"describe volume harbor":       "describe -",
	})
}
