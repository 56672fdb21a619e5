package main

import (
	"context"
	"fmt"
	"io"
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
	w.load.topic = topic
	if w.load.truth, err = produce(ctx, w.client, topic, o.events); err != nil {
		return err
	}
	t := w.load.truth
	fmt.Fprintf(out, "%d events of %d bytes, keys included, in %d partitions, compression %s\n\n", t.Events, t.Bytes/t.Events, o.partitions, o.compression)
	r := newReport(w, m)
	peers, err := w.peers(ctx, r, out)
	if err != nil {
		return err
	}
	if err := w.rounds(ctx, peers, r, out); err != nil {
		return err
	}
	return r.write(out)
}

// rounds lets the peers take turns, so that what else the machine does meets all of them.
func (w *world) rounds(ctx context.Context, peers []peer, r *Report, out io.Writer) error {
	for n := range w.o.runs {
		for _, p := range peers {
			err := w.turn(ctx, p, fmt.Sprintf("bench_%s_%d", p.letter(), n+1), w.load, func(t *turn) error {
				r.Runs[p.letter()] = append(r.Runs[p.letter()], t.took)
				fmt.Fprintf(out, "run %d  %s  %9.0f events/s  own %5.2f  clickhouse %5.2f  kafka %5.2f CPU s per million\n",
					n+1, p.letter(), t.took.Rate, t.took.OwnCPU, t.took.EngineCPU, t.took.BrokerCPU)
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
			all = append(all, kafkaEngine{best})
		case "c":
			blocks, err := w.encode(ctx)
			if err != nil {
				return nil, err
			}
			all = append(all, &ceiling{blocks: blocks, inserts: w.o.inserts})
		}
	}
	return all, nil
}
