package main

import "slices"

// figures takes one figure out of each turn.
func figures(turns []Turn, of func(Turn) float64) (all []float64) {
	for _, t := range turns {
		all = append(all, of(t))
	}
	return all
}

// median returns the middle one, and of an even number the mean of the two in the middle.
func median(all []float64) float64 {
	all = slices.Sorted(slices.Values(all))
	if len(all) == 0 {
		return 0
	}
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

// medianTurn returns the median of each figure by itself.
func medianTurn(turns []Turn) Turn {
	of := func(f func(Turn) float64) float64 { return median(figures(turns, f)) }
	return Turn{
		Seconds: of(func(t Turn) float64 { return t.Seconds }), Rate: of(func(t Turn) float64 { return t.Rate }),
		Rate90: of(func(t Turn) float64 { return t.Rate90 }), OwnCPU: of(func(t Turn) float64 { return t.OwnCPU }),
		EngineCPU: of(func(t Turn) float64 { return t.EngineCPU }), BrokerCPU: of(func(t Turn) float64 { return t.BrokerCPU }),
		PeakMB: of(func(t Turn) float64 { return t.PeakMB }), Allocs: of(func(t Turn) float64 { return t.Allocs }),
		Early: int64(of(func(t Turn) float64 { return float64(t.Early) })),
	}
}
