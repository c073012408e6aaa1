package kube

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// Resources of storage as ResourceQuotas call them: alone, or behind the name of a storage class and classPart.
const (
	quotaStorage = "requests.storage"
	quotaClaims  = "persistentvolumeclaims"
	quotaCount   = "count/persistentvolumeclaims" // the same by its other name
	classPart    = ".storageclass.storage.k8s.io/"
)

// addQuotas lists what ResourceQuotas allow of storage. One with a scope is left out: those that claims can have go by classes of
// volume attributes, which nobody reads.
func (b *builder) addQuotas() {
	for _, object := range b.o.Custom["ResourceQuota"] {
		f := fields(object)
		if f.at("spec", "scopeSelector") != nil || len(f.strings("spec", "scopes")) > 0 {
			continue
		}
		hard, counted := f.sub("status", "hard"), true
		if len(hard) == 0 {
			hard, counted = f.sub("spec", "hard"), false
		}
		at := map[string]*models.Quota{}
		for resource := range hard {
			class, what := limited(resource)
			if what == "" {
				continue
			}
			q := at[class]
			if q == nil {
				q = &models.Quota{Namespace: f.namespace(), Name: f.name(), StorageClass: class, Size: models.UnknownBytes, Used: models.UnknownBytes,
					Claims: -1, ClaimsUsed: -1, Created: f.created()}
				at[class] = q
			}
			if what == quotaStorage {
				q.Size, q.Used = hard.bytes(resource), f.bytes("status", "used", resource)
			} else if n := hard.bytes(resource); n.IsKnown() && (q.Claims < 0 || int(n) < q.Claims) {
				q.Claims, q.ClaimsUsed = int(n), int(f.bytes("status", "used", resource))
			}
			if wanted := f.bytes("spec", "hard", resource); counted && wanted != hard.bytes(resource) {
				q.Notes = append(q.Notes, fmt.Sprintf("ResourceQuota says spec.hard %s of %s, but status.hard, which holds until that is counted anew, says %s",
					cmp.Or(f.str("spec", "hard", resource), "nothing"), resource, hard.str(resource)))
			}
		}
		for _, q := range at {
			slices.Sort(q.Notes)
			b.inv.Quotas = append(b.inv.Quotas, *q)
		}
	}
	slices.SortFunc(b.inv.Quotas, func(x, y models.Quota) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(x.Name, y.Name), strings.Compare(x.StorageClass, y.StorageClass))
	})
}

// limited says what a resource of a quota limits: the storage or the number of claims, of a class or, if that is empty, of all;
// "" for what is no limit of claims.
func limited(resource string) (class, what string) {
	if class, what, found := strings.Cut(resource, classPart); found && (what == quotaStorage || what == quotaClaims) {
		return class, what
	}
	switch resource {
	case quotaStorage, quotaClaims:
		return "", resource
	case quotaCount:
		return "", quotaClaims
	}
	return "", ""
}

// exceeded is how the API server refuses what a quota forbids, as events of who wanted it quote it.
var exceeded = regexp.MustCompile(`(persistentvolumeclaims|pods) "([^"]+)" is forbidden: exceeded quota: ([^,\s]+), requested: (\S+), used: (\S+), limited: (\S+)`)

// refuses reports whether an event tells of something that a quota of storage forbids.
func refuses(reason, message string) bool {
	if !strings.Contains(message, "exceeded quota") {
		return false
	}
	m := exceeded.FindStringSubmatch(message)
	return m != nil && reason != "" && (strings.Contains(m[6], "storage") || strings.Contains(m[6], quotaClaims))
}

// addRefusals lists the claims and pods that quotas forbid, by the events that tell of it. What is there by now is none.
func (b *builder) addRefusals() {
	at := map[string]int{}
	for i := range b.inv.Events {
		e := &b.inv.Events[i]
		if !refuses(e.Reason, e.Message) {
			continue
		}
		m := exceeded.FindStringSubmatch(e.Message)
		r := models.Refusal{Namespace: e.Namespace, Kind: "PersistentVolumeClaim", Name: m[2], Owner: e.Kind + "/" + e.Object, Quota: m[3],
			Limits: exceeds(m[4], m[5], m[6]), Message: e.Message, First: e.First, Last: e.Last}
		if m[1] == "pods" {
			r.Kind = "Pod"
		}
		if b.claims[key(r.Namespace, r.Name)] != nil && r.Kind != "Pod" || slices.ContainsFunc(b.inv.Pods, func(p models.Pod) bool {
			return r.Kind == "Pod" && p.Namespace == r.Namespace && p.Name == r.Name
		}) {
			continue
		}
		k := r.Kind + key(r.Namespace, r.Name)
		if j, twice := at[k]; twice {
			if known := &b.inv.Refusals[j]; known.Last.After(r.Last) {
				known.First = earlier(known.First, r.First)
			} else {
				r.First = earlier(known.First, r.First)
				*known = r
			}
			continue
		}
		at[k] = len(b.inv.Refusals)
		b.inv.Refusals = append(b.inv.Refusals, r)
	}
}

// earlier returns the earlier of two moments.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// exceeds reads the three lists of a refusal, "a=1,b=2" each.
func exceeds(requested, used, limit string) []models.Exceed {
	of := func(list, resource string) models.Bytes {
		for item := range strings.SplitSeq(list, ",") {
			if name, value, _ := strings.Cut(item, "="); name == resource {
				return quantity(value)
			}
		}
		return models.UnknownBytes
	}
	var all []models.Exceed
	for item := range strings.SplitSeq(limit, ",") {
		name, value, _ := strings.Cut(item, "=")
		class, what := limited(name)
		all = append(all, models.Exceed{Resource: name, StorageClass: class, Count: what == quotaClaims,
			Requested: of(requested, name), Used: of(used, name), Limit: quantity(value)})
	}
	return all
}

// maker reports whether objects of a kind make claims and pods, so that their events tell that one was refused.
func maker(kind string) bool {
	return slices.Contains([]string{"StatefulSet", "ReplicaSet", "Job", "DaemonSet"}, kind)
}

// wanted reports whether an event is about storage: by what it is on, or since it tells of a quota.
func wanted(e *corev1.Event) bool {
	return storageKind(e.InvolvedObject.Kind) || maker(e.InvolvedObject.Kind) && refuses(e.Reason, e.Message)
}
