//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mulebot/mulebot/kube/kubetest"
	"github.com/mulebot/mulebot/slacksim"
)

// TestConversations plays the scripts of testdata/conversations. TEAM is the id of the workspace. Beside testscript's own commands
// there are:
//
//	setup CLUSTER…         a workspace "acme", its clusters, and a card for every channel; then serve
//	bare                   a workspace that MuleBot does not know; nothing is served
//	tokens                 put the workspace's tokens into the environment
//	configtoken [wrong]    put an app configuration token there, of the app, or one that Slack does not know
//	subscribe EVENT on|off the app is sent a bot event, or no longer
//	wrongtokens            put tokens there that Slack does not know
//	spoil                  write rubbish over the store
//	setting NAME=VALUE     set a variable of the environment
//	configure FILE         make a file of the script the configuration, of serve too
//	reload                 have serve read the configuration anew, and wait until it has
//	kubeconfig CLUSTER     put a cluster's kubeconfig there
//	serve                  mulebot serve
//	mulebot ARG…           any other command of the program
//	say CHANNEL TEXT       ann says something; the answer is the standard output. CHANNEL dm is a direct message
//	long CHANNEL N         she says a word of N letters
//	then TEXT              she goes on in the thread of the last answer
//	press LABEL            she presses a button of the last answer
//	slash CHANNEL LINE     she types a slash command
//	form CHANNEL LINE      she types one that opens a form; what the form says is the standard output
//	fill FIELD FILE        she fills in a field of that form with a file of the script, and submits; so the answer comes
//	open LABEL             she presses a button of the last answer that opens a form; what the form says is the standard output
//	submit FIELD=VALUE…    she fills in that form and submits. A VALUE <FILE is a file of the script, to be uploaded where the
//	                       field takes one; several choices have commas between them
//	home TEXT              she opens the home tab, again if need be; once it shows TEXT, all that it shows is the standard output
//	frompress LABEL        she presses a button of it; the answer, in the direct messages, is the standard output
//	fromhome LABEL         she presses one that opens a form; what the form says is the standard output
//	credentials CLUSTER FILE   write a cluster's kubeconfig into a file of the script
//	guarded CLUSTER FILE   write the kubeconfig of an account that may stand in for roles and see nothing by itself, in a cluster
//	                       that lets operators see everything, and viewers nothing
//	tunnel CLUSTER FILE    the same, by way of a tunnel that hang stops up
//	hang CLUSTER           the cluster accepts connections and answers nothing
//	archive CHANNEL        the channel is archived
//	rename CHANNEL NAME    the channel gets another name
//	end                    mulebot serve ends (stop is a command of testscript, and ends the script)
//	reinstall              the app is back in the workspace that it was removed from
//	uninstall              the app is removed from the workspace, the only one that is served
//	connected              wait until MuleBot is connected to Slack
//	stranger NAME CHANNEL  somebody of another workspace is in the channel from here on, and types and presses
//	join CHANNEL NAME…     a new private channel, of these and MuleBot only
//	enter NAME CHANNEL     somebody becomes a member of a channel
//	group HANDLE NAME…     a new user group
//	unread FILE            the token of that kubeconfig is neither in MuleBot's log nor in a message of the workspace
//	remove                 mulebot workspace remove, of the workspace; MuleBot is connected no longer then
//	due CHANNEL CLUSTER    the operator has a summary of the cluster posted in the channel at the next full minute, which comes in a
//	                       minute or so; the summary is the standard output
//	deaf                   the connection to Slack hears nothing from here on, though it looks alive
//	unheard CHANNEL TEXT   she says something that nobody hears. CHANNEL thread is the thread of the last answer
//	drop                   the connection is cut, and MuleBot opens another
//	answers                the answers to all that was not heard; none has two
//	private                the last answer is seen by nobody but her
//	as NAME                from here on it is another person, and not ann, who types and presses
//	admin NAME             the person is an admin of the workspace
func TestConversations(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/conversations",
		Setup: func(e *testscript.Env) error {
			c := &conversation{tunnels: map[string]*kubetest.Tunnel{}, world: newWorld(e.T().(testing.TB), slacksim.Options{})}
			e.Values[key{}] = c
			e.Setenv("TEAM", c.workspace.ID())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"setup": play((*conversation).setup), "bare": play((*conversation).bare), "tokens": play((*conversation).useTokens),
			"serve": play((*conversation).start), "mulebot": play((*conversation).command),
			"say": play((*conversation).says), "then": play((*conversation).then), "press": play((*conversation).press),
			"slash": play((*conversation).slash), "kubeconfig": play((*conversation).useKubeconfig), "long": play((*conversation).long),
			"wrongtokens": play((*conversation).useWrongTokens), "spoil": play((*conversation).spoil),
			"form": play((*conversation).form), "fill": play((*conversation).fill), "private": play((*conversation).private),
			"as": play((*conversation).as), "admin": play((*conversation).admin),
			"open": play((*conversation).open), "submit": play((*conversation).submit), "credentials": play((*conversation).credentials),
			"archive": play((*conversation).archive), "rename": play((*conversation).rename), "uninstall": play((*conversation).uninstall), "connected": play((*conversation).connected),
			"end": play((*conversation).end), "reinstall": play((*conversation).reinstall), "remove": play((*conversation).remove),
			"stranger": play((*conversation).stranger), "join": play((*conversation).join), "group": play((*conversation).group),
			"enter":   play((*conversation).enter),
			"setting": play((*conversation).setting), "configure": play((*conversation).configure), "reload": play((*conversation).reload), "guarded": play((*conversation).guarded),
			"unread": play((*conversation).unread), "due": play((*conversation).due),
			"configtoken": play((*conversation).useConfigToken), "subscribe": play((*conversation).subscribe),
			"home": play((*conversation).home), "frompress": play((*conversation).pressHome), "fromhome": play((*conversation).openFromHome),
			"deaf": play((*conversation).deafen), "unheard": play((*conversation).sayUnheard), "drop": play((*conversation).drop), "answers": play((*conversation).answers),
			"tunnel": play((*conversation).tunnel), "hang": play((*conversation).hang),
		},
	})
}

type key struct{}

// conversation is where a script stands.
type conversation struct {
	*world
	channel string
	thread  string
	last    slacksim.Message
	modal   slacksim.View
	asked   slacksim.Message // where the modal was asked for
	unheard []slacksim.Message
	tunnels map[string]*kubetest.Tunnel
}

func play(f func(*conversation, *testscript.TestScript, bool, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		f(ts.Value(key{}).(*conversation), ts, neg, args)
	}
}

func (c *conversation) setup(_ *testscript.TestScript, _ bool, args []string) {
	c.setUp(args...)
	c.serve()
}

func (c *conversation) bare(*testscript.TestScript, bool, []string) {}

func (c *conversation) useTokens(*testscript.TestScript, bool, []string) {
	c.environ = append(c.environ, c.tokens()...)
}

func (c *conversation) useWrongTokens(*testscript.TestScript, bool, []string) {
	c.environ = append(c.environ, "SLACK_APP_TOKEN=xapp-1-wrong", "SLACK_BOT_TOKEN=xoxb-wrong")
}

func (c *conversation) useConfigToken(_ *testscript.TestScript, _ bool, args []string) {
	token := "xoxe.xoxp-1-wrong"
	if len(args) == 0 {
		token = c.app.ConfigToken()
	}
	c.environ = append(c.environ, "SLACK_CONFIG_TOKEN="+token)
}

func (c *conversation) subscribe(_ *testscript.TestScript, _ bool, args []string) {
	c.app.Subscribe(args[0], args[1] == "on")
}

func (c *conversation) spoil(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(os.WriteFile(filepath.Join(c.dir, "data", "mulebot.db"), bytes.Repeat([]byte("spoilt "), 9000), 0o600))
}

func (c *conversation) useKubeconfig(ts *testscript.TestScript, _ bool, args []string) {
	path := filepath.Join(c.dir, "kubeconfig")
	ts.Check(os.WriteFile(path, []byte(cluster(c.t, args[0]).Kubeconfig()), 0o600))
	c.environ = append(c.environ, "KUBECONFIG="+path)
}

func (c *conversation) setting(_ *testscript.TestScript, _ bool, args []string) {
	c.environ = append(c.environ, args...)
}

func (c *conversation) configure(ts *testscript.TestScript, _ bool, args []string) {
	c.config = filepath.Join(c.dir, "config.yml")
	ts.Check(os.WriteFile(c.config, []byte(ts.ReadFile(args[0])), 0o600))
}

// reload prints what the log says of the configuration.
func (c *conversation) reload(ts *testscript.TestScript, _ bool, _ []string) {
	before := len(c.log.String())
	c.hangups <- syscall.SIGHUP
	about := func() (lines []string) {
		for line := range strings.Lines(c.log.String()[before:]) {
			if strings.Contains(line, `"part":"settings"`) {
				lines = append(lines, line)
			}
		}
		return lines
	}
	eventually(c.t, "the configuration is read anew", func() bool {
		lines := strings.Join(about(), "")
		return strings.Contains(lines, "taken over") || strings.Contains(lines, "is refused")
	})
	fmt.Fprint(ts.Stdout(), strings.Join(about(), ""))
}

func (c *conversation) long(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	c.channel, c.thread = args[0], ""
	c.answered(ts, "@mulebot "+strings.Repeat("x", n))
}

func (c *conversation) start(*testscript.TestScript, bool, []string) { c.serve() }

func (c *conversation) command(ts *testscript.TestScript, neg bool, args []string) {
	code, out, errs := c.run("", args...)
	fmt.Fprint(ts.Stdout(), out)
	fmt.Fprint(ts.Stderr(), errs)
	if (code != 0) != neg {
		ts.Fatalf("exit %d\n%s%s", code, out, errs)
	}
}

func (c *conversation) says(ts *testscript.TestScript, _ bool, args []string) {
	c.channel, c.thread = args[0], ""
	c.answered(ts, strings.Join(args[1:], " "))
}

func (c *conversation) then(ts *testscript.TestScript, _ bool, args []string) {
	c.answered(ts, strings.Join(args, " "))
}

func (c *conversation) answered(ts *testscript.TestScript, text string) {
	reply, text := c.say(c.channel, c.thread, text)
	c.last, c.thread = reply, reply.Thread
	fmt.Fprintln(ts.Stdout(), text)
}

func (c *conversation) press(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	before := c.last
	c.workspace.Press(before, strings.Join(args, " "), c.workspace.User(c.speaker))
	reply, err := c.workspace.Await(ctx, before.Channel, before.Thread, func(m slacksim.Message) bool { return m.TS > before.TS })
	ts.Check(err)
	c.last = reply
	fmt.Fprintln(ts.Stdout(), content(reply))
}

func (c *conversation) slash(ts *testscript.TestScript, _ bool, args []string) {
	i := c.workspace.Command(c.workspace.Channel(args[0]), c.workspace.User(c.speaker), strings.Join(args[1:], " "))
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	reply, err := i.Reply(ctx)
	ts.Check(err)
	c.last = reply
	fmt.Fprintln(ts.Stdout(), content(reply))
}

func (c *conversation) form(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	c.channel = args[0]
	c.workspace.Command(c.workspace.Channel(args[0]), c.workspace.User(c.speaker), strings.Join(args[1:], " "))
	modal, err := c.workspace.Modal(ctx, c.workspace.User(c.speaker))
	ts.Check(err)
	c.modal, c.asked = modal, slacksim.Message{Channel: c.workspace.Channel(args[0])}
	fmt.Fprintln(ts.Stdout(), string(modal.Raw))
}

func (c *conversation) fill(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	value := ts.ReadFile(args[1])
	if args[0] == "file" {
		value = c.workspace.Upload(args[1], []byte(value)).ID
	}
	before := ""
	for _, m := range c.workspace.Messages(c.workspace.Channel(c.channel), "") {
		before = m.TS
	}
	_, err := c.workspace.Fill(c.modal, c.workspace.User(c.speaker), map[string]string{args[0]: value}).Acked(ctx)
	ts.Check(err)
	c.last, err = c.workspace.Await(ctx, c.workspace.Channel(c.channel), "", func(m slacksim.Message) bool { return m.TS > before })
	ts.Check(err)
	fmt.Fprintln(ts.Stdout(), content(c.last))
}

func (c *conversation) due(ts *testscript.TestScript, _ bool, args []string) {
	at := time.Now().UTC().Add(10 * time.Second).Truncate(time.Minute).Add(time.Minute) // time to say so
	channel, before := c.workspace.Channel(args[0]), ""
	for _, m := range c.workspace.Messages(channel, "") {
		before = m.TS
	}
	c.mustRun("", "card", "add", "--channel", channel, "--cluster", args[1], "--summary", "daily", "--at", at.Format("15:04"))
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Until(at)+patience)
	defer cancel()
	posted, err := c.workspace.Await(ctx, channel, "", func(m slacksim.Message) bool { return m.TS > before })
	ts.Check(err)
	if time.Now().Before(at) {
		ts.Fatalf("it is posted before its time")
	}
	c.last = posted
	c.last.Thread = posted.TS // its buttons are answered there
	fmt.Fprintln(ts.Stdout(), content(posted))
}

func (c *conversation) private(ts *testscript.TestScript, neg bool, _ []string) {
	if (c.last.EphemeralTo == c.workspace.User(c.speaker)) == neg {
		ts.Fatalf("the answer is seen by %q: %s", c.last.EphemeralTo, c.last.Text)
	}
}

func (c *conversation) as(_ *testscript.TestScript, _ bool, args []string) { c.speaker = args[0] }

func (c *conversation) admin(_ *testscript.TestScript, _ bool, args []string) {
	c.workspace.SetAdmin(c.workspace.User(args[0]), true)
}

func (c *conversation) open(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	user := c.workspace.User(c.speaker)
	c.workspace.Press(c.last, strings.Join(args, " "), user)
	modal, err := c.workspace.Modal(ctx, user)
	ts.Check(err)
	c.modal, c.asked = modal, c.last
	fmt.Fprintln(ts.Stdout(), string(modal.Raw))
}

func (c *conversation) submit(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	values := map[string]string{}
	for _, arg := range args {
		field, value, _ := strings.Cut(arg, "=")
		switch file, isFile := strings.CutPrefix(value, "<"); {
		case isFile && field == "file":
			value = c.workspace.Upload(file, []byte(ts.ReadFile(file))).ID
		case isFile:
			value = ts.ReadFile(file)
		case field == "people":
			value = c.workspace.User(value)
		default:
			value = strings.ReplaceAll(value, ",", "\n")
		}
		values[field] = value
	}
	before := ""
	for _, m := range c.workspace.Messages(c.asked.Channel, c.asked.Thread) {
		before = m.TS
	}
	_, err := c.workspace.Fill(c.modal, c.workspace.User(c.speaker), values).Acked(ctx)
	ts.Check(err)
	c.last, err = c.workspace.Await(ctx, c.asked.Channel, c.asked.Thread, func(m slacksim.Message) bool { return m.TS > before })
	ts.Check(err)
	fmt.Fprintln(ts.Stdout(), content(c.last))
}

func (c *conversation) credentials(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(cluster(c.t, args[0]).Kubeconfig()), 0o600))
}

func (c *conversation) guarded(ts *testscript.TestScript, _ bool, args []string) {
	server := cluster(c.t, args[0])
	for _, name := range []string{"readonly", "impersonate"} {
		manifest, err := os.ReadFile("../deploy/rbac-" + name + ".yaml")
		ts.Check(err)
		text := strings.ReplaceAll(string(manifest), `{kind: Group, name: "mulebot:viewer"`, `{kind: Group, name: "mulebot:operator"`)
		if name == "impersonate" {
			text = strings.ReplaceAll(text, "{kind: ServiceAccount, name: mulebot, namespace: mulebot}", "{kind: Group, name: openebs-bots, apiGroup: rbac.authorization.k8s.io}")
		}
		server.Apply(c.t, []byte(text))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(server.Restricted()), 0o600))
}

func (c *conversation) archive(_ *testscript.TestScript, _ bool, args []string) {
	channel := c.workspace.Channel(args[0])
	c.workspace.Archive(channel)
	eventually(c.t, "the card is gone with its channel", func() bool { return strings.Contains(c.log.String(), channel) })
}

func (c *conversation) rename(_ *testscript.TestScript, _ bool, args []string) {
	c.workspace.Rename(c.workspace.Channel(args[0]), args[1])
}

func (c *conversation) uninstall(*testscript.TestScript, bool, []string) {
	const removed = "the app was removed from a workspace"
	before := strings.Count(c.log.String(), removed)
	c.workspace.Uninstall()
	eventually(c.t, "the app is known to be removed", func() bool { return strings.Count(c.log.String(), removed) > before })
	eventually(c.t, "disconnected from Slack", func() bool { return c.app.Connections() == 0 })
}

func (c *conversation) connected(*testscript.TestScript, bool, []string) {
	eventually(c.t, "connected to Slack", func() bool { return c.app.Connections() > 0 })
}

func (c *conversation) stranger(_ *testscript.TestScript, _ bool, args []string) {
	c.workspace.Join(c.workspace.Channel(args[1]), c.workspace.AddStranger(args[0], "T0ELSEWHERE"))
	c.speaker = args[0]
}

func (c *conversation) join(_ *testscript.TestScript, _ bool, args []string) {
	var members []string
	for _, name := range args[1:] {
		members = append(members, c.workspace.User(name))
	}
	c.workspace.AddChannel(args[0], slacksim.ChannelOptions{Private: true, Members: members})
}

func (c *conversation) group(_ *testscript.TestScript, _ bool, args []string) {
	var members []string
	for _, name := range args[1:] {
		members = append(members, c.workspace.User(name))
	}
	c.workspace.AddGroup(args[0], members...)
}

func (c *conversation) unread(ts *testscript.TestScript, _ bool, args []string) {
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		line = strings.TrimSpace(line)
		if _, secret, ok := strings.Cut(line, "token: "); ok && (c.workspace.Holds(secret) || strings.Contains(c.log.String(), secret)) {
			ts.Fatalf("somebody can read %q", line)
		}
	}
}

func (c *conversation) end(*testscript.TestScript, bool, []string) { c.stop() }

func (c *conversation) reinstall(*testscript.TestScript, bool, []string) { c.workspace.Reinstall() }

func (c *conversation) remove(*testscript.TestScript, bool, []string) {
	c.mustRun("", "workspace", "remove", c.workspace.ID())
	eventually(c.t, "disconnected from Slack", func() bool { return c.app.Connections() == 0 })
}

func (c *conversation) enter(_ *testscript.TestScript, _ bool, args []string) {
	c.workspace.Join(c.workspace.Channel(args[1]), c.workspace.User(args[0]))
}

func (c *conversation) home(ts *testscript.TestScript, _ bool, args []string) {
	shown, want := "", strings.Join(args, " ")
	user := c.workspace.User(c.speaker)
	open := func() bool { // what she asked just now may be recorded a moment after its answer
		ctx, cancel := context.WithTimeout(c.t.Context(), 5*time.Second)
		defer cancel()
		c.workspace.OpenHome(user)
		_, err := c.workspace.AwaitHome(ctx, user, func(v slacksim.View) bool {
			shown = seen(v)
			return strings.Contains(shown, want)
		})
		return err == nil
	}
	eventually(c.t, "the home shows "+want, open)
	fmt.Fprintln(ts.Stdout(), shown)
}

// seen returns everything that a reader of a view sees.
func seen(v slacksim.View) string {
	var view struct{ Blocks json.RawMessage }
	_ = json.Unmarshal(v.Raw, &view)
	return content(slacksim.Message{Blocks: view.Blocks})
}

func (c *conversation) pressHome(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	user := c.workspace.User(c.speaker)
	direct, before := c.workspace.DM(user), ""
	for _, m := range c.workspace.Messages(direct, "") {
		before = m.TS
	}
	c.workspace.PressHome(user, strings.Join(args, " "))
	reply, err := c.workspace.Await(ctx, direct, "", func(m slacksim.Message) bool { return m.TS > before })
	ts.Check(err)
	c.last = reply
	fmt.Fprintln(ts.Stdout(), content(reply))
}

func (c *conversation) openFromHome(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	user := c.workspace.User(c.speaker)
	c.workspace.PressHome(user, strings.Join(args, " "))
	modal, err := c.workspace.Modal(ctx, user)
	ts.Check(err)
	c.modal, c.asked = modal, slacksim.Message{Channel: c.workspace.DM(user)}
	fmt.Fprintln(ts.Stdout(), string(modal.Raw))
}

func (c *conversation) deafen(*testscript.TestScript, bool, []string) { c.app.Deafen() }

func (c *conversation) sayUnheard(_ *testscript.TestScript, _ bool, args []string) {
	channel, thread := c.workspace.Channel(args[0]), ""
	switch args[0] {
	case "dm":
		channel = c.workspace.DM(c.workspace.User(c.speaker))
	case "thread":
		channel, thread = c.last.Channel, c.thread
	}
	c.unheard = append(c.unheard, c.workspace.Say(channel, c.workspace.User(c.speaker), strings.Join(args[1:], " "), slacksim.SayOptions{Thread: thread}))
}

func (c *conversation) drop(*testscript.TestScript, bool, []string) {
	c.app.DropSockets()
	eventually(c.t, "connected again", func() bool { return c.app.Connections() > 0 })
}

func (c *conversation) answers(ts *testscript.TestScript, _ bool, _ []string) {
	eventually(c.t, "everything is answered", func() bool { return c.sim.Stats().Unanswered() == 0 })
	for _, question := range c.unheard {
		ctx, cancel := context.WithTimeout(c.t.Context(), patience)
		replies, err := c.workspace.Replies(ctx, question, 1)
		cancel()
		ts.Check(err)
		fmt.Fprintln(ts.Stdout(), question.Text)
		for _, reply := range replies {
			fmt.Fprintln(ts.Stdout(), content(reply))
		}
	}
	c.unheard = nil
	if s := c.sim.Stats(); s.Twice > 0 {
		ts.Fatalf("%d have two answers", s.Twice)
	}
}

func (c *conversation) tunnel(ts *testscript.TestScript, _ bool, args []string) {
	t := cluster(c.t, args[0]).Tunnel(c.t)
	c.tunnels[args[0]] = t
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(t.Kubeconfig()), 0o600))
}

func (c *conversation) hang(_ *testscript.TestScript, _ bool, args []string) {
	c.tunnels[args[0]].Hang()
}
