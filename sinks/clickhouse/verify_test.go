package clickhouse_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// oneRow makes a row of `events` or `rejected` at an offset of main/1/0.
const (
	oneRow      = "INSERT INTO events (stream, epoch, partition, offset) VALUES ('main', 1, 0, ?)"
	oneRejected = "INSERT INTO rejected (stream, epoch, partition, offset) VALUES ('main', 1, 0, ?)"
	oneRange    = "INSERT INTO batches (stream, epoch, partition, first, last, accepted, rejected) VALUES ('main', 1, 0, ?, ?, ?, ?)"
	dropRange   = "DELETE FROM batches WHERE first = ? AND partition = 0"
)

// TestVerify damages five sound ranges, 100-199 to 500-599, each with 99 accepted and 1 rejected, and an absent offset in
// the last.
func TestVerify(t *testing.T) {
	for _, c := range []struct {
		name    string
		damage  func(t *testing.T, db embeddedtest.DB)
		want    clickhouse.Report // but for its partitions
		problem []clickhouse.Problem
	}{
		{name: "sound", want: clickhouse.Report{OK: true}},
		{
			name: "row deleted",
			damage: func(t *testing.T, db embeddedtest.DB) {
				exec(t, db, "DELETE FROM events WHERE offset = 250 AND partition = 0")
			},
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemMissing, First: 250, Last: 250}},
		},
		{
			name: "rejected row deleted",
			damage: func(t *testing.T, db embeddedtest.DB) {
				exec(t, db, "DELETE FROM rejected WHERE offset = 299 AND partition = 0")
			},
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemMissing, First: 299, Last: 299}},
		},
		{
			name: "row deleted beside an absent offset",
			damage: func(t *testing.T, db embeddedtest.DB) {
				exec(t, db, "DELETE FROM events WHERE offset = 520 AND partition = 0")
			},
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemMissing, First: 520, Last: 520},
				{Kind: clickhouse.ProblemMissing, First: 550, Last: 550}},
		},
		{
			name:    "row doubled",
			damage:  func(t *testing.T, db embeddedtest.DB) { exec(t, db, oneRow, 250) },
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemDoubled, First: 250, Last: 250}},
		},
		{
			name: "row doubled, another deleted",
			damage: func(t *testing.T, db embeddedtest.DB) {
				exec(t, db, "DELETE FROM events WHERE offset = 251 AND partition = 0")
				exec(t, db, oneRow, 250)
			},
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemDoubled, First: 250, Last: 250},
				{Kind: clickhouse.ProblemMissing, First: 251, Last: 251}},
		},
		{
			name:    "offset in both tables",
			damage:  func(t *testing.T, db embeddedtest.DB) { exec(t, db, oneRejected, 250) },
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemDoubled, First: 250, Last: 250}},
		},
		{
			name: "row moved to the other table",
			damage: func(t *testing.T, db embeddedtest.DB) {
				exec(t, db, "DELETE FROM events WHERE offset = 250 AND partition = 0")
				exec(t, db, oneRejected, 250)
			},
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemCount, First: 200, Last: 299}},
		},
		{
			name:   "range dropped",
			damage: func(t *testing.T, db embeddedtest.DB) { exec(t, db, dropRange, 300) },
			want:   clickhouse.Report{Gaps: 1},
			problem: append([]clickhouse.Problem{{Kind: clickhouse.ProblemGap, First: 300, Last: 399}},
				strays(300, 319)...),
		},
		{
			name: "first range and its rows dropped",
			damage: func(t *testing.T, db embeddedtest.DB) {
				exec(t, db, dropRange, 100)
				exec(t, db, "DELETE FROM events WHERE offset < 200 AND partition = 0")
				exec(t, db, "DELETE FROM rejected WHERE offset < 200 AND partition = 0")
			},
			want:    clickhouse.Report{Gaps: 1},
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemGap, First: 100, Last: 199}},
		},
		{
			name: "last range and its rows dropped",
			damage: func(t *testing.T, db embeddedtest.DB) {
				exec(t, db, dropRange, 500)
				exec(t, db, "DELETE FROM events WHERE offset >= 500 AND partition = 0")
				exec(t, db, "DELETE FROM rejected WHERE offset >= 500 AND partition = 0")
			},
			want:    clickhouse.Report{Gaps: 1},
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemGap, First: 500, Last: 599}},
		},
		{
			name: "range shifted",
			damage: func(t *testing.T, db embeddedtest.DB) {
				exec(t, db, dropRange, 300)
				exec(t, db, oneRange, 301, 400, 99, 1)
			},
			want: clickhouse.Report{Gaps: 1, Overlaps: 1, Backward: 1},
			problem: []clickhouse.Problem{
				{Kind: clickhouse.ProblemGap, First: 300, Last: 300},
				{Kind: clickhouse.ProblemBackward, First: 301, Last: 400},
				{Kind: clickhouse.ProblemOverlap, First: 400, Last: 400},
				{Kind: clickhouse.ProblemStray, First: 300, Last: 300},
			},
		},
		{
			name:   "ranges overlap",
			damage: func(t *testing.T, db embeddedtest.DB) { exec(t, db, oneRange, 550, 599, 50, 0) },
			want:   clickhouse.Report{Overlaps: 1},
			problem: []clickhouse.Problem{
				{Kind: clickhouse.ProblemOverlap, First: 550, Last: 599},
			},
		},
		{
			name: "same range twice",
			damage: func(t *testing.T, db embeddedtest.DB) {
				exec(t, db, oneRange, 500, 599, 98, 1)
			},
			want: clickhouse.Report{Overlaps: 1},
			problem: []clickhouse.Problem{
				{Kind: clickhouse.ProblemOverlap, First: 500, Last: 599},
				{Kind: clickhouse.ProblemCount, First: 500, Last: 599},
			},
		},
		{
			name: "range inserted late",
			damage: func(t *testing.T, db embeddedtest.DB) {
				exec(t, db, dropRange, 300)
				exec(t, db, oneRange, 300, 399, 99, 1)
			},
			want:    clickhouse.Report{Backward: 1},
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemBackward, First: 300, Last: 399}},
		},
		{
			name: "wrong sum",
			damage: func(t *testing.T, db embeddedtest.DB) {
				exec(t, db, "ALTER TABLE batches UPDATE absent = 1 WHERE first = 300 AND partition = 0 SETTINGS mutations_sync = 1")
			},
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemCount, First: 300, Last: 399}},
		},
		{
			name:    "row before the first range",
			damage:  func(t *testing.T, db embeddedtest.DB) { exec(t, db, oneRow, 7) },
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemStray, First: 7, Last: 7}},
		},
		{
			name:    "row not applied yet",
			damage:  func(t *testing.T, db embeddedtest.DB) { exec(t, db, oneRow, 605) },
			want:    clickhouse.Report{OK: true},
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemUnapplied, First: 605, Last: 605}},
		},
		{
			name:    "row behind the log's end",
			damage:  func(t *testing.T, db embeddedtest.DB) { exec(t, db, oneRejected, 1000) },
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemStray, First: 1000, Last: 1000}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, db := fiveRanges(t)
			if c.damage != nil {
				c.damage(t, db)
			}
			got, err := store.Verify(t.Context(), []clickhouse.End{{Partition: main0, Start: 100, Offset: 1000, Committed: 600}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got.Partitions[0].Problems, append([]clickhouse.Problem{}, c.problem...),
				cmpopts.IgnoreFields(clickhouse.Problem{}, "Detail")); diff != "" {
				t.Errorf("problems (-got, +want):\n%s", diff)
			}
			if len(got.Partitions) != 2 || len(got.Partitions[1].Problems) > 0 {
				t.Errorf("the other partition is sound: got %+v", got.Partitions[1:])
			}
			got.Partitions = nil
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("report (-got, +want):\n%s", diff)
			}
		})
	}
}

// TestVerifyNamesRowsOfNoPartition has a row in a partition that Kafka does not have and no range was ever applied to.
func TestVerifyNamesRowsOfNoPartition(t *testing.T) {
	store, _ := migrated(t)
	ghost := main0
	ghost.ID = 77
	if err := store.InsertEvents(t.Context(), batchOf(ghost, event.Range{First: 5, Last: 5}), 0); err != nil {
		t.Fatal(err)
	}
	got, err := store.Verify(t.Context(), []clickhouse.End{{Partition: main0}})
	if err != nil {
		t.Fatal(err)
	}
	want := []clickhouse.Problem{{Kind: clickhouse.ProblemStray, First: 5, Last: 5, Detail: "1 rows of a partition that is not in Kafka"}}
	if last := got.Partitions[len(got.Partitions)-1]; got.OK || last.Partition != 77 || !cmp.Equal(last.Problems, want) {
		t.Errorf("got %+v", got)
	}
}

// fiveRanges makes a sound main/1/0, and a sound main/1/10 beside it whose offsets are the same.
func fiveRanges(t *testing.T) (*clickhouse.Store, embeddedtest.DB) {
	t.Helper()
	store, db := migrated(t)
	for first := int64(100); first < 600; first += 100 {
		b := batchOf(main0, event.Range{First: first, Last: first + 99})
		if first == 500 {
			gone := b.Rows.Offset[50]
			b.Rows = b.Rows.Where(func(offset int64) bool { return offset != gone })
		}
		apply(t, store, b)
	}
	other := main0
	other.ID = 10
	apply(t, store, batchOf(other, event.Range{First: 100, Last: 599}))
	return store, db
}

// TestVerifyOfRangeWithManyEmptyOffsets: a compacted topic leaves ranges most of whose offsets hold no record.
func TestVerifyOfRangeWithManyEmptyOffsets(t *testing.T) {
	for _, c := range []struct {
		name string
		row  int
		want []clickhouse.Problem
	}{
		{"row doubled", 2, []clickhouse.Problem{{Kind: clickhouse.ProblemDoubled, First: 2, Last: 2}}},
		{"row where there was no record", 3, []clickhouse.Problem{{Kind: clickhouse.ProblemCount, First: 0, Last: 99}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, db := migrated(t)
			b := batchOf(main0, event.Range{First: 0, Last: 99})
			b.Rows = b.Rows.Where(func(offset int64) bool { return offset%2 == 0 })
			apply(t, store, b)
			exec(t, db, oneRow, c.row)
			got, err := store.Verify(t.Context(), []clickhouse.End{{Partition: main0, Offset: 100, Committed: 100}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got.Partitions[0].Problems, c.want, cmpopts.IgnoreFields(clickhouse.Problem{}, "Detail")); diff != "" {
				t.Errorf("problems (-got, +want):\n%s", diff)
			}
		})
	}
}

func strays(first, last int64) (out []clickhouse.Problem) {
	for o := first; o <= last; o++ {
		out = append(out, clickhouse.Problem{Kind: clickhouse.ProblemStray, First: o, Last: o})
	}
	return out
}
