package kube

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// stamp writes a moment in a note.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// since writes " since MOMENT", or nothing if the moment is not known.
func since(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " since " + stamp(t)
}

// node returns the name of a node by any name that an engine calls it by.
func (b *builder) node(name string) string {
	if real, ok := b.alias[name]; ok {
		return real
	}
	return name
}

// nodeTrouble says what makes everything on a node unusable: "" if nothing does, or if no node is known at all.
func (b *builder) nodeTrouble(name string) string {
	if name == "" || len(b.nodes) == 0 {
		return ""
	}
	n := b.nodes[name]
	switch {
	case n == nil:
		return fmt.Sprintf("node `%s` does not exist", name)
	case !n.Ready:
		return fmt.Sprintf("node `%s` is NotReady%s", name, since(n.Since))
	}
	return ""
}

// lost returns when a node ceased to be ready; zero if it is, or nobody says.
func (b *builder) lost(name string) time.Time {
	if n := b.nodes[name]; n != nil && !n.Ready {
		return n.Since
	}
	return time.Time{}
}

// fall makes a health worse, and notes since when; it never makes one better.
func fall(h *models.Health, since *time.Time, to models.Health, at time.Time) {
	if to.Severity() > h.Severity() {
		*h, *since = to, at
	}
}

func (b *builder) addNodes() {
	b.inv.Nodes = make([]models.Node, 0, len(b.o.Nodes)) // never grows: builder.nodes points into it
	for _, n := range b.o.Nodes {
		m := models.Node{Name: n.Name, State: "Unknown", Health: models.Down, Cordoned: n.Spec.Unschedulable,
			Roles: roles(n), Kubelet: n.Status.NodeInfo.KubeletVersion, Zone: zone(n), Created: n.CreationTimestamp.Time}
		for _, t := range n.Spec.Taints {
			m.Taints = append(m.Taints, t.ToString())
		}
		for _, c := range n.Status.Conditions {
			switch {
			case c.Type == corev1.NodeReady:
				b.readiness(&m, c)
			case c.Status == corev1.ConditionTrue:
				m.Pressure = append(m.Pressure, string(c.Type))
				m.Conditions = append(m.Conditions, models.Condition{Type: string(c.Type), Reason: c.Reason, Message: c.Message, Since: c.LastTransitionTime.Time})
				m.Notes = append(m.Notes, fmt.Sprintf("Node condition %s is true%s: %s", c.Type, since(c.LastTransitionTime.Time), c.Message))
			}
		}
		if len(m.Pressure) > 0 {
			m.Health = m.Health.Worse(models.Degraded)
		}
		if m.Cordoned {
			m.Notes = append(m.Notes, "it is cordoned (spec.unschedulable): no new pod is placed on it")
		}
		b.inv.Nodes = append(b.inv.Nodes, m)
		b.nodes[n.Name] = &b.inv.Nodes[len(b.inv.Nodes)-1]
	}
	b.mayastorNodes()
}

// readiness reads the condition Ready. A node whose kubelet fell silent has it Unknown and is as good as not ready.
func (b *builder) readiness(m *models.Node, c corev1.NodeCondition) {
	m.Since, m.Message = c.LastTransitionTime.Time, c.Message
	switch c.Status {
	case corev1.ConditionTrue:
		m.Ready, m.State, m.Health = true, "Ready", models.Healthy
	case corev1.ConditionFalse:
		m.State = "NotReady"
		m.Notes = append(m.Notes, fmt.Sprintf("Node condition Ready is False%s: %s", since(m.Since), c.Message))
	default:
		m.Notes = append(m.Notes, fmt.Sprintf("Node condition Ready is Unknown%s: its kubelet does not answer", since(m.Since)))
	}
}

// zone is where a node stands, by its label or the older one.
func zone(n *corev1.Node) string {
	return cmp.Or(n.Labels[corev1.LabelTopologyZone], n.Labels[corev1.LabelFailureDomainBetaZone])
}

func roles(n *corev1.Node) []string {
	var all []string
	for label := range n.Labels {
		if role, ok := strings.CutPrefix(label, "node-role.kubernetes.io/"); ok && role != "" {
			all = append(all, role)
		}
	}
	return sorted(all)
}

// agentNotes says on the nodes where an engine's own pod does not work: what the engine reports of the node may be old.
func (b *builder) agentNotes() {
	for i := range b.inv.Nodes {
		n := &b.inv.Nodes[i]
		for _, agent := range []struct{ role, name string }{{mayastorAgent, "Mayastor's io-engine"}, {lvmAgent, "LVM's node agent"}, {zfsAgent, "ZFS's node agent"}} {
			if trouble := b.podTrouble(agent.role + n.Name); trouble != "" && n.Ready {
				n.Notes = append(n.Notes, fmt.Sprintf("%s does not work here: %s", agent.name, trouble))
			}
		}
	}
}
