package main

import "fmt"

// Target is a promise and what came of it.
type Target struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Least  float64 `json:"least,omitempty"` // the value must reach this
	Most   float64 `json:"most,omitempty"`  // or stay below this
	OK     bool    `json:"ok"`
	digits int
	void   bool // what it was measured under did not hold, so it counts as missed
}

// String is a line of the table.
func (t Target) String() string {
	verdict, want := "ok", "≥ "+fmt.Sprintf("%.*f", t.digits, t.Least)
	if t.Most > 0 {
		want = "≤ " + fmt.Sprintf("%.*f", t.digits, t.Most)
	}
	if !t.OK {
		verdict = "missed"
	}
	return fmt.Sprintf("%-40s %12.*f   target %-12s %s", t.Name, t.digits, t.Value, want, verdict)
}

// judge holds what was measured against the targets. What was not measured has none.
func (r *Report) judge() {
	add := func(measured bool, t Target) {
		if measured {
			t.OK = !t.void && t.Value >= t.Least && (t.Most == 0 || t.Value <= t.Most)
			r.Targets = append(r.Targets, t)
		}
	}
	a, own := r.Medians["a"]
	for _, of := range []struct{ peer, name string }{{"b", "events/s ÷ the Kafka engine's, fastest"}, {"d", "events/s ÷ the Kafka engine's, defaults"}} {
		ratio, both := r.Ratios["events/s a/"+of.peer]
		add(both, Target{Name: of.name, Value: ratio, Least: 7, digits: 2})
	}
	add(own, Target{Name: "events per own CPU second", Value: r.Ratios["events per own CPU second"], Least: 1e6})
	add(own, Target{Name: "allocations per event", Value: a.Allocs, Most: 0.05, digits: 3})
	add(own, Target{Name: "peak memory, MB", Value: a.PeakMB, Most: 300})
	if r.Half != nil {
		add(true, Target{Name: "latency: events/s produced ÷ half load", Value: r.Half.Share, Least: keptShare, digits: 2})
	}
	if r.Fixed != nil {
		add(true, Target{Name: "latency: events/s produced ÷ 100,000", Value: r.Fixed.Share, Least: keptShare, digits: 2})
		add(true, Target{Name: "p99 at 100,000 events/s, ms", Value: float64(r.Fixed.P99), Most: 800, void: !r.Fixed.Kept})
	}
}
