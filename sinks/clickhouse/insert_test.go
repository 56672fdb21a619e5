package clickhouse_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/deploy/dev/proxy"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

func TestInsertKeepsEveryColumn(t *testing.T) {
	store, db := migrated(t)
	var rows []event.Row
	for o := int64(10); o <= 12; o++ {
		rows = append(rows, rowAt(o))
	}
	rows[1].Text = [event.TextColumns]string{}
	rows[1].Number = [event.NumberColumns]event.NullInt64{{Value: -1, Valid: true}, {}, {Value: 1 << 62, Valid: true}}
	rows[1].Ext = `{"x":"'\\\u0000"}`
	rows[2].Time = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	b := &event.Batch{Partition: main0, Range: event.Range{First: 10, Last: 12}, Rows: event.RowsOf(rows...)}
	if err := store.InsertEvents(t.Context(), b, 0); err != nil {
		t.Fatal(err)
	}
	var got []event.Row
	found, err := db.Open(t).Query(t.Context(), `SELECT company, conversation_id, source, event_id, type, version, zone,
		toUnixTimestamp64Milli(occurred_at), toUnixTimestamp64Milli(appended_at), offset, agent, team, queue, direction, outcome,
		wait_ms, talk_ms, wrap_up_ms, ext FROM events WHERE stream = 'main' AND epoch = 1 AND partition = 0 ORDER BY offset`)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var r event.Row
		var n [event.NumberColumns]*int64
		if err := found.Scan(&r.Company, &r.Subject, &r.Source, &r.ID, &r.Type, &r.Version, &r.Zone, &r.Time, &r.AppendTime,
			&r.Offset, &r.Text[0], &r.Text[1], &r.Text[2], &r.Text[3], &r.Text[4], &n[0], &n[1], &n[2], &r.Ext); err != nil {
			t.Fatal(err)
		}
		for i, v := range n {
			if v != nil {
				r.Number[i] = event.NullInt64{Value: *v, Valid: true}
			}
		}
		got = append(got, r)
	}
	if diff := cmp.Diff(got, rows); diff != "" {
		t.Errorf("rows (-got, +want):\n%s", diff)
	}
}

func TestInsertTwiceCountsOnce(t *testing.T) {
	store, db := migrated(t)
	b := batchOf(main0, event.Range{First: 0, Last: 999})
	b.Rows.Time[5] = began.AddDate(0, -2, 0).UnixMilli() // a second month, so a second part
	for range 2 {
		apply(t, store, b)
	}
	for table, want := range map[string]uint64{"events": 990, "rejected": 10, "batches": 1} {
		if got := count(t, db, "SELECT count() FROM "+table); got != want {
			t.Errorf("%s: got %d rows, want %d", table, got, want)
		}
	}
	if err := store.InsertEvents(t.Context(), b, 1); err != nil {
		t.Fatal(err)
	}
	if got := count(t, db, "SELECT count() FROM events"); got != 2*990 {
		t.Errorf("attempt 1 has a token of its own: got %d rows, want %d", got, 2*990)
	}
}

func TestInsertIsOneSortedBlock(t *testing.T) {
	store, db := migrated(t)
	b := batchOf(main0, event.Range{First: 0, Last: 150_000})
	if err := store.InsertEvents(t.Context(), b, 0); err != nil {
		t.Fatal(err)
	}
	exec(t, db, "SYSTEM FLUSH LOGS query_log")
	id := "main/1/0/0-150000/events"
	const where = " FROM system.query_log WHERE type = 'QueryFinish' AND has(databases, currentDatabase()) AND query_id = ?"
	if got := count(t, db, "SELECT ProfileEvents['MergeTreeDataWriterBlocks']"+where, id); got != 1 {
		t.Errorf("got %d blocks, want 1", got)
	}
	if got := count(t, db, "SELECT ProfileEvents['MergeTreeDataWriterBlocksAlreadySorted']"+where, id); got != 1 {
		t.Errorf("got %d blocks already sorted, want 1", got)
	}
}

// TestInsertCompressed sends a block that is larger than what is compressed at once.
func TestInsertCompressed(t *testing.T) {
	_, db := migrated(t)
	cfg := config(db)
	cfg.Compression = clickhouse.CompressionLZ4
	store := open(t, cfg)
	b := batchOf(main0, event.Range{First: 0, Last: 149_999})
	apply(t, store, b)
	report, err := store.Verify(t.Context(), []clickhouse.End{{Partition: main0, Offset: 150_000}})
	if err != nil || !report.OK || report.Partitions[0].Accepted != int64(b.Rows.Len()) {
		t.Errorf("got %+v, %v", report, err)
	}
}

// TestServerGivesUpWithItsCaller: what the server may take is what the caller has left, in whole seconds.
func TestServerGivesUpWithItsCaller(t *testing.T) {
	store, db := migrated(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
	defer cancel()
	if err := store.InsertEvents(ctx, batchOf(main0, event.Range{First: 0, Last: 9}), 0); err != nil {
		t.Fatal(err)
	}
	exec(t, db, "SYSTEM FLUSH LOGS query_log")
	for _, setting := range []string{"max_execution_time", "receive_timeout"} {
		seconds := count(t, db, "SELECT toUInt64(Settings[?]) FROM system.query_log "+
			"WHERE type = 'QueryFinish' AND has(databases, currentDatabase()) AND query_id = 'main/1/0/0-9/events'", setting)
		if seconds < 1 || seconds > 3 {
			t.Errorf("%s is %d s, want at most 3", setting, seconds)
		}
	}
}

// TestInsertEndsWithItsContext has a caller that gives an insert less time than the store does, on a link that falls silent.
func TestInsertEndsWithItsContext(t *testing.T) {
	_, db := migrated(t)
	link, err := proxy.Start(db.Native)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(link.Close)
	cfg := config(db)
	cfg.Addresses, cfg.InsertDeadline = []string{link.Addr()}, 5*time.Minute
	store := open(t, cfg)
	apply(t, store, batchOf(main0, event.Range{First: 0, Last: 9}))
	link.Hold()
	defer link.Release()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	err = store.InsertEvents(ctx, batchOf(main0, event.Range{First: 10, Last: 19}), 0)
	if took := time.Since(began); err == nil || took > time.Minute {
		t.Errorf("after %v: error %v, want one after 300 ms", took, err)
	}
}
