package answer

import (
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

var componentSchema = Schema{
	Subject: models.Components, One: "OpenEBS component", Many: "OpenEBS components",
	columns: []string{"name", "version", "health", "pods", "broken", "parts", "namespace"},
	order:   "health", desc: true,
	records: each(func(inv *models.Inventory) []models.Component { return inv.Components }),
	fields: []Field{
		textField("name", "Component", func(c *models.Component) string { return componentName(*c) }).called("name"),
		textField("engine", "Engine", func(c *models.Component) string { return string(c.Engine) }),
		textField("namespace", "Namespace", func(c *models.Component) string { return c.Namespace }),
		listField("version", "Version", func(c *models.Component) []string { return c.Versions }),
		healthField(func(c *models.Component) models.Health {
			switch {
			case len(c.Broken) == 0:
				return models.Healthy
			case len(c.Broken) < c.Pods:
				return models.Degraded
			}
			return models.Down
		}),
		countField("pods", "Pods", func(c *models.Component) int { return c.Pods }).called("number of pods"),
		listField("broken", "Not working", func(c *models.Component) []string { return plainNames(c.Broken) }),
		listField("node", "Nodes", func(c *models.Component) []string { return c.Nodes }),
		listField("parts", "Parts", func(c *models.Component) []string { return c.Parts }),
	},
}

// releases tells of components which version they are and whether their pods work.
func releases(rows []record) string {
	var parts []string
	for i := range rows {
		c := rows[i].item.(*models.Component)
		text := componentName(*c)
		if len(c.Versions) > 0 {
			text += " " + phrase.And(c.Versions)
		}
		works := phrase.Count(c.Pods, "pod works", "pods work")
		if n := len(c.Broken); n > 0 {
			works = strconv.Itoa(n) + " of " + phrase.Count(c.Pods, "pod", "pods") + phrase.Pick(n, " does", " do") + " not work: " + phrase.Few(c.Broken, 3)
		}
		parts = append(parts, "\n• "+text+" on "+rows[i].from.Cluster+": "+works)
	}
	return strings.Join(window(parts, 0, 12), "")
}

// plainNames takes the marks of names out of texts, which a cell of a table does not show.
func plainNames(texts []string) []string {
	plain := make([]string, len(texts))
	for i, text := range texts {
		plain[i] = strings.ReplaceAll(text, "`", "")
	}
	return plain
}
