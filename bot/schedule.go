package bot

import (
	"context"

	"github.com/mulebot/mulebot/models"
)

// Take takes a message that did not come from Slack, as one that did: journaled, answered in its channel, and that once, whoever
// offers it again. It reports false if that is not to be done now, since the workspace is not served or its people ask as much as
// it may ask already: offer it again.
func (b *Bot) Take(ctx context.Context, m models.Message) (taken bool, err error) {
	ws := b.busy(m.Team)
	if ws == nil {
		return false, nil
	}
	defer b.sockets.Done()
	if !ws.restraint.spares(ws.now()) {
		return false, nil
	}
	p := ws.reserve(decoded{entry: models.Entry{Message: m}})
	kept, err := ws.journal.Append(ctx, p.entry)
	ws.report("journal", err, "messages cannot be written to the journal, and are not acknowledged")
	ws.settle(p, kept, err)
	return err == nil, err
}

// busy returns a workspace that is served, nil if it is not, and keeps the bot from ending until sockets.Done is called, as what
// comes over a socket does.
func (b *Bot) busy(team models.TeamID) *workspace {
	b.mu.Lock()
	defer b.mu.Unlock()
	ws := b.find(team)
	if ws == nil || !b.running() {
		return nil
	}
	b.sockets.Add(1)
	return ws
}
