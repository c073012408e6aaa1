package store

import (
	"encoding/json"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// encode returns what is stored of a record under a key: JSON, sealed for that key.
func encode(s *Store, key string, record any) ([]byte, error) {
	text, err := json.Marshal(record)
	if err != nil {
		return nil, err
	}
	return s.key.Load().seal(key, text)
}

// decode reverses encode. It fails for whatever encode did not make for the same key.
func decode[T any](s *Store, key string, sealed []byte) (record T, err error) {
	text, err := s.key.Load().open(key, sealed)
	if err == nil {
		err = json.Unmarshal(text, &record)
	}
	if err != nil {
		return record, &models.Error{Kind: models.Internal, Message: "a record of the store does not open",
			Hint: "it was damaged or sealed with another key, and is still there: put the store and its key back from the same backup",
			Err:  err}
	}
	return record, nil
}

func put(s *Store, tx kv.Tx, key string, record any) error {
	sealed, err := encode(s, key, record)
	if err != nil {
		return err
	}
	return tx.Put(key, sealed)
}

// get returns the record under a key and whether there is one.
func get[T any](s *Store, tx kv.Tx, key string) (record T, ok bool, err error) {
	sealed, ok := tx.Get(key)
	if !ok {
		return record, false, nil
	}
	record, err = decode[T](s, key, sealed)
	return record, err == nil, err
}

// list returns the records whose keys begin with prefix, in the order of their keys. It stops at one that does not open.
func list[T any](s *Store, tx kv.Tx, prefix string) ([]T, error) {
	var records []T
	for key, sealed := range tx.Scan(prefix) {
		record, err := decode[T](s, key, sealed)
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}
