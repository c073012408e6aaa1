package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"
	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
)

// settingsBench is a file of settings that is watched by a clock of the test's.
type settingsBench struct {
	*testing.T
	*Settings
	path    string
	log     bytes.Buffer
	tick    chan time.Time
	hangups chan os.Signal
}

func newSettingsBench(t *testing.T, text string) *settingsBench {
	t.Helper()
	b := &settingsBench{T: t, path: filepath.Join(t.TempDir(), "mulebot.yml"), tick: make(chan time.Time), hangups: make(chan os.Signal)}
	b.write(text)
	s, err := LoadSettings(b.path, []string{"HOME=/home/ann"})
	if err != nil {
		t.Fatal(err)
	}
	b.Settings, s.Hangups = s, b.hangups
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.watch(ctx, b.tick, zerolog.New(&b.log)) }()
	b.look() // from here on it knows the file
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *settingsBench) write(text string) {
	b.Helper()
	if err := os.WriteFile(b.path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

// look has the file looked at as often as it takes, and returns when that is done.
func (b *settingsBench) look() {
	for range 3 {
		b.tick <- time.Time{}
	}
}

func TestSettingsFollowTheFile(t *testing.T) {
	b := newSettingsBench(t, "answer_timeout: 3s\nlisten: 127.0.0.1:1\n")
	before := b.Now()
	b.write("answer_timeout: 5s\nlisten: 127.0.0.1:2\nkube: {idle: 1h, sync_timeout: 4s}\naudit: {texts: 1h}\nslack: {ask_rate: 7}\n" +
		"tenants: {max_cards: 3, allow_exec: true, address_deny: [10.0.0.0/8]}\nroles: {admins: [U1]}\nintents: {http_allow: [example.com]}\n")
	b.look()
	c := b.Now()
	if b.answerTimeout() != 5*time.Second || b.tuning().Idle != time.Hour || b.tuning().SyncTimeout != 4*time.Second || !b.tuning().Guard.Exec ||
		len(b.tuning().Guard.Deny) != 1 || b.retention().Texts != time.Hour || b.asks().PerSecond != 7 || c.Tenants.MaxCards != 3 ||
		c.roleOf("T1", "U1") != models.Admin || !slices.Equal(c.intentRules().HTTPAllow, []string{"example.com"}) {
		t.Errorf("%+v", c)
	}
	if c.Listen != "127.0.0.1:1" {
		t.Errorf("listen changed while serving, to %s", c.Listen)
	}
	if before.AnswerTimeout != 3*time.Second {
		t.Error("a configuration that was given out has changed")
	}
	if log := b.log.String(); !strings.Contains(log, `"settings":["listen"],"message":"settings have changed that take effect after a restart only"`) ||
		!strings.Contains(log, "answer_timeout") || strings.Count(log, "taken over") != 1 {
		t.Error(log)
	}
}

// A file that is wrong, or gone, is refused as a whole, and said to be so once.
func TestSettingsRefuse(t *testing.T) {
	b := newSettingsBench(t, "answer_timeout: 3s\n")
	for text, reason := range map[string]string{
		"answer_timeout: 9s\nkube: {idle: soon}\n":         "kube.idle",
		"answer_timeout: 9s\naudit: {entries: 400}\n":      "audit.entries",
		"answer_timeout: 9s\ntenants: {max_cards: many}\n": "wrong type",
		"answer_timeout: 9s\nlog: {level: loud}\n":         "log.level",
		"answer_timeout: 9s\nnosuch: 1\n":                  "nosuch",
		"answer_timeout: [":                                "cannot be read",
	} {
		before := b.log.Len()
		b.write(text)
		b.look()
		b.look()
		said := b.log.String()[before:]
		if b.answerTimeout() != 3*time.Second || strings.Count(said, "is refused; the old one goes on") != 1 || !strings.Contains(said, reason) {
			t.Errorf("%q: %v, %s", text, b.answerTimeout(), said)
		}
	}
	if err := os.Remove(b.path); err != nil {
		t.Fatal(err)
	}
	b.look()
	if b.answerTimeout() != 3*time.Second || !strings.Contains(b.log.String(), "there is no configuration file") {
		t.Error(b.log.String())
	}
	b.write("answer_timeout: 4s\n")
	b.look()
	if b.answerTimeout() != 4*time.Second {
		t.Error("a file that was mended is not taken over")
	}
}

// A file that is being written is not read: half of it, or nothing, may be as right as the whole.
func TestSettingsWaitForTheWriter(t *testing.T) {
	file := watched{taken: "old"}
	for i, look := range []struct {
		content string
		changed bool
	}{{"old", false}, {"old", false}, {"", false}, {"half", false}, {"whole", false}, {"whole", true}, {"whole", false}, {"", false}, {"whole", false}, {"whole", false}, {"", false}, {"", true}} {
		if got := file.changed(look.content); got != look.changed {
			t.Errorf("look %d, at %q: %v", i, look.content, got)
		}
	}
}

// A hangup reads the file at once.
func TestSettingsHangup(t *testing.T) {
	b := newSettingsBench(t, "log: {level: warn}\n")
	var out bytes.Buffer
	log := b.Leveled(zerolog.New(&out)).With().Str("part", "x").Logger()
	log.Info().Msg("too quiet")
	b.write("log: {level: info}\n")
	b.hangups <- os.Interrupt
	b.look()
	log.Info().Msg("heard")
	log.Debug().Msg("still too quiet")
	if got := out.String(); strings.Contains(got, "too quiet") || !strings.Contains(got, "heard") {
		t.Error(got)
	}
	if n := strings.Count(b.log.String(), "taken over"); n != 1 {
		t.Errorf("taken over %d times", n)
	}
}

// Every setting either changes while serving or is named as one that does not.
func TestSettingsEveryKey(t *testing.T) {
	old, err := LoadConfig("", []string{"HOME=/home/ann"})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{"log.level": "warn", "log.format": "console", "slack.api_url": "http://x/", "kube.prometheus": "monitoring/prometheus:9090",
		"tenants.allow_exec": "true", "tenants.allow_files": "true", "tenants.address_allow": "10.1.1.1", "tenants.address_deny": "10.1.1.2",
		"kube.idle": "7s", "kube.sync_timeout": "7s", "answer_timeout": "7s", "audit.entries": "7s", "audit.texts": "7s",
		"roles.admins": "U7", "roles.operators": "U8"}
	environ := []string{"HOME=/home/ann"}
	k := koanf.New(".")
	if err := k.Load(structs.Provider(old, "koanf"), nil); err != nil {
		t.Fatal(err)
	}
	for _, key := range k.Keys() {
		value := values[key]
		if value == "" {
			value = "7"
		}
		environ = append(environ, "MULEBOT_"+strings.ToUpper(strings.ReplaceAll(key, ".", "_"))+"="+value)
	}
	next, err := LoadConfig("", environ)
	if err != nil {
		t.Fatal(err)
	}
	if all := changed(&old, &next); len(all) != len(k.Keys()) {
		t.Fatalf("the test changes %q alone", all)
	}
	waiting := next.keep(&old)
	live := changed(&old, &next)
	if len(waiting)+len(live) != len(k.Keys()) {
		t.Errorf("waiting %q, live %q", waiting, live)
	}
	text, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, sentence, _ := strings.Cut(string(text), "take effect after a restart only: ")
	sentence, _, _ = strings.Cut(sentence, ".\n")
	documented := strings.Split(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(sentence, "\n", " "), "`", ""), " and ", ", "), ", ")
	if !reflect.DeepEqual(documented, waiting) {
		t.Errorf("documented %q, waiting %q", documented, waiting)
	}
}
