package store

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

func TestTrainingFiles(t *testing.T) {
	s := Memory(newClock().now)
	files := map[string]string{"actions.yml": "a", "nlu.yml": "b"}
	ok(t, s.PutTrainingFiles(ctx, "T1", files))
	got, err := s.TrainingFiles(ctx, "T1")
	if err != nil || !maps.Equal(got, files) {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err = s.TrainingFiles(ctx, "T2"); err != nil || len(got) > 0 {
		t.Errorf("another team has %v, %v", got, err)
	}
	wantError(t, s.PutTrainingFiles(ctx, "T1", map[string]string{"a": strings.Repeat("x", maxTraining+1)}), models.Invalid, "1 MiB", "leave some examples out")
	wantError(t, s.PutTrainingFiles(ctx, "", files), models.Invalid, "team")
	ok(t, s.PutTrainingFiles(ctx, "T1", nil))
	if got, err = s.TrainingFiles(ctx, "T1"); err != nil || len(got) > 0 {
		t.Errorf("left are %v, %v", got, err)
	}
}

func TestSecrets(t *testing.T) {
	s := Memory(newClock().now)
	ok(t, s.PutSecret(ctx, "T1", "token", "one"), s.PutSecret(ctx, "T1", "api.key", "two"), s.PutSecret(ctx, "T2", "theirs", "three"), s.PutSecret(ctx, "T1", "token", "four"))
	names, err := s.Secrets(ctx, "T1")
	if err != nil || !slices.Equal(names, []string{"api.key", "token"}) {
		t.Errorf("the names are %v, %v", names, err)
	}
	if value, err := s.Secret(ctx, "T1", "token"); err != nil || value.Reveal() != "four" {
		t.Errorf("got %v, %v", value, err)
	}
	_, err = s.Secret(ctx, "T1", "theirs")
	wantError(t, err, models.NotFound, "theirs", "mulebot secret set theirs")
	for _, name := range []string{"", "a b", "1a", "a/b", strings.Repeat("a", 65)} {
		wantError(t, s.PutSecret(ctx, "T1", name, "x"), models.Invalid, "secret", "such as")
	}
	ok(t, s.DeleteSecret(ctx, "T1", "token"))
	wantError(t, s.DeleteSecret(ctx, "T1", "token"), models.NotFound, "token")
	ok(t, s.DeleteWorkspace(ctx, "T2"))
	if names, err = s.Secrets(ctx, "T2"); err != nil || len(names) > 0 {
		t.Errorf("a workspace that was removed has %v, %v", names, err)
	}
}

// TestSecretsAreSealed checks that the value of a secret stands nowhere in the store, and opens for its own workspace only.
func TestSecretsAreSealed(t *testing.T) {
	s := Memory(newClock().now)
	ok(t, s.PutSecret(ctx, "T1", "token", "very-s3cret"))
	ok(t, s.db.Update(ctx, func(tx kv.Tx) error {
		sealed, _ := tx.Get(secretKey("T1", "token"))
		if strings.Contains(string(sealed), "very-s3cret") {
			t.Error("the secret stands in the store as it is")
		}
		return tx.Put(secretKey("T2", "token"), sealed)
	}))
	if value, err := s.Secret(ctx, "T2", "token"); err == nil || value != "" {
		t.Errorf("a copied secret opens: %q, %v", value.Reveal(), err)
	}
}
