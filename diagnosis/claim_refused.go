package diagnosis

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// refusedSymptoms are those of what is not there since a quota forbids it.
func refusedSymptoms() []symptom {
	return []symptom{{name: "refused by a quota", shows: func(*evidence) string { return "does not exist" }, rules: []rule{
		{"quota", func(e *evidence) *finding { return e.quotaForbids(e.forbidden) }},
	}}}
}

// findRefusal looks for a claim or a pod that was asked for and forbidden. A pod of a StatefulSet is not made before its claims
// are.
func (e *evidence) findRefusal(t Thing) bool {
	kind := map[models.Subject]string{models.Claims: "PersistentVolumeClaim", models.Pods: "Pod"}[t.Subject]
	e.forbidden = find(e.inv.Refusals, func(r *models.Refusal) bool {
		return r.Namespace == t.Namespace && (r.Kind == kind && r.Name == t.Name || kind == "Pod" && strings.Contains(r.Message, " Pod "+t.Name+" "))
	})
	if e.forbidden != nil {
		e.sought = Link{Kind: kind, Namespace: t.Namespace, Name: t.Name, Field: "metadata.name", Says: "there is none", Health: models.Down}
	}
	return e.forbidden != nil
}

// refusedClaim returns the refusal of a claim, or nil.
func (e *evidence) refusedClaim(namespace, name string) *models.Refusal {
	return find(e.inv.Refusals, func(r *models.Refusal) bool {
		return r.Kind == "PersistentVolumeClaim" && r.Namespace == namespace && r.Name == name
	})
}

// quotaForbids says which limit of which quota forbids what was refused. The quota itself proves it; the refusal alone tells of the
// time when it was tried.
func (e *evidence) quotaForbids(r *models.Refusal) *finding {
	kind, owner, _ := strings.Cut(r.Owner, "/")
	tried := Link{Kind: kind, Namespace: r.Namespace, Name: owner, Field: "event", Says: gist(r.Message), Since: r.First}
	f := because(Likely, "quota %s of namespace %s forbade it when it was last tried%s", phrase.Code(r.Quota), phrase.Code(r.Namespace), at(r.Last)).link(tried)
	var room []string
	for i := range r.Limits {
		x := &r.Limits[i]
		q := find(e.inv.Quotas, func(q *models.Quota) bool {
			return q.Namespace == r.Namespace && q.Name == r.Quota && q.StorageClass == x.StorageClass
		})
		if q == nil || !x.Requested.IsKnown() {
			continue
		}
		limit, used, free := q.Size, q.Used, q.Free()
		if x.Count {
			limit, used, free = models.Bytes(q.Claims), models.Bytes(q.ClaimsUsed), models.Bytes(q.ClaimsFree())
		}
		link := Link{Kind: "ResourceQuota", Namespace: q.Namespace, Name: q.Name, Field: "status.used[" + x.Resource + "]", Says: amountOf(x, used) + " of " + amountOf(x, limit)}
		switch {
		case !free.IsKnown():
		case free >= x.Requested:
			room = append(room, amountOf(x, free)+" of "+limitOf(x))
			f.link(link)
		default:
			why := fmt.Sprintf("it asks for %s of %s, and %s of %s are left", x.Requested, limitOf(x), free, limit)
			if x.Count {
				why = fmt.Sprintf("it allows %d %s, and there are %d", q.Claims, limitOf(x), q.ClaimsUsed)
			}
			f = because(Certain, "quota %s of namespace %s forbids it: %s", phrase.Code(q.Name), phrase.Code(q.Namespace), why).link(tried, link)
			f.do = append(f.do, e.makeRoom(q)...)
			return refusedAlso(f, r)
		}
	}
	switch {
	case e.inv.Unread["ResourceQuota"]:
		f.lack("ResourceQuota objects were not read, so whether it is still so is not known")
	case len(room) > 0:
		f.lack("by now the quota would allow it (" + phrase.And(room) + " left): the next try may succeed")
	default:
		f.lack("there is no such quota now, or it has not been counted: the next try may succeed")
	}
	return refusedAlso(f.run("see the quotas", "kubectl -n %s describe resourcequota", r.Namespace), r)
}

// amountOf words an amount of what is limited: bytes, or a number of claims.
func amountOf(x *models.Exceed, n models.Bytes) string {
	if x.Count {
		return strconv.FormatInt(int64(n), 10)
	}
	return n.String()
}

// limitOf words what is limited.
func limitOf(x *models.Exceed) string {
	what := "storage"
	if x.Count {
		what = "claims"
	}
	if x.StorageClass != "" {
		what += " of class " + phrase.Code(x.StorageClass)
	}
	return what
}

// refusedAlso says who lacks what was refused.
func refusedAlso(f *finding, r *models.Refusal) *finding {
	if kind, name, _ := strings.Cut(r.Owner, "/"); slices.Contains([]string{"StatefulSet", "ReplicaSet", "Job", "DaemonSet"}, kind) {
		f.risk(fmt.Sprintf("%s %s runs with fewer pods than it should", kind, phrase.Scoped(r.Namespace, name)))
	}
	return f
}

// makeRoom says how to come by room in a quota.
func (e *evidence) makeRoom(q *models.Quota) []Command {
	all := []Command{{"see the quota", fmt.Sprintf("kubectl -n %s describe resourcequota %s", q.Namespace, q.Name)}}
	var unused []string
	for i := range e.inv.Claims {
		if c := &e.inv.Claims[i]; len(c.Pods) == 0 && q.Covers(c.Namespace, c.StorageClass) {
			unused = append(unused, fmt.Sprintf("%s (%s)", phrase.Scoped(c.Namespace, c.Name), c.Requested))
		}
	}
	if len(unused) > 0 && !e.inv.Unread["Pod"] {
		all = append(all, Command{Why: "delete what is not needed any more: no pod uses " + phrase.Few(unused, 4)})
	}
	return append(all, Command{Why: "or let whoever owns the quota raise it; who wanted the claim tries again by itself"})
}

// quotaOfEngine is for a claim whose provisioner may not make the pod or the claim that it needs for it: hostpath's makes the
// folder with a pod, and Jiva keeps its replicas in claims.
func quotaOfEngine(e *evidence) *finding {
	ev := e.refused()
	if ev == nil || !says(ev.Message, "exceeded quota: ") {
		return nil
	}
	_, rest, _ := strings.Cut(ev.Message, "exceeded quota: ")
	name, _, _ := strings.Cut(rest, ",")
	return because(Likely, "its provisioner may not make what it needs for it, which quota %s forbids: %s", phrase.Code(name), gist(ev.Message)).link(eventLink(ev)).
		lack("in which namespace the quota is, and whether it still forbids it, the event does not tell").
		run("see the quotas", "kubectl get resourcequota -A")
}
