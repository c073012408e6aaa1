package whatif

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// quota limits a namespace to so many GiB, of which some are used, and to no number of claims.
func quota(namespace, class string, size, used int) models.Quota {
	return models.Quota{Namespace: namespace, Name: "q", StorageClass: class, Size: models.Bytes(size) * models.GiB, Used: models.Bytes(used) * models.GiB, Claims: -1, ClaimsUsed: -1}
}

func TestQuotas(t *testing.T) {
	claims := models.Quota{Namespace: "a", Name: "q", Size: models.UnknownBytes, Used: models.UnknownBytes, Claims: 3, ClaimsUsed: 3}
	uncounted := quota("a", "", 100, 0)
	uncounted.Used = models.UnknownBytes
	for _, c := range []struct {
		name    string
		quota   models.Quota
		class   string
		fresh   bool
		verdict string // fits of the quotas that concern it
		why     string
	}{
		{"room", quota("a", "", 100, 90), "gold", true, "2", "leaves 10 GiB of 100 GiB"},
		{"no room", quota("a", "", 100, 91), "gold", true, "0", "leaves 9 GiB of 100 GiB, which is 1 GiB too little"},
		{"over its limit", quota("a", "", 100, 120), "gold", true, "0", "leaves 0 B"},
		{"of another namespace", quota("b", "", 100, 99), "gold", true, "", ""},
		{"of the class", quota("a", "gold", 100, 99), "gold", true, "0", "too little"},
		{"of another class", quota("a", "silver", 100, 99), "gold", true, "", ""},
		{"of a class, where none is named", quota("a", "gold", 100, 99), "", true, "1", "if it is of class gold: it leaves 1 GiB"},
		{"of a class with room, where none is named", quota("a", "gold", 100, 1), "", true, "", ""},
		{"of a class that it cannot be of", quota("a", "none", 100, 99), "", true, "", ""},
		{"no more claims", claims, "gold", true, "0", "allows 3 claims, and there are 3"},
		{"no more claims, and it is there", claims, "gold", false, "2", "leaves 0 of 3 claims"},
		{"not counted", uncounted, "gold", true, "1", "not been counted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inv := &models.Inventory{Quotas: []models.Quota{c.quota}}
			got, why := "", ""
			for _, r := range Quotas(inv, "a", c.class, 10*models.GiB, c.fresh, func(class string) bool { return class != "none" }) {
				got += string(rune('0' + int(r.Fit)))
				why = r.Why
			}
			if got != c.verdict || !strings.Contains(why, c.why) {
				t.Errorf("%q, %q; want %q, %q", got, why, c.verdict, c.why)
			}
		})
	}
}

// A quota forbids what the pools would take, and only in its own namespace.
func TestPlaceQuota(t *testing.T) {
	inv := &models.Inventory{Pools: []models.Pool{pool("n", "vg", models.LVM, 500)}, Nodes: []models.Node{{Name: "n", Ready: true}}, Quotas: []models.Quota{quota("a", "", 100, 95)},
		StorageClasses: []models.StorageClass{{Name: "gold", Engine: models.LVM}}}
	w := want(models.LVM, 10, 1)
	for namespace, verdict := range map[string]Verdict{"": Yes, "a": No, "b": Yes} {
		w.Namespace = namespace
		if p := Place(inv, w); p.Verdict != verdict || (p.Forbidden() != nil) != (verdict == No) || p.Spots[0].Fit != Fits {
			t.Errorf("in %q: verdict %d, forbidden %v", namespace, p.Verdict, p.Forbidden())
		}
	}
	inv.Quotas[0].StorageClass = "gold"
	w.Namespace = "a"
	if p := Place(inv, w); p.Verdict != YesBut {
		t.Errorf("verdict %d of a volume that may be of the class", p.Verdict)
	}
}
