package ingest

import (
	"context"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// sameTopic compares the last applied record with the one that is in the log at its offset. A topic that was recreated and
// has grown longer than the old one has another record there. Where either is missing nothing can be said.
func (w *worker) sameTopic(ctx context.Context, s start) error {
	last := s.next - 1
	if last < s.first {
		return nil
	}
	stored, ok, err := w.in.deps.Store.AppendTime(ctx, w.partition, last)
	if err != nil || !ok {
		return err
	}
	got, err := w.log.Fetch(ctx, last)
	if err != nil {
		return err
	}
	defer got.Release()
	var rec kafka.Record
	if got.Next(&rec) && rec.Offset == last && rec.AppendTime != stored {
		return halt("the record at offset %d of %s is not the one that was applied: the topic was recreated; "+
			"raise the stream's epoch to read it as a new one", last, w.partition)
	}
	return got.Err()
}

func recreated(p event.Partition, next, end int64) error {
	return halt("the log of %s ends at %d, but everything before %d is applied: the topic was recreated or its end was lost; "+
		"raise the stream's epoch to read it as a new one", p, end, next)
}
