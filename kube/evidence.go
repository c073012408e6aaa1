package kube

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// addEvidence adds what no list shows and a diagnosis needs: attachments, the engines' own pods, what the scheduler believes
// to be free, and which kinds were not read.
func (b *builder) addEvidence() {
	b.addAttachments()
	b.addAgents()
	b.addComponents()
	b.addCapacities()
	b.addPoolGroups()
	for _, r := range resources() {
		if r.Builtin && b.o.Unread[r.Kind] || !r.Builtin && !b.seen(r.Kind) {
			if b.inv.Unread == nil {
				b.inv.Unread = map[string]bool{}
			}
			b.inv.Unread[r.Kind] = true
		}
	}
}

func (b *builder) addAttachments() {
	for _, volume := range slices.Sorted(maps.Keys(b.attached)) {
		for _, a := range b.attached[volume] {
			m := models.VolumeAttachment{Kind: "VolumeAttachment", Name: a.Name, Volume: volume, Node: a.Spec.NodeName,
				Attached: a.Status.Attached, Created: a.CreationTimestamp.Time}
			if e := a.Status.DetachError; e != nil {
				m.DetachError, m.Since = e.Message, e.Time.Time
			}
			if e := a.Status.AttachError; e != nil {
				m.Error, m.Since = e.Message, e.Time.Time
			}
			b.inv.Attachments = append(b.inv.Attachments, m)
		}
	}
	for _, object := range b.o.Custom["CStorVolumeAttachment"] {
		f := fields(object)
		b.inv.Attachments = append(b.inv.Attachments, models.VolumeAttachment{Kind: "CStorVolumeAttachment", Name: f.name(), Volume: f.label("Volname"),
			Node: b.node(f.label("nodeID")), Attached: f.str("status") == "Mounted", State: f.str("status"), Created: f.created()})
	}
	slices.SortStableFunc(b.inv.Attachments, func(x, y models.VolumeAttachment) int {
		return cmp.Or(strings.Compare(x.Volume, y.Volume), strings.Compare(x.Kind, y.Kind), strings.Compare(x.Name, y.Name))
	})
}

// agentOf says what a role of a pod is in the inventory.
func agentOf(role string, p *corev1.Pod) models.Agent {
	kind, serves, _ := strings.Cut(role, "/")
	a := models.Agent{Namespace: p.Namespace, Name: p.Name, Serves: serves, Node: p.Spec.NodeName}
	switch kind + "/" {
	case cstorTarget:
		a.Engine, a.Role = models.CStor, models.TargetAgent
	case cstorPoolPod:
		a.Engine, a.Role = models.CStor, models.PoolAgent
	case jivaTarget:
		a.Engine, a.Role = models.Jiva, models.TargetAgent
	case jivaReplica:
		a.Engine, a.Role = models.Jiva, models.ReplicaAgent
	case mayastorAgent:
		a.Engine, a.Role = models.Mayastor, models.StorageAgent
	case lvmAgent:
		a.Engine, a.Role = models.LVM, models.StorageAgent
	case zfsAgent:
		a.Engine, a.Role = models.ZFS, models.StorageAgent
	case csiNode:
		engine, node, _ := strings.Cut(serves, "/")
		a.Engine, a.Role, a.Serves = models.Engine(engine), models.NodeAgent, node
	case operator:
		engine, name, _ := strings.Cut(serves, "/")
		a.Engine, a.Role, a.Serves = models.Engine(engine), models.OperatorRole, strings.TrimPrefix(strings.TrimPrefix(name, "openebs-"), "cstor-")
	case provisioner:
		a.Engine, a.Role, a.Serves = models.Engine(serves), models.ProvisionRole, ""
	}
	return a
}

func (b *builder) addAgents() {
	for _, role := range slices.Sorted(maps.Keys(b.engine)) {
		for _, p := range b.engine[role] {
			a := agentOf(role, p)
			a.State, a.Ready, a.Restarts = podState(p)
			a.Reason, _, _ = podReasons(p)
			b.inv.Agents = append(b.inv.Agents, a)
		}
	}
}

func (b *builder) addCapacities() {
	for _, object := range b.o.Custom["CSIStorageCapacity"] {
		f := fields(object)
		c := models.Capacity{Name: f.name(), StorageClass: f.str("storageClassName"), Free: f.bytes("capacity")}
		wanted := f.sub("nodeTopology", "matchLabels")
		for _, n := range b.o.Nodes {
			fits := wanted != nil
			for key := range wanted {
				fits = fits && (n.Labels[key] == wanted.str(key) || n.Labels[key] == "" && b.node(wanted.str(key)) == n.Name)
			}
			if fits {
				c.Nodes = append(c.Nodes, n.Name)
			}
		}
		slices.Sort(c.Nodes)
		b.inv.Capacities = append(b.inv.Capacities, c)
	}
	slices.SortStableFunc(b.inv.Capacities, func(x, y models.Capacity) int {
		return cmp.Or(strings.Compare(x.StorageClass, y.StorageClass), slices.Compare(x.Nodes, y.Nodes), strings.Compare(x.Name, y.Name))
	})
}

func (b *builder) addPoolGroups() {
	for _, object := range b.o.Custom["CStorPoolCluster"] {
		f := fields(object)
		b.inv.PoolGroups = append(b.inv.PoolGroups, models.PoolGroup{Namespace: f.namespace(), Name: f.name(), Desired: f.count("status", "desiredInstances"),
			Provisioned: f.count("status", "provisionedInstances"), Healthy: f.count("status", "healthyInstances")})
	}
	slices.SortStableFunc(b.inv.PoolGroups, func(x, y models.PoolGroup) int { return strings.Compare(x.Name, y.Name) })
}

// podReasons returns why a pod is not placed or its container waits, how its container ended last, and since when it is not
// as it should be.
func podReasons(p *corev1.Pod) (reason, lastExit string, since corev1.PodCondition) {
	for _, c := range p.Status.Conditions {
		if c.Status != corev1.ConditionFalse {
			continue
		}
		if c.Type == corev1.PodScheduled {
			return c.Message, "", c
		}
		if c.Type == corev1.PodReady {
			since = c
		}
	}
	for _, s := range append(slices.Clip(p.Status.InitContainerStatuses), p.Status.ContainerStatuses...) {
		if w := s.State.Waiting; w != nil && w.Message != "" && reason == "" {
			reason = w.Message
		}
		end := s.LastTerminationState.Terminated
		if s.State.Terminated != nil {
			end = s.State.Terminated
		}
		if end != nil && end.ExitCode != 0 && lastExit == "" {
			lastExit = fmt.Sprintf("%s, exit code %d%s", terminated(end), end.ExitCode, colon(strings.TrimSpace(end.Message)))
		}
	}
	return reason, lastExit, since
}

// conditions returns the conditions that are true.
func (f fields) conditions() []models.Condition {
	var all []models.Condition
	for _, c := range f.list("status", "conditions") {
		if c.str("status") == "True" {
			all = append(all, models.Condition{Type: c.str("type"), Reason: c.str("reason"), Message: c.str("message"), Since: c.time("lastTransitionTime")})
		}
	}
	return all
}
