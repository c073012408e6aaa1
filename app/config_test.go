package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

// The store is what the door and the corridor need.
var (
	_ bot.Journal     = (*store.Store)(nil)
	_ intents.Tenants = (*store.Store)(nil)
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mulebot.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestConfigFileThenEnvironment(t *testing.T) {
	path := write(t, "data_dir: /srv/mulebot\nlog: {level: warn}\nkube: {idle: 5m}\nslack: {api_url: http://gateway/api}\n")
	c, err := LoadConfig(path, []string{"HOME=/home/ann", "MULEBOT_LOG_LEVEL=debug", "MULEBOT_ANSWER_TIMEOUT=3s", "MULEBOT_KEY=abc", "MULEBOT_KUBE_PROMETHEUS=https://u:hush@prom"})
	if err != nil {
		t.Fatal(err)
	}
	if c.DataDir != "/srv/mulebot" || c.Log.Level != "debug" || c.Kube.Idle != 5*time.Minute || c.AnswerTimeout != 3*time.Second {
		t.Errorf("read %+v", c)
	}
	if c.Slack.APIURL != "http://gateway/api/" {
		t.Errorf("the API's URL is %q, want a slash at its end", c.Slack.APIURL)
	}
	if c.Kube.Prometheus.Reveal() != "https://u:hush@prom" || strings.Contains(fmt.Sprintf("%+v", c), "hush") {
		t.Errorf("Prometheus is at %q and the configuration prints as %+v", c.Kube.Prometheus.Reveal(), c)
	}
	if c.Key.Reveal() != "abc" || strings.Contains(fmt.Sprintf("%+v", c), "abc") {
		t.Errorf("the key is %q and the configuration prints as %+v", c.Key.Reveal(), c)
	}
}

func TestConfigDefaults(t *testing.T) {
	for _, test := range []struct{ environ, dir string }{
		{"HOME=/home/ann", "/home/ann/.local/state/mulebot"},
		{"XDG_STATE_HOME=/var/state", "/var/state/mulebot"},
	} {
		c, err := LoadConfig("", []string{test.environ})
		if err != nil || c.DataDir != test.dir || c.Slack.APIURL != "https://slack.com/api/" {
			t.Errorf("%s: %+v, %v", test.environ, c, err)
		}
	}
}

func TestConfigErrorsSayWhatToDo(t *testing.T) {
	for _, test := range []struct {
		file, environ string
		kind          models.ErrorKind
		says          string
	}{
		{"loglevel: debug", "", models.Invalid, `no setting "loglevel"`},
		{"log: {level: loud}", "", models.Invalid, "use debug, info, warn or error"},
		{"log: [", "", models.Invalid, "cannot be read"},
		{"", "MULEBOT_KUBE_IDLE=soon", models.Invalid, "durations are written like"},
		{"", "MULEBOT_ANSWER_TIMEOUT=-1s", models.Invalid, "positive duration"},
		{"kube: {prometheus: monitoring/prometheus}", "", models.Invalid, "NAMESPACE/SERVICE:PORT"},
		{"slack: {api_url: slack.com}", "", models.Invalid, "it is a URL"},
	} {
		_, err := LoadConfig(write(t, test.file), []string{"HOME=/home/ann", test.environ})
		if models.KindOf(err) != test.kind || err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%q %q: %v", test.file, test.environ, err)
		}
	}
	if _, err := LoadConfig("nowhere.yml", nil); models.KindOf(err) != models.NotFound {
		t.Errorf("a missing file: %v", err)
	}
}

func TestSoloWorkspaceNeedsBothTokens(t *testing.T) {
	if s := newSolo(environment{AppToken: "xapp-1"}); s != nil {
		t.Error("one token makes a workspace")
	}
	if s := newSolo(environment{AppToken: "xapp-1", BotToken: "xoxb-1"}); s == nil || s.cluster.Ref.Name != "" {
		t.Errorf("two tokens make %+v", s)
	}
}
