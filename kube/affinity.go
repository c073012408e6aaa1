package kube

import (
	"fmt"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// hostLabels are the labels of nodes whose values are names of theirs.
var hostLabels = []string{corev1.LabelHostname, "openebs.io/nodeid", "openebs.io/nodename"}

// nodeTerms returns the terms of a volume's node affinity, one of which a node has to match.
func nodeTerms(pv *corev1.PersistentVolume) []corev1.NodeSelectorTerm {
	if pv.Spec.NodeAffinity == nil || pv.Spec.NodeAffinity.Required == nil {
		return nil
	}
	return pv.Spec.NodeAffinity.Required.NodeSelectorTerms
}

// pinnedTo returns the node that holds a local volume: the one that its affinity names, even if that does not exist any more, or else
// the only one that matches it; "" if none or several do, since then nobody says which it is.
func (b *builder) pinnedTo(pv *corev1.PersistentVolume) string {
	terms := nodeTerms(pv)
	if len(terms) == 0 {
		return ""
	}
	if host := hostOf(terms); host != "" {
		return b.node(host)
	}
	k := fmt.Sprint(terms) // many volumes have the same few terms
	node, known := b.pins[k]
	if !known {
		node = onlyMatch(terms, b.o.Nodes)
		b.pins[k] = node
	}
	return node
}

// hostOf returns the name of the only node that terms allow by its name; "" if they allow several, or none by its name.
func hostOf(terms []corev1.NodeSelectorTerm) string {
	host := ""
	for _, term := range terms {
		name := ""
		for _, e := range slices.Concat(term.MatchExpressions, term.MatchFields) {
			named := e.Key == "metadata.name" || slices.Contains(hostLabels, e.Key)
			if named && e.Operator == corev1.NodeSelectorOpIn && len(e.Values) == 1 {
				name = e.Values[0]
			}
		}
		if name == "" || host != "" && host != name {
			return ""
		}
		host = name
	}
	return host
}

// onlyMatch returns the name of the only node that matches one of the terms; "" if none or several do.
func onlyMatch(terms []corev1.NodeSelectorTerm, nodes []*corev1.Node) string {
	name := ""
	for _, n := range nodes {
		if !slices.ContainsFunc(terms, func(t corev1.NodeSelectorTerm) bool { return matches(t, n) }) {
			continue
		}
		if name != "" {
			return ""
		}
		name = n.Name
	}
	return name
}

// matches reports whether a node matches all that a term requires. A term that requires nothing matches no node.
func matches(term corev1.NodeSelectorTerm, n *corev1.Node) bool {
	for _, e := range term.MatchExpressions {
		if value, there := n.Labels[e.Key]; !meets(e, value, there) {
			return false
		}
	}
	for _, e := range term.MatchFields {
		if e.Key != "metadata.name" || !meets(e, n.Name, true) {
			return false
		}
	}
	return len(term.MatchExpressions)+len(term.MatchFields) > 0
}

// meets reports whether a value, if there is one, is as a requirement wants it.
func meets(e corev1.NodeSelectorRequirement, value string, there bool) bool {
	switch e.Operator {
	case corev1.NodeSelectorOpIn:
		return there && slices.Contains(e.Values, value)
	case corev1.NodeSelectorOpNotIn:
		return !there || !slices.Contains(e.Values, value)
	case corev1.NodeSelectorOpExists:
		return there
	case corev1.NodeSelectorOpDoesNotExist:
		return !there
	case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
		if len(e.Values) != 1 {
			return false
		}
		has, err := strconv.ParseInt(value, 10, 64)
		limit, wrong := strconv.ParseInt(e.Values[0], 10, 64)
		return there && err == nil && wrong == nil && (e.Operator == corev1.NodeSelectorOpGt && has > limit || e.Operator == corev1.NodeSelectorOpLt && has < limit)
	}
	return false
}

// namedNode returns the node that the affinity of a volume of any driver allows alone, by a label of whatever key whose value is the
// node's name: the driver's own, as a rule. Zones have no names of nodes.
func (b *builder) namedNode(pv *corev1.PersistentVolume) string {
	terms := nodeTerms(pv)
	if len(terms) != 1 {
		return ""
	}
	for _, e := range slices.Concat(terms[0].MatchExpressions, terms[0].MatchFields) {
		if e.Operator != corev1.NodeSelectorOpIn || len(e.Values) != 1 {
			continue
		}
		if node := b.node(e.Values[0]); b.nodes[node] != nil {
			return node
		}
	}
	return ""
}
