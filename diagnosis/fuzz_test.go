package diagnosis_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mulebot/mulebot/diagnosis"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/models"
)

// things names everything of an inventory that can be asked about.
func things(inv *models.Inventory) []diagnosis.Thing {
	var all []diagnosis.Thing
	add := func(s models.Subject, namespace, name, node string) {
		all = append(all, diagnosis.Thing{Subject: s, Namespace: namespace, Name: name, Node: node},
			diagnosis.Thing{Subject: s, Namespace: namespace, Name: name, Node: node, Asked: diagnosis.Resize},
			diagnosis.Thing{Subject: s, Namespace: namespace, Name: name, Node: node, Asked: diagnosis.Space})
	}
	for i := range inv.Volumes {
		add(models.Volumes, "", inv.Volumes[i].Name, "")
	}
	for i := range inv.Claims {
		add(models.Claims, inv.Claims[i].Namespace, inv.Claims[i].Name, "")
	}
	for i := range inv.Pods {
		add(models.Pods, inv.Pods[i].Namespace, inv.Pods[i].Name, "")
	}
	for i := range inv.Pools {
		add(models.Pools, "", inv.Pools[i].Name, inv.Pools[i].Node)
	}
	for i := range inv.Nodes {
		add(models.Nodes, "", inv.Nodes[i].Name, "")
	}
	for i := range inv.Snapshots {
		add(models.Snapshots, inv.Snapshots[i].Namespace, inv.Snapshots[i].Name, "")
	}
	for i := range inv.BlockDevices {
		add(models.BlockDevices, "", inv.BlockDevices[i].Name, "")
	}
	for i := range inv.StorageClasses {
		add(models.StorageClasses, "", inv.StorageClasses[i].Name, "")
	}
	return all
}

// whole checks that everything of an inventory gets an answer that can be read.
func whole(t *testing.T, inv *models.Inventory) {
	t.Helper()
	for _, thing := range things(inv) {
		d, found := diagnosis.Why(inv, thing)
		if !found || d.Cause == "" || d.Symptom == "" || d.Certainty == "" || len(d.Chain) == 0 {
			t.Fatalf("%+v: found %t, %+v", thing, found, d)
		}
		if d.Certainty == diagnosis.NotKnown && len(d.Missing) == 0 {
			t.Errorf("%+v: not known, and nothing missing: %s", thing, d.Cause)
		}
		if strings.Contains(d.Cause, "%!") {
			t.Errorf("%+v: %s", thing, d.Cause)
		}
	}
}

// Everything of the sample clusters can be asked about.
func TestWhyOfEverything(t *testing.T) {
	for _, c := range demo.Clusters() {
		inv, err := kube.ReadDir(c.Name, c.Files, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		whole(t, inv)
	}
}

// Whatever the manifests of a cluster say, everything of it can be asked about.
func FuzzWhy(f *testing.F) {
	for _, c := range demo.Clusters() {
		names, err := fs.Glob(c.Files, "*.yaml")
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			content, err := fs.ReadFile(c.Files, name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(content)
		}
	}
	f.Fuzz(func(t *testing.T, manifests []byte) {
		if inv, err := kube.ReadDir("c", fstest.MapFS{"all.yaml": {Data: manifests}}, time.Time{}); err == nil {
			whole(t, inv)
		}
	})
}
