package models

import (
	"errors"
	"strings"
)

// ErrorKind says what sort of failure an [Error] is: who can mend it, and how the command line exits.
type ErrorKind string

// The kinds of errors. Exit codes are those of package cli.
const (
	Invalid     ErrorKind = "invalid"     // the input is wrong; the user can mend it
	NotFound    ErrorKind = "not_found"   // nothing by that name
	Forbidden   ErrorKind = "forbidden"   // somebody refused: Slack, the cluster's RBAC
	Unavailable ErrorKind = "unavailable" // does not answer now; may later
	Conflict    ErrorKind = "conflict"    // already there, or held by another process
	Internal    ErrorKind = "internal"    // ours
)

// Error is what a user is told when something fails: a sentence on what happened and a hint on what to do next.
// Err is for the log only and never shown in a channel, since it may name addresses or paths.
type Error struct {
	Kind    ErrorKind
	Message string // a sentence without a full stop, fit for the user
	Hint    string // what to do next, a sentence or a command
	Err     error
}

// Error implements error. It holds the cause too: for logs and terminals of the operator, not for channels.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	if e.Hint != "" {
		b.WriteString(" (")
		b.WriteString(e.Hint)
		b.WriteString(")")
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first [Error] in err's chain, or [Internal].
func KindOf(err error) ErrorKind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
