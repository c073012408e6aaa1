package bot

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/mulebot/mulebot/models"
)

const (
	// rememberAdmin is how long Slack's word on somebody is taken.
	rememberAdmin = 5 * time.Minute
	// maxPeople is of how many people it is remembered; when there are more, all are asked about anew.
	maxPeople = 10_000
)

// Admins says who is an admin of a Slack workspace, and who does not belong to it. Make one with [NewAdmins].
type Admins struct {
	apiURL string
	token  func(context.Context, models.TeamID) (models.Secret, error)
	now    func() time.Time
	client *http.Client

	mu    sync.Mutex // guards known
	known map[person]word
}

type person struct {
	team models.TeamID
	user models.UserID
}

// word is what Slack said of somebody.
type word struct {
	admin   bool
	outside bool // of another organisation
	until   time.Time
}

// NewAdmins asks Slack, whose Web API is at base (empty: Slack's own). Token returns the bot token
// of a workspace.
func NewAdmins(base string, token func(context.Context, models.TeamID) (models.Secret, error), now func() time.Time) *Admins {
	return &Admins{apiURL: apiURL(base), token: token, now: now, client: newHTTPClient(1), known: map[person]word{}}
}

// IsAdmin reports whether somebody is an admin or an owner of a workspace. Slack is asked at most once in five minutes.
func (a *Admins) IsAdmin(ctx context.Context, team models.TeamID, user models.UserID) (bool, error) {
	w, err := a.ask(ctx, team, user)
	return w.admin, err
}

// IsOutsider reports whether somebody is of another organisation, as channels have that are shared with one.
func (a *Admins) IsOutsider(ctx context.Context, team models.TeamID, user models.UserID) (bool, error) {
	w, err := a.ask(ctx, team, user)
	return w.outside || err != nil, err
}

func (a *Admins) ask(ctx context.Context, team models.TeamID, user models.UserID) (word, error) {
	who := person{team, user}
	a.mu.Lock()
	known, ok := a.known[who]
	a.mu.Unlock()
	if ok && a.now().Before(known.until) {
		return known, nil
	}
	token, err := a.token(ctx, team)
	if err != nil {
		return word{}, err
	}
	u, err := newAPI(a.apiURL, token, a.client).GetUserInfoContext(ctx, string(user))
	if err != nil {
		return word{}, unasked(err)
	}
	// In a channel that is shared with another workspace, somebody may be an admin there.
	here := u.TeamID == string(team) || slices.Contains(u.Enterprise.Teams, string(team))
	here = here && !u.IsStranger
	w := word{admin: here && (u.IsAdmin || u.IsOwner || u.IsPrimaryOwner), outside: !here, until: a.now().Add(rememberAdmin)}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= maxPeople {
		clear(a.known)
	}
	a.known[who] = w
	return w, nil
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
