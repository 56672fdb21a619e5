package main

import (
	"context"
	"fmt"
	"io"
	"slices"
)

// way is a peer that can be set up in several ways, and says which this one is.
type way interface {
	peer
	fmt.Stringer
}

// Tried is a way with what it reached in the faster of its tries.
type Tried struct {
	Peer      string  `json:"peer"`
	Way       string  `json:"way"`
	Rate      float64 `json:"events_per_second"`
	EngineCPU float64 `json:"clickhouse_cpu_seconds_per_million"`
	Taken     bool    `json:"taken"`
}

// search looks for the fastest way to set a peer up.
type search struct {
	*world
	load   load
	out    io.Writer
	report *Report
	ways   []way   // tried so far
	tried  []Tried // what they reached
}

// try lets each way move the load, in turns, and returns the rates.
func (s *search) try(ctx context.Context, ways []way) (rates []float64, err error) {
	tried := make([]Tried, len(ways))
	for n := range s.o.tries {
		for i, p := range ways {
			name := fmt.Sprintf("bench_try_%s_%d_%d", p.letter(), len(s.ways)+i+1, n+1)
			err := s.turn(ctx, p, name, s.load, func(t *turn) error {
				if t.took.Rate > tried[i].Rate {
					tried[i] = Tried{Peer: p.letter(), Way: p.String(), Rate: t.took.Rate, EngineCPU: t.took.EngineCPU}
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	for _, t := range tried {
		fmt.Fprintf(s.out, "  %9.0f events/s  clickhouse %5.2f CPU s per million  %s\n", t.Rate, t.EngineCPU, t.Way)
		rates = append(rates, t.Rate)
	}
	s.ways, s.tried = append(s.ways, ways...), append(s.tried, tried...)
	return rates, nil
}

// known reports whether a way has been tried.
func (s *search) known(w way) bool {
	return slices.ContainsFunc(s.tried, func(t Tried) bool { return t.Way == w.String() })
}

// taken returns the fastest way and writes down all.
func (s *search) taken() way {
	best := 0
	for i, t := range s.tried {
		if t.Rate > s.tried[best].Rate {
			best = i
		}
	}
	s.tried[best].Taken = true
	s.report.Tried = append(s.report.Tried, s.tried...)
	fmt.Fprintf(s.out, "  taken: %s\n\n", s.tried[best].Way)
	return s.ways[best]
}
