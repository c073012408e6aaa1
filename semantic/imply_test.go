package semantic

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

func TestTidy(t *testing.T) {
	for _, c := range []struct {
		subject             models.Subject
		filters, said, want string
	}{
		{models.Volumes, "used_percent>80 used_percent>=80", "", "used_percent>80"},
		{models.Volumes, "used_percent<15 used_percent<=20", "", "used_percent<15"},
		{models.Volumes, "used_percent>85 used_percent>=95", "used_percent>85", "used_percent>85"},
		{models.Volumes, "used_percent>=95 used_percent>85", "", "used_percent>=95"},
		{models.Volumes, "size>10Gi size<20Gi", "size>10Gi size<20Gi", "size>10Gi size<20Gi"},
		{models.Volumes, "copies<=1 copies=1", "", "copies=1"},
		{models.Volumes, "used? used_percent>60", "", "used_percent>60"},
		{models.Volumes, "snapshots<1 snapshot_age>86400", "snapshot_age>86400", "snapshot_age>86400"},
		{models.Volumes, "pods? pods=db-0", "", "pods=db-0"},
		{models.Volumes, "pods!? pods?", "", "pods!? pods?"},
		{models.Volumes, "pods!=db-0 pods?", "", "pods!=db-0 pods?"},
		{models.Volumes, "health=down health!=healthy", "", "health=down"},
		{models.Volumes, "health!=down health!=healthy", "", "health!=down health!=healthy"},
		{models.Claims, "health!=healthy phase=Pending", "", "phase=Pending"},
		{models.Claims, "health!=healthy phase=Bound", "", "health!=healthy phase=Bound"},
		{models.Snapshots, "health!=healthy ready=false", "", "ready=false"},
		{models.Volumes, "used_percent>80/size<20Gi used_percent>90", "", "used_percent>80/size<20Gi used_percent>90"},
	} {
		parse := func(text string) []models.Filter {
			q, err := Parse(string(c.subject) + " " + text)
			if err != nil {
				t.Fatal(err)
			}
			return q.Filters
		}
		got := strings.Join(Pieces(&models.Query{Subject: c.subject, Filters: tidy(parse(c.filters), parse(c.said))}), " ")
		if got != c.want {
			t.Errorf("%s (said %q): got %s, want %s", c.filters, c.said, got, c.want)
		}
	}
}
