package faults_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/dev/proxy"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// outlastWindow cuts ingest off from ClickHouse at an insert that has arrived and whose answer has not, for so long that
// the token of that insert is forgotten. Only a look at the tables can tell that its rows are there.
type outlastWindow struct {
	table string
	proxy *proxy.Proxy
}

func windowOutages() []kind {
	return []kind{{name: "outage longer than the dedup window", weight: 4,
		make: func(rng *rand.Rand) fault { return &outlastWindow{table: drawn(rng, "events", "rejected")} }}}
}

func (f *outlastWindow) prepare(t *testing.T, r *run) { f.proxy = clickHouseProxy(t, r) }

func (f *outlastWindow) strike(t *testing.T, r *run) {
	r.well(t)
	var failed error
	defer f.proxy.Refuse(false)
	done := f.proxy.At(insertInto(f.table, proxy.Answered, 0), func(statement []byte) {
		f.proxy.Refuse(true)
		id, err := queryID(statement, f.table)
		if err == nil {
			err = r.awaitRows(f.table, id)
		}
		failed = err
	})
	await(t, done, "an insert into "+f.table+" through the proxy")
	f.proxy.Cut()
	if failed != nil {
		t.Fatal(failed)
	}
	r.overrunWindow(t, f.table)
	r.awaitIll(t, "") // at least that insert is not acknowledged, and cannot be while the server refuses everyone
}

// The window is a count of entries. To outlast it in a moment it is short for that moment; afterwards it is as the
// migrations make it, for ingest does not start with a short one.
const (
	shortWindow = 20
	fullWindow  = 10_000
)

// overrunWindow makes more inserts of a stream of its own than the window has entries, proves that a token from before is
// forgotten, and removes those rows again.
func (r *run) overrunWindow(t *testing.T, table string) {
	t.Helper()
	store, err := clickhouse.Open(r.unhurried())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	stream := fillerStream + embeddedtest.Name(t) // tokens are remembered, and query ids are the whole server's
	filler := func(i int64) (rows int64) {
		insert := store.InsertEvents
		if table == "rejected" {
			insert = store.InsertRejected
		}
		if err := insert(context.Background(), fillerBatch(stream, i), 0); err != nil {
			t.Fatal(err)
		}
		return r.number(t, "SELECT count() FROM "+table+" WHERE stream = ?", stream)
	}
	filler(0)
	if n := filler(0); n != fillerMonths {
		t.Fatalf("%d rows of a filler inserted twice, want %d: the window does not work", n, fillerMonths)
	}
	r.setWindow(t, table, shortWindow)
	filler(1)
	r.setWindow(t, table, fullWindow)
	if n := filler(0); n != 3*fillerMonths {
		t.Fatalf("%d rows when a token was used again, want %d: it is not forgotten", n, 3*fillerMonths)
	}
	removal := "ALTER TABLE " + table + " DELETE WHERE stream = ? SETTINGS mutations_sync = 1"
	if err := r.conn.Exec(context.Background(), removal, stream); err != nil {
		t.Fatal(err)
	}
}

func (r *run) setWindow(t *testing.T, table string, entries int) {
	t.Helper()
	change := fmt.Sprintf("ALTER TABLE %s MODIFY SETTING non_replicated_deduplication_window = %d", table, entries)
	if err := r.conn.Exec(context.Background(), change); err != nil {
		t.Fatal(err)
	}
}

// unhurried is for inserts of many parts.
func (r *run) unhurried() clickhouse.Config {
	c := r.spec.clickhouse()
	c.Addresses, c.InsertDeadline = []string{r.servers.clickhouse.Native}, 50*time.Second
	return c
}

const (
	fillerStream = "filler_"
	// fillerMonths is how many months an insert of fillers has rows in, each of which takes one entry of the window.
	fillerMonths = 24
)

// fillerBatch is one event and one rejection in each of many months, long ago.
func fillerBatch(stream string, i int64) *event.Batch {
	b := &event.Batch{Partition: event.Partition{Stream: stream}, Range: event.Range{First: i * fillerMonths, Last: (i+1)*fillerMonths - 1}}
	for m := range int64(fillerMonths) {
		at := time.Date(2001, time.Month(1+m), 1, 0, 0, 0, 0, time.UTC).UnixMilli()
		b.Rows.Add(&event.Row{Company: fillerStream, Subject: "s", Source: "filler", ID: "e", Type: "call.ended",
			Zone: "UTC", Time: at, AppendTime: at, Offset: b.Range.First + m})
		b.Rejected = append(b.Rejected, event.Rejected{Company: fillerStream, Offset: b.Range.First + m, AppendTime: at, Reason: event.InvalidJSON})
	}
	return b
}
