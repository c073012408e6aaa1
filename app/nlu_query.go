package app

import (
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/semantic"
)

// QueryReading is how the parser of queries reads an utterance.
type QueryReading struct {
	Act        string  `json:"act"`
	Query      string  `json:"query"`      // in the notation of the training data; "" where the pieces make none
	Confidence float64 `json:"confidence"` // that all of it is right
	Pieces     []Piece `json:"pieces"`
}

// Piece is a part of an utterance and what it is in the query; of what the whole utterance says, without its text.
type Piece struct {
	Text string `json:"text,omitempty"`
	Role string `json:"role"`
}

// ReadQuery reads the query in an utterance as a model has parsed it. It is nil for a model that is not the built-in one, whose
// utterances are no questions of storage.
func (l *Language) ReadQuery(utterance string, heard Explanation) (*QueryReading, error) {
	if l.Model != "" || len(l.Data) > 0 {
		return nil, nil
	}
	parser, err := intents.Parser()
	if err != nil {
		return nil, err
	}
	r := parser.Parse(utterance, semantic.Heard{Parse: heard.Parse})
	reading := &QueryReading{Act: r.Act, Confidence: r.Confidence}
	if query, err := r.Query(func(e Entity, _ string, _ bool) ([]string, error) { return []string{e.Value}, nil }); err == nil {
		reading.Query = semantic.Notation(query)
	}
	for i, e := range r.Anchors {
		if r.Roles[i] != semantic.NoRole {
			reading.Pieces = append(reading.Pieces, Piece{e.Text, r.Roles[i]})
		}
	}
	for _, m := range r.Marks {
		reading.Pieces = append(reading.Pieces, Piece{Role: m})
	}
	return reading, nil
}
