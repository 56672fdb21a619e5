package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
)

// check holds what was found against what was made up.
func (f *Found) check(truth *Truth) error {
	for _, c := range []struct {
		what      string
		got, want []int64
	}{
		{"events", []int64{f.Truth.Events}, []int64{truth.Events}},
		{"duplicates", []int64{int64(f.Truth.Duplicates)}, []int64{int64(truth.Duplicates)}},
		{"events taken back", []int64{int64(f.Truth.Retracted)}, []int64{int64(truth.Retracted)}},
		{"copies that conflict", []int64{f.Conflicts}, []int64{0}},
		{"calls", f.Truth.Calls, truth.Calls},
		{"mails due", f.Truth.MailsDue, truth.MailsDue},
		{"mails in time", f.Truth.MailsKept, truth.MailsKept},
	} {
		if !slices.Equal(c.got, c.want) {
			return fmt.Errorf("wrong result: %s: got %.200v, want %.200v", c.what, fmt.Sprint(c.got), fmt.Sprint(c.want))
		}
	}
	return nil
}

// Report is the last line.
type Report struct {
	Events   int64   `json:"events"` // rows of the table
	Agents   int     `json:"agents"`
	Bare     float64 `json:"bare_seconds"`
	Measured float64 `json:"measured_seconds"` // and scored
	Ratio    float64 `json:"ratio"`
	PeakMB   float64 `json:"peak_rss_mb"`
	OwnNS    float64 `json:"own_cpu_ns_per_event"`
	EngineNS float64 `json:"engine_cpu_ns_per_event"`
	Input    string  `json:"input_sha256"`
	Result   string  `json:"result_sha256"`
	Steps    []Step  `json:"steps"`
}

// report writes the figures for people and, as its last line, for programs.
func report(w io.Writer, o options, truth *Truth, f *Found, bare time.Duration) error {
	rows := truth.Events + int64(truth.Duplicates)
	r := Report{Events: rows, Agents: o.agents, Bare: bare.Seconds(), PeakMB: float64(f.Peak) / 1e6, Input: f.Input, Result: f.Result, Steps: f.Steps}
	for _, s := range f.Steps[:2] { // measure, score
		r.Measured += s.Wall.Seconds()
		r.OwnNS += float64(s.CPU.Nanoseconds()) / float64(rows)
		r.EngineNS += float64(s.Engine.Nanoseconds()) / float64(rows)
	}
	r.Ratio = r.Measured / r.Bare
	fmt.Fprintf(w, "%d rows, %d agents, %d cards: every count is what was made up\n\n", rows, o.agents, f.Cards)
	fmt.Fprintf(w, "%-14s %9s %9s %9s %14s\n", "step", "wall s", "own CPU s", "engine s", "own ns/event")
	for _, s := range f.Steps {
		fmt.Fprintf(w, "%-14s %9.2f %9.2f %9.2f %14.0f\n", s.Name, s.Wall.Seconds(), s.CPU.Seconds(), s.Engine.Seconds(), float64(s.CPU.Nanoseconds())/float64(rows))
	}
	fmt.Fprintf(w, "\nbare GROUP BY agent, type: %.3f s; month measured and scored: %.2f s, %.1f times as long; our peak memory %.0f MB\n",
		r.Bare, r.Measured, r.Ratio, r.PeakMB)
	return json.NewEncoder(w).Encode(r)
}
