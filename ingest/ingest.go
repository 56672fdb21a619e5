// Package ingest brings the records of Kafka into ClickHouse exactly once, and so that it can be checked.
//
// Each partition has one worker and the workers share nothing but a budget of memory. A worker has two stages: the
// collector fetches, decodes and seals batches; the applier carries out the delivery contract for one batch after the
// other:
//
//  1. intent: commit the offset reached with a note that names the range about to be written,
//  2. insert: rows, rejected records, their copies, and last the row of `batches` that says the range is complete,
//  3. commit the offset behind the range, together with the next intent when that batch is ready.
//
// Offsets never run ahead of inserts. Whatever goes wrong, a session of the worker ends and the next one begins with
// recovery (recover.go), which is the only way to go on: after a crash, after a lost connection, after a rebalance.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/prometheus/client_golang/prometheus"
)

// Deps is what ingest works with.
type Deps struct {
	Streams     []event.Stream
	Store       Store
	DeadLetters DeadLetters
	// Join takes part in the consumer group until ctx ends. It calls work for every partition assigned, with a context
	// that ends with the assignment, and waits for work to return before it gives the partition back. It tells joined
	// when it becomes a member, also one without partitions, and when it no longer is one.
	Join     func(ctx context.Context, work func(context.Context, Log), joined func(bool)) error
	Log      *slog.Logger
	Registry prometheus.Registerer
}

// Ingest is the running stage. New makes it, Run works.
type Ingest struct {
	cfg     Config
	deps    Deps
	streams map[string]event.Stream // by topic
	budget  *budget
	metrics *metrics
	health  *health
	drain   chan struct{} // closed when the process is asked to stop: finish the batch in hand, begin none
	hands   sync.RWMutex  // held for reading by every session, so that waitIdle can wait for all of them
}

// New wires the stage. It does no I/O.
func New(cfg Config, deps Deps) (*Ingest, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	streams := make(map[string]event.Stream, len(deps.Streams))
	for _, s := range deps.Streams {
		if err := s.Validate(); err != nil {
			return nil, err
		}
		for _, o := range streams {
			if o.Topic == s.Topic || o.Name == s.Name {
				return nil, fmt.Errorf("streams %q and %q share a name or a topic", o.Name, s.Name)
			}
		}
		streams[s.Topic] = s
	}
	in := &Ingest{
		cfg: cfg, deps: deps, streams: streams,
		budget:  newBudget(cfg.InFlightBytes),
		metrics: newMetrics(deps.Registry),
		health:  newHealth(cfg.StuckAfter, time.Now),
		drain:   make(chan struct{}),
	}
	if err := deps.Registry.Register(in.health); err != nil {
		return nil, fmt.Errorf("register the gauges of ingest: %w", err)
	}
	return in, nil
}

// Run works until ctx ends: then every worker finishes the batch in hand, commits it, and the group is left. Run is
// called once.
func (in *Ingest) Run(ctx context.Context) error {
	group, leave := context.WithCancel(context.WithoutCancel(ctx))
	defer leave()
	stopped := context.AfterFunc(ctx, func() {
		close(in.drain)
		in.waitIdle()
		leave()
	})
	defer stopped()
	err := in.deps.Join(group, in.work, in.health.joined)
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return nil
	}
	return err
}

// waitIdle waits until no worker has a batch in hand, but not longer than an insert and what follows it may take: what is
// unfinished then is recovered by the next owner.
func (in *Ingest) waitIdle() {
	idle := make(chan struct{})
	go func() { // ends with the last session, at the latest when the group is left
		in.hands.Lock()
		in.hands.Unlock() //nolint:staticcheck // nothing to do while it is held: a session that begins later sees drain
		close(idle)
	}()
	timer := time.NewTimer(2 * in.cfg.InsertDeadline)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
		in.deps.Log.Warn("stopping with a batch in hand", "after", 2*in.cfg.InsertDeadline)
	}
}

// work is one worker: it owns the partition until ctx ends, and returns only then, for a worker that returned early would
// end the whole generation.
func (in *Ingest) work(ctx context.Context, log Log) {
	topic := log.Partition()
	stream, ok := in.streams[topic.Topic]
	if !ok {
		in.deps.Log.Error("no stream has this topic", "topic", topic.Topic)
		<-ctx.Done()
		return
	}
	w := &worker{
		in: in, log: &turns{Log: log}, stream: stream,
		partition: event.Partition{Stream: stream.Name, Epoch: stream.Epoch, ID: int32(topic.ID)},
	}
	w.logger = in.deps.Log.With("partition", w.partition.String())
	w.state = in.health.open(w.partition)
	defer in.health.close(w.partition)
	w.run(ctx)
	<-ctx.Done()
}

// Health returns nil while every partition makes progress; the error names the ones that do not and why.
func (in *Ingest) Health() error { return in.health.check() }

// Log is one partition for as long as this process owns it. Implemented by [kafka.Assignment].
type Log interface {
	Partition() kafka.Partition
	// Committed returns the group's offset and its metadata, ok=false when there is none.
	Committed(ctx context.Context) (offset int64, metadata string, ok bool, err error)
	// Commit commits an offset with the generation, so that the coordinator refuses a process that lost the partition.
	Commit(ctx context.Context, offset int64, metadata string) error
	// Claim is Commit, and succeeds only if no other member can own the partition for Config.Lease from the call on.
	Claim(ctx context.Context, offset int64, metadata string) error
	// TopicID returns the id of the topic, which no other topic ever has, "" where the broker has none, and binds Fetch to
	// it. It is not to be called during a Fetch.
	TopicID(ctx context.Context) (string, error)
	// Fetch asks once for the records from offset on, of the topic that TopicID returned last: when another one has taken
	// its name it fails, whatever there is at that offset.
	Fetch(ctx context.Context, offset int64) (*kafka.Fetched, error)
	// FetchWithin does the same, and lets the broker wait no longer than that for records to come, and send no more bytes
	// than that, unless the first record batch is larger.
	FetchWithin(ctx context.Context, offset int64, wait time.Duration, most int) (*kafka.Fetched, error)
	// Bounds returns the first offset in the log and its stable end.
	Bounds(ctx context.Context) (first, end int64, err error)
}
