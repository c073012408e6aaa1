package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
	"github.com/mulebot/mulebot/store"
)

// tenantsEach is how many tenants an estate has.
const tenantsEach = 6

// common is a channel, and twin a cluster, that every tenant has under the same name.
const (
	common = models.ChannelID("C0COMMON")
	twin   = "harbor"
)

// estate is a server as it is served, but for clusters that are in memory, with tenants that have everything alike.
type estate struct {
	testing.TB
	*Server
	random  *rand.Rand
	tenants []*tenancy
	log     *bytes.Buffer

	messages, asked, pressed, forms, homes, stolen, found, posted, logged, leaks int
}

// tenancy is a tenant, and what of it only itself may see.
type tenancy struct {
	team     models.TeamID
	mark     string // in every name of its inventories, in its intents and errors
	secret   string // that its intents send, which nobody sees
	users    []models.UserID
	channels []models.ChannelID
	clusters []string
	names    map[string][]string // by kind
	said     map[string]bool     // what is others', and was said by its own people
	messages int

	buttons []models.Button
	form    *models.Form
	draft   *models.Action // a button about a draft
}

func newEstate(t testing.TB, seed uint64) *estate {
	t.Helper()
	sim := slacksim.New(slacksim.Options{Seed: seed, Limits: slacksim.Limits{Off: true}})
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	web := httptest.NewServer(http.HandlerFunc(echoHeader))
	t.Cleanup(web.Close)
	config, err := LoadConfig("", []string{"HOME=" + t.TempDir(), "MULEBOT_SLACK_API_URL=" + sim.URL(), "MULEBOT_INTENTS_HTTP_ALLOW=" + strings.TrimPrefix(web.URL, "http://"),
		"MULEBOT_TENANTS_ADDRESS_ALLOW=127.0.0.0/8"}) // where the servers of drafts would be: they are refused for nothing else
	if err != nil {
		t.Fatal(err)
	}
	e := &estate{TB: t, random: rand.New(rand.NewPCG(seed, 1)), log: &bytes.Buffer{}}
	e.Server, err = newServer(settingsOf(config), store.Memory(time.Now), zerolog.New(e.log))
	if err != nil {
		t.Fatal(err)
	}
	clusters := inMemory{}
	e.router.Inventory, e.router.Objects, e.router.Standing = clusters, clusters, nil
	for range tenantsEach {
		e.settle(sim, clusters, web.URL)
	}
	e.read("setting up")
	return e
}

// echoHeader answers with what only the sender of a request knows, but not with all of its secret, which would not be shown.
func echoHeader(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"you": %q}`, strings.TrimPrefix(r.Header.Get("X-Pager"), "secret-"))
}

// settle makes a tenant.
func (e *estate) settle(sim *slacksim.Sim, clusters inMemory, url string) {
	h := &tenancy{said: map[string]bool{}, names: map[string][]string{}, mark: e.newMark(), secret: e.newMark()}
	application := sim.AddApp(slacksim.AppOptions{})
	ws := sim.AddWorkspace(application, slacksim.TeamOptions{Name: "acme", Users: []string{"ann", "bob", "cyd"}, Channels: []string{"storage", "random"}})
	ws.SetAdmin(ws.User("ann"), true)
	h.team = models.TeamID(ws.ID())
	h.users = []models.UserID{models.UserID(ws.User("ann")), models.UserID(ws.User("bob")), models.UserID(ws.User("cyd"))}
	h.channels = []models.ChannelID{models.ChannelID(ws.Channel("storage")), models.ChannelID(ws.Channel("random")), common, models.ChannelID(ws.DM(ws.User("bob")))}
	ctx := e.Context()
	e.must(e.store.PutWorkspace(ctx, models.Workspace{Team: h.team, Name: ws.Name(), AppToken: models.Secret(application.AppToken()), BotToken: models.Secret(ws.BotToken())}))
	own, sick, broken := "quarry-"+h.mark, "sick-"+h.mark, "broken-"+h.mark
	h.clusters = []string{twin, own, sick, broken}
	clusters[models.ClusterRef{Team: h.team, Name: twin}] = always(h.take(marked(e.TB, 0, twin, h.mark)))
	clusters[models.ClusterRef{Team: h.team, Name: own}] = always(h.take(marked(e.TB, 1, own, h.mark)))
	clusters[models.ClusterRef{Team: h.team, Name: sick}] = func() (*models.Inventory, error) {
		return nil, &models.Error{Kind: models.Unavailable, Message: "cluster `" + sick + "` does not answer: dial api-" + h.mark, Hint: "see whether node-" + h.mark + " runs"}
	}
	clusters[models.ClusterRef{Team: h.team, Name: broken}] = func() (*models.Inventory, error) {
		return nil, errors.New("reading " + broken + ": no route to host-" + h.mark)
	}
	h.names["cluster"] = h.clusters
	e.repair(h)
	e.must(e.store.PutSecret(ctx, h.team, "pager", models.Secret("secret-"+h.mark)))
	e.must(e.workshop.Activate(ctx, h.team, own3(h.mark, url)))
	e.tenants = append(e.tenants, h)
}

// repair puts back what the people of a tenant may have taken away, as an operator does.
func (e *estate) repair(h *tenancy) {
	ctx := e.Context()
	for _, name := range h.clusters {
		e.must(e.store.PutCluster(ctx, models.Cluster{Ref: models.ClusterRef{Team: h.team, Name: name}, Kubeconfig: models.Secret(h.kubeconfig())}))
	}
	for i, c := range h.channels[:len(h.channels)-1] {
		e.must(e.store.PutCard(ctx, models.Card{Team: h.team, Channel: c, Clusters: h.clusters[:2+i%3], Posting: soon(), By: h.users[0]}))
	}
	id := fmt.Sprintf("%08x", e.random.Uint32())
	e.must(e.store.PutDraft(ctx, h.team, id, map[string]string{"name": "kept-" + h.mark, "kubeconfig": h.kubeconfig()}))
	h.draft = &models.Action{Intent: []string{"import.keep", "import.try"}[e.random.IntN(2)], Values: map[string]string{"draft": id}}
	e.must(e.store.PutGrant(ctx, models.Grant{Team: h.team, Who: string(h.users[1]), Role: models.Operator, Clusters: h.clusters[:2], Namespaces: []string{"ns-" + h.mark}, By: h.users[0]}))
}

// soon is what a card wants to be posted every day, half an hour from now.
func soon() models.Posting {
	at := time.Now().UTC().Add(30 * time.Minute)
	return models.Posting{Days: models.Daily, At: 60*at.Hour() + at.Minute()}
}

func (e *estate) must(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

// newMark makes up what is in no other word.
func (e *estate) newMark() string {
	mark := []byte("z")
	for range 4 {
		mark = append(mark, "bdgkvxz"[e.random.IntN(7)], "aiou"[e.random.IntN(4)])
	}
	return string(mark)
}

// own3 are a tenant's own intents: what they are asked with is the same for all.
func own3(mark, url string) map[string]string {
	examples := func(intent string, phrases ...string) string {
		return "- intent: " + intent + "\n  examples: |\n    - " + strings.Join(phrases, "\n    - ") + "\n"
	}
	return map[string]string{
		"nlu.yml": "version: \"3.1\"\nnlu:\n" +
			examples("menu_"+mark, menuAsked...) + examples("pager_"+mark, pagerAsked...) + examples("lamps_"+mark, lampsAsked...),
		actions.File: "version: \"1\"\nactions:\n" +
			"- {intent: menu_" + mark + ", does: read the menu of " + mark + ", reply: \"Soup of " + mark + ".\"}\n" +
			"- intent: pager_" + mark + "\n  http: {url: \"" + url + "/\", headers: {X-Pager: {text: \"\", secret: pager}}, reply: \"You are {{.result.you}}.\"}\n" +
			"- intent: lamps_" + mark + "\n  kubernetes: {version: v1, resource: lamps, columns: [{title: Name, path: .metadata.name}]}\n",
	}
}

var (
	menuAsked  = []string{"what is for lunch", "lunch menu please", "what does the canteen serve", "is there soup today", "menu of the canteen"}
	pagerAsked = []string{"who carries the pager", "whose pager is it tonight", "tell me who has the pager", "pager duty of today", "who is paged"}
	lampsAsked = []string{"list the lamps", "which lamps are lit", "show me every lamp", "are the lamps on", "lamps of the hall"}
)

// marks are what only the tenant has.
func (h *tenancy) marks() []string {
	all := []string{h.mark, h.secret, strings.ToLower(string(h.team))}
	for _, u := range h.users {
		all = append(all, strings.ToLower(string(u)))
	}
	for _, c := range h.channels {
		if c != common {
			all = append(all, strings.ToLower(string(c)))
		}
	}
	return all
}

func (h *tenancy) kubeconfig() string {
	return "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: \"https://127.0.0.1:1\"}}]\nusers: [{name: u, user: {token: " + h.secret + "}}]\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n"
}

// message is a message of somebody of the tenant, with an id that others have too.
func (h *tenancy) message(e *estate) models.Message {
	h.messages++
	kinds := []models.MessageKind{models.Mention, models.InThread, models.Command}
	m := models.Message{ID: fmt.Sprint("m", h.messages), Team: h.team, Kind: kinds[e.random.IntN(len(kinds))], At: time.Now(),
		Channel: h.channels[e.random.IntN(len(h.channels))], User: h.users[e.random.IntN(len(h.users))], Thread: models.ThreadID(fmt.Sprint(e.random.IntN(3))),
		Shared: e.random.IntN(10) == 0, Mentions: map[string]string{"@bob": string(h.users[1]), "#random": string(h.channels[1])}}
	if m.Channel == h.channels[len(h.channels)-1] {
		m.Kind = models.Direct
	}
	return m
}

// name is one of the tenant's names of a kind; of any kind if it is empty.
func (h *tenancy) name(random *rand.Rand, kind string) string {
	if kind == "" {
		kinds := []string{"claim", "namespace", "node", "pool", "cluster"}
		kind = kinds[random.IntN(len(kinds))]
	}
	return h.names[kind][random.IntN(len(h.names[kind]))]
}

// keep remembers what can be pressed and filled in of a reply.
func (h *tenancy) keep(r models.Reply) {
	if r.Form != nil {
		h.form = r.Form
	}
	h.buttons = append(h.buttons, r.Buttons...)
	h.buttons = h.buttons[max(0, len(h.buttons)-12):]
}

// take notes the names of an inventory, and returns it.
func (h *tenancy) take(inv *models.Inventory) *models.Inventory {
	add := func(kind, name string) {
		if name != "" {
			h.names[kind] = append(h.names[kind], name)
		}
	}
	for _, v := range inv.Volumes {
		add("claim", v.Claim)
		add("volume", v.Name)
	}
	for _, p := range inv.Pools {
		add("pool", p.Name)
	}
	for _, n := range inv.Nodes {
		add("node", n.Name)
	}
	for _, n := range inv.Namespaces {
		add("namespace", n)
	}
	return inv
}

// inMemory are clusters that need no server.
type inMemory map[models.ClusterRef]func() (*models.Inventory, error)

func always(inv *models.Inventory) func() (*models.Inventory, error) {
	return func() (*models.Inventory, error) { return inv, nil }
}

func (c inMemory) Inventory(_ context.Context, ref models.ClusterRef) (*models.Inventory, error) {
	ref.As = ""
	if get := c[ref]; get != nil {
		return get()
	}
	return nil, &models.Error{Kind: models.NotFound, Message: "there is no cluster " + ref.Name, Hint: "import it"}
}

func (c inMemory) Reading(models.ClusterRef) (models.Reading, bool) { return models.Reading{}, false }

func (c inMemory) Objects(ctx context.Context, ref models.ClusterRef, _ models.ObjectQuery) (models.ObjectRows, error) {
	inv, err := c.Inventory(ctx, ref)
	if err != nil {
		return models.ObjectRows{}, err
	}
	return models.ObjectRows{Rows: [][]string{{"lamp-" + inv.Nodes[0].Name}}}, nil
}

// samples are the inventories of the sample clusters.
var samples = sync.OnceValues(func() (all []*models.Inventory, err error) {
	for _, c := range demo.Clusters() {
		inv, failed := kube.ReadDir(c.Name, c.Files, time.Time{})
		all, err = append(all, inv), errors.Join(err, failed)
	}
	return all, err
})

// marked is a sample cluster under another name, each of whose names has a mark behind it, wherever the inventory has it.
func marked(t testing.TB, which int, cluster, mark string) *models.Inventory {
	t.Helper()
	all, err := samples()
	if err != nil {
		t.Fatal(err)
	}
	replacer := strings.NewReplacer(pairs(all[which], mark)...)
	inv := rebuilt(reflect.ValueOf(*all[which]), replacer).Interface().(models.Inventory)
	inv.Cluster = cluster
	return &inv
}

// pairs are the names of an inventory, the longest first, each with what it is replaced by.
func pairs(inv *models.Inventory, mark string) (list []string) {
	h := &tenancy{names: map[string][]string{}}
	h.take(inv)
	var names []string
	for _, kind := range h.names {
		names = append(names, kind...)
	}
	for _, p := range inv.Pods {
		names = append(names, p.Name)
	}
	for _, s := range inv.Snapshots {
		names = append(names, s.Name)
	}
	for _, s := range inv.StorageClasses {
		names = append(names, s.Name)
	}
	for _, b := range inv.BlockDevices {
		names = append(names, b.Name)
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	for _, name := range slices.Compact(names) {
		if len(name) > 3 {
			list = append(list, name, name+"-"+mark)
		}
	}
	return list
}

// rebuilt copies a value with all texts in it replaced.
func rebuilt(v reflect.Value, r *strings.Replacer) reflect.Value {
	fresh := reflect.New(v.Type()).Elem()
	fresh.Set(v)
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			fresh.SetString(r.Replace(v.String()))
		}
	case reflect.Slice:
		if v.IsNil() {
			break
		}
		fresh.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			fresh.Index(i).Set(rebuilt(v.Index(i), r))
		}
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*time.Location]() {
			fresh.Set(reflect.New(v.Type().Elem()))
			fresh.Elem().Set(rebuilt(v.Elem(), r))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fresh.Field(i).Set(rebuilt(v.Field(i), r))
			}
		}
	}
	return fresh
}

// What people say, with a kind of name in braces.
var (
	questionsAsked = slices.Concat([]string{
		"describe {claim}", "describe {volume}", "is {claim} healthy?", "which volumes are degraded?", "list the volumes in namespace {namespace}", "the 5 fullest volumes",
		"what is on node {node}?", "can I drain {node}?", "what breaks if {node} dies?", "what if pool {pool} fails?", "how much space is left?", "describe pool {pool}",
		"which app uses {claim}?", "replicas of {claim}", "why is {claim} not healthy?", "why is {volume} down?", "warnings about {claim}", "what happened in the last 2 hours?",
		"is everything ok?", "is everything ok on {cluster}?", "compare the clusters", "used space by namespace", "volumes per engine", "list all pods", "list the snapshots",
		"which storage classes are there?", "list the nodes", "show all block devices", "where would a 100Gi volume fit?", "volumes on {cluster}", "claims over 80% on {cluster}",
		"what about {claim}", "{claim}", "{node}?", "{pool} {node}", "compare {claim} and {claim}", "help", "what can you do?", "help with pools", "which clusters do I ask about here?",
		"give me the summary", "the summary of the last 3 days", "frobnicate {claim}", "delete {volume}", "the weather in {namespace}", "list everything in {namespace} on {cluster}",
	}, menuAsked[:2], pagerAsked[:2], lampsAsked[:2])
	followUps = []string{"only on {cluster}", "and on {cluster}?", "the second one", "the first one", "its replicas", "who uses it", "why?", "more", "sort by size", "how many is that?",
		"group by namespace", "only the cstor ones", "without {namespace}", "in namespace {namespace}", "2", "yes", "what happened to it", "and {claim}?", "what about node {node}?", "{namespace}", "show its pool"}
	officeTalk = []string{"setup", "cards", "import", "roles", "train", "", "forget {cluster}", "grant @bob operator on {cluster}", "grant @bob viewer in namespace {namespace}", "revoke @bob operator",
		"connect this channel to {cluster}", "stop watching {cluster} in this channel", "which clusters are connected here?", "make @bob an admin on {cluster}", "forget no-such", "grant @bob boss", "grant nobody admin on {node}",
		"show me the cards", "what is my role?", "connect #random to {cluster}", "disconnect #random from {cluster}", "remove the cluster {cluster}", "edit the card of this channel",
		"post a summary here every day at 9", "post a summary in #random on mondays at 8:30", "post a summary here", "stop posting here"}
)
