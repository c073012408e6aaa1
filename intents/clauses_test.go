package intents

import (
	"strings"
	"testing"
	"unicode"
)

// TestClauses cuts messages: a star marks a clause that asks, a colon one that heads what follows.
func TestClauses(t *testing.T) {
	for text, want := range map[string]string{
		"list degraded volumes":                                       "*list degraded volumes",
		"Hi! Which pools are full?":                                   "Hi! | *Which pools are full?",
		"data-0 is slow. Where is it?":                                "data-0 is slow | *Where is it?",
		"which pools are full, and who uses them?":                    "*which pools are full | *and who uses them?",
		"which pods are on which volume and which node":               "*which pods are on which volume and which node",
		"how full is the fullest pool and who is on it":               "*how full is the fullest pool | *and who is on it",
		"how big is tank and which volumes are in it":                 "*how big is tank | *and which volumes are in it",
		"kafka volumes: how big are they?":                            ":kafka volumes | *how big are they?",
		"stg: is any pool full":                                       ":stg | *is any pool full",
		"if we remove minio, how many GiB come back?":                 "*if we remove minio, how many GiB come back?",
		"list volumes that are degraded and are on worker-1":          "*list volumes that are degraded and are on worker-1",
		"volumes with over 1.5 TiB, e.g. those of kafka":              "volumes with over 1.5 TiB, e.g. those of kafka",
		"change CHG-12 - reboot of worker-2 - will anything go down?": "change CHG-12 | reboot of worker-2 | *will anything go down?",
		"is `a. b` ok? and (really? yes) what":                        "*is `a. b` ok? | and (really? yes) what",
		"pool tank on stg-w2: 87%":                                    ":pool tank on stg-w2 | 87%",
		"what does it mean; show the events":                          "*what does it mean | *show the events",
		"the node, which is in zone a, is it drained":                 "the node, which is in zone a | *is it drained",
		"list the pools on prod. then count the volumes":              "*list the pools on prod | *then count the volumes",
		"😀 …": "",
	} {
		var got []string
		for _, c := range clausesOf(text) {
			if text[c.start:c.end] != c.text {
				t.Errorf("%q: %q is not from %d to %d", text, c.text, c.start, c.end)
			}
			mark := map[bool]string{c.heads: ":"}[true] + map[bool]string{c.asks: "*"}[true]
			got = append(got, mark+c.text)
		}
		if got := strings.Join(got, " | "); got != want {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

// FuzzClauses makes sure that clauses lie in their message, one behind another, and lose no word of it.
func FuzzClauses(f *testing.F) {
	for _, text := range []string{"is a ok? and b: c – d; e. F", "((“`", "and is it, and is it", "\xff? \xc3. "} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, letters := 0, 0
		for _, c := range clausesOf(text) {
			if c.start < at || c.end <= c.start || c.end > len(text) || text[c.start:c.end] != c.text {
				t.Fatalf("%q: %+v behind %d", text, c, at)
			}
			at = c.end
			letters += lettersIn(c.text)
		}
		if all := lettersIn(text); letters != all && !strings.Contains(text, ":") { // emoji have colons
			t.Fatalf("%q: %d letters of %d", text, letters, all)
		}
	})
}

func lettersIn(text string) (n int) {
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
