package answer

import (
	"github.com/mulebot/mulebot/diagnosis"
	"github.com/mulebot/mulebot/models"
)

// describeRefused says why the claim or pod that the query names is not there, where a quota forbids it.
func describeRefused(req Request) (models.Reply, bool) {
	q := req.Query
	for _, inv := range req.Inventories {
		for i := range inv.Refusals {
			namespace := inv.Refusals[i].Namespace
			if q.Scope != "" && q.Scope != namespace {
				continue
			}
			if d, known := diagnosis.Why(inv, diagnosis.Thing{Subject: q.Subject, Namespace: namespace, Name: q.Name}); known {
				req.Inventories = []*models.Inventory{inv}
				rep := diagnosed(reply(req, subjects[q.Subject]), d)
				rep.Buttons = append(rep.Buttons, models.Button{Label: "Quotas of " + namespace, Action: models.Action{Intent: "list",
					Query: &models.Query{Subject: models.Quotas, Clusters: []string{inv.Cluster}, Filters: []models.Filter{{Field: "namespace", Op: models.Eq, Values: []string{namespace}}}}}})
				return rep, true
			}
		}
	}
	return models.Reply{}, false
}
