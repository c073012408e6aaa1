package eval

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// shownConfusions is how many pairs of intents the text report shows.
const shownConfusions = 20

// WriteText writes the report for a terminal.
func (r *Report) WriteText(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, f := range r.Figures() {
		fmt.Fprintf(b, "%-24s %10s   %s\n", f.Name, f.Value, f.Meaning)
	}
	table(b, "intent", "examples", func(row func(name string, precision, recall, f1 float64, support int)) {
		for _, s := range r.Intents {
			row(s.Intent, s.Precision, s.Recall, s.F1, s.Support)
		}
	})
	if r.Entities != nil {
		table(b, "entity", "marked", func(row func(name string, precision, recall, f1 float64, support int)) {
			for _, s := range append(slices.Clone(r.Entities.Types), r.Entities.EntityScore) {
				row(s.Type, s.Precision, s.Recall, s.F1, s.Support)
			}
		})
	}
	if len(r.Confusions) > 0 {
		fmt.Fprint(b, "\ntaken for another intent, the commonest first:\n")
	}
	for i, c := range r.Confusions {
		if i == shownConfusions {
			fmt.Fprintf(b, "  … and %d pairs more\n", len(r.Confusions)-i)
			break
		}
		fmt.Fprintf(b, "  %4d × %s → %s, such as %q\n", c.Count, c.Intent, c.Taken, c.Texts[0])
	}
	return b.Flush()
}

// table writes a table of scores; each is called twice, to measure the names and to write.
func table(w io.Writer, what, support string, each func(row func(name string, precision, recall, f1 float64, support int))) {
	width := len(what)
	each(func(name string, _, _, _ float64, _ int) { width = max(width, utf8.RuneCountInString(name)) })
	fmt.Fprintf(w, "\n%-*s  precision   recall       F1  %8s\n", width, what, support)
	each(func(name string, precision, recall, f1 float64, support int) {
		fmt.Fprintf(w, "%-*s    %7s  %7s  %7s  %8d\n", width, name, percent(precision), percent(recall), percent(f1), support)
	})
}

// Figure is one figure of a report in words.
type Figure struct{ Name, Value, Meaning string }

// Figures returns the figures that stand at the head of a report.
func (r *Report) Figures() []Figure {
	list := []Figure{
		{"examples", fmt.Sprint(r.Examples), "in scope"},
	}
	if len(r.Unknown) > 0 {
		list = append(list, Figure{"unknown intents", fmt.Sprint(len(r.Unknown)), "not of the model, so that their examples count as wrong: " + strings.Join(r.Unknown, ", ")})
	}
	list = append(list, []Figure{
		{"accuracy", percent(r.Accuracy), "the likeliest intent is the right one, however unsure"},
		{"macro F1", percent(r.MacroF1), "mean of the intents"},
		{"weighted F1", percent(r.WeightedF1), "mean of the intents by their examples"},
		{"accuracy, abstaining", percent(r.AtThreshold.Accuracy), fmt.Sprintf("answered with the right intent; below a confidence of %.2f the model abstains", r.Threshold)},
		{"answered", percent(r.AtThreshold.Answered), "not abstained from"},
		{"answered right", percent(r.AtThreshold.Right), "of those answered"},
		{"calibration error", fmt.Sprintf("%.3f", r.CalibrationError), "how far confidence is from the share of right answers (ECE, 15 bins)"},
	}...)
	if o := r.OutOfScope; o != nil {
		list = append(list,
			Figure{"out of scope", fmt.Sprint(r.Outside), "examples"},
			Figure{"out of scope, declined", percent(o.Recall), "recall at the threshold"},
			Figure{"out of scope, AUROC", fmt.Sprintf("%.3f", o.AUROC), "how often an example in scope has more confidence than one out of it"})
	}
	if e := r.Entities; e != nil {
		list = append(list, Figure{"entities, F1", percent(e.F1), fmt.Sprintf("by exact span, type and role; precision %s, recall %s", percent(e.Precision), percent(e.Recall))})
	}
	if r.Folds > 0 {
		low, high := r.FoldAccuracy[0], r.FoldAccuracy[0]
		for _, a := range r.FoldAccuracy {
			low, high = min(low, a), max(high, a)
		}
		list = append(list, Figure{"folds", fmt.Sprint(r.Folds), fmt.Sprintf("with accuracies from %s to %s", percent(low), percent(high))})
	}
	return append(list, Figure{"latency, p50 / p99", fmt.Sprintf("%.0f / %.0f µs", r.Latency.P50, r.Latency.P99), "one utterance after the other"})
}

func percent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }
