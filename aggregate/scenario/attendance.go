package scenario

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// attended is what a statement says about one person and one date.
type attended struct {
	at        document.Position
	status    event.Attendance
	clock     bool           // by the statement clock, which goes before worked
	in, out   *time.Duration // the shift's when not said
	permitted bool
	shift     *calendar.Interval // the calendar's when not said
}

// say notes what is said about a date. Clocks say more about a day that was worked; anything else said twice is a problem.
func (p *person) say(a *args, d calendar.Date, at document.Position, x attended) {
	if a.failed {
		return
	}
	x.at = at
	old, twice := p.said[d]
	switch {
	case twice && old.status == event.Worked && x.status == event.Worked && old.clock != x.clock:
		if old.clock {
			x = old
		}
	case twice:
		a.fail(at, "%s: line %d says already what %s did on that day", d, old.at.Line, p.id)
		return
	}
	p.said[d] = x
}

// readWorked reads how many days were worked, or which.
func readWorked(a *args) {
	p := a.about()
	if !a.hasDates() {
		n := a.count(1)
		if !a.has("days") {
			a.has("day")
		}
		a.end()
		if !a.failed && p.worked > 0 {
			a.fail(a.line.at(), "line %d says already how many days %s worked", p.workedAt.Line, p.id)
			return
		}
		p.worked, p.workedAt = n, a.line.at()
		return
	}
	all := a.days()
	x := attended{status: event.Worked}
	a.clauses(clauses{
		"from":  func() { x.in = a.clockTime() },
		"until": func() { x.out = a.clockTime() },
	}, nil)
	for _, run := range all {
		run.each(func(d calendar.Date) { p.say(a, d, run.at, x) })
	}
}

func (a *args) clockTime() *time.Duration {
	t := a.timeOfDay()
	return &t
}

// days reads one run of dates or more.
func (a *args) days() []dates {
	all := []dates{a.readDates()}
	for !a.failed && a.hasDates() {
		all = append(all, a.readDates())
	}
	return all
}

func readAbsent(a *args) { a.idle(event.Absent) }
func readOff(a *args)    { a.idle(event.Off) }

func (a *args) idle(status event.Attendance) {
	p := a.about()
	for _, run := range a.days() {
		run.each(func(d calendar.Date) { p.say(a, d, run.at, attended{status: status}) })
	}
	a.end()
}

func readClock(a *args) {
	p := a.about()
	d := a.readDates()
	x := attended{status: event.Worked, clock: true}
	a.clauses(clauses{
		"in":        func() { x.in = a.clockTime() },
		"out":       func() { x.out = a.clockTime() },
		"permitted": func() { x.permitted = true },
		"shift": func() {
			i := parsed(a, "a shift such as 10:00-19:00", func(s string) (calendar.Interval, bool) {
				from, until, _ := strings.Cut(s, "-")
				i, err := calendar.ParseInterval(twoDigits(from) + "-" + twoDigits(until))
				return i, err == nil
			})
			x.shift = &i
		},
	}, nil)
	d.each(func(day calendar.Date) { p.say(a, day, d.at, x) })
}

// workdays returns the dates of the month on which the person worked, in order, and notes a problem where there are too few.
func (p *person) workdays(b *builder) []calendar.Date {
	var all []calendar.Date
	for d, x := range p.said {
		if x.status == event.Worked && b.s.Month.Contains(d) {
			all = append(all, d)
		}
	}
	for d := range b.s.Month.Dates() {
		if len(all) < p.worked && p.free(d) && b.hours.Calendar().WorkingDay(d) {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, calendar.Date.Compare)
	switch {
	case len(all) < p.worked:
		b.problem(p.workedAt, "%s cannot have worked %d days: calendar %q has %d working days in %s that are not taken otherwise; name further days by their dates",
			p.id, p.worked, b.hours.Calendar().Name(), len(all), b.s.Month)
	case p.worked > 0 && len(all) > p.worked:
		b.problem(p.workedAt, "%s cannot have worked %d days: %d are named by their dates", p.id, p.worked, len(all))
	}
	return all
}

// free reports whether nothing says what the person did on a date of their employment: whole days of leave are not worked.
func (p *person) free(d calendar.Date) bool {
	_, said := p.said[d]
	onLeave := slices.ContainsFunc(p.leaves, func(l leave) bool { return !l.half && l.holds(d) })
	return !said && !onLeave && p.employed(d)
}

// attend records the attendance.
func (p *person) attend(b *builder) {
	for _, d := range p.workdays(b) {
		if _, said := p.said[d]; !said {
			b.begin(p.workedAt)
			b.record(p, d, attended{status: event.Worked})
		}
	}
	for _, d := range slices.SortedFunc(maps.Keys(p.said), calendar.Date.Compare) {
		x := p.said[d]
		b.begin(x.at)
		b.record(p, d, x)
	}
}

// record makes the record of one date, as the time clock would.
func (b *builder) record(p *person, d calendar.Date, x attended) {
	r := event.AttendanceRecorded{Date: event.Date(d.String()), Status: x.status, EarlyLeavePermitted: x.permitted}
	at := d.Start(b.zone)
	if x.status == event.Worked {
		start, end, ok := b.hours.Shift(d)
		if x.shift != nil {
			start, end, ok = b.at(d, minutes(x.shift.From)), b.at(d, minutes(x.shift.Until)), true
			r.ShiftStart, r.ShiftEnd = instant(start), instant(end)
		}
		in, out := b.clocks(d, x, start, end, ok)
		r.ClockIn, r.ClockOut = instant(in), instant(out)
		if !in.IsZero() {
			at = in
		}
	}
	b.emitAs("attendance-"+d.String(), at, p.id, r)
}

// clocks returns when the person came and went: as the shift says, if nothing else does. Who went before they came did so
// on the next day.
func (b *builder) clocks(d calendar.Date, x attended, start, end time.Time, shift bool) (in, out time.Time) {
	if shift {
		in, out = start, end
	}
	if x.in != nil {
		in = b.at(d, *x.in)
	}
	if x.out != nil {
		out = b.at(d, *x.out)
		if out.Before(in) {
			out = b.at(d.AddDays(1), *x.out)
		}
	}
	return in, out
}

func minutes(c calendar.Clock) time.Duration { return time.Duration(c) * time.Minute }

// instant writes a point in time; none for the zero time.
func instant(t time.Time) *event.Instant {
	if t.IsZero() {
		return nil
	}
	i := event.Instant(t.UTC().Format(time.RFC3339))
	return &i
}

// leave is an application for leave.
type leave struct {
	dates
	line document.Position
	kind word
	half bool
	by   string
}

func (l leave) holds(d calendar.Date) bool { return l.from.Compare(d) <= 0 && d.Compare(l.until) <= 0 }

func readLeave(a *args) {
	p := a.about()
	l := leave{line: a.line.at(), kind: a.take("a kind of leave such as personal"), by: defaultHead}
	l.dates = a.readDates()
	a.clauses(clauses{
		"half":        func() { l.half = true; a.has("day") },
		"approved-by": func() { l.by = a.text("who approved it") },
	}, nil)
	if l.half && l.from != l.until {
		a.fail(l.at, "half a day is of one date, not of %s..%s", l.from, l.until)
	}
	if !a.failed {
		p.leaves = append(p.leaves, l)
	}
}

// defaultHead is who approves, rules and scores where nobody is named.
const defaultHead = "head"

func (l leave) emit(b *builder, p *person) {
	b.begin(l.line)
	b.emit(l.from.Start(b.zone), p.id, event.LeaveApproved{Kind: id(b.policy.Vocabulary.Leaves, l.kind), From: event.Date(l.from.String()),
		Until: event.Date(l.until.String()), HalfDay: l.half, ApprovedBy: l.by})
}
