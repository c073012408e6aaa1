package intents

import (
	"fmt"
	"testing"

	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/nlp"
)

// TestSlotsTakeTheirRoles checks that a slot which demands a role takes no entity without it.
func TestSlotsTakeTheirRoles(t *testing.T) {
	place := func(role, value string) nlp.Entity { return nlp.Entity{Type: "place", Role: role, Value: value} }
	from, anywhere := actions.Slot{Name: "from", Entity: "place", Role: "from"}, actions.Slot{Name: "at", Entity: "place"}
	for _, row := range []struct {
		slot     actions.Slot
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

// TestUnfilledSlots checks how replies print what nobody said, and that it is empty for everything else.
func TestUnfilledSlots(t *testing.T) {
	for source, want := range map[string]string{
		`to {{.slots.x}}.`: "to –.", `{{.slots.n | default "none"}}`: "none", `{{if .slots.x}}some{{else}}none{{end}}`: "none",
		`[{{upper .slots.x}}{{lower .slots.x}}]`: "[]", `{{len .slots.x}}`: "0", `{{printf "%v" .slots.x}}{{print .slots.n}}`: "––",
		`{{if eq .slots.x "a"}}a{{else}}b{{end}}`: "b",
	} {
		file := fmt.Sprintf("version: \"1\"\nactions:\n- {intent: a, slots: [{name: x, entity: place}, {name: n, entity: %s}], reply: %q}\n", nlp.Count, source)
		all, faults := actions.Read(file, nil, actions.Rules{})
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		e := &errand{intent: &Intent{action: all[0]}, filled: map[string]string{}}
		if got, err := (&turn{}).word(t.Context(), e, nil); err != nil || got != want {
			t.Errorf("%s is %q, %v, want %q", source, got, err, want)
		}
		if v := e.slots()["x"]; v != "" {
			t.Errorf("a slot that is not filled is %v", v)
		}
	}
}
