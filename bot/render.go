package bot

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// Slack's limits (https://docs.slack.dev/reference/block-kit). Lengths are in UTF-16 units, the strictest way to count.
const (
	maxBlocks      = 50
	maxSection     = 3000
	maxHeader      = 150
	maxField       = 2000
	maxFields      = 10 // of a section
	maxActions     = 25 // of an actions block
	maxButton      = 75
	maxButtonValue = 2000
	maxTableRows   = 100 // the header is one of them
	maxTableCols   = 20
	maxTableText   = 9000 // all cells together: Slack refuses messages of some 13,000 characters (msg_blocks_too_long)
	maxFallback    = 4000 // of a message's text, from which on Slack may cut it
)

// What a message shows of a long answer; the rest is in a file.
const (
	maxTexts    = 3  // sections
	maxFacts    = 50 // labelled properties
	maxNotes    = 2  // context blocks
	fileRowsMin = 500
)

// actionPrefix begins the action_id of every button, so that a press is known for ours.
const actionPrefix = "mulebot:"

// Rendered is a reply as Slack takes it.
type Rendered struct {
	Text   string        // for notifications, screen readers, and where blocks are not to be had
	Blocks []slack.Block // within all limits of a message
	Files  []File        // what does not fit
}

// File is what is uploaded behind a message.
type File struct {
	Name    string
	Title   string
	Content []byte
}

// Render makes a Slack message of a reply. Text from clusters stands in it as it is: it cannot become markup, a link or a
// mention. A long table becomes its first rows with a button for the next ones, a very long one a CSV file as well.
func Render(r models.Reply) Rendered {
	out := rendered{Rendered: Rendered{Text: fallback(r)}}
	for part := &r; part != nil; part = part.Then {
		if part != &r {
			out.Blocks = append(out.Blocks, slack.NewDividerBlock())
		}
		out.add(*part)
	}
	if len(out.Blocks) >= maxBlocks {
		out.Blocks = out.Blocks[:maxBlocks-1]
		out.Files = append(out.Files, File{"answer.txt", "The whole answer", []byte(Text(r, TextOptions{}))})
	}
	if buttons := renderButtons(out.buttons); len(buttons) > 0 {
		out.Blocks = append(out.Blocks, slack.NewActionBlock("", buttons...))
	}
	return out.Rendered
}

// rendered is a message in the making.
type rendered struct {
	Rendered
	buttons []models.Button // that are to stand at its end
	table   bool            // it has a table block; Slack takes one a message
}

// add adds the blocks of a reply, but not of what it goes on with.
func (out *rendered) add(r models.Reply) {
	if title := oneLine(r.Title); title != "" {
		out.Blocks = append(out.Blocks, slack.NewHeaderBlock(plainObject(cut(inert(title), maxHeader))))
	}
	texts, more := paragraphs(mrkdwn(clean(r.Text)), maxTexts)
	for _, text := range texts {
		out.Blocks = append(out.Blocks, slack.NewSectionBlock(markObject(text), nil, nil))
	}
	out.Blocks = append(out.Blocks, renderFacts(r.Facts)...)
	table := renderTable(r, out.table)
	out.table = out.table || len(table.blocks) > 0
	out.Blocks = append(out.Blocks, table.blocks...)
	notes, moreNotes := paragraphs(mrkdwn(noteLines(r.Notes)), maxNotes)
	for _, note := range append(append(notes, people(r.People)...), fresh(r)...) {
		out.Blocks = append(out.Blocks, slack.NewContextBlock("", markObject(note)))
	}
	out.buttons = append(out.buttons, withNext(r, table.next)...)
	if more || moreNotes || len(r.Facts) > maxFacts {
		r.Then = nil
		out.Files = append(out.Files, File{"answer.txt", "The whole answer", []byte(Text(r, TextOptions{}))})
	}
	out.Files = append(out.Files, table.files...)
}

// fallback is the reply as text, as much of it as there is room for.
func fallback(r models.Reply) string {
	return firstOf(cut(escape(Text(shortTables(r), TextOptions{})), maxFallback), "(nothing)")
}

// shortTables leaves of the tables of a reply as many rows as a table block has.
func shortTables(r models.Reply) models.Reply {
	if t := r.Table; t != nil && len(t.Rows) > maxTableRows {
		first := *t
		first.Rows = t.Rows[:maxTableRows]
		r.Table = &first
		r.Notes = append(r.Notes[:len(r.Notes):len(r.Notes)], fmt.Sprintf("these are %d of %d rows", maxTableRows, len(t.Rows)))
	}
	if r.Then != nil {
		then := shortTables(*r.Then)
		r.Then = &then
	}
	return r
}

func renderFacts(facts []models.Fact) (blocks []slack.Block) {
	facts = facts[:min(len(facts), maxFacts)]
	for len(facts) > 0 {
		n := min(len(facts), maxFields)
		var fields []*slack.TextBlockObject
		for _, f := range facts[:n] {
			label := "*" + mrkdwn(oneLine(f.Label)) + "*"
			if name := nameOf(f.About); name != "" {
				label = name
			}
			text := fmt.Sprintf("%s\n%s%s", label, dot(f.Health), mrkdwn(orDash(clean(f.Value))))
			fields = append(fields, markObject(cut(text, maxField)))
		}
		blocks = append(blocks, slack.NewSectionBlock(nil, fields, nil))
		facts = facts[n:]
	}
	return blocks
}

// idForm is what the ids of users, user groups and channels look like. What has another form is not given to Slack as an id.
var idForm = regexp.MustCompile(`^[UWSCG][A-Z0-9]{2,31}$`)

// nameOf returns what Slack shows as the name of a user, a user group or a channel; "" for what is none.
func nameOf(id string) string {
	switch {
	case !idForm.MatchString(id):
		return ""
	case id[0] == 'S':
		return "<!subteam^" + id + ">"
	case id[0] == 'C' || id[0] == 'G':
		return "<#" + id + ">"
	}
	return "<@" + id + ">"
}

// people returns the line that names whom to turn to; none for nobody.
func people(ids []string) []string {
	var names []string
	for _, id := range ids {
		if name := nameOf(id); name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"Ask " + strings.Join(names, " or ")}
}

// withNext adds the button for the rows that the table does not show, in the place of one that goes on behind them.
func withNext(r models.Reply, next []models.Button) (buttons []models.Button) {
	for _, b := range r.Buttons {
		if q := b.Action.Query; next == nil || q == nil || q.Offset <= r.Query.Offset {
			buttons = append(buttons, b)
		}
	}
	return append(buttons, next...)
}

// renderButtons keeps the buttons that Slack takes: with a label, and a value that is not too long.
func renderButtons(buttons []models.Button) (elements []slack.BlockElement) {
	for _, b := range buttons {
		value, err := json.Marshal(b.Action)
		label := oneLine(b.Label)
		if err != nil || units(string(value)) > maxButtonValue || label == "" || len(elements) == maxActions {
			continue
		}
		id := fmt.Sprintf("%s%d", actionPrefix, len(elements))
		elements = append(elements, slack.NewButtonBlockElement(id, string(value), plainObject(cut(inert(label), maxButton))))
	}
	return elements
}

// noteLines joins notes, one a line.
func noteLines(notes []string) string {
	var lines []string
	for _, n := range notes {
		if n = clean(n); n != "" {
			lines = append(lines, "⚠️ "+n)
		}
	}
	return strings.Join(lines, "\n")
}

// fresh returns the line that says which clusters the answer is about and how old its data is; none if it has no data.
func fresh(r models.Reply) []string {
	line := freshness(r)
	if line == "" {
		return nil
	}
	return []string{cut(escape(line), maxSection)}
}

// freshness says which clusters the answer is about and how old its data is.
func freshness(r models.Reply) string {
	var parts []string
	names := make([]string, 0, len(r.Clusters))
	for _, c := range r.Clusters {
		names = append(names, oneLine(c))
	}
	if n := len(names); n > 6 {
		names = append(names[:5], fmt.Sprintf("%d more", n-5))
	}
	if len(names) > 0 {
		parts = append(parts, strings.Join(names, ", "))
	}
	if !r.AsOf.IsZero() {
		parts = append(parts, "as of "+r.AsOf.UTC().Format("2006-01-02 15:04 UTC"))
	}
	return strings.Join(parts, " · ")
}

// dot returns the coloured dot of a word of health, with a space; "" for none.
func dot(h models.Health) string {
	switch h {
	case models.Healthy:
		return "🟢 "
	case models.Rebuilding:
		return "🔵 "
	case models.Awaiting:
		return "🟡 "
	case models.Unknown:
		return "⚪ "
	case models.Degraded:
		return "🟠 "
	case models.ReadOnly:
		return "🟣 "
	case models.Down:
		return "🔴 "
	}
	return ""
}

func plainObject(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, text, false, false)
}

// markObject returns a mrkdwn text in which Slack makes no links of its own.
func markObject(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, text, false, true)
}

// paragraphs splits a text into at most n parts that fit a section, at line ends, else at spaces, and reports whether
// something is left over.
func paragraphs(text string, n int) (parts []string, more bool) {
	for strings.TrimSpace(text) != "" {
		if len(parts) == n {
			parts[n-1] = cut(parts[n-1]+" …", maxSection)
			return parts, true
		}
		part, rest := text, ""
		if units(text) > maxSection {
			part = safeCut(text, maxSection-2)
			if at := strings.LastIndexAny(part, "\n "); at > maxSection/2 {
				part = part[:at]
			}
			rest = text[len(part):]
		}
		parts = append(parts, strings.TrimSpace(part))
		text = strings.TrimSpace(rest)
	}
	return parts, false
}

// cut shortens a text to a limit, with an ellipsis if something was cut off.
func cut(text string, limit int) string {
	if units(text) <= limit {
		return text
	}
	return safeCut(text, limit-1) + "…"
}

// safeCut returns the longest beginning of a text within the limit that ends between characters and not within an entity
// such as &amp;.
func safeCut(text string, limit int) string {
	n := 0
	for i, r := range text {
		n += max(utf16.RuneLen(r), 1)
		if n > limit {
			text = text[:i]
			break
		}
	}
	if at := strings.LastIndexByte(text, '&'); at >= 0 && at > len(text)-5 && !strings.Contains(text[at:], ";") {
		text = text[:at]
	}
	return text
}

// units counts UTF-16 units.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// clean removes what no door can show: invalid UTF-8, control characters but line ends, and the controls of text direction,
// which make a text look like another.
func clean(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text))
}

// oneLine is clean for what has one line.
func oneLine(text string) string { return strings.Join(strings.Fields(clean(text)), " ") }

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// day is the form of a date in names of files.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
