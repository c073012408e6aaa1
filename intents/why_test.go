package intents_test

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// What "why" is about: the thing named, the sickest part of an application, or what the conversation is about.
func TestWhyIsAbout(t *testing.T) {
	for _, c := range []struct {
		say   []string
		about string // "subject name" of the last answer
		field string
	}{
		{[]string{"why is data-payments-pg-0 degraded?"}, "volume data-payments-pg-0", ""},
		{[]string{"why can't I resize nexus-data"}, "volume nexus-data", "requested"},
		{[]string{"why is pool pool-on-worker-5 full"}, "pool pool-on-worker-5", "used_percent"},
		{[]string{"what's wrong with worker-4"}, "node worker-4", ""},
		{[]string{"why is payments-pg's disk stuck?"}, "volume data-payments-pg-0", ""},
		{[]string{"why is the payments-pg pod not writing"}, "volume data-payments-pg-0", ""},
		{[]string{"why is reports-db pending"}, "claim reports-db", ""},
		{[]string{"describe data-payments-pg-0", "why?"}, "volume data-payments-pg-0", ""},
		{[]string{"list the read-only volumes", "why?"}, "volume nexus-data", ""},
		{[]string{"how many volumes are read-only?", "why is that"}, "volume nexus-data", ""},
		{[]string{"which volumes are down?", "the second one", "why?"}, "volume data-clickhouse-0", ""},
		{[]string{"which volumes are down?", "why is the first one down"}, "volume wiki-data", ""},
		{[]string{"why is nexus-data read-only", "what should I do?"}, "volume nexus-data", ""},
	} {
		k := newTalk(t)
		var reply models.Reply
		for _, text := range c.say {
			reply = k.say(text)
		}
		if reply.Query == nil || reply.Intent != "why" || reply.Err != nil {
			t.Errorf("%q: intent %q: %s", c.say, reply.Intent, reply.Text)
			continue
		}
		kind, name, _ := strings.Cut(c.about, " ")
		if string(reply.Query.Subject) != kind || !strings.Contains(reply.Query.Name+" "+reply.Text, name) || reply.Query.Field != c.field {
			t.Errorf("%q: about %s %q, field %q: %s", c.say, reply.Query.Subject, reply.Query.Name, reply.Query.Field, reply.Text)
		}
	}
}

// The form of an answer: the cause, what to do, the chain, and a button for the description.
func TestWhyReply(t *testing.T) {
	reply := newTalk(t).say("why is data-clickhouse-0 on staging down?")
	if !strings.HasPrefix(reply.Text, "Volume `analytics/data-clickhouse-0` on staging is down") || !strings.Contains(reply.Text, "because its node `stg-w3` is NotReady") {
		t.Errorf("the cause: %s", reply.Text)
	}
	if reply.Table == nil || len(reply.Table.Rows) < 3 || !strings.Contains(reply.Table.Rows[len(reply.Table.Rows)-1][0].Text, "stg-w3") {
		t.Errorf("the chain does not end at the node: %+v", reply.Table)
	}
	do := ""
	for _, f := range reply.Facts {
		if f.Label == "Do" {
			do = f.Value
		}
	}
	if !strings.Contains(do, "`kubectl describe node stg-w3` — ") {
		t.Errorf("what to do: %q", do)
	}
	if len(reply.Buttons) != 1 || reply.Buttons[0].Label != "Details" || reply.Buttons[0].Action.Intent != "describe" || reply.Buttons[0].Action.Query.Name == "" {
		t.Errorf("buttons: %+v", reply.Buttons)
	}
	if len(reply.Notes) == 0 || !strings.HasPrefix(reply.Notes[0], "Not known: ") {
		t.Errorf("notes: %q", reply.Notes)
	}
}

// Why a whole cluster is not well is answered with what is not.
func TestWhyOfACluster(t *testing.T) {
	if reply := newTalk(t).say("why is staging not healthy?"); reply.Intent != "overview" || !strings.Contains(reply.Text, "staging") || strings.Contains(reply.Text, "prod-east") {
		t.Errorf("%s: %s", reply.Intent, reply.Text)
	}
}

// Why several things are not well is told once for all that one cause explains.
func TestWhyOfMany(t *testing.T) {
	for _, c := range []struct {
		say, query string
		text       []string
	}{
		{"why are volumes degraded or down?", "volume health=degraded|down", []string{"causes:", "\n• ", "`analytics/data-clickhouse-0` (on staging): because its node `stg-w3` is NotReady"}},
		{"what do wiki-data and pod mysql-0 on prod-east have in common", "", []string{"`wiki/wiki-data`", "`mysql/data-mysql-0`"}},
		{"explain the volumes that are read-only", "volume health=read-only", []string{"Volume `nexus/nexus-data` on prod-east is read-only"}},
		{"everything pending and why, both clusters", "claim health=pending", []string{"`reports/reports-db`"}},
		{"why are kafka and payments volumes not healthy", "volume health!=healthy namespace=kafka|payments @prod-east", []string{"payments/data-payments-pg-0"}},
	} {
		reply := newTalk(t).say(c.say)
		if got := brief(reply.Query); c.query != "" && got != c.query || reply.Intent != "why" {
			t.Errorf("%s\n   want why: %s\n   got  %s: %s", c.say, c.query, reply.Intent, got)
		}
		for _, want := range c.text {
			if !strings.Contains(reply.Text, want) {
				t.Errorf("%s: no %q in: %s", c.say, want, reply.Text)
			}
		}
	}
}
