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

// sameTopic compares the topic in Kafka with the one that the ranges applied last were read of. Ranges of an older build
// and brokers before 2.8 say nothing; then sameRecord has to do.
func (w *worker) sameTopic(ctx context.Context) error {
	if w.topic == "" {
		return nil
	}
	applied, err := w.in.deps.Store.AppliedTopic(ctx, w.partition)
	if err == nil && applied != "" && applied != w.topic {
		return halt("the topic of %s has the id %s, but what is applied was read of %s: the topic was recreated; "+
			"raise the stream's epoch to read it as a new one", w.partition, w.topic, applied)
	}
	return err
}

// sameRecord compares a record that is in ClickHouse with the one that is in the log at its offset. A topic that was
// recreated and has grown longer than the old one has another record there, and so has one whose leader lost its end.
// Where either is missing nothing can be said.
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
	if got.Next(&rec) && rec.Offset == offset && rec.AppendTime != stored {
		return halt("the record at offset %d of %s is not the one that was applied: the topic was recreated or its end was lost; "+
			"raise the stream's epoch to read it as a new one", offset, w.partition)
	}
	return got.Err()
}

func recreated(p event.Partition, next, end int64) error {
	return halt("the log of %s ends at %d, but everything before %d is applied: the topic was recreated or its end was lost; "+
		"raise the stream's epoch to read it as a new one", p, end, next)
}
