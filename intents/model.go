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
