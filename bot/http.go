package bot

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// newHTTPClient returns the client of all calls to Slack, which all workspaces share. Connections are kept open between calls.
func newHTTPClient(idle int) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = 0
	transport.MaxIdleConnsPerHost = idle
	return &http.Client{Transport: terse{transport}, Timeout: 30 * time.Second}
}

// terse takes the message out of what chat.postMessage answers. Slack sends back all that was posted, and slack-go decodes
// it, blocks and cells, for nobody: that took two fifths of the bot's time.
type terse struct{ *http.Transport }

// RoundTrip implements http.RoundTripper.
func (t terse) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.Transport.RoundTrip(r)
	if err != nil || response.StatusCode != http.StatusOK || !strings.HasSuffix(r.URL.Path, "/"+postMessage) {
		return response, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	var short struct {
		OK       bool            `json:"ok"`
		Error    string          `json:"error,omitempty"`
		Needed   string          `json:"needed,omitempty"`
		Provided string          `json:"provided,omitempty"`
		Metadata json.RawMessage `json:"response_metadata,omitempty"`
	}
	if json.Unmarshal(body, &short) == nil {
		if body, err = json.Marshal(short); err != nil {
			return nil, err
		}
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	response.ContentLength = int64(len(body))
	return response, nil
}
