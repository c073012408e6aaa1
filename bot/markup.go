package bot

import (
	"strings"

	"github.com/mulebot/mulebot/models"
)

// cutMention removes the mentions of a user, <@U…> or <@U…|name>, from a text as Slack writes it, and reports whether there
// was one.
func cutMention(text string, user models.UserID) (rest string, found bool) {
	if user == "" {
		return text, false
	}
	open := "<@" + string(user)
	var b strings.Builder
	for {
		at := strings.Index(text, open)
		if at < 0 {
			break
		}
		behind := text[at+len(open):]
		end := strings.IndexByte(behind, '>')
		if end < 0 || end > 0 && behind[0] != '|' { // another user, whose id is longer
			b.WriteString(text[:at+len(open)])
			text = behind
			continue
		}
		found = true
		b.WriteString(strings.TrimRight(text[:at], " "))
		b.WriteByte(' ')
		text = strings.TrimLeft(behind[end+1:], " ")
	}
	b.WriteString(text)
	return strings.TrimSpace(b.String()), found
}

// cutFirstMention removes a mention that begins the text, whoever is mentioned.
func cutFirstMention(text string) string {
	if end := strings.IndexByte(text, '>'); end > 0 && strings.HasPrefix(text, "<@") {
		return strings.TrimSpace(text[end+1:])
	}
	return text
}

// plainText decodes a text as Slack writes it (https://docs.slack.dev/messaging/formatting-message-text): links, mentions,
// channels and dates become what Slack shows for them, as far as the text tells, and &amp;, &lt; and &gt; their characters.
func plainText(text string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '<')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '>')
		if end < 0 {
			break
		}
		b.WriteString(text[:open])
		b.WriteString(reference(text[open+1 : open+end]))
		text = text[open+end+1:]
	}
	b.WriteString(text)
	return strings.TrimSpace(unescape(b.String()))
}

// mentions returns the ids of the users, user groups and channels that a text as Slack writes it mentions, by what plainText makes of the
// mention; nil: none.
func mentions(text string) map[string]string {
	var ids map[string]string
	for part := range strings.SplitSeq(text, "<") {
		inside, _, closed := strings.Cut(part, ">")
		target, _, _ := strings.Cut(inside, "|")
		id, user := strings.CutPrefix(target, "@")
		group, isGroup := strings.CutPrefix(target, "!subteam^")
		channel, isChannel := strings.CutPrefix(target, "#")
		switch {
		case !closed || !user && !isGroup && !isChannel:
			continue
		case isGroup:
			id = group
		case isChannel:
			id = channel
		}
		if ids == nil {
			ids = map[string]string{}
		}
		ids[unescape(reference(inside))] = id
	}
	return ids
}

// reference returns what Slack shows for what stands between angle brackets.
func reference(inside string) string {
	target, label, labelled := strings.Cut(inside, "|")
	sign := ""
	switch {
	case strings.HasPrefix(target, "@"), strings.HasPrefix(target, "#"):
		sign, target = target[:1], target[1:]
	case strings.HasPrefix(target, "!date^"):
	case strings.HasPrefix(target, "!"):
		sign, target = "@", strings.TrimPrefix(target, "!")
		label = strings.TrimPrefix(label, "@")
	case strings.HasPrefix(target, "mailto:"), strings.HasPrefix(target, "tel:"):
		_, target, _ = strings.Cut(target, ":")
	}
	if labelled && label != "" {
		return sign + label
	}
	return sign + target
}

// unescape decodes the only characters that Slack escapes. &amp; comes last, so that "&amp;lt;" becomes "&lt;".
func unescape(text string) string {
	text = strings.ReplaceAll(text, "&lt;", "<")
	text = strings.ReplaceAll(text, "&gt;", ">")
	return strings.ReplaceAll(text, "&amp;", "&")
}

// escape makes a text safe in mrkdwn: it shows as it is, between single backticks as code, and notifies nobody.
func escape(text string) string {
	text = strings.ReplaceAll(hush(text), "```", "'''")
	text = strings.ReplaceAll(text, "&", "&amp;")
	text = strings.ReplaceAll(text, "<", "&lt;")
	return strings.ReplaceAll(text, ">", "&gt;")
}

// joiner is U+2060, the word joiner, which nobody sees.
const joiner = "\u2060"

// inert makes a text safe where Slack takes plain text: what looks like markup cannot be taken for it.
func inert(text string) string {
	text = hush(text)
	for _, sign := range []string{"!", "@", "#"} {
		text = strings.ReplaceAll(text, "<"+sign, "<"+joiner+sign)
	}
	return text
}

// hush keeps words that would notify a whole channel from doing so.
func hush(text string) string {
	for _, group := range []string{"channel", "here", "everyone"} {
		text = strings.ReplaceAll(text, "@"+group, "@"+joiner+group)
	}
	return text
}

// mrkdwn turns a text of a reply, in which names may stand between backticks, into Slack's markup. A backtick without a
// fellow is a quote.
func mrkdwn(text string) string {
	text = escape(text)
	if strings.Count(text, "`")%2 == 1 {
		at := strings.LastIndexByte(text, '`')
		text = text[:at] + "'" + text[at+1:]
	}
	return text
}
