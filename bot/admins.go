package bot

import (
	"context"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// rememberAdmin is how long Slack's word on somebody is taken.
const rememberAdmin = 5 * time.Minute

// Admins says who is an admin of a Slack workspace, and who does not belong to it. Make one with [NewAdmins].
type Admins struct{ recall[word] }

// word is what Slack said of somebody.
type word struct {
	admin   bool
	outside bool   // of another organisation
	zone    string // the time zone that they have chosen at Slack; empty: none
}

// NewAdmins asks Slack, whose Web API is at base (empty: Slack's own). Token returns the bot token
// of a workspace.
func NewAdmins(base string, token func(context.Context, models.TeamID) (models.Secret, error), now func() time.Time) *Admins {
	return &Admins{newRecall[word](base, token, now, rememberAdmin, 0)}
}

// IsAdmin reports whether somebody is an admin or an owner of a workspace. Slack is asked at most once in five minutes.
func (a *Admins) IsAdmin(ctx context.Context, team models.TeamID, user models.UserID) (bool, error) {
	w, err := a.word(ctx, team, user)
	return w.admin, err
}

// IsOutsider reports whether somebody is of another organisation, as channels have that are shared with one.
func (a *Admins) IsOutsider(ctx context.Context, team models.TeamID, user models.UserID) (bool, error) {
	w, err := a.word(ctx, team, user)
	return w.outside || err != nil, err
}

// Zone returns the time zone of somebody, by its name in the IANA time zone database, as Slack knows it; empty if it does not.
func (a *Admins) Zone(ctx context.Context, team models.TeamID, user models.UserID) (string, error) {
	w, err := a.word(ctx, team, user)
	return w.zone, err
}

func (a *Admins) word(ctx context.Context, team models.TeamID, user models.UserID) (word, error) {
	return a.ask(ctx, about{team, string(user)}, func(api *slack.Client) (word, error) {
		u, err := api.GetUserInfoContext(ctx, string(user))
		if err != nil {
			return word{}, err
		}
		// In a channel that is shared with another workspace, somebody may be an admin there.
		here := u.TeamID == string(team) || slices.Contains(u.Enterprise.Teams, string(team))
		here = here && !u.IsStranger
		return word{admin: here && (u.IsAdmin || u.IsOwner || u.IsPrimaryOwner), outside: !here, zone: u.TZ}, nil
	}, unasked)
}

// unasked is the error of a question about a role that Slack did not answer.
func unasked(err error) error {
	if o := judge(err); o.verdict == refused {
		return &models.Error{Kind: models.Forbidden, Message: "Slack does not tell me who is who here: " + o.code,
			Hint: "whoever runs me gives the app the scope users:read and installs it again", Err: scrub(err)}
	}
	return &models.Error{Kind: models.Unavailable, Message: "Slack did not tell me who you are",
		Hint: "try again in a minute", Err: scrub(err)}
}
