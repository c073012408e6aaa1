package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
)

func (c *command) nluExplain() *cobra.Command {
	var l app.Language
	var output string
	var live []string
	cmd := &cobra.Command{
		Use:   `explain "UTTERANCE"`,
		Short: "Say what an utterance means to the model, and what in it decided",
		Example: `  mulebot nlu explain "which volumes are over 80% full?"
  mulebot nlu explain --name claim=data-mysql-0 "how is mysql data 0 doing"`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkOutput(output); err != nil {
				return err
			}
			names, err := app.Names(live)
			if err != nil {
				return err
			}
			m, err := c.openModel(cmd.Context(), &l)
			if err != nil {
				return err
			}
			utterance := strings.Join(args, " ")
			x := m.Explain(utterance, names)
			reading, err := l.ReadQuery(utterance, x)
			if err != nil {
				return err
			}
			if output == "json" {
				return c.printJSON(explanation(x, reading))
			}
			c.explain(c.Out, x, reading, true)
			return nil
		},
	}
	modelFlags(cmd, &l)
	namesFlag(cmd, &live)
	outputFlag(cmd, &output)
	return cmd
}

func namesFlag(cmd *cobra.Command, live *[]string) {
	cmd.Flags().StringArrayVar(live, "name", nil, "a live name that the utterance may refer to, TYPE=NAME; may be repeated")
}

func (c *command) nluShell() *cobra.Command {
	var l app.Language
	var live []string
	cmd := &cobra.Command{
		Use:   "shell",
		Short: "Type utterances and see what they mean to the model",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			names, err := app.Names(live)
			if err != nil {
				return err
			}
			m, err := c.openModel(cmd.Context(), &l)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.Out, "%s. Type an utterance; \"why\" says what decided about the last one; \"exit\" or Ctrl-D leaves.\n\n", count(len(m.Intents()), "intent"))
			lines := scan(c.In)
			last := ""
			for {
				fmt.Fprint(c.Out, "nlu> ")
				select {
				case <-cmd.Context().Done():
					return nil
				case line, ok := <-lines:
					switch line = strings.TrimSpace(line); {
					case !ok:
						fmt.Fprintln(c.Out)
						return nil
					case line == "exit" || line == "quit":
						return nil
					case line == "":
					default:
						why := line == "why" && last != ""
						if !why {
							last = line
						}
						x := m.Explain(last, names)
						reading, err := l.ReadQuery(last, x)
						if err != nil {
							return err
						}
						c.explain(c.Out, x, reading, why)
					}
				}
			}
		},
	}
	modelFlags(cmd, &l)
	namesFlag(cmd, &live)
	return cmd
}

// scan reads lines until there are none. A read cannot be interrupted: the goroutine outlives who listens by a line that
// nobody types any more.
func scan(in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return lines
}

// How many intents and reasons are shown.
const (
	shownIntents = 5
	shownReasons = 12
)

// explain writes an explanation for people; why says whether its reasons too. The reading of the query may be nil.
func (c *command) explain(out io.Writer, x app.Explanation, reading *app.QueryReading, why bool) {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	top := x.Ranking[0]
	switch {
	case x.Intent != "":
		fmt.Fprintf(w, "intent\t%s\n", c.paint(bold, fmt.Sprintf("%s %.1f %%", top.Intent, 100*top.Confidence)))
	case top.Confidence < x.Threshold:
		fmt.Fprintf(w, "intent\t%s\n", c.paint(amber, fmt.Sprintf("none: %s has only %.1f %%, and %.1f %% are needed", top.Intent, 100*top.Confidence, 100*x.Threshold)))
	default:
		fmt.Fprintf(w, "intent\t%s\n", c.paint(amber, "none: out of scope"))
	}
	var others []string
	for _, s := range x.Ranking[1:min(shownIntents, len(x.Ranking))] {
		others = append(others, fmt.Sprintf("%s %.1f %%", s.Intent, 100*s.Confidence))
	}
	fmt.Fprintf(w, "then\t%s\n", c.paint(faint, strings.Join(others, ", ")))
	for i, e := range x.Entities {
		fmt.Fprintf(w, "%s\t%s\n", heading("entities", i), c.entity(e))
	}
	if reading != nil {
		c.explainQuery(w, reading, why)
	}
	if why {
		for i, r := range x.Because[:min(shownReasons, len(x.Because))] {
			colour := green
			if r.Weight < 0 {
				colour = red
			}
			fmt.Fprintf(w, "%s\t%s %s\n", heading("because", i), c.paint(colour, fmt.Sprintf("%+.3f", r.Weight)), r.Feature)
		}
		if len(x.Unseen) > 0 {
			fmt.Fprintf(w, "never seen\t%s\n", strings.Join(x.Unseen, ", "))
		}
	}
	w.Flush()
	fmt.Fprintln(out)
}

// explainQuery writes the query that is read in an utterance, and, if asked why, what of it stands where.
func (c *command) explainQuery(w io.Writer, r *app.QueryReading, why bool) {
	query := r.Query
	if query == "" {
		query = "no query: its pieces do not fit together"
	}
	fmt.Fprintf(w, "query\t%s %s\n", c.paint(bold, r.Act+" "+query), c.paint(faint, fmt.Sprintf("%.1f %%", 100*r.Confidence)))
	for i, p := range r.Pieces {
		if !why {
			return
		}
		where := "the whole"
		if p.Text != "" {
			where = fmt.Sprintf("%q", p.Text)
		}
		fmt.Fprintf(w, "%s\t%s  %s\n", heading("pieces", i), c.paint(bold, p.Role), c.paint(faint, where))
	}
}

// heading returns the heading of the first of several lines.
func heading(what string, i int) string {
	if i > 0 {
		return ""
	}
	return what
}

// entity words an entity: what it is, how it was written, who found it and how sure that is.
func (c *command) entity(e app.Entity) string {
	var b strings.Builder
	b.WriteString(c.paint(bold, e.Type))
	if e.Role != "" {
		b.WriteString(" (" + e.Role + ")")
	}
	b.WriteString(" ")
	if e.Negated {
		b.WriteString("not ")
	}
	if e.Op != "" {
		b.WriteString(e.Op + " ")
	}
	b.WriteString(e.Value)
	fmt.Fprintf(&b, "  %s", c.paint(faint, fmt.Sprintf("%q, by %s, %.2f", e.Text, e.Source, e.Score)))
	for i, other := range e.Candidates {
		if i > 0 && i <= 3 {
			fmt.Fprintf(&b, "%s", c.paint(faint, fmt.Sprintf(", or %s %s, %.2f", other.Type, other.Value, other.Score)))
		}
	}
	return b.String()
}

// explanation is an explanation in JSON.
func explanation(x app.Explanation, reading *app.QueryReading) any {
	type scored struct {
		Intent     string  `json:"intent"`
		Confidence float64 `json:"confidence"`
	}
	type reason struct {
		Feature string  `json:"feature"`
		Weight  float64 `json:"weight"`
	}
	type candidate struct {
		Type  string  `json:"type"`
		Value string  `json:"value"`
		Score float64 `json:"score"`
	}
	type entity struct {
		Type       string      `json:"type"`
		Role       string      `json:"role,omitempty"`
		Value      string      `json:"value"`
		Number     float64     `json:"number,omitempty"`
		Op         string      `json:"op,omitempty"`
		Text       string      `json:"text"`
		Start      int         `json:"start"`
		End        int         `json:"end"`
		Score      float64     `json:"score"`
		Source     string      `json:"source"`
		Negated    bool        `json:"negated,omitempty"`
		Candidates []candidate `json:"candidates,omitempty"`
	}
	out := struct {
		Intent     string   `json:"intent"`
		Confidence float64  `json:"confidence"`
		Threshold  float64  `json:"threshold"`
		Ranking    []scored `json:"ranking"`
		Because    []reason `json:"because"`
		Unseen     []string `json:"unseen"`
		Entities   []entity `json:"entities"`

		Reading *app.QueryReading `json:"reading,omitempty"`
	}{Intent: x.Intent, Confidence: x.Confidence, Threshold: x.Threshold, Because: []reason{}, Unseen: append([]string{}, x.Unseen...), Entities: []entity{}, Reading: reading}
	for _, s := range x.Ranking {
		out.Ranking = append(out.Ranking, scored(s))
	}
	for _, r := range x.Because {
		out.Because = append(out.Because, reason(r))
	}
	for _, e := range x.Entities {
		row := entity{Type: e.Type, Role: e.Role, Value: e.Value, Number: e.Number, Op: e.Op, Text: e.Text, Start: e.Start, End: e.End,
			Score: e.Score, Source: e.Source, Negated: e.Negated}
		for _, other := range e.Candidates {
			row.Candidates = append(row.Candidates, candidate{other.Type, other.Value, other.Score})
		}
		out.Entities = append(out.Entities, row)
	}
	return out
}
