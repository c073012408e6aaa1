package phrase

import "testing"

func TestPhrases(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e"}
	for _, test := range []struct{ got, want string }{
		{And(names[:0]), ""},
		{And(names[:1]), "a"},
		{And(names[:3]), "a, b and c"},
		{Or(names[:2]), "a or b"},
		{Few(names, 4), "a, b, c, d and e"}, // "and 1 more" is no shorter
		{Few(names, 3), "a, b, c and 2 more"},
		{Code("it`s"), "`it's`"},
		{And(Codes(names[:2])), "`a` and `b`"},
		{And(Quotes([]string{"my `data`"})), "“my 'data'”"},
		{Count(1, "replica", "replicas"), "1 replica"},
		{Count(0, "replica", "replicas"), "0 replicas"},
		{Pick(2, "is", "are"), "are"},
		{Capital("volumes"), "Volumes"},
		{Capital("cStor pools"), "cStor pools"},
		{Capital("`a` is down"), "`a` is down"},
		{Stop(" worker-1 is down "), "worker-1 is down."},
		{Stop("is it?"), "is it?"},
		{Stop("not enough pools are…"), "not enough pools are…"},
		{Stop(""), ""},
		{Scoped("shop", "mysql"), "`shop/mysql`"},
		{Scoped("", "worker-1"), "`worker-1`"},
		{Either(true, "Yes", "No") + Either(false, "Yes", "No"), "YesNo"},
		{Percent(0.3), "<1%"},
		{Percent(99.96), "99.9%"},
		{Percent(41.7), "42%"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}
