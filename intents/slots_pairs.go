package intents

import "strconv"

// numerals are the numbers of nodes that people lose at once, in words.
var numerals = map[string]int{"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "double": 2, "twin": 2, "dual": 2, "triple": 3, "pair": 2, "pairs": 2, "couple": 2, "couples": 2}

// atOnce are the words for what happens to several nodes at a time.
var atOnce = setOf("double twin dual triple pair pairs couple couples simultaneous simultaneously concurrently parallel once together")

// betweenNumber are the words that stand between a number and the nodes that it counts: "two of our storage nodes".
var betweenNumber = setOf("of the our my your their these those more other further different random arbitrary worker storage cluster mayastor cstor k8s kubernetes")

// isMachine reports whether a word stands for nodes.
func isMachine(w string) bool {
	kinds := cueTypes(w)
	return len(kinds) == 1 && kinds[0] == "node" || machines[w]
}

// atOnce returns how many nodes the sentence speaks of without naming them, "any two nodes", "a double node failure"; 0 if it gives no
// number.
func (q *question) atOnce() int {
	for i, w := range q.words {
		if !isMachine(w.text) {
			continue
		}
		for j := i - 1; j >= max(0, i-4); j-- {
			if n := numberWord(q.words[j].text); n > 0 {
				return n
			}
			if !betweenNumber[q.words[j].text] {
				break
			}
		}
	}
	return 0
}

// numberWord returns the small number that a word stands for; 0 for none.
func numberWord(w string) int {
	if n, err := strconv.Atoi(w); err == nil && n > 0 && n < 100 {
		return n
	}
	return numerals[w]
}
