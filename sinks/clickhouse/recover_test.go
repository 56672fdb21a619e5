package clickhouse_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

func TestRecoverySeesOnlyItsPartition(t *testing.T) {
	store, _ := migrated(t)
	other := event.Partition{Stream: "main", Epoch: 1, ID: 10}
	apply(t, store, batchOf(main0, event.Range{First: 0, Last: 199}), batchOf(main0, event.Range{First: 200, Last: 299}))
	if err := store.InsertEvents(t.Context(), batchOf(other, event.Range{First: 0, Last: 999}), 0); err != nil {
		t.Fatal(err)
	}
	pending := &event.Batch{Partition: main0, Range: event.Range{First: 300, Last: 310}, Rows: event.RowsOf(rowAt(300), rowAt(305)),
		Rejected: []event.Rejected{rejectedAt(303)}}
	for attempt := range 2 { // every row twice
		if err := store.InsertEvents(t.Context(), pending, attempt); err != nil {
			t.Fatal(err)
		}
		if err := store.InsertRejected(t.Context(), pending, attempt); err != nil {
			t.Fatal(err)
		}
	}

	type answer struct {
		Last int64
		OK   bool
	}
	check := func(name string, want answer, ask func() (int64, bool, error)) {
		t.Helper()
		last, ok, err := ask()
		if diff := cmp.Diff(answer{last, ok}, want); err != nil || diff != "" {
			t.Errorf("%s: %v (-got, +want):\n%s", name, err, diff)
		}
	}
	ctx := t.Context()
	check("last applied", answer{299, true}, func() (int64, bool, error) { return store.LastApplied(ctx, main0) })
	check("nothing applied", answer{0, false}, func() (int64, bool, error) { return store.LastApplied(ctx, other) })

	for _, c := range []struct {
		name  string
		of    event.Partition
		above int64
		want  event.Range
		ok    bool
	}{
		{"some of both tables", main0, 299, event.Range{First: 300, Last: 305}, true},
		{"the first is a rejection", main0, 300, event.Range{First: 303, Last: 305}, true},
		{"none", main0, 305, event.Range{}, false},
		{"another partition", other, -1, event.Range{First: 0, Last: 998}, true},
	} {
		if got, ok, err := store.PresentAbove(ctx, c.of, c.above); got != c.want || ok != c.ok || err != nil {
			t.Errorf("present above %d, %s: got %v %v %v, want %v %v", c.above, c.name, got, ok, err, c.want, c.ok)
		}
	}

	accepted, rejected, err := store.Present(ctx, main0, event.Range{First: 300, Last: 310})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]int64{accepted, rejected}, [][]int64{{300, 305}, {303}}); diff != "" {
		t.Errorf("present (-got, +want):\n%s", diff)
	}
	progress, err := store.Progress(ctx, []clickhouse.End{{Partition: main0, Offset: 300}, {Partition: other, Offset: 1}})
	if err != nil || progress[0].Applied != 300 || progress[1].Applied != 0 {
		t.Errorf("progress: got %+v, %v", progress, err)
	}
}

// TestCancelEndsOnlyItsInserts has a slow insert under way in partition 1 and another in partition 10.
func TestCancelEndsOnlyItsInserts(t *testing.T) {
	store, db := migrated(t)
	conn := db.Open(t)
	ended := map[string]chan error{"slow/1/1/0-9/events": make(chan error, 1), "slow/1/10/0-9/events": make(chan error, 1)}
	ctx, stop := context.WithCancel(t.Context())
	for id, done := range ended {
		go func() {
			done <- conn.Exec(clickhousego.Context(ctx, clickhousego.WithQueryID(id), clickhousego.WithSettings(clickhousego.Settings{
				"function_sleep_max_microseconds_per_block": 60_000_000_000, "max_block_size": 1,
			})), "INSERT INTO events (stream, epoch, partition, offset) SELECT 'slow', 1, 1, number + sleepEachRow(0.1) FROM numbers(10000)")
		}()
	}
	running := func(id string) uint64 {
		return count(t, db, "SELECT count() FROM system.processes WHERE query_id = ?", id)
	}
	for id := range ended {
		until(t, id+" runs", func() bool { return running(id) == 1 })
	}
	if err := store.Cancel(t.Context(), event.Partition{Stream: "slow", Epoch: 1, ID: 1}); err != nil {
		t.Fatal(err)
	}
	if n := running("slow/1/1/0-9/events"); n != 0 {
		t.Error("the cancelled insert still runs")
	}
	if err := <-ended["slow/1/1/0-9/events"]; err == nil {
		t.Error("the cancelled insert succeeded")
	}
	if n := running("slow/1/10/0-9/events"); n != 1 {
		t.Error("the insert of partition 10 does not run any more")
	}
	stop()
	if err := <-ended["slow/1/10/0-9/events"]; err == nil {
		t.Error("the insert whose client was stopped succeeded")
	}
}

// until polls, for half a minute at most.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func TestInsertTakesNoNoticeOfCancel(t *testing.T) {
	store, db := migrated(t)
	ctx, cancel := context.WithCancel(t.Context())
	b := batchOf(main0, event.Range{First: 0, Last: 49_999})
	done := make(chan error, 1)
	go func() { done <- store.InsertEvents(ctx, b, 0) }()
	until(t, "the insert has begun", func() bool {
		return len(done) > 0 || count(t, db, "SELECT count() FROM system.processes WHERE query_id = 'main/1/0/0-49999/events'") == 1
	})
	cancel()
	if err := <-done; err != nil {
		t.Errorf("insert in flight: %v", err)
	}
	if got := count(t, db, "SELECT count() FROM events"); got != uint64(b.Rows.Len()) {
		t.Errorf("got %d rows, want %d", got, b.Rows.Len())
	}
	if err := store.InsertEvents(ctx, b, 1); err == nil {
		t.Error("an insert was begun after the cancel")
	}
}
