package intents

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/mulebot/mulebot/models"
)

// performCall makes the HTTP request and words its answer.
func (t *turn) performCall(ctx context.Context, e *errand) (models.Reply, error) {
	plan := e.intent.action.call
	if t.Caller == nil {
		return models.Reply{}, &models.Error{Kind: models.Unavailable, Message: "HTTP requests are not possible here", Hint: "Ask in a workspace that MuleBot serves"}
	}
	data := e.data(nil)
	address, err := plan.url.render(ctx, map[string]any{"slots": escapedSlots(data["slots"].(map[string]any))})
	if err != nil {
		return models.Reply{}, t.unworded(e, err)
	}
	call := models.Call{Team: t.message.Team, Method: plan.method, URL: address, Headers: plan.headers, Timeout: plan.timeout}
	if plan.body != nil {
		body, err := renderBody(ctx, plan.body, data)
		if err == nil {
			call.Body, err = json.Marshal(body)
		}
		if err != nil {
			return models.Reply{}, t.unworded(e, err)
		}
	}
	result, err := t.Caller.Call(ctx, call)
	if err != nil {
		return models.Reply{}, err
	}
	text, err := t.word(ctx, e, map[string]any{"result": plainNumbers(result)})
	return models.Reply{Text: text}, err
}

// escapedSlots returns slots fit for any place of a URL behind its host: no value can add a part to the path or the query.
func escapedSlots(slots map[string]any) map[string]any {
	escaped := make(map[string]any, len(slots))
	for name, v := range slots {
		text := strings.ReplaceAll(url.QueryEscape(fmt.Sprint(v)), "+", "%20")
		if strings.Trim(text, ".") == "" {
			text = strings.ReplaceAll(text, ".", "%252E") // not a step up the path, even to a server that decodes twice
		}
		escaped[name] = text
	}
	return escaped
}

// renderBody renders the texts of a body.
func renderBody(ctx context.Context, v any, data map[string]any) (any, error) {
	var err error
	switch v := v.(type) {
	case *pattern:
		return v.render(ctx, data)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			if list[i], err = renderBody(ctx, v[i], data); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		m := make(map[string]any, len(v))
		for k := range v {
			if m[k], err = renderBody(ctx, v[k], data); err != nil {
				return nil, err
			}
		}
		return m, nil
	}
	return v, nil
}
