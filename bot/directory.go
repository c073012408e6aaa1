package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

const (
	// rememberList is how long Slack's word on channels and user groups is taken.
	rememberList = 10 * time.Minute
	// outlive is how long it is taken at most, while Slack does not answer or is asked too often.
	outlive = 24 * time.Hour
	// maxPages is how many pages of a list are read, of pageSize items each.
	maxPages = 10
	pageSize = 200
)

// Directory says which channels people are in and which people are in user groups. Slack is asked for each at most once in ten
// minutes. Make one with [NewDirectory].
type Directory struct{ recall[[]string] }

// NewDirectory asks Slack, whose Web API is at base (empty: Slack's own). Token returns the bot token of a workspace.
func NewDirectory(base string, token func(context.Context, models.TeamID) (models.Secret, error), now func() time.Time) *Directory {
	return &Directory{newRecall[[]string](base, token, now, rememberList, outlive)}
}

// ChannelsOf returns the channels that a user is a member of, as far as the bot may know: public ones, and private ones that it
// is in.
func (d *Directory) ChannelsOf(ctx context.Context, team models.TeamID, user models.UserID) ([]string, error) {
	return d.list(ctx, team, string(user), "which channels you are in", "channels:read and groups:read", func(api *slack.Client) (ids []string, err error) {
		p := &slack.GetConversationsForUserParameters{UserID: string(user), Types: []string{"public_channel", "private_channel"}, Limit: pageSize, ExcludeArchived: true}
		for range maxPages {
			channels, next, err := api.GetConversationsForUserContext(ctx, p)
			if err != nil {
				return nil, err
			}
			for _, c := range channels {
				ids = append(ids, c.ID)
			}
			if p.Cursor = next; next == "" {
				break
			}
		}
		return ids, nil
	})
}

// IsMember reports whether a user is in a user group.
func (d *Directory) IsMember(ctx context.Context, team models.TeamID, group string, user models.UserID) (bool, error) {
	ids, err := d.list(ctx, team, group, "who is in a user group", "usergroups:read", func(api *slack.Client) ([]string, error) {
		ids, err := api.GetUserGroupMembersContext(ctx, group)
		if e, ok := errors.AsType[slack.SlackErrorResponse](err); ok && e.Err == "no_such_subteam" {
			return nil, nil
		}
		return ids, err
	})
	return slices.Contains(ids, string(user)), err
}

// Groups returns the user groups of a workspace: their handles and ids.
func (d *Directory) Groups(ctx context.Context, team models.TeamID) (groups []models.Option, err error) {
	api, err := d.api(ctx, team)
	if err != nil {
		return nil, err
	}
	all, err := api.GetUserGroupsContext(ctx)
	if err != nil {
		return nil, unlisted("which user groups there are", "usergroups:read", err)
	}
	for _, g := range all {
		groups = append(groups, models.Option{Label: "@" + g.Handle, Value: g.ID})
	}
	return groups, nil
}

// list returns the ids of a list about a user or a group.
func (d *Directory) list(ctx context.Context, team models.TeamID, id, what, scopes string, call func(*slack.Client) ([]string, error)) ([]string, error) {
	return d.ask(ctx, about{team, id}, call, func(err error) error { return unlisted(what, scopes, err) })
}

// unlisted is the error of a list that Slack did not give.
func unlisted(what, scopes string, err error) error {
	switch o := judge(err); o.verdict {
	case refused:
		return &models.Error{Kind: models.Forbidden, Message: "Slack does not tell me " + what + ": " + o.code,
			Hint: "whoever runs me gives the app the scopes of slack-manifest.yml (" + scopes + ") and installs it again", Err: scrub(err)}
	default:
		return &models.Error{Kind: models.Unavailable, Message: "Slack did not tell me " + what, Hint: "try again in a minute", Err: scrub(err)}
	}
}
