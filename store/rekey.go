package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// Renewed returns a key that seals anew and still opens what this one sealed.
func (k Key) Renewed() (Key, error) {
	manager := keyset.NewManagerFromHandle(k.keyset)
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err == nil {
		err = manager.SetPrimary(id)
	}
	return managed(manager, err)
}

// Reduced returns a key that opens only what it seals itself: without those that it replaced.
func (k Key) Reduced() (Key, error) {
	manager := keyset.NewManagerFromHandle(k.keyset)
	primary, err := k.keyset.Primary()
	for i := 0; err == nil && i < k.keyset.Len(); i++ {
		var entry *keyset.Entry
		if entry, err = k.keyset.Entry(i); err == nil && entry.KeyID() != primary.KeyID() {
			err = manager.Delete(entry.KeyID())
		}
	}
	return managed(manager, err)
}

func managed(manager *keyset.Manager, err error) (Key, error) {
	if err != nil {
		return Key{}, err
	}
	handle, err := manager.Handle()
	if err != nil {
		return Key{}, err
	}
	return keyOf(handle)
}

// Save puts a key in the place of the one in a file, whole or not at all.
func (k Key) Save(path string) error {
	text, err := keyText(k.keyset)
	if err != nil {
		return err
	}
	temporary, err := besideKey(path, text)
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return unusableKey(path, err)
	}
	return nil
}

// mark returns what begins all that the key seals: a byte for the format and the number of the key, after
// https://developers.google.com/tink/wire-format.
func (k Key) mark() ([]byte, error) {
	primary, err := k.keyset.Primary()
	if err != nil {
		return nil, err
	}
	return binary.BigEndian.AppendUint32([]byte{1}, primary.KeyID()), nil
}

// reseals is how many records Reseal takes in a transaction, so that messages need not wait for long.
const reseals = 500

// Rekey makes a new key, seals everything with it and puts it in the place of the key in a file. The one from before it keeps beside
// that, for backups from before, and says where. What else that one seals, also has to seal anew. It returns how many records it
// sealed. Interrupted, it leaves a key in the file that opens everything, and can be begun again.
func (s *Store) Rekey(ctx context.Context, path string, also func(Key) error) (records int, kept string, err error) {
	if !s.rekeying.TryLock() {
		return 0, "", errRekeying
	}
	defer s.rekeying.Unlock()
	old := *s.key.Load() // and not the one in the file, which may be another by now
	renewed, err := old.Renewed()
	if err != nil {
		return 0, "", err
	}
	if err := s.opens(ctx, renewed); err != nil {
		return 0, "", err
	}
	if kept, err = s.keepKey(ctx, old, path); err != nil {
		return 0, "", err
	}
	if err := renewed.Save(path); err != nil {
		return 0, "", errors.Join(err, os.Remove(kept))
	}
	if records, err = s.resealAll(ctx, renewed); err != nil {
		return records, kept, err
	}
	if err := also(renewed); err != nil {
		return records, kept, err
	}
	reduced, err := renewed.Reduced()
	if err != nil {
		return records, kept, err
	}
	if _, err := s.resealAll(ctx, reduced); err != nil {
		return records, kept, err
	}
	return records, kept, reduced.Save(path)
}

// keepKey saves a key beside the file that is to hold another, and returns where. A file that holds the key of something else is put
// aside too.
func (s *Store) keepKey(ctx context.Context, key Key, path string) (kept string, err error) {
	text, err := os.ReadFile(path)
	if err == nil {
		held, err := ParseKey(models.Secret(text))
		if err != nil || s.opens(ctx, held) != nil {
			if _, err := moveAside(path, s.now()); err != nil {
				return "", unusableKey(path, err)
			}
		}
	}
	if kept, err = nameAside(path, s.now()); err != nil {
		return "", unusableKey(path, err)
	}
	return kept, key.Save(kept)
}

// errRekeying is for whoever gives the store a key while somebody else does.
var errRekeying = &models.Error{Kind: models.Conflict, Message: "the store is being sealed with a new key already", Hint: "wait until that is done"}

// opens fails if a key does not open what tells the key of the store.
func (s *Store) opens(ctx context.Context, key Key) error {
	return s.view(ctx, func(tx kv.Tx) error {
		sealed, ok := tx.Get(checkKey)
		if !ok {
			return errOtherKey
		}
		if _, err := key.open(checkKey, sealed); err != nil {
			return errors.Join(errOtherKey, err)
		}
		return nil
	})
}

// Reseal makes the store use another key, which must open all that is there, and seals with it what another one sealed. It
// returns how many records those were. The store may be used meanwhile. What Reseal had not come to when it was interrupted
// it takes up when it is called again.
func (s *Store) Reseal(ctx context.Context, key Key) (records int, err error) {
	if !s.rekeying.TryLock() {
		return 0, errRekeying
	}
	defer s.rekeying.Unlock()
	return s.resealAll(ctx, key)
}

// resealAll is Reseal for whoever holds rekeying. A key that opens nothing is refused before the store uses it. Once it does, the old
// one is not put back: the new one opens all that the old one sealed, and the old one nothing that was sealed since.
func (s *Store) resealAll(ctx context.Context, key Key) (records int, err error) {
	mark, err := key.mark()
	if err != nil {
		return 0, err
	}
	if err := s.opens(ctx, key); err != nil {
		return 0, err
	}
	s.sealing.Lock()
	s.key.Store(&key)
	s.sealing.Unlock()
	for from, more := "", true; more; {
		var next string
		var n int
		err := s.update(ctx, func(tx kv.Tx) (err error) {
			next, n, err = reseal(tx, key, mark, from)
			return err
		})
		if err != nil {
			return records, err
		}
		records += n
		from, more = next, next != ""
	}
	return records, nil
}

// reseal takes the records from a key on; next is where to go on, "" when there are no more.
func reseal(tx kv.Tx, key Key, mark []byte, from string) (next string, n int, err error) {
	seen := 0
	for at, sealed := range tx.ScanFrom(from) {
		if seen++; seen > reseals {
			return at, n, nil
		}
		if at == schemaKey || len(sealed) == 0 || bytes.HasPrefix(sealed, mark) { // plain, or sealed with the key already
			continue
		}
		text, err := key.open(at, sealed)
		if err != nil {
			return "", n, errors.Join(errOtherKey, err)
		}
		if sealed, err = key.seal(at, text); err != nil {
			return "", n, err
		}
		if err := tx.Put(at, sealed); err != nil {
			return "", n, err
		}
		n++
	}
	return "", n, nil
}
