package ingest

import (
	"context"
	"errors"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// apply carries out the contract for one sealed batch after the other. Between batches it ends at once with ctx; a batch
// whose partition was taken away is left where it is, for the new owner recovers it.
func (w *worker) apply(ctx context.Context, sealed <-chan *batch) error {
	b, err := w.receive(ctx, sealed)
	if err != nil || b == nil {
		return err
	}
	if err := w.claim(ctx, b.Range); err != nil {
		b.release()
		return err
	}
	for b != nil {
		err := w.insert(ctx, b)
		b.release()
		if err != nil {
			return err
		}
		if b, err = w.commit(ctx, b, sealed); err != nil {
			return err
		}
	}
	return nil
}

// receive waits for the next batch; nil without an error when there will be none.
func (w *worker) receive(ctx context.Context, sealed <-chan *batch) (*batch, error) {
	select {
	case b := <-sealed:
		return b, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// commit commits the offset behind b and claims the next batch, which begins there: in one commit if it is ready, else
// when it comes.
func (w *worker) commit(ctx context.Context, b *batch, sealed <-chan *batch) (next *batch, err error) {
	select {
	case next = <-sealed:
	default:
	}
	if next == nil {
		if err := w.settled(ctx, b.Range.Last+1); err != nil {
			return nil, err
		}
		if next, err = w.receive(ctx, sealed); err != nil || next == nil {
			return nil, err
		}
	}
	err = w.claim(ctx, next.Range)
	if err == nil {
		w.state.committed(next.Range.First)
		return next, nil
	}
	if next.release(); errors.Is(err, kafka.ErrRebalancing) { // what comes next may be another member's, b was ours
		err = errors.Join(err, w.settled(ctx, b.Range.Last+1))
	}
	return nil, err
}

// settled commits an offset before which everything is written.
func (w *worker) settled(ctx context.Context, offset int64) error {
	if err := w.log.Commit(ctx, offset, formatSettled(w.partition.Epoch)); err != nil {
		return err
	}
	w.state.committed(offset)
	return nil
}

// insert writes a batch whose intent is committed. The order matters: the row of `batches` is last, because it says that
// everything before it is there.
func (w *worker) insert(ctx context.Context, b *batch) error {
	began := time.Now()
	err := w.insertRows(ctx, &b.Batch, 0)
	if refusesData(err) { // the server has answered: the session need not end
		return w.settle(ctx, &b.Batch, b.Range.First, err)
	}
	if err != nil {
		return err
	}
	if err := w.deadLetters(ctx, &b.Batch); err != nil {
		return err
	}
	applied := event.Applied{
		Partition: b.Partition, Range: b.Range,
		Accepted: int64(b.Rows.Len()), Rejected: int64(len(b.Rejected)), Absent: b.Absent(),
	}
	if err := w.insertApplied(ctx, applied); err != nil {
		return err
	}
	w.in.metrics.batchSeconds.Observe(time.Since(began).Seconds())
	w.in.metrics.countRejected(&b.Batch)
	return nil
}

// insertRows inserts the rows and the rejected records of a batch.
func (w *worker) insertRows(ctx context.Context, b *event.Batch, attempt int) error {
	err := w.hold(ctx, func(ctx context.Context) error { return w.in.deps.Store.InsertEvents(ctx, b, attempt) })
	if err != nil {
		return err
	}
	return w.hold(ctx, func(ctx context.Context) error { return w.in.deps.Store.InsertRejected(ctx, b, attempt) })
}

func (w *worker) deadLetters(ctx context.Context, b *event.Batch) error {
	if len(b.Rejected) == 0 {
		return nil
	}
	return w.in.deps.DeadLetters.Copy(ctx, b)
}

// insertApplied writes the row of `batches` and holds it against the one before.
func (w *worker) insertApplied(ctx context.Context, a event.Applied) error {
	a.TopicID = w.topic
	if err := w.hold(ctx, func(ctx context.Context) error { return w.in.deps.Store.InsertApplied(ctx, a) }); err != nil {
		return err
	}
	w.in.metrics.applied(a, w.state.applied(a.Range))
	return nil
}
