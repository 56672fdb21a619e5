package metric

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// attended yields every record of attendance that stands about a date of the month, by agent and date.
func (p *Period) attended(yield func(agent string, d calendar.Date, a *turn.Attendance)) {
	for _, agent := range p.scope.Roster.Agents() {
		p.attendedBy(agent, func(d calendar.Date, a *turn.Attendance) { yield(agent, d, a) })
	}
}

func (p *Period) attendedBy(agent string, yield func(calendar.Date, *turn.Attendance)) {
	for d := range p.scope.Month.Dates() {
		if a, ok := p.scope.Roster.Attendance(agent, d); ok {
			yield(d, &a)
		}
	}
}

// attendance is the tally of a metric that counts dates by what the roster knows of them.
type attendance struct {
	period *Period
	counts func(agent string, d calendar.Date, a *turn.Attendance) (counts bool, note string)
}

// result counts the dates of everybody about whom anything was recorded.
func (t attendance) result() Result {
	var r Result
	t.period.attended(func(agent string, d calendar.Date, a *turn.Attendance) {
		if n := len(r.Values); n == 0 || r.Values[n-1].Agent != agent {
			r.Values = append(r.Values, Value{Agent: agent, Den: 1})
		}
		v := &r.Values[len(r.Values)-1]
		v.Sample++
		if counts, _ := t.counts(agent, d, a); counts {
			v.Num++
		}
	})
	return r
}

func (t attendance) evidence(agent string) EvidenceList {
	var all []Evidence
	t.period.attendedBy(agent, func(d calendar.Date, a *turn.Attendance) {
		if counts, note := t.counts(agent, d, a); counts {
			all = append(all, Evidence{a.Origin, d, true, note})
		}
	})
	return EvidenceOf(all...)
}

// clock is what the time clock is held against: the shift of an agent on a date and when they clocked. An absent one is
// the zero time.
type clock struct {
	zone       *time.Location
	start, end time.Time
	in, out    time.Time
}

// clockOf returns the clock of a date worked. The shift is the record's own, else from the calendar's first interval to its
// last. On a date with approved leave only the record's own counts: a half day says nothing of which half, and who comes at
// noon by permission is not late.
func (p *Period) clockOf(agent string, d calendar.Date, a *turn.Attendance) clock {
	var c clock
	if a.Status != event.Worked {
		return c
	}
	c.zone = p.zoneOn(agent, d, a.Origin)
	if start, end, ok := p.Hours(c.zone).Shift(d); ok && !p.onLeave(agent, d) {
		c.start, c.end = start, end
	}
	for _, v := range []struct {
		text *event.Instant
		time *time.Time
	}{{a.ShiftStart, &c.start}, {a.ShiftEnd, &c.end}, {a.ClockIn, &c.in}, {a.ClockOut, &c.out}} {
		if v.text == nil {
			continue
		}
		if t, err := time.Parse(time.RFC3339Nano, string(*v.text)); err == nil { // the decoder took nothing else
			*v.time = t
		}
	}
	return c
}

// zoneOn returns the zone of an agent on a date: the roster's, else the event's.
func (p *Period) zoneOn(agent string, d calendar.Date, o turn.Origin) *time.Location {
	name := o.Zone
	if e, ok := p.scope.Roster.At(agent, d); ok {
		name = e.Zone
	}
	zone, _ := calendar.Zone(name) // was read when the roster or the case was added
	return zone
}

// onLeave reports whether leave was approved for the date.
func (p *Period) onLeave(agent string, d calendar.Date) bool {
	for i := range p.people.leaves[agent] {
		if p.people.leaves[agent][i].holds(d) {
			return true
		}
	}
	return false
}

// read returns an instant as precisely as the settings want the time clock read.
func (s *Settings) read(t time.Time) time.Time {
	if s.Precision == ByMinute {
		return t.Truncate(time.Minute)
	}
	return t
}

// beyond reports whether a difference is beyond the grace. Exactly the grace is if the settings say so, but no difference at
// all never is.
func (s *Settings) beyond(d time.Duration) bool {
	return d > s.Grace || s.Inclusive && d == s.Grace && d > 0
}

func (c *clock) note(what string, t, shift time.Time) string {
	return fmt.Sprintf("%s %s, shift %s", what, t.In(c.zone).Format(time.TimeOnly), shift.In(c.zone).Format(time.TimeOnly))
}

// timeClockSettings are the settings of what the time clock tells.
var timeClockSettings = []string{"grace", "precision", "bound"}
