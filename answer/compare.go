package answer

import (
	"cmp"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
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
func sortKey(f *Field, v value) value {
	switch f.Kind {
	case HealthKind:
		v.number = float64(models.Health(v.text).Severity())
	case ListKind:
		v.text, v.known = strings.ToLower(strings.Join(v.list, ", ")), len(v.list) > 0
	case TextKind:
		v.text = strings.ToLower(v.text)
	}
	return v
}

// compareValues orders two sort keys of known values.
func compareValues(f *Field, a, b value) int {
	if f.Kind == TextKind || f.Kind == ListKind {
		return phrase.Natural(a.text, b.text)
	}
	return cmp.Compare(a.number, b.number)
}
