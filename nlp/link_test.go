package nlp

import (
	"slices"
	"strings"
	"testing"
)

func liveNames() *Index {
	c := func(kind, value, scope string) Name { return Name{kind, value, scope, "prod-east"} }
	return NewIndex(
		c("volume", "pvc-689b2a1e-6a5b-4c7d-9e8f-0a1b2c3d4e5f", ""), c("volume", "pvc-68a00000-6a5b-4c7d-9e8f-0a1b2c3d4e5f", ""),
		c("claim", "data-mysql-0", "db"), c("claim", "data-mysql-1", "db"), c("claim", "postgres-data", "web"),
		c("claim", "cache", "web"), c("claim", "cache", "db"),
		c("pod", "mysql-0", "db"), c("workload", "mysql", "db"), c("namespace", "mysql", ""), c("namespace", "db", ""),
		c("namespace", "web", ""), c("namespace", "openebs", ""), c("node", "node-1", ""), c("node", "worker3", ""),
		c("node", "ip-10-0-3-7.ec2.internal", ""), c("cluster", "prod-east", ""), c("cluster", "prod-west", ""), c("cluster", "staging", ""),
		c("storageclass", "mayastor-3", ""), c("pool", "pool-on-node-1", ""), c("pool", "tank", ""), c("snapshot", "nightly-2026", "db"),
	)
}

// linked prints the names found: "type value", "type value?" when it is less than certain, "?text" for an unknown name,
// and several that are equally likely with bars between.
func linked(found []found) string {
	var parts []string
	for _, f := range found {
		if f.Source != FromName {
			continue
		}
		if f.Type == UnknownName {
			parts = append(parts, "?"+f.Text)
			continue
		}
		var same []string
		for _, c := range f.Candidates {
			if c.Score == f.Candidates[0].Score {
				same = append(same, c.Type+" "+c.Value)
			}
		}
		slices.Sort(same)
		parts = append(parts, strings.Join(slices.Compact(same), "|"))
	}
	return strings.Join(parts, "; ")
}

func TestLink(t *testing.T) {
	const pvc = "volume pvc-689b2a1e-6a5b-4c7d-9e8f-0a1b2c3d4e5f"
	rows := []struct{ text, want string }{
		// exact
		{"describe data-mysql-0", "claim data-mysql-0"}, {"Describe DATA-MySQL-0!", "claim data-mysql-0"},
		{"what is on node-1?", "node node-1"}, {"node-1: what is on it", "node node-1"}, {"how is tank", "pool tank"},
		{"how is pool-on-node-1", "pool pool-on-node-1"}, {"how is ip-10-0-3-7.ec2.internal", "node ip-10-0-3-7.ec2.internal"},
		{"data-mysql-0 and data-mysql-1", "claim data-mysql-0; claim data-mysql-1"},
		// the same name twice
		{"how is mysql doing", "namespace mysql|workload mysql"}, {"volumes in namespace mysql", "namespace mysql"},
		{"in the mysql namespace", "namespace mysql"}, {"how is cache", "claim cache"}, {"db/cache", "claim cache"},
		// quotes
		{"delete 'mysql-data-0' now", "claim data-mysql-0"}, {"how is `data-mysql-0`", "claim data-mysql-0"},
		{"how is “data-mysql-0” doing", "claim data-mysql-0"}, {"how is ‘mysql data 0’", "claim data-mysql-0"},
		{"*data-mysql-0* _node-1_", "claim data-mysql-0; node node-1"}, {"<data-mysql-0>", "claim data-mysql-0"},
		// possessives
		{"prod-east's volumes", "cluster prod-east"}, {"prod-east’s volumes", "cluster prod-east"}, {"data-mysql-0's replicas", "claim data-mysql-0"},
		// separators and order
		{"how is mysql data 0", "claim data-mysql-0"}, {"data mysql 0", "claim data-mysql-0"}, {"data_mysql_0", "claim data-mysql-0"},
		{"data.mysql.0", "claim data-mysql-0"}, {"on worker 3", "node worker3"}, {"on worker-3", "node worker3"}, {"on node 1", "node node-1"},
		{"on node1", "node node-1"}, {"prod east", "cluster prod-east"}, {"data postgres", "claim postgres-data"},
		// prefixes
		{"describe pvc-689b", pvc}, {"describe 689b2a", pvc}, {"how is stag", "cluster staging"},
		{"describe pvc-68", "volume pvc-689b2a1e-6a5b-4c7d-9e8f-0a1b2c3d4e5f|volume pvc-68a00000-6a5b-4c7d-9e8f-0a1b2c3d4e5f"},
		{"in prod", "cluster prod-east|cluster prod-west"}, {"how is postgres", "claim postgres-data"},
		// typos
		{"describe data-msql-0", "claim data-mysql-0"}, {"describe data-myslq-0", "claim data-mysql-0"}, {"on stagign", "cluster staging"},
		{"how is postgers-data", "claim postgres-data"}, {"mysql dtaa 0", "claim data-mysql-0"}, {"in opnebs", "namespace openebs"},
		{"pvc-689b2a1e-6a5b-4c7d-9e8f-0a1b2c3d4e5e", pvc}, {"mayastr-3", "storageclass mayastor-3"},
		{"pcv-689b2a1e-6a5b-4c7d-9e8f-0a1b2c3d4e5f", pvc}, {"pvc689b2a1e6a5b4c7d9e8f0a1b2c3d4e5f", pvc},
		// plurals, and the words of a UUID
		{"what are the data-mysql-0s doing", "claim data-mysql-0"}, {"how is pvc 689b2a1e 6a5b 4c7d 9e8f 0a1b2c3d4e5f", pvc},
		// scopes and paths
		{"ls /var/lib/kubelet/plugins/kubernetes.io/csi/pv/pvc-689b2a1e-6a5b-4c7d-9e8f-0a1b2c3d4e5f/globalmount", pvc},
		{"db/data-mysql-0", "claim data-mysql-0"}, {"pvc/data-mysql-0", "claim data-mysql-0"}, {"prod-east/node-1", "node node-1"},
		{"/var/lib/kubelet/pods/x/volumes/data-mysql-0/mount", "claim data-mysql-0"},
		{"web/data-mysql-0", "?web/data-mysql-0"},
		// log lines
		{`MountVolume.SetUp failed for volume "pvc-689b2a1e-6a5b-4c7d-9e8f-0a1b2c3d4e5f" : rpc error: code = Internal desc = x`, pvc},
		{`level=error pvc=data-mysql-0 node="node-1"`, "claim data-mysql-0; node node-1"},
		{"Warning  FailedMount  pod/mysql-0  Unable to attach", "pod mysql-0"},
		// what is no live name
		{"describe data-mysql-7", "?data-mysql-7"}, {"describe pvc-123", "?pvc-123"}, {"what is on node 9", "?node 9"}, {"on node9", "?node9"},
		{"how is volume nosuchname", "?nosuchname"}, {"a volume named foo", "?foo"}, {"how is `nosuch`", "?nosuch"},
		{"describe db-b", "?db-b"}, {"describe prod-south", "?prod-south"},
		// what is no name
		{"list volumes", ""}, {"which storage class is read-only", ""}, {"are all replicas healthy", ""}, {"show the pools' usage", ""},
		{"is 'degraded' bad", ""}, {"version 1.36.3", ""}, {"https://example.com/pvc-689b", ""}, {"<@U123ABC> help", ""}, {"top 5 nodes", ""},
		{"", ""}, {"what about it", ""},
	}
	e, x := testExtractor(t), liveNames()
	for _, row := range rows {
		if got := linked(e.extract(row.text, tokenise(row.text), x, e.now())); got != row.want {
			t.Errorf("%q: %q, want %q", row.text, got, row.want)
		}
	}
}

// TestLinkTrainedWord cuts names short to a word that is one of the training data as well, such as of the examples of a workspace: where a
// name is expected it is one.
func TestLinkTrainedWord(t *testing.T) {
	e, x := testExtractor(t), liveNames()
	e.lexicon.trained["prod"], e.lexicon.trained["stag"], e.lexicon.trained["pool"] = true, true, true
	for text, want := range map[string]string{"volumes on prod": "cluster prod-east|cluster prod-west", "nodes in cluster prod": "cluster prod-east|cluster prod-west",
		"volumes on stag": "", "prod volumes": "", "restart prod now": ""} {
		if got := linked(e.extract(text, tokenise(text), x, e.now())); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLinkSuggests(t *testing.T) {
	e := testExtractor(t)
	for text, want := range map[string]string{"describe data-mysql-7": "data-mysql-0", "what is on node 9": "node-1", "web/data-mysql-0": "data-mysql-0",
		"describe nodr-1": "node-1", "describe dxta-mysql-1": "data-mysql-1"} {
		found := e.extract(text, tokenise(text), liveNames(), e.now())
		if len(found) == 0 || len(found[len(found)-1].Candidates) == 0 || found[len(found)-1].Candidates[0].Value != want {
			t.Errorf("%q suggests %v, want %s first", text, found, want)
		}
	}
}

func TestNegate(t *testing.T) {
	rows := []struct{ text, want string }{
		{"volumes that are not healthy", "subject volume; not health healthy"},
		{"which volumes aren't healthy", "subject volume; not health healthy"},
		{"volumes without snapshots", "subject volume; not subject snapshot"},
		{"why isn't data-mysql-0 healthy", "claim data-mysql-0; not health healthy"},
		{"isn't data-mysql-0 healthy?", "claim data-mysql-0; not health healthy"},
		{"aren't the volumes healthy?", "subject volume; not health healthy"},
		{"why are the volumes not healthy", "subject volume; not health healthy"},
		{"volumes not on node-1", "subject volume; not node node-1"},
		{"volumes on nodes other than node-1", "subject volume; subject node; not node node-1"},
		{"volumes except those in db", "subject volume; namespace db"},
		{"volumes except in db", "subject volume; not namespace db"},
		{"neither healthy nor rebuilding", "not health healthy; not health rebuilding"},
		{"not healthy or rebuilding", "not health healthy; not health rebuilding"},
		{"not healthy and degraded", "not health healthy; health degraded"},
		{"non-healthy volumes", "not health healthy; subject volume"},
		{"nodes with no pools", "subject node; not subject pool"},
		{"not over 80%", "percentage <= 80"},
		{"healthy volumes", "health healthy; subject volume"},
	}
	e, x := testExtractor(t), liveNames()
	for _, row := range rows {
		if got := describe(e.extract(row.text, tokenise(row.text), x, e.now())); got != row.want {
			t.Errorf("%q: %q, want %q", row.text, got, row.want)
		}
	}
}

func TestLookups(t *testing.T) {
	rows := []struct{ text, want string }{
		{"Storage-Classes", "subject storageclass"}, {"storage class", "subject storageclass"}, {"PVs", "subject volume"},
		{"disk", "subject volume"}, {"persistent volumes", "subject volume"}, {"readonly", "health read-only"}, {"read only", "health read-only"},
		{"volmes", "subject volume"}, {"degarded", "health degraded"}, {"most full", "sort used_percent desc"}, {"biggest", "sort size desc"},
		{"most", ""}, {"in trouble", "health unhealthy"}, {"in", ""}, {"OPS-123", "ticket OPS-123"}, {"XOPS-1", "unknown_name XOPS-1"},
		{"storage", ""}, {"unhealthy", "health unhealthy"}, {"mode", ""}, {"noses", ""},
	}
	e := testExtractor(t)
	for _, row := range rows {
		if got := describe(e.extract(row.text, tokenise(row.text), nil, e.now())); got != row.want {
			t.Errorf("%q: %q, want %q", row.text, got, row.want)
		}
	}
}
