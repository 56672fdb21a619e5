package ingest

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/deskpulse/deskpulse/schemas/event"
)

func TestBatchesHoldWhatTheyNeed(t *testing.T) {
	for _, c := range []struct {
		name               string
		bytes, held, share int64
		free               int64 // of the budget, beside the share
		wantHeld, wantRest int64
	}{
		{"less than the share", 100, 0, 1000, 0, 100, 900},
		{"no more than before", 100, 100, 1000, 0, 100, 1000},
		{"compressed: more than the share, and more is free", 5000, 0, 1000, 4000, 5000, 0},
		{"compressed: more than the share, and nothing is free", 5000, 0, 1000, 3999, 1000, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &batch{budget: newBudget(c.free), held: c.held, refused: c.bytes}
			if rest := b.hold(c.share); rest != c.wantRest || b.held != c.wantHeld {
				t.Errorf("got held %d rest %d, want %d and %d", b.held, rest, c.wantHeld, c.wantRest)
			}
		})
	}
}

func TestFetchingWaitsForMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &Ingest{cfg: DefaultConfig(), budget: newBudget(fetchShare)}
		in.metrics = newMetrics(nil)
		w := &worker{in: in, stream: event.Stream{Name: "events"}}
		first, second := newCollector(w, 0), newCollector(w, 0)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		share, err := first.takeShare(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := make(chan error, 1)
		go func() {
			_, err := second.takeShare(ctx, nil)
			got <- err
		}()
		synctest.Wait()
		select {
		case err := <-got:
			t.Fatalf("the second fetch did not wait: %v", err)
		default:
		}
		in.budget.give(share)
		if err := <-got; err != nil {
			t.Fatal(err)
		}
	})
}

// A batch that holds the memory must be sealed before its collector waits for more, or nobody ever gives any back.
func TestWhoWaitsForMemoryHoldsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &Ingest{cfg: DefaultConfig(), budget: newBudget(fetchShare), metrics: newMetrics(nil)}
		c := newCollector(&worker{in: in, stream: event.Stream{Name: "events"}}, 7)
		share, err := c.takeShare(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		c.batch().refused = fetchShare
		if rest := c.open.hold(share); rest != 0 {
			t.Fatalf("rest %d, want 0", rest)
		}
		sealed := make(chan *batch)
		go func() {
			b := <-sealed // the applier
			b.release()
		}()
		if _, err := c.takeShare(t.Context(), sealed); err != nil || c.open != nil {
			t.Errorf("error %v, open batch %v; want neither", err, c.open)
		}
	})
}
