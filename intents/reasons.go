package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// settleReasons makes a question that speaks of an event's reason, "failed mounts today", one about events.
func (q *question) settleReasons() {
	if q.intent.act == actEvents && (q.begins(setOf("count")) || q.anyWord(setOf("number")) || strings.HasPrefix(strings.ToLower(q.text), "how many")) {
		q.as("count")
		q.subject = models.Events
	}
	if !q.has("reason") && (q.subject != "" || !q.ofEvents()) {
		return
	}
	switch q.intent.act {
	case actList, actOverview, actConsumers, actCapacity:
		q.as("events")
	case actCount:
		q.subject = models.Events
	}
}

// ofEvents reports whether the sentence speaks of a type of events: "warnings".
func (q *question) ofEvents() bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Type == "condition" && (e.Value == "warning" || e.Value == "normal")
	})
}

// reported reports whether a sentence that the model is not certain of asks for events of a reason.
func (q *question) reported() bool {
	return q.has("reason") && !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == nlp.UnknownName })
}

// kindsOfEvents are the kinds of objects that events of a subject are about.
var kindsOfEvents = map[models.Subject]string{models.Pods: "Pod", models.Claims: "PersistentVolumeClaim"}

// fillReasons turns the reasons of events into a filter.
func (q *question) fillReasons() *models.Reply {
	q.fillKindOfEvents()
	for _, i := range q.entities("reason") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		if q.query.Subject != models.Events {
			return q.cannot(answer.Fields(q.query.Subject), e.Text)
		}
		f := eq("reason", e.Value)
		f.Not = e.Negated
		q.add(f)
		if kind := kindsOfEvents[q.subject]; kind != "" && len(q.targets) == 0 {
			q.add(eq("kind", kind))
		}
	}
	return nil
}

// fillKindOfEvents takes the kind of object that events are wanted of: "events of kind Pod".
func (q *question) fillKindOfEvents() {
	if q.query.Subject != models.Events {
		return
	}
	for _, e := range q.parse.Entities {
		near := q.before(e.Start, 1)
		about := len(near) > 0 && (near[0] == "about" || near[0] == "concerning") && plural(e.Text)
		if e.Type != "subject" || len(near) == 0 || near[0] != "kind" && !about {
			continue
		}
		if kind := objectKinds[models.Subject(e.Value)]; kind != "" {
			f := eq("kind", kind)
			if about && strings.HasPrefix(strings.ToLower(e.Text), "disk") { // nobody calls the object so: "events about disks"
				f = models.Filter{Field: "reason", Op: models.Match, Values: []string{"disk"}, Or: []models.Filter{{Field: "message", Op: models.Match, Values: []string{"disk"}}}}
			}
			f.Not = e.Negated || slices.Contains(q.before(e.Start, 2), "not")
			q.add(f)
		}
	}
}

// objectKinds are what Kubernetes calls subjects.
var objectKinds = map[models.Subject]string{models.Pods: "Pod", models.Claims: "PersistentVolumeClaim", models.Volumes: "PersistentVolume",
	models.Nodes: "Node", models.StorageClasses: "StorageClass", models.Snapshots: "VolumeSnapshot", models.BlockDevices: "BlockDevice"}

// marks are what lines of logs and events say and people do not.
var marks = []string{"rpc error", "multi-attach error", "mountvolume.", "unable to attach", "unable to mount", "timed out waiting for the condition",
	"failed to provision volume", "nodes are available", "node(s)", "code = ", "waiting for first consumer", "waiting for a volume to be created",
	"fs error", "i/o error", "input/output error", "failedmount", "failedattachvolume", "provisioningfailed", "failedscheduling", "volumeresizefailed",
	"no vg available", "having regex", "suitable pools", "max retry count", "failed to stage", "yet to connect", "target not reachable", "still mounted on",
	"attachvolume.", "deviceopened", "warning failed", "failed for volume", "back-off restarting",
	"fatal:", "panic:", "level=error", "level=warn", "read-only file system", "no space left on device"}

// excerpt reads a pasted line of a log or of events: it is about the object that it names, and the other names in it are only
// part of what it says. A line that names no live thing is left as it is.
func (q *question) excerpt() {
	lower := strings.ToLower(q.text)
	if len(q.words) < 5 || !slices.ContainsFunc(marks, func(m string) bool { return strings.Contains(lower, m) }) {
		return
	}
	object := -1
	for i, e := range q.parse.Entities {
		if isName(e) && e.Type != nlp.UnknownName && e.Type != "cluster" && (object < 0 || rankOf(e) < rankOf(q.parse.Entities[object])) {
			object = i
		}
	}
	if object < 0 || rankOf(q.parse.Entities[object]) == len(objects) {
		return
	}
	q.parse.Entities[object].Candidates = q.ofRow(q.parse.Entities[object])
	q.about(object)
	if q.intent == nil || q.intent.act != actEvents {
		q.as("why")
	}
}

// objects are the types of the objects of events, those first that a line is likeliest about.
var objects = []string{"pod", "claim", "volume", "pool", "snapshot", "blockdevice", "node"}

// rankOf returns how likely a line of a log that has a name is about it.
func rankOf(e nlp.Entity) int {
	best := len(objects)
	for _, c := range e.Candidates {
		if i := slices.Index(objects, c.Type); i >= 0 {
			best = min(best, i)
		}
	}
	return best
}
