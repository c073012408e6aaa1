package answer

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// factsOf are the labels of the facts that tell what a description was asked for; the first that the thing has is told.
var factsOf = map[string][]string{
	"target IP": {"Target IP"}, "IQN": {"IQN"}, "portal": {"Portal"}, "target node": {"Target node", "Attached to"}, "reclaim policy": {"Reclaim policy", "Reclaim"},
	"access modes": {"Access modes"}, "age": {"Age"}, "version": {"Version", "Kubelet"}, "UUID": {"Volume's UUID", "UUID"}, "volume name": {"Volume"},
	"file system": {"File system"}, "volume mode": {"Mode"}, "compression": {"Compression"}, "deduplication": {"Deduplication"}, "record size": {"Record size"},
	"quorum": {"Quorum"}, "binding mode": {"Binding"}, "provisioner": {"Driver", "Provisioner"}, "volume group": {"Volume group", "Pools"}, "zone": {"Zone"},
	"storage class": {"Storage class"}, "engine": {"Engine"}, "pool": {"Pools", "Pool"}, "node": {"Attached to", "Node"}, "claim": {"Claim", "Claims"}, "pods": {"Pods"}, "snapshots": {"Snapshots"}, "source": {"Made from", "Volume"}, "state": {"State", "Phase"},
	"size": {"Size"}, "usage": {"Used", "Used %"}, "copies": {"Replicas"},
}

// worthSaying are what a description says even that it is not known.
var worthSaying = map[string]bool{"target IP": true, "IQN": true, "portal": true, "target node": true, "age": true, "version": true, "file system": true, "quorum": true,
	"compression": true, "deduplication": true, "zone": true}

// answerAsked begins a description with what was asked for.
func answerAsked(rep *models.Reply, asked string) {
	var told []string
	for name := range strings.SplitSeq(asked, ",") {
		labels := factsOf[name]
		if labels == nil {
			continue
		}
		value := "not known"
		for _, label := range slices.Backward(labels) {
			if i := slices.IndexFunc(rep.Facts, func(f models.Fact) bool { return f.Label == label }); i >= 0 {
				value = rep.Facts[i].Value
			}
		}
		if value == "not known" && !worthSaying[name] {
			continue
		}
		told = append(told, name+": "+value)
	}
	if len(told) > 0 {
		rep.Text = phrase.Stop(phrase.Capital(strings.Join(told, "; "))) + " " + rep.Text
	}
}
