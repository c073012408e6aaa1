package bot

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// renderedTable is a table as Slack takes it.
type renderedTable struct {
	blocks []slack.Block
	next   []models.Button // for the rows that are not shown
	files  []File
}

// renderTable makes a table block of the rows that fit one, or lines of text where the message has one already, and of the other rows
// a button, a file, or both.
func renderTable(r models.Reply, another bool) (out renderedTable) {
	t := r.Table
	if t == nil || len(t.Rows) == 0 || len(t.Columns) == 0 {
		return out
	}
	block, shown := tableBlock(t)
	if another {
		block, shown = tableLines(t)
	}
	out.blocks = append(out.blocks, block)
	offset := 0
	if r.Query != nil {
		offset = r.Query.Offset
	}
	rest := len(t.Rows) - shown
	if rest > 0 {
		line := fmt.Sprintf("rows %d to %d of %d", offset+1, offset+shown, max(t.Total, offset+len(t.Rows)))
		out.blocks = append(out.blocks, slack.NewContextBlock("", markObject(line)))
		out.next = nextPage(r, shown, rest)
	}
	if len(t.Rows) > fileRowsMin || rest > 0 && out.next == nil || len(t.Columns) > maxTableCols {
		out.files = append(out.files, File{fileName(r), oneLine(r.Title), tableCSV(t)})
	}
	return out
}

// tableBlock returns a table block, and how many rows it has.
func tableBlock(t *models.Table) (slack.Block, int) {
	block := slack.NewTableBlock("")
	columns := t.Columns[:min(len(t.Columns), maxTableCols)]
	size := addHeader(block, columns)
	shown := 0
	for _, row := range t.Rows {
		cells, n := tableRow(row, len(columns))
		if shown > 0 && (size+n > maxTableText || shown == maxTableRows-1) {
			break
		}
		block.AddRow(cells...)
		size += n
		shown++
	}
	return block, shown
}

// tableLines returns a section with a table as preformatted text, and how many rows it has.
func tableLines(t *models.Table) (slack.Block, int) {
	const fence = "```"
	first := *t
	for shown := len(t.Rows); ; shown = shown * 3 / 4 {
		first.Rows = t.Rows[:max(shown, 1)]
		p := &printer{}
		p.table(&first)
		lines := strings.ReplaceAll(escape(inert(strings.TrimSpace(p.b.String()))), "`", "'")
		if room := maxSection - 2*len(fence); units(lines) <= room || shown <= 1 {
			return slack.NewSectionBlock(markObject(fence+cut(lines, room)+fence), nil, nil), len(first.Rows)
		}
	}
}

func addHeader(block *slack.TableBlock, columns []models.Column) (size int) {
	var cells []slack.TableCell
	var settings []slack.ColumnSetting
	for _, c := range columns {
		title := cut(orDash(inert(oneLine(c.Title))), maxHeader)
		size += units(title)
		cells = append(cells, slack.NewTableRichTextCell(slack.NewRichTextSection(
			slack.NewRichTextSectionTextElement(title, &slack.RichTextSectionTextStyle{Bold: true}))))
		align := slack.ColumnAlignmentLeft
		if c.Right {
			align = slack.ColumnAlignmentRight
		}
		settings = append(settings, slack.ColumnSetting{Align: align})
	}
	block.AddRow(cells...).WithColumnSettings(settings...)
	return size
}

// maxCell is how much of one cell is shown; files have it all.
const maxCell = 300

func tableRow(row []models.Cell, columns int) (cells []slack.TableCell, size int) {
	for i := range columns {
		text := ""
		if i < len(row) {
			text = dot(row[i].Health) + oneLine(row[i].Text)
		}
		text = cut(orDash(inert(strings.TrimSpace(text))), maxCell)
		size += units(text)
		cells = append(cells, slack.NewTableRawTextCell(text))
	}
	return cells, size
}

// nextPage returns the button that asks for the rows behind those shown; none if the reply does not say which query it
// answers.
func nextPage(r models.Reply, shown, rest int) []models.Button {
	if r.Query == nil || r.Intent == "" {
		return nil
	}
	q := r.Query.Clone()
	q.Offset += shown
	if q.Limit > 0 {
		q.Limit = max(q.Limit-shown, 1)
	}
	return []models.Button{{
		Label: fmt.Sprintf("Next %d", min(shown, rest)), Action: models.Action{Intent: r.Intent, Query: q},
	}}
}

// fileName names the file of a table: what is listed, and the day of the data.
func fileName(r models.Reply) string {
	name := "rows"
	if r.Query != nil && r.Query.Subject != "" {
		name = string(r.Query.Subject)
		if strings.HasSuffix(name, "s") {
			name += "e" // storageclasses
		}
		name += "s"
	}
	if !r.AsOf.IsZero() {
		name += "-" + day(r.AsOf)
	}
	return name + ".csv"
}

func tableCSV(t *models.Table) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = csvCell(c.Title)
	}
	_ = w.Write(record) // a bytes.Buffer takes everything
	for _, row := range t.Rows {
		clear(record)
		for i := range min(len(row), len(record)) {
			record[i] = csvCell(row[i].Text)
		}
		_ = w.Write(record)
	}
	w.Flush()
	return b.Bytes()
}

// csvCell keeps a spreadsheet from taking a text for a formula
// (https://owasp.org/www-community/attacks/CSV_Injection).
func csvCell(text string) string {
	text = clean(text)
	if text == "" || !strings.ContainsRune("=+-@", rune(text[0])) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return "'" + text
}
