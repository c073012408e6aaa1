package bot

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
)

// workspace takes the messages of one workspace and answers them: in order within a conversation, side by side across
// conversations. A conversation has a goroutine while it has something to answer.
type workspace struct {
	team       models.TeamID
	name       string
	connection *connection
	responder  Responder
	journal    Journal
	poster     *poster
	restraint  *restraint
	homes      *homes
	seen       *sightings
	past       *catchUp
	meter      Meter
	log        zerolog.Logger
	now        func() time.Time
	maxWait    time.Duration
	slots      chan struct{} // held while an answer is worked out
	lanes      chan struct{} // held beside while many messages wait
	room       *room         // that an answer takes from then until it is posted
	capacity   int           // of messages in memory

	// Set by start.
	stop    <-chan struct{} // closed: begin nothing new
	work    context.Context // ended: give up what is under way
	answers *sync.WaitGroup

	mu    sync.Mutex // guards what follows
	talks map[models.Conversation][]*place
	held  map[string]int // places in talks that are or may be answered, by the id of the message
	count int            // of places in talks
	spill spill
	woes  map[string]string // what is wrong, by what it concerns
}

// crowd is how many messages of a workspace may wait before half of the processors at most work out its answers: the others'
// are for those who ask less.
const crowd = 32

// place is a message's place in the queue of its conversation. It is given out in the order in which messages come, before
// the journal has them, so that the journal may write many at once.
type place struct {
	entry    models.Entry
	trigger  string // with which a form can be opened while it is young; in memory only
	ifPart   bool   // keep it only if the bot takes part in the conversation
	replayed bool   // from the journal: an earlier process may have answered it
	found    bool   // in the history, where messages are not counted as asked
	spilled  bool   // in the journal only, for want of room
	before   *place // the one before in the conversation, if it is in memory or on its way to the journal

	settled chan struct{} // closed once kept is known
	kept    bool          // to be answered
}

func newWorkspace(w models.Workspace, o Options, client *http.Client) *workspace {
	log := o.Log.With().Str("team", string(w.Team)).Logger()
	ws := &workspace{
		team: w.Team, name: w.Name, responder: o.Responder, journal: o.Journal, log: log, now: o.Now, maxWait: o.MaxWait,
		poster: newPoster(w.BotToken, o, client, log), restraint: newRestraint(o.Asks), meter: o.Meter, seen: newSightings(o.Now()),
		slots: make(chan struct{}, o.Workers), lanes: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)), room: newRoom(), capacity: o.Queue,
		talks: map[models.Conversation][]*place{}, held: map[string]int{}, woes: map[string]string{},
		spill: spill{on: true, last: map[models.Conversation]*place{}, trigger: map[string]string{}}, // the journal may hold messages of an earlier process: they come first
	}
	ws.poster.tokenRefused = func(err error) { ws.report("token", err, "Slack refuses the bot token, and answers wait for another") }
	ws.homes = newHomes(ws, o.Homes)
	ws.past = newCatchUp(ws, o)
	return ws
}

// start begins to answer what an earlier process left in the journal. Stop says when to begin nothing new, work when to
// give up what is under way.
func (w *workspace) start(stop, work context.Context, answers *sync.WaitGroup) {
	w.stop, w.work, w.answers, w.homes.stop = stop.Done(), work, answers, stop
	w.past.stop, w.past.end = context.WithCancel(stop)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refill()
}

// reserve gives a message its place. It never blocks.
func (w *workspace) reserve(d decoded) *place {
	d.entry.Message.At = w.now()
	p := &place{entry: d.entry, trigger: d.trigger, ifPart: d.ifPart, found: d.found, settled: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.spill.on || w.count >= w.capacity {
		w.keepOut(p)
		return p
	}
	w.enqueue(p)
	return p
}

// enqueue puts a place at the end of its conversation's queue. The caller holds w.mu.
func (w *workspace) enqueue(p *place) {
	c := p.entry.Message.Conversation()
	queue, running := w.talks[c]
	if len(queue) > 0 {
		p.before = queue[len(queue)-1]
	}
	w.talks[c] = append(queue, p)
	w.held[p.entry.Message.ID]++
	w.count++
	if !running {
		w.answers.Go(func() { w.converse(c) })
	}
}

// admit writes a message to the journal. It reports whether to acknowledge the envelope: not if the message is of the bot's
// business and could not be written, so that Slack sends it again.
func (w *workspace) admit(ctx context.Context, p *place) (acknowledge bool) {
	kept, err := w.record(ctx, p)
	w.past.written(err)
	w.report("journal", err, "messages cannot be written to the journal, and are not acknowledged")
	w.settle(p, kept, err)
	return err == nil
}

func (w *workspace) record(ctx context.Context, p *place) (kept bool, err error) {
	if p.ifPart {
		part, err := w.takesPart(ctx, p)
		if err != nil || !part {
			return false, err
		}
	}
	if !p.found && !w.restraint.allows(w.now()) {
		w.hold(p)
		return false, nil
	}
	return w.journal.Append(ctx, p.entry)
}

// takesPart reports whether the bot takes part in the conversation, the message before included, which may be on its way
// to the journal.
func (w *workspace) takesPart(ctx context.Context, p *place) (bool, error) {
	if p.before != nil {
		select {
		case <-p.before.settled:
		case <-ctx.Done():
			return false, ctx.Err()
		}
		if p.before.kept {
			return true, nil
		}
	}
	return w.journal.TakesPart(ctx, p.entry.Message.Conversation())
}

// settle decides on a place. A message of which nobody knows whether the journal has it is looked for there.
func (w *workspace) settle(p *place, kept bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p.kept, p.before = kept, nil
	close(p.settled)
	switch {
	case p.spilled:
		w.spill.settled(p)
	case !kept:
		w.release(p)
	}
	if p.spilled || err != nil {
		w.spill.on = true
		w.spill.late = w.spill.late || kept || err != nil
		w.refill()
	}
}

// release notes that a place will not be answered any more. The caller holds w.mu.
func (w *workspace) release(p *place) {
	id := p.entry.Message.ID
	if w.held[id]--; w.held[id] == 0 {
		delete(w.held, id)
	}
}

// converse answers the messages of a conversation, one after the other, until there are none.
func (w *workspace) converse(c models.Conversation) {
	for {
		p := w.first(c)
		if p == nil {
			return
		}
		select {
		case <-p.settled:
		case <-w.work.Done():
			return
		}
		if p.kept && !w.answer(p) {
			return // the bot is stopping; the journal keeps the message
		}
		w.finish(c, p)
	}
}

// first returns the message whose turn it is; nil: none, or the bot is stopping.
func (w *workspace) first(c models.Conversation) *place {
	w.mu.Lock()
	defer w.mu.Unlock()
	queue := w.talks[c]
	if len(queue) == 0 {
		delete(w.talks, c)
		return nil
	}
	select {
	case <-w.stop:
		return nil
	default:
		return queue[0]
	}
}

func (w *workspace) finish(c models.Conversation, p *place) {
	w.mu.Lock()
	defer w.mu.Unlock()
	queue := w.talks[c]
	queue[0] = nil
	w.talks[c] = queue[1:]
	w.count--
	if p.kept {
		w.release(p)
		w.spill.finished(p.entry.Message.ID)
	}
	w.refill()
}

// answer works out the answer to a message, posts it and records that. It reports false if the bot stopped before.
func (w *workspace) answer(p *place) bool {
	m := p.entry.Message
	leave, ok := w.room.enter(w.work, m.Channel)
	if !ok {
		return false
	}
	defer leave()
	reply, ok := w.respond(p.entry)
	if !ok {
		return false
	}
	if reply.Silent {
		return w.done(m, nil, nil)
	}
	shown := false
	if reply.Form != nil {
		reply, shown = w.show(p, reply)
	}
	var err error
	if !shown {
		err = w.poster.post(w.work, newDelivery(p, reply))
	}
	if w.work.Err() != nil {
		return false
	}
	dialogue := reply.Dialogue
	if err != nil {
		w.log.Error().Err(err).Str("message", m.ID).Str("channel", string(m.Channel)).Msg("an answer could not be posted")
		dialogue = nil // nobody saw it
	}
	if err == nil || m.Kind != models.Scheduled { // where a card wants it, and MuleBot was not invited, nobody waits for it
		w.report("post", err, "answers cannot be posted")
	}
	audit := models.NewAudit(m, reply, err == nil)
	w.meter.Answered(reply.Intent, audit.Outcome, w.now().Sub(m.At))
	return w.done(m, audit, dialogue)
}

// respond asks the responder. A panic of it becomes a reply.
func (w *workspace) respond(e models.Entry) (reply models.Reply, ok bool) {
	m := e.Message
	select {
	case w.slots <- struct{}{}:
	case <-w.work.Done():
		return reply, false
	}
	defer func() { <-w.slots }()
	if w.waiting() > crowd {
		select {
		case w.lanes <- struct{}{}:
			defer func() { <-w.lanes }()
		case <-w.work.Done():
			return reply, false
		}
	}
	defer func() {
		if r := recover(); r != nil {
			w.log.Error().Str("message", m.ID).Interface("panic", r).Bytes("stack", debug.Stack()).Msg("the responder panicked")
			reply, ok = panicked(m), true
		}
	}()
	m, err := w.poster.attach(w.work, e)
	if err != nil {
		w.log.Warn().Err(err).Str("message", m.ID).Msg("an attachment could not be fetched")
		return unfetched(err), w.work.Err() == nil
	}
	return w.responder.Respond(w.work, m), w.work.Err() == nil
}

// panicked is the answer to a message that the responder panicked over.
func panicked(m models.Message) models.Reply {
	text := fmt.Sprintf("Something went wrong inside me while I worked on this. The log has it under `%s`.", m.ID)
	return models.Reply{Text: text, Err: &models.Error{Kind: models.Internal, Message: text,
		Hint: "try it in other words, and tell whoever runs me"}}
}

// done records that a message was answered, again and again until the journal takes it: to go on without would be to answer
// it twice. It reports false if the bot stopped before.
func (w *workspace) done(m models.Message, a *models.Audit, d *models.Dialogue) bool {
	for wait := newBackoff(w.maxWait); ; {
		err := w.journal.Done(w.work, m, a, d)
		w.report("done", err, "answers cannot be recorded in the journal")
		if err == nil {
			return true
		}
		if !wait.sleep(w.work) {
			return false
		}
	}
}

// report notes or clears a trouble, and logs when it begins and ends.
func (w *workspace) report(what string, err error, message string) {
	w.mu.Lock()
	_, was := w.woes[what]
	if err != nil {
		w.woes[what] = models.Redact(message + ": " + err.Error())
	} else {
		delete(w.woes, what)
	}
	w.mu.Unlock()
	switch {
	case err != nil && !was:
		w.log.Error().Err(err).Msg(message)
	case err == nil && was:
		w.log.Info().Msg("over: " + message)
	}
}

func (w *workspace) trouble() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, what := range []string{"journal", "done", "token", "post", "replay"} {
		if woe, ok := w.woes[what]; ok {
			return woe
		}
	}
	return ""
}

func (w *workspace) waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.count
}
