package kube

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mulebot/mulebot/models"
)

// samplesOf is the answer to an instant query: "LABEL=VALUE[,…] VALUE" a line.
func samplesOf(lines ...string) string {
	var results []string
	for _, line := range lines {
		labels, value, _ := strings.Cut(line, " ")
		var metric []string
		for label := range strings.SplitSeq(labels, ",") {
			name, v, _ := strings.Cut(label, "=")
			metric = append(metric, fmt.Sprintf("%q:%q", name, v))
		}
		results = append(results, fmt.Sprintf(`{"metric":{%s},"value":[1772366400.781,%q]}`, strings.Join(metric, ","), value))
	}
	return `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(results, ",") + `]}}`
}

// exporting are the answers of a Prometheus that scrapes the engines' exporters, by what a query holds.
var exporting = map[string]string{
	") (diskpool_total_size_bytes{":     samplesOf("name=pool-1 1000", "name=pool-2 NaN"),
	") (diskpool_used_size_bytes{":      samplesOf("name=pool-1 300"),
	") (diskpool_committed_size_bytes{": samplesOf("name=pool-1 1200"),
	") (openebs_actual_used{":           samplesOf("openebs_pv=pvc-jiva 1.5", "other=x 9"),
	") (lvm_lv_used_percent{":           samplesOf("name=pvc-thin 25", "name=pvc-odd 250"),
	") (lvm_lv_total_size_bytes{":       samplesOf("name=pvc-thin 4000", "name=pvc-odd 4000"),
	"timestamp(diskpool_used":           samplesOf("name=pool-1 1772366340"),
	"timestamp(openebs_actual_used":     samplesOf("openebs_pv=pvc-jiva 1772366340"),
}

func TestExporters(t *testing.T) {
	var thin []string
	p, err := newPrometheus("monitoring/prometheus:9090#cluster=east", clientsOf(t, func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query().Get("query"); strings.Contains(q, "lvm_lv") {
			thin = append(thin, q)
		}
		gathering(exporting)(w, r)
	}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.exporters(t.Context(), noon)
	at := noon.Add(-time.Minute)
	want := &Exported{
		Volumes: map[string]ExportedVolume{"pvc-jiva": {Used: models.GiB + models.GiB/2, Metric: "openebs_actual_used", At: at}, "pvc-thin": {Used: 1000, Metric: "lvm_lv_used_percent", At: noon}},
		Pools:   map[string]ExportedPool{"pool-1": {Size: 1000, Used: 300, Committed: 1200, At: at}},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, q := range thin {
		if !strings.Contains(q, `{segtype="thin",cluster="east"}`) {
			t.Errorf("asked %s", q)
		}
	}
	p.get = func(context.Context, url.Values) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(samplesOf("name=a,cluster=east 1", "name=a,cluster=west 2"))), nil
	}
	if _, err := p.exporters(t.Context(), noon); err == nil || !strings.Contains(err.Error(), "several clusters") {
		t.Errorf("of several clusters: %v", err)
	}
}

// Exporters fill what objects do not tell, say whose word it is and as of when, and contradict nothing.
func TestExportedFigures(t *testing.T) {
	const manifests = lostNode + `
{apiVersion: v1, kind: Node, metadata: {name: n2}, status: {conditions: [{type: Ready, status: "True"}]}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: j, namespace: d}, spec: {volumeName: pvc-jiva}, status: {phase: Bound, capacity: {storage: 5Gi}}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: pvc-jiva}
spec: {capacity: {storage: 5Gi}, claimRef: {namespace: d, name: j}, csi: {driver: jiva.csi.openebs.io, volumeHandle: pvc-jiva}}
status: {phase: Bound}
---
{apiVersion: openebs.io/v1, kind: JivaVolume, metadata: {name: pvc-jiva, namespace: openebs}, spec: {capacity: 5Gi, desiredReplicationFactor: 1}, status: {status: RW, phase: Ready, replicaCount: 1, replicaStatus: [{address: "tcp://10.0.0.1:9502", mode: RW}]}}
---
{apiVersion: openebs.io/v1beta2, kind: DiskPool, metadata: {name: pool-1, namespace: openebs}, spec: {node: n2}, status: {cr_state: Created, pool_status: Online, capacity: 1000, used: 400, available: 600}}
---
{apiVersion: openebs.io/v1beta2, kind: DiskPool, metadata: {name: pool-2, namespace: openebs}, spec: {node: n1}, status: {cr_state: Created, pool_status: Online, capacity: 1000, used: 400, available: 600}}
`
	at := noon.Add(-time.Minute)
	r := reader{kinds: map[string]string{}, at: map[string]int{}}
	for _, k := range resources() {
		r.kinds[k.Kind] = k.Group
	}
	if err := r.yaml("all.yaml", []byte(manifests)); err != nil {
		t.Fatal(err)
	}
	objects := r.sort()
	objects.Usage = &Usage{Prometheus: map[string]models.Filesystem{}, Exported: &Exported{
		Volumes: map[string]ExportedVolume{"pvc-jiva": {Used: models.GiB, Metric: actualUsed, At: at}},
		Pools:   map[string]ExportedPool{"pool-1": {Size: 1000, Used: 300, Committed: 1200, At: at}, "pool-2": {Size: 1000, Used: 300, Committed: 1200, At: at}},
	}}
	inv := Build("x", objects, noon)
	if v := inv.Volume("pvc-jiva"); v.Used != models.GiB || v.UsedSource != "Prometheus (openebs_actual_used)" || !v.UsedAt.Equal(at) || v.Unmeasured != "" {
		t.Errorf("%s, from %s at %s, unmeasured %q", v.Used, v.UsedSource, v.UsedAt, v.Unmeasured)
	}
	for _, p := range inv.Pools {
		details := fmt.Sprint(p.Details)
		switch p.Name {
		case "pool-1":
			if p.Used != 400 || p.Committed != 1200 || !strings.Contains(details, "Prometheus (diskpool_committed_size_bytes)") {
				t.Errorf("%s used, %s committed, %s", p.Used, p.Committed, details)
			}
		case "pool-2": // on a lost node
			if p.Committed.IsKnown() || strings.Contains(details, "Prometheus") {
				t.Errorf("a pool that is down has %s committed", p.Committed)
			}
		}
	}
}
