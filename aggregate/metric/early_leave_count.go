package metric

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// EarlyLeaveCount counts the dates on which an agent went early without permission.
type EarlyLeaveCount struct{}

// Doc describes the metric.
func (EarlyLeaveCount) Doc() Doc {
	return Doc{
		ID:        "early_leave_count",
		Title:     document.Title{ZH: "早退次数", EN: "Left early"},
		Summary:   document.Title{ZH: "当月未经批准提前下班的次数。", EN: "On how many dates of the month the agent clocked out early without permission."},
		Unit:      Times,
		Better:    Less,
		Per:       PerAgent,
		Numerator: "dates worked on which the clock-out was earlier than the end of the shift by `grace`, without permission. The shift is that of the attendance, else the calendar's; without one nobody is early, and neither on a date with approved leave whose attendance names no shift",
		Credit:    "the agent",
		Maturity:  periodEnd,
		Evidence:  "the attendance of every such date",
		Settings:  timeClockSettings,
		Default:   Settings{Grace: 5 * time.Minute, Precision: BySecond, Inclusive: true},
		Calendar:  true,
		Fixed:     1,
		Types:     leaveTypes,
	}
}

func (EarlyLeaveCount) tally(p *Period, s Settings) tally {
	return attendance{p, func(agent string, d calendar.Date, a *turn.Attendance) (bool, string) {
		c := p.clockOf(agent, d, a)
		early := !c.out.IsZero() && !c.end.IsZero() && !a.EarlyLeavePermitted && s.beyond(c.end.Sub(s.read(c.out)))
		if !early {
			return false, ""
		}
		return true, c.note("out", c.out, c.end)
	}}
}
