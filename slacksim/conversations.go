package slacksim

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// known returns the channel that an argument names, if the bot may know of it and the token has the scope that the
// channel's kind needs, as in "channels:read".
func (c *call) known(argument, suffix string) (*channel, error) {
	if err := c.args.required(argument); err != nil {
		return nil, err
	}
	c.ws.mu.Lock()
	ch := c.ws.channels[c.args.str(argument)]
	hidden := ch == nil || ch.private && !ch.members[c.ws.bot]
	c.ws.mu.Unlock()
	if hidden {
		return nil, failure("channel_not_found")
	}
	if s := ch.kind() + suffix; !c.ws.scope(s) {
		return nil, c.missing(s)
	}
	return ch, nil
}

// describe is the channel as the Web API shows it. The caller holds w.mu.
func (w *Workspace) describe(c *channel) object {
	o := object{
		"id": c.id, "is_archived": c.archived, "is_im": c.im != "", "is_mpim": false, "is_private": c.private || c.im != "",
		"is_channel": c.im == "" && !c.private, "is_group": c.private, "is_member": c.members[w.bot], "context_team_id": w.id,
	}
	if c.im != "" {
		o["user"] = c.im
	} else {
		o["name"], o["num_members"] = c.name, len(c.members)
	}
	return o
}

func conversationsInfo(c *call) (object, error) {
	ch, err := c.known("channel", ":read")
	if err != nil {
		return nil, err
	}
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	return object{"channel": c.ws.describe(ch)}, nil
}

func conversationsList(c *call) (object, error) { return c.list(func(*channel) bool { return true }) }

func usersConversations(c *call) (object, error) {
	user := c.args.str("user")
	if user == "" {
		user = c.ws.bot
	}
	return c.list(func(ch *channel) bool { return ch.members[user] })
}

// list returns a page of the channels of the wanted types that the bot may know of.
func (c *call) list(want func(*channel) bool) (object, error) {
	types := c.args.str("types")
	if types == "" {
		types = "public_channel"
	}
	var kinds []string
	for t := range strings.SplitSeq(types, ",") {
		kind, ok := map[string]string{"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}[strings.TrimSpace(t)]
		if !ok {
			return nil, failure("invalid_types")
		}
		if !c.ws.scope(kind + ":read") {
			return nil, c.missing(kind + ":read")
		}
		kinds = append(kinds, kind)
	}
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	var out []object
	for _, id := range slices.Sorted(maps.Keys(c.ws.channels)) {
		ch := c.ws.channels[id]
		hidden := ch.private && !ch.members[c.ws.bot] || ch.archived && c.args.boolean("exclude_archived")
		if !hidden && slices.Contains(kinds, ch.kind()) && want(ch) {
			out = append(out, c.ws.describe(ch))
		}
	}
	return page(c, "channels", out, 100)
}

// page returns one page of a list, as the arguments cursor and limit say.
func page[T any](c *call, name string, all []T, size int) (object, error) {
	limit := c.args.number("limit", size)
	if limit <= 0 || limit > 1000 {
		return nil, failure("invalid_limit")
	}
	from := 0
	if cursor := c.args.str("cursor"); cursor != "" {
		if from = c.args.number("cursor", -1); from < 0 || from > len(all) {
			return nil, failure("invalid_cursor")
		}
	}
	to := min(from+limit, len(all))
	next := ""
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	items := append([]T{}, all[from:to]...)
	return object{name: items, "has_more": next != "", "response_metadata": object{"next_cursor": next}}, nil
}

func conversationsMembers(c *call) (object, error) {
	ch, err := c.known("channel", ":read")
	if err != nil {
		return nil, err
	}
	c.ws.mu.Lock()
	members := slices.Sorted(maps.Keys(ch.members))
	c.ws.mu.Unlock()
	return page(c, "members", members, 100)
}

func conversationsOpen(c *call) (object, error) {
	id := c.args.str("channel")
	if users := c.args.str("users"); users != "" {
		if strings.Contains(users, ",") {
			return nil, failure("not_supported_by_slacksim") // group DMs
		}
		c.ws.mu.Lock()
		u := c.ws.users[users]
		c.ws.mu.Unlock()
		if u == nil || u.bot {
			return nil, failure("user_not_found")
		}
		id = c.ws.DM(users)
	}
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	ch := c.ws.channels[id]
	if ch == nil || ch.im == "" {
		return nil, failure("channel_not_found")
	}
	if c.args.boolean("return_im") {
		return object{"channel": c.ws.describe(ch)}, nil
	}
	return object{"channel": object{"id": id}}, nil
}

// readable returns the channel whose messages the bot may read.
func (c *call) readable() (*channel, error) {
	ch, err := c.known("channel", ":history")
	if err != nil {
		return nil, err
	}
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	if !ch.members[c.ws.bot] {
		return nil, failure("not_in_channel")
	}
	return ch, nil
}

// conversationsHistory returns the channel's messages, newest first, those of threads left out
// (https://docs.slack.dev/reference/methods/conversations.history). With oldest and without latest, the pages go forward from oldest,
// as Slack documented it for channels.history, which this method replaced; a page is newest first even then.
func conversationsHistory(c *call) (object, error) {
	ch, err := c.readable()
	if err != nil {
		return nil, err
	}
	messages, err := c.between(ch, "")
	if err != nil {
		return nil, err
	}
	forward := c.args.has("oldest") && !c.args.has("latest")
	if !forward {
		slices.Reverse(messages)
	}
	o, err := c.pageOfMessages(messages, 100)
	if err == nil && forward {
		slices.Reverse(o["messages"].([]object))
	}
	return o, err
}

// conversationsReplies returns a thread, oldest first (https://docs.slack.dev/reference/methods/conversations.replies). The parent comes
// first however old it is, which Slack does and does not document.
func conversationsReplies(c *call) (object, error) {
	if err := c.args.required("ts"); err != nil {
		return nil, err
	}
	ch, err := c.readable()
	if err != nil {
		return nil, err
	}
	ts := c.args.str("ts")
	c.ws.mu.Lock()
	m := ch.byTS[ts]
	c.ws.mu.Unlock()
	if m == nil {
		return nil, failure("thread_not_found")
	}
	if m.Thread != "" {
		ts = m.Thread
	}
	messages, err := c.between(ch, ts)
	if err != nil {
		return nil, err
	}
	return c.pageOfMessages(messages, 1000)
}

// unlisted is the largest page of an app that is distributed outside of the Marketplace.
const unlisted = 15

// pageOfMessages returns a page of at most 999 messages, or 15 of an app that is distributed outside of the Marketplace.
func (c *call) pageOfMessages(messages []object, size int) (object, error) {
	if limit := c.args.number("limit", size); limit > 999 && c.args.has("limit") {
		return nil, failure("invalid_limit")
	}
	if c.app.unlisted {
		if c.args.number("limit", unlisted) > unlisted {
			c.args.set("limit", strconv.Itoa(unlisted))
		}
		size = unlisted
	}
	return page(c, "messages", messages, size)
}

// stamped is the form of a ts; a time may be given in whole seconds.
var stamped = regexp.MustCompile(`^[0-9]+(\.[0-9]{1,6})?$`)

// stamp returns an argument that is a ts, in microseconds since 1970; fallback if it is absent.
func (c *call) stamp(argument string, fallback int64) (int64, error) {
	text := c.args.str(argument)
	if text == "" {
		return fallback, nil
	}
	if !stamped.MatchString(text) {
		return 0, failure("invalid_ts_" + argument)
	}
	return micros(text), nil
}

// micros returns a ts in microseconds since 1970.
func micros(ts string) int64 {
	seconds, fraction, _ := strings.Cut(ts, ".")
	s, _ := strconv.ParseInt(seconds, 10, 64)
	f, _ := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
	return s*1e6 + f
}

// between returns the messages of a thread, oldest first, or with an empty one those that the channel shows, between the arguments
// oldest and latest. The parent of a thread is among them in any case.
func (c *call) between(ch *channel, thread string) ([]object, error) {
	oldest, err := c.stamp("oldest", 0)
	if err != nil {
		return nil, err
	}
	latest, err := c.stamp("latest", math.MaxInt64)
	if err != nil {
		return nil, err
	}
	inclusive, metadata := c.args.boolean("inclusive"), c.args.boolean("include_all_metadata")
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	var out []object
	for _, m := range ch.messages {
		if m.Deleted || m.EphemeralTo != "" || !m.in(thread) {
			continue
		}
		at := micros(m.TS)
		within := at > oldest && at < latest || inclusive && (at == oldest || at == latest)
		if !within && (thread == "" || m.TS != thread) {
			continue
		}
		o := c.ws.wire(m)
		if !metadata {
			delete(o, "metadata")
		}
		ch.summarise(m, o)
		out = append(out, o)
	}
	return out, nil
}

// summarise adds what a parent tells of its thread. The caller holds the workspace's mu.
func (c *channel) summarise(parent *Message, o object) {
	if parent.Thread != "" && parent.Thread != parent.TS {
		return
	}
	var users []string
	count, newest := 0, ""
	for _, m := range c.messages {
		if m.Thread != parent.TS || m.TS == parent.TS || m.Deleted || m.EphemeralTo != "" {
			continue
		}
		count, newest = count+1, m.TS
		if !slices.Contains(users, m.User) {
			users = append(users, m.User)
		}
	}
	if count > 0 {
		o["thread_ts"], o["reply_count"], o["latest_reply"] = parent.TS, count, newest
		o["reply_users"], o["reply_users_count"] = users, len(users)
	}
}
