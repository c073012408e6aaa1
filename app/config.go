package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	kyaml "github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"

	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
)

// Config is what an operator may set, in a YAML file and, over it, in the environment: a key "slack.api_url" is the variable
// MULEBOT_SLACK_API_URL.
type Config struct {
	DataDir string        `koanf:"data_dir"` // holds the store and its key
	Key     models.Secret `koanf:"key"`      // the store's key itself; empty: the file mulebot.key in DataDir
	Log     struct {
		Level  string `koanf:"level"`  // debug, info, warn, error
		Format string `koanf:"format"` // json or console
	} `koanf:"log"`
	Listen string `koanf:"listen"` // where health and metrics are told, host:port; empty: nowhere
	Slack  struct {
		APIURL   string  `koanf:"api_url"`   // base of the Web API's methods, with a slash at its end
		AskRate  float64 `koanf:"ask_rate"`  // messages a second that a workspace may ask
		AskBurst int     `koanf:"ask_burst"` // messages that it may ask at once
	} `koanf:"slack"`
	Kube struct {
		Idle        time.Duration `koanf:"idle"`         // a cluster nobody asks about is let go after this
		SyncTimeout time.Duration `koanf:"sync_timeout"` // how long a first question waits for a cluster
		Prometheus  models.Secret `koanf:"prometheus"`   // of the cluster of KUBECONFIG, which no store describes; empty: none
	} `koanf:"kube"`
	AnswerTimeout time.Duration `koanf:"answer_timeout"` // clusters that take longer are named in the answer
	Intents       struct {
		Dir       string   `koanf:"dir"`        // folder of custom intents; empty: none
		HTTPAllow []string `koanf:"http_allow"` // hosts that custom intents may call
	} `koanf:"intents"`
	Tenants struct {
		MaxClusters  int      `koanf:"max_clusters"`  // that a workspace may have
		MaxCards     int      `koanf:"max_cards"`     // that a workspace may have
		MaxIntents   int      `koanf:"max_intents"`   // that a workspace may have of its own
		MaxMegabytes int      `koanf:"max_megabytes"` // of 2^20 bytes, that a workspace may have in the store
		AllowExec    bool     `koanf:"allow_exec"`    // imported kubeconfigs may run programs
		AllowFiles   bool     `koanf:"allow_files"`   // imported kubeconfigs may read files
		AddressAllow []string `koanf:"address_allow"` // addresses that imported clusters may have although they are refused
		AddressDeny  []string `koanf:"address_deny"`  // addresses that they may not have, beside the usual ones
	} `koanf:"tenants"`
	Audit struct {
		Entries time.Duration `koanf:"entries"` // how long the audit log is kept
		Texts   time.Duration `koanf:"texts"`   // how long it has what was said
	} `koanf:"audit"`
	Roles struct {
		Operators []string `koanf:"operators"` // ids of users
		Admins    []string `koanf:"admins"`
	} `koanf:"roles"`

	environment environment
	guard       kube.Guard // what Tenants says of kubeconfigs
}

// environment is what comes from variables with names of their own, which other tools set too.
type environment struct {
	secret     secrets       // MULEBOT_SECRET_…, for the console
	AppToken   models.Secret // SLACK_APP_TOKEN
	BotToken   models.Secret // SLACK_BOT_TOKEN
	Kubeconfig string        // KUBECONFIG, else ~/.kube/config if that is there
}

// defaults returns the configuration of somebody who set nothing.
func defaults(environ []string) Config {
	var c Config
	c.DataDir = filepath.Join(stateHome(environ), "mulebot")
	c.Log.Level, c.Log.Format = "info", "json"
	c.Slack.APIURL, c.Slack.AskRate, c.Slack.AskBurst = "https://slack.com/api/", 20, 200
	c.Kube.Idle, c.Kube.SyncTimeout = 30*time.Minute, 10*time.Second
	c.AnswerTimeout = 8 * time.Second
	c.Audit.Entries, c.Audit.Texts = 400*24*time.Hour, 30*24*time.Hour
	c.Tenants.MaxClusters, c.Tenants.MaxCards, c.Tenants.MaxIntents, c.Tenants.MaxMegabytes = 50, 1000, 200, 256
	c.Tenants.AddressAllow, c.Tenants.AddressDeny = []string{}, []string{}
	c.Intents.HTTPAllow, c.Roles.Operators, c.Roles.Admins = []string{}, []string{}, []string{}
	return c
}

// lists are the settings that are lists: in the environment, their items stand with commas between them.
var lists = []string{"intents.http_allow", "tenants.address_allow", "tenants.address_deny", "roles.operators", "roles.admins"}

// LoadConfig reads the configuration from a YAML file (path "" reads none) and from environ ("NAME=value").
func LoadConfig(path string, environ []string) (Config, error) {
	k := koanf.New(".")
	if err := k.Load(structs.Provider(defaults(environ), "koanf"), nil); err != nil {
		return Config{}, err
	}
	known, timed := k.Keys(), durations(k)
	if path != "" {
		if err := k.Load(file.Provider(path), kyaml.Parser()); err != nil {
			return Config{}, unreadable(path, err)
		}
		if extra := unknown(k.Keys(), known); extra != "" {
			return Config{}, &models.Error{Kind: models.Invalid,
				Message: fmt.Sprintf("%s: there is no setting %q", path, extra),
				Hint:    "the settings are " + strings.Join(known, ", ")}
		}
	}
	variables := map[string]string{}
	for _, key := range known {
		variables["MULEBOT_"+strings.ToUpper(strings.ReplaceAll(key, ".", "_"))] = key
	}
	err := k.Load(env.Provider(".", env.Opt{
		Prefix:      "MULEBOT_",
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			if key := variables[name]; !slices.Contains(lists, key) {
				return key, value
			}
			return variables[name], strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
		},
	}), nil)
	if err != nil {
		return Config{}, err
	}
	if err := checkVariables(environ, variables); err != nil {
		return Config{}, err
	}
	if err := checkDurations(k, timed); err != nil {
		return Config{}, err
	}
	var c Config
	if err := k.Unmarshal("", &c); err != nil {
		return Config{}, &models.Error{Kind: models.Invalid, Message: "the configuration has a value of the wrong type",
			Hint: "see docs/configuration.md for what each setting takes", Err: err}
	}
	c.environment = readEnvironment(environ)
	return c, c.check()
}

func unreadable(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &models.Error{Kind: models.NotFound, Message: "there is no configuration file " + path,
			Hint: "give another with --config, or none: every setting has a default"}
	}
	return &models.Error{Kind: models.Invalid, Message: "the configuration file " + path + " cannot be read",
		Hint: "it is a YAML file; see docs/configuration.md", Err: err}
}

// unknown returns the first of keys that is not among known, or "".
func unknown(keys, known []string) string {
	for _, key := range keys {
		if !slices.Contains(known, key) {
			return key
		}
	}
	return ""
}

func readEnvironment(environ []string) environment {
	e := environment{
		secret:     environmentSecret(environ),
		AppToken:   models.Secret(lookup(environ, "SLACK_APP_TOKEN")),
		BotToken:   models.Secret(lookup(environ, "SLACK_BOT_TOKEN")),
		Kubeconfig: lookup(environ, "KUBECONFIG"),
	}
	if e.Kubeconfig == "" {
		usual := filepath.Join(lookup(environ, "HOME"), ".kube", "config")
		if _, err := os.Stat(usual); err == nil {
			e.Kubeconfig = usual
		}
	}
	return e
}

// stateHome follows the XDG base directory specification.
func stateHome(environ []string) string {
	if dir := lookup(environ, "XDG_STATE_HOME"); dir != "" {
		return dir
	}
	return filepath.Join(lookup(environ, "HOME"), ".local", "state")
}

// lookup returns the last value of a variable, as a shell does.
func lookup(environ []string, name string) string {
	value := ""
	for _, line := range environ {
		if v, ok := strings.CutPrefix(line, name+"="); ok {
			value = v
		}
	}
	return value
}
