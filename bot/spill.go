package bot

import "github.com/mulebot/mulebot/models"

// spill is what a workspace does when it has more messages than it keeps in memory: new ones go to the journal only, and are
// read back, the oldest first, as room is made. What an earlier process left in the journal is read the same way. While it
// is on, nothing else is queued, so that the order is kept.
type spill struct {
	on      bool
	writing int                            // messages on their way to the journal only
	last    map[models.Conversation]*place // of these, the last of each conversation
	late    bool                           // one of them arrived there since the journal was read
	trigger map[string]string              // of these, by their ids: the journal does not keep what lasts three seconds
	reading bool                           // the journal is being read
	gone    map[string]bool                // ids answered while it is
}

// finished notes that a message was answered, in case that the journal, as it is being read, still holds it.
func (s *spill) finished(id string) {
	if s.reading {
		s.gone[id] = true
	}
}

// keepOut notes that a place is on its way to the journal only, and what came before it in its conversation. The caller holds w.mu.
func (w *workspace) keepOut(p *place) {
	c := p.entry.Message.Conversation()
	queue := w.talks[c]
	switch last := w.spill.last[c]; {
	case last != nil:
		p.before = last
	case len(queue) > 0:
		p.before = queue[len(queue)-1]
	}
	p.spilled = true
	w.spill.on = true
	w.spill.writing++
	w.spill.last[c] = p
	if p.trigger != "" {
		w.spill.trigger[p.entry.Message.ID] = p.trigger
	}
}

// settled notes that a place of keepOut is on its way no longer.
func (s *spill) settled(p *place) {
	s.writing--
	if !p.kept {
		delete(s.trigger, p.entry.Message.ID)
	}
	if c := p.entry.Message.Conversation(); s.last[c] == p {
		delete(s.last, c)
	}
}

// refill reads the journal if messages wait there and there is room. The caller holds w.mu.
func (w *workspace) refill() {
	s := &w.spill
	select {
	case <-w.stop:
		return
	default:
	}
	if !s.on || s.reading || w.count > w.capacity/2 {
		return
	}
	s.reading, s.gone = true, map[string]bool{}
	w.answers.Go(w.readBack)
}

// readBack queues what the journal holds, as far as there is room, until nothing waits in the journal only.
func (w *workspace) readBack() {
	for again := true; again; {
		w.mu.Lock()
		w.spill.late = false
		w.mu.Unlock()
		entries, err := w.journal.Unanswered(w.work, w.team)
		if w.work.Err() != nil {
			return
		}
		w.report("replay", err, "part of the journal cannot be read")
		again = w.queueBack(entries)
	}
}

// queueBack queues entries of the journal that are not in memory. It reports whether the journal is to be read again at
// once.
func (w *workspace) queueBack(entries []models.Entry) (again bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &w.spill
	all := true
	for _, e := range entries {
		if w.held[e.Message.ID] > 0 || s.gone[e.Message.ID] {
			continue
		}
		if all = w.count < w.capacity; !all {
			break
		}
		p := &place{entry: e, trigger: s.trigger[e.Message.ID], replayed: true, settled: make(chan struct{}), kept: true}
		delete(s.trigger, e.Message.ID)
		close(p.settled)
		w.enqueue(p)
	}
	if all && s.late {
		return true
	}
	s.reading, s.gone = false, nil
	s.on = !all || s.writing > 0
	return false
}
