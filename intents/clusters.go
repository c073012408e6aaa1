package intents

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// clusters are what a card's clusters gave: an inventory or an error for each, in the card's order.
type clusters struct {
	inventories []*models.Inventory
	failures    []error
	refs        []models.ClusterRef // as whom each was asked
}

// grace is how long the clusters that a question does not name are waited for, once the others have answered: their names
// help to say where else something is.
const grace = 25 * time.Millisecond

// fetched is one cluster's inventory or error.
type fetched struct {
	place     int
	ref       models.ClusterRef
	inventory *models.Inventory
	err       error
}

// fetch asks all clusters of the card at once. It waits for those that are wanted (all, if none is), at most the router's time
// limit and to the end of ctx, and for the others a moment; a cluster that has not answered by then has an Unavailable error.
func (t *turn) fetch(ctx context.Context, wanted []string) {
	names := t.card.Clusters
	t.clusters = clusters{make([]*models.Inventory, len(names)), make([]error, len(names)), make([]models.ClusterRef, len(names))}
	limit := t.Timeout()
	if end, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(end).Round(100*time.Millisecond))
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	answers := make(chan fetched, len(names))
	for i, name := range names {
		t.failures[i] = slow(name, limit)
		go func() {
			answers <- t.read(ctx, i)
		}()
	}
	outstanding := len(names)
	waiting := wantedPlaces(names, wanted)
	patience := ctx.Done()
	for outstanding > 0 && patience != nil {
		select {
		case a := <-answers:
			t.take(a)
			outstanding--
			waiting = slices.DeleteFunc(waiting, func(place int) bool { return place == a.place })
			if len(waiting) == 0 && outstanding > 0 {
				short, stop := context.WithTimeout(ctx, grace)
				defer stop()
				patience, waiting = short.Done(), []int{-1}
			}
		case <-patience:
			patience = nil
		}
	}
	cancel()
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
	lower := strings.ToLower(text)
	for _, n := range names {
		if i := strings.Index(lower, strings.ToLower(n)); i >= 0 && standsAlone(lower, i, i+len(n)) {
			named = append(named, n)
		}
	}
	return named
}

// standsAlone reports whether no letter, digit or dash touches text[from:to].
func standsAlone(text string, from, to int) bool {
	touches := func(b byte) bool { return b == '-' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' }
	return (from == 0 || !touches(text[from-1])) && (to >= len(text) || !touches(text[to]))
}

// of returns the inventories of the query's clusters, and the errors of those that gave none.
func (t *turn) of(q *models.Query) (inventories []*models.Inventory, failed []error) {
	for i, name := range t.card.Clusters {
		if q != nil && len(q.Clusters) > 0 && !slices.Contains(q.Clusters, name) {
			continue
		}
		if t.inventories[i] != nil {
			inventories = append(inventories, t.inventories[i])
		} else if t.failures[i] != nil {
			failed = append(failed, t.failures[i])
		}
	}
	return inventories, failed
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
