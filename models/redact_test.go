package models

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// FuzzRedact checks that no text that holds a secret is passed over.
func FuzzRedact(f *testing.F) {
	for _, text := range []string{"", "volumes", "xoxb-c2VjcmV0", "XAPP-1", "-----BEGIN KEY-----\nc2Vj", "bearer c2VjcmV0LXZhbHVl", "eyJhbGciOiJS.c2Vj.",
		"Client-Key-Data: c2VjcmV0", "certificate-authority-data=c2VjcmV0", "to\u212aen: c2VjcmV0", "pa\u017f\u017fword=c2VjcmV0", "\u017fecret:c2VjcmV0", "API_key = 'c2VjcmV0'",
		"https://u:c2VjcmV0@h", "redis://:c2Vj@h"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := Redact(text), secretForms.ReplaceAllString(text, blotted); got != want {
			t.Errorf("Redact(%q) is %q, want %q", text, got, want)
		}
	})
}

func TestRedactURL(t *testing.T) {
	for text, want := range map[string]string{
		"Get \"https://ann:s3cr:t@prom.example.com/x\": refused":   "Get \"https://[redacted]@prom.example.com/x\": refused",
		"postgres://ann:p@ss@db:5432/x and redis://:hush@cache":    "postgres://[redacted]@db:5432/x and redis://[redacted]@cache",
		"<https://ann:hush@prom.example.com|prom>, https://h:1/@x": "<https://[redacted]@prom.example.com|prom>, https://h:1/@x",
		"https://h:9090/metrics of ann@example.com: 10:30":         "https://h:9090/metrics of ann@example.com: 10:30",
		`["https://h:9090","ann@example.com"]`:                     `["https://h:9090","ann@example.com"]`,
		"https://[redacted]@prom.example.com:9090":                 "https://[redacted]@prom.example.com:9090",
	} {
		if got := Redact(text); got != want {
			t.Errorf("Redact(%q) is %q, want %q", text, got, want)
		}
	}
}

// TestRedactPassesNothingOver puts texts together at random of what secrets are made of.
func TestRedactPassesNothingOver(t *testing.T) {
	parts := strings.Split("xo|x|ox|xapp|-|-----|BEGIN |END |be|arer|bas|ic| |\n|c2VjcmV0LXZhbHVl|c2VjcmV0|eyJ|ey|J|.|client-|key-data|certificate-|authority-data|to|ken|pass|word|sec|ret|api|_|key|\"|'|:|=|://|@|/|\u017f|\u212a|é|tolen", "|")
	rnd := rand.New(rand.NewPCG(1, 2))
	held := 0
	for range 50_000 {
		var b strings.Builder
		for range 1 + rnd.IntN(9) {
			part := parts[rnd.IntN(len(parts))]
			if rnd.IntN(3) == 0 {
				part = strings.ToUpper(part)
			}
			b.WriteString(part)
		}
		text := b.String()
		got, want := Redact(text), secretForms.ReplaceAllString(text, blotted)
		if got != want {
			t.Fatalf("Redact(%q) is %q, want %q", text, got, want)
		}
		if got != text {
			held++
		}
	}
	if held < 100 {
		t.Errorf("%d texts held a secret: the test does not tell", held)
	}
}
