package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.yaml.in/yaml/v3"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/models"
)

// fault is one thing that goes wrong in a sample cluster, and what the answer to "why" must say of it. The cause is written
// from what the states of the engines mean, not from what MuleBot says.
type fault struct {
	Name    string   `yaml:"name"`
	Cluster string   `yaml:"cluster"`
	Ask     string   `yaml:"ask"`
	Must    []string `yaml:"must"`    // in the first sentence
	Never   []string `yaml:"never"`   // in it
	Unsure  bool     `yaml:"unsure"`  // the evidence does not prove the cause: it must not be stated as certain
	Drop    []string `yaml:"drop"`    // "Kind/name" of objects that are gone
	Objects string   `yaml:"objects"` // documents that are merged into the objects of their kind and name, or added
}

func faults(t testing.TB) []fault {
	t.Helper()
	raw, err := os.ReadFile("testdata/faults.yml")
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	var all []fault
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// object is a manifest, or an answer of Mayastor's REST API.
type object = map[string]any

// broken returns the manifests of a sample cluster with the fault in them. A name of the fault's objects may be a pattern as
// of path.Match, and "${shop/data-redis-0}" is the PersistentVolume of a claim.
func (f fault) broken(t *testing.T) fs.FS {
	t.Helper()
	at := slices.IndexFunc(demo.Clusters(), func(c demo.Cluster) bool { return c.Name == f.Cluster })
	all := manifests(t, demo.Clusters()[at].Files)
	text := regexp.MustCompile(`\$\{([^}]*)/([^}]*)\}`).ReplaceAllStringFunc(f.Objects, func(ref string) string {
		namespace, claim, _ := strings.Cut(strings.Trim(ref, "${}"), "/")
		for _, o := range all["manifests"] {
			if o["kind"] == "PersistentVolumeClaim" && meta(o, "namespace") == namespace && meta(o, "name") == claim {
				return o["spec"].(object)["volumeName"].(string)
			}
		}
		t.Fatalf("there is no claim %s", ref)
		return ""
	})
	for _, o := range documents(t, text) {
		kind, _ := o["kind"].(string)
		switch kind {
		case "MayastorVolume":
			all["volumes"] = merged(t, all["volumes"], o, func(v object) string { return v["spec"].(object)["uuid"].(string) })
		case "MayastorNode":
			all["nodes"] = merged(t, all["nodes"], o, func(v object) string { return v["id"].(string) })
		default:
			all["manifests"] = merged(t, all["manifests"], o, func(v object) string {
				if v["kind"] != kind {
					return ""
				}
				return meta(v, "name")
			})
		}
	}
	for _, gone := range f.Drop {
		kind, name, _ := strings.Cut(gone, "/")
		before := len(all["manifests"])
		all["manifests"] = slices.DeleteFunc(all["manifests"], func(o object) bool {
			match, _ := path.Match(name, meta(o, "name"))
			return o["kind"] == kind && match
		})
		if len(all["manifests"]) == before {
			t.Fatalf("there is no %s to drop", gone)
		}
	}
	return (&sample{f.Cluster, all}).folder(t)
}

// manifests reads all objects of a folder, Mayastor's and the kubelets' answers apart.
func manifests(t *testing.T, files fs.FS) map[string][]object {
	t.Helper()
	all := map[string][]object{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if path.Ext(name) == ".yaml" {
			all["manifests"] = append(all["manifests"], documents(t, string(content))...)
			return nil
		}
		if path.Base(path.Dir(name)) == "kubelet-stats" { // what kubelets measured is no manifest
			return nil
		}
		var answer any
		if err := json.Unmarshal(content, &answer); err != nil {
			return err
		}
		if page, ok := answer.(object); ok {
			answer = page["entries"]
		}
		for _, entry := range answer.([]any) {
			kind := strings.TrimSuffix(path.Base(name), ".json")
			all[kind] = append(all[kind], entry.(object))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func documents(t *testing.T, text string) []object {
	t.Helper()
	var all []object
	for decoder := yaml.NewDecoder(strings.NewReader(text)); ; {
		var o object
		err := decoder.Decode(&o)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if o != nil {
			all = append(all, o)
		}
	}
}

func meta(o object, field string) string {
	m, _ := o["metadata"].(object)
	s, _ := m[field].(string)
	return s
}

// merged merges an object into those of its name, or adds it; one whose name is a pattern must be there.
func merged(t *testing.T, all []object, o object, name func(object) string) []object {
	t.Helper()
	wanted, found := meta(o, "name"), false
	for _, old := range all {
		match, err := path.Match(wanted, name(old))
		if err != nil {
			t.Fatal(err)
		}
		if !match || meta(o, "namespace") != "" && meta(old, "namespace") != meta(o, "namespace") {
			continue
		}
		found = true
		patch := object{}
		for key, value := range o {
			if key != "kind" && key != "metadata" && key != "apiVersion" {
				patch[key] = value
			}
		}
		merge(old, patch)
		if m, ok := o["metadata"].(object); ok && old["metadata"] != nil {
			more := object{}
			for key, value := range m {
				if key != "name" {
					more[key] = value
				}
			}
			merge(old["metadata"].(object), more)
		}
	}
	if found {
		return all
	}
	if strings.Contains(wanted, "*") {
		t.Fatalf("there is no %s %s", o["kind"], wanted)
	}
	return append(all, o)
}

// merge changes an object as a JSON merge patch does (RFC 7386).
func merge(old, patch object) {
	for key, value := range patch {
		deeper, isObject := value.(object)
		was, wasObject := old[key].(object)
		switch {
		case value == nil:
			delete(old, key)
		case isObject && wasObject:
			merge(was, deeper)
		default:
			old[key] = value
		}
	}
}

// oneCard links every channel to one cluster and remembers nothing.
type oneCard string

func (c oneCard) Card(context.Context, models.TeamID, models.ChannelID) (models.Card, error) {
	return models.Card{Team: models.Local, Channel: models.AnyChannel, Clusters: []string{string(c)}}, nil
}

func (oneCard) Dialogue(context.Context, models.Conversation) (models.Dialogue, error) {
	return models.Dialogue{}, nil
}

// TestFaults injects faults into the sample clusters, one at a time, and asks why: the first sentence must name the cause,
// and no wrong cause may be stated as certain.
func TestFaults(t *testing.T) {
	model := trained(t)
	all := faults(t)
	named, wrong := 0, 0
	for _, f := range all {
		inv, err := kube.ReadDir(f.Cluster, f.broken(t), time.Time{})
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		router, err := intents.New(intents.Options{Model: model, Inventory: kube.Offline{f.Cluster: inv}, Tenants: oneCard(f.Cluster), Log: zerolog.Nop()})
		if err != nil {
			t.Fatal(err)
		}
		reply := router.Respond(t.Context(), models.Message{Team: models.Local, Text: f.Ask, Kind: models.Typed})
		t.Logf("%s: %q: %s", f.Name, f.Ask, reply.Text)
		certain := strings.Contains(reply.Text, " because ") && !strings.Contains(reply.Text, "most likely")
		bad := question{Ask: f.Ask, Must: f.Must, Never: f.Never}.judge(reply.Text)
		if certain && (len(bad) > 0 || f.Unsure) {
			wrong++
			bad = append(bad, "states it as certain")
		}
		if len(bad) > 0 {
			t.Errorf("%s: %q: %s\n%s", f.Name, f.Ask, strings.Join(bad, "; "), reply.Text)
			continue
		}
		named++
	}
	t.Logf("%d of %d faults named, %d wrong ones stated as certain", named, len(all), wrong)
}
