package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// bench is the whole of it.
func bench(ctx context.Context, o options, out io.Writer) error {
	if err := o.validate(); err != nil {
		return err
	}
	m, err := lookAround(out)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "building deskpulse, starting Kafka and ClickHouse ...")
	w, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer w.end()
	if w.load, err = w.fill(ctx, topic, o.events); err != nil {
		return err
	}
	t := w.load.truth
	fmt.Fprintf(out, "%d events of %d bytes, keys included, of %s to %s, in %d partitions, compression %s\n\n", t.Events, t.Bytes/t.Events,
		w.period.from.Format(time.DateOnly), w.period.to.Format(time.DateOnly), o.partitions, o.compression)
	r := newReport(w, m)
	peers, err := w.peers(ctx, r, out)
	if err != nil {
		return err
	}
	if err := w.rounds(ctx, peers, r, out); err != nil {
		return err
	}
	r.settle()
	if slices.Contains(o.peers(), "a") {
		if err := w.lookInto(ctx, r, out); err != nil {
			return err
		}
	}
	r.judge()
	return r.write(out)
}

// fixedRate is the rate of the target for latency, in events per second.
const fixedRate = 100_000

// lookInto says where ingest's processor time goes and how long an event takes.
func (w *world) lookInto(ctx context.Context, r *Report, out io.Writer) error {
	fmt.Fprintln(out, "profiling a ...")
	shares, err := w.profiled(ctx)
	if err != nil {
		return err
	}
	r.Stages = map[string]float64{}
	for name, share := range shares {
		r.Stages[name] = share * r.Medians["a"].OwnCPU
	}
	if w.o.latency == 0 {
		return nil
	}
	for _, at := range []struct {
		name  string
		rate  float64
		steps int // the target is that of one rate, so no lower one will do
		to    **Latency
	}{{"latency_half", r.Medians["a"].Rate / 2, steps, &r.Half}, {"latency_fixed", fixedRate, 0, &r.Fixed}} {
		if at.rate == 0 {
			fmt.Fprintln(out, "no latency at half load: all events were there before the clock began, more -events would tell its rate")
			continue
		}
		fmt.Fprintf(out, "latency of a at %.0f events/s ...\n", at.rate)
		l, err := w.latency(ctx, at.name, at.rate, at.steps)
		if err != nil {
			return err
		}
		*at.to = &l
	}
	return nil
}

// rounds lets the peers take turns, so that what else the machine does meets all of them.
func (w *world) rounds(ctx context.Context, peers []peer, r *Report, out io.Writer) error {
	for n := range w.o.runs {
		for _, p := range peers {
			err := w.turn(ctx, p, fmt.Sprintf("bench_%s_%d", p.letter(), n+1), w.load, func(t *turn) error {
				r.Runs[p.letter()] = append(r.Runs[p.letter()], t.took)
				fmt.Fprintf(out, "turn %d of %d  %s  %9.0f events/s  CPU s per million: own %5s  clickhouse %5.2f  kafka %5.2f\n",
					n+1, w.o.runs, p.letter(), t.took.Rate, orDash("%.2f", t.took.OwnCPU), t.took.EngineCPU, t.took.BrokerCPU)
				if t.took.Early*20 > t.truth.Events {
					fmt.Fprintf(out, "  warning: %d of the events were there before the clock began\n", t.took.Early)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// peers prepares those that take part, in the order in which they were named.
func (w *world) peers(ctx context.Context, r *Report, out io.Writer) (all []peer, err error) {
	for _, letter := range w.o.peers() {
		switch letter {
		case "a":
			all = append(all, deskpulse{})
		case "b":
			best, err := w.tryVariants(ctx, r, out)
			if err != nil {
				return nil, err
			}
			all = append(all, best)
		case "c":
			best, err := w.tryCeilings(ctx, r, out)
			if err != nil {
				return nil, err
			}
			all = append(all, best)
		case "d":
			all = append(all, kafkaEngine{asItComes, "d"})
		}
	}
	return all, nil
}
