package bot

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// What ids of users look like, and those of users and user groups.
var (
	userForm        = regexp.MustCompile(`^[UW][A-Z0-9]{2,31}$`)
	userOrGroupForm = regexp.MustCompile(`^[UWS][A-Z0-9]{2,31}$`)
)

// IsUserOrGroup reports whether somebody is given by an id.
func IsUserOrGroup(who string) bool { return userOrGroupForm.MatchString(who) }

// FindUserOrGroup is [FindUser] for people and user groups. A group is given by its handle, with an @ or without.
func FindUserOrGroup(ctx context.Context, base string, token models.Secret, who string) (string, error) {
	if IsUserOrGroup(who) {
		return who, nil
	}
	user, err := FindUser(ctx, base, token, who)
	if models.KindOf(err) != models.NotFound {
		return string(user), err
	}
	client := newHTTPClient(1)
	defer client.CloseIdleConnections()
	groups, failed := newAPI(apiURL(base), token, client).GetUserGroupsContext(ctx)
	if failed != nil { // a plan without user groups, or an app without the scope
		return "", err
	}
	for _, g := range groups {
		if strings.EqualFold(g.Handle, strings.TrimPrefix(who, "@")) {
			return g.ID, nil
		}
	}
	return "", &models.Error{Kind: models.NotFound, Message: fmt.Sprintf("nobody and no user group in the workspace is called %q", who),
		Hint: "give the id (U… or S…): it stands in the person's profile at Slack, under ⋮, or in the group's"}
}

// FindUser returns the id of a person who is given by it, by their name at Slack (with an @ or without) or by their e-mail address,
// if the app may see that. It fails with a *models.Error.
func FindUser(ctx context.Context, base string, token models.Secret, who string) (models.UserID, error) {
	if userForm.MatchString(who) {
		return models.UserID(who), nil
	}
	client := newHTTPClient(1)
	defer client.CloseIdleConnections()
	all, err := newAPI(apiURL(base), token, client).GetUsersContext(ctx, slack.GetUsersOptionLimit(pageSize))
	if err != nil {
		return "", unlisted("who is in the workspace", "users:read", err)
	}
	name := strings.TrimPrefix(who, "@")
	all = slices.DeleteFunc(all, func(u slack.User) bool {
		is := strings.EqualFold(u.Name, name) || strings.EqualFold(u.Profile.DisplayName, name) || strings.EqualFold(u.Profile.Email, who)
		return u.Deleted || u.IsBot || !is
	})
	const hint = "give the member id (U…): it stands in the person's profile at Slack, under ⋮"
	switch len(all) {
	case 0:
		return "", &models.Error{Kind: models.NotFound, Message: fmt.Sprintf("nobody in the workspace is called %q", who), Hint: hint}
	case 1:
		return models.UserID(all[0].ID), nil
	}
	return "", &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("%d people in the workspace are called %q", len(all), who), Hint: hint}
}
