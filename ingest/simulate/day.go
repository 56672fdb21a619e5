package simulate

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Chances of a date that is not like the others, per thousand.
const (
	chanceWeekendShift = 150
	chanceLeave        = 35
	chanceAbsent       = 10
	chanceHalf         = 30 // half a day worked is a day worked
	chanceCorrected    = 4  // first recorded as absent by mistake
	chanceMistaken     = 8  // recorded as worked on a day off by mistake, and taken back
)

// day makes up a date: who was there, and the calls. The clock is the concern of what has no effect on calls.
func (m *maker) day(date time.Time, clock *maker) {
	answered := 0
	for i, a := range m.agents {
		if date.Before(a.from) || !date.Before(a.until) {
			continue
		}
		status, half := m.attendance(date, i == fixed)
		m.record(date, a, status, half, clock)
		if status == event.Worked && a.CallDuty {
			answered += m.agentDay(date, a, half)
		}
	}
	m.nobodys(date, answered)
}

// attendance makes up what an agent did on a date.
func (m *maker) attendance(date time.Time, fixed bool) (status event.Attendance, half bool) {
	weekend := date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
	switch {
	case fixed && (date.Equal(m.first) || date.AddDate(0, 0, 1).Equal(m.next)):
		return event.Worked, false
	case weekend && m.perMille(chanceWeekendShift):
		return event.Worked, false
	case weekend:
		return event.Off, false
	case m.perMille(chanceLeave):
		return event.OnLeave, false
	case m.perMille(chanceAbsent):
		return event.Absent, false
	}
	return event.Worked, m.perMille(chanceHalf)
}

// record produces what the time clock says, with the mistakes that people make.
func (m *maker) record(date time.Time, a *agent, status event.Attendance, half bool, clock *maker) {
	data := event.AttendanceRecorded{Date: dateOf(date), Status: status}
	s := shift{date: date, status: status, half: half}
	if status == event.Worked {
		a.Days++
		s.in, s.out = m.clocks(date, half)
		clock.shift(&s, &data)
	}
	a.keep(s)
	e := event.Event{Subject: a.ID, ID: fmt.Sprintf("day-%s-%02d", m.run, date.Day()), Time: m.at(date, 20, 0, 60), Data: data}
	switch {
	case status == event.Worked && m.perMille(chanceCorrected):
		wrong := e
		wrong.Data = event.AttendanceRecorded{Date: data.Date, Status: event.Absent}
		m.person(wrong.Time, wrong)
		e.ID, e.Time = e.ID+"-corrected", m.at(date, 22, 0, 60)
	case status == event.Off && m.perMille(chanceMistaken):
		data.Status = event.Worked
		e.Data = data
		m.person(e.Time, e)
		if !m.retract(e, e.Time.UnixMilli(), "recorded for the wrong person") {
			a.Days++
		}
		return
	}
	m.person(e.Time, e)
}

// clocks makes up when somebody came and went on a day of 9 to 18 o'clock, in whole seconds.
func (m *maker) clocks(date time.Time, half bool) (in, out time.Time) {
	end := 18
	if half {
		end = 13
	}
	in = m.at(date, 8, 50, 17).Truncate(time.Second)
	return in, m.at(date, end, 0, 30).Truncate(time.Second)
}
