package intents

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/semantic"
)

// queryOfNotation reads a query as the training data writes it.
func queryOfNotation(t *testing.T, notation string) *models.Query {
	t.Helper()
	examples, err := semantic.ReadExamples(strings.NewReader("x\tlist\t" + notation))
	if err != nil || len(examples) != 1 || len(examples[0].Queries) != 1 {
		t.Fatalf("%q: %v", notation, err)
	}
	return examples[0].Queries[0]
}

func TestMerges(t *testing.T) {
	for _, c := range []struct{ merge, last, next, want string }{
		{"joined", "volume engine=cstor sort=-size", "volume node=dock-2", "volume engine=cstor node=dock-2 sort=-size"},
		{"joined", "volume engine=cstor", "volume engine=jiva count", "volume engine=jiva count"},
		{"joined", "pool engine=cstor", "volume node=dock-2", ""},
		{"joined", "volume engine=cstor", "volume name=data-0", ""},
		{"put in", "volume engine=cstor sum:size", "volume node=dock-2", "volume engine=cstor node=dock-2 sum:size"},
		{"put in", "pool used_percent>80 sort=-used_percent limit=1", "pool sort=-size", "pool used_percent>80 sort=-size"},
		{"put in unsorted", "volume sort=-size limit=5", "volume engine=zfs", "volume engine=zfs"},
		{"anew", "volume engine=cstor sum:size by=node", "volume health=down", "volume health=down sum:size by=node"},
		{"put in", "pod claims=data-0 namespace=shop", "pod workload=kafka", "pod workload=kafka"},
		{"joined", "replica claim=data-0 namespace=shop health=down", "replica claim=data-1 namespace=db", "replica health=down claim=data-1 namespace=db"},
		{"out", "volume node=dock-2", "volume engine=jiva", "volume node=dock-2 engine!=jiva"},
		{"out", "volume node=dock-2", "volume engine=jiva size>10Gi", ""},
		{"moved", "volume engine=cstor namespace=shop @harbor", "snapshot", "snapshot engine=cstor namespace=shop @harbor"},
		{"moved", "claim name=data-0", "pod", "pod claims=data-0"},
		{"moved", "claim name=data-0", "pod claims=data-1", "pod claims=data-1"},
		{"moved", "volume engine=cstor", "volume health=down", ""},
		{"in place", "volume engine=cstor namespace=shop sort=-size limit=1 @harbor", "snapshot health=down", "snapshot health=down namespace=shop @harbor"},
		{"in place", "volume health=down node=dock-1 @harbor", "volume engine=jiva", "volume engine=jiva node=dock-1 @harbor"},
		{"in place", "volume namespace=shop", "pod volumes=data-0", ""},
		{"on clusters", "volume node=dock-1 @harbor", "pool used_percent>80", "pool used_percent>80 @harbor"},
		{"on clusters", "volume @harbor", "pool @quarry", ""},
		{"beside it", "pod name=mysql-1 @harbor", "pod health=down", "pod health=down name!=mysql-1 @harbor"},
		{"beside it", "pod name=mysql-1 @harbor", "volume health=down", ""},
		{"joined", "volume name=data-0 size>=80Gi field=growth", "volume engine=cstor", ""},
	} {
		last, field, _ := strings.Cut(c.last, " field=")
		before := queryOfNotation(t, last)
		if field != "" {
			before.Field = field
		}
		got, met := "", false
		for _, m := range merges {
			if m.name == c.merge {
				met = true
				if q := m.merge(before, queryOfNotation(t, c.next)); q != nil {
					got = semantic.Notation(q)
				}
			}
		}
		if got != c.want || !met {
			t.Errorf("%q %s %q: %q, want %q", c.last, c.merge, c.next, got, c.want)
		}
	}
}

func TestChanges(t *testing.T) {
	for _, c := range []struct{ last, next, want string }{
		{"volume engine=cstor", "volume engine=cstor|zfs", "^engine ^filter"},
		{"volume engine=cstor|zfs", "volume engine=cstor", "vengine vfilter"},
		{"volume engine=cstor", "volume engine!=cstor", "!engine !filter"},
		{"volume engine=cstor", "volume engine=zfs", "~engine ~filter"},
		{"volume size>10Gi", "volume size>10Gi size<20Gi", "&filter &size"},
		{"volume engine=cstor node=dock-1", "volume engine=cstor", "-filter -thing kept"},
		{"volume engine=cstor", "volume engine=cstor sort=-size limit=1", "sort+ limit+ kept"},
		{"volume", "pool @harbor", "subject volume>pool clusters+"},
		{"volume sum:size", "volume count by=node", "aggregate~ group+"},
	} {
		if got := strings.Join(changes(queryOfNotation(t, c.last), queryOfNotation(t, c.next)), " "); got != c.want {
			t.Errorf("%q, %q: %q, want %q", c.last, c.next, got, c.want)
		}
	}
}

func TestDrops(t *testing.T) {
	var got []string
	for _, e := range drops(queryOfNotation(t, "volume engine=cstor size>10Gi limit=3 @harbor")) {
		got = append(got, semantic.Notation(e.query))
	}
	want := "volume size>10Gi limit=3 @harbor, volume engine=cstor limit=3 @harbor, volume engine=cstor size>10Gi limit=3, volume engine=cstor size>10Gi @harbor"
	if strings.Join(got, ", ") != want {
		t.Errorf("%q, want %q", strings.Join(got, ", "), want)
	}
}
