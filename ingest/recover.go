package ingest

import (
	"context"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// start is what is known of a partition when a session begins.
type start struct {
	next      int64       // first offset that no row of `batches` covers
	applied   bool        // some row of `batches` does
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
	return s.next, w.settled(ctx, s.next)
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
	if s.first, s.end, err = w.bounds(ctx); err != nil {
		return s, err
	}
	last, ok, err := w.in.deps.Store.LastApplied(ctx, w.partition)
	s.applied = ok
	switch {
	case err != nil:
		return s, err
	case s.applied:
		s.next = last + 1
	case s.committed >= 0: // nothing was applied yet, and retention may have passed the beginning since
		s.next = min(s.committed, s.first)
	default:
		s.next = s.first
	}
	w.state.found(s.next-1, s.end)
	if err := w.sameTopic(ctx); err != nil {
		return s, err
	}
	if err := w.haltOver(event.SameEnd(s.end, s.next)); err != nil {
		return s, err
	}
	if s.applied {
		err = w.sameRecord(ctx, s, s.next-1)
	}
	return s, err
}

// intent is what is committed while r is being written.
func (w *worker) intent(r event.Range) string { return formatIntent(w.partition.Epoch, r) }

// pending returns the offsets from the first that is not applied to the last that something is known of: the end of the
// intent, the last row found where the intent is gone, the last offset that was committed although nothing covers it, or
// the last that retention removed unread. Where nothing is applied yet the intent may be gone and the log's start have
// passed rows that it left: those count from the first one on. The length is 0 when nothing is pending.
func (w *worker) pending(ctx context.Context, s start) (event.Range, error) {
	r := event.Range{First: s.next, Last: max(s.next-1, s.intent.Last, s.committed-1, s.first-1)}
	if s.committed > s.next {
		w.logger.Error("offsets were committed that no range covers", "first", s.next, "committed", s.committed)
	}
	above := r.Last
	if !s.applied {
		above = -1
	}
	there, ok, err := w.in.deps.Store.PresentAbove(ctx, w.partition, above)
	if err != nil {
		return r, err
	}
	if ok {
		r.First, r.Last = min(r.First, there.First), max(r.Last, there.Last)
	}
	if r.Len() > 0 {
		if err := w.haltOver(event.SameEnd(s.end, r.Last+1)); err != nil {
			return r, err
		}
	}
	if ok { // where nothing is applied yet, these rows are all that tells one topic from another
		err = w.sameRecord(ctx, s, there.Last)
	}
	return r, err
}

// complete makes a range that may be in ClickHouse in part complete, piece by piece. From the commit on, the previous owner
// cannot commit, and it begins no insert, for its lease has ended. One may still be on its way, and has a deadline to
// arrive in; those that the server works on then are ended. One that comes later all the same finds its token used.
func (w *worker) complete(ctx context.Context, pending event.Range, s start) error {
	w.logger.Info("completing a range that was left unfinished", "range", pending.String())
	if err := w.claim(ctx, pending); err != nil {
		return err
	}
	if err := sleep(ctx, w.in.cfg.InsertDeadline); err != nil {
		return err
	}
	if err := w.in.deps.Store.Cancel(ctx, w.partition); err != nil {
		return err
	}
	for first := pending.First; first <= pending.Last; {
		r, whole := s.piece(pending, first)
		last, err := w.completePiece(ctx, r, whole, s.first)
		if err != nil {
			return err
		}
		first = last + 1
	}
	return nil
}

// piece returns what to complete next of what is pending, from the offset first on; what is not whole may be cut to what a
// batch holds. The range of the intent is whole, for its tokens belong to it. Before the start of the log nothing is read but
// the offsets of rows, 8 bytes each; there are many of them where `batches` was lost.
func (s start) piece(pending event.Range, first int64) (r event.Range, whole bool) {
	r = event.Range{First: first, Last: pending.Last}
	switch {
	case pending == s.intent:
		return r, true
	case first < s.first:
		r.Last = min(s.first-1, pending.Last, first+pieceBehindLog-1)
		return r, true
	}
	return r, false
}

// pieceBehindLog bounds a piece before the start of the log.
const pieceBehindLog = 1_000_000

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
