package intents

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/nlp"
)

// addClusters adds the card's clusters that the text names in full and the parser took for a plain word, unless it is a
// word that the training data uses as one.
func (q *question) addClusters() {
	type spelling struct {
		name string
		word
	}
	var spellings []spelling
	for _, name := range q.card.Clusters {
		if at := spokenAt(q.text, name); at >= 0 {
			spellings = append(spellings, spelling{name, word{strings.ToLower(name), at, at + len(name)}})
		}
	}
	for _, w := range q.words {
		if name := q.environment(w.text); name != "" {
			spellings = append(spellings, spelling{name, w})
		} else if name := q.misspelt(w); name != "" {
			spellings = append(spellings, spelling{name, w})
		}
	}
	for _, s := range spellings {
		name, start, end := s.name, s.start, s.end
		if environments[s.text] != "" && s.text != strings.ToLower(name) { // "stg" begins the names of nodes too
			q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && e.Start == start && e.End == end && e.Score < 1 })
		}
		if q.known.knows(s.text) && s.text == strings.ToLower(name) || slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return start < e.End && e.Start < end }) {
			continue
		}
		c := nlp.Candidate{Name: nlp.Name{Type: "cluster", Value: name, Group: name}, Score: 1}
		q.parse.Entities = append(q.parse.Entities, nlp.Entity{Type: c.Type, Value: name, Text: q.text[start:end], Start: start, End: end,
			Score: 1, Source: nlp.FromName, Candidates: []nlp.Candidate{c}})
	}
	slices.SortStableFunc(q.parse.Entities, func(a, b nlp.Entity) int { return cmp.Compare(a.Start, b.Start) })
}

// misspelt returns the cluster of whose name, or of a word for whose environment, a word differs in one letter: "stageing".
func (q *question) misspelt(w word) string {
	if len(w.text) < 6 || q.known.knows(w.text) || everyday[w.text] || nlp.IsEnglish(w.text) || q.covering(w) != nil && q.covering(w).Type != nlp.UnknownName {
		return ""
	}
	for _, name := range q.card.Clusters {
		if oneSlip(w.text, strings.ToLower(name)) {
			return name
		}
	}
	for _, right := range slices.Sorted(maps.Keys(environments)) {
		if name := q.environment(right); name != "" && oneSlip(w.text, right) {
			return name
		}
	}
	return ""
}

// environment returns the only cluster that has the short form of a word for an environment in its name: prod-east for "production".
func (q *question) environment(w string) string {
	short := environments[w]
	found := ""
	for _, name := range q.card.Clusters {
		if short == "" || !slices.Contains(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_./", r) }), short) {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

// environments are words for environments and what stands for them in the names of clusters.
var environments = map[string]string{"production": "prod", "prd": "prod", "development": "dev", "testing": "test", "stg": "staging"}

// addNames adds the live names that stand right before what the sentence is about, "which orders volumes", or "team", where the parser took
// them for plain words.
func (q *question) addNames() {
	var found []nlp.Entity
	for i, w := range q.words {
		if !q.standsForName(i) || everyday[w.text] || q.covering(w) != nil {
			continue
		}
		var candidates []nlp.Candidate
		for _, form := range []string{w.text, w.text + "s", strings.TrimSuffix(w.text, "s")} {
			if form == w.text || i > 0 && q.ofData(i) {
				candidates = append(candidates, keepTypes(q.turn.gazetteer().Exact(form, 20), []string{"namespace", "workload"})...)
			}
		}
		if len(candidates) == 0 {
			continue
		}
		found = append(found, nlp.Entity{Type: candidates[0].Type, Value: candidates[0].Value, Text: q.text[w.start:w.end], Start: w.start, End: w.end,
			Score: 1, Source: nlp.FromName, Candidates: candidates})
	}
	for _, w := range q.words {
		if !strings.ContainsAny(w.text, "0123456789") || len(w.text) < 2 || q.covering(w) != nil || timeOfDay.MatchString(w.text) {
			continue
		}
		if ends := q.pieces(w.text); ends != nil { // "w3" of stg-w3
			found = append(found, nlp.Entity{Type: ends[0].Type, Value: ends[0].Value, Text: q.text[w.start:w.end], Start: w.start, End: w.end,
				Score: 1, Source: nlp.FromName, Candidates: ends})
		}
	}
	found = append(found, q.devicePaths()...)
	found = append(found, q.siblings()...)
	found = append(found, q.byTrade()...)
	for _, e := range found {
		if !slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool { return e.Start < o.End && o.Start < e.End }) {
			q.parse.Entities = append(q.parse.Entities, e)
		}
	}
	slices.SortStableFunc(q.parse.Entities, func(a, b nlp.Entity) int { return cmp.Compare(a.Start, b.Start) })
}

// inNamespaces takes a word for a condition that is a namespace's name, where one stands: "volumes in db" is not of all databases.
func (q *question) inNamespaces() {
	for i, e := range q.found.Entities {
		near := q.before(e.Start, 1)
		if e.Type != "condition" || len(near) == 0 || !localising[near[0]] {
			continue
		}
		if all := keepTypes(q.turn.gazetteer().Exact(e.Text, 20), []string{"namespace"}); len(all) > 0 {
			q.found.Entities[i] = nlp.Entity{Type: "namespace", Value: all[0].Value, Text: e.Text, Start: e.Start, End: e.End, Score: 1, Source: nlp.FromName, Candidates: all, Negated: e.Negated}
		}
	}
}

// standsForName reports whether the word at a place stands where a name does that the recognisers take for a plain word: before what it has, behind
// "does" and "has", or in a row with a name.
func (q *question) standsForName(i int) bool {
	named := func(at int) bool {
		e := q.covering(q.words[at])
		return e != nil && isName(*e)
	}
	switch last := i+1 == len(q.words); {
	case i > 1 && (q.words[i-1].text == "and" || q.words[i-1].text == "or") && named(i-2):
		return last || q.parted(i)
	case last:
		return i > 1 && (q.words[i-1].text == "has" || q.words[i-1].text == "have") && q.begins(setOf("how what which")) // "how many claims has monitoring?"
	case !q.parted(i):
		return false
	case i == 0:
		return q.words[1].text == "has" || q.whose(i) // "monitoring has how many claims?"
	case q.words[i-1].text == "does" || q.words[i-1].text == "did":
		return setOf("use eat take need consume occupy have own")[q.words[i+1].text] // "how much does monitoring eat"
	}
	return q.whose(i) || i+2 < len(q.words) && (q.words[i+1].text == "vs" || q.words[i+1].text == "versus") && named(i+2)
}

// parted reports whether nothing but a blank stands between a word and the next.
func (q *question) parted(i int) bool { return q.text[q.words[i].end:q.words[i+1].start] == " " }

// whose reports whether the word at a place stands where it says whose things are meant: before a word for them, alone or with others,
// "payments and orders volumes".
func (q *question) whose(i int) bool {
	if i+1 >= len(q.words) || q.text[q.words[i].end:q.words[i+1].start] != " " {
		return false
	}
	next := q.words[i+1]
	if e := q.covering(next); e != nil {
		return e.Type == "subject" && e.Start == next.start || owning[next.text]
	}
	return owning[next.text] || next.text == "data" || (next.text == "or" || next.text == "and") && i+2 < len(q.words) && !everyday[q.words[i+2].text] && q.whose(i+2)
}

// ofData reports whether the word at a place says whose data is meant, for which a singular does too: "payment or order data".
func (q *question) ofData(i int) bool {
	for ; q.whose(i); i += 2 {
		if q.words[i+1].text == "data" {
			return true
		}
	}
	return false
}

// byTrade finds the applications that are called by what they do, "the brokers", where the clusters have some of that kind.
func (q *question) byTrade() []nlp.Entity {
	var found []nlp.Entity
	for _, w := range q.words {
		kinds := trades[strings.TrimSuffix(w.text, "s")]
		if e := q.covering(w); kinds == nil || e != nil && e.Score == 1 {
			continue
		}
		q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Start < w.end && w.start < e.End }) // brokers are not broken
		all := slices.DeleteFunc(q.everyName(), func(c nlp.Candidate) bool {
			return c.Type != "workload" || !slices.ContainsFunc(kinds, func(kind string) bool { return strings.Contains(c.Value, kind) })
		})
		if len(all) > 0 {
			for i := range all {
				all[i].Score = 1
			}
			found = append(found, nlp.Entity{Type: "workload", Value: all[0].Value, Text: q.text[w.start:w.end], Start: w.start, End: w.end, Score: 1,
				Source: nlp.FromName, Candidates: all})
		}
	}
	return found
}

// trades are the words for what applications do by which people call them, with pieces of the names of those that do it.
var trades = map[string][]string{"broker": {"kafka", "rabbitmq", "activemq", "pulsar"}}

// siblings finds the names that are said by their numbers alone: "mysql-0 and -1".
func (q *question) siblings() []nlp.Entity {
	var found []nlp.Entity
	for _, at := range sibling.FindAllStringIndex(q.text, -1) {
		start := at[0] + strings.IndexByte(q.text[at[0]:at[1]], '-')
		for _, e := range slices.Backward(q.parse.Entities) {
			cut := strings.LastIndexByte(e.Value, '-')
			if e.End > at[0] || !isName(e) || cut < 0 || strings.Trim(e.Value[cut+1:], "0123456789") != "" {
				continue
			}
			if all := keepTypes(q.turn.gazetteer().Exact(e.Value[:cut]+q.text[start:at[1]], 20), []string{e.Type}); len(all) > 0 {
				q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Start < at[1] && at[0] < o.End })
				found = append(found, nlp.Entity{Type: e.Type, Value: all[0].Value, Text: q.text[start:at[1]], Start: start, End: at[1], Score: 1,
					Source: nlp.FromName, Candidates: all})
			}
			break
		}
	}
	return found
}

// sibling is a number as the end of a name: the "-1" of "mysql-0 and -1".
var sibling = regexp.MustCompile(`[\s,/(]-\d+\b`)

// devicePaths finds the block devices that the text names by their path and node: "/dev/sdb of worker-1".
func (q *question) devicePaths() []nlp.Entity {
	var found []nlp.Entity
	for _, w := range q.words {
		if !strings.HasPrefix(w.text, "dev/") {
			continue
		}
		for _, i := range q.namesOf("node") {
			node := q.parse.Entities[i].Candidates[0]
			inv := q.inventory(node.Group)
			if inv == nil {
				continue
			}
			for j := range inv.BlockDevices {
				if d := &inv.BlockDevices[j]; d.Node == node.Value && d.Path == "/"+w.text {
					c := nlp.Candidate{Name: nlp.Name{Type: "blockdevice", Value: d.Name, Group: node.Group}, Score: 1}
					q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == nlp.UnknownName && w.start < e.End && e.Start < w.end })
					found = append(found, nlp.Entity{Type: c.Type, Value: d.Name, Text: q.text[w.start:w.end], Start: w.start, End: w.end, Score: 1,
						Source: nlp.FromName, Candidates: []nlp.Candidate{c}})
				}
			}
		}
	}
	return found
}
