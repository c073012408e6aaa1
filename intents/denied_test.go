package intents_test

import "testing"

// TestDenied asks what things have not, or are not: a way to understand that in which the denial counts for nothing is none.
func TestDenied(t *testing.T) {
	wantTurn(t, map[string]string{
		"volumes on dock-1 / volumes on dock-3 that are not coming back up": "?",
		"snapshots of shop / which of the claims in shop haven't got any":   "?",
		"replicas of kafka / which nodes don't carry one":                   "?",
		"snapshots on harbor / which claims of shop don't have any":         "list claim namespace=shop snapshots<1 @harbor",
		"volumes on dock-1 / which ones do not have snapshots":              "followup.refine volume node=dock-1 snapshots<1 @harbor",
		"claims in shop / which don't have a pod":                           "list claim namespace=shop pods!? @harbor",
		"volumes on harbor / don't show cstor":                              "followup.refine volume engine!=cstor @harbor",
	})
}
