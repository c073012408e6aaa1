package answer

import (
	"strconv"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Len returns how many things there are within offset and limit.
func (res *Result) Len() int { return len(res.page()) }

// Headline says in a sentence what was found.
func (res *Result) Headline() string { return res.headline(res.page()) }

// Phrase names what was found in the middle of a sentence: "3 nodes on prod-east that are not ready".
func (res *Result) Phrase() string {
	n := res.Len()
	return strconv.Itoa(n) + " " + res.about(n) + that(res.clauses(), n)
}

// Values returns what the things within offset and limit have in a field of texts, sorted and without repeats.
func (res *Result) Values(key string) []string {
	f := res.schema.Lookup(key)
	if f == nil {
		return nil
	}
	var values []string
	rows := res.page()
	for i := range rows {
		v := f.get(&rows[i])
		values = append(append(values, v.list...), v.text)
	}
	return phrase.Distinct(values)
}

// Things returns the first of the things within offset and limit, as many as a dialogue remembers.
func (res *Result) Things() []models.Named { return listed(res.schema, res.page()) }

// Volumes returns the volumes that match.
func (res *Result) Volumes() []*models.Volume {
	var found []*models.Volume
	for i := range res.rows {
		if v, ok := res.rows[i].item.(*models.Volume); ok {
			found = append(found, v)
		}
	}
	return found
}

// Figure returns the number that the only thing which matches has in a field, and how it is written: "10 GiB". It reports false
// if it is not known, or if not one thing matches.
func (res *Result) Figure(key string) (number float64, written string, ok bool) {
	f := res.schema.Lookup(key)
	if f == nil || len(res.rows) != 1 {
		return 0, "", false
	}
	v := f.get(&res.rows[0])
	return v.number, cellOf(f, v).Text, v.known
}

// Compare says whether as many things match as was asked: "No, that is not more than 5."
func (res *Result) Compare(op models.Op, number float64) string {
	said, not := "Yes, that is ", ""
	n := value{known: true, number: float64(len(res.rows))}
	if holds := comparing(&Field{Kind: CountKind}, op, number)(n) == yes; op == models.Eq && n.number != number || op != models.Eq && !holds {
		said, not = "No, that is ", "not "
	}
	return said + not + opWord(op, "more than ", "at least ", "fewer than ", "at most ", "exactly ") + numberText(CountKind, number) + "."
}

// Share says which part of the things in scope match; nothing if there are none.
func (res *Result) Share() []string {
	if res.scope == 0 {
		return nil
	}
	return []string{"That is " + numberText(ShareKind, 100*float64(len(res.rows))/float64(res.scope)) + " of them."}
}
