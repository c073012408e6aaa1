package intents_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// fakeCustoms are understandings by team; other teams have the first.
type fakeCustoms map[models.TeamID]*intents.Understanding

func (f fakeCustoms) For(_ context.Context, team models.TeamID) (*intents.Understanding, error) {
	return f[team], nil
}

// fakeObjects remembers what was asked and gives the same rows of every cluster but those that fail.
type fakeObjects struct {
	mu    sync.Mutex
	asked []models.ObjectQuery
	rows  models.ObjectRows
	fail  map[string]error
}

func (f *fakeObjects) Objects(_ context.Context, ref models.ClusterRef, q models.ObjectQuery) (models.ObjectRows, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, q)
	return f.rows, f.fail[ref.Name]
}

// fakeCaller remembers the last call and gives JSON.
type fakeCaller struct {
	call   models.Call
	result string
	err    error
}

func (f *fakeCaller) Call(_ context.Context, call models.Call) (any, error) {
	f.call = call
	var v any
	if err := json.Unmarshal([]byte(f.result), &v); err != nil {
		return nil, err
	}
	return v, f.err
}

type fakeRoles map[models.UserID]intents.Role

func (f fakeRoles) Role(_ context.Context, _ models.TeamID, user models.UserID, _ models.Scope) (intents.Role, error) {
	if r := f[user]; r != "" {
		return r, nil
	}
	return intents.Viewer, nil
}

func (f fakeRoles) Admins(context.Context, models.TeamID) ([]string, error) {
	var ids []string
	for user, role := range f {
		if role == intents.Admin {
			ids = append(ids, string(user))
		}
	}
	return ids, nil
}

// sampleFiles returns the files of the sample folder and, beside them, one more intent that admins only may use.
func sampleFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{"questions.yml", actions.File} {
		text, err := os.ReadFile("../docs/examples/intents/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	files["admin.yml"] = "version: \"3.1\"\nnlu:\n- intent: reboot\n  examples: |\n    - reboot the coffee machine\n    - coffee machine restart\n    - restart the coffee machine now\n"
	files[actions.File] += `
  - intent: reboot
    role: admin
    http:
      method: POST
      url: https://oncall.example.com/coffee
      body: {cups: 2, note: '{{upper "now"}}', list: [true, "{{len .slots}}"]}
      reply: done
`
	return files
}

// examplesOf returns training data with examples of intents.
func examplesOf(intents ...string) string {
	text := "version: \"3.1\"\nnlu:\n"
	for _, i := range intents {
		text += "- intent: " + i + "\n  examples: |\n    - one of " + i + "\n    - two of " + i + "\n"
	}
	return text
}

// TestCustomFaults checks what is told of actions and examples together; what of actions alone, package actions checks.
func TestCustomFaults(t *testing.T) {
	of := func(list string) string { return "version: \"1\"\nactions:\n" + list + "\n" }
	own := of("- {intent: a, reply: x}")
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no examples":   {map[string]string{actions.File: of("- {intent: lonely, reply: x}")}, `actions.yml:3:12: intent "lonely" has no examples`},
		"no action":     {map[string]string{actions.File: own, "n.yml": examplesOf("a", "b")}, `n.yml:9:7: intent "b" has no action; add it to actions.yml`},
		"built-in":      {map[string]string{actions.File: own, "n.yml": examplesOf("a", "count")}, `"count" is a built-in intent`},
		"both faults":   {map[string]string{actions.File: "version: 7\nactions: []\n", "n.yml": "version: \"3.1\"\nnul: []\n"}, `n.yml:2:1: unknown key "nul"`},
		"only examples": {map[string]string{"n.yml": examplesOf("a")}, `intent "a" has no action`},
		"taught":        {map[string]string{intents.TaughtFile: examplesOf("count", "nothing")}, `intent "nothing" has no action`},
		"built-in name": {map[string]string{actions.File: of("- {intent: list, reply: x}")}, `actions.yml:3:12: "list" is a built-in intent; choose another name`},
		"fallback":      {map[string]string{actions.File: of("- {intent: nlu_fallback, reply: x}")}, `"nlu_fallback" is a built-in intent`},
		"no alias":      {map[string]string{actions.File: of("- {intent: a, alias: {intent: dance}}")}, `there is no built-in intent "dance"; the built-in intents are list, count`},
		"to fallback":   {map[string]string{actions.File: of("- {intent: a, alias: {intent: nlu_fallback}}")}, `there is no built-in intent "nlu_fallback"`},
		"no query":      {map[string]string{actions.File: of("- {intent: a, alias: {intent: help, query: {subject: volume}}}")}, "intent help has no query"},
	} {
		_, err := intents.ReadCustom(test.files, actions.Rules{})
		if got := strings.Join(intents.Faults(err), "\n"); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if c, err := intents.ReadCustom(map[string]string{"README.md": "text"}, actions.Rules{}); c != nil || err != nil {
		t.Errorf("a folder without intents gives %v, %v", c, err)
	}
	if _, err := intents.ReadCustom(map[string]string{intents.TaughtFile: examplesOf("count")}, actions.Rules{}); err != nil {
		t.Errorf("a phrasing of a built-in intent cannot be taught: %v", err)
	}
}

// TestSampleFolder reads the folder that docs/intents.md explains.
func TestSampleFolder(t *testing.T) {
	files := map[string]string{}
	for _, name := range []string{"questions.yml", actions.File} {
		text, err := os.ReadFile("../docs/examples/intents/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	c, err := intents.ReadCustom(files, actions.Rules{HTTPAllow: []string{"oncall.example.com"}})
	if err != nil || len(c.Names()) != 5 || len(c.Warnings) > 0 {
		t.Errorf("the sample folder: %v, %+v", err, c)
	}
}

// customTalk is a conversation in a workspace with the sample intents.
type customTalk struct {
	*talk
	objects *fakeObjects
	caller  *fakeCaller
	log     *strings.Builder
}

func newCustomTalk(t *testing.T) *customTalk {
	t.Helper()
	k := &customTalk{talk: newTalk(t), objects: &fakeObjects{fail: map[string]error{}}, caller: &fakeCaller{result: "null"}, log: &strings.Builder{}}
	base, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	builtin, _, err := nlp.ReadYAML(intents.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	custom, err := intents.ReadCustom(sampleFiles(t), actions.Rules{HTTPAllow: []string{"oncall.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	model, err := nlp.Extend(base, custom.Data, nlp.NewNegatives(base, builtin), intents.TrainingOptions())
	if err != nil {
		t.Fatal(err)
	}
	own, err := intents.Understand(model, custom)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := intents.Understand(base)
	if err != nil {
		t.Fatal(err)
	}
	o := k.Options
	o.Customs, o.Objects, o.Caller, o.Roles = fakeCustoms{"T1": own, "T2": plain}, k.objects, k.caller, fakeRoles{"UADMIN": intents.Admin}
	o.Log = zerolog.New(k.log)
	k.reroute(t, o)
	return k
}

// restart writes the dialogues out and reads them again, as a store does.
func (k *customTalk) restart(t *testing.T) {
	t.Helper()
	for c, d := range k.tenants.dialogues {
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var read models.Dialogue
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		k.tenants.dialogues[c] = read
	}
}

func TestCustomReply(t *testing.T) {
	reply := newCustomTalk(t).say("whom do I call when the storage is down")
	if reply.Intent != "escalation" || reply.Err != nil {
		t.Errorf("it is %q, %v", reply.Intent, reply.Err)
	}
	contains(t, reply.Text, "extension 4711")
}

func TestCustomQuery(t *testing.T) {
	k := newCustomTalk(t)
	for text, want := range map[string]string{
		"what is about to burst?":                           "claim used_percent>=85 sort=-used_percent limit=10",
		"what is about to burst over 70%":                   "claim used_percent>=70 sort=-used_percent limit=10",
		"show what is bursting above 95 percent on staging": "claim used_percent>=95 sort=-used_percent limit=10 @staging",
	} {
		reply := k.say(text)
		if got := brief(reply.Query); reply.Intent != "nearly_full" || canonical(got) != canonical(want) {
			t.Errorf("%q is %s: %s, want %s", text, reply.Intent, got, want)
		}
	}
	if got := brief(k.say("only on prod-east").Query); !strings.Contains(got, "@prod-east") || !strings.Contains(got, "used_percent>=") {
		t.Errorf("a follow-up refers to %s", got)
	}
}

func TestCustomAlias(t *testing.T) {
	k := newCustomTalk(t)
	for text, want := range map[string]string{
		"any sick disks?":                  "volume health!=healthy",
		"sick disks in namespace search":   "volume namespace=search health!=healthy @prod-east",
		"which disks are sick on staging?": "volume health!=healthy @staging",
	} {
		reply := k.say(text)
		if got := brief(reply.Query); reply.Intent != "sick_disks" || canonical(got) != canonical(want) {
			t.Errorf("%q is %s: %s, want %s", text, reply.Intent, got, want)
		}
	}
}

func TestCustomKubernetes(t *testing.T) {
	k := newCustomTalk(t)
	k.objects.rows = models.ObjectRows{Rows: [][]string{{"search", "web-tls", "True", "2026-09-01T00:00:00Z"}}, More: true}
	k.objects.fail["staging"] = &models.Error{Kind: models.Forbidden, Message: "cluster staging forbids MuleBot to list `certificates`", Hint: "grant it"}
	reply := k.say("certificates in namespace search")
	if reply.Err != nil || reply.Table == nil || len(reply.Table.Rows) != 1 || reply.Table.Columns[3].Key != "ready" {
		t.Fatalf("the reply is %+v", reply)
	}
	notes := strings.Join(reply.Notes, "\n")
	contains(t, notes, "forbids MuleBot")
	contains(t, notes, "only the first 1")
	contains(t, reply.Text, "1 certificate in namespace `search` on `prod-east`")
	if q := k.objects.asked[0]; q.Group != "cert-manager.io" || q.Namespace != "search" || q.Limit != 100 {
		t.Errorf("asked %+v", q)
	}
	k.objects.fail["prod-east"] = &models.Error{Kind: models.NotFound, Message: "cluster prod-east has no `certificates.cert-manager.io`", Hint: "install it"}
	reply = k.say("list the certificates")
	if models.KindOf(reply.Err) != models.NotFound {
		t.Errorf("clusters that have no such resource give %+v", reply)
	}
	contains(t, reply.Text, "has no `certificates.cert-manager.io`")
}

// TestCustomHTTP asks for a missing slot, takes the answer, and words what came back.
func TestCustomHTTP(t *testing.T) {
	k := newCustomTalk(t)
	k.caller.result = `{"person": {"name": "Ann <!channel> *x*"}, "until": 1767225600}`
	reply := k.say("who is on call for the basket?")
	if reply.Intent != "oncall" || reply.Text != "Ann <!channel> *x* is on call for `checkout` until 1767225600." {
		t.Errorf("the reply is %q (%s)", reply.Text, reply.Intent)
	}
	if c := k.caller.call; c.URL != "https://oncall.example.com/v1/services/checkout" || c.Team != "T1" || c.Headers["Authorization"] != (models.Header{Text: "Bearer ", Secret: "oncall-token"}) {
		t.Errorf("called %+v", c)
	}
	reply = k.say("who is on call?")
	if !reply.AskedBack || !strings.HasPrefix(reply.Text, "For which service?") || reply.Dialogue.Pending == nil {
		t.Fatalf("a missing slot gives %+v", reply)
	}
	k.restart(t)
	reply = k.say("Data Platform")
	if reply.Intent != "oncall" || k.caller.call.URL != "https://oncall.example.com/v1/services/Data%20Platform" {
		t.Errorf("the answer in the thread leads to %s, %s", reply.Intent, k.caller.call.URL)
	}
	if reply = k.say("Data Platform"); reply.Intent == "oncall" {
		t.Error("an answer is taken when nobody asked")
	}
	k.say("who carries the pager today")
	if reply = k.say("which volumes are not healthy?"); reply.Intent != "list" {
		t.Errorf("another question is taken for the answer: %s", reply.Intent)
	}
	if reply = k.say("search"); reply.Intent == "oncall" && reply.Err == nil && !reply.AskedBack && k.caller.call.URL == "https://oncall.example.com/v1/services/search" {
		t.Error("a question that nobody answered goes on for ever")
	}
	k.caller.err = &models.Error{Kind: models.Unavailable, Message: "`oncall.example.com` does not answer", Hint: "try again"}
	if reply = k.say("on call billing"); models.KindOf(reply.Err) != models.Unavailable {
		t.Errorf("a host that does not answer gives %+v", reply)
	}
	k.caller.err, k.caller.result = nil, `{"person": "nobody"}`
	reply = k.say("on call billing")
	if models.KindOf(reply.Err) != models.Invalid || strings.Contains(reply.Text, "template:") || !strings.Contains(k.log.String(), "oncall") {
		t.Errorf("a template that fails gives %q, and the log has %s", reply.Text, k.log)
	}
}

func TestCustomRoles(t *testing.T) {
	k := newCustomTalk(t)
	reply := k.send(models.Message{Text: "reboot the coffee machine", User: "UANN"})
	if models.KindOf(reply.Err) != models.Forbidden || k.caller.call.URL != "" {
		t.Errorf("a viewer may: %+v", reply)
	}
	if reply = k.send(models.Message{Action: &models.Action{Intent: "reboot"}, User: "UANN"}); models.KindOf(reply.Err) != models.Forbidden {
		t.Errorf("a viewer may by a button: %+v", reply)
	}
	if help := k.send(models.Message{Text: "help custom", User: "UANN"}); strings.Contains(help.Facts[0].Value, "coffee") || !strings.Contains(help.Facts[0].Value, "sick disks") {
		t.Errorf("help is %+v", help.Facts)
	}
	reply = k.send(models.Message{Text: "reboot the coffee machine", User: "UADMIN"})
	if reply.Err != nil || string(k.caller.call.Body) != `{"cups":2,"list":[true,"0"],"note":"NOW"}` {
		t.Errorf("an admin may not: %+v, %s", reply, k.caller.call.Body)
	}
	if help := k.send(models.Message{Text: "help custom", User: "UADMIN"}); !strings.Contains(help.Facts[0].Value, "coffee") {
		t.Errorf("help is %+v", help.Facts)
	}
}

// TestCustomStaysInItsTeam checks that what one workspace has nobody else has.
func TestCustomStaysInItsTeam(t *testing.T) {
	k := newCustomTalk(t)
	k.tenants.cards["T2"] = models.Card{Team: "T2", Channel: "C1", Clusters: []string{"other"}}
	k.team = "T2"
	for _, m := range []models.Message{{Text: "who is on call for payments?"}, {Text: "sick disks"}, {Action: &models.Action{Intent: "escalation"}}, {Text: "help custom"}} {
		reply := k.send(m)
		if said := reply.Text + reply.Intent; strings.Contains(said, "4711") || strings.Contains(said, "oncall") || strings.Contains(said, "sick_disks") || k.caller.call.URL != "" {
			t.Errorf("%+v gives %+v", m, reply)
		}
		for _, f := range reply.Facts {
			if f.Label == "Of your own" {
				t.Errorf("help tells of another workspace's intents: %+v", f)
			}
		}
	}
}

// TestHeldOutWithCustoms checks that the intents of a workspace take none of the built-in questions.
func TestHeldOutWithCustoms(t *testing.T) {
	plain, own := newTalk(t), newCustomTalk(t)
	data, err := os.ReadFile("testdata/heldout.tsv")
	if err != nil {
		t.Fatal(err)
	}
	total, changed := 0, 0
	for line := range strings.Lines(string(data)) {
		text, _, ok := strings.Cut(line, "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		plain.tenants.dialogues, own.tenants.dialogues = map[models.Conversation]models.Dialogue{}, map[models.Conversation]models.Dialogue{}
		before, after := plain.say(text), own.say(text)
		total++
		if before.Intent != after.Intent && before.Intent != nlp.Fallback || brief(before.Query) != brief(after.Query) && after.Intent == before.Intent {
			changed++
			t.Logf("%s: %s %s, now %s %s", text, before.Intent, brief(before.Query), after.Intent, brief(after.Query))
		}
	}
	if changed*100 > total {
		t.Errorf("%d of %d built-in questions are understood otherwise", changed, total)
	}
}
