package simulate

import (
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Chances of a day worked that is not like the others, per thousand.
const (
	chanceLateShift      = 60 // from 10 to 19 o'clock
	chanceEarly          = 25 // goes before the shift ends
	chanceEarlyPermitted = 350
)

// The edges of lateness, from the start and the end of a shift. Clocks show minutes: 9:05:59 is 9:05 and not late.
const (
	lateFrom  = 6 * time.Minute
	earlyFrom = 5 * time.Minute
)

// closingHour is when the desk closes; openingHour says when it opens.
const closingHour = 18

// shift is what an agent did on a date.
type shift struct {
	date       time.Time
	status     event.Attendance
	half       bool      // half a day worked
	usual      bool      // worked on a weekday, all of it, from 9 to 18 o'clock
	in, out    time.Time // when the agent came and went, if worked
	start, end time.Time // of the shift, if worked
	permitted  bool      // to go early
}

// shift makes up how a day worked differs from the usual one. What is not the calendar's is written into the record.
func (m *maker) shift(s *shift, data *event.AttendanceRecorded) {
	s.start, s.end = clock(s.date, openingHour), clock(s.date, closingHour)
	late := isWeekday(s.date) && !s.half && m.perMille(chanceLateShift)
	switch {
	case s.half:
		s.end = clock(s.date, 13)
	case late:
		for _, t := range []*time.Time{&s.start, &s.end, &s.in, &s.out} {
			*t = t.Add(time.Hour)
		}
	case m.perMille(chanceEarly):
		s.out = m.at(s.date, closingHour-1, 20, 40).Truncate(time.Second)
		s.permitted = m.perMille(chanceEarlyPermitted)
	default:
		s.usual = isWeekday(s.date)
	}
	data.ClockIn, data.ClockOut, data.EarlyLeavePermitted = instant(s.in), instant(s.out), s.permitted
	if s.half || late || !isWeekday(s.date) {
		data.ShiftStart, data.ShiftEnd = instant(s.start), instant(s.end)
	}
}

// keep remembers a date and counts it.
func (a *agent) keep(s shift) {
	a.shifts = append(a.shifts, s)
	switch s.status {
	case event.OnLeave:
		a.DaysOnLeave++
	case event.Absent:
		a.DaysAbsent++
	case event.Worked:
		if !s.in.Before(s.start.Add(lateFrom)) {
			a.LateArrivals++
		}
		if !s.permitted && !s.out.After(s.end.Add(-earlyFrom)) {
			a.EarlyLeaves++
		}
	case event.Off:
	}
}

// present returns who works a usual day on a date.
func (s *shared) present(date time.Time) []*agent {
	var there []*agent
	for _, a := range s.agents {
		for i := range a.shifts {
			if a.shifts[i].date.Equal(date) && a.shifts[i].usual {
				there = append(there, a)
			}
		}
	}
	return there
}

// clock returns an hour of a date.
func clock(date time.Time, hour int) time.Time {
	y, m, d := date.Date()
	return time.Date(y, m, d, hour, 0, 0, 0, date.Location())
}

func isWeekday(date time.Time) bool {
	return date.Weekday() != time.Saturday && date.Weekday() != time.Sunday
}

// weekdaysAfter returns the n-th weekday after a date.
func weekdaysAfter(date time.Time, n int) time.Time {
	for n > 0 {
		if date = date.AddDate(0, 0, 1); isWeekday(date) {
			n--
		}
	}
	return date
}

func instant(at time.Time) *event.Instant {
	i := event.Instant(at.Format(time.RFC3339))
	return &i
}
