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
	next   int64       // first offset that no row of `batches` covers
	intent event.Range // the pending range, if any
	first  int64       // first offset in the log
	end    int64       // stable end of the log
}

// recover finds where the partition stands, completes what an earlier session left unfinished, and returns the offset to
// read next. Truth is `batches`; the group's offset only carries the intent, and may have expired.
func (w *worker) recover(ctx context.Context) (next int64, err error) {
	s, err := w.where(ctx)
	if err != nil {
		return 0, err
	}
	pending, err := w.pending(ctx, s)
	if err != nil {
		return 0, err
	}
	for _, r := range w.pieces(pending, s.intent) {
		if err := w.complete(ctx, r, s.first); err != nil {
			return 0, err
		}
		s.next = r.Last + 1
	}
	if s.next < s.first {
		if err := w.lose(ctx, event.Range{First: s.next, Last: s.first - 1}); err != nil {
			return 0, err
		}
		s.next = s.first
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
	_, metadata, _, err := w.log.Committed(ctx)
	if err != nil {
		return start{}, err
	}
	s := start{intent: event.Range{First: 0, Last: -1}}
	intent, pending, err := parseIntent(metadata, w.partition.Epoch)
	if err != nil {
		return s, haltError{err}
	}
	if pending {
		s.intent = intent
	}
	if s.first, s.end, err = w.log.Bounds(ctx); err != nil {
		return s, err
	}
	last, ok, err := w.in.deps.Store.LastApplied(ctx, w.partition)
	switch {
	case err != nil:
		return s, err
	case ok:
		s.next = last + 1
	case pending:
		s.next = min(intent.First, s.first) // the very first batch was under way, and retention may have passed it since
	default:
		s.next = s.first
	}
	if s.next > s.end {
		return s, recreated(w.partition, s.next, s.end)
	}
	return s, nil
}

// intent is what is committed while r is being written.
func (w *worker) intent(r event.Range) string { return formatIntent(w.partition.Epoch, r) }

func recreated(p event.Partition, next, end int64) error {
	return halt("the log of %s ends at %d, but everything before %d is applied: the topic was recreated or its end was lost; "+
		"raise the stream's epoch to read it as a new one", p, end, next)
}

// pending returns the range that may be in ClickHouse in part: from the first offset not applied to the end of the intent,
// or to the last row found beyond it where the intent is gone. Its length is 0 when nothing is pending.
func (w *worker) pending(ctx context.Context, s start) (event.Range, error) {
	r := event.Range{First: s.next, Last: max(s.intent.Last, s.next-1)}
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

// pieces cuts a pending range to what fits into memory. The range of the intent stays whole, for its tokens belong to it.
func (w *worker) pieces(pending, intent event.Range) []event.Range {
	if pending.Len() > 0 && pending == intent {
		return []event.Range{pending}
	}
	var rs []event.Range
	size := int64(w.in.cfg.BatchRows)
	for first := pending.First; first <= pending.Last; first += size {
		rs = append(rs, event.Range{First: first, Last: min(first+size-1, pending.Last)})
	}
	return rs
}

// complete makes a range that may be in ClickHouse in part complete, and says so in `batches` with counts taken from the
// tables. Inserts of the previous owner may still be under way, even on their way: those the server works on are ended,
// those that come later than one deadline find their token used.
func (w *worker) complete(ctx context.Context, r event.Range, logStart int64) error {
	w.logger.Info("completing a range that was left unfinished", "range", r.String())
	if err := w.log.Commit(ctx, r.First, w.intent(r)); err != nil {
		return err
	}
	if err := w.in.deps.Store.Cancel(ctx, w.partition); err != nil {
		return err
	}
	if err := sleep(ctx, w.in.cfg.InsertDeadline); err != nil {
		return err
	}
	whole, err := w.read(ctx, r, logStart)
	if err != nil {
		return err
	}
	accepted, rejected, err := w.fill(ctx, whole)
	if err != nil {
		return err
	}
	if err := w.deadLetters(ctx, whole); err != nil { // the previous owner may have stopped before its copies
		return err
	}
	a := event.Applied{Partition: w.partition, Range: r, Accepted: int64(len(accepted)), Rejected: int64(len(rejected))}
	a.Lost = lost(r, logStart, accepted, rejected)
	a.Absent = r.Len() - a.Accepted - a.Rejected - a.Lost
	w.in.metrics.recovered.Inc()
	return w.insertApplied(ctx, a)
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

// read reads a range from the log again.
func (w *worker) read(ctx context.Context, r event.Range, logStart int64) (*event.Batch, error) {
	b := &event.Batch{Partition: w.partition, Range: r}
	decoder := event.NewDecoder(w.stream)
	for next := max(r.First, logStart); next <= r.Last; {
		got, err := w.log.Fetch(ctx, next)
		if err != nil {
			return nil, err
		}
		var rec kafka.Record
		for got.Next(&rec) && rec.Offset <= r.Last {
			decode(decoder, b, &rec)
		}
		err, next = got.Err(), got.Position()
		got.Release()
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// lose writes down a range that retention removed before it was read. Nothing can bring it back: it is counted, reported,
// and part of the proof.
func (w *worker) lose(ctx context.Context, r event.Range) error {
	w.logger.Error("records were removed by retention before they were read", "range", r.String(), "lost", r.Len())
	return w.insertApplied(ctx, event.Applied{Partition: w.partition, Range: r, Lost: r.Len()})
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
