package bot

import (
	"context"
	"sync"

	"github.com/mulebot/mulebot/models"
)

const (
	// maxUnposted is how many answers of a workspace may wait for Slack to take them. An answer with its blocks takes tens of
	// kilobytes, and under more questions than Slack takes answers they would fill the memory; questions wait in the journal.
	maxUnposted = 64
	// maxOfChannel is how many of these may be for one channel. Slack takes one a second there, and the other channels do not wait for that.
	maxOfChannel = 8
)

// room is what a workspace has for answers that are worked out or wait for Slack to take them.
type room struct {
	all chan struct{} // held by each

	mu       sync.Mutex // guards channels
	channels map[models.ChannelID]*share
}

// share is what a channel may have of the room.
type share struct {
	slots chan struct{}
	users int // that hold one or wait for one; guarded by the room's mu
}

func newRoom() *room {
	return &room{all: make(chan struct{}, maxUnposted), channels: map[models.ChannelID]*share{}}
}

// enter waits for room for an answer in a channel, first for that of the channel, so that nobody waits for that with room of all in hand.
// It returns what leaves the room again, and reports false if ctx ended before.
func (r *room) enter(ctx context.Context, channel models.ChannelID) (leave func(), ok bool) {
	s := r.join(channel)
	if !hold(ctx, s.slots) {
		r.part(channel, s)
		return nil, false
	}
	if !hold(ctx, r.all) {
		r.leave(channel, s)
		return nil, false
	}
	return func() { <-r.all; r.leave(channel, s) }, true
}

func (r *room) leave(channel models.ChannelID, s *share) {
	<-s.slots
	r.part(channel, s)
}

// hold takes a slot, and reports false if ctx ended before.
func hold(ctx context.Context, slots chan struct{}) bool {
	select {
	case slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (r *room) join(channel models.ChannelID) *share {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.channels[channel]
	if s == nil {
		s = &share{slots: make(chan struct{}, maxOfChannel)}
		r.channels[channel] = s
	}
	s.users++
	return s
}

func (r *room) part(channel models.ChannelID, s *share) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.users--; s.users == 0 {
		delete(r.channels, channel)
	}
}
