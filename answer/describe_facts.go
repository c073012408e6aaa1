package answer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// factList collects facts; it leaves out those without a value.
type factList []models.Fact

func (l *factList) add(label, value string) {
	if value != "" {
		*l = append(*l, models.Fact{Label: label, Value: value})
	}
}

func (l *factList) health(h models.Health, state string, since string) {
	h = healthOf(h)
	value := string(h) + inState(string(h), state)
	if since != "" {
		value += ", for " + since
	}
	*l = append(*l, models.Fact{Label: "Health", Value: value, Health: h})
}

// stateText words how a thing is, behind "is": its health, the engine's own word where that says something else, and for how long it
// has not been healthy.
func stateText(h models.Health, state string, since time.Time, from *source) string {
	text := healthWord(h) + inState(string(h), state)
	if age := from.age(since); age != "" && h != models.Healthy {
		text += " for " + age
	}
	return text
}

// yes adds the label with "yes" where something is so.
func (l *factList) yes(label string, is bool) {
	if is {
		l.add(label, "yes")
	}
}

// mounts adds the pods that mount a volume.
func (l *factList) mounts(from *source, pods []models.PodRef) {
	text := podList(pods)
	switch {
	case text != "":
	case from.Unread["Pod"]:
		text = "not known: pods could not be read"
	default:
		text = "none mounts it"
	}
	l.add("Pods", text)
}

// details adds what else the engine's objects say, with its age where that is known.
func (l *factList) details(from *source, all []models.Detail) {
	for _, d := range all {
		if age := from.age(d.Since); age != "" {
			d.Value += ", " + age + " old"
		}
		l.add(d.Label, d.Value)
	}
}

// components adds what runs of each engine.
func (l *factList) components(all []models.Component) {
	for _, c := range all {
		label := phrase.Capital(componentName(c))
		if c.Engine != "" {
			label = engineName(string(c.Engine)) + "'s pods"
		}
		text := "in namespace " + c.Namespace + ": "
		if len(c.Versions) > 0 {
			text = "version " + phrase.And(c.Versions) + ", " + text
		}
		text += strconv.Itoa(c.Pods-len(c.Broken)) + " of " + phrase.Count(c.Pods, "pod works", "pods work")
		if len(c.Parts) > 0 {
			text += " (" + strings.Join(c.Parts, ", ") + ")"
		}
		if len(c.Broken) > 0 {
			text += "; not " + phrase.Few(c.Broken, 3)
		}
		l.add(label, text)
	}
}

// componentName is the engine that a component is of.
func componentName(c models.Component) string {
	if c.Engine == "" {
		return "node disk manager"
	}
	return engineName(string(c.Engine))
}

// age returns the time from then until the inventory's AsOf in words; "" if it is not known.
func (s *source) age(then time.Time) string {
	if then.IsZero() || s.AsOf.IsZero() {
		return ""
	}
	return span(max(0, s.AsOf.Sub(then).Seconds()))
}

// usage words used space and its share.
func usage(used, size models.Bytes) string {
	if !used.IsKnown() {
		return noNumber
	}
	text := used.String()
	if share, ok := models.Percent(used, size); ok {
		text += " (" + phrase.Percent(share) + ")"
	}
	return text
}

// podList words the pods that mount something, with what owns them.
func podList(pods []models.PodRef) string {
	names := make([]string, len(pods))
	for i, p := range pods {
		names[i] = phrase.Code(p.Name)
		if p.Workload != "" && p.Workload != "Pod/"+p.Name {
			names[i] += " (" + p.Workload + ")"
		}
	}
	return phrase.Few(names, 5)
}

// events adds the newest three events that warn about something, the newest first. cStor reports a degraded volume with
// an event of type Normal, so the reason counts too.
func (l *factList) events(from *source, concerns func(e *models.Event) bool) {
	var found []*models.Event
	for i := range from.Events {
		e := &from.Events[i]
		if (e.Type != "Normal" || e.Reason == "Degraded") && concerns(e) {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, func(a, b *models.Event) int { return b.Last.Compare(a.Last) })
	for _, e := range window(found, 0, 3) {
		when := "Event"
		if age := from.age(e.Last); age != "" {
			when += " " + age + " ago"
		}
		l.add(when, eventText(e))
	}
}

func eventText(e *models.Event) string {
	text := e.Reason + " of " + e.Kind + " " + phrase.Code(e.Object)
	if e.Count > 1 {
		text += ", " + strconv.Itoa(e.Count) + " times"
	}
	return text + ": " + shorten(e.Message, 500)
}

// shorten cuts a text to so many characters.
func shorten(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// button is a button that asks a query.
func button(label, intent string, q models.Query) models.Button {
	return models.Button{Label: label, Action: models.Action{Intent: intent, Query: &q}}
}

// describeButton offers to describe a thing of the same cluster.
func describeButton(from *source, s models.Subject, namespace, name string) models.Button {
	t := subjects[s]
	return button("Describe "+t.One+" "+name, "describe", models.Query{Subject: s, Name: name, Scope: namespace, Clusters: []string{from.Cluster}})
}
