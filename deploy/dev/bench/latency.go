package main

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"time"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
)

//go:embed latency.sql
var latencySQL string

// Latency is how long events took from the moment at which they were due to be produced until their rows were visible in
// ClickHouse. It counts from when an event was due, not from when the producer had got round to it: otherwise a system that
// makes its producer wait would look the better for it.
type Latency struct {
	Wanted   float64   `json:"events_per_second_wanted"`   // the load of which the latency was asked for
	Short    []float64 `json:"fell_short_at,omitempty"`    // the rates that the producer could not keep before this one
	Paced    float64   `json:"events_per_second_paced"`    // the rate of this measurement
	Rate     float64   `json:"events_per_second"`          // what the broker acknowledged, until the last answer
	Share    float64   `json:"share_of_wanted"`            // Rate of Wanted
	Kept     bool      `json:"kept"`                       // the wanted load was produced, so the latency is that of it
	PaceKept bool      `json:"pace_kept"`                  // the rate of this measurement was
	Events   int64     `json:"events"`                     // of which the latency is
	P50      int64     `json:"p50_ms"`                     // due to visible
	P99      int64     `json:"p99_ms"`                     //
	Max      int64     `json:"max_ms"`                     //
	Append50 int64     `json:"appended_p50_ms"`            // due to the broker's append: the part that no ingest can change
	Append99 int64     `json:"appended_p99_ms"`            //
	Behind   int64     `json:"producer_behind_ms"`         // the longest that an event was handed to the broker after it was due
	CPU      float64   `json:"producer_cpu_s_per_million"` // of this process while it produced
}

// keptShare is how much of a rate must have been produced for it to be kept.
const keptShare = 0.98

// settle says whether the rates were kept.
func (l *Latency) settle() {
	l.Share = l.Rate / l.Wanted
	l.Kept, l.PaceKept = l.Rate >= keptShare*l.Wanted, l.Rate >= keptShare*l.Paced
}

const (
	// stepDown is what is tried of a rate that could not be kept.
	stepDown = 0.8
	// steps bound how often: down to half of what was wanted.
	steps = 3
)

// stepped measures at the wanted rate and, so often at most, at lower ones until one is kept. If none was, it returns the last.
func stepped(wanted float64, steps int, measure func(step int, rate float64) (Latency, error)) (Latency, error) {
	var short []float64
	for rate := wanted; ; rate *= stepDown {
		l, err := measure(len(short), rate)
		if err != nil {
			return l, err
		}
		l.Wanted, l.Paced, l.Short = wanted, rate, short
		l.settle()
		if l.PaceKept || len(short) == steps {
			return l, nil
		}
		short = append(short, rate)
	}
}

// latency produces at a rate for a while, at lower ones if it cannot be kept, and measures each event's time to ClickHouse.
func (w *world) latency(ctx context.Context, name string, wanted float64, steps int) (Latency, error) {
	return stepped(wanted, steps, func(step int, rate float64) (Latency, error) {
		if step > 0 {
			return w.latencyAt(ctx, fmt.Sprintf("%s_%d", name, step+1), rate)
		}
		return w.latencyAt(ctx, name, rate)
	})
}

// mostNumbered is how many events can be numbered.
const mostNumbered = 100_000_000

// latencyAt measures at one rate.
func (w *world) latencyAt(ctx context.Context, name string, rate float64) (l Latency, err error) {
	events := int(rate * (w.o.latency + time.Second).Seconds()) // the first second does not count
	if events > mostNumbered {
		return l, fmt.Errorf("latency at %.0f events/s for %v: want %d events at most", rate, w.o.latency, mostNumbered)
	}
	pool, err := w.pooled(events)
	if err != nil {
		return l, err
	}
	if err := w.createTopic(ctx, name, w.o.partitions); err != nil {
		return l, err
	}
	from, err := w.newProducer(ctx, name, rate, events)
	if err != nil {
		return l, err
	}
	p := &paced{producer: from, produced: make(chan struct{})}
	err = w.turn(ctx, p, "bench_"+name, load{topic: name, truth: truthOf(pool, events), same: new(same)}, func(t *turn) error {
		l, err = t.store.latency(ctx, from)
		return err
	})
	return l, err
}

// latency reads how long the events of a producer took.
func (s *store) latency(ctx context.Context, p *producer) (l Latency, err error) {
	with := clickhousego.Context(ctx, clickhousego.WithParameters(clickhousego.Parameters{
		"began":     strconv.FormatInt(p.began.UnixMilli(), 10),
		"millirate": strconv.FormatInt(int64(math.Round(1000*p.rate)), 10), // events in 1,000 s: metric SQL takes integers
	}))
	if err := s.QueryRow(with, latencySQL).Scan(&l.Events, &l.P50, &l.P99, &l.Max, &l.Append50, &l.Append99); err != nil {
		return l, fmt.Errorf("read the latency: %w", err)
	}
	l.Rate = float64(p.events) / p.took.Seconds()
	l.Behind = p.behind.Milliseconds()
	l.CPU = p.cpu.Seconds() * 1e6 / float64(p.events)
	return l, nil
}
