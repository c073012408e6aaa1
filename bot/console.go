package bot

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/mulebot/mulebot/models"
)

// Recorder keeps what is remembered of a conversation. It is the part of a [Journal] that a console needs.
type Recorder interface {
	// Done records what to remember of the conversation of a message that was answered; nil: no change.
	Done(ctx context.Context, m models.Message, a *models.Audit, d *models.Dialogue) error
}

// Console is the door for one local user: a conversation in a terminal, or over plain streams.
type Console struct {
	In        io.Reader // a terminal gets line editing and a history
	Out       io.Writer
	Responder Responder
	Journal   Recorder
	Clusters  []string    // named in the greeting
	Text      TextOptions // Width and Color; on a terminal, Width follows its size
	History   string      // file that keeps what was typed between sessions; "": forgotten
	Now       func() time.Time
}

// The prompts and the name of the conversation.
const (
	prompt         = "mulebot> "
	consoleChannel = models.ChannelID("console")
)

// Run answers what is typed until "exit", the end of the input, or the end of ctx. All of it is one conversation.
func (c *Console) Run(ctx context.Context) error {
	in, restore, err := c.open()
	if err != nil {
		return err
	}
	defer restore()
	c.greet(in)
	more := make(chan struct{})
	defer close(more)
	lines := readLines(in, more)
	now := c.Now
	if now == nil {
		now = time.Now
	}
	session := models.ThreadID(strconv.FormatInt(now().UnixNano(), 36))
	var choices []models.Button
	for n := 1; ; n++ {
		in.ask()
		more <- struct{}{}
		var line string
		select {
		case <-ctx.Done():
			return nil
		case got, ok := <-lines:
			if !ok {
				fmt.Fprintln(in)
				return nil
			}
			line = strings.TrimSpace(got)
		}
		switch strings.ToLower(line) {
		case "":
			continue
		case "exit", "quit", "bye", ":q":
			return nil
		}
		m := models.Message{
			ID: fmt.Sprintf("%s-%d", session, n), Kind: models.Typed, Team: models.Local, Channel: consoleChannel, Thread: session,
			User: "you", Text: line, At: now(),
		}
		if i, err := strconv.Atoi(line); err == nil && i >= 1 && i <= len(choices) {
			m.Kind, m.Text, m.Action = models.Press, "", &choices[i-1].Action
		}
		reply := c.Responder.Respond(ctx, m)
		if ctx.Err() != nil {
			return nil
		}
		choices = reply.Buttons
		c.print(in, reply)
		if err := c.Journal.Done(ctx, m, nil, reply.Dialogue); err != nil {
			return err
		}
	}
}

func (c *Console) greet(in *lineReader) {
	about := ""
	if len(c.Clusters) > 0 {
		about = " about " + strings.Join(c.Clusters, ", ")
	}
	fmt.Fprintf(in, "Ask%s in plain English, such as: which volumes are degraded?\n", about)
	fmt.Fprintf(in, "\"help\" says what else; a number picks a choice; \"exit\" or Ctrl-D leaves.\n\n")
}

func (c *Console) print(in *lineReader, reply models.Reply) {
	o := c.Text
	o.Choices = true
	if w := in.width(); w > 0 {
		o.Width = w
	}
	if reply.Form != nil {
		reply.Notes = append(slices.Clip(reply.Notes), "This takes a form, which the terminal has not; Slack shows it.")
	}
	fmt.Fprintf(in, "%s\n\n", Text(reply, o))
}

// lineReader reads lines: with editing and a history from a terminal, as they come from anything else. What is written to
// it does not disturb the line that is being typed.
type lineReader struct {
	io.Writer
	file     *os.File       // nil: not a terminal
	terminal *term.Terminal // nil: not a terminal
	plain    *bufio.Reader
}

// open prepares the streams; restore gives the terminal back as it was.
func (c *Console) open() (in *lineReader, restore func(), err error) {
	restore = func() {}
	file, ok := c.In.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return &lineReader{Writer: c.Out, plain: bufio.NewReader(c.In)}, restore, nil
	}
	state, err := term.MakeRaw(int(file.Fd()))
	if err != nil {
		return nil, restore, err
	}
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{c.In, c.Out}, prompt)
	t.History = openHistory(c.History)
	in = &lineReader{Writer: t, file: file, terminal: t}
	return in, func() { _ = term.Restore(int(file.Fd()), state) }, nil
}

// width returns the terminal's width, 0 if there is none, and tells the line editor of it.
func (r *lineReader) width() int {
	if r.file == nil {
		return 0
	}
	w, h, err := term.GetSize(int(r.file.Fd()))
	if err != nil || w <= 0 {
		return 0
	}
	_ = r.terminal.SetSize(w, h)
	return w
}

// ask says that a line may be typed; the line editor says so itself.
func (r *lineReader) ask() {
	if r.terminal == nil {
		fmt.Fprint(r, prompt)
		return
	}
	r.width()
}

func (r *lineReader) read() (string, error) {
	if r.terminal != nil {
		line, err := r.terminal.ReadLine()
		if errors.Is(err, term.ErrPasteIndicator) {
			err = nil
		}
		return line, err
	}
	line, err := r.plain.ReadString('\n')
	if line != "" {
		err = nil
	}
	return line, err
}

// readLines reads a line each time that more is received, until there are none. A read cannot be interrupted: the goroutine
// outlives the console by the line that nobody types any more.
func readLines(in *lineReader, more <-chan struct{}) <-chan string {
	lines := make(chan string, 1)
	go func() {
		defer close(lines)
		for range more {
			line, err := in.read()
			if err != nil {
				return
			}
			lines <- line
		}
	}()
	return lines
}
