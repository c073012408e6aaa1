package intents

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// TaughtFile is the name of the file of a workspace with the phrasings that were taught to it. Only there may examples be of
// built-in intents, and of intents whose action is elsewhere.
const TaughtFile = "taught.yml"

// mostExamples is how many examples a set of custom intents may have, so that training it stays short.
const mostExamples = 5000

// Custom is a set of custom intents: examples and what to do. It is immutable.
type Custom struct {
	Data     *nlp.Data
	Warnings []string
	actions  []*actions.Action
}

// Names returns the names of the intents.
func (c *Custom) Names() []string {
	if c == nil {
		return nil
	}
	names := make([]string, len(c.actions))
	for i, a := range c.actions {
		names[i] = a.Intent
	}
	return names
}

// ReadCustom reads custom intents: [actions.File] and, in the format of Rasa NLU, every other file *.yml and *.yaml. The error
// joins an *nlp.DataError for every fault of every file. No file at all is no intents, and nil.
func ReadCustom(files map[string]string, rules actions.Rules) (*Custom, error) {
	examples := map[string]string{}
	for name, text := range files {
		if ext := path.Ext(name); name != actions.File && (ext == ".yml" || ext == ".yaml") {
			examples[name] = text
		}
	}
	text, hasActions := files[actions.File]
	if len(examples) == 0 && !hasActions {
		return nil, nil
	}
	c := &Custom{Data: &nlp.Data{}}
	var faults []error
	if len(examples) > 0 {
		data, warnings, err := nlp.ParseYAML(examples)
		if err != nil {
			faults = append(faults, err)
		} else {
			c.Data = data
		}
		for _, w := range warnings {
			if w.At.File != TaughtFile {
				c.Warnings = append(c.Warnings, w.String())
			}
		}
	}
	if hasActions {
		var wrong []error
		c.actions, wrong = actions.Read(text, builtins(), rules)
		faults = append(faults, wrong...)
	}
	if len(faults) == 0 {
		faults = c.match(rules)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return c, nil
}

// match finds examples without an action and actions without an example.
func (c *Custom) match(rules actions.Rules) []error {
	var faults []error
	builtin := intentsByName()
	seen, told := map[string]bool{}, map[string]bool{}
	if len(c.Data.Examples) > mostExamples {
		faults = append(faults, &nlp.DataError{At: c.Data.Examples[mostExamples].At, Problem: fmt.Sprintf("there are %d examples, and %d at most are read", len(c.Data.Examples), mostExamples),
			Hint: "leave some out: twenty for each intent are enough"})
	}
	for _, ex := range c.Data.Examples {
		own := slices.ContainsFunc(c.actions, func(a *actions.Action) bool { return a.Intent == ex.Intent })
		if ex.At.File != TaughtFile {
			seen[ex.Intent] = true
		}
		known := builtin[ex.Intent] != nil || slices.Contains(rules.Taken, ex.Intent)
		switch {
		case own || told[ex.Intent] || ex.Intent == nlp.Fallback || ex.At.File == TaughtFile && known:
			continue
		case known:
			faults = append(faults, &nlp.DataError{At: ex.At, Problem: fmt.Sprintf("%q is a built-in intent, or one of the whole deployment", ex.Intent),
				Hint: "choose another name"})
		default:
			faults = append(faults, &nlp.DataError{At: ex.At, Problem: fmt.Sprintf("intent %q has no action", ex.Intent),
				Hint: "add it to " + actions.File + ", or remove its examples"})
		}
		told[ex.Intent] = true
	}
	for _, a := range c.actions {
		if !seen[a.Intent] {
			faults = append(faults, &nlp.DataError{At: a.At, Problem: fmt.Sprintf("intent %q has no examples", a.Intent),
				Hint: "add at least five phrasings of it to a .yml file beside " + actions.File + ", or remove the action"})
		}
	}
	return faults
}

// Faults returns the reasons that an error of [ReadCustom] joins, one a line.
func Faults(err error) []string {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var lines []string
		for _, e := range joined.Unwrap() {
			lines = append(lines, Faults(e)...)
		}
		return lines
	}
	return strings.Split(err.Error(), "\n")
}

// Customs gives what is understood in each workspace. Met by *app.Customs.
type Customs interface {
	// For returns the model and the table of intents of a workspace. It waits for nothing but the first training of the
	// workspace's own intents.
	For(ctx context.Context, team models.TeamID) (*Understanding, error)
}

// Understanding is a model and the table of its intents. It is immutable: what changes is replaced whole.
type Understanding struct {
	Model   *nlp.Model
	intents map[string]*Intent
	own     []*Intent // the custom ones, in the order of their files
}

// Understand returns the understanding of a model whose intents are the built-in ones and those of the sets, of which some
// may be nil. It fails if the model has an intent that neither has.
func Understand(model *nlp.Model, sets ...*Custom) (*Understanding, error) {
	u := &Understanding{Model: model, intents: intentsByName()}
	for _, set := range sets {
		if set == nil {
			continue
		}
		for _, a := range set.actions {
			row := &Intent{Name: a.Intent, Does: a.Does, Role: a.Role, Handler: by(answer.To), act: actCustom, action: a, Examples: set.examples(a.Intent, 2)}
			u.intents[a.Intent] = row
			u.own = append(u.own, row)
		}
	}
	for _, name := range model.Intents() {
		if u.intents[name] == nil {
			return nil, fmt.Errorf("intents: the model knows an intent %q that the table of intents does not", name)
		}
	}
	return u, nil
}

// Wanted returns the role that each intent wants, by the intent's name.
func (u *Understanding) Wanted() map[string]Role {
	roles := make(map[string]Role, len(u.intents))
	for name, i := range u.intents {
		roles[name] = i.Role
	}
	return roles
}

// examples returns the first examples of an intent, at most n.
func (c *Custom) examples(intent string, n int) []string {
	var texts []string
	for _, ex := range c.Data.Examples {
		if ex.Intent == intent && len(texts) < n {
			texts = append(texts, ex.Text)
		}
	}
	return texts
}

// says words a custom intent for a button.
func (i *Intent) says() string {
	if i.Does != "" {
		return phrase.Capital(i.Does)
	}
	return phrase.Capital(strings.ReplaceAll(i.Name, "_", " "))
}
