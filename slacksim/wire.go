package slacksim

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// wire is the message as Slack shows it in events and in the answers of the Web API
// (https://docs.slack.dev/reference/events/message).
func (w *Workspace) wire(m *Message) object {
	o := object{"type": "message", "user": m.User, "text": m.Text, "ts": m.TS, "team": w.id}
	optional := func(key, value string) {
		if value != "" {
			o[key] = value
		}
	}
	optional("subtype", m.Subtype)
	optional("client_msg_id", m.clientID)
	optional("thread_ts", m.Thread)
	optional("username", m.Username)
	raw := func(key string, value json.RawMessage) {
		if value != nil {
			o[key] = value
		}
	}
	raw("blocks", m.Blocks)
	raw("attachments", m.Attachments)
	raw("metadata", m.Metadata)
	if m.BotID != "" {
		o["bot_id"] = m.BotID
		o["app_id"] = w.app.id
		o["bot_profile"] = object{"id": m.BotID, "app_id": w.app.id, "name": w.app.name, "deleted": false, "team_id": w.id}
	}
	if m.Edited != "" {
		o["edited"] = object{"user": m.User, "ts": m.Edited}
	}
	if m.Files != nil {
		files := make([]object, 0, len(m.Files))
		for _, f := range m.Files {
			files = append(files, f.wire())
		}
		o["files"] = files
		o["upload"] = false
	}
	return o
}

func (f File) wire() object {
	o := object{"id": f.ID, "name": f.Name, "title": f.Title, "mimetype": f.Type, "size": len(f.Content), "mode": "hosted"}
	if f.URL != "" {
		o["url_private"], o["url_private_download"] = f.URL, f.URL
	}
	return o
}

// typed returns the rich_text block that Slack's editor makes of a text, mentions told apart.
func (w *Workspace) typed(text string) json.RawMessage {
	var elements []object
	rest := text
	for rest != "" {
		at := strings.Index(rest, "<@")
		end := -1
		if at >= 0 {
			end = strings.IndexByte(rest[at:], '>')
		}
		if end < 0 {
			elements = append(elements, object{"type": "text", "text": unescape(rest)})
			break
		}
		if at > 0 {
			elements = append(elements, object{"type": "text", "text": unescape(rest[:at])})
		}
		elements = append(elements, object{"type": "user", "user_id": rest[at+2 : at+end]})
		rest = rest[at+end+1:]
	}
	section := object{"type": "rich_text_section", "elements": elements}
	block := object{"type": "rich_text", "block_id": w.blockID(), "elements": []object{section}}
	b, _ := json.Marshal([]object{block})
	return b
}

// blockID makes up the id of a block that has none.
func (w *Workspace) blockID() string { return w.sim.secret()[:5] }

var (
	// formed is what Slack's editor has already turned into markup.
	formed = regexp.MustCompile(`<(?:[@#!][^<>\s]+|https?://[^<>\s]+)>`)
	// named is the name of a user behind an at sign.
	named = regexp.MustCompile(`@[\w.-]*\w`)
	// link is an address, or a name that looks like one: Slack's editor links both.
	link = regexp.MustCompile(`\bhttps?://[^\s<>]+|\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|cloud)\b`)
)

// compose turns a text as a person types it into what Slack sends: "@name" becomes a mention, addresses and names of hosts
// become links, and &, < and > are escaped (https://docs.slack.dev/messaging/formatting-message-text). Markup that is
// already formed, as in "<@U123>", stays as it is.
func (w *Workspace) compose(text string) string {
	var b strings.Builder
	last := 0
	for _, m := range formed.FindAllStringIndex(text, -1) {
		b.WriteString(w.composePlain(text[last:m[0]]))
		b.WriteString(text[m[0]:m[1]])
		last = m[1]
	}
	b.WriteString(w.composePlain(text[last:]))
	return b.String()
}

func (w *Workspace) composePlain(text string) string {
	if text == "" {
		return ""
	}
	text = escape(text)
	text = link.ReplaceAllStringFunc(text, func(s string) string {
		if strings.HasPrefix(s, "http") {
			return "<" + s + ">"
		}
		return fmt.Sprintf("<http://%s|%s>", s, s)
	})
	return w.composeMentions(text, "")
}

// composeMentions turns "@name" into the mention of a user or a user group, with what label stands for before the name, if anything.
func (w *Workspace) composeMentions(text, label string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return named.ReplaceAllStringFunc(text, func(s string) string {
		name := s[1:]
		if id, ok := w.userIDs[name]; ok {
			if label != "" {
				return "<@" + id + label + name + ">"
			}
			return "<@" + id + ">"
		}
		for _, g := range w.groups {
			if g.handle == name {
				return "<!subteam^" + g.id + "|@" + name + ">"
			}
		}
		return s
	})
}

func escape(s string) string {
	if !strings.ContainsAny(s, "&<>") {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}
