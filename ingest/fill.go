package ingest

import (
	"context"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// recoveryAttempts is how often the missing rows of one range are inserted before nobody can explain what happens.
const recoveryAttempts = 5

// completePiece completes the range, or as much of its beginning as fits into a batch. It returns the last offset done.
func (w *worker) completePiece(ctx context.Context, r event.Range, whole bool, logStart int64) (last int64, err error) {
	share := w.in.cfg.BatchBytes
	if err := w.in.budget.take(ctx, share); err != nil {
		return 0, err
	}
	defer func() { w.in.budget.give(share) }()
	b, err := w.read(ctx, r, whole, logStart)
	if err != nil {
		return 0, err
	}
	if more := b.Rows.Room() - share; more > 0 { // rows may take more than they did in Kafka
		w.in.budget.must(more)
		share += more
	}
	if err := w.settle(ctx, b, logStart, nil); err != nil {
		return 0, err
	}
	w.in.metrics.recovered.Inc()
	return b.Range.Last, nil
}

// settle makes a range complete that is in ClickHouse in part, and writes it down with counts taken from the tables.
// Nothing of it may be under way but what a refusal has left, which fill ends: recovery comes here after it has waited, the
// steady path when the server has answered that it refuses a row; refusal is that answer.
func (w *worker) settle(ctx context.Context, b *event.Batch, logStart int64, refusal error) error {
	accepted, rejected, err := w.fill(ctx, b, refusal)
	if err != nil {
		return err
	}
	if err := w.agree(ctx, b, accepted, rejected); err != nil {
		return err
	}
	if err := w.deadLetters(ctx, b); err != nil { // the previous owner may have stopped before its copies
		return err
	}
	a := event.Applied{Partition: w.partition, Range: b.Range, Accepted: int64(len(accepted)), Rejected: int64(len(rejected))}
	if a.Lost = lost(b.Range, logStart, accepted, rejected); a.Lost > 0 {
		// Nothing can bring them back: they are counted, reported, and part of the proof.
		w.logger.Error("records were removed by retention before they were read", "range", b.Range.String(), "lost", a.Lost)
	}
	if a.Absent = a.Range.Len() - a.Accepted - a.Rejected - a.Lost; a.Absent < 0 || a.Lost < 0 {
		return halt("%s range %s: an offset is both in `events` and in `rejected`; `verify ingest` names it", w.partition, b.Range)
	}
	if err := w.insertApplied(ctx, a); err != nil {
		return err
	}
	w.in.metrics.countRejected(b)
	return nil
}

// fill inserts the records that are missing until none is, and returns the offsets that are there then. Rows that the
// store refuses become rejections on the way; the others stay one insert under one token. A refusal that is known already
// saves the insert that would bring it.
func (w *worker) fill(ctx context.Context, whole *event.Batch, refusal error) (accepted, rejected []int64, err error) {
	var view error   // a refusal although every row is there
	var halting bool // `rejected` has refused once
	inserted, innocent := 0, 0
	for inserted < recoveryAttempts {
		if accepted, rejected, err = w.present(ctx, whole.Range, refusal != nil); err != nil {
			return nil, nil, err
		}
		missing := without(whole, accepted, rejected)
		if refusal != nil && missing.Rows.Len() == 0 {
			view, refusal = refusal, nil // or it was `rejected` that refused: it does so again below
		}
		if missing.Rows.Len()+len(missing.Rejected) == 0 {
			w.viewLacks(whole.Range, view)
			return accepted, rejected, nil
		}
		if refusal == nil {
			refusal = w.insertRows(ctx, missing, inserted)
			switch {
			case refusal == nil:
				inserted++
			case !refusesData(refusal) || halting: // what `rejected` refuses has nowhere to go
				return nil, nil, refusal
			default:
				halting = missing.Rows.Len() == 0 // unless it was a view on it: all is there then
			}
			continue
		}
		found, err := w.refuse(ctx, whole, missing)
		if err != nil {
			return nil, nil, err
		}
		if !found {
			w.logger.Warn("ClickHouse refuses a range but none of its rows by itself", "range", whole.Range.String(), "err", refusal)
			if innocent++; innocent == innocentLimit {
				return nil, nil, halt("%w: no row of the range is refused by a table made like `events`: "+
					"look at the materialized views, indexes and projections on it", refusal)
			}
		}
		refusal = nil
	}
	return nil, nil, halt("%s range %s: rows are still missing after %d inserts that the server confirmed",
		w.partition, whole.Range, inserted)
}

// present returns the offsets of a range that are there. After a refusal the server may have answered before it was done
// with the insert, whose id the next one has, so that one is ended first.
func (w *worker) present(ctx context.Context, r event.Range, refused bool) (accepted, rejected []int64, err error) {
	if refused {
		if err := w.in.deps.Store.Cancel(ctx, w.partition); err != nil {
			return nil, nil, err
		}
	}
	return w.in.deps.Store.Present(ctx, w.partition, r)
}

// innocentLimit is how often the store may refuse rows of which it then finds none guilty. Once is a constraint that was
// dropped between.
const innocentLimit = 3

// without returns the batch without the records at the offsets that are there already.
func without(b *event.Batch, offsets ...[]int64) *event.Batch {
	if b.Rows.Len()+len(b.Rejected) == 0 { // all of the range was removed from the log, however much is there
		return b
	}
	there := make(map[int64]bool, b.Rows.Len())
	for _, list := range offsets {
		for _, o := range list {
			there[o] = true
		}
	}
	rest := &event.Batch{Partition: b.Partition, Range: b.Range}
	rest.Rows = b.Rows.Where(func(offset int64) bool { return !there[offset] })
	for _, r := range b.Rejected {
		if !there[r.Offset] {
			rest.Rejected = append(rest.Rejected, r)
		}
	}
	return rest
}

// lost counts the offsets of the range that retention removed from the log before they were inserted.
func lost(r event.Range, logStart int64, present ...[]int64) int64 {
	gone := min(logStart, r.Last+1) - r.First
	if gone <= 0 {
		return 0
	}
	for _, list := range present {
		for _, o := range list {
			if o < logStart {
				gone--
			}
		}
	}
	return gone
}

// read reads a range from the log again: all of it, or as much of its beginning as one batch may hold.
func (w *worker) read(ctx context.Context, r event.Range, whole bool, logStart int64) (*event.Batch, error) {
	c := newCollector(w, max(r.First, logStart))
	b := &batch{Batch: event.Batch{Partition: w.partition, Range: r}}
	c.open = b
	for c.next <= r.Last {
		got, err := w.log.Fetch(ctx, c.next)
		if err != nil {
			return nil, c.explain(err)
		}
		var rec kafka.Record
		for got.Next(&rec) && rec.Offset <= r.Last && (whole || !c.full()) {
			c.add(&rec)
			c.next = rec.Offset + 1
		}
		err, end := got.Err(), got.Position()
		full := !whole && c.full()
		got.Release()
		if err != nil {
			return nil, err
		}
		if full {
			b.Range.Last = c.next - 1
			break
		}
		c.next = max(c.next, end)
	}
	return &b.Batch, nil
}
