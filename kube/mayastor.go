package kube

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// mayastorHealth translates the states of Mayastor's pools, volumes, replicas and nexus children.
func mayastorHealth(state string) models.Health {
	switch state {
	case "Online":
		return models.Healthy
	case "Degraded", "Suspected":
		return models.Degraded
	case "Faulted", "Offline", "Shutdown":
		return models.Down
	case "Creating", "Pending":
		return models.Awaiting
	}
	return models.Unknown
}

// addDiskPools lists the DiskPools, of either version of the resource, and what the REST API adds: committed capacity, and
// pools that nobody declared as a resource.
func (b *builder) addDiskPools() {
	for _, object := range b.o.Custom["DiskPool"] {
		f := fields(object)
		p := models.Pool{Name: f.name(), Node: b.node(f.str("spec", "node")), Engine: models.Mayastor, Kind: "DiskPool",
			State: f.first("status", "status", "pool_status"), Size: f.bytes("status", "capacity"), Used: f.bytes("status", "used"),
			Free: f.bytes("status", "available"), Committed: models.UnknownBytes, Disks: f.strings("spec", "disks"), Replicas: -1, Created: f.created()}
		p.Health = mayastorHealth(p.State)
		if phase := f.str("status", "cr_state"); p.State == "" && (phase == "Creating" || f.sub("status") == nil) {
			p.State, p.Health = phase, models.Awaiting
		}
		if p.Size == 0 { // a pool that is not loaded says 0 of everything
			p.Size, p.Used, p.Free = models.UnknownBytes, models.UnknownBytes, models.UnknownBytes
		}
		p.Details = []models.Detail{{Label: "Namespace of its object", Value: f.namespace()}, {Label: "Managed", Value: "yes, by its DiskPool"}}
		if alert := f.str("status", "errorInfo", "alerts", "status"); alert != "" {
			p.Details = append(p.Details, models.Detail{Label: "Alert", Value: alert})
		}
		b.diskPoolNotes(&p, f)
		b.distrust(&p, "DiskPool says status "+p.State, b.podTrouble(mayastorAgent+p.Node))
		b.addPool(p)
	}
	if b.o.Mayastor != nil {
		for _, pool := range b.o.Mayastor.Pools {
			b.mayastorPool(pool)
		}
	}
}

func (b *builder) diskPoolNotes(p *models.Pool, f fields) {
	note := func(format string, args ...any) { p.Notes = append(p.Notes, fmt.Sprintf(format, args...)) }
	ready := f.condition("PoolReady")
	p.Entered = ready.time("lastTransitionTime")
	p.Since = p.Entered
	p.Conditions = f.conditions()
	if code := f.str("status", "error", "code"); code != "" {
		text := f.str("status", "error", "message")
		if text == "" {
			if e := b.newest("DiskPool", f.namespace(), f.name(), warning); e != nil {
				text = e.Message
			}
		}
		p.Error = code + colon(text)
		if code == "DiskNotFound" {
			p.Lost = max(1, len(p.Disks)) // a DiskPool is of one disk
		}
		note("DiskPool says status.error.code %s%s%s", code, since(p.Since), colon(text))
	}
	if !p.Size.IsKnown() {
		note("the pool is not loaded, so its capacity is not known (DiskPool says 0)")
	}
	if alert := f.str("status", "alertError"); alert != "" && alert != "Healthy" {
		p.Error = cmp.Or(p.Error, fmt.Sprintf("alert %s: %d I/O errors", alert, f.count("status", "errorInfo", "ioErrorCount")))
		note("DiskPool says status.alertError %s: %d I/O errors", alert, f.count("status", "errorInfo", "ioErrorCount"))
	}
	if f.yes("status", "errorInfo", "ioStalled") {
		p.Health = p.Health.Worse(models.Degraded)
		p.Error = cmp.Or(p.Error, "its disk does not answer (status.errorInfo.ioStalled)")
		note("DiskPool says status.errorInfo.ioStalled true: its disk does not answer")
	}
	if f.str("status", "cr_state") == "Terminating" {
		note("DiskPool says status.cr_state Terminating: it is being deleted")
	}
	if raw := f.str("status", "pool_status"); raw != "" && raw != p.State {
		note("DiskPool says status.status %s, while the last that its node reported (status.pool_status) is %s", p.State, raw)
	}
}

// mayastorPool adds to a pool what only the REST API says of it.
func (b *builder) mayastorPool(f fields) {
	node, name := b.node(f.str("spec", "node")), f.str("id")
	status := f.str("state", "status")
	if f.sub("state") == nil {
		status = f.str("diag", "status")
	}
	p := b.pool(models.Mayastor, node, name)
	if p == nil {
		made := models.Pool{Name: name, Node: node, Engine: models.Mayastor, Kind: "DiskPool", State: status, Health: mayastorHealth(status),
			Size: f.bytes("state", "capacity"), Used: f.bytes("state", "used"), Free: models.UnknownBytes, Committed: models.UnknownBytes,
			Disks: f.strings("spec", "disks"), Replicas: -1}
		if made.Size.IsKnown() && made.Used.IsKnown() {
			made.Free = max(0, made.Size-made.Used)
		}
		made.Details = []models.Detail{{Label: "Managed", Value: "no: there is no DiskPool for it"}}
		if f.sub("state") == nil {
			made.Error = f.str("diag", "error", "code")
			made.Notes = append(made.Notes, "the pool is not loaded, so its capacity is not known"+colon(f.str("diag", "error", "code")))
			made.Health = made.Health.Worse(models.Unknown)
		}
		b.distrust(&made, "Mayastor says state.status "+status, b.podTrouble(mayastorAgent+node))
		b.addPool(made)
		p = b.pool(models.Mayastor, node, name)
	} else if h := mayastorHealth(status); status != "" && h.Severity() > p.Health.Severity() {
		p.Notes = append(p.Notes, fmt.Sprintf("DiskPool says status %s, but Mayastor's REST API says %s", p.State, status))
		p.Health = h
	}
	p.Committed = f.bytes("state", "committed")
}

// mayastorNodes notes what Mayastor says of nodes beside Kubernetes: it has a cordon of its own.
func (b *builder) mayastorNodes() {
	if b.o.Mayastor == nil {
		return
	}
	for _, node := range b.o.Mayastor.Nodes {
		f := fields(node)
		n := b.nodes[b.node(f.str("id"))]
		if n == nil {
			continue
		}
		for _, cordon := range []struct{ field, labels, word string }{
			{"cordonedstate", "cordonlabels", "cordoned"}, {"drainingstate", "drainlabels", "being drained"}, {"drainedstate", "drainlabels", "drained"},
		} {
			if s := f.sub("spec", "cordondrainstate", cordon.field); s != nil {
				n.Closed = fmt.Sprintf("%s in Mayastor (%s)", cordon.word, strings.Join(s.strings(cordon.labels), ", "))
				n.Notes = append(n.Notes, fmt.Sprintf("it is %s in Mayastor (%s), which is apart from Kubernetes' own cordon: no new replica is placed on it", cordon.word, strings.Join(s.strings(cordon.labels), ", ")))
			}
		}
		if status := f.str("state", "status"); status != "Online" && status != "" && n.Ready {
			n.Notes = append(n.Notes, fmt.Sprintf("Node says Ready, but Mayastor's REST API says state.status %s", status))
			n.Health = n.Health.Worse(models.Degraded)
		}
	}
}

func (b *builder) mayastorVolume(v *models.Volume, pv *corev1.PersistentVolume) {
	attributes := pv.Spec.CSI // nil for a volume that is Mayastor's by its label alone
	if attributes == nil {
		attributes = &corev1.CSIPersistentVolumeSource{}
	}
	v.Desired = max(1, fields{"repl": attributes.VolumeAttributes["repl"]}.count("repl"))
	v.Thin = attributes.VolumeAttributes["thin"] == "true"
	f := b.mayastor[attributes.VolumeHandle]
	switch {
	case b.o.Mayastor == nil:
		v.Health = models.Unknown
		v.Notes = append(v.Notes, fmt.Sprintf("PersistentVolume says status.phase %s; Mayastor's own state is not known, since its REST API was not read", v.Phase))
		return
	case f == nil:
		v.Health = models.Unknown
		v.Notes = append(v.Notes, fmt.Sprintf("PersistentVolume says status.phase %s, but Mayastor's REST API lists no volume %s", v.Phase, attributes.VolumeHandle))
		return
	}
	v.State, v.Thin = f.str("state", "status"), f.yes("spec", "thin")
	if n := f.count("spec", "num_replicas"); n > 0 {
		v.Desired = n
	}
	b.mayastorReplicas(v, f)
	v.Details = mayastorDetails(f)
	v.Health = mayastorHealth(v.State)
	target := b.node(f.str("state", "target", "node"))
	v.Target = target
	says := "Mayastor says state.status " + v.State
	if v.State == "Unknown" && target != "" {
		v.Health = models.Down
		v.Notes = append(v.Notes, fmt.Sprintf("%s: its target on node `%s` does not answer", says, target))
	}
	judgeReplicas(v, says, 1, mayastorHealth)
	if len(v.Replicas) < v.Desired {
		v.Notes = append(v.Notes, fmt.Sprintf("Mayastor wants %d replicas (spec.num_replicas) and has made %d: as a rule it finds no suitable pool for another", v.Desired, len(v.Replicas)))
	}
	switch trouble := b.nodeTrouble(target); {
	case trouble != "":
		v.Notes = append(v.Notes, fmt.Sprintf("%s, but its target's %s", says, trouble))
		fall(&v.Health, &v.Since, models.Down, b.lost(target))
	case target == "":
		v.Notes = append(v.Notes, "it is not published: nothing mounts it, and Mayastor judges it by its replicas alone")
	}
}

func (b *builder) mayastorReplicas(v *models.Volume, f fields) {
	topology := f.sub("state", "replica_topology")
	for id := range topology {
		t := topology.sub(id)
		r := models.Replica{Name: id, Volume: v.Name, Node: b.node(t.str("node")), Pool: t.str("pool"), State: t.str("child-status"),
			Size: t.bytes("usage", "capacity"), Used: t.bytes("usage", "allocated"), Occupied: models.UnknownBytes, Progress: -1}
		replica := t.str("state")
		if r.State == "" {
			r.State = replica
		}
		r.Health = mayastorHealth(r.State)
		if progress, ok := t.number("rebuild-progress"); ok {
			r.Progress = progress
			if r.Health == models.Degraded {
				r.Health = models.Rebuilding
			}
		}
		if reason := t.str("child-status-reason"); reason != "" {
			r.Reason = reason
			r.Notes = append(r.Notes, "Mayastor says child-status-reason "+reason)
		}
		if h := mayastorHealth(replica); h.Severity() > r.Health.Severity() {
			r.Notes = append(r.Notes, fmt.Sprintf("Mayastor says child-status %s, but the replica's own state is %s", r.State, replica))
			r.Health = h
		}
		b.distrustReplica(&r, models.Mayastor, "Mayastor says "+r.State)
		b.held[poolKey(models.Mayastor, r.Node, r.Pool)]++
		v.Replicas = append(v.Replicas, r)
	}
	sortReplicas(v)
	b.mayastorUsed(v, f)
	if !v.Size.IsKnown() {
		v.Size = f.bytes("spec", "size")
	}
	slices.Sort(v.Pools)
}

// mayastorUsed tells how full a thin volume is. Of a thick one Mayastor allocates everything at once, whatever is in it.
func (b *builder) mayastorUsed(v *models.Volume, f fields) {
	switch {
	case !v.Thin:
		v.Unmeasured = "the volume is thick, so Mayastor allocates all of it at once"
	case slices.ContainsFunc(v.Replicas, func(r models.Replica) bool { return r.Used.IsKnown() }):
		v.Used, v.UsedSource = f.bytes("state", "usage", "allocated"), "what Mayastor has allocated for it"
	}
}
