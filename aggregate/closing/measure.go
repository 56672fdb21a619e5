package closing

import (
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// Facts is what was read of a month.
type Facts struct {
	Period *metric.Period
	Counts turn.Counts // what the fold left out
	Events int64       // distinct ones
	SHA256 string      // of them, in hex: the same for the same events, whatever their order and however often they came
}

// Read folds the events of a source and measures what the scope asks for. The scope needs no roster: it is read. Memory is
// what the period keeps, one subject's events, and the ids of conversations that were merged.
func Read(source Source, scope metric.Scope, progress func(events int64)) (Facts, error) {
	r := reading{source: source, merged: groups{}, digest: newDigest(), progress: progress}
	people, judged, err := r.people()
	if err != nil {
		return Facts{}, err
	}
	scope.Roster = people
	period, err := metric.NewPeriod(scope)
	if err != nil {
		return Facts{}, err
	}
	if err := period.Add(judged); err != nil {
		return Facts{}, err
	}
	if err := r.work(work(scope), period.Add); err != nil {
		return Facts{}, err
	}
	return Facts{Period: period, Counts: r.counts, Events: r.events, SHA256: r.digest.hex()}, nil
}
