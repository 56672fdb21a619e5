package main

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

//go:embed latency.sql
var latencySQL string

// Latency is how long events took from the broker's append to being durable in ClickHouse by the contract.
type Latency struct {
	Wanted float64 `json:"events_per_second_wanted"`
	Rate   float64 `json:"events_per_second"` // what the broker was given
	Events int64   `json:"events"`
	P50    int64   `json:"p50_ms"`
	P99    int64   `json:"p99_ms"`
	Max    int64   `json:"max_ms"`
}

// keptShare is how much of the wanted rate must have been produced for a latency to count.
const keptShare = 0.98

// kept reports whether the producer kept to the rate.
func (l *Latency) kept() bool { return l.Rate >= keptShare*l.Wanted }

// paced is ingest while somebody produces at an even rate.
type paced struct {
	deskpulse
	pool     []record
	rounds   int // how often the pool is produced
	rate     float64
	failed   firstError
	produced chan struct{} // closed when all is produced
}

// poolEvents bounds the memory of the events to produce: more than that are produced by repeating them.
const poolEvents = 500_000

// latency produces at a rate for a while and measures each event's time to ClickHouse.
func (w *world) latency(ctx context.Context, name string, rate float64) (l Latency, err error) {
	events := int(rate * (w.o.latency + time.Second).Seconds()) // the first second does not count
	p := &paced{rate: rate, rounds: events/poolEvents + 1, produced: make(chan struct{})}
	of := load{topic: name, same: new(same)}
	for r, err := range desks(w.period, events/p.rounds) {
		if err != nil {
			return l, err
		}
		of.truth.add(r)
		p.pool = append(p.pool, r)
	}
	of.truth.Events *= int64(p.rounds)
	of.truth.Hash *= uint64(p.rounds)
	if err := w.createTopic(ctx, name, w.o.partitions); err != nil {
		return l, err
	}
	err = w.turn(ctx, p, "bench_"+name, of, func(t *turn) error {
		l = Latency{Wanted: rate}
		var spanned int64
		if err := t.store.QueryRow(ctx, latencySQL).Scan(&l.Events, &l.P50, &l.P99, &l.Max, &spanned); err != nil {
			return fmt.Errorf("read the latency: %w", err)
		}
		l.Rate = 1000 * float64(l.Events) / float64(max(spanned, 1))
		return nil
	})
	return l, err
}

func (p *paced) begin(ctx context.Context, t *turn) error {
	if err := p.deskpulse.begin(ctx, t); err != nil {
		close(p.produced)
		return err
	}
	go func() {
		defer close(p.produced)
		p.failed.set(p.produce(ctx, t))
	}()
	return nil
}

// produce keeps to the rate in steps of five milliseconds.
func (p *paced) produce(ctx context.Context, t *turn) error {
	began, made, all := time.Now(), 0, len(p.pool)*p.rounds
	err := every(ctx, 5*time.Millisecond, func() (bool, error) {
		for due := min(all, int(time.Since(began).Seconds()*p.rate)); made < due; made++ {
			r := p.pool[made%len(p.pool)]
			t.client.Produce(ctx, &kgo.Record{Topic: t.topic, Key: r.key, Value: r.value}, func(_ *kgo.Record, err error) { p.failed.set(err) })
		}
		return made == all, nil
	})
	if err != nil {
		return err
	}
	return t.client.Flush(ctx)
}

func (p *paced) done(ctx context.Context, t *turn) (int64, error) {
	if err := p.failed.get(); err != nil {
		return 0, fmt.Errorf("produce at %.0f events/s: %w", p.rate, err)
	}
	return p.deskpulse.done(ctx, t)
}

func (p *paced) finish(t *turn) error {
	<-p.produced
	return p.deskpulse.finish(t)
}
