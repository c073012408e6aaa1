package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/phrase"
)

// symptom is something that may be wrong with a thing, and the rules that look for its cause.
type symptom struct {
	name string
	// shows words how the thing is, from the verb on ("is pending"); "" if it does not show the symptom.
	shows func(*evidence) string
	rules []rule
	// lacks says what would tell the cause where no rule finds one.
	lacks func(*evidence) []string
}

// rule finds one cause, or returns nil.
type rule struct {
	name    string
	applies func(*evidence) *finding
}

// finding is a cause on its way to a diagnosis.
type finding struct {
	cause     string // what goes behind "because": "its node `n` is NotReady"
	certainty Certainty
	rule      string
	chain     []Link
	endangers []string
	do        []Command
	missing   []string
}

// because begins a finding.
func because(c Certainty, format string, args ...any) *finding {
	return &finding{certainty: c, cause: fmt.Sprintf(format, args...)}
}

// link adds objects to the chain, nearer to the cause than those that are in it.
func (f *finding) link(l ...Link) *finding { f.chain = append(f.chain, l...); return f }

// risk adds what comes next.
func (f *finding) risk(s ...string) *finding { f.endangers = append(f.endangers, s...); return f }

// run adds something to do.
func (f *finding) run(why, command string, args ...any) *finding {
	f.do = append(f.do, Command{why, fmt.Sprintf(command, args...)})
	return f
}

// lack adds evidence that is missing.
func (f *finding) lack(s ...string) *finding { f.missing = append(f.missing, s...); return f }

// from takes over what is behind a cause: its chain, what to do and what is missing. A conclusion is as certain as the
// weakest step to it.
func (f *finding) from(deeper *finding) *finding {
	f.chain = append(f.chain, deeper.chain...)
	f.do = append(f.do, deeper.do...)
	f.missing = append(f.missing, deeper.missing...)
	f.endangers = append(f.endangers, deeper.endangers...)
	f.certainty = weaker(f.certainty, deeper.certainty)
	return f
}

// through goes on from a cause to what is behind that: "its pool is down: its disk is lost". Where nothing is known behind it
// (nil), it stays as it is.
func (f *finding) through(deeper *finding) *finding {
	if deeper == nil {
		return f
	}
	f.cause += ": " + deeper.cause
	return f.from(deeper)
}

func weaker(a, b Certainty) Certainty {
	order := []Certainty{Certain, NoFault, Likely, NotKnown}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

// first runs rules in their order and returns the first finding; nil if none applies.
func (e *evidence) first(rules []rule) *finding {
	for _, r := range rules {
		if f := r.applies(e); f != nil {
			f.rule = r.name
			return f
		}
	}
	return nil
}

// diagnose finds the first symptom that the thing shows and its cause, and names the others beside it.
func (e *evidence) diagnose(symptoms []symptom) Diagnosis {
	d := Diagnosis{Certainty: NotKnown}
	for _, s := range symptoms {
		shows := s.shows(e)
		if shows == "" {
			continue
		}
		if d.Symptom != "" {
			if s.name != healthy && (e.volume != nil || e.node != nil) && s.name != d.Symptom {
				d.Beside = append(d.Beside, phrase.Capital(e.title())+" also "+shows)
			}
			continue
		}
		d.Symptom = s.name
		f := e.first(s.rules)
		if f == nil {
			d.Cause = fmt.Sprintf("%s %s, and nothing that I can read says why", e.headline(), strings.TrimSuffix(shows, ","))
			d.Chain = e.self()
			if s.lacks != nil {
				d.Missing = s.lacks(e)
			}
			d.Do = e.look()
			continue
		}
		d.take(f)
		d.Cause = sentenceOf(e.headline(), shows, f)
		d.Chain = append(e.self(), d.Chain...)
		if d.Certainty != NoFault {
			d.Do = append(d.Do, e.look()...)
		}
	}
	return d
}

func (d *Diagnosis) take(f *finding) {
	d.Because, d.Certainty, d.Rule = f.cause, f.certainty, f.rule
	d.Chain, d.Endangers, d.Do, d.Missing = f.chain, f.endangers, f.do, f.missing
}

// sentenceOf words a cause so that its certainty can be heard.
func sentenceOf(title, shows string, f *finding) string {
	switch {
	case f.cause == "":
		return title + " " + shows
	case f.certainty == NoFault:
		shows = strings.TrimSuffix(shows, ",")
		if f.rule == "nothing wrong" {
			return title + " " + shows + ": " + f.cause
		}
		return title + " " + shows + ", which is no fault: " + f.cause
	case f.certainty == Likely:
		return title + " " + strings.TrimSuffix(shows, ",") + ", most likely because " + f.cause
	case f.certainty == NotKnown:
		return title + " " + strings.TrimSuffix(shows, ",") + ": " + f.cause
	}
	return title + " " + shows + " because " + f.cause
}
