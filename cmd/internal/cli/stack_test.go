package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/cmd/internal/cli"
	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// stack is a running `up` and the month that the tests close. The clock is the broker's own, as events of the future are
// rejected by that; so the month is one that is over today.
type stack struct {
	dir   string
	month string
	now   time.Time
}

// startStack runs `up` inside this process until the test ends.
func startStack(t *testing.T) *stack {
	t.Helper()
	return startStackIn(t, filepath.Join(t.TempDir(), "data"))
}

// startStackIn runs `up` on a folder.
func startStackIn(t *testing.T, dir string, flags ...string) *stack {
	t.Helper()
	s := &stack{dir: dir, now: time.Now()}
	s.month = s.now.UTC().AddDate(0, 0, -40).Format("2006-01")
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := &readiness{said: make(chan struct{})}, make(chan int, 1)
	var complaints bytes.Buffer
	go func() {
		ended <- cli.Run(ctx, cli.Env{
			In: strings.NewReader(""), Out: ready, Err: &complaints, Getenv: func(string) string { return "" }, Now: time.Now,
		}, append([]string{"up", "--data", s.dir}, flags...))
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("up: exit code %d:\n%s", code, complaints.String())
		}
	})
	select {
	case <-ready.said:
	case code := <-ended:
		ended <- code
		t.Fatal("up ended before it was ready")
	case <-time.After(10 * time.Minute):
		t.Fatal("up is not ready after ten minutes")
	}
	return s
}

// readiness waits for the first line of `up`.
type readiness struct {
	said chan struct{}
	once bool
}

// Write implements io.Writer.
func (r *readiness) Write(p []byte) (int, error) {
	if !r.once && bytes.Contains(p, []byte("ready")) {
		r.once = true
		close(r.said)
	}
	return len(p), nil
}

// run runs a verb on the stack, as chen, a supervisor, unless flags say otherwise.
func (s *stack) run(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	env := map[string]string{"DESKPULSE_BY": "chen:supervisor"}
	code = cli.Run(context.Background(), cli.Env{
		In: strings.NewReader(stdin), Out: &out, Err: &err, Getenv: func(name string) string { return env[name] },
		Now: func() time.Time { return s.now },
	}, append(args, "--data", s.dir))
	return code, out.String(), err.String()
}

// want runs a verb and wants its exit code and words of what it prints, on standard output, or where it fails on the other.
func (s *stack) want(t *testing.T, code int, words string, args ...string) string {
	t.Helper()
	got, stdout, stderr := s.run("", args...)
	said := stdout
	if code == 1 || code == 2 {
		said = stderr
	}
	if got != code || !strings.Contains(said, words) && !strings.Contains(joined(said), words) {
		t.Fatalf("%v: exit code %d, want %d and %q:\n%s%s", args, got, code, words, stdout, stderr)
	}
	for line := range strings.Lines(stdout) { // an error is one line, which only a terminal needs folded
		if !strings.HasPrefix(line, "{") && !strings.HasPrefix(line, "[") && wider(line) {
			t.Errorf("%v: wider than 100 columns: %s", args, line)
		}
	}
	return stdout
}

// joined takes back where lines were broken.
func joined(text string) string { return strings.Join(strings.Fields(text), " ") }

// read runs a verb with --output json.
func read[T any](t *testing.T, s *stack, code int, args ...string) (v T) {
	t.Helper()
	out := s.want(t, code, "", append(args, "--output", "json")...)
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatalf("%v: %v:\n%s", args, err, out)
	}
	return v
}

// produce appends an event to the stream of imports.
func (s *stack) produce(t *testing.T, key, value string) {
	t.Helper()
	e, err := embedded.ReadEndpoints(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	transport := &kafkago.Transport{}
	defer transport.CloseIdleConnections()
	w := &kafkago.Writer{Addr: kafkago.TCP(e.Kafka...), Topic: "imports", Balancer: &kafkago.Hash{}, Transport: transport, BatchSize: 1, RequiredAcks: kafkago.RequireAll}
	defer w.Close()
	if err := w.WriteMessages(t.Context(), kafkago.Message{Key: []byte(key), Value: []byte(value)}); err != nil {
		t.Fatal(err)
	}
}
