package models

import (
	"regexp"
	"strings"
)

// secretForms are what secrets look like that people paste: Slack's tokens, PEM blocks, bearer and basic headers, JSON web
// tokens, and the fields of a kubeconfig that hold credentials.
var secretForms = regexp.MustCompile(`(?s)(?i:xox[a-z]-[\w-]+|xapp-[\w-]+)` +
	`|-----BEGIN [^-]+-----.*?(?:-----END [^-]+-----|\z)` +
	`|(?i:bearer)\s+[\w.~+/=-]{8,}|(?i:basic)\s+[\w+/-]{16,}=*` +
	`|eyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)?` +
	`|(?i:(?:client-key-data|client-certificate-data|certificate-authority-data|token|password|secret|api[_-]?key)["']?\s*[:=]\s*["']?)[^\s"',;}]{6,}`)

// Redact replaces what looks like a secret in a text by "[redacted]".
func Redact(text string) string {
	if !suspicious(text) {
		return text
	}
	return secretForms.ReplaceAllString(text, redacted)
}

// suspicious reports whether a text may hold a secret, at a fraction of what it takes to look for one: most texts are names and
// numbers.
func suspicious(text string) bool {
	return len(text) > 5 && (strings.ContainsAny(text, " :=\n\t") || strings.Contains(text, "eyJ") ||
		strings.ContainsAny(text, "xX") && strings.Contains(text, "-"))
}
