// Package calendar is dates, months and zones, and the calendars that say when work is done: working days, and working
// time between instants. It is where an instant becomes a local date and a month becomes two UTC instants; no other package
// and no SQL converts zones. It reads no clock.
package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a day of the Gregorian calendar without a zone. The zero Date is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2006-01-02" and nothing looser; the day must exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("date %q: want a day such as 2024-03-31", s)
	}
	return dateOf(t), nil
}

// DateOf returns the local date on which the instant t falls in zone loc.
func DateOf(t time.Time, loc *time.Location) Date { return dateOf(t.In(loc)) }

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// Compare returns -1 when d is earlier than o, 0 when it is the same day, 1 when it is later.
func (d Date) Compare(o Date) int {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day))
}

// AddDays returns the date n days later, or earlier for a negative n.
func (d Date) AddDays(n int) Date { return dateOf(d.utcMidnight().AddDate(0, 0, n)) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utcMidnight().Weekday() }

// String returns "2006-01-02".
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// MarshalText writes the date as [Date.String] does. The error says that it is no date: the zero Date, for example.
func (d Date) MarshalText() ([]byte, error) {
	text := d.String()
	_, err := ParseDate(text)
	return []byte(text), err
}

// UnmarshalText reads what [ParseDate] reads.
func (d *Date) UnmarshalText(text []byte) error {
	v, err := ParseDate(string(text))
	if err == nil {
		*d = v
	}
	return err
}

// Start returns the first instant, in UTC, at which the local date in loc is d or later. Midnight need not exist: where
// clocks were set forward at midnight the date starts at 01:00, and a date that a zone skipped starts where the next
// one does. Where clocks were set back across midnight the date starts at its first minute, although the one before it
// then returns for a while; [DateOf] tells those instants apart.
func (d Date) Start(loc *time.Location) time.Time {
	midnight := d.utcMidnight()
	t := midnight.Add(-maxOffset)
	for {
		_, offset := t.In(loc).Zone()
		_, end := t.In(loc).ZoneBounds()
		start := midnight.Add(-time.Duration(offset) * time.Second)
		if start.Before(t) {
			start = t // already reached by the change of clocks at t
		}
		if end.IsZero() || start.Before(end) {
			return start.UTC()
		}
		t = end
	}
}

// maxOffset exceeds every offset from UTC that a zone ever had.
const maxOffset = 24 * time.Hour

func (d Date) utcMidnight() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
