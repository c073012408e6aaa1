package models

import "regexp"

// secretForms are what secrets look like that people paste: Slack's tokens, PEM blocks, bearer and basic headers, JSON web
// tokens, the fields of a kubeconfig that hold credentials, and user and password in a URL, of which the parentheses are kept.
var secretForms = regexp.MustCompile(`(?s)(?i:xox[a-z]-[\w-]+|xapp-[\w-]+)` +
	`|-----BEGIN [^-]+-----.*?(?:-----END [^-]+-----|\z)` +
	`|(?i:bearer)\s+[\w.~+/=-]{8,}|(?i:basic)\s+[\w+/-]{16,}=*` +
	`|eyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)?` +
	`|(?i:(?:client-key-data|client-certificate-data|certificate-authority-data|token|password|secret|api[_-]?key)["']?\s*[:=]\s*["']?)[^\s"',;}]{6,}` +
	`|(://)[^/\s:@"<>|]*:[^/\s"<>|]+(@)`)

// blotted is what stands in the place of a secret.
const blotted = "${1}" + redacted + "${2}"

// Redact replaces what looks like a secret in a text by "[redacted]".
func Redact(text string) string {
	if !suspicious(text) {
		return text
	}
	return secretForms.ReplaceAllString(text, blotted)
}

// suspicious reports whether a text may hold a secret, at a fraction of what it takes to look for one: it has how one of the
// secretForms begins, or a letter that is an s or a k to them and no byte.
func suspicious(text string) bool {
	for i := range len(text) {
		rest, found := text[i:], false
		switch rest[0] | ' ' {
		case 'x':
			found = begins(rest, "xox") || begins(rest, "xapp-")
		case ':':
			found = begins(rest, "://")
		case '-':
			found = begins(rest, "-----begin ")
		case 'b':
			found = begins(rest, "bearer") || begins(rest, "basic")
		case 'e':
			found = begins(rest, "eyj")
		case 'c':
			found = begins(rest, "client-") || begins(rest, "certificate-")
		case 't':
			found = begins(rest, "token")
		case 'p':
			found = begins(rest, "password")
		case 's':
			found = begins(rest, "secret")
		case 'a':
			found = begins(rest, "api")
		case "\u017f"[0] | ' ':
			found = begins(rest, "\u017f")
		case "\u212a"[0]:
			found = begins(rest, "\u212a")
		}
		if found {
			return true
		}
	}
	return false
}

// begins reports whether a text begins with another, in capitals or not.
func begins(text, with string) bool {
	if len(text) < len(with) {
		return false
	}
	for i := range len(with) {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c |= ' '
		}
		if c != with[i] {
			return false
		}
	}
	return true
}
