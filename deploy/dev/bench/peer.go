package main

import (
	"context"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/deploy/dev/progress"
)

// peer is one way of events from the topic into the table `events` of a database.
type peer interface {
	// letter is its name in tables and flags.
	letter() string
	// begin lets it work on a topic, into a database that has the tables, and returns when it is about to read.
	begin(ctx context.Context, t *turn) error
	// done returns how many events it has made durable.
	done(ctx context.Context, t *turn) (int64, error)
	// finish ends it. It is called once for every begin, also for one that failed.
	finish(t *turn) error
}

// turn is one peer moving the whole topic once.
type turn struct {
	*world
	load
	name   string // of the database, the group and the files
	server string // native address of ClickHouse, as ingest is told it
	store  *store
	took   Turn
	pid    int         // of the peer's own process, 0 where it has none
	own    *ownProcess // of a
}

// load is what a turn moves: a topic and what is in it.
type load struct {
	topic string
	truth truth
	same  *same
}

// Turn is what a turn took.
type Turn struct {
	Seconds   float64 `json:"seconds"`
	Rate      float64 `json:"events_per_second"`
	Rate90    float64 `json:"events_per_second_to_90_percent"` // without the tail, which waits for the age of a batch
	OwnCPU    float64 `json:"own_cpu_seconds_per_million"`
	EngineCPU float64 `json:"clickhouse_cpu_seconds_per_million"`
	BrokerCPU float64 `json:"broker_cpu_seconds_per_million"`
	PeakMB    float64 `json:"peak_memory_mb"`
	Allocs    float64 `json:"allocations_per_event"`
	Early     int64   `json:"events_before_the_clock"` // durable when the clock began; the figures are those of the others
}

// costs are the processor times of everybody at an instant.
type costs struct {
	at                  time.Time
	own, engine, broker time.Duration
}

func (t *turn) costs() (c costs, err error) {
	c.at = time.Now()
	for _, p := range []struct {
		pid int
		to  *time.Duration
	}{{t.pid, &c.own}, {t.engine.PID(), &c.engine}, {t.broker, &c.broker}} {
		if p.pid == 0 {
			continue
		}
		if *p.to, err = cpuOf(p.pid); err != nil {
			return c, err
		}
	}
	return c, nil
}

// turn lets a peer move a topic once into a database of that name, checks what arrived and lets then look at it.
func (w *world) turn(ctx context.Context, p peer, name string, l load, then func(*turn) error) (err error) {
	t := &turn{world: w, load: l, name: name, server: w.engine.Endpoint().Native}
	if err := t.migrate(ctx); err != nil {
		return err
	}
	if t.store, err = w.store(t.name); err != nil {
		return err
	}
	err = t.measure(ctx, p)
	if err == nil {
		_, engine := p.(kafkaEngine)
		err = t.check(ctx, !engine)
	}
	if err == nil {
		err = then(t)
	}
	if dropped := t.store.drop(context.WithoutCancel(ctx)); err == nil {
		err = dropped
	}
	if err != nil {
		err = fmt.Errorf("turn %s: %w", name, err)
	}
	return err
}

// turnTimeout bounds one turn.
const turnTimeout = 10 * time.Minute

func (t *turn) measure(ctx context.Context, p peer) (err error) {
	ctx, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	defer func() {
		if finished := p.finish(t); err == nil {
			err = finished
		}
	}()
	if err := p.begin(ctx, t); err != nil {
		return err
	}
	early, err := p.done(ctx, t)
	if err != nil {
		return err
	}
	t.took.Early = early
	before, err := t.costs()
	if err != nil {
		return err
	}
	if err := t.await(ctx, p, before.at); err != nil {
		return err
	}
	after, err := t.costs()
	if err != nil {
		return err
	}
	return t.settle(ctx, before, after)
}

// settle writes down what it took. There is nothing to write if all was moved before the clock began, as a few events may be.
func (t *turn) settle(ctx context.Context, before, after costs) (err error) {
	r, events := &t.took, float64(t.truth.Events-t.took.Early)
	if events == 0 {
		return nil
	}
	perMillion := func(d time.Duration) float64 { return d.Seconds() * 1e6 / events }
	r.Seconds = after.at.Sub(before.at).Seconds()
	r.Rate = events / r.Seconds
	r.OwnCPU, r.EngineCPU, r.BrokerCPU = perMillion(after.own-before.own), perMillion(after.engine-before.engine), perMillion(after.broker-before.broker)
	if t.own == nil {
		return nil
	}
	peak, err := peakOf(t.pid)
	if err != nil {
		return err
	}
	r.PeakMB = float64(peak) / 1e6
	r.Allocs, err = t.own.allocations(ctx, events)
	return err
}

// longestPause is how long is waited at most between two questions.
const longestPause = 200 * time.Millisecond

// await waits until everything is durable. It asks seldom at first and often towards the end: each question costs the
// engine a millisecond, and what it does not know for a hundredth of a second makes the peer as much slower.
func (t *turn) await(ctx context.Context, p peer, began time.Time) error {
	rest := t.truth.Events - t.took.Early
	b := progress.New(t.name, rest)
	defer b.Close()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
		}
		n, err := p.done(ctx, t)
		if err != nil {
			return err
		}
		n -= t.took.Early
		b.Set(n)
		if t.took.Rate90 == 0 && n*10 >= rest*9 {
			t.took.Rate90 = float64(n) / time.Since(began).Seconds()
		}
		if n >= rest {
			return nil
		}
		left := longestPause
		if n > 0 {
			left = time.Duration(float64(time.Since(began)) * float64(rest-n) / float64(n))
		}
		timer.Reset(min(max(left/3, 8*time.Millisecond), longestPause))
	}
}
