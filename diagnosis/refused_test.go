package diagnosis

import (
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// refuse makes a claim "data-web-2" of 20 GiB one that a quota of 100 GiB forbids, of which used are requested now.
func refuse(inv *models.Inventory, used models.Bytes) *models.Refusal {
	inv.Quotas = []models.Quota{{Namespace: "a", Name: "budget", Size: 100 * models.GiB, Used: used, Claims: -1, ClaimsUsed: -1}}
	inv.Refusals = []models.Refusal{{Namespace: "a", Kind: "PersistentVolumeClaim", Name: "data-web-2", Owner: "StatefulSet/web", Quota: "budget",
		Message: `create Claim data-web-2 Pod web-2 in StatefulSet web failed error: persistentvolumeclaims "data-web-2" is forbidden: exceeded quota: budget, …`,
		Limits:  []models.Exceed{{Resource: "requests.storage", Requested: 20 * models.GiB, Used: 90 * models.GiB, Limit: 100 * models.GiB}},
		First:   ago(time.Hour), Last: ago(time.Minute)}}
	return &inv.Refusals[0]
}

func refusedCases() []ruleCase {
	missing := about(models.Claims, "data-web-2")
	return []ruleCase{
		{"refused by a quota/quota", Certain, missing, func(inv *models.Inventory) {
			refuse(inv, 90*models.GiB)
		}, []string{"Claim `a/data-web-2` on c does not exist because quota `budget` of namespace `a` forbids it", "asks for 20 GiB of storage, and 10 GiB of 100 GiB are left"}},
		{"refused by a quota/quota", Certain, missing, func(inv *models.Inventory) {
			r := refuse(inv, 90*models.GiB)
			r.Limits[0].StorageClass, inv.Quotas[0].StorageClass = "lvm", "lvm"
		}, []string{"20 GiB of storage of class `lvm`"}},
		{"refused by a quota/quota", Certain, missing, func(inv *models.Inventory) {
			r := refuse(inv, 10*models.GiB)
			r.Limits = []models.Exceed{{Resource: "persistentvolumeclaims", Count: true, Requested: 1, Used: 5, Limit: 5}}
			inv.Quotas[0].Claims, inv.Quotas[0].ClaimsUsed = 5, 5
		}, []string{"it allows 5 claims, and there are 5"}},
		{"refused by a quota/quota", Likely, missing, func(inv *models.Inventory) {
			refuse(inv, 50*models.GiB)
		}, []string{"most likely because quota `budget`", "when it was last tried at 2026-03-01 11:59 UTC"}},
		{"refused by a quota/quota", Likely, missing, func(inv *models.Inventory) {
			refuse(inv, 90*models.GiB)
			inv.Quotas, inv.Unread = nil, map[string]bool{"ResourceQuota": true}
		}, []string{"when it was last tried"}},
		{"refused by a quota/quota", Certain, about(models.Pods, "web-2"), func(inv *models.Inventory) {
			refuse(inv, 90*models.GiB)
		}, []string{"Pod `a/web-2` on c does not exist because quota"}},
		{"pod not placed/claim", Certain, about(models.Pods, "waiting"), func(inv *models.Inventory) {
			refuse(inv, 90*models.GiB).Name = "waiting-scratch"
			wait(inv, "waiting-scratch", "", "Pending")
		}, []string{"its claim `a/waiting-scratch` does not exist: quota `budget` of namespace `a` forbids it"}},
		{"claim pending/quota of the engine", Likely, about(models.Claims, "new"), func(inv *models.Inventory) {
			pend(inv, models.Hostpath)
			tell(inv, "PersistentVolumeClaim", "new", "ProvisioningFailed", `failed to provision volume: pods "init-pvc-1" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=9, limited: pods=9`)
		}, []string{"which quota `compute` forbids"}},
	}
}

// What to do names the claims that nobody uses, and what is missing says why a cause is not certain.
func TestRefused(t *testing.T) {
	inv := calm()
	refuse(inv, 90*models.GiB)
	inv.Claims = append(inv.Claims, models.Claim{Namespace: "a", Name: "old", Phase: "Bound", Requested: 30 * models.GiB}, models.Claim{Namespace: "b", Name: "other", Phase: "Bound"})
	d, _ := Why(inv, about(models.Claims, "data-web-2"))
	var do []string
	for _, c := range d.Do {
		do = append(do, c.Why+" "+c.Run)
	}
	all := strings.Join(append(append(do, d.Endangers...), d.Missing...), "\n")
	for _, want := range []string{"kubectl -n a describe resourcequota budget", "`a/old` (30 GiB)", "StatefulSet `a/web` runs with fewer pods"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in\n%s", want, all)
		}
	}
	if strings.Contains(all, "other") {
		t.Errorf("a claim of another namespace makes room: %s", all)
	}
	inv.Quotas[0].Used = 0
	if d, _ := Why(inv, about(models.Claims, "data-web-2")); len(d.Missing) == 0 || !strings.Contains(d.Missing[0], "100 GiB of storage left") {
		t.Errorf("missing %q", d.Missing)
	}
}
