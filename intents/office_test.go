package intents_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// TestOfficeSentences says in words what the commands of admins do, and what sounds like it.
func TestOfficeSentences(t *testing.T) {
	for text, want := range map[string]string{
		"show me the cards":                         "cards",
		"list the Slack cards, please":              "cards",
		"Which channels have cards?":                "cards",
		"card":                                      "cards",
		"edit the card of this channel":             "setup",
		"please change this channel's card":         "setup",
		"configure this channel":                    "setup",
		"set the default namespace here to kafka":   "setup",
		"add a new cluster":                         "import",
		"can you import another cluster please":     "import",
		"delete the cluster staging":                "import.forget",
		"forget staging":                            "import.forget",
		"show all roles":                            "roles",
		"what is my role?":                          "roles.mine",
		"am I an admin here?":                       "roles.mine",
		"which role do I have":                      "roles.mine",
		"connect #random to staging":                "cards.connect",
		"please stop watching prod-east in #random": "cards.disconnect",

		"forget it":                              "",
		"why is data-0 not healthy? see #random": "",
		"change the namespace of data-0":         "",
		"remove the cluster's oldest volume":     "",
		"add a new volume":                       "",
		"list the nodes and their roles":         "",
	} {
		b := newBureau(t, models.Card{Team: "T1", Channel: "C1", Clusters: []string{"prod-east"}})
		reply := b.send(models.Message{Kind: models.Mention, User: "boss", Text: text, Mentions: map[string]string{"#random": "C2"}})
		office := slices.Contains([]string{"cards", "setup", "import", "import.forget", "roles", "roles.mine", "cards.connect", "cards.disconnect"}, reply.Intent)
		if want != reply.Intent && (want != "" || office) {
			t.Errorf("%q: %q, not %q: %s", text, reply.Intent, want, reply.Text)
		}
	}
}

// An admin says of another channel what it asks about, and of their own that it is to have another card than every channel.
func TestOtherChannel(t *testing.T) {
	b := newBureau(t, models.Card{Team: "T1", Channel: models.AnyChannel, Clusters: []string{"prod-east"}})
	says := func(user models.UserID, text string) models.Reply {
		return b.send(models.Message{Kind: models.Mention, User: user, Text: text, Mentions: map[string]string{"#prod-east": "C2"}})
	}
	for _, c := range []struct {
		user       models.UserID
		text, want string
	}{
		{"bob", "connect #prod-east to staging", "Only an admin"},
		{"head", "connect #prod-east to staging", "Only an admin of `staging`"},
		{"boss", "connect #prod-east", "Which cluster do you mean?"},
		{"boss", "connect #prod-east to staging", "That channel now asks about `staging`"},
		{"boss", "remove staging from #prod-east", "Shall that channel ask about `staging` no more?"},
		{"boss", "disconnect this channel", "like every channel without one"},
	} {
		if reply := says(c.user, c.text); !strings.Contains(reply.Text, c.want) {
			t.Errorf("%s: %q: %q", c.user, c.text, reply.Text)
		}
	}
	if len(b.registry.cards) != 2 || b.registry.cards[1].Channel != "C2" || !slices.Equal(b.registry.cards[1].Clusters, []string{"staging"}) {
		t.Errorf("%+v", b.registry.cards)
	}
	asked := says("boss", "connect #prod-east")
	if len(asked.Buttons) != 2 || asked.Buttons[0].Action.Values["channel"] != "C2" {
		t.Errorf("%+v", asked.Buttons)
	}
}

// TestMyRole asks which role one has.
func TestMyRole(t *testing.T) {
	b := newBureau(t, models.Card{Team: "T1", Channel: "C1", Clusters: []string{"prod-east", "staging"}})
	for user, want := range map[models.UserID]string{"bob": "`viewer`", "boss": "`admin`", "head": "`viewer`"} {
		reply := b.says(user, "what is my role?")
		if !strings.Contains(reply.Text, want) || (len(reply.Notes) > 0) != (user == "head") || (len(reply.People) > 0) != (user != "boss") {
			t.Errorf("%s: %q, %q, %q", user, reply.Text, reply.Notes, reply.People)
		}
		if user == "head" && !strings.Contains(reply.Notes[0], "On `prod-east` you are `admin`") {
			t.Errorf("%q", reply.Notes)
		}
	}
}

// Which channel is meant does not depend on chance where the name of one begins like that of another, or several are named.
func TestSeveralChannels(t *testing.T) {
	channels := map[string]string{"#prod": "C2", "#prod-alerts": "C3", "#prod-alerts-eu": "C4", "@prod": "U9"}
	for text, want := range map[string]string{
		"connect #prod-alerts to staging":                       "That channel now asks about `staging`.",
		"connect #prod-alerts to staging, please #prod-alerts!": "That channel now asks about `staging`.",
		"connect #prod and #prod-alerts to staging":             "I do that for one channel at a time, and you name #prod and #prod-alerts.",
		"connect #prod-alerts-eu, #prod to staging":             "I do that for one channel at a time, and you name #prod-alerts-eu and #prod.",
		"connect #prodigy to staging":                           "",
	} {
		for range 5 {
			b := newBureau(t, models.Card{Team: "T1", Channel: "C1", Clusters: []string{"prod-east"}})
			reply := b.send(models.Message{Kind: models.Mention, User: "boss", Text: text, Mentions: channels})
			if want != "" && reply.Text != want || want == "" && reply.Intent == "cards.connect" {
				t.Errorf("%q: %q", text, reply.Text)
			}
			for _, c := range b.registry.cards {
				if c.Channel != "C1" && c.Channel != "C3" {
					t.Errorf("%q: %+v", text, c)
				}
			}
		}
	}
}
