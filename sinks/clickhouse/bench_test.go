package clickhouse_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// rowsPerBatch is the size that the engine takes best.
const rowsPerBatch = 100_000

// ownCPU is the processor time of this process alone, without the engine.
func ownCPU() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkInsertEvents inserts batches of 100,000 events, one after the other.
func BenchmarkInsertEvents(b *testing.B) {
	store, _ := migrated(b)
	batch := batchOf(main0, event.Range{First: 0, Last: rowsPerBatch - 1})
	b.ReportAllocs()
	cpu := ownCPU()
	for b.Loop() {
		if err := store.InsertEvents(b.Context(), batch, 0); err != nil {
			b.Fatal(err)
		}
		batch.Range.First += rowsPerBatch // another token; the rows may stay
		batch.Range.Last += rowsPerBatch
	}
	rows := float64(b.N) * float64(batch.Rows.Len())
	b.ReportMetric(rows/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64((ownCPU()-cpu).Nanoseconds())/rows, "own-cpu-ns/row")
}

// filled returns a store of two million offsets, in 500 ranges of two partitions. The rows come in larger inserts than the
// ranges say, which makes no difference to who reads them, and fills faster.
func filled(b *testing.B) *clickhouse.Store {
	b.Helper()
	store, db := migrated(b)
	for i := range int64(20) {
		p := event.Partition{Stream: "main", Epoch: 1, ID: int32(i % 2)}
		batch := batchOf(p, event.Range{First: i / 2 * rowsPerBatch, Last: i/2*rowsPerBatch + rowsPerBatch - 1})
		if err := store.InsertEvents(b.Context(), batch, 0); err != nil {
			b.Fatal(err)
		}
		if err := store.InsertRejected(b.Context(), batch, 0); err != nil {
			b.Fatal(err)
		}
	}
	exec(b, db, `INSERT INTO batches (stream, epoch, partition, first, last, accepted, rejected)
		SELECT 'main', 1, intDiv(number, 250), number % 250 * 4000, number % 250 * 4000 + 3999, 3960, 40 FROM numbers(500)`)
	b.ResetTimer()
	return store
}

// BenchmarkPresent asks for the offsets of one range among two million.
func BenchmarkPresent(b *testing.B) {
	store := filled(b)
	for b.Loop() {
		accepted, _, err := store.Present(b.Context(), main0, event.Range{First: 900_000, Last: 903_999})
		if err != nil || len(accepted) != 3960 {
			b.Fatal(len(accepted), err)
		}
	}
}

// BenchmarkVerify proves two million offsets in 500 ranges.
func BenchmarkVerify(b *testing.B) {
	store := filled(b)
	for b.Loop() {
		report, err := store.Verify(b.Context(), nil)
		if err != nil || !report.OK {
			b.Fatal(report, err)
		}
	}
}

// BenchmarkPresentAbove asks for offsets behind the last of two million: there are none.
func BenchmarkPresentAbove(b *testing.B) {
	store := filled(b)
	for b.Loop() {
		if _, ok, err := store.PresentAbove(b.Context(), main0, 999_999); ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

// BenchmarkSubjects reads two million events, conversation by conversation.
func BenchmarkSubjects(b *testing.B) {
	store := filled(b)
	events := 0
	for b.Loop() {
		for subject, err := range store.Subjects(b.Context(), clickhouse.Query{
			Company: "express", Types: []string{"call.ended"}, From: began.AddDate(0, -1, 0), To: began.AddDate(0, 1, 0),
		}) {
			if err != nil {
				b.Fatal(err)
			}
			events += len(subject)
		}
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkRun writes a run of 2,000 agents and reads its cards back.
func BenchmarkRun(b *testing.B) {
	const agents = 2000
	store, _ := migrated(b)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		id := fmt.Sprintf("r%d", n)
		if err := store.InsertRun(b.Context(), runOf(id, agents), cardsOf(agents, nil)); err != nil {
			b.Fatal(err)
		}
		for _, err := range store.Cards(b.Context(), march, id) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(agents*float64(b.N)/b.Elapsed().Seconds(), "agents/s")
}
