package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
)

// examineWorkspace checks one workspace, its cards and its clusters.
func (d *doctor) examineWorkspace(ctx context.Context, w models.Workspace) {
	name, solo := "workspace "+string(w.Team), w.Team == ""
	if solo {
		name = "workspace of SLACK_BOT_TOKEN"
	}
	i, err := bot.Inspect(ctx, d.config.Slack.APIURL, w.BotToken)
	if err == nil && !solo && i.Team != w.Team {
		err = &models.Error{Kind: models.Invalid, Message: "its bot token belongs to workspace " + string(i.Team),
			Hint: fmt.Sprintf("mulebot workspace remove %s, and add it again", w.Team)}
	}
	d.say(name+", bot token", i.Name, err)
	if err == nil {
		if i.Scopes == nil {
			d.note(name+", scopes", "Slack does not say which the bot token has")
		} else {
			d.say(name+", scopes", "all that are needed", lacking(i.Missing()))
		}
		d.say(name+", clock", "as Slack's", skewed("Slack", i.Skew))
	}
	if solo {
		w.Team = i.Team
	}
	d.examineSocket(ctx, name, w)
	if w.Team == "" {
		return
	}
	d.examineRoom(ctx, name, w.Team)
	if i.Bot != "" {
		d.examineSettings(ctx, name, w, i)
		d.examineChannels(ctx, name, w, i.Bot, solo)
	}
	d.examineClusters(ctx, name, w.Team, solo)
}

// examineRoom compares what a workspace has in the store with what it may have.
func (d *doctor) examineRoom(ctx context.Context, name string, team models.TeamID) {
	if d.store == nil {
		return
	}
	name += ", room"
	limits := settingsOf(d.config).limits()
	used, err := d.store.Usage(ctx, team)
	if err == nil && used.SetUp > limits.Bytes/2*9/10 {
		err = &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("%s are set up, of %s at most", models.Bytes(used.SetUp), models.Bytes(limits.Bytes/2)),
			Hint: "remove clusters, cards, intents or secrets that nobody needs, or raise tenants.max_megabytes"}
	}
	d.say(name, fmt.Sprintf("%s of %s", models.Bytes(used.Total()), models.Bytes(limits.Bytes)), err)
	if err == nil && used.Total() > limits.Bytes {
		d.note(name, "the oldest entries of the audit log give way to new ones; tenants.max_megabytes allows more")
	}
}

// lacking is the error of a token without some scopes; nil: it lacks none.
func lacking(missing []bot.Scope) error {
	if len(missing) == 0 {
		return nil
	}
	texts := make([]string, len(missing))
	for i, s := range missing {
		texts[i] = s.Name + " (" + s.For + ")"
	}
	return &models.Error{Kind: models.Forbidden, Message: "the bot token lacks " + strings.Join(texts, ", "),
		Hint: "add them under OAuth & Permissions, or put slack-manifest.yml in as the app's manifest, and install the app again"}
}

// skewed is the error of a clock that is not this machine's; nil: they go alike.
func skewed(whose string, ahead time.Duration) error {
	if ahead.Abs() <= mostSkew {
		return nil
	}
	than := "behind"
	if ahead > 0 {
		than = "ahead of"
	}
	return &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("the clock of %s is %s %s this machine's", whose, ahead.Abs().Round(time.Second), than),
		Hint: "set the one that is wrong by NTP; the ages in answers go by both"}
}

// examineSocket checks that Slack can be heard: of a connection that is served, when it last proved itself; else by one of its own.
func (d *doctor) examineSocket(ctx context.Context, name string, w models.Workspace) {
	if d.statuses != nil {
		all := d.statuses()
		if at := slices.IndexFunc(all, func(s bot.Status) bool { return s.Team == w.Team }); at >= 0 {
			d.say(name+", connection", fmt.Sprintf("stands; Slack answered a ping %s ago", time.Since(all[at].Proven).Round(time.Second)), unserved(all[at]))
			return
		}
		d.note(name+", connection", "is not among those that mulebot serve has: if it should be, start that again")
	}
	connections, err := bot.CheckSocket(ctx, d.config.Slack.APIURL, w.AppToken)
	d.say(name+", connection", fmt.Sprintf("opens, and Slack answers a ping; the app has %d of at most 10 now", connections), err)
}

// unserved is the error of a workspace that is not served as it should be; nil: it is.
func unserved(s bot.Status) error {
	lines := unready(s, time.Now())
	if lines == "" {
		return nil
	}
	if s.LastError != "" {
		lines += " (last: " + s.LastError + ")"
	}
	return &models.Error{Kind: models.Unavailable, Message: lines, Hint: "see the checks of its tokens, and the log of mulebot serve"}
}

// mostChannels is how many channels are asked about one by one, those that MuleBot does not seem to be in.
const mostChannels = 20

// examineChannels checks that MuleBot is in the channels that have a card.
func (d *doctor) examineChannels(ctx context.Context, name string, w models.Workspace, self models.UserID, isSolo bool) {
	if d.store == nil {
		return
	}
	cards, err := d.store.Cards(ctx, w.Team)
	var channels []string
	if err == nil {
		token := func(context.Context, models.TeamID) (models.Secret, error) { return w.BotToken, nil }
		channels, err = bot.NewDirectory(d.config.Slack.APIURL, token, time.Now).ChannelsOf(ctx, w.Team, self)
	}
	if err != nil {
		d.say(name+", channels", "", err)
		return
	}
	in, outside, all := 0, 0, isSolo && d.config.environment.Kubeconfig != ""
	for _, c := range cards {
		switch {
		case c.Channel == models.AnyChannel:
			all = true
		case strings.HasPrefix(string(c.Channel), "D"):
		case slices.Contains(channels, string(c.Channel)):
			in++
		default:
			if outside++; outside <= mostChannels {
				if err := bot.CheckChannel(ctx, d.config.Slack.APIURL, w.BotToken, c.Channel); err != nil {
					d.say(name+", channel "+string(c.Channel), "", err)
					continue
				}
				in++
			}
		}
	}
	if outside > mostChannels {
		d.note(name+", channels", fmt.Sprintf("%d more channels with cards do not have MuleBot as a member", outside-mostChannels))
	}
	others := "the others have none: mulebot card add --channel '*' --cluster NAME gives them one"
	if all {
		others = "the others may ask too"
	}
	d.say(name+", channels", fmt.Sprintf("MuleBot is a member of %d; with a card of their own: %d; %s", len(channels), in, others), nil)
	if len(channels) == 0 {
		d.note(name+", channels", "MuleBot hears nothing in channels yet, only direct messages\n  → type /invite @mulebot in a channel")
	}
}

// clustersOf returns the clusters of a workspace. What keeps it from having some it says.
func (d *doctor) clustersOf(ctx context.Context, name string, team models.TeamID, isSolo bool) (clusters []models.Cluster) {
	if d.store != nil {
		var err error
		if clusters, err = d.store.Clusters(ctx, team); err != nil {
			d.say(name+", clusters", "", err)
			return nil
		}
	}
	path, hint := d.config.environment.Kubeconfig, "mulebot cluster add NAME --kubeconfig FILE, or /mulebot import in Slack"
	if isSolo {
		hint = "set KUBECONFIG, or: " + hint
	}
	if isSolo && path != "" {
		if _, err := kube.Kubeconfig(path, ""); err != nil { // serve goes on without
			d.say("cluster of KUBECONFIG", "", err)
			return clusters
		}
		clusters = append(clusters, soloOf(d.config).cluster)
	}
	if len(clusters) == 0 {
		d.note(name+", clusters", "there is none yet to ask about\n  → "+hint)
	}
	return clusters
}

// examineClusters checks the clusters of a workspace, some at a time, and tells of them in their order.
func (d *doctor) examineClusters(ctx context.Context, name string, team models.TeamID, isSolo bool) {
	clusters := d.clustersOf(ctx, name, team, isSolo)
	type finding struct {
		report kube.Report
		err    error
	}
	findings := make([]chan finding, len(clusters))
	slots := make(chan struct{}, manyAtOnce)
	for i, c := range clusters {
		findings[i] = make(chan finding, 1)
		go func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			ctx, cancel := context.WithTimeout(ctx, examineTime)
			defer cancel()
			report, err := kube.Test(ctx, c, d.config.guard)
			findings[i] <- finding{report, err}
		}()
	}
	for i, c := range clusters {
		found := <-findings[i]
		if err := lackingRights(found.report); found.err == nil && err != nil {
			found.err = err
		}
		d.say("cluster "+c.Ref.Name, found.report.String(), found.err)
		if len(found.report.Found) > 0 {
			d.say("cluster "+c.Ref.Name+", engines", engines(found.report.Found), nil)
		}
		if err := skewed("cluster "+c.Ref.Name, found.report.Skew); err != nil {
			d.say("cluster "+c.Ref.Name+", clock", "", err)
		}
	}
}

// engines says what there is of each engine.
func engines(found []kube.EngineFound) string {
	texts := make([]string, len(found))
	for i, e := range found {
		texts[i] = e.String()
	}
	return strings.Join(texts, "; ")
}

// lackingRights is the error of a cluster that does not permit what MuleBot needs; nil: it does.
func lackingRights(r kube.Report) error {
	if len(r.Missing) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Forbidden, Message: r.Brief(), Hint: "kubectl apply -f deploy/rbac-readonly.yaml, and bind its ClusterRole to the account of the kubeconfig; until then answers name what is missing"}
}
