package answer

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// A mirror survives the loss of a disk unless one is lost already; a stripe never does.
func TestDiskLoss(t *testing.T) {
	inv := &models.Inventory{Cluster: "prod", Nodes: []models.Node{{Name: "n1", Ready: true}},
		Pools: []models.Pool{{Name: "p1", Node: "n1", Engine: models.CStor, Raid: "mirror", Disks: []string{"a", "b"}},
			{Name: "p2", Node: "n1", Engine: models.CStor, Raid: "stripe", Disks: []string{"c"}}},
		BlockDevices: []models.BlockDevice{{Name: "a", Node: "n1", Pool: "p1", Health: models.Healthy}, {Name: "b", Node: "n1", Pool: "p1", Health: models.Healthy}}}
	ask := func() string {
		rep, err := Impact(Request{Query: &models.Query{Subject: models.Volumes, Field: Disk, Filters: []models.Filter{{Field: "node", Op: models.Eq, Values: []string{"n1"}}}},
			Inventories: []*models.Inventory{inv}})
		if err != nil {
			t.Fatal(err)
		}
		return rep.Text
	}
	if text := ask(); !strings.Contains(text, "`p1` on n1 (mirror) survives") || !strings.Contains(text, "`p2` on n1 (stripe) does not survive the loss of a disk") {
		t.Errorf("whole: %s", text)
	}
	inv.BlockDevices[1].Health = models.Down
	if text := ask(); !strings.Contains(text, "`p1` on n1 (mirror, of which 1 disk is lost already) does not survive") {
		t.Errorf("degraded: %s", text)
	}
}
