package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLimits adds on the command line what a workspace may have no more of: the error names the setting to raise.
func TestLimits(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	kubeconfig := write("kubeconfig", `{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}],
		users: [{name: u, user: {token: x}}], contexts: [{name: c, context: {cluster: c, user: u}}]}`)
	write("intents/actions.yml", "version: \"1\"\nactions:\n- {intent: coffee, role: viewer, does: make coffee, reply: {text: Yes.}}\n- {intent: tea, role: viewer, does: make tea, reply: {text: No.}}\n")
	write("intents/nlu.yml", "version: \"3.1\"\nnlu:\n- intent: coffee\n  examples: |\n    - make coffee\n    - brew me a coffee\n- intent: tea\n  examples: |\n    - make tea\n    - brew me a tea\n")
	run := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := Main(t.Context(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &out, Environ: []string{"MULEBOT_DATA_DIR=" + dir,
			"SLACK_APP_TOKEN=xapp-1-A1-1-x", "SLACK_BOT_TOKEN=xoxb-1-1-x", "MULEBOT_TENANTS_MAX_CLUSTERS=1", "MULEBOT_TENANTS_MAX_CARDS=1", "MULEBOT_TENANTS_MAX_INTENTS=1",
			"MULEBOT_TENANTS_MAX_MEGABYTES=1"}})
		return code, out.String()
	}
	big := write("big", strings.Repeat("x", 600_000))
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"workspace add --team T1", 0, "added workspace T1"},
		{"cluster add one --kubeconfig " + kubeconfig, 0, "added cluster one"},
		{"cluster add one --kubeconfig " + kubeconfig, 0, "added cluster one"},
		{"cluster add two --kubeconfig " + kubeconfig, 6, "tenants.max_clusters"},
		{"card add --channel C01 --cluster one", 0, "asks about one"},
		{"card add --channel C02 --cluster one", 6, "tenants.max_cards"},
		{"card add --channel C01 --cluster one --summary weekdays --at 8:30 --zone Europe/Berlin", 0, "gets a summary every weekday at 08:30 (Europe/Berlin)"},
		{"card list", 0, "a summary every weekday at 08:30 (Europe/Berlin)"},
		{"card add --channel C01 --cluster one --summary hourly", 2, "choose daily, weekdays"},
		{"card add --channel C01 --cluster one --summary daily --at 25:00", 2, "give it like 09:00"},
		{"card add --channel C01 --cluster one --summary daily --zone Moon/Tycho", 2, "such as Europe/Berlin"},
		{"card add --channel C01 --cluster one --at 08:00", 2, "add --summary daily"},
		{"card add --channel * --cluster one --summary daily", 2, "make a card for the channel"},
		{"intents set " + filepath.Join(dir, "intents"), 2, "tenants.max_intents"},
		{"secret set token --file " + big, 6, "tenants.max_megabytes"},
		{"cluster remove one", 0, "removed"},
		{"cluster add two --kubeconfig " + kubeconfig, 0, "added cluster two"},
		{"workspace list", 0, "STORED"},
	} {
		if code, out := run(strings.Fields(c.args)...); code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit code %d: %s", c.args, code, out)
		}
	}
}
