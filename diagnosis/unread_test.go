package diagnosis

import (
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// Where pods could not be read, nothing is said of whether one uses a thing, though none is known.
func TestPodsUnread(t *testing.T) {
	claim := about(models.Claims, "new")
	grows := func(inv *models.Inventory) {
		v := volume(inv, models.Mayastor)
		v.Requested, v.Pods = 20*models.GiB, nil
		inv.Claim("a", "mayastor").Conditions = []models.Condition{{Type: "FileSystemResizePending", Since: ago(time.Hour)}}
	}
	for name, c := range map[string]ruleCase{
		"a resize": {"resize stuck/waits for its pod", Likely, about(models.Volumes, "pvc-mayastor"), grows, []string{"whether a pod uses it is not known"}},
		"a resize on a lost node": {"resize stuck/waits for its pod", Likely, asked(Resize, about(models.Volumes, "pvc-mayastor")), func(inv *models.Inventory) {
			grows(inv)
			lose(inv, "n1")
			volume(inv, models.Mayastor).Replicas = volume(inv, models.Mayastor).Replicas[1:]
		}, []string{"on the node, and node `n1` is NotReady"}},
		"a claim": {"claim pending/no consumer", NotKnown, claim, func(inv *models.Inventory) {
			pend(inv, models.LVM)
		}, []string{"when the first pod uses the claim", "whether a pod does is not known"}},
		"a claim with its event": {"claim pending/no consumer", Likely, claim, func(inv *models.Inventory) {
			pend(inv, models.LVM)
			tell(inv, "PersistentVolumeClaim", "new", "WaitForFirstConsumer", "waiting for first consumer to be created before binding")
		}, []string{"no pod did when its event was written"}},
		"a claim whose provisioner was asked": {"claim pending/provisioner silent", Likely, claim, func(inv *models.Inventory) {
			pend(inv, models.LVM)
			tell(inv, "PersistentVolumeClaim", "new", "ExternalProvisioning", "waiting")
		}, []string{"has not answered"}},
		"a claim with a node": {"claim pending/chosen node lost", Certain, claim, func(inv *models.Inventory) {
			pend(inv, models.LVM).Selected = "n2"
			lose(inv, "n2")
		}, []string{"node `n2` is NotReady"}},
		"a deletion": {"being deleted/finalizer", NotKnown, asked(Deletion, about(models.Claims, "lvm")), func(inv *models.Inventory) {
			inv.Claim("a", "lvm").Pods = nil
			end(inv, "PersistentVolumeClaim", "lvm", claimProtection)
		}, []string{"whether a pod uses the claim is not known"}},
	} {
		inv := calm()
		c.change(inv)
		inv.Pods, inv.Agents, inv.Unread = nil, nil, map[string]bool{"Pod": true}
		d, _ := Why(inv, c.about)
		if got := d.Symptom + "/" + d.Rule; got != c.rule || d.Certainty != c.certainty || len(d.Missing) == 0 || strings.Contains(d.Cause, "no pod uses") {
			t.Errorf("%s: got %s (%s), missing %v\n%s", name, got, d.Certainty, d.Missing, d.Cause)
		}
		for _, s := range c.says {
			if !strings.Contains(d.Cause, s) {
				t.Errorf("%s: %q is not in %s", name, s, d.Cause)
			}
		}
	}
}
