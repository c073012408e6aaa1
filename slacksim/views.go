package slacksim

import (
	"context"
	"encoding/json"
	"time"
)

// View is a modal or a home tab that the app showed to somebody.
type View struct {
	ID         string
	Type       string // modal or home
	CallbackID string
	Private    string // private_metadata
	Raw        json.RawMessage
}

// wire is the view as Slack shows it, with the state of its inputs.
func (v View) wire(w *Workspace) object {
	o := object{}
	_ = json.Unmarshal(v.Raw, &o)
	o["id"], o["team_id"], o["app_id"], o["bot_id"], o["root_view_id"] = v.ID, w.id, w.app.id, w.botID, v.ID
	o["state"], o["hash"] = object{"values": object{}}, w.sim.secret()
	return o
}

// view reads and checks the argument view.
func (c *call) view(kind string) (View, error) {
	raw := c.args.structure("view")
	var v struct {
		Type       string          `json:"type"`
		CallbackID string          `json:"callback_id"`
		Private    string          `json:"private_metadata"`
		Title      json.RawMessage `json:"title"`
		Blocks     json.RawMessage `json:"blocks"`
	}
	if raw == nil || json.Unmarshal(raw, &v) != nil {
		return View{}, invalid("[ERROR] missing required field: view")
	}
	if v.Type != kind {
		return View{}, invalid("[ERROR] failed to match all allowed schemas [json-pointer:/view]")
	}
	if kind == "modal" && v.Title == nil {
		return View{}, invalid("[ERROR] missing required field: title [json-pointer:/view]")
	}
	if _, err := checkBlocks(v.Blocks, onView()); err != nil {
		return View{}, err
	}
	return View{ID: c.sim.id("V"), Type: v.Type, CallbackID: v.CallbackID, Private: v.Private, Raw: raw}, nil
}

func viewsOpen(c *call) (object, error) {
	if err := c.args.required("trigger_id"); err != nil {
		return nil, err
	}
	i, err := c.exchange(c.args.str("trigger_id"))
	if err != nil {
		return nil, err
	}
	v, err := c.view("modal")
	if err != nil {
		return nil, err
	}
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	c.ws.views[i.User] = append(c.ws.views[i.User], v)
	c.ws.notify()
	return object{"view": v.wire(c.ws)}, nil
}

// triggerLife is how long a trigger_id may be used, once
// (https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses).
const triggerLife = 3 * time.Second

// exchange uses up a trigger_id and returns its interaction.
func (c *call) exchange(id string) (*Interaction, error) {
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	i := c.ws.triggers[id]
	switch {
	case i == nil:
		return nil, failure("invalid_trigger_id")
	case i.used:
		return nil, failure("exchanged_trigger_id")
	case c.sim.now().Sub(i.At) > triggerLife:
		return nil, failure("expired_trigger_id")
	}
	i.used = true
	return i, nil
}

func viewsPublish(c *call) (object, error) {
	if err := c.args.required("user_id"); err != nil {
		return nil, err
	}
	v, err := c.view("home")
	if err != nil {
		return nil, err
	}
	user := c.args.str("user_id")
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	if c.ws.users[user] == nil {
		return nil, invalid("[ERROR] user not found [json-pointer:/user_id]")
	}
	c.ws.homes[user] = v
	c.ws.notify()
	return object{"view": v.wire(c.ws)}, nil
}

// Modal waits until the app has opened a modal for the user and returns the newest.
func (w *Workspace) Modal(ctx context.Context, userID string) (View, error) {
	var v View
	err := w.await(ctx, func() bool {
		views := w.views[userID]
		if len(views) == 0 {
			return false
		}
		v = views[len(views)-1]
		return true
	})
	return v, err
}

// Home waits until the app has published a home tab for the user and returns it.
func (w *Workspace) Home(ctx context.Context, userID string) (View, error) {
	var v View
	err := w.await(ctx, func() bool {
		var ok bool
		v, ok = w.homes[userID]
		return ok
	})
	return v, err
}

// Submit submits a modal. Values are the state of its inputs: block_id to action_id to the input's state object.
func (w *Workspace) Submit(v View, userID string, values map[string]map[string]any) *Interaction {
	i := w.begin(userID)
	view := v.wire(w)
	view["state"] = object{"values": values}
	w.mu.Lock()
	name := w.users[userID].name
	w.mu.Unlock()
	return i.dispatch(interactive, object{
		"type": "view_submission", "token": w.app.verification, "api_app_id": w.app.id, "trigger_id": i.TriggerID,
		"team": object{"id": w.id, "domain": w.name}, "view": view, "response_urls": []object{}, "enterprise": nil,
		"user": object{"id": userID, "username": name, "name": name, "team_id": w.id}, "is_enterprise_install": false,
	}, func(json.RawMessage) {}) // the test reads it from Acked
}
