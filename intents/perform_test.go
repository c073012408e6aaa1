package intents

import (
	"testing"

	"github.com/mulebot/mulebot/nlp"
)

// TestSlotsTakeTheirRoles checks that a slot which demands a role takes no entity without it.
func TestSlotsTakeTheirRoles(t *testing.T) {
	place := func(role, value string) nlp.Entity { return nlp.Entity{Type: "place", Role: role, Value: value} }
	from, anywhere := slot{name: "from", entity: "place", role: "from"}, slot{name: "at", entity: "place"}
	for _, row := range []struct {
		slot     slot
		entities []nlp.Entity
		want     string
	}{
		{from, []nlp.Entity{place("to", "paris"), place("from", "oslo")}, "oslo"},
		{from, []nlp.Entity{place("to", "paris"), place("", "oslo")}, ""},
		{from, []nlp.Entity{{Type: nlp.UnknownName, Value: "x-1"}}, ""},
		{anywhere, []nlp.Entity{place("to", "paris"), place("", "oslo")}, "oslo"},
		{anywhere, []nlp.Entity{place("to", "paris")}, "paris"},
	} {
		if got, ok := (&turn{}).slotValue(row.slot, row.entities, map[int]bool{}); got != row.want || ok != (row.want != "") {
			t.Errorf("%+v takes %q of %+v, want %q", row.slot, got, row.entities, row.want)
		}
	}
}
