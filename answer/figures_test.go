package answer

import (
	"testing"

	"github.com/mulebot/mulebot/models"
)

// Groups and totals have the figures beside what is computed first.
func TestFigures(t *testing.T) {
	q := models.Query{Subject: models.Volumes, Aggregate: models.Count, GroupBy: "engine", Show: []string{"size", "health", "name", "colour"}}
	res, err := Evaluate(&q, east())
	if err != nil {
		t.Fatal(err)
	}
	figures := res.figures(nil)
	if len(figures) != 2 {
		t.Fatalf("%d figures: a name and what is no field cannot be added up", len(figures))
	}
	unhealthy, size := 0, 0.0
	for i := range res.rows {
		v := res.rows[i].item.(*models.Volume)
		size += float64(v.Size)
		if v.Health != models.Healthy {
			unhealthy++
		}
	}
	if got := figures[0].of(res.rows).Value; got != int64(size) {
		t.Errorf("the total size is %v, want %v", got, size)
	}
	if got := figures[1].of(res.rows).Value; got != int64(unhealthy) || unhealthy == 0 {
		t.Errorf("%v volumes are not healthy, want %d", got, unhealthy)
	}
}

// Fields are found by their names, however these are written.
func TestCalled(t *testing.T) {
	for phrase, want := range map[string]string{"reclaimPolicy": "reclaim", "Reclaim policy": "reclaim", "persistentVolumeReclaimPolicy": "reclaim",
		"access-modes": "access", "fsType": "filesystem", "cluster": "cluster", "colour": "", "": ""} {
		got := ""
		if f := volumeSchema.Called(phrase); f != nil {
			got = f.Key()
		}
		if got != want {
			t.Errorf("%q is called %q, want %q", phrase, got, want)
		}
	}
}
