package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// surface is where blocks are shown.
type surface struct {
	pointer string // JSON pointer of the array of blocks
	most    int    // blocks
	code    string // of the error
	view    bool   // a modal or a home tab, not a message
}

// onMessage is a message: https://docs.slack.dev/reference/block-kit/blocks allows 50 blocks.
func onMessage() surface { return surface{"/blocks", 50, "invalid_blocks", false} }

// onView is a modal or a home tab, which may have 100 blocks.
func onView() surface { return surface{"/view/blocks", 100, "invalid_arguments", true} }

// checkBlocks checks blocks against Block Kit's reference. Its error carries a sentence and a JSON pointer for each
// fault, as Slack's does.
func checkBlocks(raw json.RawMessage, on surface) ([]object, error) {
	var blocks []object
	if json.Unmarshal(raw, &blocks) != nil {
		return nil, failure("invalid_blocks_format")
	}
	c := &checker{ids: map[string]bool{}}
	if len(blocks) > on.most {
		c.fault(on.pointer, "no more than %d items allowed", on.most)
	}
	for i, b := range blocks {
		c.block(b, fmt.Sprintf("%s/%d", on.pointer, i), on)
	}
	if c.tables > 1 {
		// https://docs.slack.dev/reference/block-kit/blocks/table-block: one table a message.
		return nil, blockError("invalid_attachments", []string{"only_one_table_allowed [json-pointer:" + on.pointer + "]"})
	}
	if c.faults != nil {
		return nil, blockError(on.code, c.faults)
	}
	if c.markdown > maxMarkdown {
		return nil, failure("msg_blocks_too_long")
	}
	return blocks, nil
}

func blockError(code string, faults []string) error {
	messages := make([]string, len(faults))
	for i, f := range faults {
		messages[i] = "[ERROR] " + f
	}
	return &apiError{code: code, messages: messages, extra: object{"errors": faults}}
}

// checkAttachments checks the blocks inside attachments.
func checkAttachments(raw json.RawMessage) error {
	var list []struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	if json.Unmarshal(raw, &list) != nil {
		return failure("invalid_attachments")
	}
	if len(list) > 100 { // https://docs.slack.dev/reference/methods/chat.postMessage#errors
		return failure("too_many_attachments")
	}
	for i, a := range list {
		if a.Blocks == nil {
			continue
		}
		on := surface{fmt.Sprintf("/attachments/%d/blocks", i), 50, "invalid_attachments", false}
		if _, err := checkBlocks(a.Blocks, on); err != nil {
			return err
		}
	}
	return nil
}

// identify gives an id to the blocks that have none and returns them as JSON.
func identify(blocks []object, id func() string) json.RawMessage {
	for _, b := range blocks {
		if b["block_id"] == nil {
			b["block_id"] = id()
		}
	}
	out, _ := json.Marshal(blocks)
	return out
}

// maxMarkdown is how many characters all markdown blocks of a message may have together
// (https://docs.slack.dev/reference/block-kit/blocks/markdown-block).
const maxMarkdown = 12_000

// checker collects what is wrong with blocks.
type checker struct {
	faults   []string
	ids      map[string]bool // block ids
	tables   int
	markdown int
}

func (c *checker) fault(at, format string, a ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, a...)+" [json-pointer:"+at+"]")
}

// block checks one block. The limits are those of its page below https://docs.slack.dev/reference/block-kit/blocks.
func (c *checker) block(b object, at string, on surface) {
	kind, _ := b["type"].(string)
	allowed := blockFields(kind)
	if allowed == "" {
		c.fault(at+"/type", "unsupported type: %s", kind)
		return
	}
	c.only(b, at, allowed)
	if id := c.str(b, "block_id", at, 0, 255, false); id != "" {
		if c.ids[id] {
			c.fault(at+"/block_id", "block_id %q is used more than once", id)
		}
		c.ids[id] = true
	}
	switch kind {
	case "section":
		c.section(b, at)
	case "header":
		c.text(b, "text", at, 150, plainOnly, true)
	case "context":
		c.each(b, "elements", at, 1, 10, c.contextElement)
	case "actions":
		c.elements(b, at, 25)
	case "image":
		c.image(b, at)
		c.text(b, "title", at, 2000, plainOnly, false)
	case "input":
		c.text(b, "label", at, 2000, plainOnly, true)
		c.text(b, "hint", at, 2000, plainOnly, false)
		c.child(b, "element", at, true, func(e object, at string) {
			if e["type"] == "file_input" && !on.view {
				c.fault(at+"/type", "unsupported type: file_input") // in modals only
				return
			}
			c.input(e, at)
		})
	case "markdown":
		c.markdown += len([]rune(c.str(b, "text", at, 1, maxMarkdown, true)))
	case "rich_text":
		c.each(b, "elements", at, 0, 1<<20, c.richText)
	case "table":
		c.table(b, at, on)
	}
}

func (c *checker) section(b object, at string) {
	if b["text"] == nil && b["fields"] == nil {
		c.fault(at, "missing required field: text or fields")
	}
	c.text(b, "text", at, 3000, anyText, false)
	if b["fields"] != nil {
		c.each(b, "fields", at, 1, 10, func(f object, at string) { c.textObject(f, at, 2000, anyText) })
	}
	c.child(b, "accessory", at, false, c.element)
}

func (c *checker) contextElement(e object, at string) {
	if e["type"] == "image" {
		c.only(e, at, elementFields("image"))
		c.image(e, at)
		return
	}
	c.textObject(e, at, 3000, anyText)
}

func (c *checker) image(b object, at string) {
	if b["slack_file"] == nil {
		c.str(b, "image_url", at, 1, 3000, true)
	}
	c.str(b, "alt_text", at, 1, 2000, true)
}

func (c *checker) richText(e object, at string) {
	switch e["type"] {
	case "rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote":
		if _, ok := e["elements"].([]any); !ok {
			c.fault(at, "missing required field: elements")
		}
	default:
		c.fault(at+"/type", "unsupported type: %v", e["type"])
	}
}

// table checks a table block: 1 to 100 rows of 1 to 20 cells, 20 column settings, none in views
// (https://docs.slack.dev/reference/block-kit/blocks/table-block). A cell without text is refused.
func (c *checker) table(b object, at string, on surface) {
	c.tables++
	if on.view {
		c.fault(at+"/type", "unsupported type: table")
		return
	}
	rows, _ := b["rows"].([]any)
	c.count(rows, at+"/rows", 1, 100)
	for i, r := range rows {
		cells, _ := r.([]any)
		c.count(cells, fmt.Sprintf("%s/rows/%d", at, i), 1, 20)
		for j, cell := range cells {
			o, _ := cell.(object)
			c.cell(o, fmt.Sprintf("%s/rows/%d/%d", at, i, j))
		}
	}
	if b["column_settings"] == nil {
		return
	}
	c.each(b, "column_settings", at, 0, 20, func(s object, at string) {
		c.only(s, at, "align is_wrapped")
		if a, ok := s["align"].(string); s["align"] != nil && (!ok || !slices.Contains(strings.Split(alignments, ", "), a)) {
			c.fault(at+"/align", "must be one of: "+alignments)
		}
	})
}

const alignments = "left, center, right" //nolint:misspell // Slack spells so

func (c *checker) cell(o object, at string) {
	switch o["type"] {
	case "raw_text":
		c.only(o, at, "type text")
		c.str(o, "text", at, 1, 3000, true)
	case "raw_number":
		if _, ok := o["value"].(float64); !ok {
			c.fault(at, "missing required field: value")
		}
	case "rich_text":
		c.each(o, "elements", at, 1, 1<<20, c.richText)
	default:
		c.fault(at, "failed to match all allowed schemas")
	}
}
