package kube

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// storageKind reports whether events on objects of a kind may be about storage.
func storageKind(kind string) bool {
	switch kind {
	case "Namespace", "Event", "":
		return false
	case "BlockDeviceClaim", "LVMSnapshot", "ZFSSnapshot", "ZFSBackup", "ZFSRestore", "CStorBackup", "CStorRestore", "JivaVolumePolicy", "CStorVolumePolicy":
		return true
	}
	return slices.ContainsFunc(resources(), func(r resource) bool { return r.Kind == kind })
}

// addEvents keeps the events about storage: of pods, those that mount claims and those of the engines.
func (b *builder) addEvents() {
	kinds, pods := map[string]bool{}, map[string]bool{}
	for _, p := range b.pods {
		if role(p) != "" || len(claimsOf(p)) > 0 {
			pods[key(p.Namespace, p.Name)] = true
		}
	}
	kept := make([]models.Event, 0, len(b.o.Events))
	for _, e := range b.o.Events {
		about := e.InvolvedObject
		if about.Kind == "Pod" && !pods[key(about.Namespace, about.Name)] {
			continue
		}
		keep, known := kinds[about.Kind]
		if !known {
			keep = storageKind(about.Kind)
			kinds[about.Kind] = keep
		}
		if (keep || wanted(e)) && e.Reason != "" {
			kept = append(kept, event(e))
		}
	}
	b.inv.Events = kept
	for i := range kept {
		k := kept[i].Kind + " " + key(kept[i].Namespace, kept[i].Object)
		b.events[k] = append(b.events[k], &kept[i])
	}
}

func event(e *corev1.Event) models.Event {
	m := models.Event{Namespace: e.InvolvedObject.Namespace, Kind: e.InvolvedObject.Kind, Object: e.InvolvedObject.Name,
		Type: e.Type, Reason: e.Reason, Message: strings.TrimSpace(e.Message), Count: max(1, int(e.Count)), Source: e.Source.Component,
		First: e.FirstTimestamp.Time, Last: e.LastTimestamp.Time}
	if m.Source == "" {
		m.Source = e.ReportingController
	}
	if m.First.IsZero() {
		m.First = e.EventTime.Time
	}
	if m.First.IsZero() {
		m.First = e.CreationTimestamp.Time
	}
	if m.Last.IsZero() {
		m.Last = m.First
	}
	if s := e.Series; s != nil {
		m.Count = max(m.Count, int(s.Count))
		if s.LastObservedTime.After(m.Last) {
			m.Last = s.LastObservedTime.Time
		}
	}
	return m
}

// newest returns the newest event on an object that is wanted, or nil.
func (b *builder) newest(kind, namespace, name string, wanted func(*models.Event) bool) *models.Event {
	var found *models.Event
	for _, e := range b.events[kind+" "+key(namespace, name)] {
		if wanted(e) && (found == nil || e.Last.After(found.Last) || e.Last.Equal(found.Last) && e.Reason < found.Reason) {
			found = e
		}
	}
	return found
}

// warning reports whether an event tells of a fault. Some engines use types of their own, "Warn" and "Critical".
func warning(e *models.Event) bool { return e.Type != corev1.EventTypeNormal }

// reason returns why an object waits, in the words of its events: the newest that tells of a fault, else the newest; "" if
// there is none.
func (b *builder) reason(kind, namespace, name string) string {
	e := b.newest(kind, namespace, name, warning)
	if e == nil {
		e = b.newest(kind, namespace, name, func(*models.Event) bool { return true })
	}
	if e == nil {
		return ""
	}
	return e.Reason + ": " + e.Message
}
