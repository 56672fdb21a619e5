package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	sinkkafka "github.com/deskpulse/deskpulse/sinks/kafka"
)

// ReplayConfig says which rejected records are sent again.
type ReplayConfig struct {
	Filter clickhouse.OutstandingFilter // an empty Stream is every stream; Limit is of all of them
	All    bool                         // those too that would be rejected again
	Check  bool                         // send nothing, only say what would become of them
	Wait   time.Duration                // for ingest, before and after
	Piece  int                          // most records of one transaction, 0 for 2,000
}

// Replayed is what became of them.
type Replayed struct {
	Records  int64                  // matched, and were not events yet
	Expired  int64                  // of these their bytes are gone
	Invalid  map[event.Reason]int64 // of these would be rejected again, by reason
	Sent     int64                  // and are in Kafka for good
	Accepted int64                  // of those sent: became events
	Again    int64                  // of those sent: were rejected again
	Waiting  int64                  // of those sent: were not applied in the time of Wait
}

// Acceptable returns how many of the records would be accepted.
func (r Replayed) Acceptable() int64 {
	n := r.Records - r.Expired
	for _, invalid := range r.Invalid {
		n -= invalid
	}
	return n
}

// ErrReplayedElsewhere says that another replay of the stream took over. What this one had committed stays.
var ErrReplayedElsewhere = errors.New("another replay of the stream has taken over, or the broker ended a transaction that took too long; " +
	"run it again to send what is left: nothing comes through twice")

// replay is one call of Replay.
type replay struct {
	cfg      ReplayConfig
	config   config.Config
	store    *clickhouse.Store
	progress func(what string, done, total int64)
	out      Replayed
}

// Replay sends rejected records again. Each becomes exactly one event, however often, and by however many processes at
// once, it is called, and wherever one of them dies; replayStream.run says how. A position at which no record was rejected
// is a NoRejectedError. Progress is told what is being waited for.
func Replay(ctx context.Context, c config.Config, cfg ReplayConfig, progress func(what string, done, total int64)) (Replayed, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return Replayed{}, err
	}
	defer store.Close()
	if err := wereRejected(ctx, store, cfg.Filter.Positions); err != nil {
		return Replayed{}, err
	}
	r := &replay{cfg: cfg, config: c, store: store, progress: progress, out: Replayed{Invalid: map[event.Reason]int64{}}}
	left := cfg.Filter.Limit
	for _, s := range c.Streams {
		if cfg.Filter.Stream != "" && cfg.Filter.Stream != s.Name || left == 0 {
			continue
		}
		found, err := r.stream(ctx, s, left)
		if err != nil {
			return r.out, fmt.Errorf("replay stream %q: %w", s.Name, err)
		}
		left -= found
	}
	return r.out, nil
}

// stream replays one stream and returns how many records it had.
func (r *replay) stream(ctx context.Context, s config.Stream, limit int) (int, error) {
	filter := r.cfg.Filter
	filter.Stream, filter.Limit = s.Name, limit
	todo, err := r.store.Outstanding(ctx, filter)
	if err != nil || len(todo) == 0 {
		return 0, err
	}
	t := &replayStream{replay: r, stream: s, decoder: event.NewDecoder(s.Event())}
	if r.cfg.Check {
		t.take(todo)
		return len(todo), t.check(ctx)
	}
	if err = t.run(ctx, filter); err == nil {
		err = t.settle(ctx)
	}
	if errors.Is(err, sinkkafka.ErrFenced) {
		err = fmt.Errorf("%w (%w)", ErrReplayedElsewhere, err)
	}
	return t.found, err
}
