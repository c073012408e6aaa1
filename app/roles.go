package app

import (
	"context"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

// Roles says who may do what: by the configuration, and by the grants of a workspace. It meets [intents.Roles].
type Roles struct {
	config    func() *Config
	store     *store.Store
	admins    intents.Admins
	directory *bot.Directory
}

// Role returns the role that somebody was given for all of a scope. User groups are asked about only where one may make a difference.
func (r *Roles) Role(ctx context.Context, team models.TeamID, user models.UserID, s models.Scope) (models.Role, error) {
	role := r.config().roleOf(team, user)
	if role == models.Admin {
		return role, nil
	}
	all, err := r.store.Grants(ctx, team)
	if err != nil {
		return role, err
	}
	all = append(all, models.Grant{Role: role})
	mine := slices.DeleteFunc(slices.Clone(all), func(g models.Grant) bool { return g.Who != string(user) && g.Who != "" })
	role = models.RoleOf(mine, s)
	for _, g := range all {
		if !models.IsGroup(g.Who) || role.May(g.Role) {
			continue
		}
		in, err := r.directory.IsMember(ctx, team, g.Who, user)
		if err != nil {
			return role, err
		}
		if in {
			mine = append(mine, g)
			role = models.RoleOf(mine, s)
		}
	}
	return role, nil
}

// roleOf returns the role that the configuration gives: to users, by their ids.
func (c *Config) roleOf(team models.TeamID, user models.UserID) models.Role {
	is := func(list []string) bool {
		return slices.Contains(list, string(user)) || slices.Contains(list, string(team)+"/"+string(user))
	}
	switch {
	case is(c.Roles.Admins):
		return models.Admin
	case is(c.Roles.Operators):
		return models.Operator
	}
	return models.Viewer
}

// mostAdmins is how many admins are named.
const mostAdmins = 3

// Admins returns a few that may give roles: those that were made admins, and those who have set MuleBot up and are admins at
// Slack.
func (r *Roles) Admins(ctx context.Context, team models.TeamID) (ids []string, err error) {
	add := func(id string) {
		if id != "" && len(ids) < mostAdmins && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	grants, err := r.store.Grants(ctx, team)
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		if g.Role == models.Admin && len(g.Clusters)+len(g.Namespaces) == 0 {
			add(g.Who)
		}
	}
	for _, id := range r.config().Roles.Admins {
		if of, user, qualified := strings.Cut(id, "/"); !qualified {
			add(id)
		} else if of == string(team) {
			add(user)
		}
	}
	cards, err := r.store.Cards(ctx, team)
	if err != nil {
		return ids, err
	}
	clusters, err := r.store.Clusters(ctx, team)
	if err != nil {
		return ids, err
	}
	var makers []models.UserID
	for _, c := range cards {
		makers = append(makers, c.By)
	}
	for _, c := range clusters {
		makers = append(makers, c.By)
	}
	for _, g := range grants {
		makers = append(makers, g.By)
	}
	slices.Sort(makers)
	for _, user := range slices.Compact(makers) {
		if user == "" || len(ids) == mostAdmins {
			continue
		}
		if admin, err := r.admins.IsAdmin(ctx, team, user); err == nil && admin {
			add(string(user))
		}
	}
	return ids, nil
}
