package proxy_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/deploy/dev/proxy"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// table is a table of one test, seen directly and through a proxy.
type table struct {
	*proxy.Proxy
	direct, through driver.Conn
}

func newTable(t *testing.T) table {
	t.Helper()
	db := embeddedtest.Database(t)
	p, err := proxy.Start(db.Native)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	out := table{Proxy: p, direct: db.Open(t)}
	db.Native = p.Addr()
	out.through = db.Open(t)
	if err := out.direct.Exec(t.Context(), "CREATE TABLE t (text String, CONSTRAINT short CHECK length(text) < 1000) ENGINE = MergeTree ORDER BY text"); err != nil {
		t.Fatal(err)
	}
	return out
}

// insert inserts 100 rows of 100 bytes through the proxy, as the query with the id.
func (t table) insert(ctx context.Context, id string) error { return t.send(ctx, id, 100, time.Minute) }

// impatient is an insert that gives up after a second.
func (t table) impatient(ctx context.Context, id string) error {
	return t.send(ctx, id, 100, time.Second)
}

// refused inserts rows that ClickHouse refuses.
func (t table) refused(ctx context.Context, id string) error {
	return t.send(ctx, id, 2000, time.Minute)
}

func (t table) send(ctx context.Context, id string, width int, within time.Duration) error {
	ctx, cancel := context.WithTimeout(clickhouse.Context(ctx, clickhouse.WithQueryID(id)), within)
	defer cancel()
	batch, err := t.through.PrepareBatch(ctx, "INSERT INTO t")
	if err != nil {
		return err
	}
	defer batch.Close()
	for i := range 100 {
		if err := batch.Append(fmt.Sprintf("%s%0*d", id, width, i)); err != nil {
			return err
		}
	}
	return batch.Send()
}

func (t table) rows(ctx context.Context) (n uint64, err error) {
	err = t.direct.QueryRow(ctx, "SELECT count() FROM t").Scan(&n)
	return n, err
}

func (t table) wantRows(test *testing.T, want uint64) {
	test.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		got, err := t.rows(test.Context())
		if err == nil && got == want {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			test.Fatalf("%d rows (%v), want %d", got, err, want)
		}
	}
}

// reached waits for what happens at a point of the proxy to be over.
func reached(t *testing.T, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("the point was not reached")
	}
}

func TestCutAtEveryMoment(t *testing.T) {
	for _, c := range []struct {
		when proxy.Moment
		rows uint64 // what the server has afterwards
	}{{proxy.Before, 0}, {proxy.Sent, 0}, {proxy.Reading, 0}, {proxy.During, 0}, {proxy.Answered, 100}} {
		t.Run(string(c.when), func(t *testing.T) {
			t.Parallel()
			to := newTable(t)
			if err := to.insert(t.Context(), "first"+t.Name()); err != nil {
				t.Fatal(err)
			}
			var inAct uint64
			done := to.At(proxy.Point{Text: "second" + t.Name(), Nth: 1, When: c.when, Bytes: 1000}, func([]byte) {
				to.wantRows(t, 100+c.rows)
				inAct, _ = to.rows(t.Context())
			})
			if err := to.insert(t.Context(), "second"+t.Name()); err == nil {
				t.Error("the client saw no error")
			}
			reached(t, done)
			if inAct != 100+c.rows {
				t.Errorf("%d rows at that moment, want %d", inAct, 100+c.rows)
			}
			to.wantRows(t, 100+c.rows)
			if err := to.insert(t.Context(), "third"+t.Name()); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// An insert that ClickHouse refuses has not been answered: the next one is.
func TestAnsweredIsNoRefusal(t *testing.T) {
	to := newTable(t)
	var statement string
	done := to.At(proxy.Point{Text: "INSERT INTO t", Nth: 1, When: proxy.Answered}, func(s []byte) { statement = string(s) })
	if err := to.refused(t.Context(), "refused"+t.Name()); err == nil || !strings.Contains(err.Error(), "violated") {
		t.Fatalf("got %v, want that a constraint is violated", err)
	}
	if err := to.insert(t.Context(), "taken"+t.Name()); err == nil {
		t.Error("the client saw no error")
	}
	reached(t, done)
	if !strings.Contains(statement, "taken") {
		t.Errorf("answered was %q", statement)
	}
	to.wantRows(t, 100)
}

// A link that is silent ends nothing: the client gives up by its own deadline, and what was said goes on its way later.
func TestHold(t *testing.T) {
	to := newTable(t)
	if err := to.insert(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	to.Hold()
	if err := to.impatient(t.Context(), "b"); err == nil || !strings.Contains(err.Error(), "timeout") && !strings.Contains(err.Error(), "deadline") {
		t.Errorf("a held insert: %v, want that it took too long", err)
	}
	to.Release()
	if err := to.insert(t.Context(), "c"); err != nil {
		t.Error(err)
	}
	to.wantRows(t, 200)
}

func TestSlowRefusedAndCut(t *testing.T) {
	to := newTable(t)
	to.Slow(proxy.Link{Latency: 30 * time.Millisecond})
	began := time.Now()
	if err := to.insert(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 120*time.Millisecond {
		t.Errorf("a slow insert took %s, it needs four trips at least", took)
	}
	to.Slow(proxy.Link{})
	to.Refuse(true)
	if n := to.Cut(); n == 0 {
		t.Error("no connection was open")
	}
	if err := to.insert(t.Context(), "b"); err == nil {
		t.Error("a refused insert succeeded")
	}
	to.Refuse(false)
	if err := to.insert(t.Context(), "c"); err != nil {
		t.Error(err)
	}
}
