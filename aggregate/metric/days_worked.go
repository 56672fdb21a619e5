package metric

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// DaySource says from what it is known that somebody worked on a date.
type DaySource string

// The sources of days worked.
const (
	NoSource       DaySource = ""
	FromAttendance DaySource = "attendance" // attendance recorded as worked
	FromCalls      DaySource = "calls"      // at least one credited call
)

// DaySources are the sources that a policy may name.
var DaySources = []DaySource{FromAttendance, FromCalls}

// DaysWorked counts the dates on which an agent worked.
type DaysWorked struct{}

// Doc describes the metric.
func (DaysWorked) Doc() Doc {
	return Doc{
		ID:        "days_worked",
		Title:     document.Title{ZH: "实际工作日", EN: "Days worked"},
		Unit:      Workdays,
		Better:    Neither,
		Numerator: "local dates of the period on which the agent worked, by the policy's first source that has data",
		Credit:    "the agent",
		Maturity:  periodEnd,
	}
}

// Measure returns the count of everybody who worked.
func (DaysWorked) Measure(p *Period, s Settings) Result {
	var r Result
	days, _ := p.Days(s)
	for _, agent := range p.Agents() {
		if n := days[agent].Len(); n > 0 {
			r.Values = append(r.Values, Value{agent, int64(n), 1})
		}
	}
	return r
}

// Evidence returns the records of attendance, or of each date the first credited call.
func (DaysWorked) Evidence(p *Period, s Settings, agent string) []Evidence {
	if p.source(s) == FromAttendance {
		return p.attendanceEvidence(agent)
	}
	calls := CallsAnswered{}.Evidence(p, s, agent)
	return slices.CompactFunc(calls, func(a, b Evidence) bool { return a.Date == b.Date })
}

func (p *Period) attendanceEvidence(agent string) []Evidence {
	var all []Evidence
	for _, d := range p.scope.Roster.Worked(agent, p.scope.Month) {
		a, _ := p.scope.Roster.Attendance(agent, d)
		all = append(all, Evidence{a.Origin, d})
	}
	return all
}

// Days returns the dates of the month on which each agent worked, and from what that is known: the first of the settings'
// sources that has any data in the month.
//
// One source serves the whole company and month. Falling back agent by agent would measure colleagues by two yardsticks,
// and whoever is missing in the attendance would have their days without calls forgotten, which raises their calls a day.
// So somebody without attendance where others have it has no days: no value, which is shown, until it is recorded.
func (p *Period) Days(s Settings) (map[string]calendar.Days, DaySource) {
	days := map[string]calendar.Days{}
	source := p.source(s)
	switch source {
	case FromAttendance:
		for _, agent := range p.scope.Roster.Agents() {
			for _, d := range p.scope.Roster.Worked(agent, p.scope.Month) {
				days[agent] = days[agent].With(d)
			}
		}
	case FromCalls:
		for agent, calls := range p.calls.agents {
			days[agent] = calls.days
		}
	case NoSource:
	}
	return days, source
}

func (p *Period) source(s Settings) DaySource {
	for _, source := range s.Days {
		switch {
		case source == FromAttendance && p.scope.Roster.HasAttendance(p.scope.Month),
			source == FromCalls && len(p.calls.agents) > 0:
			return source
		}
	}
	return NoSource
}
