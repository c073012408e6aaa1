package app

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/web"
)

// records are what the corridor reads and keeps of tenants.
type records interface {
	intents.Tenants
	intents.Drafts
}

// language is the built-in model, which everybody shares, and what workspaces' own models are trained against.
type language struct {
	model     *nlp.Model
	negatives func() *nlp.Negatives // read when they are first needed
}

// builtin returns the built-in model, one for the process: a model is immutable.
var builtin = sync.OnceValues(func() (language, error) {
	model, err := intents.Model(time.Now)
	return language{model, sync.OnceValue(func() *nlp.Negatives {
		data, err := intents.Data()
		if err != nil {
			panic(err) // the data are embedded
		}
		return nlp.NewNegatives(model, data)
	})}, err
})

// inventories gives inventories and lists objects.
type inventories interface {
	intents.Inventory
	intents.Objects
}

// secrets gives the secrets of workspaces.
type secrets func(ctx context.Context, team models.TeamID, name string) (models.Secret, error)

// corridor is the router and what keeps custom intents for it.
type corridor struct {
	router   *intents.Router
	customs  *Customs
	workshop *Workshop
}

// office is what a corridor in Slack has beside one in a console. Its zero value is that of a console.
type office struct {
	admins   intents.Admins
	members  intents.Members
	zones    intents.Zones
	registry intents.Registry
	directs  intents.Directs
	roles    intents.Roles
	standing intents.Impersonator
	recents  intents.Recents
}

// newCorridor builds the router around the built-in model.
func newCorridor(from inventories, tenants records, o office, training TrainingStore, secret secrets, s *Settings, log zerolog.Logger) (corridor, error) {
	l, err := builtin()
	if err != nil {
		return corridor{}, err
	}
	customs, err := newCustoms(l, training, s.Now().Intents.Dir, func() actions.Rules { return s.Now().intentRules() }, part(log, "customs"))
	if err != nil {
		return corridor{}, err
	}
	router, err := intents.New(intents.Options{
		Model: l.model, Inventory: from, Tenants: tenants, Now: time.Now, Timeout: s.answerTimeout, Log: part(log, "intents"),
		Customs: customs, Workshop: &Workshop{customs}, Drafts: tenants, Objects: from,
		Admins: o.admins, Members: o.members, Zones: o.zones, Registry: o.registry, Directs: o.directs, Roles: o.roles, Standing: o.standing, Recents: o.recents,
		Caller: web.NewCaller(func(u *url.URL) bool { return actions.AllowedHost(u, s.Now().Intents.HTTPAllow) }, secret),
	})
	return corridor{router, customs, &Workshop{customs}}, err
}

// intentRules are what custom intents have to keep to in this deployment.
func (c *Config) intentRules() actions.Rules {
	return actions.Rules{HTTPAllow: c.Intents.HTTPAllow, CheckPath: kube.CheckPath, Most: c.Tenants.MaxIntents}
}

// environmentSecret gives the console its secrets: MULEBOT_SECRET_NAME, in capitals, for the secret "name".
func environmentSecret(environ []string) secrets {
	return func(_ context.Context, _ models.TeamID, name string) (models.Secret, error) {
		variable := "MULEBOT_SECRET_" + strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(name))
		if value := lookup(environ, variable); value != "" {
			return models.Secret(value), nil
		}
		return "", &models.Error{Kind: models.NotFound, Message: "there is no secret `" + name + "`", Hint: "give it in the variable " + variable}
	}
}
