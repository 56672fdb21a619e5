package embedded_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// startUp runs the minimal `up` of TestMain on dir and returns its process when it is ready.
func startUp(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), upVariable+"="+dir)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	if line != "ready\n" {
		t.Fatalf("up said %q", line)
	}
	return cmd
}

// TestKillOfTheWholeThing kills a running `up`: nothing is left running, the next one starts at once, with the same
// addresses and with everything that was acknowledged.
func TestKillOfTheWholeThing(t *testing.T) {
	dir := t.TempDir()
	up := startUp(t, dir)
	before, err := embedded.ReadEndpoints(dir)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, open(t, before.ClickHouse),
		"CREATE DATABASE d", "CREATE TABLE d.t (n UInt64) ENGINE = MergeTree ORDER BY n",
		"INSERT INTO d.t SELECT number FROM numbers(1000)")
	k := newKafka(t, before.Kafka[0])
	k.isEmbedded = true
	k.ensure(t, embedded.Topic{Partitions: 1})
	k.produce(t, 0, "a", "b")
	if err := k.commit(t, -1, "", 1, "pending 1-1"); err != nil {
		t.Fatal(err)
	}

	if err := up.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = up.Wait()
	began := time.Now()
	up = startUp(t, dir)
	t.Logf("up again in %v", time.Since(began).Round(time.Millisecond))
	// The same ports below show that the old engine is gone.

	after, err := embedded.ReadEndpoints(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{after.Kafka, after.ClickHouse}, []any{before.Kafka, before.ClickHouse}); diff != "" {
		t.Errorf("endpoints (-after, +before):\n%s", diff)
	}
	if got := number(t, open(t, after.ClickHouse), "SELECT count() FROM d.t"); got != 1000 {
		t.Errorf("rows: got %d, want 1000", got)
	}
	if offset, metadata := k.committed(t); offset != 1 || metadata != "pending 1-1" {
		t.Errorf("committed: got %d %q, want 1 %q", offset, metadata, "pending 1-1")
	}
	k.produce(t, 0, "c")
	if values, _, high := k.fetch(t, 0, 0); high != 3 || values[0] != "a" {
		t.Errorf("log: got %q up to %d, want 3 records from a", values, high)
	}
	_ = up.Process.Kill()
	_ = up.Wait()
}

func TestHomeKeepsAddresses(t *testing.T) {
	dir := t.TempDir()
	var before embedded.Endpoints
	for round := range 2 {
		home, err := embedded.OpenHome(dir)
		if err != nil {
			t.Fatal(err)
		}
		broker, engine := home.Broker(embedded.BrokerConfig{}), home.Engine(embedded.EngineConfig{})
		if err := broker.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := engine.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		now := embedded.Endpoints{Kafka: []string{broker.Addr()}, ClickHouse: engine.Endpoint()}
		if err := home.Publish(now); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(now, before); round > 0 && diff != "" {
			t.Errorf("second start (-got, +want):\n%s", diff)
		}
		before = now
		for _, stop := range []func(context.Context) error{engine.Stop, broker.Stop} {
			if err := stop(context.Background()); err != nil {
				t.Error(err)
			}
		}
		if err := home.Close(); err != nil {
			t.Error(err)
		}
	}
}
