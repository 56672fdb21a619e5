package clickhouse_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// forbid makes `events` refuse the rows at these offsets.
func forbid(t *testing.T, db embeddedtest.DB, offsets ...int64) {
	t.Helper()
	list := strings.ReplaceAll(fmt.Sprint(append([]int64{-1}, offsets...)), " ", ", ")
	exec(t, db, "ALTER TABLE events ADD CONSTRAINT forbidden CHECK offset NOT IN "+list)
}

// refused returns the offsets that are found guilty, ascending.
func refused(t *testing.T, store *clickhouse.Store, b *event.Batch) []int64 {
	t.Helper()
	words, err := store.Refused(t.Context(), b, nil)
	if err != nil {
		t.Fatal(err)
	}
	for offset, text := range words {
		if !strings.HasPrefix(text, "VIOLATED_CONSTRAINT: Constraint `forbidden` for table ") || strings.Contains(text, "scratch") ||
			!strings.Contains(text, fmt.Sprintf("Column values: offset = %d", offset)) {
			t.Errorf("offset %d: %q", offset, text)
		}
	}
	return slices.Sorted(maps.Keys(words))
}

// nothingLeft wants no scratch table, and nothing in the tables of the contract.
func nothingLeft(t *testing.T, db embeddedtest.DB) {
	t.Helper()
	if n := count(t, db, "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name LIKE 'scratch%'"); n != 0 {
		t.Errorf("%d scratch tables are left", n)
	}
	if n := count(t, db, "SELECT (SELECT count() FROM events) + (SELECT count() FROM rejected)"); n != 0 {
		t.Errorf("%d rows were inserted", n)
	}
}

func TestRefusedFindsTheGuiltyRows(t *testing.T) {
	for _, c := range []struct {
		name   string
		last   int64
		guilty []int64
	}{
		{"none", 399, nil},
		{"the only row", 0, []int64{0}},
		{"the first", 399, []int64{0}},
		{"the last", 398, []int64{398}},
		{"one", 398, []int64{137}},
		{"neighbours", 399, []int64{198, 200, 201, 202}},
		{"several", 998, []int64{0, 7, 150, 498, 500, 803, 998}},
		{"all", 7, []int64{0, 1, 2, 3, 4, 5, 6, 7}},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, db := migrated(t)
			forbid(t, db, c.guilty...)
			b := batchOf(main0, event.Range{First: 0, Last: c.last})
			if err := store.InsertEvents(t.Context(), b, 0); (err != nil) != (c.guilty != nil) {
				t.Errorf("insert: %v", err)
			} else if c.guilty == nil {
				exec(t, db, "TRUNCATE TABLE events")
			}
			if diff := cmp.Diff(refused(t, store, b), c.guilty); diff != "" {
				t.Errorf("guilty (-got, +want):\n%s", diff)
			}
			nothingLeft(t, db)
		})
	}
}

// TestRefusedInAFullBatch has a batch of the default size, whose guilty rows lie in all of it.
func TestRefusedInAFullBatch(t *testing.T) {
	store, db := migrated(t)
	exec(t, db, "ALTER TABLE events ADD CONSTRAINT forbidden CHECK offset % 5000 != 4321")
	want := []int64{}
	for o := int64(4321); o < 100_000; o += 5000 {
		want = append(want, o)
	}
	if diff := cmp.Diff(refused(t, store, batchOf(main0, event.Range{First: 0, Last: 99_999})), want); diff != "" {
		t.Errorf("guilty (-got, +want):\n%s", diff)
	}
	nothingLeft(t, db)
}

// TestRefusedForSeveralReasons has rows that two constraints and an expression refuse. One search may leave some to the
// next, as a worker makes it when the rest is refused again; it must find some every time, and none that is innocent.
func TestRefusedForSeveralReasons(t *testing.T) {
	store, db := migrated(t)
	exec(t, db, "ALTER TABLE events ADD CONSTRAINT a CHECK offset % 100 != 3, ADD CONSTRAINT b CHECK offset % 90 != 5, "+
		"ADD COLUMN x UInt8 MATERIALIZED throwIf(offset % 70 = 9)")
	guilty := func(o int64) bool { return o%100 == 3 || o%90 == 5 || o%70 == 9 }
	b := batchOf(main0, event.Range{First: 0, Last: 999})
	for range 10 {
		words, err := store.Refused(t.Context(), b, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(words) == 0 {
			break
		}
		for o := range words {
			if !guilty(o) {
				t.Errorf("offset %d is innocent", o)
			}
		}
		b.Rows = b.Rows.Where(func(offset int64) bool { return words[offset] == "" })
	}
	for _, offset := range b.Rows.Offset {
		if guilty(offset) {
			t.Errorf("offset %d was not found", offset)
		}
	}
	if err := store.InsertEvents(t.Context(), b, 0); err != nil {
		t.Errorf("insert of the rest: %v", err)
	}
}

// TestRefusedStopsAtATableThatRefusesMost wants an error and not thousands of rejections.
func TestRefusedStopsAtATableThatRefusesMost(t *testing.T) {
	store, db := migrated(t)
	exec(t, db, "ALTER TABLE events ADD CONSTRAINT c CHECK offset % 10 < 2")
	b := batchOf(main0, event.Range{First: 0, Last: 2999})
	_, err := store.Refused(t.Context(), b, nil)
	full := batchOf(main0, event.Range{First: 0, Last: 101_099}) // of which a hundredth is rejected before
	full.Range.Last = 99_999
	for name, err := range map[string]error{"four fifths of a batch": err, "more than half": clickhouse.Convict(full, 50_001)} {
		var e *clickhouse.Error
		if !errors.As(err, &e) || !e.Permanent() || e.Data() || !strings.Contains(e.Hint, "the table that is wrong") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, err := range map[string]error{"half": clickhouse.Convict(full, 50_000), "few": clickhouse.Convict(batchOf(main0, event.Range{First: 0, Last: 9}), 10)} {
		if err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
	nothingLeft(t, db)
}

// TestRefusedMoreThanAFew has a batch of which a fifth is guilty, in runs: all of them are found, and each insert is told.
func TestRefusedMoreThanAFew(t *testing.T) {
	store, db := migrated(t)
	exec(t, db, "ALTER TABLE events ADD CONSTRAINT forbidden CHECK intDiv(offset, 50) % 5 != 3")
	told := 0
	words, err := store.Refused(t.Context(), batchOf(main0, event.Range{First: 0, Last: 1249}), func(probes int) {
		if told++; probes != told {
			t.Errorf("told of %d inserts, want %d", probes, told)
		}
	})
	if err != nil || len(words) != 247 || told < len(words) { // a hundredth of the records are rejected before
		t.Errorf("%d rows are guilty, after %d inserts: %v", len(words), told, err)
	}
	nothingLeft(t, db)
}

// TestARefusalKeepsTheConnection inserts on the connection on which rows were refused.
func TestARefusalKeepsTheConnection(t *testing.T) {
	store, db := migrated(t)
	forbid(t, db, 4321)
	for range 3 {
		if err := store.InsertEvents(t.Context(), batchOf(main0, event.Range{First: 0, Last: 99_999}), 0); err == nil {
			t.Fatal("nothing was refused")
		}
		if n := clickhouse.IdleConnections(store); n != 1 {
			t.Errorf("%d connections are kept, want 1", n)
		}
	}
	apply(t, store, batchOf(main0, event.Range{First: 5000, Last: 5099}))
	if got, idle := count(t, db, "SELECT count() FROM events"), clickhouse.IdleConnections(store); got != 99 || idle != 1 {
		t.Errorf("%d rows and %d connections, want 99 and 1", got, idle)
	}
}

// TestRefusedOfWhatACrashLeft has a range of which only the guilty rows are missing: it is no fault of the table then.
func TestRefusedOfWhatACrashLeft(t *testing.T) {
	store, db := migrated(t)
	exec(t, db, "ALTER TABLE events ADD CONSTRAINT forbidden CHECK offset % 10 != 3")
	b := batchOf(main0, event.Range{First: 0, Last: 799})
	b.Rows = b.Rows.Where(func(offset int64) bool { return offset%10 == 3 })
	if got := refused(t, store, b); len(got) != b.Rows.Len() {
		t.Errorf("%d rows are guilty, want all %d", len(got), b.Rows.Len())
	}
	nothingLeft(t, db)
}

// TestRefusedByAView has a materialized view that throws. The table made like `events` takes every row, as `events` did.
func TestRefusedByAView(t *testing.T) {
	store, db := migrated(t)
	exec(t, db, "CREATE MATERIALIZED VIEW v ENGINE = Memory AS SELECT throwIf(offset = 3, 'three') AS x FROM events")
	b := batchOf(main0, event.Range{First: 0, Last: 9})
	err := store.InsertEvents(t.Context(), b, 0)
	var e *clickhouse.Error
	if !errors.As(err, &e) || !e.Data() || e.Code != 395 {
		t.Errorf("insert: got %v, want an error about the data", err)
	}
	if got := refused(t, store, b); len(got) != 0 {
		t.Errorf("guilty: got %v, want none", got)
	}
	// A worker asks what is present, and finds that it may go on.
	if got := count(t, db, "SELECT count() FROM events"); got != uint64(b.Rows.Len()) {
		t.Errorf("events has %d rows, want %d: this engine used to fill the table before its views", got, b.Rows.Len())
	}
}

func TestRefusedByAnExpression(t *testing.T) {
	store, db := migrated(t)
	exec(t, db, "ALTER TABLE events ADD COLUMN digits UInt64 MATERIALIZED toUInt64(replaceAll(agent, 'agent-', ''))")
	b := batchOf(main0, event.Range{First: 0, Last: 9})
	b.Rows = changed(b, func(r *event.Row) {
		if r.Offset == 4 {
			r.Text[event.TextAgent] = "agent-x"
		}
	})
	err := store.InsertEvents(t.Context(), b, 0)
	var e *clickhouse.Error
	if !errors.As(err, &e) || !e.Data() {
		t.Fatalf("insert: got %v, want an error about the data", err)
	}
	words, err := store.Refused(t.Context(), b, nil)
	if err != nil || len(words) != 1 || !strings.HasPrefix(words[4], "CANNOT_PARSE_TEXT: ") {
		t.Errorf("got %v, %v", words, err)
	}
}

// TestRefusedAfterACrash finds the scratch table of a search that was cut short, made before the constraint.
func TestRefusedAfterACrash(t *testing.T) {
	store, db := migrated(t)
	exec(t, db, "CREATE TABLE "+clickhouse.ScratchName(main0)+" AS events ENGINE = Null")
	forbid(t, db, 5)
	if diff := cmp.Diff(refused(t, store, batchOf(main0, event.Range{First: 0, Last: 9})), []int64{5}); diff != "" {
		t.Errorf("guilty (-got, +want):\n%s", diff)
	}
	nothingLeft(t, db)
}

// TestRefusedWithoutTheRight has a user who may not create tables.
func TestRefusedWithoutTheRight(t *testing.T) {
	store, db := migrated(t)
	forbid(t, db, 5)
	ctx := clickhousego.Context(t.Context(), clickhousego.WithSettings(clickhousego.Settings{"allow_ddl": 0}))
	_, err := store.Refused(ctx, batchOf(main0, event.Range{First: 0, Last: 9}), nil)
	var e *clickhouse.Error
	if !errors.As(err, &e) || !e.Permanent() || e.Data() || !strings.Contains(e.Hint, "grant the configured user CREATE TABLE") {
		t.Errorf("got %v", err)
	}
	nothingLeft(t, db)
}

// TestRefusedWhenTheScratchTableIsTaken drops the table under the search, as a process does that lost the partition and
// does not know it yet. What then comes back is worth trying again, or the result of a table that was made again.
func TestRefusedWhenTheScratchTableIsTaken(t *testing.T) {
	store, db := migrated(t)
	exec(t, db, "ALTER TABLE events ADD CONSTRAINT forbidden CHECK offset % 10 != 3")
	done := make(chan error, 1)
	go func() {
		_, err := store.Refused(t.Context(), batchOf(main0, event.Range{First: 0, Last: 9999}), nil)
		done <- err
	}()
	exists := func() bool {
		return count(t, db, "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name LIKE 'scratch%'") == 1
	}
	until(t, "the scratch table is there", exists)
	exec(t, db, "DROP TABLE "+clickhouse.ScratchName(main0)+" SYNC")
	var e *clickhouse.Error
	if err := <-done; !errors.As(err, &e) || e.Class != clickhouse.ClassRetry || e.Data() {
		t.Errorf("got %v, want an error of class retry", err)
	}
	nothingLeft(t, db)
}

func TestRefusedEndsWithItsContext(t *testing.T) {
	store, db := migrated(t)
	forbid(t, db, 5)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Refused(ctx, batchOf(main0, event.Range{First: 0, Last: 9}), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	nothingLeft(t, db)
}

func TestScratchTablesAreApart(t *testing.T) {
	seen := map[string]event.Partition{}
	for _, p := range []event.Partition{
		main0, {Stream: "main", Epoch: 1, ID: 1}, {Stream: "main", Epoch: 11, ID: 0}, {Stream: "main-1", Epoch: 1}, {Stream: "main_1", Epoch: 1},
		{Stream: strings.Repeat("s", 100), Epoch: 1}, {Stream: strings.Repeat("s", 100), Epoch: 2}, {Stream: "`; DROP TABLE events", Epoch: 1},
	} {
		name := clickhouse.ScratchName(p)
		if other, ok := seen[name]; ok {
			t.Errorf("%v and %v share %s", p, other, name)
		}
		if seen[name] = p; strings.ContainsFunc(name, func(r rune) bool { return r != '_' && (r < '0' || r > 'z') || r == '`' || r == ';' }) || len(name) > 100 {
			t.Errorf("%v: the name %q needs quoting, or is long", p, name)
		}
	}
}

func TestReasonsAreThoseOfTheRange(t *testing.T) {
	store, _ := migrated(t)
	apply(t, store, batchOf(main0, event.Range{First: 0, Last: 399}))
	got, err := store.Reasons(t.Context(), main0, event.Range{First: 100, Last: 299})
	want := event.Invalid{Reason: event.InvalidJSON, Detail: "not one JSON object"}
	if diff := cmp.Diff(got, map[int64]event.Invalid{199: want, 299: want}); err != nil || diff != "" {
		t.Errorf("%v (-got, +want):\n%s", err, diff)
	}
}
