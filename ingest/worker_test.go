package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// failing stands in for both servers where time is what is tested: neither can be in a bubble with a clock of its own. It
// remembers what was committed and applied, so that recovery finds what the session before left, and fails when told to.
type failing struct {
	Store
	*feed
	fetch, insert func() error

	offset   int64
	metadata string
	applied  []event.Range
}

func (f *failing) Committed(context.Context) (int64, string, bool, error) {
	return f.offset, f.metadata, f.metadata != "", nil
}

func (f *failing) Commit(_ context.Context, offset int64, metadata string) error {
	f.offset, f.metadata = offset, metadata
	return nil
}

func (f *failing) Claim(ctx context.Context, offset int64, metadata string) error {
	return f.Commit(ctx, offset, metadata)
}

func (f *failing) TopicID(context.Context) (string, error) { return "", nil }

func (f *failing) Bounds(context.Context) (first, end int64, err error) { return 0, 1 << 40, nil }

func (f *failing) Fetch(ctx context.Context, offset int64) (*kafka.Fetched, error) {
	return f.FetchWithin(ctx, offset, 0, 0)
}

func (f *failing) FetchWithin(ctx context.Context, offset int64, wait time.Duration, most int) (*kafka.Fetched, error) {
	if err := f.fetch(); err != nil {
		return nil, err
	}
	return f.feed.FetchWithin(ctx, offset, wait, most)
}

func (f *failing) InsertEvents(context.Context, *event.Batch, int) error { return f.insert() }

func (f *failing) InsertRejected(context.Context, *event.Batch, int) error { return nil }

func (f *failing) InsertApplied(_ context.Context, a event.Applied) error {
	f.applied = append(f.applied, a.Range)
	return nil
}

func (f *failing) LastApplied(context.Context, event.Partition) (int64, bool, error) {
	if len(f.applied) == 0 {
		return 0, false, nil
	}
	return f.applied[len(f.applied)-1].Last, true, nil
}

func (f *failing) PresentAbove(context.Context, event.Partition, int64) (event.Range, bool, error) {
	return event.Range{}, false, nil
}

func (f *failing) Present(context.Context, event.Partition, event.Range) (accepted, rejected []int64, err error) {
	return nil, nil, nil
}

func (f *failing) AppendTime(context.Context, event.Partition, int64) (int64, bool, error) {
	return 0, false, nil
}

func (f *failing) Cancel(context.Context, event.Partition) error { return nil }

// TestErrorsThatNobodyCanExplain has a partition fail for ten minutes: what passes by itself is tried all the time, what
// nobody can explain for a minute, and then the partition halts loudly.
func TestErrorsThatNobodyCanExplain(t *testing.T) {
	good := func() error { return nil }
	always := func(err error) func() error { return func() error { return err } }
	everySecond := func(err error) func() error {
		n := 0
		return func() error {
			if n++; n%2 == 0 {
				return err
			}
			return nil
		}
	}
	corrupt, unexplained := &kafka.BatchError{Offset: 7, Err: kafka.ErrCorrupt}, storeError{unexplained: true}
	for _, c := range []struct {
		name          string
		fetch, insert func() error
		halts         error
		tried         action
	}{
		{"a record batch that fails its checksum", always(corrupt), good, corrupt, actTry},
		{"an answer of the broker that nobody knows", always(errors.New("x")), good, errors.New("x"), actTry},
		{"an answer of the store that nobody knows", good, always(unexplained), unexplained, actTry},
		{"the broker is away", always(io.ErrUnexpectedEOF), good, nil, actRetry},
		{"the store is away", good, always(storeError{}), nil, actRetry},
		{"again and again, but it goes well between", everySecond(corrupt), good, nil, actTry},
	} {
		t.Run(c.name, func(t *testing.T) {
			feed := newFeed(feedTime, 10)
			synctest.Test(t, func(t *testing.T) {
				in, workers := newFeeding(t, DefaultConfig(), feed)
				f := &failing{feed: feed, fetch: c.fetch, insert: c.insert}
				w := workers[0]
				var said bytes.Buffer
				w.log, in.deps.Store, w.logger = &turns{Log: f}, f, slog.New(slog.NewTextHandler(&said, nil))
				in.health.joined(true)
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				began := time.Now()
				w.run(ctx)
				lasted, tries := time.Since(began), testutil.ToFloat64(in.metrics.errors.WithLabelValues(string(c.tried)))
				halts := testutil.ToFloat64(in.metrics.errors.WithLabelValues(string(actHalt)))
				if tries < triesLimit {
					t.Errorf("%v errors counted as %q, want at least %d", tries, c.tried, triesLimit)
				}
				if c.halts == nil {
					if halts != 0 || ctx.Err() == nil {
						t.Errorf("gave up after %s: %v", lasted, in.Health())
					}
					return
				}
				if halts != 1 || lasted <= triesTime || lasted > 2*triesTime {
					t.Errorf("gave up %v times, after %s", halts, lasted)
				}
				if !strings.Contains(said.String(), "level=ERROR msg=\"partition halted") {
					t.Error("the log does not say that the partition halted")
				}
				if err := in.Health(); err == nil || !strings.Contains(err.Error(), "halted: "+c.halts.Error()) {
					t.Errorf("health is %v, want halted", err)
				}
			})
		})
	}
}
