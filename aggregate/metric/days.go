package metric

import (
	"github.com/deskpulse/deskpulse/aggregate/calendar"
)

// DaySource says from what it is known that somebody worked on a date.
type DaySource string

// The sources of days worked.
const (
	NoSource       DaySource = ""
	FromAttendance DaySource = "attendance" // attendance recorded as worked
	FromPresence   DaySource = "presence"   // a state other than offline
	FromCalls      DaySource = "calls"      // at least one credited call or reply
)

// DaySources are the sources that a policy may name.
var DaySources = []DaySource{FromAttendance, FromPresence, FromCalls}

var daysDefault = Settings{Days: DaySources}

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
	case FromPresence, FromCalls:
		for agent, w := range p.activity.agents {
			if d := w.dates(source); d.Len() > 0 {
				days[agent] = d
			}
		}
	case NoSource:
	}
	return days, source
}

func (w *work) dates(source DaySource) calendar.Days {
	if source == FromPresence {
		return w.presence
	}
	return w.days
}

func (p *Period) source(s Settings) DaySource {
	for _, source := range s.Days {
		switch {
		case source == FromAttendance && p.scope.Roster.HasAttendance(p.scope.Month),
			source != FromAttendance && p.hasWork(source):
			return source
		}
	}
	return NoSource
}

func (p *Period) hasWork(source DaySource) bool {
	for _, w := range p.activity.agents {
		if w.dates(source).Len() > 0 {
			return true
		}
	}
	return false
}

// sights returns of each day worked the record of attendance, or the first event that shows it, in no order.
func (p *Period) sights(s Settings, agent string) []sight {
	var first sights
	switch w, source := p.activity.agents[agent], p.source(s); {
	case source == FromAttendance:
		return p.attendanceSights(agent)
	case w == nil:
	case source == FromPresence:
		first = w.seen
	case source == FromCalls:
		first = w.first
	}
	var all []sight
	for _, s := range first {
		if s != nil {
			all = append(all, *s)
		}
	}
	return all
}

func (p *Period) attendanceSights(agent string) []sight {
	var all []sight
	for _, d := range p.scope.Roster.Worked(agent, p.scope.Month) {
		a, _ := p.scope.Roster.Attendance(agent, d)
		all = append(all, sight{Evidence: Evidence{Origin: a.Origin, Date: d}})
	}
	return all
}
