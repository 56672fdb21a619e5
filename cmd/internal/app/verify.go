package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// waitPoll is the pause between two looks at how far ingest is.
const waitPoll = 100 * time.Millisecond

// Verified is the answer of [Verify].
type Verified struct {
	clickhouse.Report
	Behind int64 // records that were there when Verify was called and are not applied yet
	Sound  bool  // what is applied has no fault
}

// Verify asks Kafka for the ends of all partitions, waits until ingest has applied everything before them, but no longer
// than wait, and then proves what is in ClickHouse. A wait that was not enough makes the answer not ok; where a log is not
// the one that was applied, there is no wait. Progress is told how many records are applied, and of how many.
func Verify(ctx context.Context, c config.Config, wait time.Duration, progress func(done, total int64)) (Verified, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return Verified{}, err
	}
	defer store.Close()
	client, err := kafka.New(c.KafkaClient())
	if err != nil {
		return Verified{}, err
	}
	defer client.Close()
	ends, err := ends(ctx, c, client)
	if err != nil {
		return Verified{}, err
	}
	if other := (*OtherLogError)(nil); wait > 0 {
		if err := sameLogs(ctx, store, ends); errors.As(err, &other) {
			wait = 0 // what is proved below names it
		} else if err != nil {
			return Verified{}, err
		}
	}
	state, err := awaitApplied(ctx, store, ends, wait, progress)
	if err != nil {
		return Verified{}, err
	}
	var behind int64
	for _, p := range state {
		behind += p.Behind()
	}
	report, err := store.Verify(ctx, ends)
	sound := report.OK
	if wait > 0 && behind > 0 {
		report.OK = false
	}
	return Verified{report, behind, sound}, err
}

// AwaitApplied waits until ingest has applied everything that is in Kafka now, but no longer than wait, and returns the
// partitions of which something is missing then. Where a log is not the one that was applied it is an [OtherLogError],
// unless there is nothing in that log that could be missing.
func AwaitApplied(ctx context.Context, c config.Config, wait time.Duration, progress func(done, total int64)) ([]clickhouse.Progress, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	client, err := kafka.New(c.KafkaClient())
	if err != nil {
		return nil, err
	}
	defer client.Close()
	ends, err := ends(ctx, c, client)
	if err != nil {
		return nil, err
	}
	filled := slices.DeleteFunc(slices.Clone(ends), func(e clickhouse.End) bool { return e.Offset <= e.Start })
	if err := sameLogs(ctx, store, filled); err != nil {
		return nil, err
	}
	state, err := awaitApplied(ctx, store, ends, wait, progress)
	return slices.DeleteFunc(state, func(p clickhouse.Progress) bool { return p.Behind() == 0 }), err
}

// awaitApplied waits until everything before the ends is applied and returns how far each partition is.
func awaitApplied(ctx context.Context, store *clickhouse.Store, ends []clickhouse.End, wait time.Duration, progress func(done, total int64)) ([]clickhouse.Progress, error) {
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	for {
		state, err := store.Progress(ctx, ends)
		if err != nil {
			return nil, err
		}
		var behind, total int64
		for _, p := range state {
			behind += p.Behind()
			total += p.Offset - p.Start
		}
		if progress != nil {
			progress(total-behind, total)
		}
		if behind == 0 || wait == 0 {
			return state, nil
		}
		poll := time.NewTimer(waitPoll)
		select {
		case <-poll.C:
		case <-deadline.C:
			return state, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
