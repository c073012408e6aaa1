package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// enlarging are the words that ask whether a volume could be larger.
var enlarging = setOf("grow grows growing grown resize resized resizing expand expanded expanding expansion extend extended extending enlarge enlarged enlarging increase increased bump bumped larger bigger")

// expandable makes of the verb in a question of whether volumes of a class may grow, "does lvm-thin let me expand volumes", the condition
// that the class is expandable.
func (q *question) expandable() {
	verb := q.permitting(q.found.Entities)
	if verb == nil {
		return
	}
	start, end, all := verb.start, verb.end, slices.Clone(q.found.Entities)
	if i := slices.IndexFunc(all, func(e nlp.Entity) bool { return e.Type == "subject" && e.Start >= end && onlyGlue(q.text[end:e.Start]) }); i >= 0 {
		end = all[i].End
		all = slices.Delete(all, i, i+1)
	}
	all = append(all, nlp.Entity{Type: "condition", Value: "expandable", Text: q.text[start:end], Start: start, End: end, Score: 1, Source: nlp.FromRecogniser})
	slices.SortStableFunc(all, func(a, b nlp.Entity) int { return a.Start - b.Start })
	q.found.Entities = all
}

// permitting returns the verb of a question of yes or no about a class, and not about a size, that asks whether volumes may grow; nil for none.
func (q *question) permitting(entities []nlp.Entity) *word {
	at := slices.IndexFunc(q.words, func(w word) bool { return enlarging[w.text] })
	class := func(e nlp.Entity) bool { return e.Type == "storageclass" }
	if at < 0 || !q.begins(yesOrNo) || !slices.ContainsFunc(entities, class) || slices.ContainsFunc(entities, func(e nlp.Entity) bool {
		return e.Type == nlp.Quantity || e.Type == "volume" || e.Type == "claim" || e.Start < q.words[at].end && e.End > q.words[at].start
	}) {
		return nil
	}
	return &q.words[at]
}

// growsTo reports whether the sentence asks whether volumes could be larger, or how far they could grow: and not for it to be done, nor
// whether it has been.
func (q *question) growsTo() bool {
	room := q.anyWord(setOf("room space enough headroom possible allowed ok okay fine safe"))
	far := q.phrase("how", "far") || q.phrase("how", "much") || q.phrase("how", "big") || q.phrase("how", "large")
	switch {
	case q.begins(setOf("why did has have was were do does is")) && !room, q.placesNew():
		return false
	case !q.conditional() && !room && !far && !q.begins(setOf("by")):
		return false
	case q.anyWord(doubling), q.anyWord(enlarging) && (q.mentions(nlp.Quantity) || q.begins(setOf("can could"))), far && q.anyWord(enlarging):
		return len(q.entities(nlp.Quantity)) <= 2
	case q.phrase("how", "big") || q.phrase("how", "large"):
		return q.anyWord(setOf("get become make"))
	}
	return q.becomes() || q.addsTo() || q.fromTo()
}

// fromTo reports whether the sentence asks about a named volume with the size that it has and another one, or with one that a plus
// stands before: "data-0 from 20Gi to 40Gi, ok?", "+20Gi for data-0, possible?".
func (q *question) fromTo() bool {
	sizes := q.entities(nlp.Quantity)
	if len(sizes) == 0 || len(q.namesOf("claim", "volume")) != 1 {
		return false
	}
	first := q.parse.Entities[sizes[0]]
	return len(sizes) == 2 && slices.Equal(q.before(first.Start, 1), []string{"from"}) || len(sizes) == 1 && q.plus(first)
}

// plus reports whether a plus stands before a size.
func (q *question) plus(e nlp.Entity) bool {
	return strings.HasPrefix(e.Text, "+") || strings.HasSuffix(strings.TrimRight(q.text[:e.Start], " "), "+")
}

// doubling are the words for a size as a multiple of the one that there is.
var doubling = setOf("double doubled doubling triple tripled")

// placesNew reports whether the sentence is about something new, beside what it names.
func (q *question) placesNew() bool {
	return q.anyWord(setOf("new replica replicas copy copies snapshot snapshots")) || q.phrase("another", "volume") || q.phrase("another", "claim") || q.anotherSized()
}

// anotherSized reports whether the sentence is about one more volume of a size: "another 100Gi volume", "a 20Gi claim".
func (q *question) anotherSized() bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		near, next := q.before(e.Start, 1), q.after(e.End, 1)
		return e.Type == nlp.Quantity && len(near) > 0 && len(next) > 0 && setOf("another additional extra more a an")[near[0]] && setOf("volume claim pvc pv disk")[next[0]] &&
			!q.anyWord(enlarging) && !q.anyWord(setOf("make be become"))
	})
}

// becomes reports whether the sentence asks whether what it names could have a size: "can I make data-0 40Gi".
func (q *question) becomes() bool {
	at := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == nlp.Quantity })
	named := q.namesOf("claim", "volume", "workload")
	asks := q.begins(setOf("can could may would what if")) || q.anyWord(setOf("room space enough possible ok okay"))
	return at >= 0 && asks && (q.anyWord(setOf("make be become")) || q.phrase("go", "to")) && len(q.namesOf("node", "pool")) == 0 &&
		(len(named) == 0 || q.parse.Entities[named[0]].End <= q.parse.Entities[at].Start)
}

// addsTo reports whether the sentence asks whether a volume can have more: "can I add 20Gi to data-0", "can data-0 get 20Gi more".
func (q *question) addsTo() bool {
	if !q.mentions(nlp.Quantity) || !q.anyWord(setOf("add give get take have")) || !q.begins(setOf("can could may would")) {
		return false
	}
	return q.anyWord(setOf("more another extra additional")) || slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && slices.Equal(q.before(e.Start, 1), []string{"to"}) })
}

// grow makes a query for whether what the sentence names can grow: one volume, which is then looked at alone, or several together.
func (q *question) grow() {
	res, err := answer.Evaluate(q.query, q.asked())
	if err != nil || len(res.Volumes()) != 1 {
		return
	}
	q.query.Name = res.Volumes()[0].Name
	q.query.Filters = nil
}

// sizes returns the size that the sentence supposes: "to 100Gi", or "by 50Gi" more or less.
func (q *question) sizes() []models.Filter {
	var all []models.Filter
	switch {
	case q.anyWord(setOf("double doubled doubling")):
		all = append(all, models.Filter{Field: "times", Op: models.Ge, Number: 2})
	case q.anyWord(setOf("triple tripled")):
		all = append(all, models.Filter{Field: "times", Op: models.Ge, Number: 3})
	}
	for i, e := range q.parse.Entities {
		near, next := append(q.before(e.Start, 2), "", ""), append(q.after(e.End, 1), "")
		if e.Type == nlp.Count && (near[0] == "to" || near[0] == "by") && q.anyWord(enlarging) && next[0] == "" && !q.mentions(nlp.Quantity) {
			e.Type, e.Number = nlp.Quantity, e.Number*float64(models.GiB)
			q.notes = append(q.notes, phrase.Quote(e.Text)+" is taken for "+models.Bytes(e.Number).String()+".")
		}
		if e.Type != nlp.Quantity {
			continue
		}
		field, number := "size", e.Number
		switch {
		case near[0] == "from" || near[0] == "of" && near[1] == "instead":
			continue // what it has now
		case near[0] == "by" || near[0] == "another" || near[0] == "extra" || near[0] == "additional" || near[0] == "with" || near[0] == "of" && near[1] == "growth" || next[0] == "more" || next[0] == "bigger" || next[0] == "larger" || next[0] == "smaller" || next[0] == "each" || q.plus(e) || q.addsTo() && near[0] != "to":
			field = "free"
		}
		if field == "free" && q.anyWord(shrinking) {
			number = -number
		}
		q.taken[i] = true
		all = append(all, models.Filter{Field: field, Op: models.Ge, Number: number})
	}
	return all
}

// resized makes a question of whether a resize worked one about it: of the thing that is named, or of all that wait for one.
func (q *question) resized() {
	grown := q.anyWord(growing) && q.mentions(nlp.Quantity) && q.begins(setOf("did has have is was")) // "did data-0 grow to 60Gi"
	if !q.anyWord(resizes) && !grown && !q.gotSize() {
		return
	}
	q.had = append(q.had, q.wordsIn(growing)...)
	switch query := q.query; {
	case q.intent.act == actDescribe && (query.Subject == models.Volumes || query.Subject == models.Claims):
		query.Field = "resize"
		if grown && q.tooSmall() {
			query.Field = ""
		}
	case q.intent.act == actList && query.Name == "" && !hasFilter(query, "expandable") && answer.Fields(query.Subject).Lookup("resize") != nil:
		if !hasFilter(query, "resize") {
			query.Filters = append(query.Filters, eq("resize", "pending"))
		}
		if q.begins(setOf("did do does have has is are was were")) {
			query.Field = "resize"
		}
	}
}

// gotSize reports whether the sentence asks if a claim got what it asked for.
func (q *question) gotSize() bool {
	return q.begins(yesOrNo) && q.anyWord(setOf("get got getting gets receive received")) && !q.begins(setOf("got get")) && q.anyWord(setOf("asked asks requested request requests wanted wants ordered"))
}

// tooSmall reports whether a volume is smaller than the sentence says that it should be, and nobody waits for that: "did data-0 grow to
// 60Gi".
func (q *question) tooSmall() bool {
	at := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == nlp.Quantity })
	if at < 0 || len(q.query.Clusters) == 0 {
		return false
	}
	inv := q.inventory(q.query.Clusters[0])
	if inv == nil || q.query.Subject != models.Volumes {
		return false
	}
	v, wanted := inv.Volume(q.query.Name), models.Bytes(q.parse.Entities[at].Number)
	if v == nil || v.Size >= wanted || v.Requested > v.Size {
		return false
	}
	q.notes = append(q.notes, "No: it has "+v.Size.String()+", not "+wanted.String()+", and its claim asks for no more.")
	return true
}

var resizes = setOf("resize resizes resized resizing expansion expansions expanded")
