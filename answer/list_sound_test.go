package answer

import (
	"testing"

	"github.com/mulebot/mulebot/models"
)

// That the only thing in scope is healthy is said plainly, and not by what it is not.
func TestSound(t *testing.T) {
	inv := &models.Inventory{Cluster: "prod", Volumes: []models.Volume{{Name: "pv", Namespace: "db", Claim: "data", Health: models.Healthy, Replicas: nil}}}
	q := models.Query{Subject: models.Volumes, Filters: []models.Filter{{Field: "namespace", Op: models.Eq, Values: []string{"db"}},
		{Field: "health", Op: models.Eq, Values: []string{string(models.Healthy)}, Not: true}}}
	reply, err := ask(q, []*models.Inventory{inv})
	if want := "There is 1 volume in namespace db on prod, and nothing is wrong with it: it is healthy."; err != nil || reply.Text != want {
		t.Errorf("%q, not %q (%v)", reply.Text, want, err)
	}
}
