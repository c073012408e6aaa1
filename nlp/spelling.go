package nlp

import (
	"math/bits"
	"strings"
)

// maxSpelling is the length in bytes from which words are not compared for typos.
const maxSpelling = 64

// distance returns how many insertions, deletions, substitutions and transpositions of neighbours make b of a (the
// restricted Damerau-Levenshtein distance, in bytes), or limit+1 if they are more than limit.
func distance(a, b string, limit int) int {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a)-len(b) > limit || len(a) > maxSpelling {
		return limit + 1
	}
	var rows [3][maxSpelling + 1]uint8 // the row before the last, the last, this one
	for j := range len(b) + 1 {
		rows[1][j] = uint8(j)
	}
	for i := range len(a) {
		before, last, this := &rows[i%3], &rows[(i+1)%3], &rows[(i+2)%3]
		this[0] = uint8(i + 1)
		least := this[0]
		for j := range len(b) {
			cost := last[j]
			if a[i] != b[j] {
				cost++
			}
			cost = min(cost, last[j+1]+1, this[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				cost = min(cost, before[j-1]+1)
			}
			this[j+1] = cost
			least = min(least, cost)
		}
		if int(least) > limit {
			return limit + 1
		}
	}
	return int(rows[(len(a)+1)%3][len(b)])
}

// typos returns how many typos make got of want, both one word, and whether that is few enough for the word's length. In
// short words another letter is another word: "east" and "west", "db" and "dc".
func typos(got, want string) (int, bool) {
	if got == want {
		return 0, true
	}
	n := min(len(got), len(want))
	limit := 1
	switch {
	case n < 3 || n == 3 && len(got) == len(want):
		return 0, false
	case n >= 8:
		limit = 2
	}
	d := distance(got, want, limit)
	if d == 1 && n == 4 && len(got) == len(want) && sorted(got) != sorted(want) {
		return d, false // a substitution
	}
	return d, d <= limit
}

// sorted returns the bytes of a word in order.
func sorted(s string) string {
	b := []byte(s)
	for i := range b {
		for j := i; j > 0 && b[j] < b[j-1]; j-- {
			b[j], b[j-1] = b[j-1], b[j]
		}
	}
	return string(b)
}

// bigrams returns a set of the pairs of neighbouring bytes of s, hashed to 64 bits.
func bigrams(s string) uint64 {
	var set uint64
	for i := 0; i+1 < len(s); i++ {
		h := (uint32(s[i])*31 + uint32(s[i+1])) * 0x9E3779B1
		set |= 1 << (h >> 26)
	}
	return set
}

// mayDiffer reports whether two sets of bigrams can be of texts that at most limit typos part: a typo changes at most six.
func mayDiffer(a, b uint64, limit int) bool { return bits.OnesCount64(a^b) <= 6*limit }

// singular cuts the plural ending off an English word. It need not give a word, only the same for both forms.
func singular(w string) string {
	n := len(w)
	if n < 3 || w[n-1] != 's' {
		return w
	}
	switch {
	case strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"), strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "ies") && n > 4:
		return w[:n-3] + "y"
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "xes"):
		return w[:n-2]
	}
	return w[:n-1]
}
