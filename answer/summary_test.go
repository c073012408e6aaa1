package answer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// lookingBack is the filter that says how far a summary looks back.
func lookingBack(d time.Duration) models.Filter { return num("age", models.Le, d.Seconds()) }

func summary(inventories []*models.Inventory, filters ...models.Filter) (models.Reply, error) {
	return Summary(Request{Query: &models.Query{Subject: models.Volumes, Filters: filters}, Inventories: inventories, At: asOf.Add(30 * time.Second)})
}

func TestGoldenSummary(t *testing.T) {
	old := prodEast()
	for i := range old.Volumes {
		old.Volumes[i].Since = before(50 * time.Hour)
	}
	mended := staging()
	mended.Nodes[0].Since, mended.Volumes[1].Since = before(5*time.Hour), before(4*time.Hour)
	mended.Volumes[2].Since, mended.Volumes[2].Created = before(4*time.Hour), before(5*time.Hour) // new, and so never ill
	stale := staging()
	stale.Stale = &models.Error{Kind: models.Unavailable, Message: "staging has not answered for 59 min"}
	ill := staging()
	for i := range 8 {
		v := local("db", fmt.Sprint("old-", i), models.LVM, models.GiB, "stg-1", "vg-fast")
		v.Health, v.Since = models.Down, before(72*time.Hour)
		ill.Volumes = append(ill.Volumes, v)
	}
	many := func(names ...string) (all []*models.Inventory) {
		for _, name := range names {
			inv := staging()
			inv.Cluster = name
			all = append(all, inv)
		}
		return all
	}
	cases := []struct {
		ask string
		do  func() (models.Reply, error)
	}{
		{"all is well", func() (models.Reply, error) { return summary([]*models.Inventory{staging()}) }},
		{"of a day", func() (models.Reply, error) { return summary(both()) }},
		{"of an hour", func() (models.Reply, error) { return summary(east(), lookingBack(time.Hour)) }},
		{"of what was so before too", func() (models.Reply, error) { return summary([]*models.Inventory{old}) }},
		{"in a namespace", func() (models.Reply, error) { return summary(both(), eq("namespace", "db")) }},
		{"something was mended", func() (models.Reply, error) { return summary([]*models.Inventory{mended}) }},
		{"of a cluster that does not answer", func() (models.Reply, error) { return summary([]*models.Inventory{stale}) }},
		{"of much", func() (models.Reply, error) { return summary([]*models.Inventory{ill}) }},
		{"of many clusters", func() (models.Reply, error) {
			return summary(append(many("a", "b", "c", "d", "e", "f", "g", "h"), prodEast()), eq("namespace", "db"))
		}},
		{"of none", func() (models.Reply, error) { return summary(nil) }},
		{"by what nothing has", func() (models.Reply, error) { return summary(east(), eq("colour", "red")) }},
	}
	var b strings.Builder
	for _, c := range cases {
		b.WriteString("=== " + c.ask + "\n" + printReply(c.do()) + "\n")
	}
	golden(t, "summary", b.String())
}

// What a summary lists as text, programs get as rows; and what it counts can be asked for.
func TestSummaryFigures(t *testing.T) {
	reply, err := summary(east(), eq("namespace", "web"))
	if err != nil || reply.Table != nil || len(reply.Figures.Rows) == 0 || len(reply.Dialogue.Listed) != len(reply.Figures.Rows) {
		t.Fatalf("%+v, %v", reply.Figures, err)
	}
	i := slices.IndexFunc(reply.Buttons, func(b models.Button) bool { return b.Action.Intent == "events" })
	if i < 0 {
		t.Fatalf("%+v", reply.Buttons)
	}
	warnings, err := ask(*reply.Buttons[i].Action.Query, east())
	if err != nil || !strings.Contains(reply.Text, fmt.Sprintf(" %d warnings are new", warnings.Table.Total)) {
		t.Errorf("%q: %v, %v", reply.Text, warnings.Table, err)
	}
}
