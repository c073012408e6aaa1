package models

import (
	"slices"
	"strings"
	"time"
)

// Role is what somebody must be to be served something. Each may do what those before it may.
type Role string

// The roles.
const (
	Viewer   Role = "viewer" // everybody in a channel that has a card
	Operator Role = "operator"
	Admin    Role = "admin"
)

// Roles returns the roles, the least first.
func Roles() []Role { return []Role{Viewer, Operator, Admin} }

// May reports whether somebody of role r may do what wants another. What wants a role that is none, nobody may.
func (r Role) May(wanted Role) bool {
	place := slices.Index(Roles(), wanted)
	return place >= 0 && slices.Index(Roles(), r) >= place
}

// Grant gives a role to a user or to all of a user group, everywhere in a workspace or for some clusters and namespaces only.
type Grant struct {
	Team       TeamID    `json:"team"`
	Who        string    `json:"who"` // id of a user (U…, W…) or of a user group (S…)
	Role       Role      `json:"role"`
	Clusters   []string  `json:"clusters,omitempty"`   // none: all, and what is about no cluster
	Namespaces []string  `json:"namespaces,omitempty"` // none: all
	By         UserID    `json:"by,omitempty"`         // who gave it
	At         time.Time `json:"at"`
}

// Gives says which role it is, and for what.
func (g Grant) Gives() string {
	text := string(g.Role)
	if len(g.Clusters) > 0 {
		text += " on " + strings.Join(g.Clusters, ", ")
	}
	if len(g.Namespaces) > 0 {
		text += " in namespace " + strings.Join(g.Namespaces, ", ")
	}
	if len(g.Clusters)+len(g.Namespaces) == 0 {
		text += " of the whole workspace"
	}
	return text
}

// MeantBy reports whether a grant is one of those that another describes: that is to the same user or group, and of the role and
// for nothing but the clusters and namespaces that the description names. What it does not name may be any.
func (g Grant) MeantBy(meant Grant) bool {
	named := func(named, of []string) bool {
		return len(named) == 0 || len(of) > 0 && !slices.ContainsFunc(of, func(s string) bool { return !slices.Contains(named, s) })
	}
	return g.Who == meant.Who && (meant.Role == "" || meant.Role == g.Role) && named(meant.Clusters, g.Clusters) && named(meant.Namespaces, g.Namespaces)
}

// IsGroup reports whether an id is that of a user group.
func IsGroup(id string) bool { return len(id) > 0 && id[0] == 'S' }

// Scope is what a role is wanted for.
type Scope struct {
	Clusters  []string // every one of them; none: what concerns the whole workspace
	Namespace string   // the only one that is concerned; empty: all
	Anywhere  bool     // it is enough to have the role somewhere
}

// Covers reports whether a grant holds for a cluster and a namespace; an empty cluster stands for the whole workspace, an
// empty namespace for all.
func (g Grant) Covers(cluster, namespace string) bool {
	return (len(g.Clusters) == 0 || slices.Contains(g.Clusters, cluster)) &&
		(len(g.Namespaces) == 0 || namespace != "" && slices.Contains(g.Namespaces, namespace))
}

// RoleOf returns the role that grants give for all of a scope. All must be grants of one person.
func RoleOf(grants []Grant, s Scope) Role {
	best := func(covers func(Grant) bool) Role {
		role := Viewer
		for _, g := range grants {
			if covers(g) && g.Role.May(role) {
				role = g.Role
			}
		}
		return role
	}
	if s.Anywhere {
		return best(func(Grant) bool { return true })
	}
	role := Admin
	clusters := s.Clusters
	if len(clusters) == 0 {
		clusters = []string{""}
	}
	for _, cluster := range clusters {
		if here := best(func(g Grant) bool { return g.Covers(cluster, s.Namespace) }); !here.May(role) {
			role = here
		}
	}
	return role
}
