package answer

import (
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// superlatives are the adjectives for the first rows of an order, descending and ascending.
var superlatives = map[string][2]string{
	"size":         {"biggest", "smallest"},
	"used_percent": {"fullest", "emptiest"},
	"age":          {"oldest", "newest"},
	"health":       {"worst", "healthiest"},
}

// superlative words the first n rows of an order, before and behind the noun: "5 biggest" and "", or "5" and " with
// the most free space". Without an order that the query asked for, they are just the first.
func (res *Result) superlative(n int) (before, behind string) {
	count := strconv.Itoa(n)
	if n == 1 {
		count = "one"
	}
	f, asked := res.sort, res.query.Sort != ""
	switch {
	case f == nil || !asked && f.key != "age":
		return strings.TrimSpace("first " + strings.TrimPrefix(count, "one")), ""
	case superlatives[f.key] != [2]string{}:
		word := superlatives[f.key][1]
		if res.desc {
			word = superlatives[f.key][0]
		}
		if n == 1 {
			return word, ""
		}
		return count + " " + word, ""
	case f.Kind == CountKind:
		return count, " with the " + res.direction("most ", "fewest ") + strings.TrimPrefix(f.Name(), "number of ")
	case f.Kind == BytesKind:
		return count, " with the " + res.direction("most ", "least ") + f.Name()
	case f.Kind.Numeric():
		return count, " with the " + res.direction("highest ", "lowest ") + f.Name()
	default:
		return strings.TrimSpace(res.direction("last ", "first ") + strings.TrimPrefix(count, "one")), " by " + f.Name()
	}
}

func (res *Result) direction(desc, asc string) string {
	if res.desc {
		return desc
	}
	return asc
}

// sorted words the order that the query asked for, behind a comma: "biggest first". Empty if it asked for none.
func (res *Result) sorted() string {
	if res.query.Sort == "" || res.sort == nil || len(res.rows) < 2 {
		return ""
	}
	if words, ok := superlatives[res.sort.key]; ok {
		return ", " + res.direction(words[0], words[1]) + " first"
	}
	if res.sort.Kind.Numeric() {
		return ", " + res.direction("highest ", "lowest ") + res.sort.Name() + " first"
	}
	return ", by " + res.sort.Name()
}

// First returns the things that stand at the query's offset in its order: more than one where they are alike in what they are ordered by,
// none where that is not known of them.
func (res *Result) First() []models.Named {
	rows := window(res.rows, res.query.Offset, 0)
	if len(rows) == 0 || res.sort == nil {
		return nil
	}
	first := sortKey(res.sort, res.sort.get(&rows[0]))
	if !first.known {
		return nil
	}
	var alike []record
	for i := range res.rows {
		if v := sortKey(res.sort, res.sort.get(&res.rows[i])); v.known && compareValues(res.sort, v, first) == 0 {
			alike = append(alike, res.rows[i])
		}
	}
	return listed(res.schema, alike)
}

// alike names what the order that the query asked for does not tell from the last of the rows that are shown, and that they leave out: the
// biggest of many is one of several as big.
func (res *Result) alike(shown []record) string {
	var names []string
	for _, r := range res.asFar(shown) {
		names = append(names, listLabel(res.schema, &r, res.located(&r)...))
	}
	if len(names) == 0 {
		return ""
	}
	return " " + strconv.Itoa(len(names)) + phrase.Pick(len(names), " more has", " more have") + " the same " + res.sort.Name() + ": " + phrase.Few(names, 4) + "."
}

// asFar returns the records behind the last of those that are shown which the order of the query does not tell from it.
func (res *Result) asFar(shown []record) []record {
	if res.query.Sort == "" || res.sort == nil || !res.sort.Kind.Numeric() || len(shown) == 0 {
		return nil
	}
	last := &shown[len(shown)-1]
	key := sortKey(res.sort, res.sort.get(last))
	var all []record
	for _, r := range window(res.rows, res.query.Offset+len(shown), 0) {
		if v := sortKey(res.sort, res.sort.get(&r)); key.known && v.known && compareValues(res.sort, v, key) == 0 && useless(r) == useless(*last) {
			all = append(all, r)
		}
	}
	return all
}
