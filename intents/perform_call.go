package intents

import (
	"context"

	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/models"
)

// performCall makes the HTTP request and words its answer.
func (t *turn) performCall(ctx context.Context, e *errand) (models.Reply, error) {
	if t.Caller == nil {
		return models.Reply{}, &models.Error{Kind: models.Unavailable, Message: "HTTP requests are not possible here", Hint: "Ask in a workspace that MuleBot serves"}
	}
	call, err := e.intent.action.Call.Make(ctx, e.slots())
	if err != nil {
		return models.Reply{}, t.unworded(e, err)
	}
	call.Team = t.message.Team
	result, err := t.Caller.Call(ctx, call)
	if err != nil {
		return models.Reply{}, err
	}
	text, err := t.word(ctx, e, map[string]any{"result": actions.PlainNumbers(result)})
	return models.Reply{Text: text}, err
}
