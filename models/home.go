package models

import "time"

// Home is what somebody sees who opens MuleBot in Slack: how their clusters are, which of their channels ask about which, and what
// they may ask.
type Home struct {
	Clusters []Glance // those in trouble first
	Cards    []Card   // of the channels that they are in
	Recent   []string // what they asked lately, the newest first
	Examples []string
	Admin    bool // they may set MuleBot up

	Trouble error // why it is not known what they may see; an *Error, nil: it is
	Partial bool  // some clusters were not waited for
}

// Glance is a cluster at a glance.
type Glance struct {
	Cluster string
	Health  Health    // of what is worst off there
	Text    string    // how it is, or why that is not known
	AsOf    time.Time // when that was last known to be true; zero: the cluster was not heard of
	Silent  bool      // it does not answer now
}
