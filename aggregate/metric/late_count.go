package metric

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// LateCount counts the dates on which an agent came late.
type LateCount struct{}

// Doc describes the metric.
func (LateCount) Doc() Doc {
	return Doc{
		ID:        "late_count",
		Title:     document.Title{ZH: "迟到次数", EN: "Late"},
		Summary:   document.Title{ZH: "当月迟到的次数。", EN: "On how many dates of the month the agent clocked in late."},
		Unit:      Times,
		Better:    Less,
		Per:       PerAgent,
		Numerator: "dates worked on which the clock-in was later than the start of the shift and `grace`. The shift is that of the attendance, else the calendar's; without one nobody is late, and neither on a date with approved leave whose attendance names no shift",
		Credit:    "the agent",
		Maturity:  periodEnd,
		Evidence:  "the attendance of every such date",
		Settings:  timeClockSettings,
		Default:   Settings{Grace: 5 * time.Minute, Precision: ByMinute},
		Calendar:  true,
		Fixed:     1,
		Types:     leaveTypes,
	}
}

func (LateCount) tally(p *Period, s Settings) tally {
	return attendance{p, func(agent string, d calendar.Date, a *turn.Attendance) (bool, string) {
		c := p.clockOf(agent, d, a)
		late := !c.in.IsZero() && !c.start.IsZero() && s.beyond(s.read(c.in).Sub(c.start))
		if !late {
			return false, ""
		}
		return true, c.note("in", c.in, c.start)
	}}
}
