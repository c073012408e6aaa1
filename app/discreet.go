package app

import (
	"encoding/json"
	"io"

	"github.com/mulebot/mulebot/models"
)

// Discreet returns a writer of a log, which is a JSON object a line, that leaves out what looks like a secret: errors of Slack, of
// clusters and of parsers repeat what they are about.
func Discreet(to io.Writer) io.Writer { return discreet{to} }

type discreet struct{ to io.Writer }

// Write implements io.Writer; zerolog writes a line at a time.
func (d discreet) Write(line []byte) (int, error) {
	if text := string(line); models.Redact(text) == text {
		return d.to.Write(line)
	}
	var entry any
	if err := json.Unmarshal(line, &entry); err != nil {
		_, err = io.WriteString(d.to, models.Redact(string(line))+"\n")
		return len(line), err
	}
	clean, err := json.Marshal(redacted(entry))
	if err == nil {
		_, err = d.to.Write(append(clean, '\n'))
	}
	return len(line), err
}

// redacted takes secrets out of all texts of a JSON value.
func redacted(v any) any {
	switch v := v.(type) {
	case string:
		return models.Redact(v)
	case []any:
		for i := range v {
			v[i] = redacted(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = redacted(v[key])
		}
	}
	return v
}
