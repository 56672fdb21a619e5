package faults_test

import (
	"context"

	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// crashStore is a store whose caller is struck.
type crashStore struct {
	ingest.Store
	*crasher
}

func (s crashStore) InsertEvents(ctx context.Context, b *event.Batch, attempt int) error {
	if b.Rows.Len() == 0 {
		return s.Store.InsertEvents(ctx, b, attempt)
	}
	return s.around(stepInsertEvents, placeOf(b), func() error { return s.Store.InsertEvents(ctx, b, attempt) })
}

func (s crashStore) InsertRejected(ctx context.Context, b *event.Batch, attempt int) error {
	if len(b.Rejected) == 0 {
		return s.Store.InsertRejected(ctx, b, attempt)
	}
	return s.around(stepInsertRejected, placeOf(b), func() error { return s.Store.InsertRejected(ctx, b, attempt) })
}

func (s crashStore) InsertApplied(ctx context.Context, a event.Applied) error {
	return s.around(stepInsertApplied, place{a.Partition.ID, a.Range}, func() error { return s.Store.InsertApplied(ctx, a) })
}

func (s crashStore) Cancel(ctx context.Context, p event.Partition) error {
	return s.around(stepCancel, place{partition: p.ID}, func() error { return s.Store.Cancel(ctx, p) })
}

func (s crashStore) LastApplied(ctx context.Context, p event.Partition) (last int64, ok bool, err error) {
	err = s.around(stepLastApplied, place{partition: p.ID}, func() error {
		var err error
		last, ok, err = s.Store.LastApplied(ctx, p)
		return err
	})
	return last, ok, err
}

func (s crashStore) PresentAbove(ctx context.Context, p event.Partition, above int64) (there event.Range, ok bool, err error) {
	err = s.around(stepPresentAbove, place{partition: p.ID}, func() error {
		var err error
		there, ok, err = s.Store.PresentAbove(ctx, p, above)
		return err
	})
	return there, ok, err
}

func (s crashStore) AppendTime(ctx context.Context, p event.Partition, offset int64) (ms int64, ok bool, err error) {
	err = s.around(stepAppendTime, place{partition: p.ID}, func() error {
		var err error
		ms, ok, err = s.Store.AppendTime(ctx, p, offset)
		return err
	})
	return ms, ok, err
}

func (s crashStore) Present(ctx context.Context, p event.Partition, r event.Range) (accepted, rejected []int64, err error) {
	err = s.around(stepPresent, place{partition: p.ID}, func() error {
		var err error
		accepted, rejected, err = s.Store.Present(ctx, p, r)
		return err
	})
	return accepted, rejected, err
}

func (s crashStore) Refused(ctx context.Context, b *event.Batch, tell func(int)) (rows map[int64]string, err error) {
	err = s.around(stepBisect, placeOf(b), func() error {
		var err error
		rows, err = s.Store.Refused(ctx, b, tell)
		return err
	})
	return rows, err
}

func (s crashStore) AppliedTopic(ctx context.Context, p event.Partition) (id string, err error) {
	err = s.around(stepAppliedTopic, place{partition: p.ID}, func() error {
		var err error
		id, err = s.Store.AppliedTopic(ctx, p)
		return err
	})
	return id, err
}
