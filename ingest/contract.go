package ingest

import (
	"context"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Store is the durable side of the delivery contract: ClickHouse. Every call is one step of the contract, so that a test
// can stop a process between any two of them.
//
// An error of a Store says what it means by methods of its own: Permanent() bool (trying again cannot help) and
// Unexplained() bool (nobody knows; try again a few times). Every other error is worth trying again for ever. A permanent
// one whose Data() bool is true says that some row is refused: of `events`, Refused finds out which.
type Store interface {
	// InsertEvents inserts the batch's rows under the token of partition, range and table. Attempt > 0 inserts what an
	// earlier attempt left out and adds a suffix to the token. No rows, no insert.
	InsertEvents(ctx context.Context, b *event.Batch, attempt int) error
	// InsertRejected does the same for the batch's rejected records.
	InsertRejected(ctx context.Context, b *event.Batch, attempt int) error
	// Refused returns the rows of the batch that `events` refuses, by offset, with what the store says of each; none if it
	// refuses none of them by itself. Nothing is inserted into the tables. The search may take minutes: after each of its
	// questions tell is told how many there were.
	Refused(ctx context.Context, b *event.Batch, tell func(probes int)) (map[int64]string, error)
	// InsertApplied writes the row of `batches` that says the range is complete.
	InsertApplied(ctx context.Context, a event.Applied) error

	// LastApplied returns the last offset of the last applied range, ok=false when the partition has none.
	LastApplied(ctx context.Context, p event.Partition) (last int64, ok bool, err error)
	// AppliedTopic returns the id of the topic that the newest range was read of, "" when it is not known of any range.
	AppliedTopic(ctx context.Context, p event.Partition) (id string, err error)
	// PresentAbove returns the range from the least to the greatest offset in `events` or `rejected` above an offset,
	// ok=false when there is none.
	PresentAbove(ctx context.Context, p event.Partition, above int64) (there event.Range, ok bool, err error)
	// Present returns the offsets of the range that are in `events` and those that are in `rejected`, ascending.
	Present(ctx context.Context, p event.Partition, r event.Range) (accepted, rejected []int64, err error)
	// Reasons returns why the records of the range that are in `rejected` were rejected, by offset.
	Reasons(ctx context.Context, p event.Partition, r event.Range) (map[int64]event.Invalid, error)
	// AppendTime returns the append time, in Unix milliseconds, of the row at an offset, ok=false when neither table has it.
	AppendTime(ctx context.Context, p event.Partition, offset int64) (ms int64, ok bool, err error)
	// Cancel ends every insert of the partition that the server still works on, and returns when they have ended.
	Cancel(ctx context.Context, p event.Partition) error
}

// DeadLetters takes copies of rejected records, at least once each.
type DeadLetters interface {
	Copy(ctx context.Context, b *event.Batch) error
}
