package phrase

import (
	"cmp"
	"slices"
	"strings"
)

// Distinct sorts the names in place and returns them without repeats and empty ones.
func Distinct(names []string) []string {
	if len(names) > 1 {
		slices.SortFunc(names, Natural)
		names = slices.Compact(names)
	}
	return slices.DeleteFunc(names, func(s string) bool { return s == "" })
}

// Natural orders texts as people do: runs of digits by their number, so that worker-2 comes before worker-10.
func Natural(a, b string) int {
	for i, j := 0, 0; ; {
		switch {
		case i == len(a) || j == len(b):
			return cmp.Or(cmp.Compare(len(a)-i, len(b)-j), strings.Compare(a, b))
		case isDigit(a[i]) && isDigit(b[j]):
			m, n := digits(a[i:]), digits(b[j:])
			if c := compareDigits(a[i:i+m], b[j:j+n]); c != 0 {
				return c
			}
			i, j = i+m, j+n
		case a[i] != b[j]:
			return cmp.Compare(a[i], b[j])
		default:
			i, j = i+1, j+1
		}
	}
}

// compareDigits orders two runs of digits of any length by the number that they write.
func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// digits returns how many digits s starts with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}
