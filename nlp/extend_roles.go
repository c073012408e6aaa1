package nlp

import (
	"maps"
	"slices"
)

// roleClues tell the roles of the entities of one type apart by the words beside them, as in the examples that mark them: naive Bayes.
// An extension is too small for a tagger.
type roleClues struct {
	roles map[string]int            // how many examples mark it; "" is a mark without a role
	clues map[string]map[string]int // by what stands beside an entity: how many of each role have it
}

// clueReach is how many words before an entity tell of its role.
const clueReach = 3

// smoothed is what is added to each count, so that what was not seen is not impossible.
const smoothed = 0.2

// surelyRole is the probability from which a role is taken.
const surelyRole = 0.8

// learnRoles returns the clues to the roles that examples mark, by the type of entity. Types without roles have none.
func learnRoles(examples []Example) map[string]*roleClues {
	hasRoles := map[string]bool{}
	for _, ex := range examples {
		for _, a := range ex.Entities {
			hasRoles[a.Entity] = hasRoles[a.Entity] || a.Role != ""
		}
	}
	all := map[string]*roleClues{}
	for _, ex := range examples {
		tokens := tokenise(ex.Text)
		marked := given(ex, tokens, func(entity string) bool { return hasRoles[entity] }, FromTagger)
		for i, f := range marked {
			c := all[f.Type]
			if c == nil {
				c = &roleClues{map[string]int{}, map[string]map[string]int{}}
				all[f.Type] = c
			}
			c.learn(f.Role, cluesBeside(tokens, marked, i))
		}
	}
	return all
}

func (c *roleClues) learn(role string, clues []string) {
	c.roles[role]++
	for _, clue := range clues {
		if c.clues[clue] == nil {
			c.clues[clue] = map[string]int{}
		}
		c.clues[clue][role]++
	}
}

// cluesBeside returns what tells of the role of entities[i]: the words before it, as far as the next entity, and the one behind it.
func cluesBeside(tokens []token, entities []found, i int) []string {
	from, f := 0, entities[i]
	if i > 0 {
		from = entities[i-1].last
	}
	var clues []string
	for j := f.first - 1; j >= from && len(clues) < clueReach; j-- {
		if !articles[tokens[j].norm] && tokens[j].norm != "the" {
			if len(clues) == 0 {
				clues = append(clues, "next "+tokens[j].norm)
			}
			clues = append(clues, "before "+tokens[j].norm)
		}
	}
	if f.last < len(tokens) {
		clues = append(clues, "behind "+tokens[f.last].norm)
	}
	return clues
}

// role returns the role that the given clues tell; "" if no example had any of them, or they do not decide.
func (c *roleClues) role(clues []string) string {
	clues = slices.DeleteFunc(clues, func(clue string) bool { return c.clues[clue] == nil })
	if len(clues) == 0 {
		return ""
	}
	best, most, sum := "", 0.0, 0.0
	for _, role := range slices.Sorted(maps.Keys(c.roles)) {
		n := float64(c.roles[role])
		p := n
		for _, clue := range clues {
			p *= (float64(c.clues[clue][role]) + smoothed) / (n + 2*smoothed)
		}
		if sum += p; p > most {
			best, most = role, p
		}
	}
	if most < surelyRole*sum {
		return ""
	}
	return best
}

// giveRoles gives entities of types with roles those that their surroundings tell.
func giveRoles(all map[string]*roleClues, tokens []token, entities []found) {
	for i := range entities {
		if c := all[entities[i].Type]; c != nil {
			entities[i].Role = c.role(cluesBeside(tokens, entities, i))
		}
	}
}
