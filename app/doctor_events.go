package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/models"
)

// settingsPage is where the settings of apps are.
const settingsPage = "https://api.slack.com/apps/"

// examineSettings compares the settings of the app with what is needed. Slack shows them only by a token of somebody who may change
// the app; without one, what has come says as much as there is to know.
func (d *doctor) examineSettings(ctx context.Context, name string, w models.Workspace, i bot.Installation) {
	app, err := bot.AppID(ctx, d.config.Slack.APIURL, w.BotToken, i.BotID)
	if d.configToken == "" {
		d.tellEvents(ctx, name, w.Team, settingsPage+app) // without an id, it is the page of all apps
		return
	}
	var flaws []bot.Flaw
	if err == nil {
		flaws, err = bot.CheckSettings(ctx, d.config.Slack.APIURL, d.configToken, app)
	}
	name += ", app settings"
	switch {
	case models.KindOf(err) == models.NotFound: // one token may not do for the apps of all workspaces
		d.note(name, Describe(err))
	case err != nil:
		d.say(name, "", err)
	case !slices.ContainsFunc(flaws, func(f bot.Flaw) bool { return !f.Mild }):
		d.say(name, "app "+app+" has the events, scopes, commands and modes of slack-manifest.yml", nil)
	}
	for _, f := range flaws {
		if f.Mild {
			d.note(name, f.What)
			continue
		}
		d.say(name, "", &models.Error{Kind: models.Conflict, Message: f.What, Hint: settingsPage + app + " → " + f.Mend})
	}
}

// tellEvents says what has come from Slack: since this process serves, and before by the audit log. What did not come may not have
// been subscribed to.
func (d *doctor) tellEvents(ctx context.Context, name string, team models.TeamID, page string) {
	name += ", events"
	last, err := d.audited(ctx, team)
	if err != nil {
		d.say(name, "", err)
		return
	}
	var seen bot.Sightings
	served := false
	if d.seen != nil {
		seen, served = d.seen(team)
	}
	if !served {
		text := "to which the app is subscribed Slack tells with SLACK_CONFIG_TOKEN only (see mulebot doctor --help)"
		if known := listed(last); known != "" {
			text += "; by the audit log last came " + known
		}
		d.note(name, text+"; while mulebot serve runs, it tells what came")
		return
	}
	for source, at := range seen.Last {
		if last[source].Before(at) {
			last[source] = at
		}
	}
	d.note(name, cameAndNot(last, seen.Since, page))
}

// audited returns when each source last had something answered, by the newest entries of the audit log. It tells nothing of events
// that are not answered, and of a thread not whether the channel is private.
func (d *doctor) audited(ctx context.Context, team models.TeamID) (map[string]time.Time, error) {
	last := map[string]time.Time{}
	if d.store == nil {
		return last, nil
	}
	sources := map[models.MessageKind]string{models.Mention: "app_mention", models.Direct: "message.im", models.Command: "/mulebot", models.Press: "interactivity", models.Submitted: "interactivity"}
	err := d.store.Latest(ctx, team, lookedBack, func(a models.Audit) bool {
		if source := sources[a.Kind]; source != "" && last[source].Before(a.At) {
			last[source] = a.At
		}
		return true
	})
	return last, err
}

// listed names the sources that something came from, each with the day.
func listed(last map[string]time.Time) string {
	var parts []string
	for _, s := range bot.Sources() {
		if at := last[s.Name]; !at.IsZero() {
			parts = append(parts, s.Name+" on "+at.UTC().Format(time.DateOnly))
		}
	}
	return strings.Join(parts, ", ")
}

// cameAndNot says of each source when it last came, or what should have made it come, a line each, and where to subscribe.
func cameAndNot(last map[string]time.Time, since time.Time, page string) string {
	const minute = "2006-01-02 15:04 UTC"
	var b strings.Builder
	var pages []string
	fmt.Fprintf(&b, "what Slack sent since mulebot serve started at %s, and what was answered before; with SLACK_CONFIG_TOKEN the app's settings are compared instead (see mulebot doctor --help)", since.UTC().Format(minute))
	for _, s := range bot.Sources() {
		if at := last[s.Name]; !at.IsZero() {
			fmt.Fprintf(&b, "\n      %-17s last seen %s", s.Name, at.UTC().Format(minute))
			continue
		}
		fmt.Fprintf(&b, "\n      %-17s never seen since; it comes when somebody has %s", s.Name, s.When)
		if !slices.Contains(pages, s.Page) {
			pages = append(pages, s.Page)
		}
	}
	if len(pages) > 0 {
		fmt.Fprintf(&b, "\n  → what somebody has done since and was never seen, the app is not subscribed to: add it at %s → %s", page, strings.Join(pages, ", "))
	}
	return b.String()
}
