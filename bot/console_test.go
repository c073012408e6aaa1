package bot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/term"

	"github.com/mulebot/mulebot/models"
)

func TestConsole(t *testing.T) {
	var out bytes.Buffer
	var heard []models.Message
	journal := newMemory()
	c := &Console{
		In: strings.NewReader("which volumes?\n\n 2 \n7\nexit\nnot read\n"), Out: &out, Journal: journal,
		Clusters: []string{"prod", "staging"}, Text: TextOptions{Width: 60},
		Responder: respond(func(_ context.Context, m models.Message) models.Reply {
			heard = append(heard, m)
			return models.Reply{Text: fmt.Sprintf("answer %d", len(heard)), Dialogue: &models.Dialogue{Intent: "list"}, Buttons: []models.Button{
				{Label: "One", Action: models.Action{Text: "one"}}, {Label: "Two", Action: models.Action{Text: "two"}},
			}}
		}),
		Now: func() time.Time { return time.Unix(1_700_000_000, 0) },
	}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	golden(t, "console.txt", out.Bytes())
	if len(heard) != 3 || heard[0].Text != "which volumes?" || heard[1].Kind != models.Press || heard[1].Action.Text != "two" || heard[2].Text != "7" {
		t.Fatalf("heard %+v", heard)
	}
	for i, m := range heard {
		if m.Thread != heard[0].Thread || m.Team != models.Local || !journal.isDone(m.ID) || i > 0 && m.ID == heard[i-1].ID {
			t.Errorf("message %d: %+v", i, m)
		}
	}
	if journal.talks[heard[0].Conversation()] == nil {
		t.Error("the dialogue was not recorded")
	}
}

// The end of the input and the end of the context end a console.
func TestConsoleEnds(t *testing.T) {
	c := &Console{In: strings.NewReader("last line without an end"), Out: io.Discard, Journal: newMemory(), Responder: respond(echo)}
	if err := c.Run(t.Context()); err != nil {
		t.Error(err)
	}
	in, hold := io.Pipe()
	defer hold.Close()
	ctx, cancel := context.WithCancel(t.Context())
	c.In = in
	done := make(chan error)
	go func() { done <- c.Run(ctx) }()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A terminal's line editor works over the history, and what is typed is kept in the file.
func TestHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "history")
	h := openHistory(path)
	for _, line := range []string{"one", " ", "two", "two", "three"} {
		h.Add(line)
	}
	var out bytes.Buffer
	terminal := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{strings.NewReader("\x1b[A\x1b[A\r"), &out}, prompt)
	terminal.History = openHistory(path)
	line, err := (&lineReader{Writer: terminal, terminal: terminal}).read()
	if line != "two" || err != nil {
		t.Errorf("two lines up: %q, %v", line, err)
	}
	raw, err := os.ReadFile(path)
	if string(raw) != "one\ntwo\nthree\ntwo\n" || err != nil {
		t.Errorf("file: %q, %v", raw, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	for i := range 2 * historySize {
		h.Add(fmt.Sprint(i))
	}
	if h.Len() != historySize || h.At(0) != fmt.Sprint(2*historySize-1) || openHistory(path).Len() != historySize {
		t.Errorf("%d lines", h.Len())
	}
	openHistory("").Add("nowhere")
}
