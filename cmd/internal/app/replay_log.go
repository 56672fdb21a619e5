package app

import (
	"context"
	"errors"
	"slices"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// sameLogs wants the topic to be the one that was applied. Ingest reads nothing of another one: what is sent there would
// wait for the epoch to be raised, and nobody could see that it is on its way.
func (t *replayStream) sameLogs(ctx context.Context) error {
	client, err := kafka.New(t.config.KafkaClient())
	if err != nil {
		return err
	}
	defer client.Close()
	ends := slices.Clone(t.ends)
	for i := range ends {
		if err := askedOf(ctx, client, &ends[i], t.stream.Topic); err != nil {
			return err
		}
	}
	return sameLogs(ctx, t.store, ends)
}

// askedOf completes an end: ingest may go on between the question for it and a look at the tables, and that alone makes no
// log another one.
func askedOf(ctx context.Context, client *kafka.Client, e *clickhouse.End, topic string) error {
	p := kafka.Partition{Topic: topic, ID: int(e.Partition.ID)}
	e.Log = partitionLog{client, p}
	return untilSettled(ctx, func(ctx context.Context) (err error) {
		e.TopicID, err = client.TopicID(ctx, p)
		return err
	})
}

// passingReplay reports whether another session can do better. The errors of stores say so by themselves, those of reading
// a log have a class.
func passingReplay(err error) bool {
	if says := interface{ Permanent() bool }(nil); errors.As(err, &says) {
		return passingStore(err)
	}
	return kafka.ClassOf(err) == kafka.ClassRetry
}
