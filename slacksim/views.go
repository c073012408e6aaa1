package slacksim

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// View is a modal or a home tab that the app showed to somebody.
type View struct {
	ID         string
	Hash       string // of this state of the view
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
	o["app_installed_team_id"] = w.id
	o["state"], o["hash"] = object{"values": object{}}, v.Hash
	return o
}

// maxView is the size in bytes of the largest view: "250kb" (https://docs.slack.dev/reference/methods/views.publish#errors).
const maxView = 250_000

// view reads and checks the argument view (https://docs.slack.dev/reference/views/modal-views).
func (c *call) view(kind string) (View, error) {
	raw := c.args.structure("view")
	var v object
	if raw == nil || json.Unmarshal(raw, &v) != nil || v == nil {
		return View{}, invalid("[ERROR] missing required field: view")
	}
	if len(raw) > maxView {
		return View{}, failure("view_too_large")
	}
	if v["type"] != kind {
		return View{}, invalid("[ERROR] failed to match all allowed schemas [json-pointer:/view]")
	}
	blocks, err := json.Marshal(v["blocks"])
	if err != nil {
		return View{}, err
	}
	if _, err := checkBlocks(blocks, onView()); err != nil {
		return View{}, err
	}
	if faults := checkView(v, kind == "modal"); faults != nil {
		return View{}, blockError("invalid_arguments", faults)
	}
	if takesFiles(v) && !c.ws.scope("files:read") {
		// https://docs.slack.dev/reference/block-kit/block-elements/file-input-element: "your app must have the files:read
		// scope". The code is not documented; that of a missing scope is the likeliest.
		return View{}, c.missing("files:read")
	}
	callback, _ := v["callback_id"].(string)
	private, _ := v["private_metadata"].(string)
	return View{ID: c.sim.id("V"), Hash: c.sim.secret(), Type: kind, CallbackID: callback, Private: private, Raw: raw}, nil
}

// checkView checks what a view has beside blocks.
func checkView(v object, modal bool) []string {
	c := &checker{}
	const at = "/view"
	c.str(v, "callback_id", at, 0, 255, false)
	c.str(v, "private_metadata", at, 0, 3000, false)
	c.str(v, "external_id", at, 0, 255, false)
	if !modal {
		c.only(v, at, "type blocks private_metadata callback_id external_id")
		return c.faults
	}
	c.only(v, at, "type title blocks close submit private_metadata callback_id clear_on_close notify_on_close external_id submit_disabled")
	c.text(v, "title", at, 24, plainOnly, true)
	c.text(v, "close", at, 24, plainOnly, false)
	c.text(v, "submit", at, 24, plainOnly, len(inputs(v)) > 0)
	return c.faults
}

// inputs returns the input blocks of a view by their ids.
func inputs(v object) map[string]object {
	found := map[string]object{}
	blocks, _ := v["blocks"].([]any)
	for i, b := range blocks {
		if o, ok := b.(object); ok && o["type"] == "input" {
			id, _ := o["block_id"].(string)
			if id == "" {
				id = fmt.Sprint("input", i)
			}
			found[id] = o
		}
	}
	return found
}

// takesFiles reports whether a view has an input for files.
func takesFiles(v object) bool {
	for _, b := range inputs(v) {
		if e, _ := b["element"].(object); e["type"] == "file_input" {
			return true
		}
	}
	return false
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
	if q := i.asked; q != nil && q.answers == 0 { // a modal is an answer, too
		q.answers++
		c.ws.channels[i.Channel].settle(i.thread, q)
		c.sim.stats.answered(q.answers, c.sim.now().Sub(i.At))
	}
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

// viewsPublish shows somebody a home tab (https://docs.slack.dev/reference/methods/views.publish). The view keeps its id when it is
// published anew.
func viewsPublish(c *call) (object, error) {
	if err := c.args.required("user_id"); err != nil {
		return nil, err
	}
	if c.app.homeless {
		return nil, failure("not_enabled")
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
	before, published := c.ws.homes[user]
	if hash := c.args.str("hash"); hash != "" && hash != before.Hash {
		return nil, failure("hash_conflict")
	}
	if published {
		v.ID = before.ID
	}
	c.ws.homes[user] = v
	c.ws.publishings++
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

// Publishings returns how often the app has published a home tab in the workspace.
func (w *Workspace) Publishings() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.publishings
}

// AwaitHome waits until a person's home tab is as it should be and returns it.
func (w *Workspace) AwaitHome(ctx context.Context, userID string, is func(View) bool) (View, error) {
	var v View
	err := w.await(ctx, func() bool {
		var ok bool
		v, ok = w.homes[userID]
		return ok && is(v)
	})
	return v, err
}

// PressHome presses a button of the user's home tab, by its action_id or else its text. The payload names no channel and has no
// response URL, as what is pressed in a view (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload). It
// panics if there is no such button.
func (w *Workspace) PressHome(userID, button string) *Interaction {
	w.mu.Lock()
	v := w.homes[userID]
	name, home := w.users[userID].name, w.home(userID)
	w.mu.Unlock()
	var view struct{ Blocks json.RawMessage }
	_ = json.Unmarshal(v.Raw, &view)
	b, ok := Message{Blocks: view.Blocks}.button(button)
	if !ok {
		panic(fmt.Sprintf("slacksim: no button %q in the home of %s", button, userID))
	}
	i := w.begin(userID)
	ts, _ := w.sim.ts()
	return i.dispatch(interactive, object{
		"type": "block_actions", "token": w.app.verification, "api_app_id": w.app.id, "trigger_id": i.TriggerID,
		"user":      object{"id": userID, "username": name, "name": name, "team_id": home},
		"team":      object{"id": w.id, "domain": w.name},
		"container": object{"type": "view", "view_id": v.ID}, "view": v.wire(w), "enterprise": nil, "is_enterprise_install": false,
		"actions": []object{b.action(ts)},
	}, nil)
}

// Submit submits a modal. Values are the state of its inputs: block_id to action_id to the input's state object. The modal
// closes when the acknowledgement is empty or says so
// (https://docs.slack.dev/surfaces/modals#updating_response). The team is that of the user, and only app_installed_team_id says which
// workspace the modal is of (https://github.com/slackapi/bolt-js/issues/1614).
func (w *Workspace) Submit(v View, userID string, values map[string]map[string]any) *Interaction {
	i := w.begin(userID)
	view := v.wire(w)
	view["state"] = object{"values": values}
	w.mu.Lock()
	name, home := w.users[userID].name, w.home(userID)
	w.mu.Unlock()
	view["team_id"] = home
	payload := object{
		"type": "view_submission", "token": w.app.verification, "api_app_id": w.app.id, "trigger_id": i.TriggerID,
		"team": object{"id": home, "domain": w.name}, "view": view, "response_urls": []object{}, "enterprise": nil,
		"user": object{"id": userID, "username": name, "name": name, "team_id": home}, "is_enterprise_install": false,
	}
	return i.dispatchTo(interactive, payload, func(payload json.RawMessage) { w.close(v, userID, payload) })
}

// close takes a modal away from the user, unless the acknowledgement of its submission keeps it.
func (w *Workspace) close(v View, userID string, payload json.RawMessage) {
	var p struct {
		Action string `json:"response_action"`
	}
	_ = json.Unmarshal(payload, &p)
	if p.Action != "" && p.Action != "clear" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.views[userID] = slices.DeleteFunc(w.views[userID], func(o View) bool { return o.ID == v.ID || p.Action == "clear" })
	w.notify()
}

// Open returns how many modals the user has before them.
func (w *Workspace) Open(userID string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.views[userID])
}

// Fill fills in a modal and submits it. Values are by block_id: the text of an input, the value of an option, those of several
// options or the ids of users with a line each, the id of a file of [Workspace.Upload]. What is not among them stays as it came. It panics at what Slack would not let somebody submit.
func (w *Workspace) Fill(v View, userID string, values map[string]string) *Interaction {
	var view object
	_ = json.Unmarshal(v.Raw, &view)
	state := map[string]map[string]any{}
	blocks := inputs(view)
	for id := range values {
		if blocks[id] == nil {
			panic(fmt.Sprintf("slacksim: the modal has no input %q", id))
		}
	}
	for id, block := range blocks {
		e, _ := block["element"].(object)
		action, _ := e["action_id"].(string)
		value, given := values[id]
		filled, ok := w.fill(e, value, given)
		if !ok && block["optional"] != true {
			panic(fmt.Sprintf("slacksim: the input %q is not optional", id))
		}
		state[id] = map[string]any{action: filled}
	}
	return w.Submit(v, userID, state)
}

// fill returns the state of an input and whether it has a value.
func (w *Workspace) fill(e object, value string, given bool) (object, bool) {
	state := object{"type": e["type"]}
	switch e["type"] {
	case "file_input":
		state["files"] = []object{}
		if value == "" {
			return state, false
		}
		w.sim.mu.Lock()
		defer w.sim.mu.Unlock()
		u := w.sim.uploads[value]
		if u == nil || u.ws != w {
			panic(fmt.Sprintf("slacksim: there is no file %q", value))
		}
		state["files"] = []object{u.file.wire()}
	case "static_select":
		state["selected_option"] = e["initial_option"]
		if given {
			state["selected_option"] = option(e, value)
		}
		return state, state["selected_option"] != nil
	case "multi_static_select":
		chosen, _ := e["initial_options"].([]any)
		if given {
			chosen = []any{}
			for line := range strings.Lines(value) {
				chosen = append(chosen, option(e, strings.TrimSpace(line)))
			}
		}
		state["selected_options"] = append([]any{}, chosen...)
		return state, len(chosen) > 0
	case "multi_users_select":
		users := strings.Fields(value)
		state["selected_users"] = append([]string{}, users...)
		return state, len(users) > 0
	default:
		if !given {
			value, _ = e["initial_value"].(string)
		}
		if most, ok := e["max_length"].(float64); ok && float64(utf8.RuneCountInString(value)) > most || utf8.RuneCountInString(value) > maxInput {
			panic("slacksim: that is longer than the input takes")
		}
		state["value"] = nil
		if value == "" {
			return state, false
		}
		state["value"] = value
	}
	return state, true
}

// option returns the option of a select that has a value.
func option(e object, value string) object {
	options, _ := e["options"].([]any)
	for _, o := range options {
		if o, _ := o.(object); o["value"] == value {
			return o
		}
	}
	panic(fmt.Sprintf("slacksim: there is no option %q", value))
}
