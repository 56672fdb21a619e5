package main

import (
	"context"
	"fmt"
	"io"
)

// variants are the ways to set the Kafka engine up that are tried. Each differs from the first in one thing.
var variants = []variant{
	{Whole: true, Consumers: 2, Threads: true, Block: 131_072, Poll: 65_536, Wait: 100},
	{Whole: false, Consumers: 2, Threads: true, Block: 131_072, Poll: 65_536, Wait: 100},
	{Whole: true, Consumers: 2, Threads: false, Block: 131_072, Poll: 65_536, Wait: 100},
	{Whole: true, Consumers: 1, Threads: true, Block: 131_072, Poll: 65_536, Wait: 100},
	{Whole: true, Consumers: 4, Threads: true, Block: 131_072, Poll: 65_536, Wait: 100},
	{Whole: true, Consumers: 2, Threads: true, Block: 65_536, Poll: 65_536, Wait: 100},
	{Whole: true, Consumers: 2, Threads: true, Block: 131_072, Poll: 8_192, Wait: 500},
}

// Tried is a variant with what it reached.
type Tried struct {
	variant
	Rate      float64 `json:"events_per_second"`
	EngineCPU float64 `json:"clickhouse_cpu_seconds_per_million"`
}

// trialEvents is how many events a variant is tried with.
const trialEvents = 400_000

// tryVariants lets each variant move a smaller topic and returns the fastest.
func (w *world) tryVariants(ctx context.Context, r *Report, out io.Writer) (best variant, err error) {
	l := load{topic: "trial"}
	if err := w.createTopic(ctx, l.topic, w.o.partitions); err != nil {
		return best, err
	}
	if l.truth, err = produce(ctx, w.client, l.topic, min(trialEvents, w.o.events)); err != nil {
		return best, err
	}
	fmt.Fprintln(out, "the Kafka engine, tried with", l.truth.Events, "events:")
	fastest := 0.0
	for n, v := range variants[:w.o.variants] {
		err := w.turn(ctx, kafkaEngine{v}, fmt.Sprintf("bench_try_%d", n+1), l, func(t *turn) error {
			r.Tried = append(r.Tried, Tried{v, t.took.Rate, t.took.EngineCPU})
			fmt.Fprintf(out, "  %9.0f events/s, %5.2f CPU s per million: %s\n", t.took.Rate, t.took.EngineCPU, v)
			if t.took.Rate > fastest {
				fastest, best = t.took.Rate, v
			}
			return nil
		})
		if err != nil {
			return best, err
		}
	}
	fmt.Fprintf(out, "  taken: %s\n\n", best)
	return best, nil
}
