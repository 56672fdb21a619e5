package ingest

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// worker owns one partition.
type worker struct {
	in        *Ingest
	log       Log
	stream    event.Stream
	partition event.Partition
	logger    *slog.Logger
	state     *progress
	refusals  refusals
	lacking   seldom // for the ranges that a materialized view lacks
	lease     lease
	topic     string // id of the topic that the session reads, "" if the broker has none
}

// errDrained ends a session because the process is asked to stop and the batch in hand is done.
var errDrained = errors.New("drained")

// run works in sessions until the partition is given up, the process stops, or an error needs an operator.
func (w *worker) run(ctx context.Context) {
	var backoff kafka.Backoff
	var failed tries
	for {
		before := w.state.commits()
		err := w.session(ctx)
		if ctx.Err() != nil || errors.Is(err, errDrained) {
			return
		}
		if w.state.commits() > before { // it went well for a while: the fault is a new one
			backoff.Reset()
			failed = tries{}
		}
		act := actionOf(err)
		if act == actTry && failed.enough(time.Now()) {
			act = actHalt
		}
		w.in.metrics.errors.WithLabelValues(string(act)).Inc()
		w.state.fail(err, act == actHalt)
		if act == actHalt {
			w.logger.Error("partition halted: nothing more of it is read until an operator has acted", "err", err)
			return
		}
		w.logger.Warn("partition interrupted, trying again", "err", err)
		if w.pause(ctx, &backoff) != nil {
			return
		}
	}
}

// pause waits before the next session, unless the process stops.
func (w *worker) pause(ctx context.Context, b *kafka.Backoff) error {
	ctx, cancel := w.untilDrain(ctx)
	defer cancel()
	return b.Wait(ctx)
}

// untilDrain returns a context that ends with ctx or when the process is asked to stop.
func (w *worker) untilDrain(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-w.in.drain:
			cancel(errDrained)
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		cancel(context.Canceled)
		<-done
	}
}

// session recovers and then moves batches until something fails or it is told to stop. The collector stops at once when
// the process stops or fetching fails; the applier finishes what it has in hand, so that recovery has less to do.
func (w *worker) session(ctx context.Context) error {
	w.in.hands.RLock()
	defer w.in.hands.RUnlock()
	reading, stop := w.untilDrain(ctx)
	defer stop()
	next, err := w.recover(reading)
	if err != nil {
		return err
	}
	w.state.recovered()
	sealed := make(chan *batch)
	var collected error
	go func() {
		defer close(sealed)
		collected = newCollector(w, next).run(reading, sealed)
	}()
	applied := w.apply(ctx, sealed)
	stop()
	for b := range sealed { // sealed and not begun: the next session reads them again
		b.release()
	}
	if applied != nil {
		return applied
	}
	return collected
}
