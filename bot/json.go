package bot

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"time"

	"github.com/mulebot/mulebot/models"
)

// replyJSON is a reply for programs. Its fields are all there in every reply, error and then apart, and their names do not change.
type replyJSON struct {
	Text       string           `json:"text"`       // the whole answer in plain text, tables too
	Rows       []map[string]any `json:"rows"`       // the table, one object a row; sizes in bytes, ages in seconds; of a count without groups one row
	Intent     string           `json:"intent"`     // "" if none was understood
	Confidence float64          `json:"confidence"` // 0 to 1
	Entities   []models.Entity  `json:"entities"`   // what was recognised in the question
	Query      *models.Query    `json:"query"`      // null if the question was not about storage
	Clusters   []string         `json:"clusters"`   // that the answer is about
	AsOf       *time.Time       `json:"as_of"`      // of the oldest data in the answer; null if it has none
	AskedBack  bool             `json:"asked_back"` // the answer is a question
	Actions    []actionJSON     `json:"actions"`    // what may be asked next
	Error      *errorJSON       `json:"error,omitempty"`
	Then       *replyJSON       `json:"then,omitempty"` // the answer to what else the message asked
}

type actionJSON struct {
	Label string `json:"label"`
	models.Action
}

type errorJSON struct {
	Kind    models.ErrorKind `json:"kind"`
	Message string           `json:"message"`
	Hint    string           `json:"hint,omitempty"`
}

// JSON makes an indented JSON object of a reply. It fails only if a cell holds what JSON cannot.
func JSON(r models.Reply) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(jsonOf(r))
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

func jsonOf(r models.Reply) replyJSON {
	out := replyJSON{
		Text: Text(r, TextOptions{}), Rows: rows(cmp.Or(r.Figures, r.Table)), Intent: r.Intent, Confidence: finite(r.Confidence),
		Entities: orEmpty(r.Entities), Query: r.Query, Clusters: orEmpty(r.Clusters), AskedBack: r.AskedBack,
		Actions: []actionJSON{}, Error: errorOf(r.Err),
	}
	if !r.AsOf.IsZero() {
		out.AsOf = &r.AsOf
	}
	for _, b := range r.Buttons {
		out.Actions = append(out.Actions, actionJSON{b.Label, b.Action})
	}
	if r.Then != nil {
		then := jsonOf(*r.Then)
		out.Then = &then
	}
	return out
}

// rows returns the rows as objects, without numbers that JSON does not have.
func rows(t *models.Table) []map[string]any {
	records := orEmpty(t.Records())
	for _, record := range records {
		for key, value := range record {
			if f, ok := value.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
				record[key] = nil
			}
		}
	}
	return records
}

func finite(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// errorOf tells of an error what the user may know: not its cause.
func errorOf(err error) *errorJSON {
	if err == nil {
		return nil
	}
	out := &errorJSON{Kind: models.KindOf(err), Message: "something went wrong inside"}
	if e, ok := errors.AsType[*models.Error](err); ok {
		out.Message, out.Hint = e.Message, e.Hint
	}
	return out
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
