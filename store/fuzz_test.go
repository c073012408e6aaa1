package store

import (
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// FuzzKeys: different ids give different keys, and a key is under its own tenant's prefix and no other's.
func FuzzKeys(f *testing.F) {
	for _, seed := range [][4]string{{"T1", "C1", "T1", "C2"}, {"T1/C1", "", "T1", "C1/"}, {"T1%2F", "x", "T1/", "x"}, {"", "", "/", ""}, {"\x00", "\xff", "\xff", "\x00"}, {".", "..", "..", "."}} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, team1, id1, team2, id2 string) {
		a := journalKey(models.TeamID(team1), id1)
		b := journalKey(models.TeamID(team2), id2)
		if (a == b) != (team1 == team2 && id1 == id2) {
			t.Errorf("%q and %q", a, b)
		}
		if a != b && strings.HasPrefix(a, b) {
			t.Errorf("%q begins with %q", a, b)
		}
		if strings.HasPrefix(a, tenantPrefix(journal, models.TeamID(team2))) != (team1 == team2) {
			t.Errorf("%q is under the prefix of %q", a, team2)
		}
		if strings.HasPrefix(a, tenantPrefix(cards, models.TeamID(team1))) {
			t.Errorf("%q is under the prefix of another kind", a)
		}
		if team, left, ok := ownerOf(a); team != models.TeamID(team1) || !left || !ok {
			t.Errorf("%q counts for %q", a, team)
		}
		at := time.Unix(int64(len(team1))*1e6, 0)
		if key, due := expiring(expiryKey(at, a), at); key != a || !due {
			t.Errorf("the note of %q is of %q, due %v", a, key, due)
		}
		if _, due := expiring(expiryKey(at, a), at.Add(-time.Second)); due {
			t.Errorf("the note of %q is due too early", a)
		}
		c := models.Conversation{Team: models.TeamID(team1), Channel: models.ChannelID(id1), Thread: models.ThreadID(id2)}
		d := models.Conversation{Team: models.TeamID(team1), Channel: models.ChannelID(id2), Thread: models.ThreadID(id1)}
		if (conversationKey(c) == conversationKey(d)) != (id1 == id2) {
			t.Errorf("conversations %q and %q", conversationKey(c), conversationKey(d))
		}
	})
}

// FuzzRecords puts foreign bytes under every kind of key, as they are and sealed: reading them never panics, and what is not sealed
// never opens.
func FuzzRecords(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte("{}"))
	f.Add([]byte("null"))
	f.Add([]byte(`{"until":"2026-01-01T00:00:00Z","dialogue":{"query":{"filters":[{}]}}}`))
	f.Add([]byte(`{"message":{"action":{"query":null}},"clusters":[""]}`))
	key := testKey(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, sealed := range []bool{false, true} {
			s := newStore(kv.Memory(), key, newClock().now)
			talk := message("T1", "m").Conversation()
			keys := []string{workspaceKey("T1"), clusterKey(models.ClusterRef{Team: "T1", Name: "n"}), cardKey("T1", "C1"), journalKey("T1", "m"),
				answeredKey("T1", "m"), conversationKey(talk), usageKey("T1"), join(expiries) + string(data), expiryKey(time.Unix(0, 0), conversationKey(talk))}
			ok(t, s.db.Update(ctx, func(tx kv.Tx) error {
				for _, key := range keys {
					value := data
					if sealed {
						var err error
						if value, err = s.key.Load().seal(key, data); err != nil {
							return err
						}
					}
					if err := tx.Put(key, value); err != nil && len(data) < 1000 {
						return err
					}
				}
				return nil
			}))
			_, err1 := s.Workspaces(ctx)
			_, err2 := s.Clusters(ctx, "T1")
			_, err3 := s.Card(ctx, "T1", "C1")
			_, err4 := s.Unanswered(ctx, "T1")
			_, err5 := s.Dialogue(ctx, talk)
			for i, err := range []error{err1, err2, err3, err4, err5} {
				if !sealed && models.KindOf(err) != models.Internal {
					t.Errorf("read %d opened: %v", i, err)
				}
			}
			_, _ = s.TakesPart(ctx, talk)
			_, _ = s.Usage(ctx, "T1")
			_, _ = s.DeleteCluster(ctx, models.ClusterRef{Team: "T1", Name: "n"})
			ok(t, s.DoneAtOnce(ctx, message("T1", "m"), nil, nil), s.Prune(ctx))
		}
	})
}

// FuzzParseKey: foreign text is no key, and never panics.
func FuzzParseKey(f *testing.F) {
	good, err := newKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(good))
	f.Add("")
	f.Add("{}")
	f.Add("e30=")
	f.Add(`{"primaryKeyId":1,"key":[{"keyData":{"typeUrl":"type.googleapis.com/google.crypto.tink.AesGcmKey","value":"GgA=","keyMaterialType":"SYMMETRIC"},"status":"ENABLED","keyId":1,"outputPrefixType":"TINK"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		key, err := ParseKey(models.Secret(text))
		if err != nil {
			return
		}
		sealed, err := key.seal("place", []byte("text"))
		ok(t, err)
		if opened, err := key.open("place", sealed); err != nil || string(opened) != "text" {
			t.Errorf("a key that parses opens %q, %v", opened, err)
		}
	})
}
