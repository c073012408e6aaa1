package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// How long things are remembered, at least. Slack sends a message again for up to an hour or so; a follow-up after a month
// is a new question.
const (
	rememberAnswer   = 2 * time.Hour
	rememberPost     = 8 * 24 * time.Hour // that of a schedule, which knows its hour again however the clock is set meanwhile
	rememberDialogue = 30 * 24 * time.Hour
)

type journalRecord struct {
	Message     models.Message      `json:"message"`
	ResponseURL string              `json:"response_url,omitempty"`
	Attachments []models.Attachment `json:"attachments,omitempty"`
}

// conversationRecord marks that MuleBot takes part in a conversation; Dialogue is nil until its first answer that leaves
// something to remember.
type conversationRecord struct {
	Until    time.Time        `json:"until"`
	Dialogue *models.Dialogue `json:"dialogue,omitempty"`
}

type answeredRecord struct {
	Until time.Time `json:"until"`
}

// Append makes an entry durable and reports whether its message is new: false means that it is in the journal or was
// answered within the last two hours, eight days if it was scheduled, or that its workspace is gone, and that nothing was written.
func (s *Store) Append(ctx context.Context, e models.Entry) (fresh bool, err error) {
	m := e.Message
	if err := checkMessage(m); err != nil {
		return false, err
	}
	key, talk := journalKey(m.Team, m.ID), m.Conversation()
	text, err := json.Marshal(journalRecord{m, e.ResponseURL.Reveal(), e.Attachments})
	if err != nil {
		return false, err
	}
	err = s.update(ctx, func(tx kv.Tx) error {
		_, waits := tx.Get(key)
		_, done := tx.Get(answeredKey(m.Team, m.ID))
		if fresh = !waits && !done && s.listens(tx, m.Team); !fresh {
			return nil
		}
		if _, ok := tx.Get(conversationKey(talk)); !ok {
			if err := s.remember(tx, talk, nil); err != nil { // Done notes when it may go
				return err
			}
		}
		sealed, err := s.key.Load().seal(key, text)
		if err != nil {
			return err
		}
		return tx.Put(key, sealed)
	})
	return fresh && err == nil, err
}

// Done makes durable that a message of the journal was answered, its entry in the audit log (nil: none), and what to remember of its
// conversation (nil: no change). If the message is in the journal no more, it was answered before, or its workspace was removed while
// the answer was worked out: then nothing is written, for it would be the first record of one that is gone.
func (s *Store) Done(ctx context.Context, m models.Message, a *models.Audit, d *models.Dialogue) error {
	if err := checkMessage(m); err != nil {
		return err
	}
	return s.updateSoon(ctx, func(tx kv.Tx) error {
		key := journalKey(m.Team, m.ID)
		if _, waits := tx.Get(key); !waits {
			return nil
		}
		if err := tx.Delete(key); err != nil {
			return err
		}
		return s.done(tx, m, a, d)
	})
}

// DoneAtOnce is Done for a message that was answered as soon as it came, and not journaled before.
func (s *Store) DoneAtOnce(ctx context.Context, m models.Message, a *models.Audit, d *models.Dialogue) error {
	if err := checkMessage(m); err != nil {
		return err
	}
	return s.updateSoon(ctx, func(tx kv.Tx) error { return s.done(tx, m, a, d) })
}

// done writes what is kept of a message that was answered.
func (s *Store) done(tx kv.Tx, m models.Message, a *models.Audit, d *models.Dialogue) error {
	key, until := answeredKey(m.Team, m.ID), s.now().Add(remembered(m.Kind))
	if err := put(s, tx, key, answeredRecord{until}); err != nil {
		return err
	}
	if err := expire(tx, key, until, time.Second); err != nil {
		return err
	}
	if d != nil {
		if err := s.remember(tx, m.Conversation(), d); err != nil {
			return err
		}
	}
	if err := expire(tx, conversationKey(m.Conversation()), s.now().Add(rememberDialogue), 24*time.Hour); err != nil {
		return err
	}
	if a != nil {
		if err := s.audit(tx, *a); err != nil {
			return err
		}
	}
	if err := s.giveWay(tx, m.Conversation()); err != nil {
		return err
	}
	_, err := s.prune(tx, 8) // more than one answer adds, so that what has expired cannot pile up
	return err
}

// remembered is how long a message of a kind is known to be answered.
func remembered(kind models.MessageKind) time.Duration {
	if kind == models.Scheduled {
		return rememberPost
	}
	return rememberAnswer
}

// remember writes the record of a conversation.
func (s *Store) remember(tx kv.Tx, c models.Conversation, d *models.Dialogue) error {
	return put(s, tx, conversationKey(c), conversationRecord{s.now().Add(rememberDialogue), d})
}

// Unanswered returns the entries left of a team, the oldest first. Those that do not open stay in the journal; the error tells
// of them, and the others are returned nevertheless.
func (s *Store) Unanswered(ctx context.Context, team models.TeamID) (entries []models.Entry, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		var failed error
		for key, sealed := range tx.Scan(tenantPrefix(journal, team)) {
			record, err := decode[journalRecord](s, key, sealed)
			if err != nil {
				failed = err
				continue
			}
			entries = append(entries, models.Entry{Message: record.Message,
				ResponseURL: models.Secret(record.ResponseURL), Attachments: record.Attachments})
		}
		return failed
	})
	slices.SortFunc(entries, func(a, b models.Entry) int {
		return cmp.Or(a.Message.At.Compare(b.Message.At), cmp.Compare(a.Message.ID, b.Message.ID))
	})
	return entries, err
}

// TakesPart reports whether MuleBot has answered, or is about to answer, in a conversation within the last thirty days.
func (s *Store) TakesPart(ctx context.Context, c models.Conversation) (takes bool, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		_, takes = tx.Get(conversationKey(c))
		return nil
	})
	return takes, err
}

// Dialogue returns what is remembered of a conversation; a zero Dialogue if nothing is.
func (s *Store) Dialogue(ctx context.Context, c models.Conversation) (d models.Dialogue, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		record, _, err := get[conversationRecord](s, tx, conversationKey(c))
		if err == nil && record.Dialogue != nil {
			d = *record.Dialogue
		}
		return err
	})
	return d, err
}

// checkMessage refuses a message that could not be told from others, or not be stored.
func checkMessage(m models.Message) error {
	if m.Team == "" || m.ID == "" {
		return &models.Error{Kind: models.Internal, Message: "a message came without a team or an id",
			Err: errors.New("journal: empty id")}
	}
	for _, id := range []string{string(m.Team), m.ID, string(m.Channel), string(m.Thread)} {
		if len(id) > 512 {
			return invalid("a message's id is too long", "Slack's ids are much shorter: was this sent by Slack?")
		}
	}
	return nil
}
