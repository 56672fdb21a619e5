package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// childVariable tells this binary to be a process whose people approve the month; its value is a childSpec in JSON.
const childVariable = "DESKPULSE_APP_CHILD"

// childSpec is everything such a process needs.
type childSpec struct {
	Broker, Topic, Database    string
	ClickHouse, User, Password string
	People                     []string // each approves once, all at the same time
}

// childVerdict is one line of its output.
type childVerdict struct {
	Name, ID string
	Accepted bool
	Code     workflow.RefusalCode
	Text     string // of the refusal
}

func specOf(c config.Config, people ...string) childSpec {
	return childSpec{Broker: c.Kafka.Brokers[0], Topic: c.Decisions, Database: c.ClickHouse.Database, ClickHouse: c.ClickHouse.Addresses[0],
		User: c.ClickHouse.User, Password: string(c.ClickHouse.Password), People: people}
}

// runChild is the process: it reads the state, says "ready", and approves when it is told to.
func runChild(text string) {
	var spec childSpec
	err := json.Unmarshal([]byte(text), &spec)
	if err == nil {
		err = spec.run(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (s childSpec) run(ctx context.Context) error {
	db := embeddedtest.DB{Endpoint: embedded.Endpoint{Native: s.ClickHouse, User: s.User, Password: s.Password}, Name: s.Database}
	d, err := app.OpenDecisions(ctx, deskConfig(s.Broker, s.Topic, db), slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	state, err := d.Refresh(ctx)
	if err != nil {
		return err
	}
	var commands []workflow.Command
	for _, name := range s.People {
		commands = append(commands, approval(state, name))
	}
	fmt.Fprintln(os.Stdout, "ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	var wg sync.WaitGroup
	verdicts := make(chan childVerdict, len(commands))
	for _, cmd := range commands {
		wg.Go(func() { verdicts <- judge(ctx, d, cmd) })
	}
	wg.Wait()
	close(verdicts)
	out := json.NewEncoder(os.Stdout)
	for v := range verdicts {
		if err := out.Encode(v); err != nil {
			return err
		}
	}
	return d.Close()
}

func judge(ctx context.Context, d *app.Decisions, cmd workflow.Command) childVerdict {
	out := childVerdict{Name: cmd.By.Name, ID: cmd.ID}
	v, err := d.Append(ctx, cmd)
	switch {
	case err != nil:
		out.Text = err.Error()
	case v.Accepted:
		out.Accepted = true
	default:
		out.Code, out.Text = v.Refusal.Code, v.Err().Error()
	}
	return out
}

// process is a running child.
type process struct {
	cmd    *exec.Cmd
	in     io.Writer
	lines  *bufio.Scanner
	stderr *bytes.Buffer
}

// startProcess starts a child and returns when it is ready. It is killed when the test ends.
func startProcess(t *testing.T, spec childSpec) *process {
	t.Helper()
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(os.Args[0]), stderr: new(bytes.Buffer)}
	p.cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	p.cmd.Stderr = p.stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	p.lines = bufio.NewScanner(out)
	if !p.lines.Scan() || p.lines.Text() != "ready" {
		p.kill()
		t.Fatalf("not ready: %s", p.stderr)
	}
	return p
}

// act lets the child approve.
func (p *process) act(t *testing.T) {
	t.Helper()
	if _, err := fmt.Fprintln(p.in, "go"); err != nil {
		t.Fatal(err)
	}
}

// verdicts returns what the child says when it has done everything.
func (p *process) verdicts(t *testing.T) (out []childVerdict) {
	t.Helper()
	for p.lines.Scan() {
		var v childVerdict
		if err := json.Unmarshal(p.lines.Bytes(), &v); err != nil {
			t.Fatalf("%q: %v", p.lines.Text(), err)
		}
		out = append(out, v)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, p.stderr)
	}
	return out
}

// kill ends the child with kill -9, if it still runs, and waits until it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}
