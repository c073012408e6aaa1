package kube

import (
	"fmt"
	"net"
	"net/url"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// jivaHealth translates status.status of a JivaVolume (RW, RO) and the mode of a replica (RW, WO while it is rebuilt, ERR).
func jivaHealth(mode string) models.Health {
	switch mode {
	case "RW":
		return models.Healthy
	case "WO":
		return models.Rebuilding
	case "RO":
		return models.ReadOnly
	case "ERR", "Offline":
		return models.Down
	}
	return models.Unknown
}

func (b *builder) jivaVolume(v *models.Volume) {
	f := b.custom["JivaVolume"][v.Name]
	if f == nil {
		v.Health = models.Unknown
		v.Notes = append(v.Notes, "it has no JivaVolume that could be read, so its state is not known")
		return
	}
	v.Desired = f.count("spec", "desiredReplicationFactor")
	if v.Desired == 0 {
		v.Desired = f.count("spec", "policy", "target", "replicationFactor")
	}
	v.State, v.Health = f.str("status", "status"), jivaHealth(f.str("status", "status"))
	phase := f.str("status", "phase")
	switch phase {
	case "Pending":
		v.State, v.Health = phase, models.Awaiting
	case "Failed", "Deleting":
		v.State, v.Health = phase, models.Down
	}
	if node := b.node(f.label("nodeID")); node != "" {
		v.Node = node
	}
	b.jivaReplicas(v, f)
	sortReplicas(v)
	b.jivaDetails(v, f)
	quorum := v.Desired/2 + 1
	v.Quorum = quorum
	says := fmt.Sprintf("JivaVolume says status.status %s (phase %s)", v.State, phase)
	if v.Health == models.ReadOnly {
		v.Notes = append(v.Notes, fmt.Sprintf("%s: %d of %d replicas are RW and a volume needs %d to be writable", says, v.HealthyReplicas(), v.Desired, quorum))
	}
	if v.Health != models.Awaiting {
		b.judgeJiva(v, says, quorum)
	}
	if trouble := b.podTrouble(jivaTarget + v.Name); trouble != "" {
		v.Notes = append(v.Notes, fmt.Sprintf("%s, but its controller does not work: %s", says, trouble))
		fall(&v.Health, &v.Since, models.Down, b.podLost(jivaTarget+v.Name))
	}
}

// judgeJiva is judgeReplicas for an engine whose volume stays readable below the quorum and has no word for degraded.
func (b *builder) judgeJiva(v *models.Volume, says string, quorum int) {
	healthy := v.HealthyReplicas()
	word := v.Health
	judgeReplicas(v, says, min(quorum, max(1, healthy)), jivaHealth)
	switch {
	case healthy == 0:
	case healthy < quorum:
		v.Health = word.Worse(models.ReadOnly)
	case v.Health == models.Degraded && rebuildsOnly(v):
		v.Health = word.Worse(models.Rebuilding)
	}
}

// rebuildsOnly reports whether all replicas are there and those that are not healthy are being rebuilt.
func rebuildsOnly(v *models.Volume) bool {
	for _, r := range v.Replicas {
		if r.Health != models.Healthy && r.Health != models.Rebuilding {
			return false
		}
	}
	return len(v.Replicas) >= v.Desired
}

// jivaReplicas lists the replicas that the controller knows by address, and the replica pods that it does not know.
func (b *builder) jivaReplicas(v *models.Volume, f fields) {
	known := map[string]bool{}
	for _, s := range f.list("status", "replicaStatus") {
		r := models.Replica{Name: s.str("address"), Volume: v.Name, State: s.str("mode"), Size: v.Size, Used: models.UnknownBytes, Occupied: models.UnknownBytes, Progress: -1}
		r.Health = jivaHealth(r.State)
		if pod := b.podsByIP[host(r.Name)]; pod != nil {
			known[pod.Name] = true
			r.Name, r.Pod, r.Node, r.Created = pod.Name, pod.Name, pod.Spec.NodeName, pod.CreationTimestamp.Time
			b.pinned(pod, &r)
		}
		b.distrustReplica(&r, models.Jiva, "JivaVolume says status.replicaStatus mode "+r.State)
		v.Replicas = append(v.Replicas, r)
	}
	for _, pod := range b.engine[jivaReplica+v.Name] {
		if known[pod.Name] {
			continue
		}
		state, _, _ := podState(pod)
		r := models.Replica{Name: pod.Name, Pod: pod.Name, Volume: v.Name, Node: pod.Spec.NodeName, Health: models.Down, Size: v.Size, Used: models.UnknownBytes,
			Occupied: models.UnknownBytes, Progress: -1, Created: pod.CreationTimestamp.Time}
		r.Notes = append(r.Notes, fmt.Sprintf("its pod is in state %s and it is not connected to the volume", state))
		if n := b.pinned(pod, &r); n != "" {
			r.Notes[0] += ", since " + n
		}
		v.Replicas = append(v.Replicas, r)
	}
}

// pinned follows a replica pod to the hostpath volume that it needs, and says what is wrong with the node which that volume
// is on.
func (b *builder) pinned(pod *corev1.Pod, r *models.Replica) string {
	for _, name := range claimsOf(pod) {
		c := b.claims[key(pod.Namespace, name)]
		if c == nil {
			continue
		}
		pv := b.volumes[c.Spec.VolumeName]
		if pv == nil {
			continue
		}
		node := b.pinnedTo(pv)
		r.Backing = pv.Name
		if r.Node == "" {
			r.Node = node
		}
		if trouble := b.nodeTrouble(node); trouble != "" {
			return fmt.Sprintf("its PersistentVolume `%s` is pinned to `%s`: %s", pv.Name, node, trouble)
		}
	}
	return ""
}

// host returns the host of a replica's address ("tcp://10.42.1.31:9502"), or "".
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if h, _, err := net.SplitHostPort(u.Host); err == nil {
		return h
	}
	return u.Host
}
