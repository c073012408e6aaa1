package intents_test

import (
	"strings"
	"testing"
)

// Orders in the words of a database or a shell are orders: they are declined, and no question is made of them.
func TestScripted(t *testing.T) {
	for text, declined := range map[string]bool{
		"drop table volumes": true, "DROP TABLE volumes;": true, "hey, can you drop table volumes": true, "truncate table pools": true,
		"delete from volumes where name = 'x'": true, "update volumes set size = 10": true, "insert into volumes values (1)": true,
		"alter table pools": true, "list volumes; drop table volumes": true, "rm -rf /": true, "rm -rf wiki-data": true, "show volumes && rm -rf /": true,
		"sudo reboot": true, "mkfs.ext4 /dev/sdb": true, "dd if=/dev/zero of=/dev/sdb": true, "lvremove vg-fast": true, "systemctl stop kubelet": true,
		"drop the volumes": true, "list volumes": false, "which volumes are mounted": false, "is there a drop in free space on vg-fast": false, "pools, sorted by size": false,
	} {
		k := newTalk(t)
		reply := k.say(text)
		if got := strings.HasPrefix(reply.Text, "I only read: "); got != declined {
			t.Errorf("%q: %s: %s", text, reply.Intent, reply.Text)
		}
	}
}
