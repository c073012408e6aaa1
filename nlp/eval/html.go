package eval

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
)

//go:embed report.html
var page string

// WriteHTML writes the report as one HTML page that needs nothing else: figures, the matrix of confusions as SVG, and the
// tables. Title is its heading.
func (r *Report) WriteHTML(w io.Writer, title string) error {
	t, err := template.New("report").Funcs(template.FuncMap{"percent": percent}).Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, struct {
		*Report
		Title  string
		Matrix matrix
	}{r, title, r.matrix()})
}

// matrix is the drawing of the confusions: a row an intent, a column what it was taken for. All measures are in pixels.
type matrix struct {
	Side, Margin, Edge    int // of the square, for the names, and where those end
	Cell, Font, CountFont int
	Labels                []label
	Cells                 []cell
}

type label struct {
	Name string
	At   int // middle of the row or column
}

type cell struct {
	X, Y, Middle, Base int
	Count              int
	Class              string // "right" or "wrong"
	Opacity            string
	Strong             bool // so dark that its count is written in white
	Tip                string
}

func (r *Report) matrix() matrix {
	n := len(r.Intents)
	m := matrix{Cell: 30, Font: 12, CountFont: 12}
	switch {
	case n > 60:
		m.Cell, m.Font, m.CountFont = 13, 10, 8
	case n > 25:
		m.Cell, m.Font, m.CountFont = 18, 11, 10
	}
	longest := 0
	index := map[string]int{}
	for i, s := range r.Intents {
		index[s.Intent] = i
		longest = max(longest, len([]rune(s.Intent)))
		m.Labels = append(m.Labels, label{s.Intent, i*m.Cell + m.Cell/2})
	}
	m.Side = n * m.Cell
	m.Margin = min(longest, 40)*m.Font*2/3 + 10
	m.Edge = m.Margin - 6
	add := func(from, to, count int, class, tip string) {
		opacity := 0.25 + 0.75*min(share(count, r.Intents[from].Support)*scale(class), 1)
		m.Cells = append(m.Cells, cell{X: to * m.Cell, Y: from * m.Cell, Middle: to*m.Cell + m.Cell/2, Base: from*m.Cell + m.Cell/2 + m.CountFont/3,
			Count: count, Class: class, Opacity: fmt.Sprintf("%.2f", opacity), Strong: opacity > 0.6, Tip: tip})
	}
	for i, s := range r.Intents {
		if s.Right > 0 {
			add(i, i, s.Right, "right", fmt.Sprintf("%s: %d of %d right", s.Intent, s.Right, s.Support))
		}
	}
	for _, c := range r.Confusions {
		from := index[c.Intent]
		tip := fmt.Sprintf("%s taken for %s: %d of %d", c.Intent, c.Taken, c.Count, r.Intents[from].Support)
		for _, text := range c.Texts {
			tip += "\n· " + text
		}
		add(from, index[c.Taken], c.Count, "wrong", tip)
	}
	slices.SortStableFunc(m.Cells, func(a, b cell) int { return a.Y - b.Y })
	return m
}

// scale makes confusions visible, of which a tenth of an intent's examples is many.
func scale(class string) float64 {
	if class == "wrong" {
		return 4
	}
	return 1
}
