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

// records are what the corridor reads and keeps of tenants.
type records interface {
	intents.Tenants
	intents.Drafts
}

// newRouter builds the corridor around the built-in model. Admins may be nil: a console has none.
func newRouter(inventory intents.Inventory, tenants records, admins intents.Admins, c Config, log zerolog.Logger) (*intents.Router, error) {
	model, err := builtinModel()
	if err != nil {
		return nil, err
	}
	return intents.New(intents.Options{
		Model: model, Inventory: inventory, Tenants: tenants, Drafts: tenants, Admins: admins, Now: time.Now, Timeout: c.AnswerTimeout, Log: part(log, "intents"),
	})
}
