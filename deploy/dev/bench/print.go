package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// write writes the figures for people and, as its last line, for programs.
func (r *Report) write(out io.Writer) error {
	r.writeMedians(out)
	r.writeStages(out)
	r.writeLatency(out)
	fmt.Fprintln(out, "\nratios of the medians")
	for _, name := range slices.Sorted(maps.Keys(r.Ratios)) {
		fmt.Fprintf(out, "  %-38s %10.*f\n", name, digitsOf(r.Ratios[name]), r.Ratios[name])
	}
	fmt.Fprintln(out, "\ntargets")
	for _, t := range r.Targets {
		fmt.Fprintf(out, "  %s\n", t)
	}
	fmt.Fprintf(out, "\nnot measured: %s\n\n", r.Absent)
	return json.NewEncoder(out).Encode(r)
}

// digitsOf returns how many digits behind the point a figure deserves.
func digitsOf(v float64) int {
	if v >= 1000 {
		return 0
	}
	return 2
}

// orDash writes a figure that only a peer with a process of its own has.
func orDash(format string, v float64) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}

func (r *Report) writeMedians(out io.Writer) {
	fmt.Fprintf(out, "\n%-26s %10s %23s %34s\n", "", "", "", "CPU seconds per million events of")
	fmt.Fprintf(out, "%-26s %10s %23s %10s %11s %11s %9s\n", "medians", "events/s", "of turns from - to", "our own", "clickhouse", "kafka", "peak MB")
	for _, letter := range slices.Sorted(maps.Keys(r.Medians)) {
		m, turns := r.Medians[letter], r.Runs[letter]
		rate := func(t Turn) float64 { return t.Rate }
		low, high := slices.Min(figures(turns, rate)), slices.Max(figures(turns, rate))
		fmt.Fprintf(out, "%s  %-23s %10.0f %10.0f - %10.0f %10s %11.2f %11.2f %9s\n", letter, titles[letter], m.Rate, low, high,
			orDash("%.2f", m.OwnCPU), m.EngineCPU, m.BrokerCPU, orDash("%.0f", m.PeakMB))
	}
}

func (r *Report) writeStages(out io.Writer) {
	if len(r.Stages) == 0 {
		return
	}
	fmt.Fprintf(out, "\nour own CPU seconds per million by stage: ")
	for _, name := range stageNames {
		fmt.Fprintf(out, " %s %.2f ", name, r.Stages[name])
	}
	fmt.Fprintln(out)
	if r.Stages["other"] == r.Medians["a"].OwnCPU {
		fmt.Fprintln(out, "warning: this ingest does not say in its profile which stage it is in")
	}
}

func (r *Report) writeLatency(out io.Writer) {
	for _, of := range []struct {
		name string
		*Latency
	}{{"at half load", r.Half}, {"at a fixed load", r.Fixed}} {
		l := of.Latency
		if l == nil {
			continue
		}
		fmt.Fprintf(out, "produced to visible %-16s p50 %d ms, p99 %d ms, longest %d ms (to the broker's append: p50 %d ms, p99 %d ms)\n",
			of.name, l.P50, l.P99, l.Max, l.Append50, l.Append99)
		fmt.Fprintf(out, "  wanted %.0f events/s, measured at %.0f, produced %.0f: %.0f %% of the load; producer %.2f CPU s per million, at most %d ms behind\n",
			l.Wanted, l.Paced, l.Rate, 100*l.Share, l.CPU, l.Behind)
		l.warn(out)
	}
}

// warn says what a latency is not.
func (l *Latency) warn(out io.Writer) {
	switch {
	case !l.PaceKept:
		fmt.Fprintf(out, "  warning: the producer fell short of the rate, even at %.0f events/s, so this latency is that of no even load\n", l.Paced)
	case !l.Kept:
		fmt.Fprintf(out, "  warning: the producer fell short of the load that was wanted, so this latency is that of a lower load\n")
	}
}
