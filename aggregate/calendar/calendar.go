package calendar

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Calendar says when work is done: intervals for each weekday, which change at given dates, less the holidays, with shifts
// that override a date. It knows dates and clock times, no zone: a team's zone comes from its roster, and [Calendar.In]
// puts the two together. It does not change, so it may be read by many at once.
type Calendar struct {
	name          string
	title         document.Title
	versions      []version // by date
	special       map[int]special
	covered       bool // whether only some dates are covered, from the one to the other
	first, latest int
	hash          string
}

// version is the week that holds from a date until the next version's.
type version struct {
	from     int // a day number
	weekdays [7][]Interval
}

// special is what is not as on any other such weekday. Both may be on one date: then the shift is what counts.
type special struct {
	kind      Kind
	title     document.Title
	intervals []Interval
}

// Kind is why a date has the hours it has.
type Kind string

// The kinds of dates.
const (
	Ordinary Kind = "ordinary" // as the weekday says
	Holiday  Kind = "holiday"  // off, whatever the weekday
	Shift    Kind = "shift"    // overridden, such as a make-up workday (调休); it wins over a holiday
)

// Day is a date as the calendar has it.
type Day struct {
	Date      Date
	Kind      Kind
	Title     document.Title // of the holiday or the shift
	Intervals []Interval     // those that begin on the date, in order; not to be changed
}

// Name returns the calendar's name, under which it is shipped.
func (c *Calendar) Name() string { return c.name }

// Title returns what people call the calendar.
func (c *Calendar) Title() document.Title { return c.title }

// Hash identifies what the calendar says: the SHA-256, in hex, of its content. Comments, layout and the order of keys do
// not change it; every value does.
func (c *Calendar) Hash() string { return c.hash }

// Covers reports whether the calendar knows the holidays of the date. The others are answered as their weekdays are, and
// whoever shows such an answer must say so.
func (c *Calendar) Covers(d Date) bool {
	n := d.number()
	return len(c.versions) > 0 && n >= c.versions[0].from && (!c.covered || c.first <= n && n <= c.latest)
}

// Covered returns the first and the last date that [Calendar.Covers] reports; the last one is the zero Date where there is
// none.
func (c *Calendar) Covered() (from, until Date) {
	from = dateOfNumber(c.versions[0].from)
	if !c.covered {
		return from, Date{}
	}
	if first := dateOfNumber(c.first); first.Compare(from) > 0 {
		from = first
	}
	return from, dateOfNumber(c.latest)
}

// Day returns what the calendar says of a date.
func (c *Calendar) Day(d Date) Day {
	n := d.number()
	if s, ok := c.special[n]; ok {
		return Day{d, s.kind, s.title, s.intervals}
	}
	return Day{Date: d, Kind: Ordinary, Intervals: c.intervals(n)}
}

// Intervals returns the intervals that begin on the date, in order. The slice is not to be changed.
func (c *Calendar) Intervals(d Date) []Interval { return c.intervals(d.number()) }

func (c *Calendar) intervals(day int) []Interval {
	if s, ok := c.special[day]; ok {
		return s.intervals
	}
	if v := c.version(day); v != nil {
		return v.weekdays[weekday(day)]
	}
	return nil
}

// version returns the version in force on a day, nil before the first. There are few, and what is asked is recent.
func (c *Calendar) version(day int) *version {
	for i := len(c.versions) - 1; i >= 0; i-- {
		if c.versions[i].from <= day {
			return &c.versions[i]
		}
	}
	return nil
}

// WorkingDay reports whether an interval begins on the date.
func (c *Calendar) WorkingDay(d Date) bool { return len(c.Intervals(d)) > 0 }

// WorkingDays returns how many working days the month has.
func (c *Calendar) WorkingDays(m Month) int {
	n := 0
	for d := range m.Dates() {
		if c.WorkingDay(d) {
			n++
		}
	}
	return n
}

// horizon bounds every search for a working day: a calendar that has none for so long has none.
const horizonYears, horizonDays = 10, 3653

// DayBefore returns the date itself if it is a working day, else the working day before it; the zero Date if there is none
// within 10 years.
func (c *Calendar) DayBefore(d Date) Date { return c.nearest(d, -1) }

// DayAfter returns the date itself if it is a working day, else the working day after it; the zero Date if there is none
// within 10 years.
func (c *Calendar) DayAfter(d Date) Date { return c.nearest(d, 1) }

func (c *Calendar) nearest(d Date, step int) Date {
	n := d.number()
	for range horizonDays {
		if len(c.intervals(n)) > 0 {
			return dateOfNumber(n)
		}
		n += step
	}
	return Date{}
}

const secondsPerDay = 24 * 60 * 60

// number counts the days since 1970-01-01, in no zone.
func (d Date) number() int { return int(d.utcMidnight().Unix() / secondsPerDay) }

func dateOfNumber(n int) Date { return dateOf(time.Unix(int64(n)*secondsPerDay, 0).UTC()) }

// weekday returns the weekday of a day number; 1970-01-01 was a Thursday.
func weekday(n int) time.Weekday { return time.Weekday(((n+int(time.Thursday))%7 + 7) % 7) }
