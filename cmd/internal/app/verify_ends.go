package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// ends returns the end of every partition of every stream. A broker that has just started, or that has just lost another
// one, is waited for. The client is asked again through the ends' logs.
func ends(ctx context.Context, c config.Config, client *kafka.Client) (out []clickhouse.End, err error) {
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
	p := kafka.Partition{Topic: s.Topic, ID: id}
	e := clickhouse.End{Partition: event.Partition{Stream: s.Name, Epoch: s.Epoch, ID: int32(id)}, Log: partitionLog{client, p}}
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

// partitionLog is a partition's log in Kafka.
type partitionLog struct {
	client    *kafka.Client
	partition kafka.Partition
}

// End implements [clickhouse.Log].
func (l partitionLog) End(ctx context.Context) (end int64, err error) {
	err = untilSettled(ctx, func(ctx context.Context) error {
		_, end, err = l.client.Bounds(ctx, l.partition)
		return err
	})
	return end, err
}

// AppendTime implements [clickhouse.Log].
func (l partitionLog) AppendTime(ctx context.Context, offset int64) (ms int64, ok bool, err error) {
	err = untilSettled(ctx, func(ctx context.Context) error {
		ms, ok, err = l.appendTime(ctx, offset)
		return err
	})
	return ms, ok, err
}

// appendTime fetches no more than one batch of records.
func (l partitionLog) appendTime(ctx context.Context, offset int64) (ms int64, ok bool, err error) {
	got, err := l.client.Fetcher(l.partition).FetchWithin(ctx, offset, 0, 1)
	if outside := (*kafka.OutOfRangeError)(nil); errors.As(err, &outside) {
		return 0, false, nil // retention was faster
	}
	if err != nil {
		return 0, false, err
	}
	defer got.Release()
	var rec kafka.Record
	if got.Next(&rec) && rec.Offset == offset {
		return rec.AppendTime, true, nil
	}
	return 0, false, got.Err()
}

// OtherLogError says that a partition's log is not the one that was applied. What is in it is not read before an operator
// has acted, so waiting for it is in vain.
type OtherLogError struct {
	Partition event.Partition
	Problem   clickhouse.Problem
}

// Error says what to do too.
func (e *OtherLogError) Error() string {
	return fmt.Sprintf("partition %s: %s", e.Partition, e.Problem.Detail)
}

// sameLogs wants every log to be the one that was applied.
func sameLogs(ctx context.Context, store *clickhouse.Store, ends []clickhouse.End) error {
	state, err := store.Progress(ctx, ends)
	if err != nil {
		return err
	}
	for _, p := range state {
		switch found, err := store.AnotherLog(ctx, p); {
		case err != nil:
			return err
		case found != nil:
			return &OtherLogError{p.Partition, *found}
		}
	}
	return nil
}
