package intents_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// TestFieldsAskedFor is which fields questions ask for, and what they want computed beside the first thing.
func TestFieldsAskedFor(t *testing.T) {
	k := newTalk(t)
	for text, want := range map[string]string{
		"on which node and in which pool does wiki-data live":             "show=attached,pool",
		"which pool and node is wiki-data in":                             "show=pool,attached",
		"is jenkins-home thin or thick":                                   "show=thin",
		"is jenkins-home thick-provisioned or thin, and its compression?": "show=thin,compression",
		"does grafana-data have snapshots":                                "show=snapshots",
		"nexus-data: size, class and access modes":                        "show=size,storageclass,access",
		"kafka-1 restarts, node, usage":                                   "show=restarts,node,used_percent",
		"nodes with their zone and version":                               "show=zone,kubelet",
		"volumes in kafka including their pools and reclaim policy":       "show=pool,reclaim",
		"pools of prod-east, status column and ro column":                 "show=state,readonly",
		"name, size and age of the snapshots":                             "show=size,name,age",
		"how much data sits in pool-on-worker-5":                          "show=used_percent",
		"do nexus and wiki have the same storage class":                   "field=differences show=storageclass",
		"compare the free space of pool-on-worker-5 and pool-on-worker-6": "field=differences show=free",
		"average and largest size of the volumes":                         "avg:size also=max:size",
		"mean, min and max usage of the cstor volumes":                    "avg:used_percent also=min:used_percent,max:used_percent",
		"count, total size and unhealthy count per engine":                "sum:size also=count:,count:health by=engine",
		"total free space and average usage of the pools by engine":       "sum:free also=avg:used_percent by=engine",
		"median size of the claims per namespace":                         "median:size by=namespace",
		"average number of replicas per mayastor volume":                  "avg:desired",
		"replicas on each mayastor node":                                  "count: by=node",
		"volumes per healthy pool":                                        "count: by=pool",
		"cstor targets by node":                                           "count: by=target",
		"claims per namespace, healthy and unhealthy":                     "count: by=namespace then=health",
		"how many applications have degraded volumes":                     "count: by=workload",
		"average pool usage of prod-east versus staging":                  "avg:used_percent by=cluster",
		"how many volumes are bound":                                      "count:",
		"volumes with storage class cstor-csi-3":                          "",
		"degraded volumes":                                                "",
	} {
		k.forget()
		reply := k.say(text)
		if got := fieldsOf(reply.Query); got != want {
			t.Errorf("%q asks for %q, want %q: %s", text, got, want, brief(reply.Query))
		}
	}
}

// TestNoSuchGroup says that an answer is not broken down as it was asked.
func TestNoSuchGroup(t *testing.T) {
	k := newTalk(t)
	for _, text := range []string{"volumes per rack", "number of claims per region", "snapshots per tape"} {
		k.forget()
		if reply := k.say(text); !slices.ContainsFunc(reply.Notes, func(n string) bool { return strings.Contains(n, "cannot break this down") }) && !saysWhatIsLeft(reply) {
			t.Errorf("%q: nothing is said of the groups: %q %q", text, reply.Text, reply.Notes)
		}
	}
}

// fieldsOf writes what of a query says which fields are told and what is computed.
func fieldsOf(q *models.Query) string {
	if q == nil {
		return "-"
	}
	var parts []string
	if q.Aggregate != "" {
		parts = append(parts, q.Aggregate+":"+q.Field)
	} else if q.Field != "" {
		parts = append(parts, "field="+q.Field)
	}
	var also []string
	for _, m := range q.Also {
		also = append(also, m.Aggregate+":"+m.Field)
	}
	for _, part := range []struct{ key, value string }{{"also=", strings.Join(also, ",")}, {"by=", q.GroupBy}, {"then=", q.ThenBy}, {"show=", strings.Join(q.Show, ",")}} {
		if part.value != "" {
			parts = append(parts, part.key+part.value)
		}
	}
	return strings.Join(parts, " ")
}
