package nlp

var (
	negators = wordSet("not n't no non without except excluding exclude never neither nor isnt arent cannot other nobody noone")
	// skipped are the words that may stand between a negator and what it negates.
	skipped = wordSet("a an the any all be been being got get gets getting had has have ever longer backed provisioned stored based hosted running run living sitting part kept held located belonging member made created in on at of from to with is are currently yet fully really completely " +
		"entirely actually properly all than for using by \" ' `")
	// excepting are the negators that take out of what is meant all that follows.
	excepting = wordSet("without except excluding exclude but")
	questions = wordSet("why how so then and but or when")
	verbs     = wordSet("is are was were do does did has have had ca can would should could wo")
)

// negate marks the entities that the utterance negates: "not healthy", "without snapshots", "not on node-1", "neither
// healthy nor rebuilding". Numbers are not marked: what negates their comparison has turned it round.
func negate(tokens []token, entities []found) {
	at := map[int]int{} // entity by its first token
	for i, f := range entities {
		at[f.first] = i
	}
	for i, t := range tokens {
		if !negators[t.norm] && !allBut(tokens, i) || t.norm == "other" && (i+1 == len(tokens) || tokens[i+1].norm != "than") {
			continue
		}
		target := -1
		for j := i + 1; j < min(i+6, len(tokens)); j++ {
			if k, ok := at[j]; ok {
				target = k
				break
			}
			if !skipped[tokens[j].norm] {
				break
			}
		}
		if target < 0 {
			continue
		}
		if (t.norm == "n't" || t.norm == "not") && inverted(tokens, i) {
			if k := predicate(tokens, entities, target); k >= 0 {
				target = k
			} else if entities[target].Source == FromName {
				continue // "isn't data-mysql-0 …": it is not the name that is denied
			}
		}
		mark(tokens, entities, target, excepting[t.norm])
	}
}

// allBut reports whether tokens[i] is the "but" of "all but jiva" or "all volumes but those in kafka".
func allBut(tokens []token, i int) bool {
	if tokens[i].norm != "but" {
		return false
	}
	for _, t := range tokens[max(0, i-3):i] {
		switch t.norm {
		case "all", "everything", "anything", "every":
			return true
		}
	}
	return false
}

// inverted reports whether the negator at tokens[i] stands in a question such as "isn't X healthy" or "why aren't the
// volumes healthy", where the subject comes before what is denied.
func inverted(tokens []token, i int) bool {
	verb := i - 1
	return verb >= 0 && verbs[tokens[verb].norm] && (verb == 0 || questions[tokens[verb-1].norm])
}

// predicate returns the entity that directly follows entities[subject], behind words that are skipped, or -1.
func predicate(tokens []token, entities []found, subject int) int {
	if subject+1 == len(entities) || entities[subject+1].Source == FromName {
		return -1
	}
	for j := entities[subject].last; j < entities[subject+1].first; j++ {
		if !skipped[tokens[j].norm] {
			return -1
		}
	}
	return subject + 1
}

// mark negates an entity, and those of its type that "or", "nor" and commas join to it; behind a word for an exception "and"
// joins too: "without jiva and cstor".
func mark(tokens []token, entities []found, target int, excepts bool) {
	switch entities[target].Type {
	case Quantity, Percentage, Count, Duration, Ordinal:
		return
	}
	entities[target].Negated = true
	for next := target + 1; next < len(entities) && entities[next].Type == entities[target].Type; next++ {
		for j := entities[next-1].last; j < entities[next].first; j++ {
			switch tokens[j].norm {
			case "or", "nor", ",", "in", "on":
			case "and", "&", "+":
				if !excepts {
					return
				}
			default:
				return
			}
		}
		if entities[next-1].last == entities[next].first {
			return
		}
		entities[next].Negated = true
	}
}
