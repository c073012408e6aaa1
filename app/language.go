package app

import (
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/nlp"
)

// builtinModel trains the model of the built-in examples, once a process: a model is immutable, and everybody shares it.
var builtinModel = sync.OnceValues(func() (*nlp.Model, error) {
	data, _, err := nlp.ReadYAML(intents.Builtin(), "*.yml")
	if err != nil {
		return nil, err
	}
	return nlp.Train(data, intents.TrainingOptions())
})

// newRouter builds the corridor around the built-in model.
func newRouter(inventory intents.Inventory, tenants intents.Tenants, c Config, log zerolog.Logger) (*intents.Router, error) {
	model, err := builtinModel()
	if err != nil {
		return nil, err
	}
	return intents.New(intents.Options{
		Model: model, Inventory: inventory, Tenants: tenants, Now: time.Now, Timeout: c.AnswerTimeout, Log: part(log, "intents"),
	})
}
