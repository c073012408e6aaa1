package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

const (
	// leastFree is how many bytes a disk should have left.
	leastFree = 256 << 20
	// mostSkew is how far clocks may be apart: signatures of tokens, and the ages in answers, go by them.
	mostSkew = 30 * time.Second
	// manyAtOnce is how many clusters are examined at a time.
	manyAtOnce = 8
	// lookedBack is how many entries of the audit log say what has come from Slack lately.
	lookedBack = 1000
)

// doctor looks at everything that serving needs, and writes a line as soon as it knows something.
type doctor struct {
	config   Config
	store    *store.Store // nil: it does not open; broken says why
	broken   error
	statuses func() []bot.Status // of the workspaces that this process serves; nil: it does not serve
	w        io.Writer
	failed   int
}

// examine makes all checks. It fails with Unavailable if one of them failed.
func (d *doctor) examine(ctx context.Context) error {
	d.examineStore(ctx)
	free, err := freeSpace(d.config.DataDir)
	if err == nil && free < leastFree {
		err = &models.Error{Kind: models.Unavailable, Message: models.Bytes(free).String() + " are left", Hint: "make room: MuleBot takes no messages that it cannot write down"}
	}
	d.say("disk of "+d.config.DataDir, models.Bytes(free).String()+" free", err)
	d.examineLanguage()
	d.examineListen(ctx)
	for _, w := range d.workspaces(ctx) {
		d.examineWorkspace(ctx, w)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.failed > 0 {
		return &models.Error{Kind: models.Unavailable, Message: fmt.Sprintf("failed checks: %d", d.failed), Hint: "each says what to do"}
	}
	return nil
}

// say writes what a check found, or why it failed.
func (d *doctor) say(name, detail string, err error) {
	if err == nil {
		d.write("ok  ", name, detail)
		return
	}
	d.failed++
	d.write("FAIL", name, Describe(err))
}

// note writes what is neither right nor wrong.
func (d *doctor) note(name, text string) { d.write("note", name, text) }

func (d *doctor) write(mark, name, text string) {
	if text != "" {
		name += ": " + text
	}
	fmt.Fprintf(d.w, "%s  %s\n", mark, name)
}

// Describe words an error for a terminal: what happened, why, and on a line of its own what to do next, without secrets.
func Describe(err error) string {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return models.Redact(err.Error())
	}
	text := e.Message
	if saysIt := e.Kind == models.NotFound && errors.Is(e.Err, fs.ErrNotExist); e.Err != nil && !saysIt {
		text += ": " + e.Err.Error()
	}
	if e.Hint != "" {
		text += "\n  → " + e.Hint
	}
	return models.Redact(text)
}

func (d *doctor) examineStore(ctx context.Context) {
	if d.store == nil {
		d.say("store", "", d.broken)
		return
	}
	report, err := d.store.Check(ctx)
	if err == nil {
		err = damage(report)
	}
	records := 0
	for _, n := range report.Records {
		records += n
	}
	d.say("store", fmt.Sprintf("each of its %d records opens", records), err)
}

// damage is the error of a store with records that do not open; nil: all do.
func damage(r store.Report) error {
	if len(r.Damaged) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("%d records do not open", len(r.Damaged)),
		Hint: "they were damaged or sealed with another key: mulebot store restore puts a backup in their place"}
}

// examineLanguage loads the model and reads the deployment's intents.
func (d *doctor) examineLanguage() {
	_, err := builtin()
	if err != nil {
		err = &models.Error{Kind: models.Internal, Message: "the built-in model does not load", Hint: "install MuleBot again", Err: err}
	}
	d.say("language model", "loads", err)
	dir := d.config.Intents.Dir
	if dir == "" {
		return
	}
	files, err := readTraining(dir)
	if err == nil {
		if _, err = intents.ReadCustom(files, d.config.intentRules()); err != nil {
			err = refused(dir, err)
		}
	}
	d.say("intents of "+dir, fmt.Sprintf("files: %d", len(files)), err)
}

// examineListen finds out whether the address of health and metrics can be had, or, while serving, that it is.
func (d *doctor) examineListen(ctx context.Context) {
	address := d.config.Listen
	if address == "" {
		return
	}
	if d.statuses != nil { // the address is ours
		connection, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", address)
		if err == nil {
			_ = connection.Close()
		} else {
			err = unlistened(address, err)
		}
		d.say("listen "+address, "is served", err)
		return
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err == nil {
		_ = listener.Close()
	} else {
		err = unlistened(address, err)
	}
	d.say("listen "+address, "is free", err)
}

// workspaces returns the workspaces that are or would be served.
func (d *doctor) workspaces(ctx context.Context) (all []models.Workspace) {
	var err error
	if d.store != nil {
		all, err = d.store.Workspaces(ctx)
	}
	if err != nil {
		d.say("workspaces", "", err)
	}
	all = slices.DeleteFunc(all, func(w models.Workspace) bool { return !w.Until.IsZero() })
	if solo := soloOf(d.config); solo != nil {
		all = append(all, solo.workspace)
	}
	if len(all) == 0 && err == nil && d.store != nil {
		d.say("workspaces", "", &models.Error{Kind: models.NotFound, Message: "there is none",
			Hint: "set SLACK_APP_TOKEN and SLACK_BOT_TOKEN, or run: mulebot workspace add"})
	}
	return all
}

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
	d.tellEvents(ctx, name, w.Team)
	if i.Bot != "" {
		d.examineChannels(ctx, name, w, i.Bot)
	}
	d.examineClusters(ctx, name, w.Team, solo)
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
		d.note(name+", connection", "is not served yet: it was added after the start of mulebot serve")
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

// tellEvents says what has come from Slack lately. To which events an app is subscribed Slack tells only who may change the app.
func (d *doctor) tellEvents(ctx context.Context, name string, team models.TeamID) {
	if d.store == nil {
		return
	}
	last := map[models.MessageKind]time.Time{}
	err := d.store.Latest(ctx, team, lookedBack, func(a models.Audit) bool {
		if last[a.Kind].Before(a.At) {
			last[a.Kind] = a.At
		}
		return true
	})
	if err != nil {
		d.say(name+", events", "", err)
		return
	}
	var came, never []string
	for _, k := range []struct {
		kind models.MessageKind
		what string
	}{{models.Mention, "mentions (app_mention)"}, {models.Direct, "direct messages (message.im)"}, {models.InThread, "follow-ups in threads (message.channels, message.groups)"},
		{models.Command, "/mulebot"}, {models.Press, "buttons"}, {models.Submitted, "forms"}} {
		if at := last[k.kind]; at.IsZero() {
			never = append(never, k.what)
		} else {
			came = append(came, k.what+" on "+at.UTC().Format(time.DateOnly))
		}
	}
	text := "to which events the app is subscribed Slack does not tell; slack-manifest.yml has those that are needed"
	if len(came) > 0 {
		text += "; last came " + strings.Join(came, ", ")
	}
	if len(never) > 0 {
		text += "; not seen yet: " + strings.Join(never, ", ")
	}
	d.note(name+", events", text)
}

// mostChannels is how many channels are asked about one by one, those that MuleBot does not seem to be in.
const mostChannels = 20

// examineChannels checks that MuleBot is in the channels that have a card.
func (d *doctor) examineChannels(ctx context.Context, name string, w models.Workspace, self models.UserID) {
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
	in, outside := 0, 0
	for _, c := range cards {
		switch {
		case c.Channel == models.AnyChannel, strings.HasPrefix(string(c.Channel), "D"):
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
	d.say(name+", channels", fmt.Sprintf("MuleBot is in %d with a card of their own", in), nil)
}

// examineClusters checks the clusters of a workspace, some at a time, and tells of them in their order.
func (d *doctor) examineClusters(ctx context.Context, name string, team models.TeamID, isSolo bool) {
	var clusters []models.Cluster
	if d.store != nil {
		var err error
		if clusters, err = d.store.Clusters(ctx, team); err != nil {
			d.say(name+", clusters", "", err)
			return
		}
	}
	if solo := soloOf(d.config); isSolo && solo.cluster.Ref.Name != "" {
		clusters = append(clusters, solo.cluster)
	}
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
		if err := skewed("cluster "+c.Ref.Name, found.report.Skew); err != nil {
			d.say("cluster "+c.Ref.Name+", clock", "", err)
		}
	}
}

// lackingRights is the error of a cluster that does not permit what MuleBot needs; nil: it does.
func lackingRights(r kube.Report) error {
	if len(r.Missing) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Forbidden, Message: r.String(), Hint: "kubectl apply -f deploy/rbac-readonly.yaml, and bind it to the account of the kubeconfig"}
}
