package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// What a home shows. Slack takes 100 blocks and 250 kB (https://docs.slack.dev/reference/methods/views.publish); this is less than
// half of either.
const (
	maxGlances = 100
	maxGlance  = 180 // characters of a cluster
	maxPlaces  = 50  // cards
	maxPlace   = 400
	maxRecent  = 5
)

// homePrivate is what Slack keeps with a home and sends with what is pressed there.
type homePrivate struct {
	Channel models.ChannelID `json:"channel"` // where the answer goes
}

// RenderHome makes a home tab of a home. Channel is that of the user's direct messages: what is pressed in the home is answered
// there.
func RenderHome(h models.Home, channel models.ChannelID) slack.HomeTabViewRequest {
	private, _ := json.Marshal(homePrivate{channel}) // of a string: cannot fail
	view := slack.HomeTabViewRequest{Type: slack.VTHomeTab, PrivateMetadata: string(private)}
	add := func(blocks ...slack.Block) { view.Blocks.BlockSet = append(view.Blocks.BlockSet, blocks...) }

	add(heading("Your clusters"))
	switch {
	case h.Trouble != nil:
		add(section(mrkdwn(troubleOf(h.Trouble))))
	case len(h.Clusters) == 0:
		add(section("You are in no channel that is connected to a cluster yet. " + howToConnect(h.Admin)))
	default:
		add(packed(glances(h.Clusters))...)
		add(note(asOf(h)))
	}
	if len(h.Cards) > 0 {
		add(heading("Your channels"))
		add(packed(places(h.Cards))...)
	}
	if len(h.Recent) > 0 {
		add(heading("Ask again"))
		add(questionButtons(h.Recent[:min(len(h.Recent), maxRecent)])...)
	}
	if len(h.Clusters) > 0 {
		add(heading("Try"))
		add(questionButtons(h.Examples)...)
		add(note("The answers come in the Messages tab, where you may ask whatever else you like."))
	}
	if h.Admin {
		add(heading("Set up"))
		add(slack.NewActionBlock("", renderButtons([]models.Button{
			{Label: "Import a cluster", Action: models.Action{Intent: "import"}},
			{Label: "Slack cards", Action: models.Action{Intent: "cards"}},
			{Label: "Roles", Action: models.Action{Intent: "roles"}},
		})...))
		add(note("`/mulebot setup` in a channel says which clusters it asks about."))
	}
	return view
}

func heading(text string) slack.Block { return slack.NewHeaderBlock(plainObject(text)) }

func section(text string) slack.Block {
	return slack.NewSectionBlock(markObject(cut(text, maxSection)), nil, nil)
}

func note(text string) slack.Block { return slack.NewContextBlock("", markObject(text)) }

// packed puts lines into as few sections as take them.
func packed(lines []string) (blocks []slack.Block) {
	text := ""
	for _, line := range lines {
		if text != "" && units(text)+1+units(line) > maxSection {
			blocks = append(blocks, section(text))
			text = ""
		}
		if text != "" {
			text += "\n"
		}
		text += line
	}
	return append(blocks, section(text))
}

// glances returns a line for each cluster.
func glances(all []models.Glance) (lines []string) {
	for _, g := range all[:min(len(all), maxGlances)] {
		name := "*" + mrkdwn(oneLine(g.Cluster)) + "*"
		lines = append(lines, dot(g.Health)+name+" "+cut(mrkdwn(oneLine(g.Text)), maxGlance))
	}
	if rest := len(all) - maxGlances; rest > 0 {
		lines = append(lines, fmt.Sprintf("and %d more, none of them worse", rest))
	}
	return lines
}

// asOf says how old the oldest of what is shown of clusters that answer is.
func asOf(h models.Home) string {
	var oldest time.Time
	for _, g := range h.Clusters {
		if !g.Silent && (oldest.IsZero() || g.AsOf.Before(oldest)) {
			oldest = g.AsOf
		}
	}
	text := "None of them answers now."
	if !oldest.IsZero() {
		text = "As of " + oldest.UTC().Format("2006-01-02 15:04 UTC") + "."
	}
	if h.Partial {
		text += " I am still waiting for some."
	}
	return text + " Open this tab again to refresh it."
}

// places returns a line for each card.
func places(cards []models.Card) (lines []string) {
	for _, c := range cards[:min(len(cards), maxPlaces)] {
		where := firstOf(nameOf(string(c.Channel)), "Your direct messages")
		if c.Channel == models.AnyChannel {
			where = "Every other channel"
		}
		names := make([]string, len(c.Clusters))
		for i, name := range c.Clusters {
			names[i] = mrkdwn("`" + oneLine(name) + "`")
		}
		about := strings.Join(names, ", ")
		if len(names) > 5 {
			about = fmt.Sprintf("%s and %d more", strings.Join(names[:4], ", "), len(names)-4)
		}
		if c.Namespace != "" {
			about += ", namespace " + mrkdwn("`"+oneLine(c.Namespace)+"`")
		}
		if !c.Posting.IsZero() {
			about += "; " + mrkdwn(oneLine(c.Posting.String()))
		}
		lines = append(lines, where+": "+cut(about, maxPlace))
	}
	if rest := len(cards) - maxPlaces; rest > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", rest))
	}
	return lines
}

// questionButtons returns buttons that ask questions; none for none.
func questionButtons(questions []string) []slack.Block {
	buttons := make([]models.Button, len(questions))
	for i, q := range questions {
		buttons[i] = models.Button{Label: q, Action: models.Action{Text: q}}
	}
	elements := renderButtons(buttons)
	if len(elements) == 0 {
		return nil
	}
	return []slack.Block{slack.NewActionBlock("", elements...)}
}

// troubleOf words an error for a home.
func troubleOf(err error) string {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return "I do not know what you may see; the log says why."
	}
	return models.Redact(strings.TrimSpace(clean(e.Message) + ". " + clean(e.Hint)))
}

func howToConnect(admin bool) string {
	if admin {
		return "Import one below, and connect a channel to it with `/mulebot setup`."
	}
	return "An admin connects one with `/mulebot setup`."
}
