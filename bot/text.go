package bot

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/mulebot/mulebot/models"
)

// TextOptions says how [Text] lays out a reply.
type TextOptions struct {
	Width   int  // of the terminal in characters; wider tables are squeezed into it; 0: as wide as it takes
	Color   bool // with ANSI escape sequences
	Choices bool // list the buttons, numbered from 1
}

// Text makes plain text of a reply, for terminals and files: all of it, with tables aligned.
func Text(r models.Reply, o TextOptions) string {
	p := &printer{o: o}
	if title := oneLine(r.Title); title != "" {
		p.part(p.style(bold, title))
	}
	if text := clean(r.Text); text != "" {
		p.line(p.names(text))
	}
	p.facts(r.Facts)
	p.table(r.Table)
	p.foot(r)
	if r.Then != nil {
		p.part(Text(*r.Then, o))
	}
	return strings.TrimRight(p.b.String(), "\n")
}

// The ANSI colours (ECMA-48, select graphic rendition).
const (
	bold   = "1"
	faint  = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	blue   = "34"
	purple = "35"
	cyan   = "36"
)

type printer struct {
	o TextOptions
	b strings.Builder
}

func (p *printer) line(text string) { p.b.WriteString(text + "\n") }

// part writes a line set off from what stands before.
func (p *printer) part(text string) {
	if p.b.Len() > 0 {
		p.b.WriteByte('\n')
	}
	p.line(text)
}

func (p *printer) style(code, text string) string {
	if !p.o.Color || code == "" || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// names takes away the backticks around names, and sets the names off where there are colours.
func (p *printer) names(text string) string {
	parts := strings.Split(text, "`")
	for i := 1; i+1 < len(parts); i += 2 {
		parts[i] = p.style(cyan, parts[i])
	}
	return strings.Join(parts, "")
}

func (p *printer) facts(facts []models.Fact) {
	widest := 0
	for _, f := range facts {
		widest = max(widest, width(oneLine(f.Label)))
	}
	for i, f := range facts {
		if i == 0 && p.b.Len() > 0 {
			p.line("")
		}
		label := oneLine(f.Label) + ":"
		value := strings.ReplaceAll(clean(f.Value), "\n", "\n"+strings.Repeat(" ", widest+3))
		if f.Health != "" {
			value = p.style(colour(f.Health), strings.ReplaceAll(orDash(value), "`", ""))
		}
		p.line(p.style(faint, label) + strings.Repeat(" ", widest+2-width(label)+1) + p.names(orDash(value)))
	}
}

func (p *printer) table(t *models.Table) {
	if t == nil || len(t.Rows) == 0 || len(t.Columns) == 0 {
		return
	}
	widths := p.widths(t)
	var heads []string
	for i, c := range t.Columns {
		heads = append(heads, p.style(bold, pad(strings.ToUpper(oneLine(c.Title)), widths[i], c.Right)))
	}
	p.part(strings.TrimRight(strings.Join(heads, "  "), " "))
	for _, row := range t.Rows {
		cells := make([]string, 0, len(row))
		for i, c := range row[:min(len(row), len(t.Columns))] {
			text := pad(orDash(oneLine(c.Text)), widths[i], t.Columns[i].Right)
			cells = append(cells, p.style(colour(c.Health), text))
		}
		p.line(strings.TrimRight(strings.Join(cells, "  "), " "))
	}
}

// widths returns how wide the columns are to be: as wide as their texts, or, where that is wider than the terminal, the widest
// ones less.
func (p *printer) widths(t *models.Table) []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = max(width(oneLine(c.Title)), 1)
		for _, row := range t.Rows {
			if i < len(row) {
				widths[i] = max(widths[i], width(oneLine(row[i].Text)))
			}
		}
	}
	const least = 8 // characters that every column keeps
	for p.o.Width > 0 {
		sum, widest := -2, 0
		for i, w := range widths {
			sum += w + 2
			if w > widths[widest] {
				widest = i
			}
		}
		if sum <= p.o.Width || widths[widest] <= least {
			break
		}
		widths[widest]--
	}
	return widths
}

// foot writes the notes, the age of the data and the choices.
func (p *printer) foot(r models.Reply) {
	var lines []string
	for _, n := range r.Notes {
		if n = clean(n); n != "" {
			lines = append(lines, p.style(yellow, "! ")+p.names(n))
		}
	}
	if line := freshness(r); line != "" {
		lines = append(lines, p.style(faint, line))
	}
	if len(lines) > 0 {
		p.part(strings.Join(lines, "\n"))
	}
	if !p.o.Choices && !r.AskedBack || len(r.Buttons) == 0 {
		return
	}
	lines = lines[:0]
	for i, b := range r.Buttons {
		mark := "-"
		if p.o.Choices {
			mark = fmt.Sprintf("%2d", i+1)
		}
		lines = append(lines, p.style(cyan, mark)+"  "+oneLine(b.Label))
	}
	p.part(strings.Join(lines, "\n"))
}

func colour(h models.Health) string {
	switch h {
	case models.Healthy:
		return green
	case models.Rebuilding:
		return blue
	case models.Awaiting, models.Degraded:
		return yellow
	case models.ReadOnly:
		return purple
	case models.Down:
		return red
	}
	return ""
}

// width counts the characters of a line that take a column.
func width(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.Is(unicode.Mn, r) && r != '\u2060' && r != '\ufe0f' {
			n++
		}
	}
	return n
}

// pad makes a text as wide as its column: with spaces, or by cutting it.
func pad(text string, to int, right bool) string {
	w := width(text)
	switch {
	case w > to:
		return narrow(text, to-1) + "…"
	case right:
		return strings.Repeat(" ", to-w) + text
	}
	return text + strings.Repeat(" ", to-w)
}

// narrow returns the beginning of a text that takes so many columns.
func narrow(text string, to int) string {
	for i, r := range text {
		if to -= width(string(r)); to < 0 {
			return text[:i]
		}
	}
	return text
}
