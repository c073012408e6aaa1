package intents

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// utterance is what a cluster's objects say of one of them: the text of an event, a condition or an error, and the word for it.
type utterance struct {
	kind, scope, name string // the type of the object's name, its namespace, and the name
	word              string // the reason of an event, a state, the type of a condition; "" for none
	text              string
}

// utterances calls say with all that a cluster says of its objects. A large one says a hundred thousand things: they are not kept.
func utterances(inv *models.Inventory, say func(utterance)) {
	for i := range inv.Events {
		e := &inv.Events[i]
		switch kind := typesOfKinds[e.Kind]; kind {
		case "pod", "claim", "snapshot":
			say(utterance{kind, e.Namespace, e.Object, e.Reason, e.Message})
		case "volume", "pool", "node", "blockdevice": // which have no namespace, though objects of their engines do
			say(utterance{kind, "", e.Object, e.Reason, e.Message})
		}
	}
	for i := range inv.Pools {
		p := &inv.Pools[i]
		say(utterance{"pool", "", p.Name, p.State, p.Error})
		conditionUtterances("pool", "", p.Name, p.Conditions, say)
	}
	for i := range inv.Claims {
		c := &inv.Claims[i]
		say(utterance{"claim", c.Namespace, c.Name, c.Made, c.Error})
		conditionUtterances("claim", c.Namespace, c.Name, c.Conditions, say)
	}
	for i := range inv.Attachments {
		a := &inv.Attachments[i]
		say(utterance{"volume", "", a.Volume, a.State, a.Error})
		say(utterance{"volume", "", a.Volume, "", a.DetachError})
	}
	for i := range inv.Pods {
		p := &inv.Pods[i]
		say(utterance{"pod", p.Namespace, p.Name, p.State, p.Reason})
		say(utterance{"pod", p.Namespace, p.Name, "", p.LastExit})
	}
	for i := range inv.Snapshots {
		s := &inv.Snapshots[i]
		say(utterance{"snapshot", s.Namespace, s.Name, s.State, s.Error})
	}
	for i := range inv.Volumes {
		v := &inv.Volumes[i]
		say(utterance{"volume", "", v.Name, v.State, v.Error})
	}
}

func conditionUtterances(kind, scope, name string, all []models.Condition, say func(utterance)) {
	for _, c := range all {
		say(utterance{kind, scope, name, c.Type, c.Message})
		say(utterance{kind, scope, name, c.Reason, ""})
	}
}

// typesOfKinds are the types of the names of the objects that events are about.
var typesOfKinds = map[string]string{"Pod": "pod", "PersistentVolumeClaim": "claim", "PersistentVolume": "volume", "CStorVolume": "volume",
	"CStorVolumeConfig": "volume", "JivaVolume": "volume", "LVMVolume": "volume", "ZFSVolume": "volume", "CStorPoolInstance": "pool", "DiskPool": "pool",
	"Node": "node", "VolumeSnapshot": "snapshot", "BlockDevice": "blockdevice"}

const (
	// longEcho is how many words in a row a sentence has to share with what a cluster says, to be taken for a copy of it: one more
	// where nothing in it looks copied.
	longEcho = 5
	// shortEcho is how many suffice where the sentence names the object too.
	shortEcho = 3
	// certain is the confidence from which a sentence without a colon or the like is no copy.
	certain = 0.9
)

// echo reads a message that somebody copied from a cluster: the sentence is about the object of which the cluster says so. It
// reports false where it finds none.
func (q *question) echo() bool {
	heard := q.repeated()
	if heard == nil {
		return false
	}
	q.hear(heard)
	return true
}

// hear makes the sentence a "why" about an object that it does not name.
func (q *question) hear(heard *nlp.Entity) {
	q.parse.Entities = append(slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type != "cluster" }), *heard)
	q.about(len(q.parse.Entities) - 1)
	q.as("why")
}

// repeated returns the object that the sentence repeats a message of, as the name that it stands for; nil if it repeats none. Where
// the sentence names objects it is about those.
func (q *question) repeated() *nlp.Entity {
	if q.intent != nil && q.intent.act == actEvents {
		return nil
	}
	enough := longEcho
	if !strings.ContainsAny(q.text, `:"'(=`) {
		if q.parse.Confidence > certain && (q.intent == nil || q.intent.act != actWhy) {
			return nil
		}
		enough++
	}
	names := slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return rankOf(e) <= slices.Index(objects, "volume") })
	words := q.besideNames()
	if len(words) < shortEcho || !names && len(words) < enough {
		return nil
	}
	best, found := 0, []nlp.Candidate(nil)
	for i, inv := range q.inventories {
		if inv == nil {
			continue
		}
		served := servedBy(inv, func(volume string) bool {
			return !names || q.nameOf(nlp.Candidate{Name: nlp.Name{Type: "volume", Value: volume, Group: q.card.Clusters[i]}})
		})
		utterances(inv, func(s utterance) {
			c := nlp.Candidate{Name: nlp.Name{Type: s.kind, Value: s.name, Scope: s.scope, Group: q.card.Clusters[i]}, Score: 1}
			if volume := served[[2]string{s.scope, s.name}]; s.kind == "pod" && volume != "" {
				c.Type, c.Value, c.Scope = "volume", volume, ""
			}
			named := q.nameOf(c)
			if names && !named {
				return
			}
			said := lettersOf(s.text)
			n := sharedRun(words, said)
			if n < shortEcho || n < best || (!named || len(said) <= longEcho) && n < enough || !named && len(said) <= longEcho || !q.lives(c) {
				return
			}
			if n > best {
				best, found = n, nil
			}
			found = append(found, c)
		})
	}
	return entityOf(q.text, found)
}

// servedBy returns the wanted ones of the volumes that pods of engines serve or hold a copy of, by the namespace and name of the pod: nobody
// asks for the pod.
func servedBy(inv *models.Inventory, wanted func(volume string) bool) map[[2]string]string {
	volumes := map[[2]string]string{}
	for i := range inv.Agents {
		if a := &inv.Agents[i]; (a.Role == models.ReplicaAgent || a.Role == models.TargetAgent) && wanted(a.Serves) {
			volumes[[2]string{a.Namespace, a.Name}] = a.Serves
		}
	}
	return volumes
}

// nameOf reports whether the sentence has a name that may be that of an object.
func (q *question) nameOf(c nlp.Candidate) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return slices.ContainsFunc(e.Candidates, func(o nlp.Candidate) bool { return o.Type == c.Type && o.Value == c.Value && o.Group == c.Group })
	})
}

// spell makes a sentence that names nothing, but has a word in it that only clusters say, "RemountUnderProgress since an hour", one about
// the object of which its cluster says so.
func (q *question) spell() {
	switch {
	case q.pasted || q.intent == nil:
	case q.intent.act == actWhy, q.intent.act == actDescribe, q.intent.act == actList && !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "subject" && plural(e.Text) }):
		if heard := q.codeWord(); heard != nil {
			q.hear(heard)
		}
	}
}

// codeWord returns the object of which a word of code is said, a state or a condition; nil for none.
func (q *question) codeWord() *nlp.Entity {
	if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return rankOf(e) < len(objects) || e.Type == "reason" }) {
		return nil
	}
	for _, w := range q.words {
		if text := q.text[w.start:w.end]; camelCased(text) {
			var found []nlp.Candidate
			for i, inv := range q.inventories {
				if inv == nil {
					continue
				}
				utterances(inv, func(s utterance) {
					if !strings.EqualFold(s.word, text) {
						return
					}
					c := nlp.Candidate{Name: nlp.Name{Type: s.kind, Value: s.name, Scope: s.scope, Group: q.card.Clusters[i]}, Score: 1}
					if q.lives(c) {
						found = append(found, c)
					}
				})
			}
			if e := entityOf(q.text, q.where(found)); e != nil {
				return e
			}
		}
	}
	return nil
}

// where keeps the names of the clusters and the namespaces that the sentence names.
func (q *question) where(all []nlp.Candidate) []nlp.Candidate {
	var clusters, namespaces []string
	for _, e := range q.parse.Entities {
		switch e.Type {
		case "cluster":
			clusters = append(clusters, e.Value)
		case "namespace":
			namespaces = append(namespaces, e.Value)
		}
	}
	return slices.DeleteFunc(all, func(c nlp.Candidate) bool {
		return len(clusters) > 0 && !slices.Contains(clusters, c.Group) || c.Scope != "" && len(namespaces) > 0 && !slices.Contains(namespaces, c.Scope)
	})
}

// entityOf makes a name of the objects that a text is about, of those of the type that a message is likeliest about; nil for none.
func entityOf(text string, found []nlp.Candidate) *nlp.Entity {
	if len(found) == 0 {
		return nil
	}
	first := slices.MinFunc(found, func(a, b nlp.Candidate) int { return slices.Index(objects, a.Type) - slices.Index(objects, b.Type) })
	found = slices.DeleteFunc(found, func(c nlp.Candidate) bool { return c.Type != first.Type || c.Value != first.Value })
	return &nlp.Entity{Type: first.Type, Value: first.Value, Text: text, Start: 0, End: len(text), Score: 1, Source: nlp.FromName, Candidates: found[:1]}
}

// lives reports whether there is an object of a name, of which a question could be answered.
func (q *question) lives(c nlp.Candidate) bool {
	return slices.ContainsFunc(q.turn.gazetteer().Exact(c.Value, 20), func(o nlp.Candidate) bool { return o.Type == c.Type && o.Group == c.Group })
}

// lettersOf returns the words of a text, without numbers, names and punctuation.
func lettersOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
}

// besideNames are the words of the sentence, with an empty one for each live name that is no plain word: who names a pod copies no message, though the message
// has the name as well.
func (q *question) besideNames() []string {
	var all []string
	from := 0
	for _, e := range q.parse.Entities {
		if isName(e) && len(e.Candidates) > 0 && e.Start >= from && strings.ContainsAny(e.Text, "-.0123456789") {
			all = append(append(all, lettersOf(q.text[from:e.Start])...), "")
			from = e.End
		}
	}
	return append(all, lettersOf(q.text[from:])...)
}

// sharedRun returns how many words in a row two texts have in common at most.
func sharedRun(a, b []string) int {
	longest := 0
	runs := make([]int, len(b)+1)
	for i := range a {
		for j := len(b); j > 0; j-- {
			if a[i] != b[j-1] {
				runs[j] = 0
				continue
			}
			runs[j] = runs[j-1] + 1
			longest = max(longest, runs[j])
		}
	}
	return longest
}
