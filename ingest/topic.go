package ingest

import (
	"context"
	"fmt"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// bounds finds out which topic the session reads, binds its fetches to it, and returns the first offset and the stable end
// of its log. Bounds are asked for by name: the same id before and after makes them those of that topic.
func (w *worker) bounds(ctx context.Context) (first, end int64, err error) {
	if w.topic, err = w.log.TopicID(ctx); err != nil {
		return 0, 0, err
	}
	if first, end, err = w.log.Bounds(ctx); err != nil {
		return 0, 0, err
	}
	again, err := w.log.TopicID(ctx)
	if err == nil && again != w.topic {
		err = fmt.Errorf("read bounds of %s: %w: it is being recreated", w.partition, kafka.ErrUnknownTopic)
	}
	return first, end, err
}

// sameTopic compares the topic in Kafka with the one that the ranges applied last were read of. Where either says nothing
// sameRecord has to do.
func (w *worker) sameTopic(ctx context.Context) error {
	if w.topic == "" {
		return nil
	}
	applied, err := w.in.deps.Store.AppliedTopic(ctx, w.partition)
	if err != nil {
		return err
	}
	return w.haltOver(event.SameTopic(applied, w.topic))
}

// sameRecord compares a record that is in ClickHouse with the one that is in the log at its offset. Where either is missing
// nothing can be said.
func (w *worker) sameRecord(ctx context.Context, s start, offset int64) error {
	if offset < s.first {
		return nil
	}
	stored, ok, err := w.in.deps.Store.AppendTime(ctx, w.partition, offset)
	if err != nil || !ok {
		return err
	}
	got, err := w.log.Fetch(ctx, offset)
	if err != nil {
		return err
	}
	defer got.Release()
	var rec kafka.Record
	if got.Next(&rec) && rec.Offset == offset {
		return w.haltOver(event.SameRecord(offset, stored, rec.AppendTime))
	}
	return got.Err()
}

// haltOver halts the partition over a log that is another one, nil when it is not.
func (w *worker) haltOver(other error) error {
	if other == nil {
		return nil
	}
	return halt("%s: %w", w.partition, other)
}
