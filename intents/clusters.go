package intents

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// clusters are what a card's clusters gave: an inventory or an error for each, in the card's order.
type clusters struct {
	inventories []*models.Inventory
	failures    []error
	refs        []models.ClusterRef    // as whom each was asked
	unread      map[int]models.Reading // how far those are that are being read for the first time

	came     []bool // whether each has answered
	answers  chan fetched
	asked    time.Time     // when all were
	patience time.Duration // how long they have from then on
}

// grace is how long the clusters that a question does not name are waited for, once the others have answered: their names
// help to say where else something is.
const grace = 25 * time.Millisecond

// A cluster that is read for the first time is waited for as long as it makes progress, at most firstReading; where others have
// answered, or nothing is asked about it, no longer than soon: a question about many is answered by those that are there.
const (
	soon         = 2500 * time.Millisecond
	firstReading = 30 * time.Second
)

// fetched is one cluster's inventory or error.
type fetched struct {
	place     int
	ref       models.ClusterRef
	inventory *models.Inventory
	err       error
}

// fetch asks all clusters of the card at once. It waits for those that are wanted (all, if none is) to the end of ctx, at most the
// router's time limit or, for those that are being read, until enough says that they are not needed, which is told whether others
// of the wanted have come; for the unwanted it waits a moment. What has not come by then has an Unavailable error.
//
// Each is asked once in a turn, however often its message is read: all of it is answered from the same inventories, and a cluster that
// hangs is waited for once. Later calls wait for those only that none has wanted before, in what is left of the same time.
func (t *turn) fetch(ctx context.Context, wanted []string, enough func(took time.Duration, others bool) bool) {
	first := t.answers == nil
	if first {
		t.ask(ctx)
	}
	ctx, cancel := context.WithDeadline(ctx, t.asked.Add(max(t.patience, firstReading)))
	defer cancel()
	t.await(ctx, wantedPlaces(t.card.Clusters, wanted), enough)
	if first {
		t.linger()
	}
	t.noteUnread()
}

// linger waits a moment for the clusters that are not wanted.
func (t *turn) linger() {
	for brief := time.After(grace); slices.Contains(t.came, false); {
		select {
		case a := <-t.answers:
			t.take(a)
		case <-brief:
			return
		}
	}
}

// ask has all clusters of the card asked, each to the end of ctx at most.
func (t *turn) ask(ctx context.Context) {
	names := t.card.Clusters
	t.clusters = clusters{make([]*models.Inventory, len(names)), make([]error, len(names)), make([]models.ClusterRef, len(names)),
		map[int]models.Reading{}, make([]bool, len(names)), make(chan fetched, len(names)), time.Now(), t.Timeout()}
	if end, ok := ctx.Deadline(); ok {
		t.patience = min(t.patience, time.Until(end).Round(100*time.Millisecond))
	}
	answers, longest := t.answers, max(t.patience, firstReading)
	for i, name := range names {
		t.failures[i] = slow(name, t.patience)
		go func() {
			ctx, cancel := context.WithTimeout(ctx, longest)
			defer cancel()
			answers <- t.read(ctx, i)
		}()
	}
}

// await takes answers until it need not wait for any more of the clusters at these places.
func (t *turn) await(ctx context.Context, wanted []int, enough func(time.Duration, bool) bool) {
	late, over := time.After(soon-time.Since(t.asked)), time.After(t.patience-time.Since(t.asked))
	for ctx.Err() == nil && slices.ContainsFunc(wanted, func(place int) bool { return t.awaited(place, wanted, enough) }) {
		select {
		case a := <-t.answers:
			t.take(a)
		case <-late:
		case <-over:
		case <-ctx.Done():
		}
	}
}

// awaited reports whether a cluster has not answered and is still to be waited for, beside others that are wanted.
func (t *turn) awaited(place int, wanted []int, enough func(time.Duration, bool) bool) bool {
	took := time.Since(t.asked)
	switch _, reading := t.reading(place); {
	case t.came[place]:
		return false
	case took < min(soon, t.patience):
		return true
	case reading:
		return !enough(took, slices.ContainsFunc(wanted, func(other int) bool { return t.inventories[other] != nil }))
	}
	return took < t.patience
}

// noteUnread keeps how far those are that are being read for the first time.
func (t *turn) noteUnread() {
	for place, inv := range t.inventories {
		if inv != nil {
			continue
		}
		if r, reading := t.reading(place); reading {
			t.unread[place] = r
		}
	}
}

// usually clusters that are being read are waited for until others have answered, and soon is over.
func usually(took time.Duration, others bool) bool { return others && took >= soon }

// reading says how far the first reading of a cluster is, and false if it is not being read.
func (t *turn) reading(place int) (models.Reading, bool) {
	return t.Inventory.Reading(models.ClusterRef{Team: t.card.Team, Name: t.card.Clusters[place]})
}

// read asks one cluster. A panic becomes an error of this cluster.
func (t *turn) read(ctx context.Context, place int) (got fetched) {
	got.place = place
	defer func() {
		if p := recover(); p != nil {
			got.inventory, got.err = nil, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if got.ref, got.err = t.refOf(ctx, t.card.Clusters[place]); got.err == nil {
		got.inventory, got.err = t.Inventory.Inventory(ctx, got.ref)
	}
	return got
}

// refOf names a cluster of the card, with the asker's role if the cluster wants to know it.
func (t *turn) refOf(ctx context.Context, name string) (models.ClusterRef, error) {
	ref := models.ClusterRef{Team: t.card.Team, Name: name}
	if t.Standing == nil {
		return ref, nil
	}
	standing, err := t.Standing.Impersonates(ctx, ref)
	if err != nil || !standing {
		return ref, err
	}
	ref.As = Viewer
	for _, role := range []Role{Admin, Operator} {
		has, err := t.may(ctx, role, models.Scope{Clusters: []string{name}})
		if err != nil { // the less is the safer
			t.Log.Warn().Err(err).Str("team", string(t.message.Team)).Msg("the role of an asker is not known")
		}
		if has {
			ref.As = role
			break
		}
	}
	return ref, nil
}

// take keeps what a cluster gave.
func (t *turn) take(a fetched) {
	t.came[a.place] = true
	name := t.card.Clusters[a.place]
	switch {
	case errors.Is(a.err, context.DeadlineExceeded) && models.KindOf(a.err) == models.Internal:
		// said already: slow
	case a.err != nil && models.KindOf(a.err) == models.Internal:
		t.Log.Error().Err(a.err).Str("cluster", name).Str("team", string(t.card.Team)).Msg("reading a cluster failed")
		t.failures[a.place] = &models.Error{Kind: models.Unavailable, Message: "Cluster " + phrase.Code(name) + " cannot be read",
			Hint: fmt.Sprintf("%s says what is wrong", phrase.Code("mulebot cluster test "+name)), Err: a.err}
	case a.err != nil:
		t.failures[a.place] = a.err
	default:
		t.inventories[a.place], t.failures[a.place], t.refs[a.place] = a.inventory, nil, a.ref
	}
}

func slow(name string, limit time.Duration) error {
	return &models.Error{Kind: models.Unavailable,
		Message: fmt.Sprintf("Cluster %s did not answer within %s", phrase.Code(name), limit),
		Hint:    "Try again in a minute; " + phrase.Code("mulebot cluster test "+name) + " says what is wrong"}
}

// wantedPlaces returns the places of the wanted names; all places if none is wanted.
func wantedPlaces(names, wanted []string) []int {
	var places []int
	for i, n := range names {
		if len(wanted) == 0 || slices.Contains(wanted, n) {
			places = append(places, i)
		}
	}
	return places
}

// wantedBy returns the clusters that a query names.
func wantedBy(q *models.Query) []string {
	if q == nil {
		return nil
	}
	return q.Clusters
}

// namedIn returns the clusters whose names stand in the text as they are, so that no other has to be waited for.
func namedIn(text string, names []string) []string {
	var named []string
	for _, n := range names {
		if spokenAt(text, n) >= 0 {
			named = append(named, n)
		}
	}
	return named
}

// spokenAt returns where a name stands in the text by itself and not as a part of another one, in whatever case; -1 if nowhere.
func spokenAt(text, name string) int {
	for i := 0; name != "" && i+len(name) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(name)], name) && standsAlone(text, i, i+len(name)) {
			return i
		}
	}
	return -1
}

// standsAlone reports whether no letter, digit or dash touches text[from:to].
func standsAlone(text string, from, to int) bool {
	touches := func(r rune) bool { return r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	return !touches(before) && !touches(after)
}

// of returns the inventories of the query's clusters, and the errors of those that gave none.
func (t *turn) of(q *models.Query) (inventories []*models.Inventory, failed []error) {
	var unread []int
	for i, name := range t.card.Clusters {
		if q != nil && len(q.Clusters) > 0 && !slices.Contains(q.Clusters, name) {
			continue
		}
		_, reading := t.unread[i]
		switch {
		case t.inventories[i] != nil:
			inventories = append(inventories, t.inventories[i])
		case reading:
			unread = append(unread, i)
		case t.failures[i] != nil:
			failed = append(failed, t.failures[i])
		}
	}
	if len(unread) > 0 {
		failed = append(failed, t.stillReading(unread))
	}
	return inventories, failed
}

// stillReading says of clusters that they are being read for the first time, and how far that is.
func (t *turn) stillReading(places []int) error {
	e := &models.Error{Kind: models.Unavailable, Hint: "Ask again in a few seconds"}
	if len(places) == 1 {
		e.Message = fmt.Sprintf("Cluster %s is being read for the first time: %s", phrase.Code(t.card.Clusters[places[0]]), t.unread[places[0]])
		return e
	}
	each := make([]string, len(places))
	for i, place := range places {
		each[i] = fmt.Sprintf("%s (%d of %d kinds)", phrase.Code(t.card.Clusters[place]), t.unread[place].Kinds, t.unread[place].AllKinds)
	}
	e.Message = fmt.Sprintf("%d clusters are being read for the first time: %s", len(places), strings.Join(each, ", "))
	return e
}

// gazetteer returns the names of the clusters that answered, and the names of all clusters of the card.
func (t *turn) gazetteer() nlp.Gazetteer {
	var all nlp.Gazetteers
	for i, inv := range t.inventories {
		if inv != nil {
			all = append(all, t.names.of(t.refs[i], inv))
		}
	}
	return append(all, t.names.clusters(t.card))
}
