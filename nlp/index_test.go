package nlp

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// manyNames makes names as clusters have them: half of them volumes with random UUIDs, and claims, pods and nodes.
func manyNames(n int, rnd *rand.Rand) []Name {
	words := strings.Fields("mysql postgres kafka redis mongo elastic minio grafana prometheus loki gitlab jenkins nexus vault consul " +
		"cassandra etcd zookeeper rabbit clickhouse influx keycloak harbor sentry matomo nextcloud wordpress ghost odoo zabbix")
	parts := strings.Fields("data logs backup master slave primary cache wal index shard broker ingest query store media")
	names := make([]Name, 0, n)
	seen := map[string]bool{}
	for len(names) < n {
		var x Name
		app := words[rnd.IntN(len(words))]
		team := fmt.Sprintf("%c%c%c", 'a'+rnd.IntN(26), 'a'+rnd.IntN(26), 'a'+rnd.IntN(26))
		switch k := rnd.IntN(20); {
		case k < 10:
			x = Name{"volume", "pvc-" + uuid(rnd), "", "c"}
		case k < 15:
			x = Name{"claim", fmt.Sprintf("%s-%s-%s-%d", parts[rnd.IntN(len(parts))], app, team, rnd.IntN(12)), team, "c"}
		case k < 19:
			x = Name{"pod", fmt.Sprintf("%s-%s-%d", app, team, rnd.IntN(12)), team, "c"}
		default:
			x = Name{"node", fmt.Sprintf("worker-%s-%d", team, rnd.IntN(100)), "", "c"}
		}
		if !seen[x.Value] {
			seen[x.Value] = true
			names = append(names, x)
		}
	}
	return names
}

func uuid(rnd *rand.Rand) string {
	a, b := rnd.Uint64(), rnd.Uint64()
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", a>>32, a>>16&0xffff, a&0xffff, b>>48, b&0xffffffffffff)
}

// misspell makes one typo in a letter of a word of five letters or more, so that it is a typo and not another name.
func misspell(name string, rnd *rand.Rand) string {
	var at []int
	for i := 1; i+2 < len(name); i++ {
		if isLetter(name[i-1]) && isLetter(name[i]) && isLetter(name[i+1]) && isLetter(name[i+2]) && name[i] != name[i+1] {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return name
	}
	i := at[rnd.IntN(len(at))]
	switch rnd.IntN(3) {
	case 0:
		return name[:i] + name[i+1:]
	case 1:
		return name[:i] + name[i+1:i+2] + name[i:i+1] + name[i+2:]
	}
	return name[:i] + name[i:i+1] + name[i:]
}

func TestLinkGenerated(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	names := manyNames(100_000, rnd)
	x := NewIndex(names...)
	e := testExtractor(t)
	kinds := []string{"exact", "typo", "separators", "order", "prefix", "possessive", "quoted", "log", "scope"}
	right, asked, missed, wrong := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for i := range 1000 {
		n := names[rnd.IntN(len(names))]
		kind := kinds[i%len(kinds)]
		text := ""
		spaced := strings.ReplaceAll(n.Value, "-", " ")
		switch kind {
		case "exact":
			text = "describe " + n.Value
		case "typo":
			text = "describe " + misspell(n.Value, rnd)
		case "separators":
			text = "how is " + spaced + " doing"
			if n.Type == "volume" {
				text = "how is " + strings.ToUpper(n.Value) + " doing"
			}
		case "order":
			w := strings.Fields(spaced)
			if len(w) > 4 {
				w = []string{n.Value}
			}
			rnd.Shuffle(len(w), func(i, j int) { w[i], w[j] = w[j], w[i] })
			text = "describe " + strings.Join(w, " ")
		case "prefix":
			text = "describe " + n.Value[:min(len(n.Value), 16)]
		case "possessive":
			text = "what is " + n.Value + "'s state?"
		case "quoted":
			text = "describe `" + n.Value + "`"
		case "log":
			text = `MountVolume.SetUp failed for volume "` + n.Value + `" : rpc error: code = Internal`
		case "scope":
			text = "describe " + n.Value
			if n.Scope != "" {
				text = "describe " + n.Scope + "/" + n.Value
			}
		}
		found := e.extract(text, tokenise(text), x, e.now())
		outcome := "missed"
		for _, f := range found {
			if f.Source != FromName || f.Type == UnknownName {
				continue
			}
			outcome = "wrong"
			top := 0
			for top < len(f.Candidates) && f.Candidates[top].Score == f.Candidates[0].Score {
				top++
			}
			for _, c := range f.Candidates[:top] {
				if c.Name == n {
					outcome = "asked"
				}
			}
			if outcome == "asked" && top == 1 {
				outcome = "right"
			}
			if outcome == "wrong" && top > 1 {
				outcome = "missed" // asked back, without the right one
			}
			if outcome == "wrong" {
				t.Logf("%s: %q is taken for %v, not %v", kind, text, f.Candidates[0], n)
			}
		}
		map[string]map[string]int{"right": right, "asked": asked, "missed": missed, "wrong": wrong}[outcome][kind]++
	}
	good := 0
	for _, k := range kinds {
		t.Logf("%-12s right %3d asked %3d missed %3d wrong %3d", k, right[k], asked[k], missed[k], wrong[k])
		good += right[k] + asked[k]
		if wrong[k] > 0 {
			t.Errorf("%s: %d are taken for another name", k, wrong[k])
		}
	}
	if good < 980 {
		t.Errorf("%d of 1000 are right or among the likeliest, want 980", good)
	}
}

// TestIndexChanges compares an index that names come to and go from with one made at once of what is left.
func TestIndexChanges(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	names := manyNames(3000, rnd)
	names = append(names, Name{"namespace", "mysql", "", "c"}, Name{"workload", "mysql", "db", "c"}, Name{"workload", "mysql", "db", "d"})
	x, left := NewIndex(), map[Name]bool{}
	for range 12_000 {
		n := names[rnd.IntN(len(names))]
		if rnd.IntN(3) > 0 {
			x.Add(n)
			left[n] = true
		} else {
			x.Remove(n)
			delete(left, n)
		}
	}
	fresh := NewIndex()
	for n := range left {
		fresh.Add(n)
	}
	if x.Len() != len(left) {
		t.Errorf("%d names, want %d", x.Len(), len(left))
	}
	for _, n := range names {
		for _, ref := range []string{n.Value, n.Value[:len(n.Value)/2], misspell(n.Value, rnd), "c/" + n.Value, strings.ReplaceAll(n.Value, "-", " ")} {
			if diff := cmp.Diff(fresh.Lookup(ref, 20), x.Lookup(ref, 20)); diff != "" && len(x.prefix(ref, 100)) < 50 {
				t.Fatalf("%q: %s", ref, diff)
			}
		}
	}
	for n := range left {
		x.Remove(n)
	}
	if x.Len() != 0 || len(x.spelt) != 0 || len(x.order.blocks) != 0 || len(x.scopes) != 0 || len(x.Lookup("mysql", 5)) != 0 {
		t.Errorf("something stays of names that went: %d, %d, %v", x.Len(), len(x.spelt), x.scopes)
	}
}

// TestIndexEnds calls names by the random word at their end.
func TestIndexEnds(t *testing.T) {
	pool, pod := Name{Type: "pool", Value: "cspc-prod-p4vn"}, Name{Type: "pod", Value: "web-7d4b9c-x2x8z"}
	twin := Name{Type: "pod", Value: "api-7d4b9c-x2x8z"}
	x := NewIndex(pool, pod, twin, Name{Type: "node", Value: "worker-12"}, Name{Type: "node", Value: "rack-node12"},
		Name{Type: "volume", Value: "pvc-689bc1d2-0000-4000-8000-00000000ab12"})
	for ref, want := range map[string]int{"p4vn": 1, "x2x8z": 2, "node12": 0, "00000000ab12": 0, "p4v": 0} {
		found := x.end(ref, 5)
		if len(found) != want || want == 1 && found[0].Score != scorePrefix || want > 1 && found[0].Score != scorePrefixes {
			t.Errorf("%q means %v", ref, found)
		}
	}
	x.Remove(pod)
	if found := x.Lookup("x2x8z", 5); len(found) != 1 || found[0].Name != twin {
		t.Errorf("after one was removed: %v", found)
	}
	x.Remove(twin)
	if len(x.ends) != 1 {
		t.Errorf("left over: %v", x.ends)
	}
}

// TestIndexNumbers takes no number for a longer one, but offers it.
func TestIndexNumbers(t *testing.T) {
	x := NewIndex()
	for _, name := range []string{"data-mysql-10", "gitaly-before-18", "gitaly-before-19", "worker12", "pvc-68912345-0000-4000-8000-00000000ab12", "disk-68ab12",
		"daily-202601150930", "log-1-old", "log-12"} {
		x.Add(Name{Type: "claim", Value: name})
	}
	for ref, want := range map[string]string{
		"data-mysql-1": "", "gitaly-before-1": "", "worker1": "", "data-mysql": "data-mysql-10", "data-mysql-": "data-mysql-10",
		"pvc-68": "pvc-68912345-0000-4000-8000-00000000ab12", "6891": "pvc-68912345-0000-4000-8000-00000000ab12", "disk-6": "disk-68ab12",
		"disk-68ab1": "disk-68ab12", "daily-20260115": "daily-202601150930", "log-1": "log-1-old",
	} {
		found, got := x.Lookup(ref, 5), ""
		if len(found) > 0 && found[0].Score >= acceptable {
			got = found[0].Value
		}
		if got != want || len(found) == 0 {
			t.Errorf("%q means %q, want %q of %v", ref, got, want, found)
		}
	}
}

func TestIndexConcurrently(t *testing.T) {
	names := manyNames(500, rand.New(rand.NewPCG(7, 8)))
	x := NewIndex()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j, n := range names {
				switch (i + j) % 4 {
				case 0:
					x.Remove(n)
				case 1:
					x.Lookup(n.Value[:len(n.Value)-1], 5)
				default:
					x.Add(n)
				}
			}
		})
	}
	wg.Wait()
	if x.Len() == 0 {
		t.Error("no name stays")
	}
}

func TestGazetteers(t *testing.T) {
	a := NewIndex(Name{"claim", "data-mysql-0", "db", "east"}, Name{"node", "node-1", "", "east"})
	b := NewIndex(Name{"claim", "data-mysql-0", "db", "west"}, Name{"claim", "data-mysql-00", "db", "west"})
	got := Gazetteers{a, b, Gazetteers{}}.Lookup("data-mysql-0", 5)
	if len(got) != 2 || got[0].Group != "east" || got[1].Group != "west" || got[0].Score != 1 || got[1].Score != 1 {
		t.Errorf("the same name in two clusters: %v", got)
	}
	if got := (Gazetteers{a, b}).Lookup("node-", 5); len(got) != 1 || got[0].Value != "node-1" {
		t.Errorf("a prefix: %v", got)
	}
	if got := (Gazetteers{a, b}).Lookup("data-mysql-0", 1); len(got) != 1 {
		t.Errorf("the limit is 1: %v", got)
	}
	c := NewIndex(Name{"claim", "data-mysql-0", "shop", "south"})
	if got := (Gazetteers{a, c}).Lookup("shop/data-mysql-0", 5); len(got) != 1 || got[0].Scope != "shop" {
		t.Errorf("a namespace that only one of them has: %v", got)
	}
	if got := c.Exact("describe shop/data-mysql-0", 5); len(got) != 0 {
		t.Errorf("a word before a namespace is no part of it: %v", got)
	}
}

// FuzzLookup checks that scores are sound and that a name, once added, is found by its spelling.
func FuzzLookup(f *testing.F) {
	for _, s := range []string{"data-mysql-0", "pvc-689b2a1e-6a5b-4c7d-9e8f-0a1b2c3d4e5f", "a/b/c", "-", "ÄÖ", "a b c d e f g h i j k l m n o p q r", "ÿ"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, ref string) {
		x := NewIndex(Name{Type: "t", Value: name}, Name{Type: "t", Value: "data-mysql-0"})
		for _, c := range x.Lookup(ref, 3) {
			if c.Score <= 0 || c.Score > 1 {
				t.Errorf("%q finds %+v", ref, c)
			}
		}
		if cleanReference(name) == strings.ToLower(name) && name != "" && !strings.Contains(name, "/") && len(x.Exact(name, 3)) == 0 {
			t.Errorf("%q is not found by its name", name)
		}
		x.Remove(Name{Type: "t", Value: name})
		x.Remove(Name{Type: "t", Value: "data-mysql-0"})
		if x.Len() != 0 || len(x.order.blocks) != 0 {
			t.Errorf("%q stays", name)
		}
	})
}

func testExtractor(tb testing.TB) *extractor {
	tb.Helper()
	return testModel(tb).extractor
}
