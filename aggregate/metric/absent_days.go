package metric

import (
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// AbsentDays counts the dates on which an agent was absent without leave.
type AbsentDays struct{}

// Doc describes the metric.
func (AbsentDays) Doc() Doc {
	return Doc{
		ID:        "absent_days",
		Title:     document.Title{ZH: "缺勤天数", EN: "Days absent"},
		Summary:   document.Title{ZH: "当月无故缺勤的天数。", EN: "On how many dates of the month the agent was absent without leave."},
		Unit:      Workdays,
		Better:    Less,
		Per:       PerAgent,
		Numerator: "dates of the period whose attendance says absent and for which no leave was approved",
		Credit:    "the agent",
		Maturity:  periodEnd,
		Evidence:  "the attendance of every such date",
		Fixed:     1,
		Types:     leaveTypes,
	}
}

func (AbsentDays) tally(p *Period, _ Settings) tally {
	return attendance{p, func(agent string, d calendar.Date, a *turn.Attendance) (bool, string) {
		return a.Status == event.Absent && !p.onLeave(agent, d), ""
	}}
}
