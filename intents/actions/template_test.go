package actions

import (
	"context"
	"testing"
)

// TestTemplatesGetOnlyData checks what templates cannot do, and that none takes more than its share.
func TestTemplatesGetOnlyData(t *testing.T) {
	data := map[string]any{"slots": map[string]any{"n": int64(3)}, "result": map[string]any{"list": []any{"a", int64(2)}, "name": "x"}}
	for source, want := range map[string]string{
		`{{.slots.n}} {{.result.missing}} {{upper .result.name}} {{join .result.list ", "}}`: "3 – X a, 2",
		`{{.result.missing | default "none"}} {{bytes 1073741824}} {{len .result.list}}`:     "none 1 GiB 2",
		`{{range .result.list}}[{{.}}]{{else}}-{{end}}{{if eq .slots.n 3}}!{{end}}`:          "[a][2]!",
		`{{printf "%05d" .slots.n}}{{print 1 2}}`:                                            "000031 2",
	} {
		p, err := newPattern(source, []string{"n"})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := p.Render(t.Context(), data); err != nil || got != want {
			t.Errorf("%s is %q, %v, want %q", source, got, err, want)
		}
	}
	for _, source := range []string{
		`{{range 1000000000}}{{end}}`, `{{range 100000}}{{range 100000}}{{end}}{{end}}`, `{{range 100000}}x{{end}}`,
		`{{$s := "aaaaaaaa"}}{{range 60}}{{$s = print $s $s}}{{end}}`, `{{$s := "aaaaaaaa"}}{{range 60}}{{$s = printf "%s%s" $s $s}}{{end}}`,
		`{{printf "%999999d" 1}}`, `{{index .result.list 9}}`, `{{.result.name.first}}`,
	} {
		p, err := newPattern(source, nil)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := p.Render(t.Context(), data); err == nil {
			t.Errorf("%s gives %d bytes", source, len(got))
		}
	}
	for _, source := range []string{`{{readFile "/etc/passwd"}}`, `{{env "HOME"}}`, `{{html "x"}}`, `{{js "x"}}`, `{{call .f}}`, `{{"x" | urlquery}}`,
		`{{with call .f}}{{end}}`, `{{if (call .f)}}{{end}}`, `{{block "x" .}}{{end}}`} {
		if _, err := newPattern(source, nil); err == nil {
			t.Errorf("%s is taken", source)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if p, _ := newPattern(`{{range 3}}x{{end}}`, nil); p != nil {
		if _, err := p.Render(ended, data); err == nil {
			t.Error("a template goes on when nobody waits for it")
		}
	}
}
