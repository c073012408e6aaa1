package bot

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// maxPeople is of how many people, or groups, something is remembered; when there are more, all are asked about anew.
const maxPeople = 10_000

// recall asks Slack about people and user groups, with the bot token of their workspace, and remembers what it says.
type recall[V any] struct {
	apiURL  string
	token   func(context.Context, models.TeamID) (models.Secret, error)
	now     func() time.Time
	client  *http.Client
	fresh   time.Duration // how long Slack's word is taken
	outlive time.Duration // how long it is taken at most, while Slack does not answer or is asked too often

	mu    sync.Mutex // guards known
	known map[about]recalled[V]
}

// about is whom Slack is asked about: a user, a group.
type about struct {
	team models.TeamID
	id   string
}

type recalled[V any] struct {
	word V
	at   time.Time
}

// newRecall asks Slack, whose Web API is at base (empty: Slack's own). Token returns the bot token of a workspace.
func newRecall[V any](base string, token func(context.Context, models.TeamID) (models.Secret, error), now func() time.Time, fresh, outlive time.Duration) recall[V] {
	return recall[V]{apiURL: apiURL(base), token: token, now: now, client: newHTTPClient(1), fresh: fresh, outlive: outlive, known: map[about]recalled[V]{}}
}

// api returns a client with the bot token of a workspace.
func (r *recall[V]) api(ctx context.Context, team models.TeamID) (*slack.Client, error) {
	token, err := r.token(ctx, team)
	if err != nil {
		return nil, err
	}
	return newAPI(r.apiURL, token, r.client), nil
}

// ask returns what Slack said, or asks it. Worded makes an error for the user of one of Slack's.
func (r *recall[V]) ask(ctx context.Context, who about, call func(*slack.Client) (V, error), worded func(error) error) (word V, err error) {
	r.mu.Lock()
	old, ok := r.known[who]
	r.mu.Unlock()
	age := r.now().Sub(old.at)
	if ok && age < r.fresh {
		return old.word, nil
	}
	api, err := r.api(ctx, who.team)
	if err != nil {
		return word, err
	}
	if word, err = call(api); err != nil {
		if ok && age < r.outlive && judge(err).verdict != refused {
			return old.word, nil
		}
		return word, worded(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) >= maxPeople {
		clear(r.known)
	}
	r.known[who] = recalled[V]{word, r.now()}
	return word, nil
}
