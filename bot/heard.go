package bot

import (
	"context"
	"maps"
	"time"

	"github.com/mulebot/mulebot/models"
)

// noteEvery is how often the store is told until when workspaces were heard.
const noteEvery = time.Minute

// noteHeard has the store told once in a while until when each workspace was heard, as long as ctx lasts.
func (b *Bot) noteHeard(ctx context.Context) {
	tick := time.NewTicker(noteEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			b.noteOnce(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// noteOnce tells the store until when each workspace was heard, in one write.
func (b *Bot) noteOnce(ctx context.Context) {
	if b.opts.Past == nil {
		return
	}
	until := map[models.TeamID]time.Time{}
	b.mu.Lock()
	for _, w := range b.workspaces {
		if t := w.past.until(w.connection.health.lastHeard()); !t.IsZero() {
			until[w.team] = t
		}
	}
	b.mu.Unlock()
	if maps.Equal(until, b.noted) {
		return
	}
	if err := b.opts.Past.Heard(ctx, changed(until, b.noted)); err != nil {
		b.opts.Log.Error().Err(err).Msg("until when workspaces were heard could not be noted")
		return
	}
	b.noted = until
}

// changed returns what is not in before, or is there with another time.
func changed(until, before map[models.TeamID]time.Time) map[models.TeamID]time.Time {
	news := maps.Clone(until)
	maps.DeleteFunc(news, func(team models.TeamID, t time.Time) bool { return t.Equal(before[team]) })
	return news
}
