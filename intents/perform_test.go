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

// TestUnfilledSlots checks how replies print what nobody said, and that it is empty for everything else.
func TestUnfilledSlots(t *testing.T) {
	slots := []slot{{name: "x", entity: "place"}, {name: "n", entity: nlp.Count}}
	for source, want := range map[string]string{
		`to {{.slots.x}}.`: "to –.", `{{.slots.n | default "none"}}`: "none", `{{if .slots.x}}some{{else}}none{{end}}`: "none",
		`[{{upper .slots.x}}{{lower .slots.x}}]`: "[]", `{{len .slots.x}}`: "0", `{{printf "%v" .slots.x}}{{print .slots.n}}`: "––",
		`{{if eq .slots.x "a"}}a{{else}}b{{end}}`: "b",
	} {
		reply, err := newPattern(source, []string{"x", "n"})
		if err != nil {
			t.Fatal(err)
		}
		e := &errand{intent: &Intent{action: &action{slots: slots, reply: reply}}, filled: map[string]string{}}
		if got, err := (&turn{}).word(t.Context(), e, nil); err != nil || got != want {
			t.Errorf("%s is %q, %v, want %q", source, got, err, want)
		}
		if v := e.data(nil)["slots"].(map[string]any)["x"]; v != "" {
			t.Errorf("a slot that is not filled is %v", v)
		}
	}
}
