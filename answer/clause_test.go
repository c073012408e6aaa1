package answer

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// Whatever a question picks things by stands in the words for them, however many values it has.
func TestEveryFilterIsWorded(t *testing.T) {
	for _, subject := range Subjects() {
		for _, f := range Fields(models.Subject(subject)).fields {
			if f.Kind != TextKind && f.Kind != ListKind || f.key == "engine" || f.key == "engines" || f.key == "locality" || f.key == "redundancy" || f.key == "resize" {
				continue // these are said in other words
			}
			for _, values := range [][]string{{"one"}, {"one", "two", "three"}, {"one", "two", "three", "four", "five"}} {
				for _, filter := range []models.Filter{{Field: f.key, Op: models.Eq, Values: values}, {Field: f.key, Op: models.Match, Values: values}, {Field: f.key, Op: models.Eq, Values: values, Not: true}} {
					res, err := Evaluate(&models.Query{Subject: models.Subject(subject), Filters: []models.Filter{filter}}, east())
					if err != nil {
						t.Fatal(err)
					}
					if text := res.headline(nil); !strings.Contains(text, "one") || len(values) > 1 && !strings.Contains(text, "two") {
						t.Errorf("%s %v: %s", subject, filter, text)
					}
				}
			}
		}
	}
}

// Names behind "pods with claims" would be read as those of the claims.
func TestNamedPods(t *testing.T) {
	for want, names := range map[string][]string{"pods named a, b or c on": {"a", "b", "c"}, "pods named a, b or 2 more on": {"a", "b", "c", "d"}, "pod named a on": {"a"}} {
		res, err := Evaluate(&models.Query{Subject: models.Pods, Filters: []models.Filter{{Field: "name", Op: models.Eq, Values: names}}}, east())
		if err != nil {
			t.Fatal(err)
		}
		if got := res.about(len(names)); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
