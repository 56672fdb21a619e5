package calendar

import "time"

// Calendar says which dates are working days: the weekdays that are, less the holidays, plus the make-up workdays (调休)
// that replace them. A make-up workday wins over a holiday on the same date. The zero Calendar has no working days.
type Calendar struct {
	weekdays [7]bool
	dates    map[Date]bool // exceptions: true is a make-up workday, false a holiday
}

// New returns a calendar with the given weekdays, holidays and make-up workdays.
func New(weekdays []time.Weekday, holidays, makeUp []Date) Calendar {
	c := Calendar{dates: make(map[Date]bool, len(holidays)+len(makeUp))}
	for _, d := range weekdays {
		c.weekdays[d] = true
	}
	for _, d := range holidays {
		c.dates[d] = false
	}
	for _, d := range makeUp {
		c.dates[d] = true
	}
	return c
}

// WorkingDay reports whether the date is a working day.
func (c Calendar) WorkingDay(d Date) bool {
	if working, ok := c.dates[d]; ok {
		return working
	}
	return c.weekdays[d.Weekday()]
}

// WorkingDays returns how many working days the month has.
func (c Calendar) WorkingDays(m Month) int {
	n := 0
	for d := range m.Dates() {
		if c.WorkingDay(d) {
			n++
		}
	}
	return n
}
