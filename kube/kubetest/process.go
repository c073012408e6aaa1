package kubetest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// process is a child that does not outlive the test, whatever happens to it.
type process struct {
	cmd  *exec.Cmd
	log  string        // file with its output
	done chan struct{} // closed when it has ended
}

// run starts a program, given as its path and leading arguments, with its output in a file.
func run(log string, program []string, args ...string) (*process, error) {
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program[0], append(program[1:len(program):len(program)], args...)...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = dieWithParent()
	p := &process{cmd: cmd, log: log, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// Linux kills the child when the thread that made it ends, so that thread must stay.
		runtime.LockOSThread()
		defer out.Close()
		err := cmd.Start()
		started <- err
		if err == nil {
			giveWay(cmd.Process.Pid)
			_ = cmd.Wait() // how it ended stands in its log
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", program[0], err)
	}
	return p, nil
}

// ready waits until a URL of the process answers 200.
func (p *process) ready(ctx context.Context, client *http.Client, url, token string) error {
	const limit = 90 * time.Second // a few seconds are usual
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-p.done:
			return fmt.Errorf("%s ended:\n%s", p.cmd.Args, p.tail())
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer at %s: %w\n%s", p.cmd.Args, url, ctx.Err(), p.tail())
		case <-ticker.C:
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		if resp, err := client.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
	}
}

// stop asks the process to end, insists after a while, and returns when it has.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(resume) // a frozen process does not hear anything else; one that is gone hears nothing
	_ = p.cmd.Process.Signal(os.Interrupt)
	select {
	case <-p.done:
	case <-time.After(5 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

// tail returns the last lines of the output, for an error.
func (p *process) tail() string {
	out, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-15):], []byte("\n")))
}
