package models

import "time"

// ObjectQuery asks a cluster for the objects of any resource, as they are now. It only ever lists.
type ObjectQuery struct {
	Group, Version, Resource string   // "cert-manager.io", "v1", "certificates"
	Namespace                string   // empty: all
	Labels, Fields           string   // selectors, as kubectl takes them
	Columns                  []string // JSONPath, one a column
	Limit                    int      // objects at most
}

// ObjectRows are the objects that an [ObjectQuery] found, a text for each of its columns.
type ObjectRows struct {
	Rows [][]string
	More bool // there are more than the limit
}

// Call is an HTTP request that a workspace's own intent makes.
type Call struct {
	Team    TeamID
	Method  string
	URL     string
	Headers map[string]Header
	Body    []byte // JSON; nil: none
	Timeout time.Duration
}

// Header is the value of a header of a [Call]: a text, and behind it a secret of the workspace if Secret names one.
type Header struct {
	Text   string
	Secret string
}
