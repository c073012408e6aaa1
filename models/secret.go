package models

// redacted is what a secret shows of itself.
const redacted = "[redacted]"

// Secret is a token, key or kubeconfig. It prints, formats and marshals as "[redacted]"; only Reveal gives it away, so
// that every place which does can be found by name.
type Secret string

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString implements fmt.GoStringer (the verb %#v).
func (s Secret) GoString() string { return s.String() }

// MarshalText implements encoding.TextMarshaler, which encoding/json uses too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
