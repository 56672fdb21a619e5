package closing

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// Locked is a month whose numbers do not change any more.
type Locked struct {
	Input Input    // with everything known since; of its history only what lies before the first of the locked months
	Holds []Result // of the published run, or of the last adjustment that was approved
	Paid  []Result // of the published run
}

// Reopened is what a locked month would have been, had everything been known.
type Reopened struct {
	Month   *Measured
	Run     Run
	Summary Summary
	Changes []Change
}

// Reopen calculates locked months again, in their order. What it comes to in one month is what the later ones look back at,
// unless the policy lets a change count in the next month only: then a month keeps its grade. Months that do not change are
// told to each as well.
func Reopen(months []Locked, each func(Reopened) error) error {
	var since []score.Past
	for _, l := range months {
		in := l.Input
		in.Adjustment = true
		in.History = slices.Concat(in.History, since)
		measured, err := Measure(in)
		if err != nil {
			return err
		}
		run, summary, err := measured.Run()
		if err != nil {
			return err
		}
		if err := each(Reopened{measured, run, summary, Compare(l.Holds, summary.Results)}); err != nil {
			return err
		}
		graded := summary.Results
		if in.Policy.Cycle.Adjustment == policy.NextMonth {
			graded = l.Paid
		}
		since = append(since, Past(in.Month.Month, graded)...)
	}
	return nil
}

// Past returns the grades of a month as later months look back at them.
func Past(m calendar.Month, results []Result) []score.Past {
	past := make([]score.Past, len(results))
	for i, r := range results {
		past[i] = score.Past{Agent: r.Agent, Month: m, Grade: r.Grade}
	}
	return past
}
