package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
)

// baseVariant is where the search for the fastest way to set the Kafka engine up begins.
var baseVariant = variant{Whole: true, Consumers: 2, Threads: true, Block: 131_072, Poll: 65_536, Wait: 100}

// asItComes is the Kafka engine with the defaults of ClickHouse. Only that it flushes twice a second is not one: by default
// the end of a topic would wait for 7.5 seconds.
var asItComes = variant{Whole: true, Consumers: 1}

// changes are what may make it faster, each tried alone. What does is put together then, see [search.combine].
var changes = []func(*variant){
	func(v *variant) { v.Block, v.Poll, v.Wait = 0, 0, 0 },
	func(v *variant) { v.Whole = false },
	func(v *variant) { v.Threads = false },
	func(v *variant) { v.Consumers = 1 },
	func(v *variant) { v.Consumers = 4 },
	func(v *variant) { v.Block = 65_536 },
	func(v *variant) { v.Poll, v.Wait = 8_192, 500 },
}

// trialEvents is how many events a variant is tried with.
const trialEvents = 400_000

// tryVariants lets the variants move a smaller topic and returns the fastest.
func (w *world) tryVariants(ctx context.Context, r *Report, out io.Writer) (peer, error) {
	const name = "trial"
	if err := w.createTopic(ctx, name, w.o.partitions); err != nil {
		return nil, err
	}
	l, err := w.fill(ctx, name, min(trialEvents, w.o.events))
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "b, the Kafka engine, tried with %d events, the better of %d:\n", l.truth.Events, w.o.tries)
	s := search{world: w, load: l, out: out, report: r}
	ways := []way{kafkaEngine{baseVariant, "b"}}
	for _, change := range changes[:w.o.variants-1] {
		v := baseVariant
		change(&v)
		ways = append(ways, kafkaEngine{v, "b"})
	}
	rates, err := s.try(ctx, ways)
	if err != nil {
		return nil, err
	}
	if err := s.combine(ctx, rates); err != nil {
		return nil, err
	}
	return s.taken(), nil
}

// combine makes the fastest change, adds what else was faster than the first variant, the fastest first, and keeps what
// makes it faster still.
func (s *search) combine(ctx context.Context, rates []float64) error {
	best, reached := baseVariant, rates[0]
	for n, i := range faster(rates) {
		v := best
		changes[i](&v)
		if n == 0 {
			best, reached = v, rates[i+1]
			continue
		}
		if s.known(kafkaEngine{v, "b"}) {
			continue
		}
		got, err := s.try(ctx, []way{kafkaEngine{v, "b"}})
		if err != nil {
			return err
		}
		if got[0] > reached {
			best, reached = v, got[0]
		}
	}
	return nil
}

// faster returns the changes whose rates are above that of the first variant, the fastest first.
func faster(rates []float64) (all []int) {
	for i, rate := range rates[1:] {
		if rate > rates[0] {
			all = append(all, i)
		}
	}
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(rates[b+1], rates[a+1]) })
	return all
}

// tryCeilings records the inserts of ingest and tries how many at once are best.
func (w *world) tryCeilings(ctx context.Context, r *Report, out io.Writer) (peer, error) {
	inserts, err := w.record(ctx)
	if err != nil {
		return nil, fmt.Errorf("record the inserts of the ceiling: %w", err)
	}
	fmt.Fprintf(out, "c, the ceiling, %d inserts recorded, the better of %d:\n", len(inserts), w.o.tries)
	s := search{world: w, load: w.load, out: out, report: r}
	var ways []way
	for _, n := range atOnce {
		ways = append(ways, &ceiling{inserts: inserts, atOnce: n})
	}
	if _, err := s.try(ctx, ways); err != nil {
		return nil, err
	}
	return s.taken(), nil
}
