package calendar

import (
	"fmt"
	"iter"
	"math/bits"
	"time"
)

// Month is a calendar month, the period of an assessment.
type Month struct {
	Year  int
	Month time.Month
}

// ParseMonth reads "2006-01" and nothing looser.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return Month{}, fmt.Errorf("month %q: want a month such as 2024-03", s)
	}
	return Month{t.Year(), t.Month()}, nil
}

// Contains reports whether the date lies in the month.
func (m Month) Contains(d Date) bool { return d.Year == m.Year && d.Month == m.Month }

// First returns the month's first date.
func (m Month) First() Date { return Date{m.Year, m.Month, 1} }

// Last returns the month's last date.
func (m Month) Last() Date { return dateOf(m.First().utcMidnight().AddDate(0, 1, -1)) }

// Next returns the month after.
func (m Month) Next() Month {
	d := dateOf(m.First().utcMidnight().AddDate(0, 1, 0))
	return Month{d.Year, d.Month}
}

// Days returns how many dates the month has.
func (m Month) Days() int { return m.Last().Day }

// Dates yields the month's dates in order.
func (m Month) Dates() iter.Seq[Date] {
	return func(yield func(Date) bool) {
		for day := 1; day <= m.Days(); day++ {
			if !yield(Date{m.Year, m.Month, day}) {
				return
			}
		}
	}
}

// Bounds returns the UTC instants [from, to) of the month in zone loc; see [Date.Start].
func (m Month) Bounds(loc *time.Location) (from, to time.Time) {
	return m.First().Start(loc), m.Last().AddDays(1).Start(loc)
}

// Cover returns UTC instants [from, to) that contain the month in every zone there is: what to read when the events'
// zones are only known after reading.
func (m Month) Cover() (from, to time.Time) {
	return m.First().utcMidnight().Add(-maxOffset), m.Last().AddDays(1).utcMidnight().Add(maxOffset)
}

// String returns "2006-01".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, m.Month) }

// MarshalText writes the month as [Month.String] does. The error says that it is no month: the zero Month, for example.
func (m Month) MarshalText() ([]byte, error) {
	text := m.String()
	_, err := ParseMonth(text)
	return []byte(text), err
}

// UnmarshalText reads what [ParseMonth] reads.
func (m *Month) UnmarshalText(text []byte) error {
	v, err := ParseMonth(string(text))
	if err == nil {
		*m = v
	}
	return err
}

// Days is a set of dates of one month; bit n is the n-th. The zero value is empty.
type Days uint32

// With returns the set with the date added. The caller sees to it that the date is of the set's month.
func (s Days) With(d Date) Days { return s | 1<<d.Day }

// Has reports whether the date is in the set.
func (s Days) Has(d Date) bool { return s&(1<<d.Day) != 0 }

// Len returns how many dates are in the set.
func (s Days) Len() int { return bits.OnesCount32(uint32(s)) }
