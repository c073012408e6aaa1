package nlp

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestTokenise(t *testing.T) {
	rows := []struct{ text, want string }{
		{"which volumes are full?", "which|volumes|are|full|?"},
		{"delete 'mysql-data-0' now", "delete|'|mysql-data-0|'|now"},
		{"prod-east's volumes", "prod-east|'s|volumes"},
		{"prod-east’s volumes", "prod-east|’s|volumes"},
		{"they'll don't can't we've", "they|'ll|do|n't|ca|n't|we|'ve"},
		{"'s 'm 're 'll", "'|s|'|m|'|re|'|ll"},
		{"it's 're-sync'", "it|'s|'|re-sync|'"},
		{"over >80%, please", "over|>|80%|,|please"},
		{"size>=10Gi", "size|>=|10Gi"},
		{"db/data-mysql-0: 10Gi (1,024 MiB)", "db/data-mysql-0|:|10Gi|(|1,024|MiB|)"},
		{`volume="pvc-1" node=n1`, `volume|=|"|pvc-1|"|node|=|n1`},
		{"*bold* _it_ `code` ~no~", "*|bold|*|_|it|_|`|code|`|~|no|~"},
		{"<@U123> hi <https://a.b/c|d>", "<@U123>|hi|<https://a.b/c|d>"},
		{"--force -n db", "-|-|force|-|n|db"},
		{"a\tb\nc\r\nd", "a|b|c|d"},
		{"ok 👍👍!", "ok|👍|👍|!"},
		{"größer als Ärger", "größer|als|Ärger"},
		{"“quoted” «so»", "“|quoted|”|«|so|»"},
		{"data‑mysql‑0", "data‑mysql‑0"},
		{"", ""}, {" \n ", ""},
	}
	for _, row := range rows {
		var got []string
		for _, tok := range tokenise(row.text) {
			got = append(got, tok.text)
		}
		if s := strings.Join(got, "|"); s != row.want {
			t.Errorf("%q: %s, want %s", row.text, s, row.want)
		}
	}
	if got := tokenise("Data‑MySQL‑0")[0].norm; got != "data-mysql-0" {
		t.Errorf("a name with typographic hyphens is normalised to %q", got)
	}
}

// FuzzTokenise checks that offsets are valid, that tokens and white space make the utterance again, and that nothing panics.
func FuzzTokenise(f *testing.F) {
	for _, s := range []string{"which volumes are full?", "delete 'mysql-data-0' now", "'s're'll it's-me", "\x00\x01\xff\xfe", "İİİ's K'll",
		"“a” ‘b’ `c`", "👍🏽 ¯\\_(ツ)_/¯ :-) (╯°□°）╯︵┻━┻", "a\u2028b\u0085c\u00a0d", "))))))))", "$(\"[x]\").y;", "1,000.5% >=<= n't",
		strings.Repeat("a", 300) + " b", strings.Repeat("(", 300), "&rsquo;s", "e.g. U.S. Mr. x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, tok := range tokenise(s) {
			if tok.start < at || tok.end <= tok.start || tok.end > len(s) || s[tok.start:tok.end] != tok.text {
				t.Fatalf("%q: token %+v after offset %d", s, tok, at)
			}
			if gap := s[at:tok.start]; strings.TrimFunc(gap, unicode.IsSpace) != "" {
				t.Fatalf("%q: %q is in no token", s, gap)
			}
			if !utf8.ValidString(tok.norm) {
				t.Fatalf("%q: normalised to %q", s, tok.norm)
			}
			at = tok.end
		}
		if rest := s[at:]; strings.TrimFunc(rest, unicode.IsSpace) != "" {
			t.Fatalf("%q: %q is in no token", s, rest)
		}
	})
}
