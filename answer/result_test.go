package answer

import (
	"slices"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// What a question reads of the result of another one.
func TestResult(t *testing.T) {
	find := func(q models.Query) *Result {
		res, err := Evaluate(&q, both())
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	down := find(models.Query{Subject: models.Nodes, Filters: []models.Filter{not(eq("health", "healthy"))}})
	if got := down.Phrase(); got != "1 node on prod-east and staging that is not healthy" {
		t.Errorf("phrase: %q", got)
	}
	if got := down.Values("name"); !slices.Equal(got, []string{"worker-10"}) {
		t.Errorf("names: %q", got)
	}
	if got := down.Values("no such field"); got != nil {
		t.Errorf("values of nothing: %q", got)
	}
	if got := find(volumes()).Values("cluster"); !slices.Equal(got, []string{"prod-east", "staging"}) {
		t.Errorf("clusters: %q", got)
	}
	if got := find(volumes(eq("namespace", "web"))).Volumes(); len(got) != 3 || got[0].Namespace != "web" {
		t.Errorf("volumes: %v", got)
	}
	fullest := find(sorted(volumes(), "used_percent", true, 1))
	if fullest.Len() != 1 || !slices.Equal(fullest.Values("claim"), []string{"assets"}) {
		t.Errorf("the fullest: %d, %q", fullest.Len(), fullest.Values("claim"))
	}
	if _, _, ok := fullest.Figure("size"); ok {
		t.Error("a limit leaves one of several: that is not the only one")
	}
	if n, written, ok := find(volumes(eq("name", "pvc-redis"))).Figure("size"); n != float64(50*models.GiB) || written != "50 GiB" || !ok {
		t.Errorf("size: %v, %q, %v", n, written, ok)
	}
	if _, _, ok := find(volumes(eq("name", "pvc-cache"))).Figure("used"); ok {
		t.Error("nobody knows how much of it is used")
	}
	nine := find(volumes())
	for _, test := range []struct {
		op     models.Op
		number float64
		want   string
	}{
		{models.Gt, 5, "Yes, that is more than 5."},
		{models.Ge, 9, "Yes, that is at least 9."},
		{models.Lt, 9, "No, that is not fewer than 9."},
		{models.Le, 8, "No, that is not at most 8."},
		{models.Eq, 9, "Yes, that is exactly 9."},
		{models.Eq, 8, "No, that is not exactly 8."},
	} {
		if got := nine.Compare(test.op, test.number); got != test.want {
			t.Errorf("%s %v: %q, want %q", test.op, test.number, got, test.want)
		}
	}
}

// A cluster of which nothing is known, one that is well and one that went silent.
func TestGlance(t *testing.T) {
	if g := Glance("west", nil, &models.Error{Message: "it does not answer"}); !g.Silent || g.Health != models.Unknown || g.Text != "not heard of yet: it does not answer" {
		t.Errorf("%+v", g)
	}
	inv := staging()
	if g := Glance("staging", inv, nil); g.Silent || g.Health != models.Healthy || g.Text != "healthy: 2 nodes, 3 pools, 3 volumes and 3 claims" {
		t.Errorf("%+v", g)
	}
	inv.Stale = &models.Error{Message: "it has not answered for an hour"}
	if g := Glance("staging", inv, nil); !g.Silent || g.Health != models.Unknown || !g.AsOf.Equal(inv.AsOf) {
		t.Errorf("%+v", g)
	}
	if g := Glance("prod-east", prodEast(), nil); g.Health != models.Down {
		t.Errorf("%+v", g)
	}
}
