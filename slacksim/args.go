package slacksim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxBody is the size in bytes of the largest request that is read.
const maxBody = 4 << 20

// args are the arguments of a call: JSON values, or the strings of a form (in which a structured argument is JSON).
type args struct {
	form url.Values
	json map[string]json.RawMessage
}

// readArgs reads the arguments of a request: its query, and its body as its Content-Type says. Methods that take only
// forms ignore a JSON body (https://docs.slack.dev/apis/web-api/#post-bodies).
func readArgs(r *http.Request, takesJSON bool) (args, error) {
	a := args{form: r.URL.Query()}
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch kind {
	case "application/json":
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		if err != nil {
			return a, failure("request_timeout")
		}
		if !takesJSON || len(strings.TrimSpace(string(body))) == 0 {
			return a, nil
		}
		if body[0] != '{' {
			return a, failure("json_not_object")
		}
		if json.Unmarshal(body, &a.json) != nil {
			return a, failure("invalid_json")
		}
	case "multipart/form-data":
		if r.ParseMultipartForm(maxBody) != nil {
			return a, failure("invalid_form_data")
		}
		a.form = r.Form
	case "application/x-www-form-urlencoded":
		r.Body = http.MaxBytesReader(nil, r.Body, maxBody)
		if r.ParseForm() != nil {
			return a, failure("invalid_form_data")
		}
		a.form = r.Form
	case "":
	default:
		if r.Method == http.MethodPost {
			return a, failure("invalid_post_type")
		}
	}
	return a, nil
}

// str returns an argument as a string; "" if it is absent.
func (a args) str(name string) string {
	raw, ok := a.json[name]
	if !ok {
		return a.form.Get(name)
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if string(raw) == "null" {
		return ""
	}
	return string(raw) // a number or a boolean
}

// has reports whether the argument is given and not empty.
func (a args) has(name string) bool { return a.str(name) != "" }

// set replaces an argument.
func (a args) set(name, value string) {
	delete(a.json, name)
	a.form.Set(name, value)
}

// structure returns a structured argument as JSON, which may itself be written into a string; nil if it is absent.
func (a args) structure(name string) json.RawMessage {
	s := a.str(name)
	if s == "" {
		return nil
	}
	return json.RawMessage(s)
}

func (a args) boolean(name string) bool {
	switch a.str(name) {
	case "", "0", "false":
		return false
	}
	return true
}

// number returns an argument as a number, or the fallback if it is absent or none.
func (a args) number(name string, fallback int) int {
	n, err := strconv.Atoi(a.str(name))
	if err != nil {
		return fallback
	}
	return n
}

// required returns an error that names the first of the arguments that is missing.
func (a args) required(names ...string) error {
	for _, n := range names {
		if !a.has(n) {
			return invalid("[ERROR] missing required field: " + n)
		}
	}
	return nil
}
