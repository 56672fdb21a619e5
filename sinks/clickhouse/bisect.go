package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// refusedLimit is how many rows of one batch may be found guilty. Beyond, the search costs the server too much, and it is
// the table that is wrong rather than the rows.
const refusedLimit = 2000

// Refused returns the rows of the batch that the table `events` refuses: their offsets, and what the server says of each.
// Nothing is inserted into `events`: halves of the batch are sent to a scratch table of the partition that has the same
// columns and constraints and keeps nothing, until every guilty row stands alone. A result without rows says that the
// scratch table takes them all: `events` has changed meanwhile, or it is not the table that refuses but, say, a
// materialized view on it.
//
// The inserts have query ids under the partition's prefix, so that Cancel ends them.
func (s *Store) Refused(ctx context.Context, batch *event.Batch) (map[int64]string, error) {
	b := &bisection{store: s, batch: batch, table: scratchName(batch.Partition), guilty: map[int64]string{}}
	if batch.Rows.Len() == 0 {
		return b.guilty, nil
	}
	b.op = fmt.Sprintf("look for the refused rows of %s/%s in %s", batch.Partition, batch.Range, b.table)
	if err := b.define(ctx, scratchDropSQL); err != nil {
		return nil, err
	}
	if err := b.define(ctx, scratchCreateSQL); err != nil {
		return nil, err
	}
	err := b.search(ctx)
	if dropped := b.define(ctx, scratchDropSQL); err == nil { // else it is the search's error that counts
		err = dropped
	}
	return b.guilty, err
}

// bisection is one search for guilty rows.
type bisection struct {
	store   *Store
	batch   *event.Batch
	op      string
	table   string
	inserts int // made so far; the number makes query ids distinct
	guilty  map[int64]string
}

func (b *bisection) search(ctx context.Context) error {
	rows := slices.Collect(b.batch.Rows.All())
	words, err := b.try(ctx, rows)
	if err != nil || words == "" {
		return err
	}
	return b.isolate(ctx, rows, words)
}

// isolate finds the guilty among rows of which some are: by the server's words, if there is but one. That takes about
// three inserts for two halvings.
func (b *bisection) isolate(ctx context.Context, rows []event.Row, words string) error {
	if len(rows) == 1 {
		b.guilty[rows[0].Offset] = words
		if len(b.guilty) > refusedLimit {
			return &Error{Op: b.op, Class: ClassPermanent, Err: fmt.Errorf("more than %d rows are refused, the last one so: %s", refusedLimit, words),
				Hint: "it is the table that is wrong, not the rows: drop what refuses them"}
		}
		return nil
	}
	left, right := rows[:len(rows)/2], rows[len(rows)/2:]
	words, err := b.try(ctx, left)
	if err != nil {
		return err
	}
	if words != "" {
		if err := b.isolate(ctx, left, words); err != nil {
			return err
		}
	} else if len(right) > 1 { // the guilty must be there: no need to ask
		return b.isolate(ctx, right, "")
	}
	if words, err = b.try(ctx, right); err != nil || words == "" {
		return err
	}
	return b.isolate(ctx, right, words)
}

// try sends rows to the scratch table and returns what the server says against them, "" if it takes them.
func (b *bisection) try(ctx context.Context, rows []event.Row) (words string, err error) {
	b.inserts++
	i := insertionOf(b.batch.Partition, b.batch.Range, "scratch", b.inserts)
	i.table, i.token = b.table, ""
	err = b.store.insertSorted(ctx, i, &event.Batch{Partition: b.batch.Partition, Range: b.batch.Range, Rows: event.RowsOf(rows...)})
	e := new(Error)
	switch {
	case !errors.As(err, &e):
		return "", err
	case e.Data():
		return b.detail(e), nil
	case taken(e):
		e.Class, e.Hint = ClassRetry, hintTaken
	}
	e.Op = b.op
	return "", e
}
