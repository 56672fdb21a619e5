// Package embeddedtest gives tests a real ClickHouse and a real Kafka protocol, so that nobody needs a mock of either.
//
//	func TestMain(m *testing.M) { embeddedtest.Main(m) }
//
//	func TestSomething(t *testing.T) {
//		db := embeddedtest.Database(t)   // a fresh database on the engine that this test process shares
//		addr := embeddedtest.Broker(t)   // the broker that this test process shares; take Name(t) for topics
//	}
//
// Engine and broker start when the first test asks for them and end with the test process.
package embeddedtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/dev/kafka"
	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// services are what the tests of one process share. Each is started at most once.
type services struct {
	root string

	engineOnce sync.Once
	engine     *embedded.Engine
	engineErr  error

	brokerOnce sync.Once
	broker     *embedded.Broker
	brokerErr  error

	kafkaOnce sync.Once
	kafka     *kafka.Cluster
	kafkaErr  error

	clusterOnce sync.Once
	cluster     *kafka.Cluster
	clusterErr  error
}

// shared is a package variable because TestMain and the tests have no other way to meet.
var shared services

// startTimeout bounds the start of one service, including a first fetch of the engine.
const startTimeout = 10 * time.Minute

// Main is the whole of a TestMain: it lets a re-executed test binary become the service it was started to be, runs the
// tests, stops what they started, then runs the checks (e.g. goleak), and exits.
func Main(m *testing.M, checks ...func() error) {
	embedded.RunChild()
	root, err := os.MkdirTemp("", "deskpulse-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	shared.root = root
	code := m.Run()
	for _, err := range shared.stop() {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	for _, check := range checks {
		if err := check(); err != nil && code == 0 {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func (s *services) stop() (errs []error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if s.broker != nil {
		errs = append(errs, s.broker.Stop(ctx))
	}
	if s.engine != nil {
		errs = append(errs, s.engine.Stop(ctx))
	}
	if s.kafka != nil {
		s.kafka.Stop(ctx)
	}
	if s.cluster != nil {
		s.cluster.Stop(ctx)
	}
	errs = append(errs, os.RemoveAll(s.root))
	return nonNil(errs)
}

func nonNil(errs []error) (out []error) {
	for _, err := range errs {
		if err != nil {
			out = append(out, err)
		}
	}
	return out
}

// dir is a folder for one service, away from the tests' own, whose clean-up comes before the service ends.
func (s *services) dir(t testing.TB, name string) string {
	t.Helper()
	if s.root == "" {
		t.Fatal("embeddedtest: this package needs func TestMain(m *testing.M) { embeddedtest.Main(m) }")
	}
	return filepath.Join(s.root, name)
}

// Dir returns a new folder that is there until the test process ends, for a service that outlives the test that was the
// first to need it.
func Dir(t testing.TB, name string) string {
	t.Helper()
	if err := os.MkdirAll(shared.dir(t, "own"), 0o700); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(shared.dir(t, "own"), name+"-")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Engine returns the engine of this test process, after starting it if it is the first to ask.
func Engine(t testing.TB) embedded.Endpoint {
	t.Helper()
	dir := shared.dir(t, "clickhouse")
	shared.engineOnce.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
		defer cancel()
		shared.engine = embedded.NewEngine(patiently(embedded.EngineConfig{Dir: dir, Progress: report()}))
		shared.engineErr = shared.engine.Start(ctx)
	})
	if shared.engineErr != nil {
		t.Fatal(shared.engineErr)
	}
	return shared.engine.Endpoint()
}

// patiently has an engine wait as long for its start and its end as a slow machine with other tests takes.
func patiently(cfg embedded.EngineConfig) embedded.EngineConfig {
	cfg.StartTimeout, cfg.StopTimeout = 4*time.Minute, 2*time.Minute
	return cfg
}

// report says on standard error that a download is going on, which a silent test would not explain.
func report() embedded.Progress {
	last := -1
	return func(step string, done, total int64) {
		if tenth := int(10 * done / max(total, 1)); tenth != last {
			last = tenth
			fmt.Fprintf(os.Stderr, "engine %s: %d %%\n", step, 10*tenth)
		}
	}
}

// Broker returns the address of the broker of this test process, after starting it if it is the first to ask. Topics
// and groups are shared with the other tests: name them with Name.
func Broker(t testing.TB) string {
	t.Helper()
	dir := shared.dir(t, "kafka")
	shared.brokerOnce.Do(func() {
		shared.broker = embedded.NewBroker(embedded.BrokerConfig{Dir: dir})
		shared.brokerErr = shared.broker.Start(context.Background())
	})
	if shared.brokerErr != nil {
		t.Fatal(shared.brokerErr)
	}
	return shared.broker.Addr()
}

// OwnBroker returns a broker for this test alone, stopped when the test ends.
func OwnBroker(t testing.TB) *embedded.Broker {
	t.Helper()
	broker := embedded.NewBroker(embedded.BrokerConfig{Dir: t.TempDir()})
	if err := broker.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := broker.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return broker
}

// BrokerProcess returns a broker in a process of its own, for faults; it is killed when the test ends. A test that
// restarts it makes a new one on the same folder and port.
func BrokerProcess(t testing.TB, cfg embedded.BrokerConfig) *embedded.BrokerProcess {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	process := embedded.NewBrokerProcess(cfg)
	if err := process.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(process.Kill)
	return process
}
