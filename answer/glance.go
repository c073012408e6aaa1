package answer

import (
	"errors"
	"strings"

	"github.com/mulebot/mulebot/models"
)

// Glance says how a cluster is, of which either an inventory or an error is there.
func Glance(name string, inv *models.Inventory, err error) models.Glance {
	if inv == nil {
		g := models.Glance{Cluster: name, Health: models.Unknown, Text: "not heard of yet", Silent: true}
		if e, ok := errors.AsType[*models.Error](err); ok {
			g.Text += ": " + models.Redact(e.Message)
		}
		return g
	}
	from := newSource(inv)
	g := models.Glance{Cluster: name, Health: models.Healthy, AsOf: inv.AsOf, Silent: inv.Stale != nil}
	var wrong []string
	if sick := unhealthy(from, nil); len(sick) > 0 {
		g.Health = sick[0].health
		wrong = append(wrong, tally(sick))
	}
	if broken := brokenPods(inv.Components); len(broken) > 0 {
		wrong = append(wrong, broken...)
		g.Health = g.Health.Worse(models.Degraded)
	}
	g.Text = strings.Join(wrong, "; ")
	if len(wrong) == 0 {
		g.Text = "healthy: " + sizes(from, nil)
	}
	if g.Silent {
		g.Health = g.Health.Worse(models.Unknown)
		g.Text = "not heard of since " + moment(inv.AsOf) + "; then " + g.Text
	}
	return g
}
