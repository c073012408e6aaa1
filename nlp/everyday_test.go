package nlp

import "testing"

// everydayNames are live names that are words of everyday English as well.
var everydayNames = []Name{
	{Type: "namespace", Value: "default"}, {Type: "namespace", Value: "data"}, {Type: "namespace", Value: "test"},
	{Type: "namespace", Value: "backup"}, {Type: "namespace", Value: "web"}, {Type: "storageclass", Value: "fast"},
	{Type: "storageclass", Value: "standard"}, {Type: "pool", Value: "main"}, {Type: "cluster", Value: "staging"},
	{Type: "node", Value: "storage"}, {Type: "namespace", Value: "monitoring"},
}

// everydaySentences say which of the everyday names is meant, "" for none.
var everydaySentences = []struct{ text, want string }{
	{"volumes in default", "default"}, {"the default storage class", ""}, {"list volumes in the default namespace", "default"},
	{"which storage class is the default", ""}, {"what is the default?", ""}, {"pvcs in namespace default", "default"},
	{"kubectl get pvc -n default", "default"}, {"default namespace volumes", "default"}, {"is there a default class", ""},
	{"how much data is on node-1", ""}, {"volumes in data", "data"}, {"did we lose data", ""}, {"data loss on node-1", ""},
	{"which pool holds the data", ""}, {"namespace data", "data"}, {"the data namespace", "data"}, {"5 GB of data", ""},
	{"claims in ns data over 80%", "data"}, {"where is the data of mysql-0", ""}, {"is any data at risk", ""},
	{"this is a test", ""}, {"test", "test"}, {"volumes in test and web", "test web"}, {"can you test the connection", ""},
	{"run a test on node-1", ""}, {"how many volumes in test", "test"}, {"pvcs in `test`", "test"}, {"and test?", "test"},
	{"my backup failed", ""}, {"is there a backup of mysql-0", ""}, {"volumes of backup", "backup"}, {"back up my data", ""},
	{"list the volumes in the backup namespace", "backup"}, {"when was the last backup", ""}, {"what about backup", "backup"},
	{"web", "web"}, {"how is web doing", "web"}, {"volumes of web", "web"}, {"snapshots in web", "web"},
	{"volumes of class fast", "fast"}, {"fast disks", ""}, {"a fast storage class", ""}, {"is node-1 fast enough", ""},
	{"volumes on fast", "fast"}, {"storage class \"fast\"", "fast"}, {"how fast is the rebuild", ""}, {"pvcs using sc fast", "fast"},
	{"the standard procedure", ""}, {"what is the standard", ""}, {"storageclass standard", "standard"},
	{"the main problem", ""}, {"pool main", "main"}, {"how full is the main pool", "main"}, {"in the main", ""},
	{"how is staging doing", "staging"}, {"staging", "staging"}, {"volumes on staging that are degraded", "staging"},
	{"how much storage is used", ""}, {"node storage", "storage"}, {"running out of storage", ""},
	{"volumes in monitoring", "monitoring"}, {"who is monitoring this", ""}, {"what's in monitoring", "monitoring"},
}

func TestEverydayNames(t *testing.T) {
	e, x := testExtractor(t), NewIndex(everydayNames...)
	for _, row := range everydaySentences {
		got := ""
		for _, f := range e.extract(row.text, tokenise(row.text), x, e.now()) {
			if f.Source == FromName && f.Type != UnknownName {
				if got != "" {
					got += " "
				}
				got += f.Value
			}
		}
		if got != row.want {
			t.Errorf("%q means %q, want %q", row.text, got, row.want)
		}
	}
}
