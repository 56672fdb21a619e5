package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
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
// than wait, and then proves what is in ClickHouse. A wait that was not enough makes the answer not ok. Progress is told
// how many records are applied, and of how many.
func Verify(ctx context.Context, c config.Config, wait time.Duration, progress func(done, total int64)) (Verified, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return Verified{}, err
	}
	defer store.Close()
	ends, err := ends(ctx, c)
	if err != nil {
		return Verified{}, err
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

// ends returns the end of every partition of every stream. A broker that has just started, or that has just lost another
// one, is waited for.
func ends(ctx context.Context, c config.Config) (out []clickhouse.End, err error) {
	client, err := kafka.New(c.KafkaClient())
	if err != nil {
		return nil, err
	}
	defer client.Close()
	err = untilSettled(ctx, func(ctx context.Context) error {
		out, err = endsNow(ctx, c, client)
		return err
	})
	return out, err
}

func endsNow(ctx context.Context, c config.Config, client *kafka.Client) ([]clickhouse.End, error) {
	var out []clickhouse.End
	for _, s := range c.Streams {
		n, err := client.Partitions(ctx, s.Topic)
		if errors.Is(err, kafka.ErrUnknownTopic) {
			continue // nobody has written to the stream yet
		}
		if err != nil {
			return nil, err
		}
		for id := range n {
			end, err := end(ctx, client, c.Group.ID, s.Event(), id)
			if err != nil {
				return nil, err
			}
			out = append(out, end)
		}
	}
	return out, nil
}

func end(ctx context.Context, client *kafka.Client, group string, s event.Stream, id int) (clickhouse.End, error) {
	e := clickhouse.End{Partition: event.Partition{Stream: s.Name, Epoch: s.Epoch, ID: int32(id)}}
	p := kafka.Partition{Topic: s.Topic, ID: id}
	committed, metadata, ok, err := client.Committed(ctx, group, p)
	if err != nil {
		return e, err
	}
	if ok {
		e.Committed = ingest.CommittedIn(s.Epoch, committed, metadata)
	}
	if e.TopicID, err = client.TopicID(ctx, p); err != nil {
		return e, err
	}
	e.Start, e.Offset, err = client.Bounds(ctx, p)
	return e, err
}

// AwaitApplied waits until ingest has applied everything that is in Kafka now, but no longer than wait, and returns the
// partitions of which something is missing then.
func AwaitApplied(ctx context.Context, c config.Config, wait time.Duration, progress func(done, total int64)) ([]clickhouse.Progress, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	ends, err := ends(ctx, c)
	if err != nil {
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
