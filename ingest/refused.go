package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// refusesData reports whether a store's error is about the data, so that some row of the batch is refused and the others
// would be taken.
func refusesData(err error) bool {
	var data interface{ Data() bool }
	return errors.As(err, &data) && data.Data()
}

// viewLacks says of a range whose rows are all there that something refused one of them nevertheless; nil is no refusal.
func (w *worker) viewLacks(r event.Range, refusal error) {
	if refusal == nil {
		return
	}
	if n, ok := w.lacking.say(time.Now(), 1); ok {
		w.logger.Error("ClickHouse reported a refused row and has them all; if it was a materialized view that refused, the view lacks the range",
			"ranges", n, "range", r.String(), "err", refusal)
	}
}

// refuse finds the rows that the store refuses among those that are missing, and makes them rejections. It returns false
// if there are none: nobody refuses anything any more, or nobody knows who does.
func (w *worker) refuse(ctx context.Context, whole, missing *event.Batch) (found bool, err error) {
	words, err := w.in.deps.Store.Refused(ctx, missing, func(probes int) {
		w.state.searched(search{whole.Range, missing.Rows.Len(), probes})
	})
	if err != nil || len(words) == 0 {
		return false, err
	}
	first := words[slices.Min(slices.Collect(maps.Keys(words)))]
	if w.refusals.add(whole.Range, whole.Rows.Len(), len(words)) {
		return false, halt("%s range %s: ClickHouse refuses %d of %d rows, so it is the table that is wrong, not the rows: %s",
			w.partition, whole.Range, w.refusals.refused, w.refusals.rows, first)
	}
	if n, ok := w.refusals.say(time.Now(), len(words)); ok {
		w.logger.Warn("ClickHouse refuses rows: they are rejected", "rows", n, "range", whole.Range.String(), "because", first)
	}
	why := make(map[int64]event.Invalid, len(words))
	for offset, text := range words {
		why[offset] = event.Invalid{Reason: event.Refused, Detail: text}
	}
	return true, w.reject(ctx, whole, why)
}

// agree makes the batch say of its rejected records what the tables say, which an earlier session may have filled: rows
// that it found refused are rejections, what a build with another decoder accepted is none, and what it rejected has the
// reason that it gave.
func (w *worker) agree(ctx context.Context, b *event.Batch, accepted, rejected []int64) error {
	b.Rejected = slices.DeleteFunc(b.Rejected, func(r event.Rejected) bool { return has(accepted, r.Offset) })
	if len(rejected) == 0 {
		return nil
	}
	why, err := w.in.deps.Store.Reasons(ctx, w.partition, b.Range)
	if err != nil {
		return err
	}
	for i := range b.Rejected {
		if said, ok := why[b.Rejected[i].Offset]; ok {
			b.Rejected[i].Reason, b.Rejected[i].Detail = said.Reason, said.Detail
		}
	}
	return w.reject(ctx, b, why)
}

// has reports whether an ascending list of offsets has the offset.
func has(offsets []int64, offset int64) bool {
	_, found := slices.BinarySearch(offsets, offset)
	return found
}

// reject turns the rows at these offsets into rejections. Their bytes are read from the log again: no batch keeps those of
// its rows.
func (w *worker) reject(ctx context.Context, b *event.Batch, why map[int64]event.Invalid) error {
	var offsets []int64
	for _, offset := range b.Rows.Offset {
		if _, ok := why[offset]; ok {
			offsets = append(offsets, offset)
		}
	}
	err := w.records(ctx, offsets, func(rec *kafka.Record) {
		reason := why[rec.Offset]
		b.Rejected = append(b.Rejected, rejection(w.stream.Company, rec, &reason))
	})
	if err != nil {
		return err
	}
	b.Rows = b.Rows.Where(func(offset int64) bool { return !has(offsets, offset) })
	slices.SortFunc(b.Rejected, func(a, b event.Rejected) int { return cmp.Compare(a.Offset, b.Offset) })
	return nil
}

// records reads single records from the log, at ascending offsets. One that is gone is an error: the next session finds
// out what is left of the range.
func (w *worker) records(ctx context.Context, offsets []int64, each func(*kafka.Record)) error {
	for len(offsets) > 0 {
		got, err := w.log.Fetch(ctx, offsets[0])
		if err != nil {
			return err
		}
		var rec kafka.Record
		for len(offsets) > 0 && got.Next(&rec) && rec.Offset <= offsets[0] {
			if rec.Offset == offsets[0] {
				each(&rec)
				offsets = offsets[1:]
			}
		}
		err, next := got.Err(), got.Position()
		got.Release()
		if err != nil {
			return err
		}
		if len(offsets) > 0 && next > offsets[0] {
			return fmt.Errorf("read %s at %d again: the record is gone", w.partition, offsets[0])
		}
	}
	return nil
}
