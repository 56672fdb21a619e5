package clickhouse

import (
	"context"
	"fmt"
	"runtime/pprof"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// InsertEvents inserts the batch's rows, sorted as the table is, under the token of partition, range and table. An
// attempt above 0 adds a suffix to the token. Without rows it does nothing.
func (s *Store) InsertEvents(ctx context.Context, b *event.Batch, attempt int) error {
	if b.Rows.Len() == 0 {
		return nil
	}
	return s.insertSorted(ctx, insertionOf(b.Partition, b.Range, "events", attempt), b)
}

// insertSorted inserts the rows in the order of the table `events`.
func (s *Store) insertSorted(ctx context.Context, i insertion, b *event.Batch) error {
	pprof.SetGoroutineLabels(stageEncode)
	order := sorters.Get().(*sorter)
	defer sorters.Put(order)
	return s.insert(ctx, i, eventsOf(b, order.sort(&b.Rows)))
}

// InsertRejected does the same for the batch's rejected records.
func (s *Store) InsertRejected(ctx context.Context, b *event.Batch, attempt int) error {
	if len(b.Rejected) == 0 {
		return nil
	}
	return s.insert(ctx, insertionOf(b.Partition, b.Range, "rejected", attempt), rejectedOf(b))
}

// InsertApplied writes the row of `batches` that says the range is complete.
func (s *Store) InsertApplied(ctx context.Context, a event.Applied) error {
	if sum := a.Accepted + a.Rejected + a.Absent + a.Lost; sum != a.Range.Len() {
		return refuse(fmt.Sprintf("insert applied %s/%s", a.Partition, a.Range), "%d offsets accounted for, the range has %d", sum, a.Range.Len())
	}
	return s.insert(ctx, insertionOf(a.Partition, a.Range, "batches", 0), appliedOf(a))
}

// insertion names one insert.
type insertion struct {
	table string
	token string // of two inserts with one token the second leaves no rows
	query string // id of the query, by which it can be cancelled; "" leaves it to the server
}

// insertionOf names the insert of a range of offsets: query id and token are the same.
func insertionOf(p event.Partition, r event.Range, table string, attempt int) insertion {
	id := p.String() + "/" + r.String() + "/" + table
	if attempt > 0 {
		id += fmt.Sprintf("/%d", attempt)
	}
	return insertion{table: table, token: id, query: id}
}

// insert sends one block and waits until it is durable. Once begun it takes no notice of the caller's cancel: an insert
// cut off in flight may or may not have happened, and only recovery could tell. The deadlines bound it instead, with all that
// it takes to get a connection: the caller's, if it has one, and ours, which is as long as whoever takes over the partition
// waits.
func (s *Store) insert(ctx context.Context, i insertion, b *block) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("insert %s: %w", i.token, err)
	}
	waiting, cancel := context.WithTimeout(ctx, s.cfg.InsertDeadline) // keeps the caller's deadline if that is earlier
	defer cancel()
	until, _ := waiting.Deadline()
	err := s.inserts.use(waiting, func(n *native) error {
		q := nativeQuery{id: i.query, body: "INSERT INTO " + i.table, settings: s.insertSettings(i, until)}
		return n.insert(q, b, until)
	})
	return explain("insert "+i.token, err)
}

// insertSettings make one block of one insert one part per month, under the token, and let the server give up by itself
// when we have.
func (s *Store) insertSettings(i insertion, until time.Time) []proto.Setting {
	seconds := max(int((time.Until(until)+time.Second-1)/time.Second), 1) // 0 is no limit
	return wireSettings(map[string]any{
		"insert_deduplication_token": i.token,
		"insert_deduplicate":         1,
		"async_insert":               0, // 1 is the server's default since 26.2
		// A token counts per block: the server must neither cut a block nor glue blocks together.
		"max_insert_block_size":           1 << 30,
		"min_insert_block_size_rows":      0,
		"min_insert_block_size_bytes":     0,
		"max_partitions_per_insert_block": 100,
		// An insert whose client is gone must not outlive the deadline, which a recovering worker waits for.
		"max_execution_time":    seconds,
		"timeout_overflow_mode": "throw",
		"receive_timeout":       seconds,
	})
}
