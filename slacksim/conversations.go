package slacksim

import (
	"maps"
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

// conversationsHistory returns the channel's messages, newest first.
func conversationsHistory(c *call) (object, error) {
	ch, err := c.readable()
	if err != nil {
		return nil, err
	}
	messages := c.between(ch, "")
	slices.Reverse(messages)
	return page(c, "messages", messages, 100)
}

// conversationsReplies returns a thread, oldest first.
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
	return page(c, "messages", c.between(ch, ts), 100)
}

// between returns the messages of a thread, or with an empty one those that the channel shows, between the arguments
// oldest and latest.
func (c *call) between(ch *channel, thread string) []object {
	oldest, latest := c.args.str("oldest"), c.args.str("latest")
	inclusive := c.args.boolean("inclusive")
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	var out []object
	for _, m := range ch.messages {
		if m.Deleted || m.EphemeralTo != "" || !m.in(thread) {
			continue
		}
		if !inclusive && (m.TS == oldest || m.TS == latest) || m.TS < oldest || latest != "" && m.TS > latest {
			continue
		}
		out = append(out, c.ws.wire(m))
	}
	return out
}
