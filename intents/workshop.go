package intents

import (
	"context"

	"github.com/mulebot/mulebot/models"
)

// Workshop keeps a workspace's own intents. Met by *app.Workshop.
type Workshop interface {
	// Examine checks training files (name → YAML; "actions.yml" among them) as they would be if added to the workspace's own.
	Examine(ctx context.Context, team models.TeamID, files map[string]string) (Examination, error)
	// Activate makes them the workspace's own, in one step; the old ones go on if it fails.
	Activate(ctx context.Context, team models.TeamID, files map[string]string) error
	// Teach adds one phrasing to an intent, built-in or own, of this workspace only.
	Teach(ctx context.Context, team models.TeamID, phrase, intent string) error
	// Files returns the workspace's own files.
	Files(ctx context.Context, team models.TeamID) (map[string]string, error)
}

// Examination is what training files would do.
type Examination struct {
	Errors, Warnings []string      // "file:line:column: what; what to do"
	Scores           []IntentScore // cross-validated, a line for each own intent
	Confusions       []Confusion   // built-in intents whose held-out questions the new ones would take, and the other way round
}

// IntentScore is how well an intent is recognised by a model that was not trained on the examples it is asked about.
type IntentScore struct {
	Intent                string
	Examples              int
	Precision, Recall, F1 float64
}

// Confusion is a phrase that was taken for another intent than its own.
type Confusion struct{ Phrase, Intent, TakenFor string }
