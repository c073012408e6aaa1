package semantic

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/nlp"
)

// ranked are the features by which a candidate, one of several in this place, is weighed against the others.
func (c *candidate) ranked(place int, heard Heard, theirs []string) []nlp.Feature {
	subject := string(c.Subject)
	f := []nlp.Feature{nlp.NewFeature("act", c.Act), nlp.NewFeature("act+", c.Act, subject), nlp.NewFeature("intent", favoured(heard.Ranking), c.Act)}
	f = append(f, steps("intent", -math.Log(share(heard.Ranking, c.Act)), 0.4, 12)...)
	f = append(f, c.heeds(heard, theirs)...)
	if !c.Ruled {
		f = append(f, c.likely(place)...)
	}
	switch {
	case !c.parser.words[shaped(c.Act)]:
		return append(f, nlp.NewFeature("unshaped"))
	case c.pieces == nil:
		f = append(f, nlp.NewFeature("says", c.says))
	}
	f = append(f, c.placed()...)
	for i, a := range c.pieces {
		f = append(f, nlp.NewFeature("piece", a, subject), nlp.NewFeature("piece_", a, c.Act))
		for _, b := range c.pieces[:i] {
			f = append(f, nlp.NewFeature("pieces", a, b))
		}
	}
	traits := c.traits()
	f = append(f, nlp.NewFeature("traits", append(traits, c.Act)...))
	for _, y := range c.sentence.symbols {
		for _, t := range traits {
			f = append(f, nlp.NewFeature("word", y.text, t))
		}
		for _, w := range c.sentence.called(y) {
			for _, a := range c.pieces {
				f = append(f, nlp.NewFeature("called", w, a))
			}
			f = append(f, nlp.NewFeature("called", append([]string{w}, c.pieces...)...))
		}
	}
	return distinct(f)
}

// likely are the features of how likely a candidate is by its parts.
func (c *candidate) likely(place int) []nlp.Feature {
	f := []nlp.Feature{nlp.NewFeature("place", strconv.Itoa(min(place, 5)))}
	f = append(f, steps("total", -c.total, 0.2, 30)...)
	f = append(f, steps("subject", -c.likelihoods.subject, 0.3, 12)...)
	f = append(f, steps("act", -c.likelihoods.act, 0.3, 12)...)
	f = append(f, steps("marks", -c.likelihoods.marks, 0.3, 16)...)
	return append(f, steps("roles", -c.likelihoods.roles, 0.3, 16)...)
}

// placed are the features of the roles and marks of a candidate.
func (c *candidate) placed() []nlp.Feature {
	var f []nlp.Feature
	subject, last := string(c.Subject), symbolFirst
	for i, e := range c.Anchors {
		kind, role := kindOf(e), c.Roles[i]
		f = append(f, nlp.NewFeature("role", kind, role), nlp.NewFeature("role+", kind, role, subject), nlp.NewFeature("roles", last, role),
			nlp.NewFeature("type", e.Type, role, c.Act))
		last = role
	}
	for _, m := range c.Marks {
		f = append(f, nlp.NewFeature("mark", m), nlp.NewFeature("mark+", m, subject))
	}
	return f
}

// traits are what kind of a query it is: what it has besides filters, how many of those, and whether they take something out.
func (c *candidate) traits() []string {
	var all []string
	filters, negated, shows, either := 0, 0, 0, 0
	for _, p := range c.pieces {
		field, op, _ := cutPiece(p)
		switch {
		case field == "show":
			shows++
		case settings[field] != nil:
			all = append(all, field)
		case strings.HasPrefix(p, "@"):
		case op == "":
			all = append(all, "measure")
		default:
			filters++
			if strings.HasPrefix(op, "!") {
				negated++
			}
			if strings.Contains(p, "/") {
				either++
			}
		}
	}
	slices.Sort(all)
	return append(slices.Compact(all), "filters"+strconv.Itoa(min(filters, 4)), "shows"+strconv.Itoa(min(shows, 3)), "not"+strconv.Itoa(min(negated, 2)),
		"or"+strconv.Itoa(min(either, 1)), "act "+c.Act, "subject "+string(c.Subject))
}

// steps writes how far a number goes, in steps, each a feature.
func steps(kind string, number, step float64, most int) []nlp.Feature {
	var f []nlp.Feature
	for i := range most {
		if number < step*float64(i+1) {
			break
		}
		f = append(f, nlp.NewFeature(kind, strconv.Itoa(i)))
	}
	return f
}

// favoured returns the likeliest of intents, "" for none.
func favoured(intents []nlp.Scored) string {
	if len(intents) == 0 {
		return ""
	}
	return intents[0].Intent
}

// share returns how likely an intent is, and a little if it is not known.
func share(intents []nlp.Scored, name string) float64 {
	const least = 1e-3
	i := slices.IndexFunc(intents, func(s nlp.Scored) bool { return s.Intent == name })
	if i < 0 {
		return least
	}
	return max(least, intents[i].Confidence)
}

// strange is how many words the training data does not know.
func (s *sentence) strange() int {
	n := 0
	for _, y := range s.symbols {
		if y.text == rare {
			n++
		}
	}
	return n
}

// none are the features of there being no right candidate.
func none(all []*candidate, heard Heard) []nlp.Feature {
	first := favoured(heard.Ranking)
	f := []nlp.Feature{nlp.NewFeature("none"), nlp.NewFeature("none intent", first)}
	f = append(f, steps("none share", -math.Log(share(heard.Ranking, first)), 0.2, 8)...)
	if r := heard.Ruled; r != nil {
		f = append(f, nlp.NewFeature("none ruled", strconv.Itoa(int(r.Sure))), nlp.NewFeature("none act", r.Act, strconv.Itoa(int(r.Sure))))
	}
	if len(all) == 0 {
		return append(f, nlp.NewFeature("none at all"))
	}
	if !all[0].Ruled {
		f = append(f, steps("none total", -all[0].total, 0.2, 30)...)
	}
	for _, y := range all[0].sentence.symbols {
		f = append(f, nlp.NewFeature("none word", y.text))
	}
	f = append(f, steps("none rare", float64(all[0].sentence.strange()), 1, 4)...)
	f = append(f, steps("none words", float64(len(all[0].sentence.symbols)), 3, 8)...)
	return distinct(f)
}
