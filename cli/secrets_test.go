package cli

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/slacksim"
)

// secretsPasted are secrets of all forms, each with a word in it that is nowhere else.
var secretsPasted = map[string]string{
	"hushbottoken":   "xoxb-1111-2222-hushbottoken",
	"hushapptoken":   "xapp-1-A1-2-hushapptoken",
	"hushusertoken":  "xoxp-3333-hushusertoken",
	"hushpem":        "-----BEGIN RSA PRIVATE KEY-----\nMIIhushpem\n-----END RSA PRIVATE KEY-----",
	"hushbearer":     "Authorization: Bearer hushbearer0123456789",
	"hushwebtoken":   "eyJhbGciOiJIUzI1NiJ9.eyJodXNoIjoxfQ.hushwebtoken",
	"hushurl":        "https://ann:hushurl@prom.example.com",
	"hushkubeconfig": "users: [{name: u, user: {token: hushkubeconfig012}}]",
}

// sinks are all places where something comes out of the program.
type sinks struct {
	mu  sync.Mutex
	out map[string]*bytes.Buffer
}

func (s *sinks) add(where, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out[where] == nil {
		s.out[where] = &bytes.Buffer{}
	}
	s.out[where].WriteString(text + "\n")
}

func (s *sinks) count(where, text string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out[where] == nil {
		return 0
	}
	return strings.Count(s.out[where].String(), text)
}

// to is a writer of a sink.
func (s *sinks) to(where string) io.Writer { return sinkWriter{s, where} }

type sinkWriter struct {
	*sinks
	where string
}

func (w sinkWriter) Write(p []byte) (int, error) {
	w.add(w.where, strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

// look fails for every secret in a sink, and for a sink that has too little in it to have been one.
func (s *sinks) look(t *testing.T, words []string, wanted ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, where := range wanted {
		if s.out[where] == nil || s.out[where].Len() < 10 {
			t.Errorf("nothing came out at %s", where)
		}
	}
	for where, text := range s.out {
		lower := strings.ToLower(text.String())
		for _, word := range words {
			if i := strings.Index(lower, strings.ToLower(word)); i >= 0 {
				t.Errorf("%s is told by %s: …%q…", word, where, lower[max(0, i-100):min(len(lower), i+60)])
			}
		}
	}
}

// TestSecretsStayInside gives secrets to every door, and looks for them at every place where something comes out.
func TestSecretsStayInside(t *testing.T) {
	s := &sinks{out: map[string]*bytes.Buffer{}}
	sim := slacksim.New(slacksim.Options{Limits: slacksim.Limits{Off: true}, OnPost: func(p slacksim.Post) {
		s.add("answers", p.Message.Text+string(p.Message.Blocks)+string(p.Message.Attachments)+string(p.Message.Metadata))
	}})
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	application := sim.AddApp(slacksim.AppOptions{})
	w := sim.AddWorkspace(application, slacksim.TeamOptions{Users: []string{"ann", "bob"}})
	ann := w.User("ann")
	w.SetAdmin(ann, true)
	broken := httptest.NewTLSServer(http.HandlerFunc(tellsSecrets))
	t.Cleanup(broken.Close)
	listen := freeAddress(t)
	dir := t.TempDir()
	d := &indiscreet{t: t, sinks: s, sim: sim, w: w, user: ann, kubeconfig: kubeconfigOf(broken),
		environ: []string{"HOME=" + dir, "MULEBOT_DATA_DIR=" + dir, "MULEBOT_SLACK_API_URL=" + sim.URL(), "MULEBOT_LISTEN=" + listen, "MULEBOT_LOG_LEVEL=debug",
			"MULEBOT_ANSWER_TIMEOUT=2s", "MULEBOT_KUBE_SYNC_TIMEOUT=1s", "MULEBOT_TENANTS_ADDRESS_ALLOW=127.0.0.0/8"}}
	tokens := []string{"SLACK_APP_TOKEN=" + application.AppToken(), "SLACK_BOT_TOKEN=" + w.BotToken()}
	d.configure()
	d.run("commands", tokens, d.kubeconfig, "workspace", "add")
	d.run("commands", nil, d.kubeconfig, "cluster", "add", "vault", "--kubeconfig", "-")
	d.run("commands", nil, d.kubeconfig, "card", "add", "--channel", "*", "--cluster", "vault")
	config := application.ConfigToken()
	d.run("doctor", nil, config, "doctor", "--config-token-file", "-")

	stop := d.serve()
	d.say()
	d.fillIn()
	d.trouble()
	d.lookHome()
	d.operate()
	d.read("http://"+listen+"/metrics", "metrics")
	d.read("http://"+listen+"/readyz", "readyz")
	d.run("audit", nil, "", "audit")
	d.run("doctor", nil, "", "store", "check")
	d.run("doctor", []string{"SLACK_CONFIG_TOKEN=" + config}, "", "doctor")
	application.ExpireToken(config)
	d.run("doctor", []string{"SLACK_CONFIG_TOKEN=" + config}, "", "doctor")
	stop()
	d.run("doctor", nil, "", "doctor")
	stored, err := os.ReadFile(filepath.Join(dir, "mulebot.db"))
	if err != nil {
		t.Fatal(err)
	}
	s.add("the store's bytes", string(stored))

	words := []string{application.AppToken(), w.BotToken(), config, strings.TrimPrefix(config, "xoxe.xoxp-1-"), "hushcluster", "hushserver", "hushslack"}
	for word := range secretsPasted {
		words = append(words, word)
	}
	s.look(t, words, "answers", "forms", "home", "log", "audit", "metrics", "readyz", "doctor", "commands", "configuration", "the store's bytes")
}

// tellsSecrets is an API server that answers with what nobody should see.
func tellsSecrets(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":"%s may not, with Bearer hushserver0123456789 and token: hushserver99"}`, r.URL.Path)
}

func kubeconfigOf(server *httptest.Server) string {
	ca := base64.StdEncoding.EncodeToString([]byte("-----BEGIN CERTIFICATE-----\n" + base64.StdEncoding.EncodeToString(server.Certificate().Raw) + "\n-----END CERTIFICATE-----\n"))
	return "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: \"" + server.URL + "\", certificate-authority-data: " + ca +
		"}}]\nusers: [{name: u, user: {token: hushcluster0123456789}}]\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n"
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// indiscreet is somebody who says secrets everywhere.
type indiscreet struct {
	t *testing.T
	*sinks
	sim              *slacksim.Sim
	w                *slacksim.Workspace
	user, kubeconfig string
	environ          []string
	channels         int
}

// channel is another one each time: in one channel, an answer a second is all that Slack takes.
func (d *indiscreet) channel() string {
	d.channels++
	return d.w.AddChannel(fmt.Sprint("storage-", d.channels), slacksim.ChannelOptions{})
}

// run runs a command, whatever comes of it.
func (d *indiscreet) run(sink string, environ []string, in string, args ...string) {
	Main(d.t.Context(), args, Streams{In: strings.NewReader(in), Out: d.to(sink), Err: d.to(sink), Environ: append(d.environ, environ...)})
}

// configure puts secrets where settings and files belong.
func (d *indiscreet) configure() {
	for _, secret := range secretsPasted {
		file := filepath.Join(d.t.TempDir(), "mulebot.yml")
		for _, text := range []string{fmt.Sprintf("%q: 1\n", secret), fmt.Sprintf("log: {level: %q}\n", secret), fmt.Sprintf("answer_timeout: %q\n", secret), secret} {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				d.t.Fatal(err)
			}
			d.run("configuration", nil, "", "--config", file, "card", "list")
		}
		for _, variable := range []string{"MULEBOT_LOG_LEVEL", "MULEBOT_SLACK_API_URL", "MULEBOT_KEY", "MULEBOT_TENANTS_ADDRESS_DENY", "MULEBOT_KUBE_PROMETHEUS"} {
			d.run("configuration", []string{variable + "=" + secret}, "", "card", "list")
		}
		d.run("commands", nil, secret, "cluster", "add", "x", "--kubeconfig", "-")
		d.run("commands", nil, "", "card", "add", "--team", secret, "--channel", secret, "--cluster", secret)
		d.run("commands", []string{"SLACK_APP_TOKEN=" + secret, "SLACK_BOT_TOKEN=" + secret}, "", "workspace", "add")
	}
}

// serve serves until stop is called.
func (d *indiscreet) serve() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- Main(ctx, []string{"serve"}, Streams{In: strings.NewReader(""), Out: d.to("log"), Err: d.to("log"), Environ: d.environ})
	}()
	stop = sync.OnceFunc(func() { cancel(); <-ended })
	d.t.Cleanup(stop)
	for tick := time.NewTicker(2 * time.Millisecond); d.w.App().Connections() == 0; {
		<-tick.C
	}
	return stop
}

func (d *indiscreet) patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(d.t.Context(), 30*time.Second)
}

// say says secrets in messages and commands.
func (d *indiscreet) say() {
	ctx, cancel := d.patience()
	defer cancel()
	for _, secret := range secretsPasted {
		for _, text := range []string{"why is volume %s not healthy?", "%s", "list the volumes in namespace %s", "describe pvc-1 %s please", "connect this channel to %s"} {
			said := d.w.Say(d.channel(), d.user, d.w.Mention()+" "+fmt.Sprintf(text, secret), slacksim.SayOptions{})
			if _, err := d.w.Reply(ctx, said); err != nil {
				d.t.Fatal(err)
			}
		}
		for _, line := range []string{"forget %s", "grant @bob operator on %s", "grant @bob viewer in namespace %s", "train %s", "train\n```nlu: %s```"} {
			if _, err := d.w.Command(d.channel(), d.user, "/mulebot "+fmt.Sprintf(line, secret)).Reply(ctx); err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

// fillIn fills secrets into forms, as texts and as files.
func (d *indiscreet) fillIn() {
	ctx, cancel := d.patience()
	defer cancel()
	submit := func(line string, values map[string]string) {
		d.t.Helper()
		command := d.w.Command(d.channel(), d.user, line)
		modal, err := d.w.Modal(ctx, d.user)
		if err != nil {
			d.t.Fatal(err)
		}
		d.add("forms", string(modal.Raw))
		if _, err := d.w.Fill(modal, d.user, values).Acked(ctx); err != nil {
			d.t.Fatal(err)
		}
		if _, err := command.Reply(ctx); err != nil {
			d.t.Fatal(err)
		}
	}
	submit("/mulebot import", map[string]string{"name": "vault2", "kubeconfig": d.kubeconfig})
	for _, secret := range secretsPasted {
		one := strings.ReplaceAll(secret, "\n", " ")
		submit("/mulebot import", map[string]string{"name": one, "kubeconfig": secret})
		submit("/mulebot import", map[string]string{"name": "x", "kubeconfig": strings.ReplaceAll(d.kubeconfig, "current-context: c", fmt.Sprintf("current-context: %q", secret))})
		submit("/mulebot import", map[string]string{"name": "x", "file": d.w.Upload("kubeconfig", []byte(d.kubeconfig+"\n"+secret+": [")).ID})
		submit("/mulebot import", map[string]string{"name": "x", "kubeconfig": d.kubeconfig, "context": one})
		submit("/mulebot setup", map[string]string{"clusters": "vault", "namespace": one})
		submit("/mulebot train", map[string]string{"yaml": "nlu:\n- intent: " + one + "\n  examples: |\n    - " + one + "\n" + secret})
		submit("/mulebot train", map[string]string{"file": d.w.Upload("own.yml", []byte(fmt.Sprintf("actions:\n- {intent: %q, http: {url: %q}}\n", secret, secret))).ID})
	}
}

// trouble has Slack answer with secrets.
func (d *indiscreet) trouble() {
	ctx, cancel := d.patience()
	defer cancel()
	for i, fault := range []slacksim.Fault{{Error: "xoxp-9-hushslack"}, {Status: 400, Error: "token: hushslack0123"}} {
		d.sim.FailNext("views.open", fault, 1)
		if _, err := d.w.Command(d.channel(), d.user, "/mulebot import").Reply(ctx); err != nil {
			d.t.Fatal(err)
		}
		d.sim.FailNext("chat.postMessage", fault, 1)
		d.w.Say(d.channel(), d.user, d.w.Mention()+" help", slacksim.SayOptions{})
		for tick := time.NewTicker(2 * time.Millisecond); d.count("log", "an answer could not be posted") <= i; {
			select {
			case <-tick.C:
			case <-ctx.Done():
				d.t.Fatal("an answer that Slack refuses is not logged")
			}
		}
	}
}

// operate gives secrets to commands that the process which serves carries out.
func (d *indiscreet) operate() {
	for _, secret := range secretsPasted {
		d.run("commands", nil, secret, "secret", "set", "pager", "--file", "-")
		where := filepath.Join(d.t.TempDir(), "prometheus")
		if err := os.WriteFile(where, []byte("https://u:"+secret+"@127.0.0.1"), 0o600); err != nil {
			d.t.Fatal(err)
		}
		d.run("commands", nil, strings.ReplaceAll(d.kubeconfig, "hushcluster", secret), "cluster", "add", "vault3", "--kubeconfig", "-", "--prometheus-file", where)
		d.run("commands", nil, d.kubeconfig, "cluster", "add", "vault4", "--kubeconfig", "-", "--prometheus", "https://u:"+secret+"@127.0.0.1")
		d.run("commands", nil, d.kubeconfig, "cluster", "add", secret, "--kubeconfig", "-")
		d.run("commands", nil, "x", "secret", "set", secret, "--file", "-")
		d.run("commands", nil, "", "card", "add", "--channel", secret, "--cluster", secret)
		d.run("commands", nil, "", "card", "add", "--channel", "*", "--cluster", "vault", "--namespace", secret)
		d.run("commands", nil, "", "role", "grant", secret, secret, "--cluster", secret, "--namespace", secret)
		d.run("commands", nil, "", "role", "grant", "bob", "operator", "--namespace", secret)
		for _, args := range [][]string{{"secret", "remove"}, {"cluster", "remove"}, {"cluster", "test"}, {"card", "remove"}, {"role", "revoke"}, {"workspace", "remove"}} {
			d.run("commands", nil, "", append(args, secret)...)
		}
	}
	for _, args := range [][]string{{"cluster", "test", "vault3"}, {"cluster", "list"}, {"secret", "list"}, {"role", "list"}, {"card", "list"}, {"workspace", "list"}} {
		d.run("commands", nil, "", args...)
	}
	if d.count("commands", "stored secret pager") != len(secretsPasted) || d.count("log", "doing a chore") < len(secretsPasted) {
		d.t.Error("the commands were not carried out by the process that serves")
	}
}

// lookHome opens the home tab, which holds what was asked lately.
func (d *indiscreet) lookHome() {
	ctx, cancel := d.patience()
	defer cancel()
	d.w.OpenHome(d.user)
	home, err := d.w.Home(ctx, d.user)
	if err != nil {
		d.t.Fatal(err)
	}
	d.add("home", string(home.Raw))
}

// read asks the program for something over HTTP.
func (d *indiscreet) read(url, sink string) {
	d.t.Helper()
	response, err := http.Get(url)
	if err != nil {
		d.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	d.add(sink, sink+": "+string(text))
}
