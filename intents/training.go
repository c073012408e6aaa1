package intents

import "github.com/mulebot/mulebot/nlp"

// TrainingOptions are the options that a model of the built-in data is to be trained with: how the live names of clusters
// are spoken of.
func TrainingOptions() nlp.Options {
	return nlp.Options{LinearOnly: true, Names: map[string]nlp.NameType{
		"volume":       {Mask: "thing", Words: []string{"volume", "pv", "vol", "disk", "drive", "persistent volume"}},
		"claim":        {Mask: "thing", Words: []string{"claim", "pvc", "volume", "vol", "disk", "drive", "persistent volume claim"}},
		"pod":          {Mask: "thing", Words: []string{"pod"}},
		"workload":     {Mask: "app", Words: []string{"app", "application", "workload", "deployment", "statefulset", "sts", "service", "database", "db"}},
		"namespace":    {Mask: "namespace", Words: []string{"namespace", "ns", "project"}},
		"node":         {Mask: "node", Words: []string{"node", "host", "worker", "machine", "server"}},
		"zone":         {Mask: "zone", Words: []string{"zone", "availability zone", "az"}},
		"pool":         {Mask: "pool", Words: []string{"pool", "cspi", "cspc", "diskpool", "volume group", "vg", "zpool", "storage pool", "disk pool"}},
		"storageclass": {Mask: "storageclass", Words: []string{"storage class", "storageclass", "sc", "class"}},
		"snapshot":     {Mask: "snapshot", Words: []string{"snapshot", "snap", "volume snapshot"}},
		"blockdevice":  {Mask: "blockdevice", Words: []string{"block device", "blockdevice", "bd"}},
		"cluster":      {Mask: "cluster", Words: []string{"cluster", "environment"}},
	}}
}
