package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// recorded is ingest with a recorder between it and ClickHouse.
type recorded struct {
	deskpulse
	recorder *recorder
	paths    []string // what was recorded, once it has finished
}

func (p *recorded) begin(ctx context.Context, t *turn) (err error) {
	if p.recorder, err = startRecorder(ctx, t.dir, t.server); err != nil {
		return err
	}
	t.server = p.recorder.address()
	return p.deskpulse.begin(ctx, t)
}

func (p *recorded) finish(t *turn) error {
	err := p.deskpulse.finish(t)
	if p.recorder == nil {
		return err
	}
	paths, failed := p.recorder.stop()
	p.paths = paths
	return cmp.Or(err, failed)
}

// record has ingest move the topic once and returns its inserts into `events`, roughly in the order in which it sent them.
func (w *world) record(ctx context.Context) (all []insert, err error) {
	p := new(recorded)
	if err := w.turn(ctx, p, "bench_record", w.load, func(*turn) error { return nil }); err != nil {
		return nil, err
	}
	rows := 0
	for _, path := range p.paths {
		found, err := readInserts(path)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	for _, i := range all {
		rows += i.rows
	}
	if int64(rows) != w.load.truth.Events {
		return nil, fmt.Errorf("recorded %d inserts with %d rows, want %d rows", len(all), rows, w.load.truth.Events)
	}
	slices.SortStableFunc(all, func(a, b insert) int { return cmp.Compare(a.from, b.from) })
	return all, nil
}
