package faults_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/schemas/secret"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	sink "github.com/deskpulse/deskpulse/sinks/kafka"
	"github.com/prometheus/client_golang/prometheus"
)

// childVariable tells this binary to be an ingest process; its value is a childSpec in JSON.
const childVariable = "DESKPULSE_FAULTS_CHILD"

// childSpec is everything an ingest process under test needs.
type childSpec struct {
	Broker      string
	Topic       string
	DeadLetters string
	Group       string
	Epoch       uint32
	ClickHouse  string // host:port of the native protocol
	Database    string
	User        string
	Password    string
	Crash       crash
}

// insertDeadline is short, because recovery waits that long.
const insertDeadline = time.Second

func (s childSpec) stream() event.Stream {
	// Its own name, because query ids have the stream in them and all tests share one engine.
	return event.Stream{Name: s.Topic, Topic: s.Topic, Company: "express", Zone: "Asia/Shanghai", Epoch: s.Epoch,
		Backward: event.DefaultBackward, Forward: event.DefaultForward, MaxBytes: 64 << 10}
}

func (s childSpec) store() (*clickhouse.Store, error) {
	c := clickhouse.DefaultConfig()
	c.Addresses, c.Database, c.User, c.Password = []string{s.ClickHouse}, s.Database, s.User, secret.Text(s.Password)
	c.InsertDeadline = insertDeadline
	return clickhouse.Open(c)
}

// runChild is an ingest process: the product's own parts, each wrapped in what may kill the process.
func runChild(text string) {
	var spec childSpec
	err := json.Unmarshal([]byte(text), &spec)
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		err = spec.run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (s childSpec) run(ctx context.Context) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	store, err := s.store()
	if err != nil {
		return err
	}
	defer store.Close()
	client, err := kafka.New(s.consumer())
	if err != nil {
		return err
	}
	defer client.Close()
	group, err := kafka.NewGroup(client, s.group(), log)
	if err != nil {
		return err
	}
	producer, err := sink.New(s.producer(), nil)
	if err != nil {
		return err
	}
	defer producer.Close()
	c := &crasher{at: s.Crash}
	in, err := ingest.New(s.ingest(), ingest.Deps{
		Streams: []event.Stream{s.stream()}, Log: log, Registry: prometheus.NewRegistry(),
		Store:       crashStore{store, c},
		DeadLetters: crashLetters{sink.NewDeadLetters(producer, s.DeadLetters), c},
		Join: func(ctx context.Context, work func(context.Context, ingest.Log), joined func(bool)) error {
			group.Joined = joined
			return group.Run(ctx, func(ctx context.Context, a *kafka.Assignment) { work(ctx, crashLog{a, c}) })
		},
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "running")
	return in.Run(ctx)
}

func (s childSpec) ingest() ingest.Config {
	c := ingest.DefaultConfig()
	c.BatchRows, c.BatchAge, c.InsertDeadline = 400, 30*time.Millisecond, insertDeadline
	return c
}

func (s childSpec) consumer() kafka.Config {
	c := kafka.DefaultConfig()
	c.Brokers, c.Topics, c.FetchMaxWait = []string{s.Broker}, []string{s.Topic}, 50*time.Millisecond
	return c
}

func (s childSpec) group() kafka.GroupConfig {
	c := kafka.DefaultGroupConfig()
	c.ID, c.SessionTimeout, c.RebalanceTimeout = s.Group, 2*time.Second, 5*time.Second
	c.HeartbeatInterval, c.JoinBackoff = 200*time.Millisecond, 100*time.Millisecond
	return c
}

func (s childSpec) producer() sink.Config {
	c := sink.DefaultConfig()
	c.Brokers = []string{s.Broker}
	return c
}

// process is a running ingest process.
type process struct {
	cmd    *exec.Cmd
	done   chan struct{} // closed when it has ended
	ready  chan struct{} // closed when it runs
	mu     sync.Mutex    // guards stderr
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

// startIngest starts an ingest process; it is killed at the end of the test at the latest.
func startIngest(t *testing.T, spec childSpec) *process {
	t.Helper()
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(os.Args[0]), done: make(chan struct{}), ready: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	p.cmd.Stderr = p
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.done)
		lines := bufio.NewScanner(out)
		if lines.Scan() {
			close(p.ready)
		}
		for lines.Scan() { // to its end, as Wait demands
			continue
		}
		_ = p.cmd.Wait()
	}()
	t.Cleanup(func() { p.kill() })
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// diedByItself waits for the process to be killed by its crash point, and reports whether it was.
func (p *process) diedByItself(within time.Duration) bool {
	select {
	case <-p.done:
	case <-time.After(within):
		return false
	}
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// stop asks the process to stop and returns how it ended.
func (p *process) stop(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		t.Error("ingest did not stop within 20 s of SIGTERM")
		p.kill()
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("ingest ended with exit code %d after SIGTERM", code)
	}
}
