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
