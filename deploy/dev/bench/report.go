package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// titles say what the letters stand for.
var titles = map[string]string{"a": "deskpulse ingest", "b": "Kafka engine and view", "c": "ceiling, blocks ready"}

// absent says which peer of the targets is missing.
const absent = "clickhouse_sinker is not among the peers: as a Go module it could not be had " +
	"(github.com/housepower/clickhouse_sinker and github.com/viru-tech/clickhouse_sinker: 403 Forbidden, \"This module version is not available\")"

// Report is the last line.
type Report struct {
	Machine     Machine            `json:"machine"`
	Events      truth              `json:"events"`
	Partitions  int                `json:"partitions"`
	Compression string             `json:"compression"`
	Runs        map[string][]Turn  `json:"runs"`
	Medians     map[string]Turn    `json:"medians"`
	Stages      map[string]float64 `json:"own_cpu_seconds_per_million_by_stage,omitempty"`
	Half        *Latency           `json:"latency_at_half_load,omitempty"`
	Fixed       *Latency           `json:"latency_at_100k,omitempty"`
	Tried       []Tried            `json:"variants_of_b,omitempty"`
	Ratios      map[string]float64 `json:"ratios"`
	Targets     []Target           `json:"targets"`
	Absent      string             `json:"not_measured"`
}

func newReport(w *world, m Machine) *Report {
	return &Report{Machine: m, Events: w.load.truth, Partitions: w.o.partitions, Compression: w.o.compression,
		Runs: map[string][]Turn{}, Medians: map[string]Turn{}, Ratios: map[string]float64{}, Absent: absent}
}

// settle takes the medians.
func (r *Report) settle() {
	for letter, turns := range r.Runs {
		r.Medians[letter] = medianTurn(turns)
	}
	for _, other := range []string{"b", "c"} {
		if a, o := r.Medians["a"].Rate, r.Medians[other].Rate; a > 0 && o > 0 {
			r.Ratios["a/"+other] = a / o
		}
	}
	if cpu := r.Medians["a"].OwnCPU; cpu > 0 {
		r.Ratios["events per own CPU second"] = 1e6 / cpu
	}
}

// orDash writes a figure that only a peer with a process of its own has.
func orDash(format string, v float64) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}

// write writes the figures for people and, as its last line, for programs.
func (r *Report) write(out io.Writer) error {
	fmt.Fprintf(out, "\n%-24s %10s %21s %9s %9s %9s %9s\n", "medians", "events/s", "of runs from - to", "own CPU*", "engine*", "kafka*", "peak MB")
	for _, letter := range slices.Sorted(maps.Keys(r.Medians)) {
		m, turns := r.Medians[letter], r.Runs[letter]
		rate := func(t Turn) float64 { return t.Rate }
		low, high := slices.Min(figures(turns, rate)), slices.Max(figures(turns, rate))
		fmt.Fprintf(out, "%s  %-21s %10.0f %10.0f %10.0f %9s %9.2f %9.2f %9s\n", letter, titles[letter], m.Rate, low, high,
			orDash("%.2f", m.OwnCPU), m.EngineCPU, m.BrokerCPU, orDash("%.0f", m.PeakMB))
	}
	fmt.Fprintln(out, "* seconds per million events")
	if len(r.Stages) > 0 {
		fmt.Fprint(out, "\nour CPU seconds per million events:")
		for _, name := range stageNames {
			fmt.Fprintf(out, "  %s %.2f", name, r.Stages[name])
		}
		fmt.Fprintln(out)
		if r.Stages["other"] == r.Medians["a"].OwnCPU {
			fmt.Fprintln(out, "warning: this ingest does not say in its profile which stage it is in")
		}
	}
	for _, l := range []*Latency{r.Half, r.Fixed} {
		if l != nil {
			fmt.Fprintf(out, "append to durable at %.0f events/s (of %.0f wanted): p50 %d ms, p99 %d ms, longest %d ms\n", l.Rate, l.Wanted, l.P50, l.P99, l.Max)
		}
	}
	fmt.Fprintln(out)
	for _, name := range slices.Sorted(maps.Keys(r.Ratios)) {
		fmt.Fprintf(out, "%-28s %12.2f\n", name, r.Ratios[name])
	}
	fmt.Fprintln(out)
	for _, t := range r.Targets {
		fmt.Fprintln(out, t)
	}
	fmt.Fprintf(out, "%s\n\n", r.Absent)
	return json.NewEncoder(out).Encode(r)
}
