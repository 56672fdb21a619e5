package faults_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is a running ingest process: this binary with hooks, or the product's own.
type process struct {
	cmd    *exec.Cmd
	orders io.WriteCloser
	done   chan struct{} // closed when it has ended
	ready  chan struct{} // closed when it runs

	mu     sync.Mutex          // guards what follows
	stderr bytes.Buffer        // what it said
	hits   []hit               // how it struck itself
	killed bool                // by the test
	asked  map[int]chan string // who waits for which answer
	url    string              // of /healthz, of the product's own binary
	peak   int64               // largest resident memory seen, in bytes
}

// Write keeps what the process says, for a test that fails.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.Write(b)
}

func (p *process) said() string { return p.saidAfter(0) }

// saidAfter is what the process said after so many bytes.
func (p *process) saidAfter(n int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return string(p.stderr.Bytes()[n:])
}

// startIngest starts an ingest process with hooks; it is killed at the end of the test at the latest.
func startIngest(t *testing.T, spec childSpec) *process {
	t.Helper()
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	return start(t, cmd)
}

func start(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{cmd: cmd, done: make(chan struct{}), ready: make(chan struct{}), asked: make(map[int]chan string)}
	cmd.Stderr = p
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if p.orders, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.listen(out)
	t.Cleanup(p.kill)
	return p
}

// listen reads what the process answers until it ends.
func (p *process) listen(out io.Reader) {
	defer close(p.done)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch {
		case word == "running":
			close(p.ready)
		case word == "struck":
			p.strikes(rest)
		case word == "health", word == "counters":
			p.answers(rest)
		case strings.Contains(rest, "/healthz"):
			_, url, _ := strings.Cut(rest, ", ")
			p.mu.Lock()
			p.url = url
			p.mu.Unlock()
			close(p.ready)
		}
	}
	_ = p.cmd.Wait()
}

// strikes notes what the process says of a strike, in the order in which it says so: a killed one has said it before it ends.
func (p *process) strikes(text string) {
	var h hit
	if err := json.Unmarshal([]byte(text), &h); err != nil {
		panic(err) // hit.line writes it
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hits = append(p.hits, h)
}

// meant reports whether the test has killed the process, or has had it strike itself.
func (p *process) meant() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.killed || len(p.hits) > 0
}

func (p *process) order(o order) {
	line, err := json.Marshal(o)
	if err != nil {
		panic(err) // it has no field that cannot be written
	}
	_, _ = p.orders.Write(append(line, '\n')) // it may be dead; who waits for its answer sees that
}

func (p *process) arm(at crash) { p.order(order{Arm: &at}) }

func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

func (p *process) kill() {
	p.mu.Lock()
	p.killed = true
	p.mu.Unlock()
	_ = p.cmd.Process.Kill()
	<-p.done
}

func (p *process) dead() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// killedItself reports whether the process, which is dead, was killed at a step.
func (p *process) killedItself() bool {
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// diedByItself waits for the process to be killed by its crash point, and reports whether it was.
func (p *process) diedByItself(within time.Duration) bool {
	select {
	case <-p.done:
		return p.killedItself()
	case <-time.After(within):
		return false
	}
}

// stop asks the process to stop and returns how it ended.
func (p *process) stop(t *testing.T) {
	t.Helper()
	select {
	case <-p.ready: // before that nobody listens to the signal
	case <-p.done:
	case <-time.After(patience):
		t.Errorf("ingest does not run after %s; it said:\n%s", patience, p.said())
	}
	p.signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(patience):
		t.Errorf("ingest did not stop within %s of SIGTERM; it said:\n%s", patience, p.said())
		p.kill()
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("ingest ended with exit code %d after SIGTERM; it said:\n%s", code, p.said())
	}
}

// measure notes the largest resident memory so far. Where there is no /proc it stays 0.
func (p *process) measure() {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kib int64
	if _, err := fmt.Sscanf(rest, "%d kB", &kib); err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.peak = max(p.peak, kib<<10)
}
