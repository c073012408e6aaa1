package whatif

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// Two nodes that can each be lost by themselves can be too much together; the loss of both is that of the union.
func TestTwo(t *testing.T) {
	inv := cluster(t, `
node a
node b
node c
node d
node e
volume two mayastor healthy c a/p:healthy,b/q:healthy
volume three cstor healthy c a/p:healthy,b/q:healthy,c/r:healthy
volume local lvm healthy d d/vg`)
	for i := range inv.Volumes {
		if inv.Volumes[i].Local() {
			inv.Volumes[i].Node = "d"
		}
	}
	c, ok := Two(inv, Loss{Event: Fail})
	if !ok || c.All != 10 || len(c.Alone) != 1 || c.Alone[0].Name != "d" {
		t.Fatalf("%t, %d pairs, alone %v", ok, c.All, c.Alone)
	}
	var got []string
	for _, p := range c.Pairs {
		var down []string
		for _, e := range p.Outcome.Of(Stops) {
			down = append(down, e.Volume.Claim)
		}
		got = append(got, fmt.Sprint(p.Nodes[0].Name, p.Nodes[1].Name, p.Outcome.Verdict == No, down))
	}
	want := "abtrue [two three] actrue [three] aefalse [] bctrue [three] befalse [] cefalse []"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
}

// A cluster whose pairs would take too long is not judged by pairs, and it is said.
func TestTwoOfMany(t *testing.T) {
	inv := &models.Inventory{}
	for i := range 200 {
		inv.Nodes = append(inv.Nodes, models.Node{Name: fmt.Sprint("n", i), Ready: true})
		inv.Volumes = append(inv.Volumes, models.Volume{Name: fmt.Sprint("v", i), Engine: models.LVM, Health: models.Healthy, Node: fmt.Sprint("n", i)})
	}
	if c, ok := Two(inv, Loss{Event: Fail}); ok || len(c.Pairs) > 0 || c.All != 19900 {
		t.Errorf("%t, %d of %d pairs", ok, len(c.Pairs), c.All)
	}
}
