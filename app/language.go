package app

import (
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/nlp"
)

// records are what the corridor reads and keeps of tenants.
type records interface {
	intents.Tenants
	intents.Drafts
}

// newRouter trains the model from the built-in examples and builds the corridor around it. Admins may be nil: a console has none.
func newRouter(inventory intents.Inventory, tenants records, admins intents.Admins, c Config, log zerolog.Logger) (*intents.Router, error) {
	data, _, err := nlp.ReadYAML(intents.Builtin(), "*.yml")
	if err != nil {
		return nil, err
	}
	model, err := nlp.Train(data, intents.TrainingOptions())
	if err != nil {
		return nil, err
	}
	return intents.New(intents.Options{
		Model: model, Inventory: inventory, Tenants: tenants, Drafts: tenants, Admins: admins, Now: time.Now, Timeout: c.AnswerTimeout, Log: part(log, "intents"),
	})
}
