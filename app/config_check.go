package app

import (
	"fmt"
	"maps"
	"math"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/v2"

	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
)

// mostMegabytes is what tenants.max_megabytes may be at most: a tebibyte, and far from what overflows in bytes.
const mostMegabytes = 1 << 20

var (
	// userForm is what the items of roles.* look like.
	userForm = regexp.MustCompile(`^([TE][A-Z0-9]+/)?[UW][A-Z0-9]+$`)
	// hostForm is what the items of intents.http_allow look like, with the port in parentheses.
	hostForm = regexp.MustCompile(`^(?:\*\.)?[\pL\pN_](?:[\pL\pN._-]*[\pL\pN_])?(?::([0-9]+))?$`)
	// linkForm is what Kubernetes calls the variables by which it tells the pods of a namespace of a service called mulebot or
	// mulebot-something: https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
	linkForm = regexp.MustCompile(`^MULEBOT_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$`)
)

// impossible is the error for a setting that cannot have a value.
func impossible(key, value, hint string) error {
	return &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("%s cannot be %q", key, value), Hint: hint}
}

// durations returns the keys of the settings that are durations, out of the defaults.
func durations(k *koanf.Koanf) (keys []string) {
	for _, key := range k.Keys() {
		if _, ok := k.Get(key).(time.Duration); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// checkDurations refuses durations that are no text with a unit: a number would be taken for nanoseconds.
func checkDurations(k *koanf.Koanf, keys []string) error {
	for _, key := range keys {
		switch v := k.Get(key).(type) {
		case time.Duration: // the default
		case string:
			if _, err := time.ParseDuration(v); err != nil {
				return impossible(key, v, unitHint)
			}
		default:
			return impossible(key, fmt.Sprint(v), unitHint)
		}
	}
	return nil
}

const unitHint = "durations are written like 30m or 8s, with their unit; h is the largest"

// checkVariables refuses variables that look like settings and are none, given those that are.
func checkVariables(environ []string, settings map[string]string) error {
	for _, line := range environ {
		name, _, _ := strings.Cut(line, "=")
		if _, ok := settings[name]; ok || !strings.HasPrefix(name, "MULEBOT_") || strings.HasPrefix(name, "MULEBOT_SECRET") || linkForm.MatchString(name) {
			continue
		}
		return &models.Error{Kind: models.Invalid, Message: "no setting has the variable " + name,
			Hint: "unset it; those of settings are " + strings.Join(slices.Sorted(maps.Keys(settings)), ", ")}
	}
	return nil
}

// check refuses what would only fail later, and less clearly.
func (c *Config) check() error {
	if err := c.checkForms(); err != nil {
		return err
	}
	if err := c.checkBounds(); err != nil {
		return err
	}
	if err := c.checkItems(); err != nil {
		return err
	}
	if !strings.HasSuffix(c.Slack.APIURL, "/") {
		c.Slack.APIURL += "/"
	}
	return c.setGuard()
}

func (c *Config) checkForms() error {
	switch {
	case !slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level):
		return impossible("log.level", c.Log.Level, "use debug, info, warn or error")
	case c.Log.Format != "json" && c.Log.Format != "console":
		return impossible("log.format", c.Log.Format, "use json or console")
	case !strings.HasPrefix(c.Slack.APIURL, "http"):
		return impossible("slack.api_url", c.Slack.APIURL, "it is a URL such as https://slack.com/api/")
	}
	return kube.CheckPrometheus(c.Kube.Prometheus.Reveal())
}

func (c *Config) checkBounds() error {
	if rate := c.Slack.AskRate; !(rate > 0) || math.IsInf(rate, 0) { // nor what is no number
		return impossible("slack.ask_rate", fmt.Sprint(rate), "it is a number above zero")
	}
	if most := c.Tenants.MaxMegabytes; most > mostMegabytes {
		return impossible("tenants.max_megabytes", strconv.Itoa(most), fmt.Sprintf("it is at most %d", mostMegabytes))
	}
	for _, s := range []struct {
		key string
		n   int
	}{{"slack.ask_burst", c.Slack.AskBurst}, {"tenants.max_clusters", c.Tenants.MaxClusters}, {"tenants.max_cards", c.Tenants.MaxCards},
		{"tenants.max_intents", c.Tenants.MaxIntents}, {"tenants.max_megabytes", c.Tenants.MaxMegabytes}} {
		if s.n <= 0 {
			return impossible(s.key, strconv.Itoa(s.n), "it is above zero")
		}
	}
	for _, s := range []struct {
		key string
		d   time.Duration
	}{{"audit.entries", c.Audit.Entries}, {"audit.texts", c.Audit.Texts}, {"answer_timeout", c.AnswerTimeout},
		{"kube.idle", c.Kube.Idle}, {"kube.sync_timeout", c.Kube.SyncTimeout}} {
		if s.d <= 0 {
			return impossible(s.key, s.d.String(), "it is a positive duration such as 8s or 720h")
		}
	}
	return nil
}

// checkItems refuses items of lists that nothing would ever be equal to.
func (c *Config) checkItems() error {
	for _, list := range []struct {
		key   string
		items []string
	}{{"roles.operators", c.Roles.Operators}, {"roles.admins", c.Roles.Admins}} {
		for _, item := range list.items {
			if !userForm.MatchString(item) {
				return impossible(list.key, item, "its items are ids of users, such as U024BE7LH, or T024BE7LD/U024BE7LH for one workspace; Slack shows them in a profile")
			}
		}
	}
	for _, item := range c.Intents.HTTPAllow {
		if !isHost(item) {
			return impossible("intents.http_allow", item, "its items are hosts: host, host:port or *.domain, without https:// and path")
		}
	}
	return nil
}

func isHost(item string) bool {
	m := hostForm.FindStringSubmatch(item)
	if m == nil || m[1] == "" {
		return m != nil
	}
	port, err := strconv.ParseUint(m[1], 10, 16)
	return err == nil && port > 0
}

// setGuard reads what Tenants says of kubeconfigs.
func (c *Config) setGuard() error {
	c.guard = kube.Guard{Exec: c.Tenants.AllowExec, Files: c.Tenants.AllowFiles}
	for _, list := range []struct {
		key   string
		texts []string
		into  *[]netip.Prefix
	}{{"tenants.address_allow", c.Tenants.AddressAllow, &c.guard.Allow}, {"tenants.address_deny", c.Tenants.AddressDeny, &c.guard.Deny}} {
		for _, text := range list.texts {
			prefix, err := readPrefix(text)
			if err != nil {
				return impossible(list.key, text, "its items are addresses such as 10.1.2.3, or networks such as 10.0.0.0/8")
			}
			*list.into = append(*list.into, prefix)
		}
	}
	return nil
}

// readPrefix reads a network, or an address as a network of one.
func readPrefix(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return address.Unmap().Prefix(address.Unmap().BitLen())
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix.Masked(), err
}
