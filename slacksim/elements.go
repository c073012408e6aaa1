package slacksim

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// blockFields returns the names of the fields that a type of block may have
// (https://docs.slack.dev/reference/block-kit/blocks); "" for types that are refused.
func blockFields(kind string) string {
	switch kind {
	case "actions", "context", "rich_text":
		return "type block_id elements"
	case "divider":
		return "type block_id"
	case "header":
		return "type block_id text level"
	case "image":
		return "type block_id image_url slack_file alt_text title"
	case "input":
		return "type block_id label element hint optional dispatch_action"
	case "markdown":
		return "type block_id text"
	case "section":
		return "type block_id text fields accessory expand"
	case "table":
		return "type block_id rows column_settings"
	}
	return ""
}

// elementFields returns the names of the fields that the commoner types of elements may have
// (https://docs.slack.dev/reference/block-kit/block-elements); "" for types that are refused.
func elementFields(kind string) string {
	switch kind {
	case "button":
		return "type text action_id url value style confirm accessibility_label"
	case "file_input":
		return "type action_id filetypes max_files"
	case "image":
		return "type image_url slack_file alt_text"
	case "overflow":
		return "type action_id options confirm"
	case "static_select":
		return "type action_id placeholder options option_groups initial_option confirm focus_on_load"
	case "multi_static_select":
		return "type action_id placeholder options option_groups initial_options confirm max_selected_items focus_on_load"
	case "checkboxes":
		return "type action_id options initial_options confirm focus_on_load"
	case "radio_buttons":
		return "type action_id options initial_option confirm focus_on_load"
	case "datepicker":
		return "type action_id initial_date confirm focus_on_load placeholder"
	case "users_select":
		return "type action_id placeholder initial_user confirm focus_on_load"
	case "multi_users_select":
		return "type action_id placeholder initial_users confirm max_selected_items focus_on_load"
	case "channels_select":
		return "type action_id placeholder initial_channel confirm response_url_enabled focus_on_load"
	case "conversations_select":
		return "type action_id placeholder initial_conversation default_to_current_conversation confirm " +
			"response_url_enabled filter focus_on_load"
	case "plain_text_input":
		return "type action_id initial_value multiline min_length max_length dispatch_action_config focus_on_load placeholder"
	case "number_input":
		return "type action_id is_decimal_allowed initial_value min_value max_value dispatch_action_config focus_on_load placeholder"
	}
	return ""
}

// elements checks the elements of an actions block.
func (c *checker) elements(b object, at string, most int) {
	ids := map[string]bool{}
	c.each(b, "elements", at, 1, most, func(e object, at string) {
		if kind, _ := e["type"].(string); inputOnly(kind) {
			c.fault(at+"/type", "unsupported type: %s", kind)
			return
		}
		c.element(e, at)
		if id, _ := e["action_id"].(string); id != "" {
			if ids[id] {
				c.fault(at+"/action_id", "action_id %q is used more than once", id)
			}
			ids[id] = true
		}
	})
}

// element checks an interactive element or an image.
func (c *checker) element(e object, at string) {
	kind, _ := e["type"].(string)
	allowed := elementFields(kind)
	if allowed == "" {
		c.fault(at+"/type", "unsupported type: %s", kind)
		return
	}
	c.only(e, at, allowed)
	c.str(e, "action_id", at, 0, 255, false)
	c.text(e, "placeholder", at, 150, plainOnly, false)
	c.child(e, "confirm", at, false, c.confirm)
	switch kind {
	case "image":
		c.image(e, at)
	case "button":
		c.text(e, "text", at, 75, plainOnly, true)
		c.str(e, "url", at, 0, 3000, false)
		c.str(e, "value", at, 0, 2000, false)
		c.str(e, "accessibility_label", at, 0, 75, false)
		if s := e["style"]; s != nil && s != "primary" && s != "danger" {
			c.fault(at+"/style", "must be one of: primary, danger")
		}
	case "plain_text_input":
		c.number(e, "min_length", at, 0, maxInput)
		c.number(e, "max_length", at, 1, maxInput)
		c.str(e, "initial_value", at, 0, maxInput, false)
	case "file_input":
		c.number(e, "max_files", at, 1, 10)
	case "overflow":
		c.each(e, "options", at, 1, 5, c.option)
	case "checkboxes", "radio_buttons":
		c.each(e, "options", at, 1, 10, c.option)
	case "static_select", "multi_static_select":
		if e["option_groups"] == nil {
			c.each(e, "options", at, 1, 100, c.option)
		}
	}
}

// maxInput is how many characters a plain_text_input takes
// (https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element).
const maxInput = 3000

// inputOnly reports whether a type of element stands in input blocks only.
func inputOnly(kind string) bool {
	return kind == "plain_text_input" || kind == "number_input" || kind == "file_input"
}

// input checks the element of an input block.
func (c *checker) input(e object, at string) {
	if kind := e["type"]; kind == "button" || kind == "image" || kind == "overflow" {
		c.fault(at+"/type", "unsupported type: %v", kind)
		return
	}
	c.element(e, at)
}

// number checks the number in a field.
func (c *checker) number(b object, field, at string, least, most float64) {
	v, ok := b[field]
	if !ok || v == nil {
		return
	}
	n, ok := v.(float64)
	switch {
	case !ok || n != math.Trunc(n):
		c.fault(at+"/"+field, "must be an integer")
	case n < least:
		c.fault(at+"/"+field, "must be greater than or equal to %v", least)
	case n > most:
		c.fault(at+"/"+field, "must be less than or equal to %v", most)
	}
}

func (c *checker) option(o object, at string) {
	c.only(o, at, "text value description url")
	c.text(o, "text", at, 75, anyText, true)
	c.str(o, "value", at, 1, 150, true)
	c.text(o, "description", at, 75, anyText, false)
	c.str(o, "url", at, 0, 3000, false)
}

func (c *checker) confirm(o object, at string) {
	c.text(o, "title", at, 100, plainOnly, true)
	c.text(o, "text", at, 300, anyText, true)
	c.text(o, "confirm", at, 30, plainOnly, true)
	c.text(o, "deny", at, 30, plainOnly, true)
}

// What a text object may be.
const (
	anyText   = false
	plainOnly = true
)

// text checks the text object in a field.
func (c *checker) text(b object, field, at string, most int, plain, required bool) {
	c.child(b, field, at, required, func(o object, at string) { c.textObject(o, at, most, plain) })
}

func (c *checker) textObject(o object, at string, most int, plain bool) {
	switch {
	case o["type"] == "plain_text":
		c.only(o, at, "type text emoji")
	case o["type"] == "mrkdwn" && !plain:
		c.only(o, at, "type text verbatim")
	default:
		c.fault(at+"/type", "unsupported type: %v", o["type"])
		return
	}
	c.str(o, "text", at, 1, most, true)
}

// child checks the object in a field.
func (c *checker) child(b object, field, at string, required bool, check func(object, string)) {
	v, ok := b[field]
	if !ok || v == nil {
		if required {
			c.fault(at, "missing required field: %s", field)
		}
		return
	}
	o, ok := v.(object)
	if !ok {
		c.fault(at+"/"+field, "must be an object")
		return
	}
	check(o, at+"/"+field)
}

// each checks the objects of the array in a field.
func (c *checker) each(b object, field, at string, least, most int, check func(object, string)) {
	at += "/" + field
	list, ok := b[field].([]any)
	if !ok {
		c.fault(at, "must provide an array")
		return
	}
	c.count(list, at, least, most)
	for i, v := range list {
		o, ok := v.(object)
		if !ok {
			c.fault(fmt.Sprintf("%s/%d", at, i), "must be an object")
			continue
		}
		check(o, fmt.Sprintf("%s/%d", at, i))
	}
}

func (c *checker) count(list []any, at string, least, most int) {
	if len(list) < least {
		c.fault(at, "no less than %d items allowed", least)
	}
	if len(list) > most {
		c.fault(at, "no more than %d items allowed", most)
	}
}

// str checks the length in characters of the string in a field and returns it.
func (c *checker) str(b object, field, at string, least, most int, required bool) string {
	v, ok := b[field]
	if !ok || v == nil {
		if required {
			c.fault(at, "missing required field: %s", field)
		}
		return ""
	}
	s, ok := v.(string)
	if !ok {
		c.fault(at+"/"+field, "must be a string")
		return ""
	}
	switch n := utf8.RuneCountInString(s); {
	case n < least:
		c.fault(at+"/"+field, "must be more than %d characters", least-1)
	case n > most:
		c.fault(at+"/"+field, "must be less than %d characters", most+1)
	}
	return s
}

// only refuses fields that the type does not have. Allowed are their names, with spaces between.
func (c *checker) only(b object, at, allowed string) {
	for k := range b {
		if !slices.Contains(strings.Fields(allowed), k) {
			c.fault(at, "invalid additional property: %s", k)
		}
	}
}
