package intents_test

import (
	"testing"

	"github.com/mulebot/mulebot/models"
)

// FuzzRespond makes sure that whatever somebody says gets a reply that is no failure of ours, alone and as a follow-up.
func FuzzRespond(f *testing.F) {
	for _, text := range []string{"which volumes are degraded?", "describe data-mysql-0", "the second one", "and on staging?", "volumes on worker-99",
		"volumes between 10Gi and 20Gi by namespace", "top 0 volumes sorted by by by", "why", "not not not cstor", "volumes of worker-5 not on prod-east", "are at per environment for on storage", "pvc-31a98583 'quoted' `name`", "\xff\x00", "2"} {
		f.Add(text)
	}
	k := newTalk(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, before := range []string{"hello", "the 5 biggest volumes", "describe data-mysql-0", "describe wiki-data"} {
			k.tenants.dialogues = map[models.Conversation]models.Dialogue{}
			k.say(before)
			reply := k.say(text)
			if reply.Text == "" || reply.Err != nil && models.KindOf(reply.Err) == models.Internal {
				t.Errorf("%q after %q: %q, %v", text, before, reply.Text, reply.Err)
			}
		}
	})
}
