package nlp

import (
	"slices"
	"strings"
)

// nameWords appends the words of a lower-case name or reference: what stands between separators, with a number behind
// letters ("worker3") as a word of its own.
func nameWords(to []string, name string) []string {
	for i := 0; i < len(name); {
		if isSeparator(name[i]) {
			i++
			continue
		}
		end := i
		for end < len(name) && !isSeparator(name[end]) {
			end++
		}
		digits := end
		for digits > i && isDigit(name[digits-1]) {
			digits--
		}
		if digits > i && strings.IndexFunc(name[i:digits], func(r rune) bool { return r >= '0' && r <= '9' }) < 0 {
			to = append(to, name[i:digits])
			i = digits
		}
		if i < end {
			to = append(to, name[i:end])
		}
		i = end
	}
	return to
}

func isSeparator(c byte) bool { return c < 0x80 && !wordByte(c) }

// sortedWords appends the words of a name in alphabetical order.
func sortedWords(to []string, name string) []string {
	to = nameWords(to, name)
	for i := range to {
		for j := i; j > 0 && to[j] < to[j-1]; j-- {
			to[j], to[j-1] = to[j-1], to[j]
		}
	}
	return to
}

// wordsKey returns a hash of the words of a name, whatever their order.
func wordsKey(name string) uint64 {
	var buf [16]string
	h := uint64(hashStart)
	for _, w := range sortedWords(buf[:0], name) {
		h = hashString(h, w) * hashPrime
	}
	return h
}

// sameWords reports whether two names have the same words.
func sameWords(a, b string) bool {
	var bufA, bufB [16]string
	return slices.Equal(sortedWords(bufA[:0], a), sortedWords(bufB[:0], b))
}

// longName is the length in bytes from which a name's digits are random, those of a UUID say, rather than counted.
// manyDigits is how many random ones there are at least.
const (
	longName   = 30
	manyDigits = 8
)

// numbersKey returns a hash of the digits of the numbers in a name. Those of long names are not told apart, but names of
// words are from UUIDs, of which there are very many.
func numbersKey(name string) uint64 {
	h := uint64(hashStart)
	if len(name) >= longName {
		digits := 0
		for i := range len(name) {
			if isDigit(name[i]) {
				digits++
			}
		}
		if digits >= manyDigits {
			return hashPrime
		}
		return h
	}
	var buf [16]string
	for _, w := range nameWords(buf[:0], name) {
		if isNumber(w) {
			h = hashString(h, w)
		}
	}
	return h
}

func isNumber(w string) bool {
	for i := range len(w) {
		if !isDigit(w[i]) {
			return false
		}
	}
	return w != ""
}

// compact returns the ASCII letters and digits of a name.
func compact(name string) string {
	for i := range len(name) {
		if !wordByte(name[i]) {
			b := make([]byte, i, len(name))
			copy(b, name[:i])
			for ; i < len(name); i++ {
				if wordByte(name[i]) {
					b = append(b, name[i])
				}
			}
			return string(b)
		}
	}
	return name
}
