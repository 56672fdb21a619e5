package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
)

// Machine is what the figures were taken on.
type Machine struct {
	Processor string  `json:"processor"`
	Cores     int     `json:"cores"`
	Load      float64 `json:"load_before"`
}

// busy is the load average above which the figures are not to be trusted.
const busy = 1.0

func lookAround(out io.Writer) (Machine, error) {
	l, err := loadAverage()
	if err != nil {
		return Machine{}, fmt.Errorf("this needs Linux, whose /proc it reads: %w", err)
	}
	m := Machine{Processor: processor(), Cores: runtime.NumCPU(), Load: l}
	fmt.Fprintf(out, "%s, %d cores, load %.2f\n", m.Processor, m.Cores, m.Load)
	if l > busy {
		fmt.Fprintln(out, "warning: the machine is busy: absolute figures are too low, and ratios uncertain")
	}
	return m, nil
}

// Report is the last line.
type Report struct {
	Machine Machine           `json:"machine"`
	Events  truth             `json:"events"`
	Runs    map[string][]Turn `json:"runs"`
	Medians map[string]Turn   `json:"medians"`
	Tried   []Tried           `json:"variants_of_b,omitempty"`
}

func newReport(w *world, m Machine) *Report {
	return &Report{Machine: m, Events: w.load.truth, Runs: map[string][]Turn{}}
}

// median returns the median of each figure by itself.
func median(turns []Turn) Turn {
	of := func(f func(Turn) float64) float64 {
		var all []float64
		for _, t := range turns {
			all = append(all, f(t))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return Turn{
		Seconds: of(func(t Turn) float64 { return t.Seconds }), Rate: of(func(t Turn) float64 { return t.Rate }),
		OwnCPU: of(func(t Turn) float64 { return t.OwnCPU }), EngineCPU: of(func(t Turn) float64 { return t.EngineCPU }),
		BrokerCPU: of(func(t Turn) float64 { return t.BrokerCPU }), PeakMB: of(func(t Turn) float64 { return t.PeakMB }),
		Allocs: of(func(t Turn) float64 { return t.Allocs }),
	}
}

func (r *Report) write(out io.Writer) error {
	r.Medians = map[string]Turn{}
	for letter, turns := range r.Runs {
		r.Medians[letter] = median(turns)
	}
	return json.NewEncoder(out).Encode(r)
}
