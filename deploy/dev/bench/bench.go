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
	if w.truth, err = produce(ctx, w.client, topic, o.events); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d events of %d bytes, keys included, in %d partitions, compression %s\n\n", w.truth.Events, w.truth.Bytes/w.truth.Events, o.partitions, o.compression)
	peers, err := w.peers()
	if err != nil {
		return err
	}
	r := newReport(w, m)
	for n := range o.runs {
		for _, p := range peers {
			turn, err := w.turn(ctx, p, n+1)
			if err != nil {
				return err
			}
			r.add(p, turn)
			fmt.Fprintf(out, "run %d  %s  %9.0f events/s  own %5.2f  clickhouse %5.2f  kafka %5.2f CPU s per million\n",
				n+1, p.letter(), turn.Rate, turn.OwnCPU, turn.EngineCPU, turn.BrokerCPU)
		}
	}
	return r.write(out)
}

// peers returns those that take part, in the order of their letters.
func (w *world) peers() (all []peer, err error) {
	for _, letter := range w.o.peers() {
		switch letter {
		case "a":
			all = append(all, deskpulse{})
		}
	}
	return all, nil
}
