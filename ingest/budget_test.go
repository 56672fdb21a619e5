package ingest

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/deskpulse/deskpulse/schemas/event"
)

func TestBatchesBookWhatTheyTake(t *testing.T) {
	for _, c := range []struct {
		name                  string
		bytes, held, reserve  int64
		free                  int64
		wantHeld, wantReserve int64
		wantMore              bool
		wantBooked            int64
	}{
		{"free", 100, 0, 10, 1000, 100, 10, true, 100},
		{"no more than before", 100, 100, 10, 0, 100, 10, true, 0},
		{"out of the reserve", 100, 40, 3*bookEvery + 60, 0, 100, 3 * bookEvery, true, 0},
		{"nearly the last of the reserve", 100, 0, bookEvery + 100, 0, 100, bookEvery, false, 0},
		{"in use already, with nothing free", 100, 0, 10, 0, 100, 0, false, 90},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &batch{budget: newBudget(c.free), held: c.held, refused: c.bytes}
			more := b.book(&c.reserve)
			if more != c.wantMore || b.held != c.wantHeld || c.reserve != c.wantReserve || b.budget.booked != c.wantBooked {
				t.Errorf("got more %t, held %d, reserve %d, booked %d; want %t, %d, %d, %d", more, b.held, c.reserve, b.budget.booked,
					c.wantMore, c.wantHeld, c.wantReserve, c.wantBooked)
			}
		})
	}
}

// Who wants much is not passed by those who want little, and who gives up lets the next one go on.
func TestMemoryIsGivenInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(100)
		b.must(90)
		ctx, cancel := context.WithCancelCause(t.Context())
		errGone := errors.New("gone")
		large, small := make(chan error, 1), make(chan error, 1)
		go func() { large <- b.take(ctx, 80) }()
		synctest.Wait()
		go func() { small <- b.take(t.Context(), 10) }()
		synctest.Wait()
		if b.tryTake(1) || len(small) > 0 {
			t.Error("somebody passed the one who waits")
		}
		cancel(errGone)
		if err := <-large; !errors.Is(err, errGone) {
			t.Errorf("got %v, want the context's cause", err)
		}
		if err := <-small; err != nil || b.booked != 100 {
			t.Errorf("got %v and %d booked, want 100", err, b.booked)
		}
	})
}

// Columns that are kept are memory too: they are booked, and go when it is needed.
func TestSpareColumnsGiveWay(t *testing.T) {
	var rows event.Rows
	rows.Grow(1000)
	room := rows.Room()
	b := newBudget(room + 100)
	b.must(room)
	b.leaveSpare(rows, room)
	if len(b.spare) != 1 || b.booked != room {
		t.Fatalf("%d kept, %d booked; want 1 and %d", len(b.spare), b.booked, room)
	}
	if !b.tryTake(101) || len(b.spare) != 0 || b.booked != 101 {
		t.Errorf("%d kept, %d booked; want 0 and 101", len(b.spare), b.booked)
	}
}

// A batch that holds the memory must be sealed before its collector waits for more, or nobody ever gives any back.
func TestWhoWaitsForMemoryHoldsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		_, workers := newFeeding(t, cfg, nil)
		c := newCollector(workers[0], 7)
		c.batch().refused = cfg.InFlightBytes
		c.open.book(new(int64))
		sealed := make(chan *batch)
		go func() {
			b := <-sealed // the applier
			b.release()
		}()
		if _, err := c.takeRoom(t.Context(), sealed); err != nil || c.open != nil {
			t.Errorf("error %v, open batch %v; want neither", err, c.open)
		}
	})
}

// TestManyPartitionsStayWithinTheirMemory has a backlog on 64 partitions, and ClickHouse take nothing for a while: what is
// booked stays within the bound, and so does the heap. Then each partition gets its turn.
func TestManyPartitionsStayWithinTheirMemory(t *testing.T) {
	const partitions = 64
	cfg := DefaultConfig()
	cfg.InFlightBytes, cfg.BatchBytes = 32<<20, 16<<20
	feeds := make([]*feed, partitions)
	for i := range feeds {
		feeds[i] = newFeed(feedTime, 1000)
	}
	synctest.Test(t, func(t *testing.T) {
		in, workers := newFeeding(t, cfg, feeds...)
		ctx, cancel := context.WithCancel(t.Context())
		before := heap()
		var collectors, appliers sync.WaitGroup
		begin := make(chan struct{})
		for _, w := range workers {
			sealed := make(chan *batch)
			collectors.Go(func() {
				defer close(sealed)
				if err := newCollector(w, 0).run(ctx, sealed); !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
			appliers.Go(func() {
				<-begin
				n := 0
				for b := range sealed {
					b.release()
					if n++; n == 2 {
						w.state.committed(b.Range.Last + 1)
					}
				}
			})
		}
		synctest.Wait() // all wait: for memory, or for their applier
		booked, used := in.budget.booked, heap()-before
		t.Logf("booked %d kB, the heap grew by %d kB", booked>>10, used>>10)
		if booked > cfg.InFlightBytes || used > cfg.InFlightBytes*11/10 {
			t.Errorf("booked %d, in use %d; want at most %d", booked, used, cfg.InFlightBytes)
		}
		close(begin)
		for slow := true; slow; runtime.Gosched() {
			slow = false
			for _, w := range workers {
				slow = slow || w.state.commits() == 0
			}
		}
		cancel()
		collectors.Wait()
		appliers.Wait()
		if kept := in.budget.booked; kept > cfg.InFlightBytes || len(in.budget.waiting) > 0 {
			t.Errorf("%d are booked at the end, and %d wait", kept, len(in.budget.waiting))
		}
	})
}

// heap is what is in use on the heap.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
