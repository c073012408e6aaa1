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
		{"audit: {entries: 400}", "", models.Invalid, `audit.entries cannot be "400" (durations are written like`},
		{"audit: {texts: 30.5}", "", models.Invalid, "audit.texts cannot be"},
		{"audit: {texts: }", "", models.Invalid, "audit.texts cannot be"},
		{"kube: {idle: true}", "", models.Invalid, "kube.idle cannot be"},
		{"answer_timeout: 8", "", models.Invalid, "answer_timeout cannot be"},
		{"", "MULEBOT_ANSWER_TIMEOUT=8", models.Invalid, "answer_timeout cannot be"},
		{"kube: {idle: 30}", "", models.Invalid, "kube.idle cannot be"},
		{"kube: {idle: -5m}", "", models.Invalid, "kube.idle cannot be"},
		{"kube: {sync_timeout: 0s}", "", models.Invalid, "kube.sync_timeout cannot be"},
		{"slack: {ask_rate: .nan}", "", models.Invalid, "slack.ask_rate cannot be"},
		{"slack: {ask_rate: .inf}", "", models.Invalid, "slack.ask_rate cannot be"},
		{"slack: {ask_burst: 0}", "", models.Invalid, "slack.ask_burst cannot be"},
		{"tenants: {max_clusters: -3}", "", models.Invalid, "tenants.max_clusters cannot be"},
		{"tenants: {max_cards: 0}", "", models.Invalid, "tenants.max_cards cannot be"},
		{"tenants: {max_megabytes: 99999999999999}", "", models.Invalid, "it is at most 1048576"},
		{"roles: {admins: ['@bob']}", "", models.Invalid, `roles.admins cannot be "@bob"`},
		{"roles: {operators: [S024BE7LH]}", "", models.Invalid, "roles.operators cannot be"},
		{"intents: {http_allow: ['https://x/']}", "", models.Invalid, `intents.http_allow cannot be "https://x/"`},
		{"intents: {http_allow: ['*']}", "", models.Invalid, "intents.http_allow cannot be"},
		{"intents: {http_allow: ['x:70000']}", "", models.Invalid, "intents.http_allow cannot be"},
		{"", "MULEBOT_TENANTS_ADDRES_DENY=10.0.0.0/8", models.Invalid, "no setting has the variable MULEBOT_TENANTS_ADDRES_DENY"},
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

func TestConfigTakes(t *testing.T) {
	file := "kube: {idle: 90s, sync_timeout: 1m30s}\nroles: {admins: [U024BE7LH, T024BE7LD/W024BE7LH]}\n" +
		"intents: {http_allow: [a.example.com, 'localhost:8080', '*.corp.example', '10.1.2.3:443']}\ntenants: {max_megabytes: 1048576}\n"
	environ := []string{"HOME=/home/ann", "MULEBOT_SECRET=x", "MULEBOT_SECRET_PAGER=x", "MULEBOT=1"}
	for _, link := range []string{"SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_METRICS", "PORT", "PORT_9090_TCP", "PORT_9090_TCP_PROTO", "METRICS_SERVICE_HOST", "METRICS_PORT_9090_TCP_ADDR"} {
		environ = append(environ, "MULEBOT_"+link+"=tcp://10.0.0.1:9090") // as Kubernetes sets for services called mulebot, mulebot-metrics
	}
	if c, err := LoadConfig(write(t, file), environ); err != nil || c.Kube.Idle != 90*time.Second || len(c.Roles.Admins) != 2 {
		t.Errorf("read %+v, %v", c, err)
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
