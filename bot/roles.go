package bot

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/mulebot/mulebot/models"
)

const (
	// rememberRole is how long Slack's word on somebody is taken.
	rememberRole = 5 * time.Minute
	// maxRoles is how many people's roles are remembered; when there are more, all are asked about anew.
	maxRoles = 10_000
)

// Roles says who is an admin of a Slack workspace. Make one with [NewRoles].
type Roles struct {
	apiURL string
	token  func(context.Context, models.TeamID) (models.Secret, error)
	now    func() time.Time
	client *http.Client

	mu    sync.Mutex // guards known
	known map[person]role
}

type person struct {
	team models.TeamID
	user models.UserID
}

type role struct {
	admin bool
	until time.Time
}

// NewRoles returns the roles of people at Slack, whose Web API is at base (empty: Slack's own). Token returns the bot token
// of a workspace.
func NewRoles(base string, token func(context.Context, models.TeamID) (models.Secret, error), now func() time.Time) *Roles {
	return &Roles{apiURL: apiURL(base), token: token, now: now, client: newHTTPClient(1), known: map[person]role{}}
}

// IsAdmin reports whether somebody is an admin or an owner of a workspace. Slack is asked at most once in five minutes.
func (r *Roles) IsAdmin(ctx context.Context, team models.TeamID, user models.UserID) (bool, error) {
	who := person{team, user}
	r.mu.Lock()
	known, ok := r.known[who]
	r.mu.Unlock()
	if ok && r.now().Before(known.until) {
		return known.admin, nil
	}
	token, err := r.token(ctx, team)
	if err != nil {
		return false, err
	}
	u, err := newAPI(r.apiURL, token, r.client).GetUserInfoContext(ctx, string(user))
	if err != nil {
		return false, unasked(err)
	}
	admin := u.IsAdmin || u.IsOwner || u.IsPrimaryOwner
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) >= maxRoles {
		clear(r.known)
	}
	r.known[who] = role{admin, r.now().Add(rememberRole)}
	return admin, nil
}

// unasked is the error of a question about a role that Slack did not answer.
func unasked(err error) error {
	if o := judge(err); o.verdict == refused {
		return &models.Error{Kind: models.Forbidden, Message: "Slack does not tell me who is an admin here: " + o.code,
			Hint: "whoever runs me gives the app the scope users:read and installs it again", Err: scrub(err)}
	}
	return &models.Error{Kind: models.Unavailable, Message: "Slack did not tell me whether you are an admin",
		Hint: "try again in a minute", Err: scrub(err)}
}
