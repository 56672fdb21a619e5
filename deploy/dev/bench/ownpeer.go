package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ownConfig is what a user would write: addresses and streams. All else is the default.
const ownConfig = `kafka:
  brokers: [%q]
clickhouse:
  addresses: [%q]
  database: %s
  user: %s
group:
  id: %s
streams:
  - name: events
    topic: %s
    zone: %s
imports: events
dead_letters: %s
`

// configure writes the configuration of a turn and returns its path.
func (t *turn) configure() (string, error) {
	path := filepath.Join(t.dir, t.name+".yaml")
	text := fmt.Sprintf(ownConfig, t.kafka.Addrs()[0], t.server, t.name, t.engine.Endpoint().User, t.name, t.topic, zone, deadLetters)
	return path, os.WriteFile(path, []byte(text), 0o600)
}

// command returns a command of deskpulse with the turn's configuration.
func (t *turn) command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	path, err := t.configure()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, t.binary, append(args, "--config", path)...)
	cmd.Env = append(os.Environ(), "DESKPULSE_CLICKHOUSE_PASSWORD="+t.engine.Endpoint().Password)
	return cmd, nil
}

// migrate makes the tables, which are the same for every peer.
func (t *turn) migrate(ctx context.Context) error {
	cmd, err := t.command(ctx, "migrate")
	if err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("migrate: %w\n%s", err, out)
	}
	return nil
}

// deskpulse is peer a: the binary, with everything that it always does.
type deskpulse struct {
	profile string // file of the processor profile, "" for none
}

func (deskpulse) letter() string { return "a" }

func (d deskpulse) begin(ctx context.Context, t *turn) (err error) {
	args := []string{"ingest"}
	if d.profile != "" {
		args = append(args, "--cpu-profile", d.profile)
	}
	// Not the turn's context: that one would kill it, and it shall end in order.
	cmd, err := t.command(context.WithoutCancel(ctx), args...)
	if err != nil {
		return err
	}
	if t.own, err = startOwn(ctx, t, cmd); err != nil {
		return err
	}
	t.pid = cmd.Process.Pid
	// The first answer is the dearest. It is given before there is anything to do.
	if _, err := t.own.scrape(ctx); err != nil {
		return err
	}
	if err := t.awaitJoined(ctx, t.name, t.topic); err != nil {
		return fmt.Errorf("%w\n%s", err, t.own.said())
	}
	t.own.mallocs, err = t.own.scrape(ctx)
	return err
}

func (deskpulse) done(ctx context.Context, t *turn) (int64, error) {
	return t.store.number(ctx, appliedSQL)
}

func (deskpulse) finish(t *turn) error {
	if t.own == nil {
		return nil
	}
	return t.own.stop()
}

// ownProcess is a running `deskpulse ingest`.
type ownProcess struct {
	cmd     *exec.Cmd
	log     *os.File
	metrics string // address of its metrics
	mallocs float64
	done    chan struct{} // closed when it has ended
	err     error         // how, once done is closed
}

// startOwn starts ingest and returns when it serves its metrics.
func startOwn(ctx context.Context, t *turn, cmd *exec.Cmd) (*ownProcess, error) {
	log, err := t.log(t.name)
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	cmd.Stderr = log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt from a terminal is ours to pass on
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	p := &ownProcess{cmd: cmd, log: log, done: make(chan struct{})}
	ready := make(chan string, 1)
	go func() {
		defer close(p.done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, rest, ok := strings.Cut(lines.Text(), "metrics  "); ok {
				ready <- strings.Split(rest, ",")[0]
			}
		}
		p.err = cmd.Wait()
		log.Close()
	}()
	select {
	case p.metrics = <-ready:
		return p, nil
	case <-p.done:
		return p, fmt.Errorf("ingest ended at its start: %w\n%s", p.err, p.said())
	case <-ctx.Done():
		return p, context.Cause(ctx)
	}
}

// said returns the end of what the process wrote to standard error.
func (p *ownProcess) said() string {
	raw, err := os.ReadFile(p.log.Name())
	if err != nil {
		return ""
	}
	return string(raw[max(0, len(raw)-4000):])
}

// stopTimeout is how long ingest may take to finish what it has in hand.
const stopTimeout = 30 * time.Second

func (p *ownProcess) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // fails when it has ended, which Wait tells
	timer := time.NewTimer(stopTimeout)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		_ = p.cmd.Process.Kill()
		<-p.done
		return fmt.Errorf("ingest did not stop within %v", stopTimeout)
	}
	if p.err != nil {
		return fmt.Errorf("ingest: %w\n%s", p.err, p.said())
	}
	return nil
}

// allocations returns how many objects were allocated for an event since the process was about to read. What asking
// itself takes is measured by asking again, and taken off.
func (p *ownProcess) allocations(ctx context.Context, events float64) (float64, error) {
	after, err := p.scrape(ctx)
	if err != nil {
		return 0, err
	}
	again, err := p.scrape(ctx)
	return max(0, after-p.mallocs-(again-after)) / events, err
}

// scrape returns how many objects the process has allocated so far.
func (p *ownProcess) scrape(ctx context.Context) (float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.metrics, nil)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(body)) {
		if rest, ok := strings.CutPrefix(line, "go_memstats_mallocs_total "); ok {
			return strconv.ParseFloat(strings.TrimSpace(rest), 64)
		}
	}
	return 0, errors.New("metrics of ingest: no go_memstats_mallocs_total")
}
