package bot

import (
	"os"
	"slices"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/mulebot/mulebot/slacksim"
)

// TestManifest makes sure that the app as it is shipped hears and may do what the bot was tested with.
func TestManifest(t *testing.T) {
	content, err := os.ReadFile("../slack-manifest.yml")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		OAuth struct {
			Scopes struct{ Bot []string }
		} `json:"oauth_config"`
		Settings struct {
			Events struct {
				Bot []string `json:"bot_events"`
			} `json:"event_subscriptions"`
		}
	}
	if err := yaml.Unmarshal(content, &manifest); err != nil {
		t.Fatal(err)
	}
	unused := []string{"im:read", "im:write", "mpim:read", "reactions:write", "team:read"} // that the simulator has beside
	for what, lists := range map[string][2][]string{
		"event": {manifest.Settings.Events.Bot, slacksim.DefaultEvents()}, "scope": {manifest.OAuth.Scopes.Bot, slacksim.DefaultScopes()},
	} {
		for _, name := range lists[1] {
			if !slices.Contains(lists[0], name) && !slices.Contains(unused, name) {
				t.Errorf("the manifest lacks the %s %s", what, name)
			}
		}
		for _, name := range lists[0] {
			if !slices.Contains(lists[1], name) {
				t.Errorf("the manifest has the %s %s, which the bot was not tested with", what, name)
			}
		}
	}
}
