// Package main_test runs the built binary as a user does: its own processes, its own folders, real engines.
package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the path of the program under test, which TestMain builds.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "deskpulse-binary-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "deskpulse")
	build := exec.Command("go", "build", "-trimpath", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	code := 1
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the binary: %v\n%s", err, out)
	} else {
		code = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

const (
	startLimit = 10 * time.Minute // with a first fetch of the engine
	stopLimit  = 2 * time.Minute
	verbLimit  = 10 * time.Minute // the demo is the longest of them
)

// process is a running verb.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended

	mu     sync.Mutex // guards output
	output strings.Builder
}

// start runs a verb that prints "ready" and returns when it has.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(binary, args...), done: make(chan struct{})}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan struct{})
	go p.watch(stdout, ready)
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%v said:\n%s", args, p.said())
		}
	})
	select {
	case <-ready:
	case <-p.done:
		t.Fatalf("%v ended before it was ready:\n%s", args, p.said())
	case <-time.After(startLimit):
		t.Fatalf("%v is not ready:\n%s", args, p.said())
	}
	return p
}

func (p *process) watch(stdout io.Reader, ready chan<- struct{}) {
	defer close(p.done)
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		fmt.Fprintln(p, lines.Text())
		if lines.Text() == "ready" {
			close(ready)
		}
	}
	_ = p.cmd.Wait()
}

// Write takes what the process says.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.output.Write(b)
}

func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.output.String()
}

// stop asks the process to end and wants exit code 0.
func (p *process) stop() {
	p.t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(stopLimit):
		p.t.Fatalf("not stopped after %v:\n%s", stopLimit, p.said())
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		p.t.Fatalf("exit code %d after SIGTERM, want 0:\n%s", code, p.said())
	}
}

// kill ends the process with kill -9 and waits until it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// result is what a verb that ended has left.
type result struct {
	code        int
	stdout, err string
}

// run runs a verb to its end.
func run(t *testing.T, env []string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), verbLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v", args, err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// ok runs a verb that must succeed and returns its standard output.
func ok(t *testing.T, args ...string) string {
	t.Helper()
	r := run(t, nil, args...)
	if r.code != 0 {
		t.Fatalf("%v: exit code %d, want 0:\n%s%s", args, r.code, r.stdout, r.err)
	}
	return r.stdout
}

// jsonOf runs a verb that must succeed and reads its one line of JSON.
func jsonOf[T any](t *testing.T, args ...string) T {
	t.Helper()
	out := ok(t, append(args, "--output", "json")...)
	var v T
	if err := json.Unmarshal([]byte(out), &v); err != nil || strings.Count(out, "\n") != 1 {
		t.Fatalf("%v: want one line of JSON: %v\n%s", args, err, out)
	}
	return v
}

// verifyClean waits until everything is applied and proven.
func verifyClean(t *testing.T, dir string) {
	t.Helper()
	ok(t, "verify", "ingest", "--data", dir, "--wait", "90s")
}
