package ingest

import (
	"context"
	"slices"
	"sync"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// budget bounds the memory of what is fetched and not yet applied, over all partitions of the process. What is booked is the
// room that columns take and not what is in them, and the room of columns that are kept for the next batches.
type budget struct {
	limit int64

	mu      sync.Mutex // guards what follows
	booked  int64      // bytes
	waiting []*waiter  // in the order in which they came
	spare   []event.Rows
}

// waiter waits for bytes to become free.
type waiter struct {
	bytes int64
	ready chan struct{} // closed when they are booked
}

func newBudget(limit int64) *budget { return &budget{limit: limit} }

// tryTake books bytes if they are free now and nobody waits for them.
func (b *budget) tryTake(bytes int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.fits(bytes)
}

// must books bytes that are in use already, whether they are free or not: then others wait until enough has been given back.
func (b *budget) must(bytes int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.booked += bytes
}

// take waits for bytes to become free. Who waits must not hold any that only it could give back.
func (b *budget) take(ctx context.Context, bytes int64) error {
	b.mu.Lock()
	if b.fits(bytes) {
		b.mu.Unlock()
		return nil
	}
	w := &waiter{bytes, make(chan struct{})}
	b.waiting = append(b.waiting, w)
	b.mu.Unlock()
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
		return b.leave(ctx, w)
	}
}

// leave ends the waiting of one who no longer wants the bytes.
func (b *budget) leave(ctx context.Context, w *waiter) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if at := slices.Index(b.waiting, w); at >= 0 {
		b.waiting = slices.Delete(b.waiting, at, at+1)
	} else {
		b.booked -= w.bytes // they came at the same moment
	}
	b.serve()
	return context.Cause(ctx)
}

// give returns bytes.
func (b *budget) give(bytes int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.booked -= bytes
	b.serve()
}

// fits books bytes if nobody waits and they are free, or are when spare columns are given up.
func (b *budget) fits(bytes int64) bool { return len(b.waiting) == 0 && b.book(bytes) }

func (b *budget) book(bytes int64) bool {
	for b.booked+bytes > b.limit && len(b.spare) > 0 {
		last := len(b.spare) - 1
		b.booked -= b.spare[last].Room()
		b.spare[last] = event.Rows{}
		b.spare = b.spare[:last]
	}
	if b.booked+bytes > b.limit {
		return false
	}
	b.booked += bytes
	return true
}

// serve lets those go on who have waited longest.
func (b *budget) serve() {
	for len(b.waiting) > 0 && b.book(b.waiting[0].bytes) {
		close(b.waiting[0].ready)
		b.waiting = b.waiting[1:]
	}
}

// maxSpare is how many columns are kept that batches have left: of four partitions each one that is filled and one that is
// written. Making room again and again costs a tenth of all time, and a sync.Pool would forget them with every collection.
const maxSpare = 8

// takeSpare returns columns that a batch has left, with what is booked for them.
func (b *budget) takeSpare() (rows event.Rows, held int64, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	last := len(b.spare) - 1
	if last < 0 {
		return rows, 0, false
	}
	rows = b.spare[last]
	b.spare[last] = event.Rows{}
	b.spare = b.spare[:last]
	return rows, rows.Room(), true
}

// leaveSpare returns what a batch held, and keeps its columns unless somebody waits for the memory.
func (b *budget) leaveSpare(rows event.Rows, held int64) {
	keep := cap(rows.Offset) <= maxRoom && cap(rows.Ext.Bytes) <= maxExt // one giant batch must not stay for ever
	if keep {
		rows.Reset()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.booked -= held
	if room := rows.Room(); keep && len(b.spare) < maxSpare && len(b.waiting) == 0 && b.booked+room <= b.limit {
		b.booked += room
		b.spare = append(b.spare, rows)
	}
	b.serve()
}
