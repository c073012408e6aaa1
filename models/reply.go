package models

import "time"

// Reply is an answer, before any door has given it a form. Text from clusters stands in it as it is; escaping is the
// door's business. In Text, Facts and Notes a name may stand between `backticks`; there is no other markup.
type Reply struct {
	Title   string   // a few words; optional
	Text    string   // the answer in a sentence or a short paragraph; never empty
	Facts   []Fact   // of one thing described; optional
	Table   *Table   // of many things listed; optional
	Figures *Table   // what programs get in place of Table, where the text says it to people already; optional
	Notes   []string // what the reader must know beside the answer: disagreements, gaps, clusters that did not answer
	Buttons []Button
	People  []string // ids of users and user groups whom the reader may turn to
	Form    *Form    // to be filled in; Text says what for. A door that can show it at once shows it in place of the reply

	// Then answers what else the message asked; nil if it asked one thing.
	Then *Reply

	AskedBack bool // the reply is a question
	Private   bool // for the asker alone, where the door can show it to nobody else
	Silent    bool // nothing is to be said: what was asked for has become of no use

	// How the message was understood and what the answer stands on.
	Intent     string
	Confidence float64 // calibrated probability of Intent, 0 to 1; 1 for a button
	Entities   []Entity
	Query      *Query
	Clusters   []string  // the clusters that the answer is about
	AsOf       time.Time // the time of the oldest data in the answer; zero if it holds none

	// Dialogue is what to remember of the conversation once the reply has been delivered; nil leaves it as it was.
	Dialogue *Dialogue
	// Err is why the question could not be answered; nil for an answer. Text words it for the user already.
	Err error
}

// Fact is one labelled property.
type Fact struct {
	Label  string
	Value  string
	Health Health // colours the value; empty for none
	// About is the id of a user, a user group or a channel. A door that knows the id writes its name in place of Label.
	About string
}

// Table is a list of things, one a row.
type Table struct {
	Columns []Column
	Rows    [][]Cell // each as long as Columns
	Total   int      // how many rows there were before the query's limit and offset
}

// Column heads a table's column. Key is the stable name of the field in JSON.
type Column struct {
	Key   string
	Title string
	Right bool // numbers: aligned right
}

// Cell is one field of a row. Text is for people; Value is the same for programs: string, bool, float64, int64 (bytes are
// int64), time.Time, []string, or nil when it is not known.
type Cell struct {
	Text   string
	Value  any
	Health Health // colours the text; empty for none
}

// Records returns the table's rows as objects, one field per column key.
func (t *Table) Records() []map[string]any {
	if t == nil {
		return nil
	}
	records := make([]map[string]any, len(t.Rows))
	for i, row := range t.Rows {
		records[i] = make(map[string]any, len(row))
		for j, cell := range row {
			records[i][t.Columns[j].Key] = cell.Value
		}
	}
	return records
}

// Button offers a next question.
type Button struct {
	Label  string
	Action Action
}

// Entity is a piece of the message that was recognised.
type Entity struct {
	Type    string  `json:"type"`              // "volume", "namespace", "quantity", …
	Value   string  `json:"value"`             // the canonical form: the live name, bytes, seconds
	Text    string  `json:"text"`              // as it was written
	Start   int     `json:"start"`             // byte offset in the message
	End     int     `json:"end"`               // byte offset behind its last byte
	Cluster string  `json:"cluster,omitempty"` // of a live name
	Score   float64 `json:"score"`             // 0 to 1
}
