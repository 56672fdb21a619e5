package ingest

import (
	"context"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// recoveryAttempts is how often the missing rows of one range are inserted before nobody can explain what happens.
const recoveryAttempts = 5

// start is what is known of a partition when a session begins.
type start struct {
	next      int64       // first offset that no row of `batches` covers
	committed int64       // the group's offset if it is of this epoch, else -1
	intent    event.Range // the pending range, of length 0 if there is none
	first     int64       // first offset in the log
	end       int64       // stable end of the log
}

// recover finds where the partition stands, completes what an earlier session left unfinished, and returns the offset to
// read next. Truth is `batches`; the group's offset carries the intent, and may have expired.
func (w *worker) recover(ctx context.Context) (next int64, err error) {
	s, err := w.where(ctx)
	if err != nil {
		return 0, err
	}
	pending, err := w.pending(ctx, s)
	if err != nil {
		return 0, err
	}
	if pending.Len() > 0 {
		if err := w.complete(ctx, pending, s); err != nil {
			return 0, err
		}
		s.next = pending.Last + 1
	}
	if err := w.log.Commit(ctx, s.next, formatSettled(w.partition.Epoch)); err != nil {
		return 0, err
	}
	w.state.committed(s.next)
	return s.next, nil
}

// where reads the group's offset first and `batches` second: a previous owner that commits between the two can then only
// make us see more of `batches`, never an intent that is already applied as if it were pending.
func (w *worker) where(ctx context.Context) (start, error) {
	s := start{committed: -1, intent: event.Range{First: 0, Last: -1}}
	offset, metadata, ok, err := w.log.Committed(ctx)
	if err != nil {
		return s, err
	}
	if ok {
		intent, pending, err := parseIntent(metadata, w.partition.Epoch)
		if err != nil {
			return s, haltError{err}
		}
		if s.committed = CommittedIn(w.partition.Epoch, offset, metadata); pending {
			s.intent = intent
		}
	}
	if s.first, s.end, err = w.log.Bounds(ctx); err != nil {
		return s, err
	}
	last, applied, err := w.in.deps.Store.LastApplied(ctx, w.partition)
	switch {
	case err != nil:
		return s, err
	case applied:
		s.next = last + 1
	case s.committed >= 0: // nothing was applied yet, and retention may have passed the beginning since
		s.next = min(s.committed, s.first)
	default:
		s.next = s.first
	}
	w.state.found(s.next-1, s.end)
	if s.next > s.end {
		return s, recreated(w.partition, s.next, s.end)
	}
	if applied {
		err = w.sameTopic(ctx, s)
	}
	return s, err
}

// sameTopic compares the last applied record with the one that is in the log at its offset. A topic that was recreated and
// has grown longer than the old one has another record there. Where either is missing nothing can be said.
func (w *worker) sameTopic(ctx context.Context, s start) error {
	last := s.next - 1
	if last < s.first {
		return nil
	}
	stored, ok, err := w.in.deps.Store.AppendTime(ctx, w.partition, last)
	if err != nil || !ok {
		return err
	}
	got, err := w.log.Fetch(ctx, last)
	if err != nil {
		return err
	}
	defer got.Release()
	var rec kafka.Record
	if got.Next(&rec) && rec.Offset == last && rec.AppendTime != stored {
		return halt("the record at offset %d of %s is not the one that was applied: the topic was recreated; "+
			"raise the stream's epoch to read it as a new one", last, w.partition)
	}
	return got.Err()
}

// intent is what is committed while r is being written.
func (w *worker) intent(r event.Range) string { return formatIntent(w.partition.Epoch, r) }

func recreated(p event.Partition, next, end int64) error {
	return halt("the log of %s ends at %d, but everything before %d is applied: the topic was recreated or its end was lost; "+
		"raise the stream's epoch to read it as a new one", p, end, next)
}

// pending returns the offsets from the first that is not applied to the last that something is known of: the end of the
// intent, the last row found where the intent is gone, the last offset that was committed although nothing covers it, or
// the last that retention removed unread. Its length is 0 when nothing is pending.
func (w *worker) pending(ctx context.Context, s start) (event.Range, error) {
	r := event.Range{First: s.next, Last: max(s.next-1, s.intent.Last, s.committed-1, s.first-1)}
	if s.committed > s.next {
		w.logger.Error("offsets were committed that no range covers", "first", s.next, "committed", s.committed)
	}
	last, ok, err := w.in.deps.Store.LastPresent(ctx, w.partition, r.Last)
	if err != nil {
		return r, err
	}
	if ok {
		r.Last = last
	}
	if r.Last >= s.end && r.Len() > 0 {
		return r, recreated(w.partition, r.Last+1, s.end)
	}
	return r, nil
}

// complete makes a range that may be in ClickHouse in part complete, piece by piece. Inserts of the previous owner may
// still be under way, even on their way: those the server works on are ended, those that come later than one deadline find
// their token used. From the commit on, the previous owner cannot commit.
func (w *worker) complete(ctx context.Context, pending event.Range, s start) error {
	w.logger.Info("completing a range that was left unfinished", "range", pending.String())
	if err := w.log.Commit(ctx, pending.First, w.intent(pending)); err != nil {
		return err
	}
	if err := w.in.deps.Store.Cancel(ctx, w.partition); err != nil {
		return err
	}
	if err := sleep(ctx, w.in.cfg.InsertDeadline); err != nil {
		return err
	}
	for first := pending.First; first <= pending.Last; {
		// The range of the intent stays whole, for its tokens belong to it, and so does what is lost.
		r, whole := event.Range{First: first, Last: pending.Last}, pending == s.intent
		if first < s.first && !whole {
			r.Last, whole = min(s.first-1, pending.Last), true
		}
		last, err := w.completePiece(ctx, r, whole, s.first)
		if err != nil {
			return err
		}
		first = last + 1
	}
	return nil
}

// completePiece completes the range, or as much of its beginning as fits into a batch, and writes it down with counts
// taken from the tables. It returns the last offset done.
func (w *worker) completePiece(ctx context.Context, r event.Range, whole bool, logStart int64) (last int64, err error) {
	share := w.in.cfg.BatchBytes
	if err := w.in.budget.take(ctx, share); err != nil {
		return 0, err
	}
	defer w.in.budget.give(share)
	b, err := w.read(ctx, r, whole, logStart)
	if err != nil {
		return 0, err
	}
	accepted, rejected, err := w.fill(ctx, b)
	if err != nil {
		return 0, err
	}
	if err := w.deadLetters(ctx, b); err != nil { // the previous owner may have stopped before its copies
		return 0, err
	}
	a := event.Applied{Partition: w.partition, Range: b.Range, Accepted: int64(len(accepted)), Rejected: int64(len(rejected))}
	if a.Lost = lost(b.Range, logStart, accepted, rejected); a.Lost > 0 {
		// Nothing can bring them back: they are counted, reported, and part of the proof.
		w.logger.Error("records were removed by retention before they were read", "range", b.Range.String(), "lost", a.Lost)
	}
	a.Absent = a.Range.Len() - a.Accepted - a.Rejected - a.Lost
	if err := w.insertApplied(ctx, a); err != nil {
		return 0, err
	}
	w.in.metrics.recovered.Inc()
	w.in.metrics.countRejected(b)
	return b.Range.Last, nil
}

// fill inserts the records that are missing until none is, and returns the offsets that are there then.
func (w *worker) fill(ctx context.Context, whole *event.Batch) (accepted, rejected []int64, err error) {
	for attempt := range recoveryAttempts {
		accepted, rejected, err = w.in.deps.Store.Present(ctx, w.partition, whole.Range)
		if err != nil {
			return nil, nil, err
		}
		missing := without(whole, accepted, rejected)
		if len(missing.Rows)+len(missing.Rejected) == 0 {
			return accepted, rejected, nil
		}
		if err := w.insertRows(ctx, missing, attempt); err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, halt("%s range %s: rows are still missing after %d inserts that the server confirmed",
		w.partition, whole.Range, recoveryAttempts)
}

// without returns the batch without the records at the offsets that are there already.
func without(b *event.Batch, offsets ...[]int64) *event.Batch {
	there := make(map[int64]bool, len(b.Rows))
	for _, list := range offsets {
		for _, o := range list {
			there[o] = true
		}
	}
	rest := &event.Batch{Partition: b.Partition, Range: b.Range}
	for _, row := range b.Rows {
		if !there[row.Offset] {
			rest.Rows = append(rest.Rows, row)
		}
	}
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

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
