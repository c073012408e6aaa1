package intents_test

import (
	"slices"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// The form of a card offers the card's clusters first, in its order, and leaves the registry's list alone.
func TestCardFormOrder(t *testing.T) {
	b := newBureau(t, models.Card{Team: "T1", Channel: "C1", Clusters: []string{"west", "staging", "edge"}})
	all := []string{"edge", "prod-east", "staging", "test", "west"}
	b.registry.clusters = slices.Clone(all)
	form := b.as("boss", "setup").Form
	var offered []string
	for _, o := range form.Fields[0].Options {
		offered = append(offered, o.Value)
	}
	if want := []string{"west", "staging", "edge", "prod-east", "test"}; !slices.Equal(offered, want) {
		t.Errorf("offered are %q, not %q", offered, want)
	}
	if !slices.Equal(b.registry.clusters, all) {
		t.Errorf("the registry's clusters became %q", b.registry.clusters)
	}
}
