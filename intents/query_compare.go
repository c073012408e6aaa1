package intents

import (
	"cmp"
	"strings"

	"github.com/mulebot/mulebot/models"
)

// compareKnown orders values that are known before those that are not.
func compareKnown(a, b value) int {
	switch {
	case a.known == b.known:
		return 0
	case a.known:
		return -1
	default:
		return 1
	}
}

// sortKey readies a value of the field for compareValues: health becomes its severity, a list one text, text lower case.
func sortKey(f *field, v value) value {
	switch f.kind {
	case healthKind:
		v.number = float64(models.Health(v.text).Severity())
	case listKind:
		v.text, v.known = strings.ToLower(strings.Join(v.list, ", ")), len(v.list) > 0
	case textKind:
		v.text = strings.ToLower(v.text)
	}
	return v
}

// compareValues orders two sort keys of known values.
func compareValues(f *field, a, b value) int {
	if f.kind == textKind || f.kind == listKind {
		return compareNatural(a.text, b.text)
	}
	return cmp.Compare(a.number, b.number)
}

// compareNatural orders texts as people do: runs of digits by their number, so that worker-2 comes before worker-10.
func compareNatural(a, b string) int {
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
