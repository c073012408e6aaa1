package answer

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// What a thing cannot have is none, and is not unknown.
func TestAskedOfWhatIsNotThere(t *testing.T) {
	rebuilding := []models.Replica{{Name: "r", Health: models.Rebuilding, Progress: -1}}
	inv := &models.Inventory{Cluster: "c", Volumes: []models.Volume{
		{Name: "thick", Engine: models.LVM},
		{Name: "zvol", Engine: models.ZFS},
		{Name: "mirror", Engine: models.Mayastor, Replicas: rebuilding}},
		Claims: []models.Claim{{Name: "claim", Volume: "thick"}}}
	for _, tt := range []struct {
		subject          models.Subject
		name, show, want string
	}{
		{models.Volumes, "thick", "compression", "Compression: none, since LVM has none."},
		{models.Volumes, "zvol", "compression", "Compression: not known."},
		{models.Claims, "claim", "dedup", "Deduplication: none, since LVM has none."},
		{models.Volumes, "thick", "progress", "Progress of the rebuild: none, since nothing of it is being rebuilt."},
		{models.Claims, "claim", "progress", "Progress of the rebuild: none, since nothing of it is being rebuilt."},
		{models.Volumes, "mirror", "progress", "Progress of the rebuild: not known."},
	} {
		rep, err := To(Request{Query: &models.Query{Subject: tt.subject, Name: tt.name, Show: []string{tt.show}}, Inventories: []*models.Inventory{inv}})
		if err != nil || !strings.HasPrefix(rep.Text, tt.want) {
			t.Errorf("%s of %s: %q, %v; want %q", tt.show, tt.name, rep.Text, err, tt.want)
		}
	}
}

// A claim that is gone is described by the volume that it had, unless claims cannot be read.
func TestClaimThatIsGone(t *testing.T) {
	inv := &models.Inventory{Cluster: "c", Volumes: []models.Volume{{Name: "pv", Namespace: "media", Claim: "photos", Phase: "Released", Engine: models.ZFS}}}
	req := Request{Query: &models.Query{Subject: models.Claims, Name: "photos", Scope: "media", Show: []string{"phase"}}, Inventories: []*models.Inventory{inv}}
	want := "There is no claim `media/photos` any more, but the volume that it had. Phase: Released. Volume `pv`"
	if rep, err := To(req); err != nil || !strings.HasPrefix(rep.Text, want) {
		t.Errorf("%q, %v; want %q", rep.Text, err, want)
	}
	inv.Unread = map[string]bool{"PersistentVolumeClaim": true}
	if rep, err := To(req); err == nil {
		t.Errorf("claims cannot be read: %q", rep.Text)
	}
}
