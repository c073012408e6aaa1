package kube

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mulebot/mulebot/models"
)

var update = flag.Bool("update", false, "write the golden files")

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// read builds an inventory from manifests in YAML.
func read(t *testing.T, manifests string) *models.Inventory {
	t.Helper()
	inv, err := ReadDir("c", fstest.MapFS{"all.yaml": {Data: []byte(manifests)}}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func TestGolden(t *testing.T) {
	inv, err := ReadDir("sample", os.DirFS("testdata/cluster"), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(inv, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/cluster.golden.json"
	if *update {
		if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("(-golden +got; -update writes it)\n%s", diff)
	}
}

// Whatever the order of the objects, the inventory is the same.
func TestBuildIgnoresOrder(t *testing.T) {
	content, err := os.ReadFile("testdata/cluster/volumes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	head, items, _ := strings.Cut(string(content), "items:\n")
	list := strings.Split(strings.TrimPrefix(items, "- "), "\n- ")
	slices.Reverse(list)
	for i := range list {
		list[i] = "- " + strings.TrimSuffix(list[i], "\n")
	}
	files := fstest.MapFS{"volumes.yaml": {Data: []byte(head + "items:\n" + strings.Join(list, "\n"))}}
	for _, name := range []string{"core.yaml", "engines.yaml", "mayastor-rest/volumes.json", "mayastor-rest/pools.json", "mayastor-rest/nodes.json"} {
		content, err := os.ReadFile("testdata/cluster/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: content}
	}
	want, err := ReadDir("x", os.DirFS("testdata/cluster"), noon)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadDir("x", files, noon)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What is known of the small cluster, in words.
func TestSample(t *testing.T) {
	inv, err := ReadDir("sample", os.DirFS("testdata/cluster"), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC); !inv.AsOf.Equal(want) {
		t.Errorf("as of %s, want the newest timestamp, %s", inv.AsOf, want)
	}
	volumes := []struct {
		name   string
		health models.Health
		state  string
		used   models.Bytes
		node   string
		note   string // that is part of one
	}{
		{"pvc-c1", models.Down, "Healthy", 4 * models.GiB, "n1", "CStorVolume says status.phase Healthy, but only 0 of 3 replicas are healthy"},
		{"pvc-c2", models.Awaiting, "Pending", models.UnknownBytes, "", "PersistentVolumeClaim says status.phase Bound, but CStorVolumeConfig `pvc-c2` says Pending"},
		{"pvc-c2", models.Awaiting, "Pending", models.UnknownBytes, "", "CStorPoolCluster `nowhere`, which storage class `cstor` names, does not exist"},
		{"pvc-j1", models.ReadOnly, "RO", models.UnknownBytes, "n2", "node `n9` does not exist"},
		{"pvc-11111111-1111-4111-8111-111111111111", models.Degraded, "Degraded", 5 * models.GiB, "n2", "rebuilding, 43 % done"},
		{"pvc-22222222-2222-4222-8222-222222222222", models.Degraded, "Online", models.UnknownBytes, "", "Mayastor says state.status Online, but only 1 of 2 replicas are healthy"},
		{"pvc-l1", models.Unknown, "Ready", models.UnknownBytes, "n1", "LVMVolume says spec.capacity 60 GiB, but that is the size which is wanted: the volume has 30 GiB"},
		{"pvc-l1", models.Unknown, "Ready", models.UnknownBytes, "n1", "a resize to 60 GiB is not done"},
		{"pvc-l1", models.Unknown, "Ready", models.UnknownBytes, "n1", "Insufficient free space"},
		{"pvc-l2", models.Healthy, "Ready", models.UnknownBytes, "n1", ""},
		{"pvc-z1", models.Healthy, "Ready", models.UnknownBytes, "n2", ""},
		{"pvc-h1", models.Down, "", models.UnknownBytes, "n3", "node `n3` is NotReady since 2026-03-01 08:00 UTC"},
		{"pvc-r1", models.Healthy, "", models.UnknownBytes, "n1", ""},
		{"pvc-old", models.Healthy, "", models.UnknownBytes, "n1", "Released"},
	}
	for _, want := range volumes {
		v := inv.Volume(want.name)
		if v == nil {
			t.Errorf("no volume %s", want.name)
			continue
		}
		if v.Health != want.health || v.State != want.state || v.Used != want.used || v.Node != want.node {
			t.Errorf("%s is %s (%s), used %s, on %q; want %+v", v.Name, v.Health, v.State, v.Used, v.Node, want)
		}
		if !strings.Contains(strings.Join(v.Notes, "\n"), want.note) {
			t.Errorf("%s: no note has %q:\n%s", v.Name, want.note, strings.Join(v.Notes, "\n"))
		}
	}
	if len(inv.Volumes) != 11 || len(inv.Claims) != 11 {
		t.Errorf("%d volumes and %d claims: those of Jiva's replicas are none of an application", len(inv.Volumes), len(inv.Claims))
	}
	if v := inv.Volume("pvc-r1"); v.Engine != models.OtherOpenEBS || len(v.Pods) != 1 || v.Pods[0].Name != "job-0" {
		t.Errorf("a volume of an unknown engine, mounted as a generic ephemeral volume: %+v", v)
	}
	if v := inv.Volume("pvc-l2"); !slices.Equal(v.Pools, []string{"vgthin_thinpool", "vgthin"}) || !v.Thin {
		t.Errorf("a thin volume is in %v", v.Pools)
	}
	if v := inv.Volume("pvc-l1"); v.Size != 30*models.GiB || v.Requested != 60*models.GiB {
		t.Errorf("size %s, requested %s", v.Size, v.Requested)
	}
}

func TestSamplePools(t *testing.T) {
	inv, err := ReadDir("sample", os.DirFS("testdata/cluster"), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	pools := []struct {
		name, node string
		health     models.Health
		used, free models.Bytes
		replicas   int
		note       string
	}{
		{"disks-a", "n1", models.ReadOnly, 88 * models.GiB, 12 * models.GiB, 1, "CStorPoolInstance says status.readOnly true: it is 88 % used"},
		{"disks-b", "n2", models.Down, 10 * models.GiB, 90 * models.GiB, 1, "pod `pool-disks-b` is in state CrashLoopBackOff after 12 restarts"},
		{"disks-c", "n3", models.Down, 10 * models.GiB, 90 * models.GiB, 1, "CStorPoolInstance says status.phase ONLINE, but its node `n3` is NotReady"},
		{"dp1", "n1", models.Healthy, 10 * models.GiB, 90 * models.GiB, 2, "over-committed: thin volumes were promised 120 GiB, 120 % of its size"},
		{"dp1", "n1", models.Healthy, 10 * models.GiB, 90 * models.GiB, 2, "Attention (IoError): 4 I/O errors"},
		{"dp2", "n2", models.Down, models.UnknownBytes, models.UnknownBytes, 1, "the pool is not loaded, so its capacity is not known"},
		{"dp2", "n2", models.Down, models.UnknownBytes, models.UnknownBytes, 1, "DiskNotFound since 2026-03-01 07:00 UTC"},
		{"dp3", "n1", models.Healthy, models.GiB, 99 * models.GiB, 1, ""},
		{"vg", "n1", models.Degraded, 80 * models.GiB, 20 * models.GiB, 1, "lost 1 of its 2 disks"},
		{"vgthin", "n1", models.Healthy, 10 * models.GiB, 0, 1, "thin pool `vgthin_thinpool`, which has 30 GiB free"},
		{"vgthin_thinpool", "n1", models.Healthy, 10 * models.GiB, 30 * models.GiB, 1, "over-committed"},
		{"tank", "n2", models.Healthy, 40 * models.GiB, 60 * models.GiB, 1, "these figures may be old"},
	}
	for _, want := range pools {
		i := slices.IndexFunc(inv.Pools, func(p models.Pool) bool { return p.Name == want.name && p.Node == want.node })
		if i < 0 {
			t.Errorf("no pool %s on %s", want.name, want.node)
			continue
		}
		p := inv.Pools[i]
		if p.Health != want.health || p.Used != want.used || p.Free != want.free || p.Replicas != want.replicas || !strings.Contains(strings.Join(p.Notes, "\n"), want.note) {
			t.Errorf("%s is %s, %s used, %s free, %d replicas, notes %q; want %+v", p.Name, p.Health, p.Used, p.Free, p.Replicas, p.Notes, want)
		}
	}
	for _, p := range inv.Pools {
		if lost := map[string]int{"dp2": 1, "vg": 1}[p.Name]; p.Lost != lost {
			t.Errorf("%s lost %d disks, want %d", p.Name, p.Lost, lost)
		}
	}
	if len(inv.Pools) != 10 {
		t.Errorf("%d pools", len(inv.Pools))
	}
}

const (
	node      = "{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {conditions: [{type: Ready, status: \"True\"}]}}\n---\n"
	claimText = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {namespace: d, name: c}, spec: {volumeName: v}, status: {phase: Bound}}\n---\n"
)

func volumeOf(driver string) string {
	return "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {capacity: {storage: 9Gi}, claimRef: {namespace: d, name: c}, csi: {driver: " + driver + ", volumeHandle: v}}, status: {phase: Bound}}\n---\n"
}

func TestCStor(t *testing.T) {
	cv := func(phase string) string {
		return "{apiVersion: cstor.openebs.io/v1, kind: CStorVolume, metadata: {namespace: cstor, name: v}, spec: {replicationFactor: 3, consistencyFactor: 2}, status: {phase: " + phase + "}}\n---\n"
	}
	cvrs := func(phases ...string) string {
		s := ""
		for i, phase := range phases {
			s += fmt.Sprintf("{apiVersion: cstor.openebs.io/v1, kind: CStorVolumeReplica, metadata: {namespace: cstor, name: r%d, labels: {openebs.io/persistent-volume: v, cstorpoolinstance.openebs.io/name: p%d}}, status: {phase: %s, capacity: {used: %dG}}}\n---\n", i, i, phase, i+1)
		}
		return s
	}
	tests := []struct {
		name, manifests string
		health          models.Health
		used            models.Bytes
		note            string
	}{
		{"all is well", cv("Healthy") + cvrs("Healthy", "Healthy", "Healthy"), models.Healthy, models.GiB, ""},
		{"a replica is rebuilt", cv("Degraded") + cvrs("Rebuilding", "Healthy", "Healthy"), models.Degraded, 2 * models.GiB, "`p0` is rebuilding"},
		{"the volume object is behind", cv("Healthy") + cvrs("Offline", "Healthy", "Healthy"), models.Degraded, 2 * models.GiB, "CStorVolume says status.phase Healthy, but only 2 of 3"},
		{"no quorum", cv("Healthy") + cvrs("Offline", "Offline", "Healthy"), models.Down, 3 * models.GiB, "only 1 of 3"},
		{"new replicas are not in the quorum", cv("Degraded") + cvrs("NewReplicaDegraded", "NewReplicaDegraded", "Healthy"), models.Down, 3 * models.GiB, "CStorVolume says status.phase Degraded, but"},
		{"a replica is missing", cv("Healthy") + cvrs("Healthy", "Healthy"), models.Degraded, models.GiB, "1 of 3 does not exist"},
		{"the replicas are not known", cv("Healthy"), models.Healthy, models.UnknownBytes, ""},
		{"offline", cv("Offline") + cvrs("Offline", "Offline", "Offline"), models.Down, models.UnknownBytes, "0 of 3 replicas are healthy"},
		{"a word that nobody knows", cv("Dreaming") + cvrs("Healthy", "Healthy", "Healthy"), models.Unknown, models.GiB, ""},
		{"no engine object at all", "", models.Unknown, models.UnknownBytes, "could not be read"},
		{"its target crashes", cv("Healthy") + cvrs("Healthy", "Healthy", "Healthy") + "{apiVersion: v1, kind: Pod, metadata: {namespace: cstor, name: t, labels: {openebs.io/target: cstor-target, openebs.io/persistent-volume: v}}, spec: {nodeName: n1}, status: {phase: Running, containerStatuses: [{name: m, restartCount: 5, state: {waiting: {reason: CrashLoopBackOff}}}]}}",
			models.Down, models.GiB, "its target does not work: pod `t` is in state CrashLoopBackOff after 5 restarts"},
	}
	for _, test := range tests {
		v := read(t, node+claimText+volumeOf("cstor.csi.openebs.io")+test.manifests).Volume("v")
		if v.Health != test.health || v.Used != test.used || !strings.Contains(strings.Join(v.Notes, "\n"), test.note) {
			t.Errorf("%s: %s, used %s, %q", test.name, v.Health, v.Used, v.Notes)
		}
	}
}

// TestCStorReadOnly: what a replica in a read-only pool reports is of now, since nothing of it is lost.
func TestCStorReadOnly(t *testing.T) {
	v := read(t, node+claimText+volumeOf("cstor.csi.openebs.io")+`
{apiVersion: cstor.openebs.io/v1, kind: CStorVolume, metadata: {namespace: cstor, name: v}, spec: {replicationFactor: 1}, status: {phase: Healthy}}
---
{apiVersion: cstor.openebs.io/v1, kind: CStorPoolInstance, metadata: {namespace: cstor, name: p}, spec: {hostName: n1}, status: {phase: ONLINE, readOnly: true}}
---
apiVersion: cstor.openebs.io/v1
kind: CStorVolumeReplica
metadata: {namespace: cstor, name: r, labels: {openebs.io/persistent-volume: v, cstorpoolinstance.openebs.io/name: p}, annotations: {cstorpoolinstance.openebs.io/hostname: n1}}
status: {phase: Healthy, capacity: {used: 1G}}
`).Volume("v")
	if want := "its read-only replica on `p`, which writes \"1G\""; v.Health != models.ReadOnly || v.Used != models.GiB || v.UsedSource != want {
		t.Errorf("%s, used %s, from %s", v.Health, v.Used, v.UsedSource)
	}
}

func TestJiva(t *testing.T) {
	jv := func(status, phase, replicas string) string {
		return "{apiVersion: openebs.io/v1, kind: JivaVolume, metadata: {namespace: openebs, name: v}, spec: {desiredReplicationFactor: 3}, status: {status: " + status + ", phase: " + phase + ", replicaStatus: [" + replicas + "]}}\n---\n"
	}
	rw, wo := "{address: 'tcp://10.0.0.1:9502', mode: RW}", "{address: 'tcp://10.0.0.2:9502', mode: WO}"
	tests := []struct {
		manifests string
		health    models.Health
	}{
		{jv("RW", "Ready", rw+","+rw+","+rw), models.Healthy},
		{jv("RW", "Ready", rw+","+rw+","+wo), models.Rebuilding},
		{jv("RW", "Ready", rw+","+rw), models.Degraded},
		{jv("RO", "Syncing", rw+","+wo), models.ReadOnly},
		{jv("RW", "Ready", rw), models.ReadOnly}, // it says RW, but one of three is no quorum
		{jv("Unknown", "Unknown", ""), models.Down},
		{jv("\"\"", "Pending", ""), models.Awaiting},
		{"", models.Unknown},
	}
	for _, test := range tests {
		v := read(t, node+claimText+volumeOf("jiva.csi.openebs.io")+test.manifests).Volume("v")
		if v.Health != test.health {
			t.Errorf("%s: %s, %q", test.manifests, v.Health, v.Notes)
		}
	}
}

func TestMayastorWithoutREST(t *testing.T) {
	inv := read(t, node+claimText+volumeOf("io.openebs.csi-mayastor"))
	v := inv.Volume("v")
	if v.Health != models.Unknown || v.Size != 9*models.GiB || !strings.Contains(strings.Join(v.Notes, ""), "its REST API was not read") {
		t.Errorf("%+v", v)
	}
}

func TestDiskPoolVersions(t *testing.T) {
	old := "{apiVersion: openebs.io/v1beta2, kind: DiskPool, metadata: {namespace: mayastor, name: p}, spec: {node: n1, disks: [/dev/sda]}, status: {cr_state: Created, pool_status: Online, capacity: 100, used: 40, available: 60}}"
	p := read(t, node+old).Pools[0]
	if p.Health != models.Healthy || p.State != "Online" || p.Free != 60 || p.Used != 40 || p.Size != 100 {
		t.Errorf("v1beta2: %+v", p)
	}
	creating := "{apiVersion: openebs.io/v1beta3, kind: DiskPool, metadata: {namespace: mayastor, name: p}, spec: {node: n1}, status: {cr_state: Creating}}"
	if p := read(t, node+creating).Pools[0]; p.Health != models.Awaiting || p.Size.IsKnown() {
		t.Errorf("creating: %+v", p)
	}
}

func TestLocalOnLostNode(t *testing.T) {
	tests := map[string]string{
		"local.csi.openebs.io": "{apiVersion: local.openebs.io/v1alpha1, kind: LVMVolume, metadata: {namespace: openebs, name: v}, spec: {ownerNodeID: gone, volGroup: vg}, status: {state: Ready}}",
		"zfs.csi.openebs.io":   "{apiVersion: zfs.openebs.io/v1, kind: ZFSVolume, metadata: {namespace: openebs, name: v}, spec: {ownerNodeID: gone, poolName: tank}, status: {state: Ready}}",
	}
	for driver, manifest := range tests {
		v := read(t, node+claimText+volumeOf(driver)+manifest).Volume("v")
		if v.Health != models.Down || v.State != "Ready" || !strings.Contains(strings.Join(v.Notes, ""), "status.state Ready, but its node `gone` does not exist") {
			t.Errorf("%s: %+v", driver, v)
		}
	}
}

func TestClaims(t *testing.T) {
	tests := []struct {
		name, manifests string
		health          models.Health
		note            string
	}{
		{"lost", "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {namespace: d, name: c}, spec: {volumeName: v}, status: {phase: Lost}}", models.Down, "its PersistentVolume `v` is gone"},
		{"no volume", claimText + strings.ReplaceAll(volumeOf("x"), "name: v}", "name: w}"), models.Down, "PersistentVolume `v` does not exist"},
		{"volumes are not known", claimText, models.Unknown, ""},
	}
	for _, test := range tests {
		c := read(t, node+test.manifests).Claim("d", "c")
		if c.Health != test.health || !strings.Contains(strings.Join(c.Notes, "\n"), test.note) {
			t.Errorf("%s: %s %q", test.name, c.Health, c.Notes)
		}
	}
}

// A claim that waits for a pod is called no fault only where it can be seen that no pod uses it.
func TestClaimWaits(t *testing.T) {
	const waits = `
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: lvm}, provisioner: local.csi.openebs.io, volumeBindingMode: WaitForFirstConsumer}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {namespace: d, name: c}, spec: {storageClassName: lvm}, status: {phase: Pending}}
`
	const pod = `---
{apiVersion: v1, kind: Pod, metadata: {namespace: other, name: p}, spec: {containers: [{name: a}]}, status: {phase: Running}}
`
	for manifests, want := range map[string]string{waits + pod: "this is no fault: ", waits: "whether a pod does is not known"} {
		if notes := strings.Join(read(t, manifests).Claim("d", "c").Notes, "\n"); !strings.Contains(notes, want) {
			t.Errorf("%q is not in %q", want, notes)
		}
	}
}

func TestEngines(t *testing.T) {
	tests := map[string]models.Engine{
		"csi: {driver: cstor.csi.openebs.io, volumeHandle: v}":   models.CStor,
		"csi: {driver: rawfile.csi.openebs.io, volumeHandle: v}": models.OtherOpenEBS,
		"csi: {driver: ebs.csi.aws.com, volumeHandle: v}":        models.OtherCSI,
		"local: {path: /a}": models.OtherCSI,
	}
	for spec, want := range tests {
		if v := read(t, "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {"+spec+"}, status: {phase: Bound}}").Volume("v"); v.Engine != want {
			t.Errorf("%s is %s", spec, v.Engine)
		}
	}
	device := "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v, labels: {openebs.io/cas-type: local-device}, annotations: {pv.kubernetes.io/provisioned-by: openebs.io/local}}, spec: {local: {path: /a}}}"
	if v := read(t, device).Volume("v"); v.Engine != models.OtherOpenEBS || v.Driver != "openebs.io/local" {
		t.Errorf("the label goes before the provisioner: %s", v.Engine)
	}
}

func TestCStorBytes(t *testing.T) {
	tests := map[string]models.Bytes{"1820G": 1820 * models.GiB, "61G": 61 * models.GiB, "1.5T": 1536 * models.GiB, "64.5K": 66048, "0": 0, "512": 512,
		"2Gi": 2 * models.GiB, "": models.UnknownBytes, "G": models.UnknownBytes, "-1G": models.UnknownBytes, "1GG": models.UnknownBytes, "1X": models.UnknownBytes, "9e99P": models.UnknownBytes, "nan": models.UnknownBytes}
	for in, want := range tests {
		if got := cstorBytes(in); got != want {
			t.Errorf("%q is %d, want %d", in, got, want)
		}
	}
}
