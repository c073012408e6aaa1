package intents

import (
	"slices"
	"testing"
)

// A cluster is named where its name stands by itself, wherever in the text that is.
func TestNamedIn(t *testing.T) {
	names := []string{"prod", "prod-east", "Ost"}
	for text, want := range map[string][]string{
		"what is wrong on prod-east or prod?":            {"prod", "prod-east"},
		"is prod-east ok":                                {"prod-east"},
		"PROD, not prod-west":                            {"prod"},
		"reprod and prod2 and prodé":                     nil,
		"\u0130\u0130 is what (ost) is called in \u0130": {"Ost"}, // its small form has another length
		"": nil,
	} {
		if got := namedIn(text, names); !slices.Equal(got, want) {
			t.Errorf("%q names %q, not %q", text, got, want)
		}
	}
	text := "is it prod-east or prod"
	if at := spokenAt(text, "prod"); at != len("is it prod-east or ") {
		t.Errorf("prod stands at %d of %q", at, text)
	}
}
