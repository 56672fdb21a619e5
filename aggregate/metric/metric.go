// Package metric is the catalogue of what deskpulse measures, one metric a file. A [Period] takes in facts and keeps only
// sums; any number of metrics are then read from it, as integers: ratios are formed once, by whoever compares them.
package metric

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// Metric is one entry of the catalogue.
type Metric interface {
	Doc() Doc
	// Measure returns every agent's value in the period.
	Measure(*Period, Settings) Result
	// Evidence returns what is behind one agent's value, in order; the period must have been told to keep it.
	Evidence(p *Period, s Settings, agent string) []Evidence
}

// Doc is what people need to know about a metric. The reference of all metrics is made of these.
type Doc struct {
	ID          string
	Title       document.Title
	Unit        Unit
	Better      Direction
	Numerator   string // what is counted
	Denominator string // by what it is divided, "" for a plain count
	Credit      string // whose it is
	Maturity    string // from when it is final
}

// Unit is what a value is counted in.
type Unit string

// The units.
const (
	Calls       Unit = "calls"
	Workdays    Unit = "days"
	CallsPerDay Unit = "calls/day"
)

// Direction says which values are better.
type Direction string

// The directions.
const (
	More    Direction = "more"
	Neither Direction = "neither" // a base for others, no achievement
)

// Settings are what a policy decides about measuring.
type Settings struct {
	// Days are the sources of days worked, in order of preference; see [Period.Days].
	Days []DaySource
}

// Result is what a metric says about a period.
type Result struct {
	Values []Value          // by agent id, everybody about whom there is something to say
	Nobody map[string]int64 // counted but credited to nobody, by team as the source knows it
}

// Value is one agent's value, Num ÷ Den. With a Den of 0 there is no value, which is neither 0 nor 100 %.
type Value struct {
	Agent    string
	Num, Den int64
}

// Ratio returns the value, or false when there is none.
func (v Value) Ratio() (amount.Ratio, bool) { return amount.NewRatio(v.Num, v.Den) }

// Evidence is one event behind a value and the local date on which it counts.
type Evidence struct {
	turn.Origin
	Date calendar.Date
}

func compareEvidence(a, b Evidence) int {
	return cmp.Or(a.Date.Compare(b.Date), a.Compare(b.Origin))
}

// All returns the catalogue by id.
func All() []Metric {
	all := []Metric{CallsAnswered{}, CallsPerWorkday{}, DaysWorked{}}
	slices.SortFunc(all, func(a, b Metric) int { return strings.Compare(a.Doc().ID, b.Doc().ID) })
	return all
}

// Find returns the metric with the id, and false when the catalogue has none.
func Find(id string) (Metric, bool) {
	for _, m := range All() {
		if m.Doc().ID == id {
			return m, true
		}
	}
	return nil, false
}

// periodEnd is the maturity of metrics whose facts are complete when they happen.
const periodEnd = "with the end of the period and the sources' grace"

// zoneOf returns the zone that dates an event: the roster's, because a team's days are its own wherever the event was
// recorded, else the event's.
func (p *Period) zoneOf(agent string, o turn.Origin) (*time.Location, error) {
	loc, err := calendar.Zone(o.Zone)
	if err != nil {
		return nil, fmt.Errorf("event %q of source %q: %w", o.ID, o.Source, err)
	}
	// Which entry holds depends on the date, and the date on the entry's zone: the event's own zone breaks the circle.
	entry, ok := p.scope.Roster.At(agent, calendar.DateOf(o.Time, loc))
	if !ok {
		return loc, nil
	}
	loc, err = calendar.Zone(entry.Zone)
	if err != nil {
		return nil, fmt.Errorf("roster of agent %q, event %q: %w", agent, entry.ID, err)
	}
	return loc, nil
}
