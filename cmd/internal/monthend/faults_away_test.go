package monthend_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// closeExpress closes March as [world.close] does, and may fail.
func (w *world) closeExpress(ctx context.Context, d *monthend.Desk) (monthend.Closed, error) {
	return d.CloseMonth(ctx, monthend.CloseRequest{Month: march, Policy: "express-cs", By: boss})
}

// undecided wants the log to have no run of March.
func (w *world) undecided(d *monthend.Desk) {
	w.t.Helper()
	m, err := d.Month(w.context(), "express-cs", march)
	if err != nil {
		w.t.Fatal(err)
	}
	if m.Frozen == nil || m.Run != nil || m.Phase != workflow.PhaseOpen {
		w.t.Errorf("got phase %s, run %v, want a month that is frozen and has no run", m.Phase, m.Run)
	}
}

// TestConnectionsCut cuts all connections to ClickHouse at several points of a close, one close after the other.
func TestConnectionsCut(t *testing.T) {
	t.Parallel()
	want := undisturbedMonth(t)
	w := newWorld(t)
	w.store(w.simulated(small("2024-03")))
	proxy := startProxy(t, w.place.ClickHouse)
	w.config.ClickHouse.Addresses = []string{proxy.addr()}
	d := w.desk()
	for _, at := range []point{stages[1], stages[4], stages[5], stages[9], stages[12]} {
		reached := make(chan struct{})
		proxy.set(at, func() { close(reached) })
		_, err := w.closeExpress(w.context(), d)
		if err == nil || clickhouse.ClassOf(err) != clickhouse.ClassRetry {
			t.Errorf("%+v: got %v, want an error of the network", at, err)
		}
		select {
		case <-reached:
		default:
			t.Fatalf("%+v: not reached: %v", at, err)
		}
		w.undecided(d)
	}
	c := w.close(d, march)
	same(t, "after the cuts", c.Run.Run, want.first)
	w.wholeRuns(c.Run.Run)
}

// TestClickHouseAway kills ClickHouse in the middle of a close. People go on deciding, and what they decided is copied
// when it is back.
func TestClickHouseAway(t *testing.T) {
	t.Parallel()
	want := undisturbedMonth(t)
	cfg := embedded.EngineConfig{Dir: t.TempDir()}
	engine := ownEngine(t, &cfg)
	w := newWorldOn(t, embeddedtest.Broker(t), engine.Endpoint(), "default")
	w.store(w.simulated(small("2024-03")))
	proxy := startProxy(t, w.place.ClickHouse)
	through := w.config.ClickHouse.Addresses
	w.config.ClickHouse.Addresses = []string{proxy.addr()}
	d := w.desk()
	w.config.ClickHouse.Addresses = through
	proxy.set(point{"INSERT INTO lines (", 1, sent, false}, engine.Kill)
	if _, err := w.closeExpress(w.context(), d); clickhouse.ClassOf(err) != clickhouse.ClassRetry {
		t.Fatalf("got %v, want an error of the network", err)
	}
	w.undecided(d)
	if _, err := w.desk().CloseMonth(w.context(), monthend.CloseRequest{Month: march, By: boss}); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("ClickHouse is away: got %v", err)
	}
	w.undecided(d)

	engine = ownEngine(t, &cfg)
	first := w.close(d, march)
	same(t, "after the engine came back", first.Run.Run, want.first)
	engine.Kill()
	w.judge(d, first) // which needs the log alone
	state, err := d.State(w.context())
	if err != nil {
		t.Fatal(err)
	}
	head := state.Head().Sequence

	ownEngine(t, &cfg)
	scored := w.close(w.desk(), march)
	same(t, "scored while the engine was away", scored.Run.Run, want.scored)
	w.wholeRuns(first.Run.Run, scored.Run.Run)
	if n := w.count("SELECT uniqExact(sequence) FROM decisions"); n != head+1 {
		t.Errorf("%d decisions are copied, want %d and the last run", n, head)
	}
}

// ownEngine starts an engine for this test alone. The first start fixes ports and password for the next ones.
func ownEngine(t *testing.T, cfg *embedded.EngineConfig) *embedded.Engine {
	t.Helper()
	embeddedtest.Engine(t) // so that the engine is in the cache, with the progress shown
	engine := embedded.NewEngine(*cfg)
	if err := engine.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Stop(context.Background()) })
	at := engine.Endpoint()
	cfg.NativePort, cfg.HTTPPort, cfg.Password = port(t, at.Native), port(t, at.HTTP), at.Password
	return engine
}

func port(t *testing.T, addr string) int {
	t.Helper()
	var n int
	if _, err := fmt.Sscanf(addr[strings.LastIndexByte(addr, ':')+1:], "%d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestKafkaAway kills Kafka when a run is stored and not noted yet.
func TestKafkaAway(t *testing.T) {
	t.Parallel()
	want := undisturbedMonth(t)
	cfg := embedded.BrokerConfig{Dir: t.TempDir()}
	broker := embeddedtest.BrokerProcess(t, cfg)
	cfg.Port = port(t, broker.Addr())
	db := embeddedtest.Database(t)
	w := newWorldOn(t, broker.Addr(), db.Endpoint, db.Name)
	w.store(w.simulated(small("2024-03")))
	proxy := startProxy(t, w.place.ClickHouse)
	direct := w.config.ClickHouse.Addresses
	w.config.ClickHouse.Addresses = []string{proxy.addr()}
	d := w.desk()
	w.config.ClickHouse.Addresses = direct

	// The run has been stored when Kafka goes, so the decision about it is what does not come through.
	ctx, giveUp := context.WithCancel(w.context())
	defer giveUp()
	proxy.set(point{"INSERT INTO runs (", 1, answered, true}, func() {
		broker.Kill()
		time.AfterFunc(3*time.Second, giveUp)
	})
	_, err := w.closeExpress(ctx, d)
	if unknown, ok := errors.AsType[*app.UnknownOutcomeError](err); !ok {
		t.Errorf("Kafka is away: got %v (%v), want that the outcome is not known", err, unknown)
	}
	if n := w.count("SELECT count() FROM runs"); n != 1 {
		t.Errorf("%d runs are stored, want 1", n)
	}

	embeddedtest.BrokerProcess(t, cfg)
	again := w.desk()
	w.undecided(again)
	c := w.close(again, march)
	same(t, "after Kafka came back", c.Run.Run, want.first)
	w.wholeRuns(c.Run.Run)
}
