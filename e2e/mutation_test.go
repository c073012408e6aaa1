package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// mutation is one field of one object, changed, and which answers that concerns. Both are said by the manifests alone, with
// none of the code that answers: keys of the battery, such as "volume pvc-1" or "list pools".
type mutation struct {
	what string
	must []string // answers that have to change
	may  []string // answers that show a consequence, if there is one: no other answer may change
}

// mutations is how many changes are tried, and mutationSeed which.
const (
	mutations    = 200
	mutationSeed = 20260115
)

// sampleNow is the moment that the sample clusters are judged at.
var sampleNow = time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)

// lists are the questions of the battery that are about many things, by key.
var lists = map[string]string{
	"list volumes":    "list volumes",
	"list sick":       "which volumes are not healthy?",
	"list sizes":      "total size of all volumes",
	"list engines":    "volumes per engine",
	"list redundancy": "which volumes have no redundancy left?",
	"list replicas":   "list all replicas",
	"list claims":     "list claims",
	"list unused":     "which claims are unused?",
	"list resizes":    "which claims are waiting for a resize?",
	"list pools":      "list pools",
	"list free":       "total free space of all pools",
	"list full":       "pools over 80% full",
	"list nodes":      "list nodes",
	"list cordoned":   "which nodes are cordoned?",
	"list classes":    "list storage classes",
	"list snapshots":  "list snapshots",
	"list pods":       "list pods",
	"list restarts":   "pods with more than 15 restarts",
	"list disks":      "list block devices",
	"list unclaimed":  "unclaimed block devices",
	"list quotas":     "list storage quotas",
}

// battery returns the questions to a sample cluster: about every thing in it, and the lists.
func battery(s *sample) map[string]string {
	all := maps.Clone(lists)
	for _, pv := range s.kind("PersistentVolume") {
		if !s.jivasOwn(pv) {
			all["volume "+meta(pv, "name")] = "describe volume " + meta(pv, "name")
		}
	}
	for _, c := range s.kind("PersistentVolumeClaim") {
		if !strings.Contains(meta(c, "name"), "jiva-rep") {
			all["claim "+scopedName(c)] = "describe claim " + scopedName(c)
		}
	}
	for _, p := range s.kind("Pod") {
		if len(s.claims(p)) > 0 {
			all["pod "+scopedName(p)] = "describe pod " + scopedName(p)
		}
	}
	for _, n := range s.kind("Node") {
		all["node "+meta(n, "name")] = "describe node " + meta(n, "name")
	}
	for _, c := range s.kind("StorageClass") {
		all["class "+meta(c, "name")] = "describe storage class " + meta(c, "name")
	}
	for _, v := range s.kind("VolumeSnapshot") {
		all["snapshot "+scopedName(v)] = "describe snapshot " + scopedName(v)
	}
	for _, p := range s.pools() {
		all[p.key()] = "describe pool " + p.name + " on " + p.node
	}
	return all
}

// asker asks a cluster that is given as objects.
type asker struct {
	model *nlp.Model
	t     *testing.T
}

// ask returns the answers of a battery over a cluster.
func (a asker) ask(s *sample, questions map[string]string) map[string]string {
	inv, err := kube.ReadDir(s.cluster, s.folder(a.t), sampleNow)
	if err != nil {
		a.t.Fatal(err)
	}
	router, err := intents.New(intents.Options{Model: a.model, Inventory: kube.Offline{s.cluster: inv}, Tenants: oneCard(s.cluster), Log: zerolog.Nop()})
	if err != nil {
		a.t.Fatal(err)
	}
	answers := map[string]string{}
	for key, question := range questions {
		reply := router.Respond(a.t.Context(), models.Message{Team: models.Local, Text: question, Kind: models.Typed})
		if reply.Err != nil || reply.AskedBack || !strings.HasPrefix(key, "list") && reply.Intent != "describe" {
			a.t.Fatalf("%q is not understood as it must be: %s, %s", question, reply.Intent, reply.Text)
		}
		shown, err := json.Marshal([]any{reply.Text, reply.Facts, reply.Table, reply.Notes})
		if err != nil {
			a.t.Fatal(err)
		}
		answers[key] = string(shown)
	}
	return answers
}

// TestMutations changes one field of a sample cluster at a time and asks the battery: the answers that the change concerns
// must be other ones, and all others the same to the letter.
func TestMutations(t *testing.T) {
	a := asker{trained(t), t}
	samples, before := map[string]*sample{}, map[string]map[string]string{}
	for _, c := range demo.Clusters() {
		s := &sample{cluster: c.Name, all: manifests(t, c.Files)}
		samples[c.Name], before[c.Name] = s, a.ask(s, battery(s))
	}
	r := rand.New(rand.NewPCG(mutationSeed, 0))
	right, tried := 0, map[string]int{}
	for n := range mutations {
		kind := mutationKinds[n%len(mutationKinds)]
		tried[kind.name]++
		s := samples[kind.cluster].clone(t)
		m := kind.change(s, r)
		answers := a.ask(s, battery(samples[kind.cluster]))
		if wrong := m.judge(before[kind.cluster], answers); len(wrong) > 0 {
			t.Errorf("%s of %s: %s\n%s", kind.name, kind.cluster, m.what, strings.Join(wrong, "\n"))
			continue
		}
		right++
	}
	t.Logf("%d of %d changes of %d kinds: the answers concerned changed and no other did", right, mutations, len(tried))
}

// judge says which answers changed that must not have, and which did not that must.
func (m mutation) judge(before, after map[string]string) []string {
	var wrong []string
	for _, key := range m.must {
		if _, ok := before[key]; !ok {
			wrong = append(wrong, "there is no question "+key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		changed := before[key] != after[key]
		switch {
		case !changed && slices.Contains(m.must, key):
			wrong = append(wrong, "unchanged: "+key)
		case changed && !slices.Contains(m.must, key) && !slices.Contains(m.may, key):
			wrong = append(wrong, fmt.Sprintf("changed: %s\n  before %s\n  after  %s", key, excerpt(before[key], after[key]), excerpt(after[key], before[key])))
		}
	}
	return wrong
}

// excerpt is what of a text is about where it ceases to be the other one.
func excerpt(text, other string) string {
	at := 0
	for at < len(text) && at < len(other) && text[at] == other[at] {
		at++
	}
	return text[max(0, at-60):min(len(text), at+120)]
}

// TestMutationsAreJudged proves that the judge sees both faults: an answer that does not follow, and one that does though it
// is not concerned.
func TestMutationsAreJudged(t *testing.T) {
	before := map[string]string{"volume a": "1", "volume b": "1", "list volumes": "1"}
	m := mutation{must: []string{"volume a"}, may: []string{"list volumes"}}
	for _, tt := range []struct {
		name  string
		after map[string]string
		wrong int
	}{
		{"as it must be", map[string]string{"volume a": "2", "volume b": "1", "list volumes": "1"}, 0},
		{"with a consequence", map[string]string{"volume a": "2", "volume b": "1", "list volumes": "2"}, 0},
		{"the answer concerned is the same", map[string]string{"volume a": "1", "volume b": "1", "list volumes": "2"}, 1},
		{"another one changed", map[string]string{"volume a": "2", "volume b": "2", "list volumes": "1"}, 1},
	} {
		if wrong := m.judge(before, tt.after); len(wrong) != tt.wrong {
			t.Errorf("%s: %q", tt.name, wrong)
		}
	}
}
