package whatif

import (
	"fmt"
	"slices"

	"github.com/mulebot/mulebot/models"
)

// Room is what a quota says to a claim that is to be made, or to grow.
type Room struct {
	Quota *models.Quota
	Fit   Fit
	Why   string // it forbids the claim, or what is to be known first; else what it leaves
}

// Quotas says what the quotas of a namespace say to a claim of a class that asks for so much more than now: those that concern it,
// the ones that forbid it first. fresh says that the claim is yet to be made. Where the class is not known, those of single classes
// count only if they would forbid it, and only as something to know; of says which classes it may be of.
func Quotas(inv *models.Inventory, namespace, class string, more models.Bytes, fresh bool, of func(class string) bool) []Room {
	var all []Room
	for i := range inv.Quotas {
		q := &inv.Quotas[i]
		unsure := class == "" && q.StorageClass != ""
		if q.Namespace != namespace || !unsure && !q.Covers(namespace, class) || unsure && !of(q.StorageClass) {
			continue
		}
		r := room(q, more, fresh)
		switch {
		case unsure && r.Fit != Cannot:
			continue
		case unsure:
			r.Fit, r.Why = Tight, fmt.Sprintf("if it is of class %s: %s", q.StorageClass, r.Why)
		}
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(a, b Room) int { return int(a.Fit) - int(b.Fit) })
	return all
}

// room holds a claim against one quota.
func room(q *models.Quota, more models.Bytes, fresh bool) Room {
	r := Room{Quota: q, Fit: Fits}
	free := q.Free()
	switch {
	case q.Size.IsKnown() && !free.IsKnown() || q.Claims >= 0 && q.ClaimsUsed < 0 && fresh:
		r.Fit, r.Why = Tight, "what is used of it has not been counted yet"
	case fresh && q.ClaimsFree() == 0:
		r.Fit, r.Why = Cannot, fmt.Sprintf("it allows %d claims, and there are %d", q.Claims, q.ClaimsUsed)
	case free.IsKnown() && free < more:
		r.Fit, r.Why = Cannot, fmt.Sprintf("it leaves %s of %s, which is %s too little", free, q.Size, more-free)
	case free.IsKnown():
		r.Why = fmt.Sprintf("it leaves %s of %s", free, q.Size)
	default:
		r.Why = fmt.Sprintf("it leaves %d of %d claims", q.ClaimsFree(), q.Claims)
	}
	return r
}
