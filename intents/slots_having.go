package intents

import (
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// fillNone makes filters of what things have none of: "nodes without pools", "pods with no volumes", "zero replicas".
func (q *question) fillNone() *models.Reply {
	s := answer.Fields(q.query.Subject)
	if q.query.Name != "" || s == nil {
		return nil
	}
	for i := 0; i+1 < len(q.words); i++ {
		if !lacking[q.words[i].text] && !q.hasNot(i) || q.covered(q.words[i]) || q.words[i].text == "any" && i > 0 && q.words[i-1].text == "by" {
			continue
		}
		next := q.words[i+1]
		if (lacking[next.text] || next.text == "a" || next.text == "an" || next.text == "matching" || next.text == "corresponding") && i+2 < len(q.words) {
			next = q.words[i+2] // "without any pools"
		}
		if copying[next.text] && slices.ContainsFunc(q.targets, func(t target) bool {
			return t.negated && t.entity.Start >= next.end && q.within(next.end, t.entity.Start, 2)
		}) {
			continue // "no replica on worker-3" says where
		}
		if next.text == "storage" {
			next = q.wordBehind(next)
		}
		key := s.Having(next.text)
		if key == "" || hasFilter(q.query, key) {
			continue
		}
		switch s.Lookup(key).Kind {
		case answer.CountKind:
			q.add(models.Filter{Field: key, Op: models.Lt, Number: 1})
		case answer.FlagKind: // volumes without claims
			q.add(eq(key, "true"))
		default:
			q.add(not(known(key)))
		}
		q.takeBetween(next.start, next.end)
		q.had = append(q.had, q.words[i], next)
	}
	return nil
}

// fillSome makes filters of what things have at all: "pods with volumes", "block devices with a file system on them". Nothing that a
// number or another word says more of is taken.
func (q *question) fillSome() {
	s := answer.Fields(q.query.Subject)
	if s == nil || q.query.Name != "" {
		return
	}
	for i := 1; i+1 < len(q.words); i++ {
		if !possessing[q.words[i].text] || lacking[q.words[i-1].text] || notHaving[q.words[i-1].text] || askers[q.words[i-1].text] || q.covering(q.words[i]) != nil {
			continue
		}
		next := q.words[i+1]
		for j := i + 2; (articles[next.text] || restorable[next.text]) && j < len(q.words); j++ {
			next = q.words[j]
		}
		if e := q.covering(next); e != nil && e.Type != "subject" {
			continue // "with the least replicas"
		}
		behind := q.wordBehind(next)
		if e := q.covering(behind); behind != next && (e != nil || !trailing[behind.text]) {
			continue
		}
		if slices.ContainsFunc(q.targets, func(t target) bool { return t.entity.Start >= next.end && q.within(next.end, t.entity.Start, 2) }) {
			continue // "with a replica on worker-1" says where
		}
		key := s.Having(next.text)
		if q.query.Subject == models.Pods && (key == "volumes" || key == "claims" || next.text == "storage") {
			q.had = append(q.had, next) // every pod that is known has
			continue
		}
		if key == "" || hasFilter(q.query, key) {
			continue
		}
		switch s.Lookup(key).Kind {
		case answer.CountKind:
			q.add(models.Filter{Field: key, Op: models.Ge, Number: 1})
		case answer.ListKind, answer.TextKind:
			q.add(known(key))
		default:
			continue
		}
		q.had = append(q.had, next)
	}
}

var (
	possessing = setOf("with have has having carrying holding")
	restorable = setOf("ready usable restorable valid") // snapshots that are not are not counted
	articles   = setOf("a an any some at least one the")
	trailing   = setOf("on in at already attached to and or please left mounted on them it for")
)

// wordBehind returns the word that follows another, or that one if it is the last.
func (q *question) wordBehind(w word) word {
	if i := slices.IndexFunc(q.words, func(other word) bool { return other.start == w.end+1 }); i >= 0 {
		return q.words[i]
	}
	return w
}

// hasNot reports whether the word at a place is the "have" of "do not have".
func (q *question) hasNot(i int) bool {
	return i > 0 && (q.words[i].text == "have" || q.words[i].text == "has") && notHaving[q.words[i-1].text]
}

// notHaving are "not" and what is left of "don't" and "doesn't".
var notHaving = setOf("not don doesn dont doesnt")

// covered reports whether a word is part of a condition, which says more than the word does.
func (q *question) covered(w word) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return (e.Type == "condition" || e.Type == "health") && w.start >= e.Start && w.end <= e.End
	})
}

var lacking = setOf("neither nor no without zero any lack lacking lacks missing miss misses w/o")
