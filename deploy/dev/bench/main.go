// Command bench measures how fast ingest is, against other ways from Kafka into ClickHouse: the same topic, the same
// events, the same table, the same machine, in turns.
//
//	go run ./deploy/dev/bench -events 2000000 -runs 5
//
// The peers are
//
//	a  deskpulse ingest: the binary and a configuration file, as a user has them
//	b  ClickHouse's Kafka engine with a materialised view into the same table, set up in the fastest way that is found
//	c  the ceiling: the bytes of an ingest's inserts, recorded beforehand, sent again
//	d  the Kafka engine as it comes: its defaults
//
// The broker is Apache Kafka, the server the embedded engine. The ways to set up b, and the numbers of inserts at once of
// c, are tried first; the fastest takes part. What arrives is counted and hashed and held against what was produced, and
// what the peers leave against one another; a peer that loses, doubles or alters an event ends the run with an error.
// The last line on standard output is one JSON object.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// options are the flags.
type options struct {
	events      int
	partitions  int
	runs        int
	compression string
	only        string
	dir         string
	profile     string
	binary      string
	latency     time.Duration
	timeout     time.Duration
	tries       int
	variants    int
}

func main() {
	embedded.RunChild()
	var o options
	flag.IntVar(&o.events, "events", 2_000_000, "how many events each turn moves")
	flag.IntVar(&o.partitions, "partitions", 4, "partitions of the topic")
	flag.IntVar(&o.runs, "runs", 5, "turns of each peer, of which the median counts")
	flag.StringVar(&o.compression, "compression", "none", "how the producer compresses: none or lz4")
	flag.StringVar(&o.only, "only", "a,b,c,d", "which `peers`")
	flag.StringVar(&o.dir, "dir", "", "work in this `folder`, which must be new or empty, and leave it (default: a temporary one)")
	flag.StringVar(&o.profile, "cpuprofile", "", "keep the processor profile of ingest in this `file`")
	flag.StringVar(&o.binary, "binary", "", "measure this `file` instead of a deskpulse built from the source, to compare two of them")
	flag.DurationVar(&o.latency, "latency", 10*time.Second, "how long each measurement of latency takes, 0 for none")
	flag.DurationVar(&o.timeout, "timeout", 30*time.Minute, "give up after this long")
	flag.IntVar(&o.tries, "tries", 2, "how often each way to set up a peer is tried before the fastest takes part")
	flag.IntVar(&o.variants, "variants", len(changes)+1, "how many ways to set up the Kafka engine are tried")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	if err := bench(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		cancel()
		stop()
		os.Exit(1)
	}
}

// peers are the letters of those that take part.
func (o options) peers() []string { return strings.Split(o.only, ",") }

func (o options) validate() error {
	var errs []error
	if o.events < 1000 || o.events > 100_000_000 {
		errs = append(errs, fmt.Errorf("-events %d: want 1000 to 100000000", o.events))
	}
	if o.partitions < 1 || o.partitions > 64 {
		errs = append(errs, fmt.Errorf("-partitions %d: want 1 to 64", o.partitions))
	}
	if o.runs < 1 || o.runs > 99 {
		errs = append(errs, fmt.Errorf("-runs %d: want 1 to 99", o.runs))
	}
	if o.variants < 1 || o.variants > len(changes)+1 {
		errs = append(errs, fmt.Errorf("-variants %d: want 1 to %d", o.variants, len(changes)+1))
	}
	if o.tries < 1 || o.tries > 9 {
		errs = append(errs, fmt.Errorf("-tries %d: want 1 to 9", o.tries))
	}
	if o.compression != "none" && o.compression != "lz4" {
		errs = append(errs, fmt.Errorf("-compression %q: there is none and lz4", o.compression))
	}
	for _, p := range o.peers() {
		if !slices.Contains([]string{"a", "b", "c", "d"}, p) {
			errs = append(errs, fmt.Errorf("-only %q: there are a, b, c and d", p))
		}
	}
	return errors.Join(errs...)
}
