package answer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Request is a query and all that its answer depends on.
type Request struct {
	Query       *models.Query
	Inventories []*models.Inventory // of the clusters asked about, in the card's order; those that failed are absent
	Failed      []error             // one *models.Error for each cluster that gave nothing
	Intent      string              // of the question, for what is remembered of it
	At          time.Time           // when it was asked; zero if that is not known
	// Near returns those of names that come near to one that nothing has, the nearest first; nil: none is offered.
	Near func(s models.Subject, name string, names []string) []string
}

// To answers what a query asks by itself: it lists, counts, computes, groups or, where the query names one thing, describes.
//
// It fails with a *models.Error: Invalid for a query that its subject cannot answer, NotFound for a name that nothing
// has, and what the clusters failed with when none of them gave anything. A name that several things have is asked back,
// with a button for each.
//
// The reply's Intent, Confidence and Entities are left to whoever understood the question.
func To(req Request) (models.Reply, error) {
	if req.Query == nil {
		return models.Reply{}, &models.Error{Kind: models.Internal, Message: "the question has no query"}
	}
	if err := nothing(req); err != nil {
		return models.Reply{}, err
	}
	if req.Query.Name != "" {
		return describe(req)
	}
	res, err := Evaluate(req.Query, req.Inventories)
	if err != nil {
		return models.Reply{}, err
	}
	what, of, err := aggregateOf(res.schema, req.Query)
	if err != nil {
		return models.Reply{}, err
	}
	var rep models.Reply
	switch {
	case req.Query.GroupBy != "" && req.Query.Each > 0:
		if rep, err = eachReply(req, res); err != nil {
			return rep, err
		}
	case req.Query.GroupBy != "":
		if rep, err = groupReply(req, res, what, of); err != nil {
			return rep, err
		}
	case of != nil:
		if rep, err = totalReply(req, res, what, of); err != nil {
			return rep, err
		}
	case req.Query.Aggregate == models.Count:
		rep = countReply(req, res)
	default:
		rep = listReply(req, res)
	}
	rep.Text = hedge(rep.Text, res.schema, req.Inventories)
	return rep, nil
}

// nothing returns why no cluster gave anything, or nil if one did.
func nothing(req Request) error {
	if len(req.Inventories) > 0 {
		return nil
	}
	return NoneAnswered(req.Failed)
}

// NoneAnswered is the error of a question to clusters that have all failed: what each says, and what to do next. It has the kind of
// the first failure. The clusters' own errors stay behind it, for the log.
func NoneAnswered(failed []error) error {
	switch len(failed) {
	case 0:
		return &models.Error{Kind: models.NotFound, Message: "no cluster was asked", Hint: "Name a cluster, or link this channel to one"}
	case 1:
		return failed[0]
	}
	var reasons, hints []string
	for _, err := range failed {
		message, hint := Failure(err)
		reasons = append(reasons, strings.TrimSuffix(message, "."))
		if hint = strings.TrimSuffix(hint, "."); hint != "" && !slices.Contains(hints, hint) {
			hints = append(hints, hint)
		}
	}
	return &models.Error{Kind: models.KindOf(failed[0]), Message: "none of the clusters gave an answer: " + strings.Join(reasons, "; "),
		Hint: strings.Join(hints, ". "), Err: errors.Join(failed...)}
}

// reply starts a reply that stands on the request's inventories: what was asked, of whom, how fresh it is, and what the
// reader must know beside the answer.
func reply(req Request, s *Schema) models.Reply {
	rep := models.Reply{Query: req.Query, Notes: notes(req, s)}
	for _, inv := range req.Inventories {
		rep.Clusters = append(rep.Clusters, inv.Cluster)
		if rep.AsOf.IsZero() || inv.AsOf.Before(rep.AsOf) {
			rep.AsOf = inv.AsOf
		}
	}
	rep.Dialogue = &models.Dialogue{Intent: req.Intent, Query: req.Query.Clone(), At: req.At}
	return rep
}

// notes returns what must be known of the clusters that were asked: failures, those that do not answer now, and gaps.
func notes(req Request, s *Schema) []string {
	all := failures(req.Failed)
	var stale []string
	for _, inv := range req.Inventories {
		if inv.Stale == nil {
			continue // the answer's AsOf says when
		}
		message, _ := Failure(inv.Stale)
		stale = append(stale, phrase.Stop(message)+" What is said of "+inv.Cluster+" was known at "+moment(inv.AsOf)+ago(req.At, inv.AsOf)+".")
	}
	if len(stale) > 1 { // a reader of many clusters bears one note of those that are silent, and not one of each
		stale = []string{strings.Join(stale, " ")}
	}
	return nonEmpty(append(append(all, stale...), gaps(req.Inventories, s)...))
}

// failures words why clusters gave nothing, those together that the same is to be done about.
func failures(failed []error) []string {
	messages := map[string][]string{}
	var hints []string
	for _, err := range failed {
		message, hint := Failure(err)
		if messages[hint] == nil {
			hints = append(hints, hint)
		}
		messages[hint] = append(messages[hint], strings.TrimSuffix(message, "."))
	}
	var all []string
	for _, hint := range hints {
		all = append(all, strings.TrimSpace(phrase.Stop(strings.Join(messages[hint], "; "))+" "+phrase.Stop(hint)))
	}
	return all
}

// gaps words what could not be read that matters for a subject, nil being every subject: what many clusters lack, once.
func gaps(inventories []*models.Inventory, s *Schema) []string {
	const most = 3
	lack := map[string][]string{} // clusters by what they lack
	var order []string
	for _, inv := range inventories {
		for _, gap := range inv.Gaps {
			if s != nil && !concerns(gap, s) {
				continue
			}
			if lack[gap] == nil {
				order = append(order, gap)
			}
			lack[gap] = append(lack[gap], inv.Cluster)
		}
	}
	var all []string
	for _, gap := range order {
		names := lack[gap]
		if len(names) > most {
			names = append(slices.Clone(names[:most]), fmt.Sprintf("%d more", len(names)-most))
		}
		all = append(all, phrase.Stop(strings.Join(names, ", ")+": "+gap))
	}
	return all
}

// ago words the time between two moments, in brackets; empty if either is unknown or it is over a day, when the date
// says enough.
func ago(now, then time.Time) string {
	d := now.Sub(then)
	if now.IsZero() || then.IsZero() || d < 0 || d > 24*time.Hour {
		return ""
	}
	return " (" + span(d.Seconds()) + " ago)"
}

// listed returns what a dialogue remembers of the rows shown.
func listed(s *Schema, rows []record) []models.Named {
	var names []models.Named
	for i := range window(rows, 0, 20) {
		if name := s.text(&rows[i], "name"); name != "" {
			thing := models.Named{Subject: s.Subject, Name: name, Scope: s.text(&rows[i], "namespace"), Cluster: rows[i].from.Cluster}
			if s.Subject == models.Pools {
				thing.Node = s.text(&rows[i], "node")
			}
			names = append(names, thing)
		}
	}
	return names
}
