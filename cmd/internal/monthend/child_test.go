package monthend_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// childVariable tells this binary to be another process of the company; its value is a task in JSON.
const childVariable = "DESKPULSE_MONTHEND_CHILD"

// task is what another process does: the product's own code, which has no place for faults in it.
type task struct {
	Place      place
	Do         string // close, judge, approve, publish, export, adjust, approve-adjustment or ingest
	Now        time.Time
	Month      calendar.Month
	Policy     string
	Folder     string               `json:",omitempty"`
	FileBytes  uint64               `json:",omitempty"` // no file may grow beyond it; 0: any may
	Judgements []monthend.Judgement `json:",omitempty"`
}

// answer is what came of it.
type answer struct {
	Run     workflow.Run
	Phase   workflow.Phase
	New     bool
	Changes int
	Err     string
	Code    workflow.RefusalCode
}

func runChild(text string) {
	var t task
	err := json.Unmarshal([]byte(text), &t)
	if err == nil {
		err = t.run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (t task) run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if t.Do == "ingest" {
		return t.ingest(ctx, logger)
	}
	if t.FileBytes > 0 {
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: t.FileBytes, Max: t.FileBytes}); err != nil {
			return err
		}
	}
	d, err := monthend.Open(ctx, t.Place.config(), company, logger, func() time.Time { return t.Now })
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	out, err := t.act(ctx, d)
	if err != nil {
		out.Err = err.Error()
		if r, ok := errors.AsType[*workflow.RefusedError](err); ok {
			out.Code = r.Code
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		return err
	}
	return d.Close()
}

// ingest runs the product's ingest, in small batches, until it is told to end.
func (t task) ingest(ctx context.Context, logger *slog.Logger) error {
	c := t.Place.config()
	c.Group.ID, c.Group.SessionTimeout, c.Group.RebalanceTimeout = t.Place.Name, 2*time.Second, 5*time.Second
	c.Group.HeartbeatInterval, c.Group.JoinBackoff = 200*time.Millisecond, 100*time.Millisecond
	c.ClickHouse.InsertDeadline = time.Second
	c.Ingest.BatchRows, c.Ingest.BatchAge = 400, 30*time.Millisecond
	c.Metrics.Listen = "127.0.0.1:0"
	return app.Ingest(ctx, c, "test", logger, func(string) { fmt.Fprintln(os.Stdout, "ready") })
}

func (t task) act(ctx context.Context, d *monthend.Desk) (answer, error) {
	of := func(m workflow.Month, err error) (answer, error) {
		out := answer{Phase: m.Phase}
		if m.Run != nil {
			out.Run = *m.Run
		}
		return out, err
	}
	switch t.Do {
	case "close":
		c, err := d.CloseMonth(ctx, monthend.CloseRequest{Month: t.Month, Policy: t.Policy, By: boss})
		return answer{Run: c.Run.Run, Phase: c.Month.Phase, New: c.New}, err
	case "judge":
		return of(d.Judge(ctx, judgeRequest(t.Policy, t.Month, t.Judgements)))
	case "approve":
		return of(d.Approve(ctx, t.Policy, t.Month, "", leader, ""))
	case "publish":
		return of(d.Publish(ctx, t.Policy, t.Month, boss, ""))
	case "export":
		out, err := d.Export(ctx, monthend.ExportRequest{Policy: t.Policy, Month: t.Month, Folder: t.Folder, By: payer})
		return answer{Phase: out.Month.Phase}, err
	case "adjust":
		a, err := d.Adjust(ctx, t.Policy, boss, "heard late")
		return answer{New: a.New, Changes: a.Changes()}, err
	case "approve-adjustment":
		_, err := d.ApproveAdjustment(ctx, t.Policy, "", leader, "")
		return answer{}, err
	}
	return answer{}, fmt.Errorf("nobody knows how to %q", t.Do)
}

// process is a running task.
type process struct {
	cmd  *exec.Cmd
	in   interface{ Write([]byte) (int, error) }
	out  *bufio.Scanner
	once sync.Once

	mu     sync.Mutex // guards stderr
	stderr bytes.Buffer
}

// Write keeps what the process says, for a test that fails.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.Write(b)
}

func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

// task returns what another process of the company does about March under express-cs.
func (w *world) task(do string) task {
	return task{Place: w.place, Do: do, Now: w.now, Month: march, Policy: "express-cs"}
}

// start starts a process and returns when it is ready to act. It is killed at the end of the test at the latest.
func (t task) start(test *testing.T) *process {
	test.Helper()
	text, err := json.Marshal(t)
	if err != nil {
		test.Fatal(err)
	}
	p := &process{cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	p.cmd.Stderr = p
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		test.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		test.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		test.Fatal(err)
	}
	test.Cleanup(p.kill)
	p.out = bufio.NewScanner(out)
	if !p.out.Scan() || p.out.Text() != "ready" {
		p.kill()
		test.Fatalf("%s: not ready: %s", t.Do, p.said())
	}
	return p
}

// act lets the process do what it is for.
func (p *process) act(test *testing.T) {
	test.Helper()
	if _, err := fmt.Fprintln(p.in, "go"); err != nil {
		test.Fatal(err)
	}
}

// answer returns what the process says when it is done.
func (p *process) answer(test *testing.T) answer {
	test.Helper()
	var a answer
	if !p.out.Scan() {
		p.kill()
		test.Fatalf("ended without an answer: %s", p.said())
	}
	if err := json.Unmarshal(p.out.Bytes(), &a); err != nil {
		test.Fatalf("%q: %v", p.out.Text(), err)
	}
	p.wait()
	return a
}

// dies waits for the process to end, and reports whether it was killed.
func (p *process) dies() bool {
	for p.out.Scan() { // to its end, as waiting demands
		continue
	}
	p.wait()
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

func (p *process) wait() { p.once.Do(func() { _ = p.cmd.Wait() }) }

// signalKill sends kill -9.
func (p *process) signalKill() { _ = p.cmd.Process.Kill() }

// kill ends the process with kill -9, if it still runs, and waits until it is gone.
func (p *process) kill() {
	p.signalKill()
	p.wait()
}

// together has tasks done by as many processes at once and returns their answers.
func together(test *testing.T, tasks ...task) []answer {
	test.Helper()
	var running []*process
	for _, t := range tasks {
		running = append(running, t.start(test))
	}
	for _, p := range running {
		p.act(test)
	}
	var all []answer
	for _, p := range running {
		all = append(all, p.answer(test))
	}
	return all
}
