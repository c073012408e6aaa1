package intents

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/mulebot/mulebot/nlp"
)

// modelFile is a model of the built-in data, so that a program that starts need not train it: the SHA-256 of what it was trained from
// and a model file. It is written by "go test ./intents -run TestModelFile -update".
//
//go:embed builtin.model
var modelFile []byte

// Model returns the built-in model: the one in the program if it is of the built-in data, else it is trained.
func Model(now func() time.Time) (*nlp.Model, error) {
	if m, err := embeddedModel(now); err == nil {
		return m, nil
	}
	return trainedModel(now)
}

// embeddedModel fails if the model in the program was trained from other data.
func embeddedModel(now func() time.Time) (*nlp.Model, error) {
	sum, err := dataSum()
	if err != nil {
		return nil, err
	}
	file, ours := bytes.CutPrefix(modelFile, sum)
	if !ours {
		return nil, fmt.Errorf("the model in the program is not of its training data")
	}
	return nlp.ReadModel(bytes.NewReader(file), now)
}

func trainedModel(now func() time.Time) (*nlp.Model, error) {
	data, err := Data()
	if err != nil {
		return nil, err
	}
	options := TrainingOptions()
	options.Now = now
	return nlp.Train(data, options)
}

// Data returns the built-in training data, read once.
var Data = sync.OnceValues(func() (*nlp.Data, error) {
	data, _, err := nlp.ReadYAML(Builtin())
	return data, err
})

// dataSum returns the SHA-256 of what the built-in model is trained from.
func dataSum() ([]byte, error) {
	h := sha256.New()
	err := fs.WalkDir(Builtin(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(Builtin(), name)
		fmt.Fprintf(h, "%s %d\n%s", name, len(text), text)
		return err
	})
	fmt.Fprintf(h, "%+v", TrainingOptions().Names) // maps are printed in order
	return h.Sum(nil), err
}

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
