package slacksim

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// times returns n copies of an item, joined as the items of a JSON array.
func times(n int, item string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
}

// numbered returns n items made from a format with the number in it.
func numbered(n int, format string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(format, i)
	}
	return "[" + strings.Join(items, ",") + "]"
}

func long(n int) string { return strings.Repeat("é", n) }

func section(n int) string {
	return `[{"type":"section","text":{"type":"mrkdwn","text":"` + long(n) + `"}}]`
}

func header(n int) string {
	return `[{"type":"header","text":{"type":"plain_text","text":"` + long(n) + `"}}]`
}

func button(fields string) string {
	return `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"}` + fields + `}]}]`
}

func table(rows string) string { return `[{"type":"table","rows":` + rows + `}]` }

const (
	aCell = `{"type":"raw_text","text":"x"}`
	aText = `{"type":"mrkdwn","text":"x"}`
)

func TestBlocks(t *testing.T) {
	for _, c := range []struct{ name, blocks, want string }{
		{"50 blocks", times(50, `{"type":"divider"}`), ""},
		{"51 blocks", times(51, `{"type":"divider"}`), "no more than 50 items allowed [json-pointer:/blocks]"},
		{"no array", `{"type":"divider"}`, "invalid_blocks_format"},
		{"a string in the array", `["x"]`, "invalid_blocks_format"},
		{"unknown type", `[{"type":"sections"}]`, "unsupported type: sections [json-pointer:/blocks/0/type]"},
		{"no type", `[{}]`, "unsupported type:  [json-pointer:/blocks/0/type]"},
		{"unknown field", `[{"type":"divider","colour":"red"}]`, "invalid additional property: colour [json-pointer:/blocks/0]"},
		{"block_id of 255", `[{"type":"divider","block_id":"` + long(255) + `"}]`, ""},
		{"block_id of 256", `[{"type":"divider","block_id":"` + long(256) + `"}]`, "must be less than 256 characters [json-pointer:/blocks/0/block_id]"},
		{"block_id twice", times(2, `{"type":"divider","block_id":"a"}`), `block_id "a" is used more than once [json-pointer:/blocks/1/block_id]`},

		{"section of 3000", section(3000), ""},
		{"section of 3001", section(3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"section of 0", section(0), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		{"section without text", `[{"type":"section"}]`, "missing required field: text or fields [json-pointer:/blocks/0]"},
		{"section with a string", `[{"type":"section","text":"x"}]`, "must be an object [json-pointer:/blocks/0/text]"},
		{"10 fields", `[{"type":"section","fields":` + times(10, aText) + `}]`, ""},
		{"11 fields", `[{"type":"section","fields":` + times(11, aText) + `}]`, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
		{"field of 2001", `[{"type":"section","fields":[{"type":"mrkdwn","text":"` + long(2001) + `"}]}]`, "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"},

		{"header of 150", header(150), ""},
		{"header of 151", header(151), "must be less than 151 characters [json-pointer:/blocks/0/text/text]"},
		{"header in mrkdwn", `[{"type":"header","text":` + aText + `}]`, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"},
		{"header without text", `[{"type":"header"}]`, "missing required field: text [json-pointer:/blocks/0]"},

		{"context of 10", `[{"type":"context","elements":` + times(10, aText) + `}]`, ""},
		{"context of 11", `[{"type":"context","elements":` + times(11, aText) + `}]`, "no more than 10 items allowed [json-pointer:/blocks/0/elements]"},
		{"context of 0", `[{"type":"context","elements":[]}]`, "no less than 1 items allowed [json-pointer:/blocks/0/elements]"},
		{"context without elements", `[{"type":"context"}]`, "must provide an array [json-pointer:/blocks/0/elements]"},
		{"context with an image", `[{"type":"context","elements":[{"type":"image","image_url":"https://x","alt_text":"x"}]}]`, ""},
		{"image without alt_text", `[{"type":"image","image_url":"https://x"}]`, "missing required field: alt_text [json-pointer:/blocks/0]"},

		{"25 buttons", `[{"type":"actions","elements":` + numbered(25, `{"type":"button","action_id":"a%d","text":{"type":"plain_text","text":"x"}}`) + `}]`, ""},
		{"26 buttons", `[{"type":"actions","elements":` + numbered(26, `{"type":"button","action_id":"a%d","text":{"type":"plain_text","text":"x"}}`) + `}]`, "no more than 25 items allowed [json-pointer:/blocks/0/elements]"},
		{"action_id twice", `[{"type":"actions","elements":` + times(2, `{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}`) + `}]`, `action_id "a" is used more than once [json-pointer:/blocks/0/elements/1/action_id]`},
		{"action_id of 256", button(`,"action_id":"` + long(256) + `"`), "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]"},
		{"value of 2000", button(`,"value":"` + long(2000) + `"`), ""},
		{"value of 2001", button(`,"value":"` + long(2001) + `"`), "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"},
		{"value that is a number", button(`,"value":1`), "must be a string [json-pointer:/blocks/0/elements/0/value]"},
		{"url of 3001", button(`,"url":"` + long(3001) + `"`), "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]"},
		{"style", button(`,"style":"green"`), "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]"},
		{"button text of 76", `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"` + long(76) + `"}}]}]`, "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"},
		{"confirm without deny", button(`,"confirm":{"title":{"type":"plain_text","text":"x"},"text":` + aText + `,"confirm":{"type":"plain_text","text":"x"}}`), "missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]"},
		{"a menu", `[{"type":"actions","elements":[{"type":"static_select","options":` + numbered(100, `{"text":{"type":"plain_text","text":"x"},"value":"%d"}`) + `}]}]`, ""},
		{"101 options", `[{"type":"actions","elements":[{"type":"static_select","options":` + numbered(101, `{"text":{"type":"plain_text","text":"x"},"value":"%d"}`) + `}]}]`, "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"},
		{"an unknown element", `[{"type":"actions","elements":[{"type":"lever"}]}]`, "unsupported type: lever [json-pointer:/blocks/0/elements/0/type]"},

		{"a table", table(times(100, times(20, aCell))), ""},
		{"101 rows", table(times(101, times(1, aCell))), "no more than 100 items allowed [json-pointer:/blocks/0/rows]"},
		{"21 columns", table(times(1, times(21, aCell))), "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"},
		{"no rows", table("[]"), "no less than 1 items allowed [json-pointer:/blocks/0/rows]"},
		{"an empty cell", table(`[[{"type":"raw_text","text":""}]]`), "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]"},
		{"no cell", table(`[[null]]`), "failed to match all allowed schemas [json-pointer:/blocks/0/rows/0/0]"},
		{"two tables", times(2, `{"type":"table","rows":[[`+aCell+`]]}`), "only_one_table_allowed [json-pointer:/blocks]"},
		{"column settings", `[{"type":"table","rows":[[` + aCell + `]],"column_settings":[{"align":"up"}]}]`, "must be one of: " + alignments + " [json-pointer:/blocks/0/column_settings/0/align]"},
		{"a rich cell", table(`[[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[]}]},{"type":"raw_number","value":1}]]`), ""},

		{"markdown of 12000", `[{"type":"markdown","text":"` + long(12000) + `"}]`, ""},
		{"markdown of 6001 twice", times(2, `{"type":"markdown","text":"`+long(6001)+`"}`), "msg_blocks_too_long"},
		{"rich text", `[{"type":"rich_text","elements":[{"type":"rich_text_preformatted","elements":[]}]}]`, ""},
		{"input", `[{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input"}}]`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := checkBlocks(json.RawMessage(c.blocks), onMessage())
			got := ""
			var e *apiError
			if errors.As(err, &e) {
				if got = e.code; e.messages != nil {
					got = strings.TrimPrefix(strings.Join(e.messages, "; "), "[ERROR] ")
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestInvalidBlocksOnTheWire(t *testing.T) {
	w := newWorld(t, Options{})
	storage := w.Channel("storage")
	r := w.call("chat.postMessage", map[string]any{"channel": storage, "text": "x", "blocks": json.RawMessage(section(3001))})
	fault := "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
	if r.Error != "invalid_blocks" || len(r.Errors) != 1 || r.Errors[0] != fault || r.Metadata.Messages[0] != "[ERROR] "+fault {
		t.Errorf("got %s", r.raw)
	}
	r = w.form("chat.postMessage", "channel", storage, "blocks", `[{"type":"table","rows":[[`+aCell+`]]},{"type":"table","rows":[[`+aCell+`]]}]`)
	if r.Error != "invalid_attachments" {
		t.Errorf("two tables: %s", r.raw)
	}
	r = w.form("chat.postMessage", "channel", storage, "attachments", `[{"pretext":"x","blocks":`+section(3001)+`}]`)
	if r.Error != "invalid_attachments" || !strings.Contains(r.Errors[0], "/attachments/0/blocks/0/text/text") {
		t.Errorf("blocks of an attachment: %s", r.raw)
	}
	r = w.form("chat.postMessage", "channel", storage, "attachments", `[{"pretext":"x","text":"x"}]`)
	if !r.OK || len(w.Messages(storage, "")) != 1 {
		t.Errorf("an attachment: %s", r.raw)
	}
	r = w.form("chat.postMessage", "channel", storage, "blocks", section(1))
	var blocks []struct {
		ID string `json:"block_id"`
	}
	if err := json.Unmarshal(w.Messages(storage, "")[1].Blocks, &blocks); err != nil || !r.OK || blocks[0].ID == "" {
		t.Errorf("blocks without ids: %s, %v", r.raw, err)
	}
}

func FuzzCheckBlocks(f *testing.F) {
	for _, s := range []string{section(1), header(1), button(""), table(times(1, times(1, aCell))), buttons, "null", "[null]", `[{"type":1}]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		blocks, err := checkBlocks(raw, onMessage())
		if err != nil {
			return
		}
		again := identify(blocks, func() string { return "id" })
		if !json.Valid(again) {
			t.Errorf("%s became %s", raw, again)
		}
		_ = Message{Blocks: again}.Buttons()
	})
}
