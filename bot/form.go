package bot

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// Slack's limits of modals (https://docs.slack.dev/reference/views/modal-views).
const (
	maxTitle   = 24
	maxInput   = 3000 // of a text input
	maxLabel   = 2000
	maxOptions = 100
	maxOption  = 75
	maxPrivate = 3000
)

const (
	// formCallback is the callback_id of every form.
	formCallback = "mulebot:form"
	// inputAction is the action_id of every input; its block_id is the field's key.
	inputAction = "value"
	// triggerLife is how long Slack lets a command or a button open a modal.
	triggerLife = 3 * time.Second
)

// whence is where a form was asked for, which is where the answer to its submission goes. Slack keeps it with the modal.
type whence struct {
	Channel models.ChannelID `json:"channel"`
	Thread  models.ThreadID  `json:"thread,omitempty"`
	URL     string           `json:"url,omitempty"` // the response URL of the command
	Action  models.Action    `json:"action"`
}

// renderForm makes a modal of a form.
func renderForm(f *models.Form, e models.Entry) (slack.ModalViewRequest, error) {
	m := e.Message
	private, err := json.Marshal(whence{m.Channel, m.Thread, e.ResponseURL.Reveal(), f.Action})
	if err == nil && units(string(private)) > maxPrivate {
		err = errors.New("the form's action does not fit a modal")
	}
	view := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formCallback, PrivateMetadata: string(private),
		Title: label(f.Title, maxTitle), Submit: label(firstOf(f.Submit, "Submit"), maxTitle), Close: label("Cancel", maxTitle),
	}
	for _, field := range f.Fields {
		var hint *slack.TextBlockObject
		if field.Hint != "" {
			hint = label(field.Hint, maxLabel)
		}
		input := slack.NewInputBlock(field.Key, label(field.Label, maxLabel), hint, renderField(field)).WithOptional(field.Optional)
		view.Blocks.BlockSet = append(view.Blocks.BlockSet, input)
	}
	return view, err
}

func label(text string, limit int) *slack.TextBlockObject {
	return plainObject(cut(inert(oneLine(text)), limit))
}

func renderField(f models.Field) slack.BlockElement {
	switch f.Kind {
	case models.FileField:
		return slack.NewFileInputBlockElement(inputAction).WithMaxFiles(1)
	case models.ChoiceField:
		var options []*slack.OptionBlockObject
		menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, inputAction)
		for _, o := range f.Options[:min(len(f.Options), maxOptions)] {
			option := slack.NewOptionBlockObject(o.Value, label(o.Label, maxOption), nil)
			if options = append(options, option); o.Value == f.Initial {
				menu.InitialOption = option
			}
		}
		menu.Options = options
		return menu
	case models.ChoicesField:
		menu := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, nil, inputAction)
		chosen := strings.Split(f.Initial, "\n")
		for _, o := range f.Options[:min(len(f.Options), maxOptions)] {
			option := slack.NewOptionBlockObject(o.Value, label(o.Label, maxOption), nil)
			if menu.Options = append(menu.Options, option); slices.Contains(chosen, o.Value) {
				menu.InitialOptions = append(menu.InitialOptions, option)
			}
		}
		return menu
	case models.PeopleField:
		return slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeUser, nil, inputAction)
	}
	input := slack.NewPlainTextInputBlockElement(nil, inputAction).WithMultiline(f.Kind == models.MultilineField).WithMaxLength(maxInput)
	if units(f.Initial) <= maxInput { // the beginning of a text alone would be submitted as the whole
		input.InitialValue = f.Initial
	}
	return input
}

// submission is the payload of a form that was submitted, as far as it is looked at
// (https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload).
type submission struct {
	interaction
	View struct {
		CallbackID string        `json:"callback_id"`
		Private    string        `json:"private_metadata"`
		Installed  models.TeamID `json:"app_installed_team_id"`
		State      struct {
			Values map[string]map[string]input `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

// input is the state of one input.
type input struct {
	Value    string `json:"value"`
	Selected struct {
		Value string `json:"value"`
	} `json:"selected_option"`
	Options []struct {
		Value string `json:"value"`
	} `json:"selected_options"`
	Users []string `json:"selected_users"`
	Files []struct {
		Name string `json:"name"`
		Size int    `json:"size"`
		URL  string `json:"url_private_download"`
	} `json:"files"`
}

// text returns what an input other than a file was filled in with.
func (in input) text() string {
	lines := in.Users
	for _, o := range in.Options {
		lines = append(lines, o.Value)
	}
	return firstOf(in.Value, in.Selected.Value, strings.Join(lines, "\n"))
}

// decodeSubmission decodes the submission of a form of ours.
func decodeSubmission(payload json.RawMessage, envelope string) (d decoded, ok bool) {
	var s submission
	var from whence
	if json.Unmarshal(payload, &s) != nil || s.Type != "view_submission" || s.View.CallbackID != formCallback ||
		json.Unmarshal([]byte(s.View.Private), &from) != nil {
		return d, false
	}
	action := from.Action
	values := map[string]string{}
	maps.Copy(values, from.Action.Values)
	for key, elements := range s.View.State.Values {
		in := elements[inputAction]
		if len(in.Files) > 0 {
			f := in.Files[0]
			d.entry.Attachments = append(d.entry.Attachments, models.Attachment{Key: key, Name: f.Name, URL: f.URL, Size: f.Size})
			continue
		}
		values[key] = in.text()
	}
	action.Values = values
	d.trigger, d.entry.ResponseURL = s.TriggerID, models.Secret(from.URL)
	m := s.message(models.Submitted, envelope, s.View.Installed)
	m.Channel, m.Thread, m.Action = from.Channel, from.Thread, &action
	d.entry.Message = m
	return d, action.Intent != ""
}

// show opens a form for whoever sent the message. Where that cannot be, it returns a reply that says so, with a button
// that opens the form when Slack allows it.
func (w *workspace) show(p *place, reply models.Reply) (instead models.Reply, shown bool) {
	err := w.open(p, reply.Form)
	if err == nil {
		return reply, true
	}
	w.log.Debug().Str("method", openView).Str("error", err.Error()).Str("message", p.entry.Message.ID).Msg("a form could not be opened")
	if o := judge(err); o.verdict == refused && !strings.Contains(o.code, "trigger") {
		reply.Notes = append(slices.Clip(reply.Notes), "Slack would not show the form ("+models.Redact(o.code)+"). Whoever runs me compares the app's scopes with "+
			"`slack-manifest.yml` and installs the app again.")
	}
	opener := models.Button{Label: firstOf(reply.Form.Title, "Open the form"), Action: reply.Form.Action}
	reply.Buttons = append([]models.Button{opener}, reply.Buttons...)
	return reply, false
}

// errNoTrigger is why a form cannot be opened for a message that came too long ago, or by no command or button.
var errNoTrigger = errors.New("there is no trigger")

// open opens a form while the trigger of the message lasts.
func (w *workspace) open(p *place, f *models.Form) error {
	end := p.entry.Message.At.Add(triggerLife)
	if p.trigger == "" || !w.now().Before(end) {
		return errNoTrigger
	}
	view, err := renderForm(f, p.entry)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(w.work, end.Sub(w.now()))
	defer cancel()
	_, err = w.poster.api.Load().OpenViewContext(ctx, p.trigger, view)
	return scrub(err)
}
