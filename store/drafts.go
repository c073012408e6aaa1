package store

import (
	"context"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// rememberDraft is how long a draft waits to be activated.
const rememberDraft = 24 * time.Hour

// draftRecord is what somebody submitted and has not yet activated: files by their names.
type draftRecord struct {
	Until time.Time         `json:"until"`
	Files map[string]string `json:"files"`
}

// PutDraft keeps files for a day under an id of the caller's.
func (s *Store) PutDraft(ctx context.Context, team models.TeamID, id string, files map[string]string) error {
	if err := checkID("team", string(team)); err != nil {
		return err
	}
	return s.setUp(ctx, func(tx kv.Tx) error {
		key, until := draftKey(team, id), s.now().Add(rememberDraft)
		if err := put(s, tx, key, draftRecord{until, files}); err != nil {
			return err
		}
		return expire(tx, key, until, time.Minute)
	})
}

// Draft returns the files of a draft. It fails with NotFound if there is none, or none any more.
func (s *Store) Draft(ctx context.Context, team models.TeamID, id string) (files map[string]string, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		record, ok, err := get[draftRecord](s, tx, draftKey(team, id))
		if err == nil && (!ok || !record.Until.After(s.now())) {
			return notThere("that draft is gone: it was discarded or activated, or is older than a day", "submit the files again")
		}
		files = record.Files
		return err
	})
	return files, err
}

// DeleteDraft removes a draft, if it is there.
func (s *Store) DeleteDraft(ctx context.Context, team models.TeamID, id string) error {
	return s.update(ctx, func(tx kv.Tx) error { return tx.Delete(draftKey(team, id)) })
}
