package main

import (
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// period is when the events happen: as much of one month as a stream's default bounds let in.
type period struct {
	month    string
	from, to time.Time
}

// boundMargin keeps events away from the bound backwards, which moves on while the benchmark runs.
const boundMargin = 24 * time.Hour

// recentPeriod returns this month or the last one: of which more lies within the bounds, 20 days at least.
func recentPeriod(now time.Time) (period, error) {
	in, err := time.LoadLocation(zone)
	if err != nil {
		return period{}, err
	}
	y, m, _ := now.In(in).Date()
	start := time.Date(y, m, 1, 0, 0, 0, 0, in)
	last := start.AddDate(0, -1, 0)
	from := now.Add(boundMargin - event.DefaultBackward)
	if from.Before(last) {
		from = last
	}
	if start.Sub(from) > now.Sub(start) {
		return period{last.Format("2006-01"), from, start}, nil
	}
	return period{start.Format("2006-01"), start, now}, nil
}

// has reports whether an event of that time is taken.
func (p period) has(at time.Time) bool { return !at.Before(p.from) && at.Before(p.to) }
