package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

var (
	_ intents.Workshop = (*Workshop)(nil)
	_ intents.Customs  = (*Customs)(nil)
	_ intents.Roles    = (*Roles)(nil)
	_ intents.Registry = (*Registry)(nil)
	_ intents.Directs  = (*Directs)(nil)
	_ TrainingStore    = (*store.Store)(nil)
)

// trained is the built-in model, trained once for all tests.
var trained = sync.OnceValues(builtin)

// replies returns files with an intent that replies, and examples of it.
func replies(intent, reply string, examples ...string) map[string]string {
	return map[string]string{
		"nlu.yml":    "version: \"3.1\"\nnlu:\n- intent: " + intent + "\n  examples: |\n    - " + strings.Join(examples, "\n    - ") + "\n",
		actions.File: "version: \"1\"\nactions:\n- {intent: " + intent + ", reply: \"" + reply + "\"}\n",
	}
}

func coffee(reply string) map[string]string {
	return replies("coffee", reply, "make me a coffee", "coffee please", "brew some coffee", "I need an espresso", "is there coffee")
}

func lunch(reply string) map[string]string {
	return replies("lunch", reply, "what is for lunch", "lunch menu please", "what does the canteen serve", "is there soup today", "menu of the canteen")
}

func put(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// bench is customs over a store in memory.
type bench struct {
	*Customs
	*Workshop
	store *store.Store
	log   *strings.Builder
}

func newBench(t *testing.T, dir string) *bench {
	t.Helper()
	l, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{store: store.Memory(time.Now), log: &strings.Builder{}}
	if b.Customs, err = newCustoms(l, b.store, dir, (&Config{}).intentRules, zerolog.New(b.log)); err != nil {
		t.Fatal(err)
	}
	b.Workshop = &Workshop{b.Customs}
	return b
}

// understands returns the intent that a team's phrase is understood as.
func (b *bench) understands(t *testing.T, team models.TeamID, phrase string) string {
	t.Helper()
	u, err := b.For(t.Context(), team)
	if err != nil {
		t.Fatal(err)
	}
	return u.Model.Parse(phrase, nil).Intent
}

func (b *bench) want(t *testing.T, team models.TeamID, phrase, intent string) {
	t.Helper()
	if got := b.understands(t, team, phrase); got != intent {
		t.Errorf("team %s: %q is %q, want %q", team, phrase, got, intent)
	}
}

func TestWorkspacesKeepTheirIntentsApart(t *testing.T) {
	b := newBench(t, "")
	if err := b.Activate(t.Context(), "T1", coffee("Yes.")); err != nil {
		t.Fatal(err)
	}
	if err := b.Activate(t.Context(), "T2", lunch("Soup.")); err != nil {
		t.Fatal(err)
	}
	b.want(t, "T1", "coffee please", "coffee")
	b.want(t, "T2", "lunch menu please", "lunch")
	b.want(t, "T1", "lunch menu please", "")
	for _, team := range []models.TeamID{"T2", "T3"} {
		u, err := b.For(t.Context(), team)
		if err != nil {
			t.Fatal(err)
		}
		p := u.Model.Parse("coffee please", nil)
		for _, s := range p.Ranking {
			if s.Intent == "coffee" {
				t.Errorf("team %s knows the intents of T1: %+v", team, s)
			}
		}
	}
	files, err := b.Files(t.Context(), "T2")
	if err != nil || strings.Contains(files["nlu.yml"], "coffee") {
		t.Errorf("the files of T2 are %v, %v", files, err)
	}
	again := newBenchOver(t, b.store)
	again.want(t, "T1", "coffee please", "coffee")
	again.want(t, "T2", "coffee please", "")
	if err := b.Activate(t.Context(), "T1", nil); err != nil {
		t.Fatal(err)
	}
	b.want(t, "T1", "coffee please", "")
}

// TestFewShot checks that five examples teach an intent by the words that tell, and not by those that everybody says.
func TestFewShot(t *testing.T) {
	b := newBench(t, "")
	if err := b.Activate(t.Context(), "T1", coffee("Yes.")); err != nil {
		t.Fatal(err)
	}
	for phrase, intent := range map[string]string{
		"could I get a coffee": "coffee", "espresso please": "coffee", "an espresso": "coffee",
		"please": "", "I need a new car": "", "is there any parking": "", "make me a sandwich": "",
		"I need a list of the degraded volumes": "list", "how many volumes are there please": "count",
	} {
		b.want(t, "T1", phrase, intent)
	}
}

func newBenchOver(t *testing.T, st *store.Store) *bench {
	t.Helper()
	b := newBench(t, "")
	b.store, b.Customs.store = st, st
	return b
}

// TestHotReload changes the deployment's folder under customs that run: what is right is taken over, for workspaces with
// intents of their own too, and what is broken leaves the old ones.
func TestHotReload(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, coffee("One."))
	b := newBench(t, dir)
	if err := b.Activate(t.Context(), "T1", lunch("Soup.")); err != nil {
		t.Fatal(err)
	}
	tick, ended := make(chan time.Time), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	go func() { defer close(ended); _ = b.watch(ctx, tick) }()
	look := func() { tick <- time.Time{}; tick <- time.Time{} } // the second is taken when the first has been dealt with
	b.want(t, "T1", "coffee please", "coffee")
	b.want(t, "T2", "coffee please", "coffee")
	before, err := b.For(t.Context(), "T2")
	if err != nil {
		t.Fatal(err)
	}
	look()
	if after, _ := b.For(t.Context(), "T2"); after != before {
		t.Error("a folder that did not change is read anew")
	}

	put(t, dir, map[string]string{actions.File: "version: \"1\"\nactions:\n- {intent: coffee, replay: x}\n"})
	look()
	b.want(t, "T1", "coffee please", "coffee")
	b.want(t, "T2", "coffee please", "coffee")
	if after, _ := b.For(t.Context(), "T2"); after != before {
		t.Error("a broken folder changes something")
	}

	put(t, dir, replies("tea", "Two.", "make me some tea", "tea please", "brew a pot of tea", "is there tea", "a cup of tea"))
	look()
	b.want(t, "T1", "tea please", "tea")
	b.want(t, "T1", "lunch menu please", "lunch")
	b.want(t, "T2", "tea please", "tea")
	b.want(t, "T2", "coffee please", "")
	stop()
	<-ended
	if said := b.log.String(); !strings.Contains(said, `actions.yml:3:20: unknown key`) || !strings.Contains(said, "the old ones go on") {
		t.Errorf("the log has %s", said)
	}
}

func TestFolderMustBeRightAtTheStart(t *testing.T) {
	l, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put(t, dir, map[string]string{"nlu.yml": coffee("")["nlu.yml"]})
	for folder, want := range map[string]models.ErrorKind{dir: models.Invalid, filepath.Join(dir, "nowhere"): models.NotFound} {
		_, err = newCustoms(l, store.Memory(time.Now), folder, (&Config{}).intentRules, zerolog.Nop())
		if models.KindOf(err) != want {
			t.Errorf("%s: %v", folder, err)
		}
	}
}

func TestActivateRefusesWhatIsBroken(t *testing.T) {
	b := newBench(t, "")
	if err := b.Activate(t.Context(), "T1", coffee("Yes.")); err != nil {
		t.Fatal(err)
	}
	broken := coffee("{{.slots.x}}")
	err := b.Activate(t.Context(), "T1", broken)
	if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), `there is no slot "x"`) {
		t.Errorf("activating broken files: %v", err)
	}
	b.want(t, "T1", "coffee please", "coffee")
	if files, _ := b.Files(t.Context(), "T1"); files[actions.File] == broken[actions.File] {
		t.Error("broken files are stored")
	}
	e, err := b.Examine(t.Context(), "T1", broken)
	if err != nil || len(e.Errors) != 1 || !strings.Contains(e.Errors[0], "actions.yml:3:27: there is no slot") {
		t.Errorf("examining says %+v, %v", e, err)
	}
}

func TestExamine(t *testing.T) {
	b := newBench(t, "")
	files := replies("coffee", "Yes.", "make me a coffee", "coffee please", "brew some coffee", "I need an espresso", "is there coffee",
		"a cup of coffee for me", "get me some coffee", "is the coffee ready")
	e, err := b.Examine(t.Context(), "T1", files)
	if err != nil || len(e.Errors) > 0 || len(e.Scores) != 1 || e.Scores[0].Examples != 8 || e.Scores[0].Recall == 0 || len(e.Confusions) > 3 {
		t.Errorf("coffee is %+v, %v", e, err)
	}
	b.want(t, "T1", "coffee please", "") // nothing was activated

	thief := replies("thief", "Mine.", "list the volumes", "show all volumes", "which volumes are degraded", "volumes on node worker-1", "how many volumes are there")
	if e, err = b.Examine(t.Context(), "T1", thief); err != nil || len(e.Confusions) == 0 {
		t.Errorf("an intent with the examples of a built-in one is %+v, %v", e, err)
	}
}

func TestTeach(t *testing.T) {
	b := newBench(t, "")
	const phrase = "whats up with me pvz mate"
	before := b.understands(t, "T2", phrase)
	if err := b.Teach(t.Context(), "T1", phrase, "overview"); err != nil {
		t.Fatal(err)
	}
	b.want(t, "T1", phrase, "overview")
	b.want(t, "T2", phrase, before)
	if err := b.Activate(t.Context(), "T1", coffee("Yes.")); err != nil {
		t.Fatal(err)
	}
	if err := b.Teach(t.Context(), "T1", "black gold for me", "coffee"); err != nil {
		t.Fatal(err)
	}
	b.want(t, "T1", "black gold for me", "coffee")
	b.want(t, "T1", phrase, "overview") // it outlives new files
	if err := b.Activate(t.Context(), "T1", lunch("Soup.")); err != nil {
		t.Fatal(err)
	}
	b.want(t, "T1", phrase, "overview")
	b.want(t, "T1", "black gold for me", "")
	if err := b.Teach(t.Context(), "T1", "x", "nothing"); models.KindOf(err) != models.NotFound {
		t.Errorf("an intent that is not there is taught: %v", err)
	}
	if err := b.Teach(t.Context(), "T1", " ", "list"); models.KindOf(err) != models.Invalid {
		t.Errorf("nothing is taught: %v", err)
	}
	again := newBenchOver(t, b.store)
	again.want(t, "T1", phrase, "overview")
}

func TestRoles(t *testing.T) {
	var c Config
	c.Roles.Operators, c.Roles.Admins = []string{"U1"}, []string{"T1/U2"}
	for who, want := range map[[2]string]intents.Role{
		{"T1", "U1"}: intents.Operator, {"T1", "U2"}: intents.Admin, {"T2", "U2"}: intents.Viewer, {"T1", "U3"}: intents.Viewer,
	} {
		if got := c.roleOf(models.TeamID(who[0]), models.UserID(who[1])); got != want {
			t.Errorf("%v is %s, want %s", who, got, want)
		}
	}
}

func TestConsoleSecrets(t *testing.T) {
	get := environmentSecret([]string{"MULEBOT_SECRET_ONCALL_TOKEN=s3cret"})
	if v, err := get(t.Context(), models.Local, "oncall-token"); err != nil || v.Reveal() != "s3cret" {
		t.Errorf("got %v, %v", v, err)
	}
	if _, err := get(t.Context(), models.Local, "other"); models.KindOf(err) != models.NotFound || !strings.Contains(err.Error(), "MULEBOT_SECRET_OTHER") {
		t.Errorf("a missing secret: %v", err)
	}
}

func TestConfigLists(t *testing.T) {
	c, err := LoadConfig(write(t, "intents: {dir: /etc/mulebot/intents, http_allow: [a.example.com, \"*.b.example\"]}\nroles: {admins: [U1]}\n"),
		[]string{"HOME=/home/ann", "MULEBOT_ROLES_OPERATORS=U2, U3"})
	if err != nil || c.Intents.Dir != "/etc/mulebot/intents" || len(c.Intents.HTTPAllow) != 2 || len(c.Roles.Admins) != 1 || len(c.Roles.Operators) != 2 {
		t.Errorf("read %+v, %v", c, err)
	}
}
