package answer

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// What differs is told in the order of the things, and what is alike behind it.
func TestDifferences(t *testing.T) {
	inv := &models.Inventory{Cluster: "prod", StorageClasses: []models.StorageClass{
		{Name: "gold", Engine: models.Mayastor, Reclaim: "Delete", Parameters: map[string]string{"repl": "3", "thin": "true"}},
		{Name: "silver", Engine: models.CStor, Reclaim: "Delete", Parameters: map[string]string{"repl": "2"}},
	}}
	query := &models.Query{Subject: models.StorageClasses, Field: Differences, Filters: []models.Filter{{Field: "name", Op: models.Eq, Values: []string{"gold", "silver"}}}}
	rep, err := To(Request{Query: query, Inventories: []*models.Inventory{inv}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"in the order of `gold` and `silver`", "• engine: Mayastor / cStor", "• parameters: repl 3 / 2, thin true / –", "reclaim policy Delete"} {
		if !strings.Contains(rep.Text, want) {
			t.Errorf("no %q in %s", want, rep.Text)
		}
	}
	query.Field = ""
	if rep, _ := To(Request{Query: query, Inventories: []*models.Inventory{inv}}); strings.Contains(rep.Text, "differs") {
		t.Errorf("a list compares: %s", rep.Text)
	}
}

// What follows from other fields is compared where it is asked for, and so is what is known of one of the things only.
func TestDifferencesAskedFor(t *testing.T) {
	inv := &models.Inventory{Cluster: "prod", Pools: []models.Pool{
		{Name: "west", Node: "w1", Kind: "DiskPool", Health: models.Healthy, Size: 100 << 30, Used: 52 << 30, Free: 48 << 30},
		{Name: "east", Node: "e1", Kind: "DiskPool", Health: models.Down, Size: models.UnknownBytes, Used: models.UnknownBytes, Free: models.UnknownBytes},
	}}
	query := &models.Query{Subject: models.Pools, Field: Differences, Show: []string{"used_percent"}, Filters: []models.Filter{{Field: "name", Op: models.Eq, Values: []string{"west", "east"}}}}
	rep, err := To(Request{Query: query, Inventories: []*models.Inventory{inv}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "unknown / 52%"; !strings.Contains(rep.Text, want) {
		t.Errorf("no %q in %s", want, rep.Text)
	}
}
