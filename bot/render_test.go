package bot

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// replies are answers of every shape, for the golden files of Render, Text and JSON.
func replies() map[string]models.Reply {
	asOf := time.Date(2026, 6, 15, 10, 3, 0, 0, time.UTC)
	query := &models.Query{Subject: models.Volumes, Filters: []models.Filter{{Field: "health", Op: models.Eq, Values: []string{"healthy"}, Not: true}}}
	volumes := &models.Table{
		Columns: []models.Column{{Key: "name", Title: "Volume"}, {Key: "health", Title: "Health"}, {Key: "size", Title: "Size", Right: true}, {Key: "pods", Title: "Pods"}},
		Rows: [][]models.Cell{
			{{Text: "pvc-0a1b", Value: "pvc-0a1b"}, {Text: "degraded", Value: "degraded", Health: models.Degraded}, {Text: "20 GiB", Value: int64(20 << 30)}, {Text: "mysql-0, mysql-1", Value: []string{"mysql-0", "mysql-1"}}},
			{{Text: "pvc-2c3d", Value: "pvc-2c3d"}, {Text: "down", Value: "down", Health: models.Down}, {Text: "1.5 TiB", Value: int64(3 << 39)}, {Text: "", Value: nil}},
		},
		Total: 2,
	}
	many := bigReply(240)
	many.Title, many.Clusters, many.AsOf = "Volumes", []string{"prod-east"}, asOf
	page := bigReply(141)
	page.Query = &models.Query{Subject: models.Volumes, Offset: 99, Limit: 141}
	huge := bigReply(600)
	huge.AsOf = asOf
	wide := models.Reply{Text: "Wide.", Table: &models.Table{Total: 1, Rows: [][]models.Cell{nil}}}
	for i := range 25 {
		wide.Table.Columns = append(wide.Table.Columns, models.Column{Key: fmt.Sprint("c", i), Title: fmt.Sprint("Column ", i)})
		wide.Table.Rows[0] = append(wide.Table.Rows[0], models.Cell{Text: fmt.Sprint("=", i), Value: float64(i)})
	}
	several := models.Reply{Text: "2 of 12 volumes are not healthy.", Table: volumes, Query: query, Intent: "list", AsOf: asOf,
		Buttons: []models.Button{{Label: "Why?", Action: models.Action{Text: "why?"}}},
		Then: &models.Reply{Text: "They are on 1 node with ``` and `n1`.", Table: volumes, Notes: []string{"A note."}, Query: query, Intent: "list",
			Buttons: []models.Button{{Label: "Count", Action: models.Action{Text: "count"}}}, Then: &models.Reply{Text: "Many.", Table: many.Table, Query: many.Query, Intent: "list"}}}
	return map[string]models.Reply{
		"several": several,
		"sentence": {Text: "There are 12 volumes on `prod-east`, all healthy.", Intent: "count", Confidence: 0.97, Query: &models.Query{Subject: models.Volumes, Aggregate: models.Count}, Clusters: []string{"prod-east"}, AsOf: asOf,
			Entities: []models.Entity{{Type: "cluster", Value: "prod-east", Text: "prod-east", Start: 16, End: 25, Score: 1}}},
		"table":     {Title: "2 volumes are not healthy", Text: "2 of 12 volumes are not healthy.", Table: volumes, Query: query, Intent: "list", Confidence: 1, Clusters: []string{"prod-east", "staging"}, AsOf: asOf},
		"next-page": many,
		"last-page": page,
		"file":      huge,
		"wide":      wide,
		"facts": {Title: "Volume pvc-0a1b", Text: "`pvc-0a1b` is degraded: 2 of 3 replicas are healthy.", Facts: []models.Fact{
			{Label: "Health", Value: "degraded", Health: models.Degraded}, {Label: "Size", Value: "20 GiB"}, {Label: "Claim", Value: "`db/data-mysql-0`"}, {Label: "Pool", Value: ""},
			{Label: "Replicas", Value: "r1 healthy\nr2 rebuilding"}},
			Notes:    []string{"The object says `Healthy`, but its node `n1` is NotReady.", "`staging` does not answer: shown as of 09:00."},
			Clusters: []string{"prod-east"}, AsOf: asOf},
		"question": {Text: "Which volume do you mean?", AskedBack: true, Intent: "describe", Confidence: 0.8, Buttons: []models.Button{
			{Label: "pvc-0a1b on prod-east", Action: models.Action{Intent: "describe", Query: &models.Query{Subject: models.Volumes, Name: "pvc-0a1b"}}},
			{Label: "pvc-0a1c on staging", Action: models.Action{Text: "describe pvc-0a1c"}}}},
		"error": {Text: "I cannot reach `prod-east` now. Try again in a minute.", Err: &models.Error{Kind: models.Unavailable, Message: "I cannot reach prod-east now", Hint: "try again in a minute", Err: errors.New("dial tcp 10.0.0.1:443")}},
		"injection": {Title: "<!channel> & <@U1>", Text: "Event of `<!here|x>`: *bold* <https://evil.example|click> @channel @here `odd",
			Facts: []models.Fact{{Label: "Label <!everyone>", Value: "a=<!subteam^S1> ```x```"}}, Notes: []string{"> quote & <#C1> @everyone"},
			Buttons:  []models.Button{{Label: "<!channel> @here", Action: models.Action{Text: "x"}}},
			Clusters: []string{"<!channel>"}, Table: &models.Table{Columns: []models.Column{{Key: "n", Title: "<@U1>"}}, Rows: [][]models.Cell{{{Text: "<!channel> @here \x1b[31m\u202eevil"}}}}},
		"long-text": {Text: strings.Repeat("A sentence about a `volume` & more. ", 400)},
		"empty":     {},
		"no-rows":   {Text: "No volume is down.", Table: &models.Table{Columns: volumes.Columns}},
		"long-button": {Text: "Next?", Buttons: []models.Button{
			{Label: strings.Repeat("very ", 30) + "long", Action: models.Action{Text: "short"}}, {Label: "gone", Action: models.Action{Text: strings.Repeat("x", 2000)}}, {Label: " ", Action: models.Action{Text: "x"}}}},
		"many-clusters": {Text: "Everywhere.", Clusters: []string{"a", "b", "c", "d", "e", "f", "g", "h"}, AsOf: asOf},
	}
}

func TestRenderGolden(t *testing.T) {
	for name, reply := range replies() {
		t.Run(name, func(t *testing.T) {
			out := Render(reply)
			check(t, out)
			var b bytes.Buffer
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			e.SetIndent("", " ")
			if err := e.Encode(out.Blocks); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "--- text\n%s\n", out.Text)
			for _, f := range out.Files {
				fmt.Fprintf(&b, "--- file %s (%s), %d bytes\n%.300s\n", f.Name, f.Title, len(f.Content), f.Content)
			}
			golden(t, "render/"+name+".txt", b.Bytes())
		})
	}
}

func TestTextGolden(t *testing.T) {
	for name, reply := range replies() {
		if strings.Contains(name, "page") || name == "file" || name == "long-text" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			got := Text(reply, TextOptions{}) + "\n--- 40 wide, with colours and choices\n" + Text(reply, TextOptions{Width: 40, Color: true, Choices: true}) + "\n"
			golden(t, "text/"+name+".txt", []byte(got))
		})
	}
}

func TestJSONGolden(t *testing.T) {
	for _, name := range []string{"sentence", "table", "question", "error", "empty", "facts", "several"} {
		got, err := JSON(replies()[name])
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "json/"+name+".json", append(got, '\n'))
	}
}

// The next page goes on where this one stops, and does not go past the limit of the query.
func TestNextPage(t *testing.T) {
	r := replies()["last-page"]
	out := renderTable(r, false)
	if len(out.next) != 1 || out.next[0].Action.Query.Offset != 198 || out.next[0].Action.Query.Limit != 42 || out.next[0].Label != "Next 42" {
		t.Fatalf("got %+v", out.next)
	}
	if r.Query.Offset != 99 {
		t.Error("the reply's query was changed")
	}
	r.Query = nil
	if out := renderTable(r, false); out.next != nil || len(out.files) != 1 {
		t.Errorf("without a query: %+v", out)
	}
}

// The reply's own "next" would skip the rows that the table does not show.
func TestNextReplacesTheReplys(t *testing.T) {
	r := bigReply(150)
	r.Query.Limit, r.Table.Total = 150, 400
	far, other := r.Query.Clone(), r.Query.Clone()
	far.Offset = 150
	r.Buttons = []models.Button{{Label: "Next 150", Action: models.Action{Query: far}}, {Label: "Count", Action: models.Action{Query: other}}}
	got := withNext(r, renderTable(r, false).next)
	if len(got) != 2 || got[0].Label != "Count" || got[1].Label != "Next 51" || got[1].Action.Query.Offset != 99 {
		t.Errorf("got %+v", got)
	}
}

func TestCSV(t *testing.T) {
	for in, want := range map[string]string{
		"=1+2": "'=1+2", "+x": "'+x", "-x": "'-x", "@x": "'@x", "-12.5": "-12.5", "+3": "+3", "a=b": "a=b", "": "", "\t=x": "'=x",
		"a,\"b\"\nc": "a,\"b\"\nc",
	} {
		if got := csvCell(in); got != want {
			t.Errorf("csvCell(%q) = %q, want %q", in, got, want)
		}
	}
	r := bigReply(3)
	records, err := csv.NewReader(bytes.NewReader(tableCSV(r.Table))).ReadAll()
	if err != nil || len(records) != 4 || records[3][0] != "pvc-0002" || records[0][1] != "Size" {
		t.Errorf("got %v, %v", records, err)
	}
}

// check fails the test if a message is not within Slack's limits, or if something in it could be taken for markup that
// notifies somebody.
func check(t *testing.T, out Rendered) {
	t.Helper()
	raw, err := json.Marshal(out.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []map[string]any
	if err := json.Unmarshal(raw, &blocks); err != nil {
		t.Fatal(err)
	}
	atMost(t, "blocks", len(blocks), 0, 50)
	atMost(t, "text", units(out.Text), 1, 4000)
	noMarkup(t, out.Text, true)
	tables := 0
	ids := map[any]bool{}
	for _, b := range blocks {
		switch b["type"] {
		case "header":
			textObject(t, b["text"], 150)
		case "section":
			if b["text"] == nil && b["fields"] == nil {
				t.Error("a section has neither text nor fields")
			}
			if b["text"] != nil {
				textObject(t, b["text"], 3000)
			}
			if fields, ok := b["fields"].([]any); ok {
				atMost(t, "fields", len(fields), 1, 10)
				for _, f := range fields {
					textObject(t, f, 2000)
				}
			}
		case "context":
			elements := b["elements"].([]any)
			atMost(t, "context elements", len(elements), 1, 10)
			for _, e := range elements {
				textObject(t, e, 3000)
			}
		case "actions":
			elements := b["elements"].([]any)
			atMost(t, "actions", len(elements), 1, 25)
			for _, e := range elements {
				button := e.(map[string]any)
				textObject(t, button["text"], 75)
				atMost(t, "button value", units(button["value"].(string)), 1, 2000)
				if ids[button["action_id"]] {
					t.Error("two buttons have the same action_id")
				}
				ids[button["action_id"]] = true
			}
		case "divider":
		case "table":
			tables++
			checkTable(t, b)
		default:
			t.Errorf("unknown block %v", b["type"])
		}
	}
	atMost(t, "tables", tables, 0, 1)
	for _, f := range out.Files {
		atMost(t, "name of a file", len(f.Name), 1, 100)
		atMost(t, "size of a file", len(f.Content), 1, 1<<30)
	}
}

func checkTable(t *testing.T, b map[string]any) {
	t.Helper()
	rows := b["rows"].([]any)
	atMost(t, "rows", len(rows), 2, 100)
	atMost(t, "column settings", len(b["column_settings"].([]any)), 1, 20)
	total := 0
	for _, r := range rows {
		cells := r.([]any)
		atMost(t, "cells", len(cells), 1, 20)
		if len(cells) != len(rows[0].([]any)) {
			t.Error("rows differ in length")
		}
		for _, c := range cells {
			cell := c.(map[string]any)
			if cell["type"] == "raw_text" {
				atMost(t, "cell", units(cell["text"].(string)), 1, 1000)
				total += units(cell["text"].(string))
			}
			walk(t, c)
		}
	}
	atMost(t, "characters of a table", total, 0, 10_000)
}

func textObject(t *testing.T, o any, limit int) {
	t.Helper()
	m := o.(map[string]any)
	text := m["text"].(string)
	atMost(t, "length of "+m["type"].(string), units(text), 1, limit)
	if strings.TrimSpace(text) == "" {
		t.Error("a blank text")
	}
	if lines, ok := strings.CutPrefix(text, "```"); ok { // a table as lines, which nothing in it ends
		text = strings.TrimSuffix(lines, "```")
	}
	noMarkup(t, text, m["type"] == "mrkdwn")
	if m["type"] == "mrkdwn" && m["verbatim"] != true {
		t.Errorf("Slack would make links in %q", text)
	}
}

// walk checks every string under a value as plain text.
func walk(t *testing.T, v any) {
	t.Helper()
	switch v := v.(type) {
	case string:
		noMarkup(t, v, false)
	case []any:
		for _, x := range v {
			walk(t, x)
		}
	case map[string]any:
		for _, x := range v {
			walk(t, x)
		}
	}
}

func noMarkup(t *testing.T, text string, marked bool) {
	t.Helper()
	for _, bad := range []string{"<!", "<@", "<#", "@channel", "@here", "@everyone", "\x1b", "\u202e"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q in %q", bad, text)
		}
	}
	if !marked {
		return
	}
	if strings.ContainsAny(text, "<>") || strings.Contains(text, "```") {
		t.Errorf("markup in %q", text)
	}
	for _, part := range strings.Split(text, "&")[1:] {
		if !strings.HasPrefix(part, "amp;") && !strings.HasPrefix(part, "lt;") && !strings.HasPrefix(part, "gt;") {
			t.Errorf("a bare & before %.10q", part)
		}
	}
}

func atMost(t *testing.T, what string, got, least, most int) {
	t.Helper()
	if got < least || got > most {
		t.Errorf("%s: %d, not %d to %d", what, got, least, most)
	}
}

// Any reply is rendered within the limits, and nothing in it becomes markup.
func FuzzRender(f *testing.F) {
	f.Add("volume", "<!channel>", 3, 4, 5, 6)
	f.Add("&<>`", "@here", 100, 20, 60, 30)
	f.Add("", " ", 1, 1, 1, 1)
	f.Add("```\n\n`", "\x00\xff\u202e😀", 700, 25, 11, 26)
	f.Add(strings.Repeat("&", 200), strings.Repeat("x ", 400), 120, 21, 12, 3)
	f.Fuzz(func(t *testing.T, a, b string, rows, columns, facts, buttons int) {
		rows, columns, facts, buttons = abs(rows)%620, abs(columns)%26, abs(facts)%70, abs(buttons)%30
		if (len(a)+len(b))*(rows*columns/10+1) > 100_000 {
			return // would only be slow
		}
		r := models.Reply{
			Title: a + b, Text: strings.Repeat(a+" "+b, 1+facts/4), Notes: []string{b, strings.Repeat(a, 5)}, Clusters: []string{a, b},
			Intent: a, AskedBack: rows%2 == 0, Table: &models.Table{Total: rows},
		}
		if buttons%2 == 0 {
			r.Query = &models.Query{Subject: models.Subject(a), Name: b, Offset: facts}
		}
		for i := range columns {
			r.Table.Columns = append(r.Table.Columns, models.Column{Key: fmt.Sprint(i), Title: b, Right: i%2 == 0})
		}
		for i := range rows {
			row := make([]models.Cell, columns)
			for j := range row {
				row[j] = models.Cell{Text: []string{a, b, ""}[(i+j)%3], Health: models.Degraded}
			}
			r.Table.Rows = append(r.Table.Rows, row)
		}
		for i := range facts {
			r.Facts = append(r.Facts, models.Fact{Label: a, Value: strings.Repeat(b, i), Health: models.Down})
		}
		for i := range buttons {
			r.Buttons = append(r.Buttons, models.Button{Label: a, Action: models.Action{Text: strings.Repeat(b, i)}})
		}
		check(t, Render(r))
		if _, err := JSON(r); err != nil {
			t.Error(err)
		}
		for _, line := range strings.Split(Text(r, TextOptions{Width: 80, Choices: true}), "\n") {
			if strings.ContainsAny(line, "\x00\x1b\r\u202e") {
				t.Errorf("a control character in %q", line)
			}
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
