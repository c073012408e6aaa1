package intents_test

import "testing"

// TestTypedOrders has orders as they are typed in a hurry: a field, and its direction behind it.
func TestTypedOrders(t *testing.T) {
	wantQueries(t, map[string]string{
		"lvm pools usage asc":              "list pool engine=lvm sort=+used_percent",
		"cstor pools, utilization desc":    "list pool engine=cstor sort=-used_percent",
		"claims in kafka usage descending": "list claim namespace=kafka sort=-used_percent @harbor",
		"pools sort by usage desc":         "list pool sort=-used_percent",
	})
}
