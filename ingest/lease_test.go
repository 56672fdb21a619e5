package ingest

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// leaseStore notes when the context of an insert ends, counted from the claim before it, and takes a while for the events,
// and claimTakes for a claim.
type leaseStore struct {
	*failing
	takes  time.Duration
	lost   error // of every claim when the events are inserted
	claim  error
	claims []string
	left   map[string]time.Duration
	began  time.Time

	cancelled time.Time
}

const claimTakes = time.Second

func (s *leaseStore) Claim(ctx context.Context, offset int64, metadata string) error {
	if s.claim != nil {
		return s.claim
	}
	s.began = time.Now()
	<-time.After(claimTakes)
	s.claims = append(s.claims, metadata)
	return s.failing.Claim(ctx, offset, metadata)
}

func (s *leaseStore) note(ctx context.Context, table string) error {
	if until, ok := ctx.Deadline(); ok {
		s.left[table] = until.Sub(s.began)
	}
	return ctx.Err()
}

func (s *leaseStore) InsertEvents(ctx context.Context, _ *event.Batch, _ int) error {
	err := s.note(ctx, "events")
	<-time.After(s.takes)
	s.claim = s.lost
	return err
}

// errCancelled ends a recovery that has come so far.
var errCancelled = errors.New("inserts were ended")

func (s *leaseStore) Cancel(context.Context, event.Partition) error {
	s.cancelled = time.Now()
	return errCancelled
}

func (s *leaseStore) InsertRejected(ctx context.Context, _ *event.Batch, _ int) error {
	return s.note(ctx, "rejected")
}

func (s *leaseStore) InsertApplied(ctx context.Context, a event.Applied) error {
	return errors.Join(s.note(ctx, "batches"), s.failing.InsertApplied(ctx, a))
}

// leased returns a worker, and what stands in for its servers.
func leased(t *testing.T, feed *feed, takes time.Duration) (*worker, *leaseStore) {
	in, workers := newFeeding(t, DefaultConfig(), feed)
	s := &leaseStore{failing: &failing{feed: feed}, takes: takes, left: make(map[string]time.Duration)}
	w := workers[0]
	w.log, in.deps.Store, w.logger = &turns{Log: s}, s, slog.New(slog.DiscardHandler)
	return w, s
}

// TestInsertsEndWithTheLease has a range whose events take some time: what is inserted after them has what is left of the
// lease, or a new one where that is less than an insert may take, and nothing is inserted by a process that has lost it.
func TestInsertsEndWithTheLease(t *testing.T) {
	cfg := DefaultConfig()
	r := event.Range{First: 0, Last: 9}
	whole := map[string]time.Duration{"events": cfg.Lease, "rejected": cfg.Lease, "batches": cfg.Lease}
	for _, c := range []struct {
		name   string
		takes  time.Duration
		lost   error // of every claim by then
		claims int   // intents that are committed
		want   map[string]time.Duration
		err    error
	}{
		{"at once", 0, nil, 1, whole, nil},
		{"within it", cfg.Lease - cfg.InsertDeadline - claimTakes, nil, 1, whole, nil},
		{"too little is left", cfg.InsertDeadline, nil, 2, whole, nil},
		{"stopped for an hour", time.Hour, kafka.ErrFenced, 1, map[string]time.Duration{"events": cfg.Lease}, kafka.ErrFenced},
	} {
		t.Run(c.name, func(t *testing.T) {
			feed := newFeed(feedTime, 10)
			synctest.Test(t, func(t *testing.T) {
				w, s := leased(t, feed, c.takes)
				s.lost = c.lost
				if err := w.claim(t.Context(), r); err != nil {
					t.Fatal(err)
				}
				b := &batch{Batch: event.Batch{Partition: w.partition, Range: r}}
				err := w.insert(t.Context(), b)
				if !errors.Is(err, c.err) {
					t.Errorf("error %v, want %v", err, c.err)
				}
				if diff := cmp.Diff(s.left, c.want); diff != "" {
					t.Errorf("from the last claim to the end of the lease, by table (-got, +want):\n%s", diff)
				}
				for _, got := range s.claims {
					if want := w.intent(r); got != want {
						t.Errorf("committed %q, want %q", got, want)
					}
				}
				if len(s.claims) != c.claims {
					t.Errorf("%d commits, want %d", len(s.claims), c.claims)
				}
			})
		})
	}
}

// TestLeaseOfTheNextBatch has a batch that is claimed when the one before is committed. A lease that is renewed is of the
// batch that is being written.
func TestLeaseOfTheNextBatch(t *testing.T) {
	feed := newFeed(feedTime, 10)
	synctest.Test(t, func(t *testing.T) {
		w, s := leased(t, feed, DefaultConfig().InsertDeadline)
		sealed := make(chan *batch, 2)
		var want []string
		for _, r := range []event.Range{{First: 0, Last: 9}, {First: 10, Last: 19}} {
			sealed <- &batch{Batch: event.Batch{Partition: w.partition, Range: r}}
			want = append(want, w.intent(r), w.intent(r)) // before the events and after
		}
		close(sealed)
		if err := w.apply(t.Context(), sealed); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.claims, want); diff != "" {
			t.Errorf("claims (-got, +want):\n%s", diff)
		}
		lease := DefaultConfig().Lease
		if diff := cmp.Diff(s.left, map[string]time.Duration{"events": lease, "rejected": lease, "batches": lease}); diff != "" {
			t.Errorf("from the last claim to the end of the lease, by table (-got, +want):\n%s", diff)
		}
	})
}

// TestRebalanceBetweenBatches has a group rebalance while a batch is written and the next is ready: that one may become
// another member's, but what is written is committed.
func TestRebalanceBetweenBatches(t *testing.T) {
	feed := newFeed(feedTime, 10)
	synctest.Test(t, func(t *testing.T) {
		w, s := leased(t, feed, 0)
		s.lost = kafka.ErrRebalancing
		sealed := make(chan *batch, 2)
		for _, r := range []event.Range{{First: 0, Last: 9}, {First: 10, Last: 19}} {
			sealed <- &batch{Batch: event.Batch{Partition: w.partition, Range: r}}
		}
		if err := w.apply(t.Context(), sealed); !errors.Is(err, kafka.ErrRebalancing) {
			t.Errorf("error %v, want ErrRebalancing", err)
		}
		if want := formatSettled(w.partition.Epoch); s.offset != 10 || s.metadata != want {
			t.Errorf("committed %d, %q, want 10, %q", s.offset, s.metadata, want)
		}
	})
}

// TestRecoveryEndsInsertsAfterItsWait has an insert of the old owner still on its way: it has time to arrive before those
// that the server works on are ended.
func TestRecoveryEndsInsertsAfterItsWait(t *testing.T) {
	feed := newFeed(feedTime, 10)
	synctest.Test(t, func(t *testing.T) {
		w, s := leased(t, feed, 0)
		s.offset, s.metadata = 0, w.intent(event.Range{First: 0, Last: 9})
		if _, err := w.recover(t.Context()); !errors.Is(err, errCancelled) {
			t.Fatalf("error %v, want %v", err, errCancelled)
		}
		if got, want := s.cancelled.Sub(s.began), claimTakes+w.in.cfg.InsertDeadline; got != want {
			t.Errorf("inserts were ended %s after the claim was begun, want %s", got, want)
		}
	})
}

// TestInsertHeldBeyondTheLease has a process stop between the store's being asked and the insert: the context that was given
// is over when the process goes on.
func TestInsertHeldBeyondTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &worker{in: &Ingest{cfg: DefaultConfig()}, log: &failing{}}
		if err := w.claim(t.Context(), event.Range{First: 0, Last: 9}); err != nil {
			t.Fatal(err)
		}
		err := w.hold(t.Context(), func(ctx context.Context) error {
			<-time.After(w.in.cfg.Lease + time.Millisecond)
			return ctx.Err()
		})
		if !errors.Is(err, context.DeadlineExceeded) || actionOf(err) != actRetry {
			t.Errorf("error %v, of which the worker makes %q", err, actionOf(err))
		}
	})
}
