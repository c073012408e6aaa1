package cli

import (
	"bytes"
	"io"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/slacksim"
)

// installation is somebody at a terminal who installs the app with a browser.
type installation struct {
	*testing.T
	sim *slacksim.Sim
	app *slacksim.App
	ws  *slacksim.Workspace
	dir string
	out string // everything that was printed
}

func newInstallation(t *testing.T, o slacksim.Options) *installation {
	t.Helper()
	sim := slacksim.New(o)
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	i := &installation{T: t, sim: sim, app: sim.AddApp(slacksim.AppOptions{}), dir: t.TempDir()}
	i.ws = sim.AddWorkspace(i.app, slacksim.TeamOptions{Name: "acme", Users: []string{"ann", "bob"}})
	return i
}

func (i *installation) run(in io.Reader, out io.Writer, args ...string) int {
	return Main(i.Context(), args, Streams{In: in, Out: out, Err: out, Environ: []string{"MULEBOT_DATA_DIR=" + i.dir, "MULEBOT_SLACK_API_URL=" + i.sim.URL(),
		"SLACK_APP_TOKEN=" + i.app.AppToken(), "SLACK_CLIENT_SECRET=" + i.app.ClientSecret()}})
}

var shown = regexp.MustCompile(`http://\S+/oauth/v2/authorize\S+`)

// install runs the command; the browser is given the address that it shows, and what it ends at is pasted.
func (i *installation) install(browser func(address string) string, args ...string) int {
	i.Helper()
	in, paste := io.Pipe()
	var out prompt
	once := sync.OnceFunc(func() {
		go func() { _, _ = io.WriteString(paste, browser(shown.FindString(out.String()))+"\n") }()
	})
	out.wrote = func(text string) {
		if strings.Contains(text, "Paste that address here") {
			once()
		}
	}
	code := i.run(in, &out, append([]string{"workspace", "install", "--client-id", i.app.ClientID()}, args...)...)
	i.out += out.String()
	return code
}

// prompt is a terminal that is read while it is written.
type prompt struct {
	mu    sync.Mutex
	text  bytes.Buffer
	wrote func(text string)
}

func (p *prompt) Write(b []byte) (int, error) {
	p.mu.Lock()
	p.text.Write(b)
	p.mu.Unlock()
	p.wrote(string(b))
	return len(b), nil
}

func (p *prompt) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func (i *installation) allow(address string) string {
	at, err := i.ws.Allow(address, i.ws.User("ann"))
	if err != nil {
		i.Error(err)
	}
	return at
}

func TestInstall(t *testing.T) {
	i := newInstallation(t, slacksim.Options{})
	i.ws.Uninstall()
	if code := i.install(i.allow); code != 0 {
		t.Fatalf("exit code %d: %s", code, i.out)
	}
	for _, want := range []string{"added workspace " + i.ws.ID() + " acme", i.ws.User("ann") + " is an admin"} {
		if !strings.Contains(i.out, want) {
			t.Errorf("%q is not in %s", want, i.out)
		}
	}
	var list bytes.Buffer
	if code := i.run(nil, &list, "workspace", "list"); code != 0 || !strings.Contains(list.String(), i.ws.ID()) {
		t.Errorf("exit code %d: %s", code, list.String())
	}
	for _, secret := range []string{i.ws.BotToken(), i.app.AppToken(), i.app.ClientSecret()} {
		if strings.Contains(i.out+list.String(), secret) {
			t.Errorf("%s is shown", secret)
		}
	}
}

func TestInstallRefuses(t *testing.T) {
	var at time.Time
	var mu sync.Mutex
	now := func() time.Time { mu.Lock(); defer mu.Unlock(); return at }
	pass := func(d time.Duration) { mu.Lock(); defer mu.Unlock(); at = at.Add(d) }
	pass(56 * 365 * 24 * time.Hour)
	i := newInstallation(t, slacksim.Options{Now: now})
	edited := func(edit func(url.Values)) func(string) string {
		return func(address string) string {
			u, _ := url.Parse(i.allow(address))
			query := u.Query()
			edit(query)
			u.RawQuery = query.Encode()
			return u.String()
		}
	}
	for name, c := range map[string]struct {
		browser func(string) string
		code    int
		want    string
	}{
		"nothing":         {func(string) string { return "" }, 2, "is not the address"},
		"the question":    {func(address string) string { return address + "&code=x" }, 4, "the code in that address"},
		"no code":         {edited(func(q url.Values) { q.Del("code") }), 4, "the code in that address"},
		"no state":        {edited(func(q url.Values) { q.Del("state") }), 2, "is not the address"},
		"another's state": {edited(func(q url.Values) { q.Set("state", "x") }), 4, "answers another question"},
		"another's code":  {edited(func(q url.Values) { q.Set("code", "1.2.x") }), 4, "the code in that address"},
		"too late":        {func(address string) string { defer pass(11 * time.Minute); return i.allow(address) }, 4, "the code in that address"},
		"declined": {func(address string) string {
			at, err := i.ws.Decline(address)
			if err != nil {
				t.Error(err)
			}
			return at
		}, 4, "access_denied"},
	} {
		before := len(i.out)
		if code := i.install(c.browser); code != c.code || !strings.Contains(i.out[before:], c.want) {
			t.Errorf("%s: exit code %d: %s", name, code, i.out[before:])
		}
	}
	if strings.Contains(i.out, "1.2.x") {
		t.Error("a code is shown")
	}
	var out bytes.Buffer
	for args, want := range map[string]string{
		"workspace install --client-id 1.2 --client-secret-file -": "standard input is where",
		"workspace install": "client-id",
	} {
		if code := i.run(strings.NewReader(""), &out, strings.Fields(args)...); code != 2 || !strings.Contains(out.String(), want) {
			t.Errorf("%s: exit code %d: %s", args, code, out.String())
		}
	}
	out.Reset()
	if i.run(nil, &out, "workspace", "list"); strings.Contains(out.String(), i.ws.ID()) {
		t.Errorf("a workspace was added: %s", out.String())
	}
}

// The installer is given by id or by name.
func TestInstaller(t *testing.T) {
	i := newInstallation(t, slacksim.Options{})
	add := func(installer string) (int, string) {
		var out bytes.Buffer
		code := Main(t.Context(), []string{"workspace", "add", "--installer", installer}, Streams{Out: &out, Err: &out, Environ: []string{"MULEBOT_DATA_DIR=" + i.dir,
			"MULEBOT_SLACK_API_URL=" + i.sim.URL(), "SLACK_APP_TOKEN=" + i.app.AppToken(), "SLACK_BOT_TOKEN=" + i.ws.BotToken()}})
		return code, out.String()
	}
	for installer, code := range map[string]int{"@nobody": 3, "mulebot": 3, "@bob": 0, "ANN": 0, i.ws.User("ann"): 0} {
		if got, out := add(installer); got != code {
			t.Errorf("%s: exit code %d: %s", installer, got, out)
		}
	}
	i.ws.AddUser("bob")
	if code, out := add("bob"); code != 2 || !strings.Contains(out, "2 people") {
		t.Errorf("exit code %d: %s", code, out)
	}
}
