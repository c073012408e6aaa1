package answer

import (
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// limited is a cluster with quotas, a claim that one of them forbids, and deletions that do not come to an end.
func limited() []*models.Inventory {
	inv := prodEast()
	inv.Quotas = []models.Quota{
		{Namespace: "db", Name: "db-storage", Size: 400 * models.GiB, Used: 350 * models.GiB, Claims: 5, ClaimsUsed: 3},
		{Namespace: "db", Name: "db-storage", StorageClass: "cstor-sc", Size: 360 * models.GiB, Used: 350 * models.GiB, Claims: -1, ClaimsUsed: -1},
		{Namespace: "web", Name: "new", Size: models.UnknownBytes, Used: models.UnknownBytes, Claims: 2, ClaimsUsed: -1},
	}
	inv.Refusals = []models.Refusal{{Namespace: "db", Kind: "PersistentVolumeClaim", Name: "mysql-2", Owner: "StatefulSet/mysql", Quota: "db-storage", Message: "create Claim mysql-2 Pod mysql-2 in StatefulSet mysql failed",
		Limits: []models.Exceed{{Resource: "requests.storage", Requested: 200 * models.GiB, Used: 350 * models.GiB, Limit: 400 * models.GiB}}, Last: before(time.Minute)}}
	inv.Terminating = []models.Terminating{
		{Kind: "PersistentVolumeClaim", Namespace: "db", Name: "redis", Volume: "pvc-redis", ClaimSpace: "db", Claim: "redis", Engine: models.CStor, Finalizers: []string{"kubernetes.io/pvc-protection"}, Since: before(3 * time.Hour)},
		{Kind: "CStorVolumeConfig", Namespace: "openebs", Name: "pvc-postgres", Volume: "pvc-postgres", Engine: models.CStor, Finalizers: []string{"cvc.openebs.io/finalizer"}, Since: before(time.Hour)},
	}
	return []*models.Inventory{inv}
}

func growing(name string, field string, gib float64) models.Query {
	q := models.Query{Subject: models.Volumes, Name: name, Field: Growth}
	if gib > 0 {
		q.Filters = []models.Filter{num(field, models.Ge, gib*float64(models.GiB))}
	}
	return q
}

// TestGoldenLimits is what answers about quotas, deletions and growth read like.
func TestGoldenLimits(t *testing.T) {
	var b strings.Builder
	for _, c := range []struct {
		ask   string
		query models.Query
		to    kindOfAnswer
	}{
		{"quotas", models.Query{Subject: models.Quotas}, To},
		{"quotas over 90%", models.Query{Subject: models.Quotas, Filters: []models.Filter{num("used_percent", models.Gt, 90)}}, To},
		{"is web over its quota?", models.Query{Subject: models.Quotas, Filters: []models.Filter{eq("namespace", "db"), num("used_percent", models.Ge, 100)}}, To},
		{"total storage quota", models.Query{Subject: models.Quotas, Aggregate: models.Sum, Field: "size"}, To},
		{"describe the quota", models.Query{Subject: models.Quotas, Name: "new"}, To},
		{"why is mysql-2 missing?", models.Query{Subject: models.Claims, Name: "mysql-2"}, Why},
		{"describe mysql-2", models.Query{Subject: models.Claims, Name: "mysql-2"}, To},
		{"100Gi in db", placing(100, eq("namespace", "db")), Capacity},
		{"10Gi of cstor in db", placing(10, eq("engine", "cstor"), eq("namespace", "db")), Capacity},
		{"10Gi", placing(10), Capacity},
		{"what is stuck terminating?", models.Query{Subject: models.Deletions}, To},
		{"claims being deleted", models.Query{Subject: models.Claims, Filters: []models.Filter{eq("deleting", "true")}}, To},
		{"describe redis", models.Query{Subject: models.Volumes, Name: "redis"}, To},
		{"can mysql grow to 210Gi?", growing("mysql", "size", 210), Capacity},
		{"can postgres grow by 20Gi?", growing("postgres", "free", 20), Capacity},
		{"can postgres grow to 50Gi?", growing("postgres", "size", 50), Capacity},
		{"how far can assets grow?", growing("assets", "", 0), Capacity},
		{"how far can postgres grow?", growing("postgres", "", 0), Capacity},
		{"can nothing grow?", growing("nothing", "", 0), Capacity},
	} {
		r, err := c.to(Request{Query: &c.query, Inventories: limited()})
		b.WriteString("=== " + c.ask + "\n" + printReply(r, err) + "\n")
	}
	golden(t, "limits", b.String())
}
