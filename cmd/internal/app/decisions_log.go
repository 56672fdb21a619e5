package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// ErrDecisionsLost means that the topic lacks records that it once had: it was cut short, or deleted and made anew. Nothing
// may be decided before it is restored, since whatever is appended now would take the place of what is missing.
var ErrDecisionsLost = errors.New("decisions are missing from the topic; restore it before anything else is decided")

// decisionLog reads the topic of the decisions. It keeps nothing between two calls.
type decisionLog struct {
	client    *kafka.Client
	partition kafka.Partition
	logger    *slog.Logger
}

func newDecisionLog(c config.Config, logger *slog.Logger) (*decisionLog, error) {
	k := c.Kafka
	k.Topics = []string{c.Decisions}
	client, err := kafka.New(k)
	if err != nil {
		return nil, err
	}
	return &decisionLog{client, kafka.Partition{Topic: c.Decisions}, logger}, nil
}

// folding is how far somebody has folded the log.
type folding struct {
	state *workflow.State
	until int64           // the sequence at which to stop, 0: none
	next  int64           // the offset to read next
	last  *mark           // the last record folded
	chain []workflow.Head // the accepted commands; that of sequence n is the n-1st
}

// mark is a record by which a log that was made anew is told from the one read before, although it may be as long.
type mark struct {
	offset, time int64
	value        [sha256.Size]byte
}

func markOf(r *kafka.Record) mark { return mark{r.Offset, r.AppendTime, sha256.Sum256(r.Value)} }

func newFolding() folding { return folding{state: workflow.New()} }

// done reports whether the fold is where it should stop.
func (f *folding) done() bool { return f.until > 0 && f.state.Head().Sequence >= f.until }

// apply folds the next record.
func (f *folding) apply(r *kafka.Record) {
	before := f.state.Head().Sequence
	f.state.Apply(workflow.Record{
		Offset: r.Offset, Time: time.UnixMilli(r.AppendTime).UTC(), Value: bytes.Clone(r.Value), // the record's lies in a buffer
	})
	if head := f.state.Head(); head.Sequence > before {
		f.chain = append(f.chain, head)
	}
	m := markOf(r)
	f.last, f.next = &m, r.Offset+1
}

// extend folds up to the last stable offset at the call. A broker that is away is waited for until ctx ends.
func (l *decisionLog) extend(ctx context.Context, f *folding) error {
	return retry(ctx, l.logger, "read the decisions", passingLog(), func(ctx context.Context) error { return l.extendOnce(ctx, f) })
}

func (l *decisionLog) extendOnce(ctx context.Context, f *folding) error {
	first, end, err := l.client.Bounds(ctx, l.partition)
	if err != nil {
		return err
	}
	if first > 0 || end < f.next {
		return l.lost("it holds offsets %d to %d, but %d were read before, from 0", first, end-1, f.next)
	}
	if f.last == nil {
		return l.foldTo(ctx, f, end)
	}
	// The last record is read once more, to see that it is still the same log.
	for r, err := range l.records(ctx, f.last.offset, end) {
		if err != nil {
			return err
		}
		if markOf(r) != *f.last {
			break
		}
		return l.foldTo(ctx, f, end)
	}
	return l.lost("the record at offset %d is not the one that was read before", f.last.offset)
}

// foldTo folds everything before end.
func (l *decisionLog) foldTo(ctx context.Context, f *folding, end int64) error {
	for r, err := range l.records(ctx, f.next, end) {
		if err != nil {
			return err
		}
		if f.apply(r); f.done() {
			return nil
		}
	}
	f.next = max(f.next, end) // markers of transactions may stand last
	return nil
}

// records yields the committed records from one offset to another, which must be stable. A record is good until the next.
// After an error nothing follows.
func (l *decisionLog) records(ctx context.Context, from, to int64) iter.Seq2[*kafka.Record, error] {
	return func(yield func(*kafka.Record, error) bool) {
		fetcher := l.client.Fetcher(l.partition)
		for from < to {
			fetched, err := fetcher.Fetch(ctx, from)
			if err != nil {
				yield(nil, l.explain(err))
				return
			}
			var r kafka.Record
			for fetched.Next(&r) {
				if r.Offset >= to || !yield(&r, nil) {
					return
				}
			}
			if err := fetched.Err(); err != nil {
				yield(nil, fmt.Errorf("read topic %q: %w", l.partition.Topic, err))
				return
			}
			from = fetched.Position()
			fetched.Release()
		}
	}
}

// explain says what an offset outside the log means here, where nothing is ever removed.
func (l *decisionLog) explain(err error) error {
	var outside *kafka.OutOfRangeError
	if errors.As(err, &outside) {
		return l.lost("%v", outside)
	}
	return err
}

func (l *decisionLog) lost(format string, args ...any) error {
	return fmt.Errorf("topic %q was cut short or made anew: %s: %w", l.partition.Topic, fmt.Sprintf(format, args...), ErrDecisionsLost)
}

// unknownFor is how long a topic may be unknown before it is taken for missing: a broker that has just started, or a topic
// that was just made, looks like this.
const unknownFor = 3 * time.Second

// passingLog reports whether reading again can help.
func passingLog() func(error) bool {
	began := time.Now()
	return func(err error) bool {
		switch kafka.ClassOf(err) {
		case kafka.ClassRetry:
			return true
		case kafka.ClassUnknownTopic:
			return time.Since(began) < unknownFor
		default:
			return false
		}
	}
}
