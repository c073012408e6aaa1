package demo_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/models"
)

// truth is one cluster as the tables of doc.go have it, a line for each thing.
type truth struct{ Volumes, Pending, Pools []string }

func readTruth(t *testing.T) map[string]*truth {
	t.Helper()
	content, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	const health = `(healthy|degraded|read-only|unknown|down)`
	volume := regexp.MustCompile(`^//\t(\S+/\S+) +(cStor|Jiva|Mayastor|hostpath|LVM|ZFS) +(\d+) +\S+ +(\S+) +` + health)
	pending := regexp.MustCompile(`^//\t(\S+/\S+) +(\d+) +(\S+) +Pending`)
	pool := regexp.MustCompile(`^//\t(\S+) +(?:cStor|Mayastor|volume group|thin pool|zpool) +(\S+) +(\S+) +(\S+) +(\S+) +` + health)
	all := map[string]*truth{}
	var now *truth
	for line := range strings.Lines(string(content)) {
		if name, ok := strings.CutPrefix(line, "// # "); ok {
			now = &truth{}
			all[strings.TrimSpace(name)] = now
		}
		if m := volume.FindStringSubmatch(line); m != nil {
			now.Volumes = append(now.Volumes, strings.Join([]string{m[1], strings.ToLower(m[2]), m[3], m[4], m[5]}, " "))
		} else if m := pending.FindStringSubmatch(line); m != nil {
			now.Pending = append(now.Pending, strings.Join(m[1:], " "))
		} else if m := pool.FindStringSubmatch(line); m != nil {
			now.Pools = append(now.Pools, strings.Join(m[1:], " "))
		}
	}
	return all
}

func gib(b models.Bytes) string {
	if !b.IsKnown() {
		return "-"
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(b)/float64(models.GiB)), ".0")
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func TestTruth(t *testing.T) {
	tables := readTruth(t)
	for _, cluster := range demo.Clusters() {
		t.Run(cluster.Name, func(t *testing.T) {
			inv, err := kube.ReadDir(cluster.Name, cluster.Files, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			if want := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC); !inv.AsOf.Equal(want) {
				t.Errorf("now is %v, want %v", inv.AsOf, want)
			}
			if len(inv.Gaps) > 0 {
				t.Errorf("gaps: %q", inv.Gaps)
			}
			var got truth
			for _, v := range inv.Volumes {
				got.Volumes = append(got.Volumes, fmt.Sprintf("%s/%s %s %s %s %s", v.Namespace, v.Claim, v.Engine, gib(v.Size), orDash(v.Node), v.Health))
			}
			for _, c := range inv.Claims {
				if c.Phase == "Pending" {
					got.Pending = append(got.Pending, fmt.Sprintf("%s/%s %s %s", c.Namespace, c.Name, gib(c.Requested), c.StorageClass))
				}
			}
			for _, p := range inv.Pools {
				got.Pools = append(got.Pools, fmt.Sprintf("%s %s %s %s %s %s", p.Name, p.Node, gib(p.Size), gib(p.Used), gib(p.Free), p.Health))
			}
			want := *tables[cluster.Name]
			for _, lines := range [][]string{got.Volumes, got.Pending, got.Pools, want.Volumes, want.Pending, want.Pools} {
				slices.Sort(lines)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("doc.go and the manifests disagree (-doc.go +manifests):\n%s", diff)
			}
		})
	}
}

// TestFilesystems compares what kubelets tell with doc.go's tables of file systems.
func TestFilesystems(t *testing.T) {
	content, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	want, cluster, inside := map[string][]string{}, "", false
	row := regexp.MustCompile(`^//\t(\S+) +([\d.]+) +([\d.]+)`)
	for line := range strings.Lines(string(content)) {
		if name, ok := strings.CutPrefix(line, "// # "); ok {
			cluster = strings.TrimSpace(name)
		}
		m := row.FindStringSubmatch(line)
		inside = strings.HasPrefix(line, "//\tfile system") || inside && m != nil
		if inside && m != nil && !strings.Contains(line, "all of its node's") {
			want[cluster] = append(want[cluster], strings.Join(m[1:], " "))
		}
	}
	for _, cluster := range demo.Clusters() {
		inv, err := kube.ReadDir(cluster.Name, cluster.Files, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range inv.Volumes {
			if f := v.Filesystem; f != nil {
				got = append(got, fmt.Sprintf("%s %s %s", v.Claim, gib(f.Size), gib(f.Used)))
				if age := inv.AsOf.Sub(f.At); age != 40*time.Second || f.Source != "the kubelet" {
					t.Errorf("%s: from %s, %s ago", v.Claim, f.Source, age)
				}
			}
		}
		slices.Sort(got)
		slices.Sort(want[cluster.Name])
		if diff := cmp.Diff(want[cluster.Name], got); diff != "" || len(got) == 0 {
			t.Errorf("doc.go and the kubelets' answers disagree (-doc.go +answers):\n%s", diff)
		}
	}
}

// TestReferences finds names in one object that no other object has.
func TestReferences(t *testing.T) {
	for _, cluster := range demo.Clusters() {
		inv, err := kube.ReadDir(cluster.Name, cluster.Files, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		nodes, classes := map[string]bool{"": true}, map[string]bool{}
		for _, n := range inv.Nodes {
			nodes[n.Name] = true
		}
		for _, c := range inv.StorageClasses {
			classes[c.Name] = true
		}
		for _, v := range inv.Volumes {
			if !nodes[v.Node] || !classes[v.StorageClass] {
				t.Errorf("%s: volume %s/%s: node %q or class %q does not exist", cluster.Name, v.Namespace, v.Claim, v.Node, v.StorageClass)
			}
			if v.Phase == "Bound" && inv.Claim(v.Namespace, v.Claim) == nil {
				t.Errorf("%s: volume %s/%s has no claim", cluster.Name, v.Namespace, v.Claim)
			}
			for _, r := range v.Replicas {
				if !nodes[r.Node] || v.Engine != models.Jiva && !slices.ContainsFunc(inv.Pools, func(p models.Pool) bool { return p.Name == r.Pool && p.Node == r.Node }) {
					t.Errorf("%s: replica %s of %s/%s: node %q or pool %q does not exist", cluster.Name, r.Name, v.Namespace, v.Claim, r.Node, r.Pool)
				}
			}
		}
		for _, p := range inv.Pods {
			for _, claim := range p.Claims {
				if inv.Claim(p.Namespace, claim) == nil {
					t.Errorf("%s: pod %s/%s: claim %q does not exist", cluster.Name, p.Namespace, p.Name, claim)
				}
			}
		}
	}
}
