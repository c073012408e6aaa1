package app

import (
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
)

// isolationSteps is how many random steps TestIsolation takes.
var isolationSteps = flag.Int("isolation.steps", 5000, "random steps of TestIsolation")

// estateSteps is after how many steps the tenants are replaced by new ones: their audit logs are read to the end then.
const estateSteps = 1250

// TestIsolation lets the people of tenants that have everything alike, and nothing in common, say and press what comes to their
// minds, and looks in all that comes of it for what only another tenant has. What is alike: channels, threads, messages' ids,
// names of clusters, and what the things in them are called but for a mark in each name, which is the tenant's alone.
func TestIsolation(t *testing.T) {
	for seed := range max(1, *isolationSteps/estateSteps) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			e := newEstate(t, uint64(seed))
			for range estateSteps {
				e.step()
			}
			e.audit()
			t.Logf("%d messages, %d buttons, %d forms, %d homes, %d summaries, %d of others' names and buttons; %d answers held the tenant's own names; %d lines were logged; %d leaks",
				e.asked, e.pressed, e.forms, e.homes, e.posted, e.stolen, e.found, e.logged, e.leaks)
			if e.asked+e.homes < estateSteps || e.homes == 0 || e.posted == 0 || e.pressed == 0 || e.forms == 0 || e.stolen == 0 || e.found < estateSteps/4 || e.logged == 0 {
				t.Error("too little was tried")
			}
		})
	}
}

// step lets somebody do something.
func (e *estate) step() {
	if e.messages++; e.messages%40 == 0 {
		e.repair(e.tenants[e.random.IntN(len(e.tenants))])
	}
	h := e.tenants[e.random.IntN(len(e.tenants))]
	m := h.message(e)
	switch n := e.random.IntN(100); {
	case n < 45:
		m.Text = e.phrase(h, questionsAsked)
	case n < 60:
		m.Text = e.phrase(h, followUps)
	case n < 75 && len(h.buttons) > 0:
		e.press(&m, h.buttons[e.random.IntN(len(h.buttons))].Action)
	case n < 84:
		m.Text = e.phrase(h, officeTalk)
	case n < 90 && h.form != nil:
		e.submit(h, &m, h.form)
	case n < 92:
		e.open(h, m)
		return
	case n < 94 && e.due(h):
		return
	default:
		e.steal(h, &m)
	}
	e.send(h, m)
}

// open opens the home tab.
func (e *estate) open(h *tenancy, m models.Message) {
	e.homes++
	m.Channel = h.channels[len(h.channels)-1]
	home := e.router.Home(e.Context(), m)
	if home.Trouble != nil {
		e.look(h, "the trouble of a home", home.Trouble.Error())
	}
	e.look(h, "a home", asJSON(e.TB, home))
	e.read("a home")
}

// due has posted what a card of the tenant wants next. It reports false if one that is chosen at random wants nothing.
func (e *estate) due(h *tenancy) bool {
	card, err := e.store.Card(e.Context(), h.team, h.channels[e.random.IntN(len(h.channels))])
	if err != nil || card.Posting.IsZero() {
		return false
	}
	m := intents.Scheduled(card, card.Posting.Next(time.Now()))
	h.messages++
	m.ID, m.At = fmt.Sprint("m", h.messages), time.Now()
	if reply := e.send(h, m); !reply.Silent {
		e.posted++
	}
	return true
}

func (e *estate) press(m *models.Message, action models.Action) {
	e.pressed++
	m.Kind, m.Action = models.Press, passed(e.TB, action)
	if action.Text != "" {
		m.Action.Intent = ""
	}
}

// submit fills in a form with what there is to choose, and anything else at random.
func (e *estate) submit(h *tenancy, m *models.Message, f *models.Form) {
	e.forms++
	m.Kind, m.Action = models.Submitted, passed(e.TB, f.Action)
	if m.Action.Values == nil {
		m.Action.Values = map[string]string{}
	}
	for _, field := range f.Fields {
		value := ""
		switch {
		case len(field.Options) > 0:
			value = field.Options[e.random.IntN(len(field.Options))].Value
		case field.Kind == models.PeopleField:
			value = string(h.users[e.random.IntN(len(h.users))])
		case field.Key == "kubeconfig":
			value = h.kubeconfig()
		case field.Key == "yaml" && e.random.IntN(6) == 0:
			value = "nlu:\n- intent: own_" + h.mark + "\n  examples: |\n    - sing " + h.mark + "\n"
		case field.Kind == models.TextField:
			value = h.name(e.random, "")
		}
		m.Action.Values[field.Key] = value
	}
}

// steal says or presses what belongs to another tenant.
func (e *estate) steal(h *tenancy, m *models.Message) {
	e.stolen++
	other := e.tenants[e.random.IntN(len(e.tenants))]
	if n := e.random.IntN(4); n == 0 && len(other.buttons) > 0 {
		e.press(m, other.buttons[e.random.IntN(len(other.buttons))].Action)
	} else if n == 1 {
		m.User = h.users[0] // an admin
		e.press(m, *other.draft)
	} else if n == 2 && other.form != nil {
		e.submit(h, m, other.form)
	} else {
		m.Text = e.phrase(other, questionsAsked)
	}
}

// send takes a message the whole way, looks at everything that comes of it, and returns the reply.
func (e *estate) send(h *tenancy, m models.Message) models.Reply {
	e.asked++
	ctx := e.Context()
	e.notice(h, m.Text)
	if m.Action != nil {
		e.notice(h, asJSON(e.TB, m.Action))
	}
	what := fmt.Sprintf("%q", m.Text)
	if m.Action != nil {
		what = asJSON(e.TB, m.Action)
	}
	fresh, err := e.store.Append(ctx, models.Entry{Message: m})
	if err != nil || !fresh {
		e.Fatalf("%s: the journal takes %s for one that it has: %v, %v", h.team, what, fresh, err)
	}
	if e.random.IntN(50) == 0 {
		e.restart(h)
	}
	reply := e.router.Respond(ctx, m)
	e.look(h, what+": the reply", asJSON(e.TB, shown(reply)))
	if reply.Err != nil {
		e.look(h, what+": the error", reply.Err.Error())
	}
	rendered := bot.Render(reply)
	blocks := asJSON(e.TB, rendered.Blocks)
	e.look(h, what+": the blocks", rendered.Text+blocks)
	for _, f := range rendered.Files {
		e.look(h, what+": the file", f.Name+f.Title+string(f.Content))
	}
	e.read(what)
	if strings.Contains(blocks, h.mark) {
		e.found++
	}
	h.keep(reply)
	if err := e.store.Done(ctx, m, models.NewAudit(m, reply, true), reply.Dialogue); err != nil {
		e.Fatal(err)
	}
	d, err := e.store.Dialogue(ctx, m.Conversation())
	if err != nil {
		e.Fatal(err)
	}
	e.look(h, what+": what is remembered", asJSON(e.TB, d))
	return reply
}

// restart looks at what a new process would answer first: the one message of a tenant, and nothing of others.
func (e *estate) restart(of *tenancy) {
	for _, h := range e.tenants {
		entries, err := e.store.Unanswered(e.Context(), h.team)
		if err != nil || len(entries) > 1 || (len(entries) == 1) != (h == of) {
			e.Fatalf("after a message of %s, %s has %d to answer: %v", of.team, h.team, len(entries), err)
		}
		e.look(h, "the journal", asJSON(e.TB, entries))
	}
}

// audit looks at the audit log of every tenant, and that its chain holds.
func (e *estate) audit() {
	for _, h := range e.tenants {
		n := 0
		for a, err := range e.store.Audit(e.Context(), h.team, time.Time{}) {
			if err != nil {
				e.Fatal(err)
			}
			n++
			e.look(h, "the audit log", asJSON(e.TB, a))
		}
		if entries, _, err := e.store.VerifyAudit(e.Context(), h.team); err != nil || int(entries) != n || n == 0 {
			e.Errorf("the audit log of %s has %d entries, %d of them whole: %v", h.team, n, entries, err)
		}
	}
}

// look fails if a text that a tenant gets holds a name that is another's, and that nobody of the tenant has said.
func (e *estate) look(h *tenancy, what, text string) {
	for _, name := range e.foreign(h, text) {
		if !h.said[name] {
			e.leaks++
			e.Errorf("%s (%s) is told %q by %s", h.team, h.mark, name, what)
		}
	}
	if e.leaks > 10 {
		e.FailNow()
	}
}

// notice notes what somebody of a tenant says of others: to repeat it tells nothing.
func (e *estate) notice(h *tenancy, text string) {
	for _, name := range e.foreign(h, text) {
		h.said[name] = true
	}
}

// foreign returns the names in a text that have the mark of another tenant.
func (e *estate) foreign(h *tenancy, text string) (names []string) {
	text = strings.ToLower(text)
	for _, other := range e.tenants {
		if other == h {
			continue
		}
		for _, mark := range other.marks() {
			if !strings.Contains(text, mark) {
				continue
			}
			for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !strings.ContainsRune(nameRunes, r) }) {
				if strings.Contains(word, mark) && !slices.Contains(names, word) {
					names = append(names, word)
				}
			}
		}
	}
	return names
}

const nameRunes = "abcdefghijklmnopqrstuvwxyz0123456789-_."

// read looks at what was logged since: a line is for the tenant that it names, one that names none for nobody.
func (e *estate) read(what string) {
	for line := range strings.Lines(e.log.String()) {
		var entry struct{ Team models.TeamID }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			e.Fatalf("%v: %s", err, line)
		}
		h := &tenancy{team: "nobody", mark: "nobody"}
		if i := slices.IndexFunc(e.tenants, func(h *tenancy) bool { return h.team == entry.Team }); i >= 0 {
			h = e.tenants[i]
		}
		e.logged++
		e.look(h, what+": the log", line)
	}
	e.log.Reset()
}

// shown is a reply with all that somebody could see of it or be led to by it.
func shown(r models.Reply) any {
	r.Err = nil
	return r
}

// passed is an action as Slack hands it back.
func passed(t testing.TB, a models.Action) *models.Action {
	t.Helper()
	var b models.Action
	if err := json.Unmarshal([]byte(asJSON(t, a)), &b); err != nil {
		t.Fatal(err)
	}
	return &b
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// phrase fills in one of some sentences with names of a tenant: whole, without their mark, or misspelt.
func (e *estate) phrase(h *tenancy, sentences []string) string {
	text := sentences[e.random.IntN(len(sentences))]
	for {
		before, rest, ok := strings.Cut(text, "{")
		if !ok {
			return text
		}
		kind, after, _ := strings.Cut(rest, "}")
		text = before + e.spelt(h, h.name(e.random, kind)) + after
	}
}

// spelt is a name as people write it.
func (e *estate) spelt(h *tenancy, name string) string {
	switch n := e.random.IntN(6); {
	case n < 2:
		return strings.ReplaceAll(name, "-"+h.mark, "")
	case n == 2 && len(name) > 4:
		i := 1 + e.random.IntN(len(name)-3)
		return name[:i] + name[i+1:i+2] + name[i:i+1] + name[i+2:]
	case n == 3 && len(name) > 4:
		return name[:max(3, len(name)-2)]
	}
	return name
}
