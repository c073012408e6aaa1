package slacksim

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// hook is a response URL. It takes up to five messages within 30 minutes
// (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses). How Slack refuses the sixth is not
// documented; here it is status 404 with the error used_url or expired_url.
type hook struct {
	interaction *Interaction
	until       time.Time
	left        int
}

const (
	hookLife = 30 * time.Minute
	hookUses = 5
)

func (s *Sim) newHook(i *Interaction, path string) string {
	p := "/hooks/" + path + "/" + i.ws.id + "/" + s.secret()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks[p] = &hook{i, s.now().Add(hookLife), hookUses}
	return "http://" + s.host() + p
}

// use takes one of the hook's uses, or says why there is none.
func (s *Sim) use(path string) (*Interaction, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hooks[path]
	switch {
	case h == nil:
		return nil, "invalid_token"
	case s.now().After(h.until):
		return nil, "expired_url"
	case h.left == 0:
		return nil, "used_url"
	}
	h.left--
	return h.interaction, ""
}

// serveHook takes a message for a response URL. The call needs no token.
func (s *Sim) serveHook(w http.ResponseWriter, r *http.Request) {
	const name = "response_url"
	if !pause(r, s.faults.delay(name)) {
		return
	}
	if f, ok := s.faults.take(name, "", false); ok {
		s.stats.called(f.Error)
		f.strike(w, r)
		return
	}
	i, code := s.use(r.URL.Path)
	if code == "" {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		if err != nil {
			return
		}
		if err := i.respond(body); err != nil {
			code = err.Error()
		}
	}
	if f, ok := s.faults.take(name, "", true); ok {
		s.stats.called(f.Error)
		f.strike(w, r)
		return
	}
	s.stats.called(code)
	switch code {
	case "":
		_, _ = io.WriteString(w, "ok")
	case "invalid_token", "expired_url", "used_url":
		writeJSON(w, http.StatusNotFound, object{"ok": false, "error": code})
	default:
		writeJSON(w, http.StatusBadRequest, object{"ok": false, "error": code})
	}
}

// respond does what the payload of a response says: post a message, replace or delete the original one. Only the person
// sees the message unless response_type is in_channel.
func (i *Interaction) respond(payload []byte) error {
	var p struct {
		ResponseType string `json:"response_type"`
		Replace      bool   `json:"replace_original"`
		Delete       bool   `json:"delete_original"`
	}
	a := args{}
	if json.Unmarshal(payload, &p) != nil || json.Unmarshal(payload, &a.json) != nil {
		return failure("invalid_payload")
	}
	if p.Delete {
		if !i.ws.remove(i.Channel, i.original) {
			return failure("message_not_found")
		}
		return nil
	}
	m, err := draft(a)
	if err != nil {
		return err
	}
	if err := m.check(i.ws); err != nil {
		return err
	}
	if p.Replace && i.original != "" {
		_, ok := i.ws.revise(i.Channel, i.original, func(old *Message) {
			old.Text, old.Blocks, old.Attachments = m.Text, m.Blocks, m.Attachments
		})
		if !ok {
			return failure("message_not_found")
		}
		return nil
	}
	m.Channel, m.User, m.BotID, m.via = i.Channel, i.ws.bot, i.ws.botID, i
	m.Subtype = "bot_message"
	if p.ResponseType != "in_channel" {
		m.EphemeralTo = i.User
	}
	i.ws.posted(m)
	return nil
}
