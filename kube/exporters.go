package kube

import (
	"context"
	"net/url"
	"time"

	"github.com/mulebot/mulebot/models"
)

// Exported is what the exporters of engines told a Prometheus: figures that no object has, or had when it could not be read.
type Exported struct {
	Volumes map[string]ExportedVolume // by the name of the PersistentVolume
	Pools   map[string]ExportedPool   // of Mayastor, by the name of the DiskPool
}

// ExportedVolume is the space that an engine keeps for a volume.
type ExportedVolume struct {
	Used   models.Bytes
	Metric string
	At     time.Time
}

// ExportedPool is what Mayastor's io-engine says of a pool.
type ExportedPool struct {
	Size, Used, Committed models.Bytes
	At                    time.Time
}

// The metrics that are read. What else exporters give is left alone: it has no label that says which pool of which node it is of (volume
// groups, cStor's pools), or says what objects say better; ZFS has no exporter of its own.
const (
	diskpoolTotal     = "diskpool_total_size_bytes"
	diskpoolUsed      = "diskpool_used_size_bytes"
	diskpoolCommitted = "diskpool_committed_size_bytes"
	actualUsed        = "openebs_actual_used" // by the targets of cStor and the controllers of Jiva, in GiB
	lvUsed            = "lvm_lv_used_percent" // of a thin logical volume; that of a thick one is 0
	lvSize            = "lvm_lv_total_size_bytes"
)

// exporters returns what Prometheus knows from the engines' exporters; what there is none of is not in it.
func (p *prometheus) exporters(ctx context.Context, now time.Time) (*Exported, error) {
	ctx, cancel := context.WithTimeout(ctx, prometheusTimeout)
	defer cancel()
	values := map[string]map[string]float64{} // by what it is of and metric
	for _, q := range []struct{ metric, label, more string }{
		{diskpoolTotal, "name", ""}, {diskpoolUsed, "name", ""}, {diskpoolCommitted, "name", ""},
		{actualUsed, "openebs_pv", ""}, {lvUsed, "name", `segtype="thin"`}, {lvSize, "name", `segtype="thin"`},
	} {
		selector := q.metric + "{" + joinMatchers(q.more, p.matcher) + "}"
		of := func(labels map[string]string) string { return labels[q.label] }
		by := "max by (" + q.label + ", cluster) ("
		if err := p.gather(ctx, by+selector+")", q.metric, of, values); err != nil {
			return nil, p.words(err)
		}
		if q.metric == diskpoolUsed || q.metric == actualUsed || q.metric == lvUsed {
			if err := p.gather(ctx, by+"timestamp("+selector+"))", q.metric+scraped, of, values); err != nil {
				return nil, p.words(err)
			}
		}
	}
	return exportedOf(values, now), nil
}

func joinMatchers(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "," + b
}

// exportedOf sorts figures by what they are of.
func exportedOf(values map[string]map[string]float64, now time.Time) *Exported {
	e := &Exported{Volumes: map[string]ExportedVolume{}, Pools: map[string]ExportedPool{}}
	for name, v := range values {
		at := func(metric string) time.Time {
			if t, ok := v[metric+scraped]; ok && t > 0 && t < float64(now.Unix()) {
				return time.UnixMilli(int64(t * 1000)).UTC()
			}
			return now
		}
		if size := bytesOf(v, diskpoolTotal); size > 0 {
			e.Pools[name] = ExportedPool{Size: size, Used: bytesOf(v, diskpoolUsed), Committed: bytesOf(v, diskpoolCommitted), At: at(diskpoolUsed)}
		}
		if n, ok := v[actualUsed]; ok {
			v[actualUsed] = n * float64(models.GiB)
			if used := bytesOf(v, actualUsed); used.IsKnown() {
				e.Volumes[name] = ExportedVolume{used, actualUsed, at(actualUsed)}
			}
		}
		if size, percent := bytesOf(v, lvSize), bytesOf(v, lvUsed); size > 0 && percent.IsKnown() && percent <= 100 {
			e.Volumes[name] = ExportedVolume{models.Bytes(v[lvUsed] / 100 * v[lvSize]), lvUsed, at(lvUsed)}
		}
	}
	return e
}

// exportedPools takes from Prometheus what neither a DiskPool nor the REST API tells of a pool that works.
func (b *builder) exportedPools() {
	if b.o.Usage == nil || b.o.Usage.Exported == nil {
		return
	}
	for i := range b.inv.Pools {
		p := &b.inv.Pools[i]
		told, ok := b.o.Usage.Exported.Pools[p.Name]
		if !ok || p.Engine != models.Mayastor || p.Health == models.Down {
			continue
		}
		source := models.Detail{Label: "Committed space from", Value: fromPrometheus + " (" + diskpoolCommitted + ")", Since: told.At}
		if !p.Size.IsKnown() {
			p.Size, p.Used, p.Free = told.Size, told.Used, models.UnknownBytes
			if told.Used.IsKnown() {
				p.Free = max(0, told.Size-told.Used)
			}
			source.Label, source.Value = "Figures from", fromPrometheus+" ("+diskpoolUsed+" and its like)"
		}
		if p.Committed.IsKnown() && source.Label != "Figures from" || !told.Committed.IsKnown() && source.Label != "Figures from" {
			continue
		}
		if !p.Committed.IsKnown() {
			p.Committed = told.Committed
		}
		p.Details = append(p.Details, source)
	}
}

// exported returns what an exporter says that the engine keeps for a volume, where nothing else tells it.
func (b *builder) exported(v *models.Volume) (ExportedVolume, bool) {
	if b.o.Usage == nil || b.o.Usage.Exported == nil || v.Used.IsKnown() {
		return ExportedVolume{}, false
	}
	told, ok := b.o.Usage.Exported.Volumes[v.Name]
	ofEngine := told.Metric == lvUsed && v.Engine == models.LVM && v.Thin || told.Metric == actualUsed && (v.Engine == models.CStor || v.Engine == models.Jiva)
	return told, ok && ofEngine && v.Health != models.Down
}

// gather asks a query and keeps the values of its samples under a metric, by what they are of; those of nothing are dropped.
func (p *prometheus) gather(ctx context.Context, promql, metric string, of func(labels map[string]string) string, values map[string]map[string]float64) error {
	body, err := p.get(ctx, url.Values{"query": {promql}})
	if err != nil {
		return err
	}
	defer body.Close()
	samples, err := parseSamples(body)
	if err != nil {
		return err
	}
	clusters := map[string]string{}
	for _, s := range samples {
		thing := of(s.Metric)
		if thing == "" {
			continue
		}
		if other, twice := clusters[thing]; twice && other != s.Metric["cluster"] {
			return severalClusters(other, s.Metric["cluster"])
		}
		clusters[thing] = s.Metric["cluster"]
		if values[thing] == nil {
			values[thing] = map[string]float64{}
		}
		values[thing][metric] = s.value
	}
	return nil
}
