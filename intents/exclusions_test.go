package intents_test

import "testing"

// TestTakenOutOfItself tells of something first, and then asks for what there is beside it.
func TestTakenOutOfItself(t *testing.T) {
	wantQueries(t, map[string]string{
		"dock-3 has been known for hours, which pools apart from those on dock-3 are in trouble?": "list pool health!=healthy node!=dock-3",
		"dock-3 is known. which volumes other than those on dock-3 are degraded?":                 "list volume health=degraded node!=dock-3",
		"we know all about dock-6, but which pools not on dock-6 are down?":                       "list pool health=down node!=dock-6",
		"kafka is being looked at, which volumes that are not in kafka are degraded?":             "list volume health=degraded namespace!=kafka",
		"volumes other than those in shop that are degraded":                                      "list volume health=degraded namespace!=shop",
	})
}
