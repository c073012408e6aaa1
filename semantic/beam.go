package semantic

import (
	"cmp"
	"math"
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// How widely the likeliest readings are looked for.
const (
	beamSubjects = 3
	beamActs     = 2
	beamMarks    = 4 // sets of them
	beamTurns    = 3 // marks in which the sets differ
	beamOpenings = 12
	beamRoles    = 4 // lists of roles that are carried along
	beamRole     = 3 // roles of an anchor
	beamReadings = 12
	beamLeast    = 0.03 // the probability of a choice that is not the likeliest one
	beamDepth    = 4.6  // by how much the logarithm of a likelihood is below the greatest at most
)

// opening is what is decided of a reading before its roles.
type opening struct {
	*sentence
	standing    []nlp.Tally // of the anchors
	act         string
	marks       []string
	likelihoods likelihoods
}

// likelihoods are the logarithms of the probabilities of the parts of a reading.
type likelihoods struct{ subject, act, marks, roles float64 }

func (l likelihoods) sum() float64 { return l.subject + l.act + l.marks + l.roles }

// readings returns the likeliest readings of a sentence by the probabilities of their parts, the likeliest first.
func (p *Parser) readings(text string, entities []nlp.Entity) []*Reading {
	openings := p.openings(text, entities)
	openings = likeliest(openings, beamOpenings, func(o opening) float64 { return o.likelihoods.sum() })
	var all []*Reading
	for _, o := range openings {
		all = append(all, p.played(o)...)
	}
	return likeliest(all, beamReadings, func(r *Reading) float64 { return r.likelihoods.sum() })
}

func (p *Parser) openings(text string, entities []nlp.Entity) []opening {
	words := nlp.Words(text)
	var all []opening
	for _, subject := range p.subjects.Best(nil, p.sentenceOf(words, text, entities, "").features(), beamSubjects, beamLeast, nil) {
		s := p.sentenceOf(words, text, entities, models.Subject(subject.Labels[0]))
		features := s.about()
		standing := make([]nlp.Tally, len(s.anchors))
		for i := range s.anchors {
			standing[i] = p.roles.Tally(s.standing(i))
		}
		marks := p.marks.BestSets(features, beamMarks, beamTurns, p.possible[s.subject])
		for _, act := range p.acts.Best(nil, features, beamActs, beamLeast, nil) {
			l := likelihoods{subject: math.Log(subject.Probability), act: math.Log(act.Probability)}
			if !p.words[shaped(act.Labels[0])] {
				all = append(all, opening{s, standing, act.Labels[0], marks[0].Labels, l})
				continue
			}
			for _, m := range marks {
				l.marks = math.Log(m.Probability)
				all = append(all, opening{s, standing, act.Labels[0], m.Labels, l})
			}
		}
	}
	return all
}

// played returns the likeliest readings that begin like that. Of an act whose queries are not learnt there is one.
func (p *Parser) played(o opening) []*Reading {
	type part struct {
		roles      []string
		likelihood float64
	}
	beam, width := []part{{}}, beamRoles
	if !p.words[shaped(o.act)] {
		width = 1
	}
	for i := range o.anchors {
		var next []part
		for _, b := range beam {
			allowed := func(role string) bool { return p.plays(o.subject, o.anchors[i], role) }
			for _, r := range p.roles.Best(o.standing[i], o.decided(i, b.roles, o.act, o.marks), beamRole, beamLeast, allowed) {
				next = append(next, part{append(slices.Clip(b.roles), r.Labels[0]), b.likelihood + math.Log(r.Probability)})
			}
		}
		beam = likeliest(next, width, func(b part) float64 { return b.likelihood })
	}
	all := make([]*Reading, 0, len(beam))
	for _, b := range beam {
		r := &Reading{Act: o.act, Subject: o.subject, Anchors: o.anchors, Roles: b.roles, Marks: o.marks, parser: p, sentence: o.sentence, likelihoods: o.likelihoods}
		if width > 1 {
			r.likelihoods.roles = b.likelihood
		}
		all = append(all, r)
	}
	return all
}

// likeliest returns what has the greatest logarithms of likelihoods, the greatest first: at most so many, and none that is far below.
func likeliest[T any](all []T, most int, likelihood func(T) float64) []T {
	slices.SortStableFunc(all, func(a, b T) int { return cmp.Compare(likelihood(b), likelihood(a)) })
	for i := range all {
		if i == most || likelihood(all[i]) < likelihood(all[0])-beamDepth {
			return all[:i]
		}
	}
	return all
}
