package store

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// maxTraining is how many bytes a workspace's training files may have in all.
const maxTraining = 1 << 20

// trainingRecord holds a workspace's training files, by name.
type trainingRecord struct {
	Files map[string]string `json:"files"`
	At    time.Time         `json:"at"`
}

// TrainingFiles returns the training files of a workspace, by name; none if it has none.
func (s *Store) TrainingFiles(ctx context.Context, team models.TeamID) (files map[string]string, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		record, _, err := get[trainingRecord](s, tx, trainingKey(team))
		files = record.Files
		return err
	})
	return files, err
}

// PutTrainingFiles replaces the training files of a workspace. No files remove the record.
func (s *Store) PutTrainingFiles(ctx context.Context, team models.TeamID, files map[string]string) error {
	if err := checkID("team", string(team)); err != nil {
		return err
	}
	size := 0
	for name, text := range files {
		size += len(name) + len(text)
	}
	if size > maxTraining {
		return invalid(fmt.Sprintf("the training files have %s, and %s at most are kept", models.Bytes(size), models.Bytes(maxTraining)),
			"leave some examples out: twenty for each intent are enough")
	}
	return s.setUp(ctx, func(tx kv.Tx) error {
		if len(files) == 0 {
			return tx.Delete(trainingKey(team))
		}
		return put(s, tx, trainingKey(team), trainingRecord{files, s.now()})
	})
}

// secretRecord holds a secret of a workspace. It names itself so that secrets can be listed.
type secretRecord struct {
	Name  string    `json:"name"`
	Value string    `json:"value"`
	At    time.Time `json:"at"`
}

var secretForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,63}$`)

// PutSecret adds a secret of a workspace, or replaces it.
func (s *Store) PutSecret(ctx context.Context, team models.TeamID, name string, value models.Secret) error {
	if err := checkID("team", string(team)); err != nil {
		return err
	}
	if !secretForm.MatchString(name) || secretive(name) {
		return invalid(fmt.Sprintf("%q cannot be the name of a secret", name), "use letters, digits and _ - . inside, at most 64, such as oncall-token")
	}
	return s.setUp(ctx, func(tx kv.Tx) error {
		return put(s, tx, secretKey(team, name), secretRecord{name, value.Reveal(), s.now()})
	})
}

// Secret returns a secret of a workspace, or a NotFound error.
func (s *Store) Secret(ctx context.Context, team models.TeamID, name string) (value models.Secret, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		record, ok, err := get[secretRecord](s, tx, secretKey(team, name))
		if err == nil && !ok {
			return noSecret(name)
		}
		value = models.Secret(record.Value)
		return err
	})
	return value, err
}

// Secrets returns the names of a workspace's secrets, in order.
func (s *Store) Secrets(ctx context.Context, team models.TeamID) (names []string, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		records, err := list[secretRecord](s, tx, tenantPrefix(secrets, team))
		for _, r := range records {
			names = append(names, r.Name)
		}
		return err
	})
	return names, err
}

// DeleteSecret removes a secret of a workspace.
func (s *Store) DeleteSecret(ctx context.Context, team models.TeamID, name string) error {
	return s.update(ctx, func(tx kv.Tx) error {
		key := secretKey(team, name)
		if _, ok := tx.Get(key); !ok {
			return noSecret(name)
		}
		return tx.Delete(key)
	})
}

func noSecret(name string) error {
	return notThere(fmt.Sprintf("there is no secret `%s`", name), "whoever runs MuleBot stores it with: mulebot secret set "+name)
}
