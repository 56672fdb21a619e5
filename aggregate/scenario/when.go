package scenario

import (
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// How a scenario says when: months, dates, runs of dates, times of day and durations.

func (a *args) month() calendar.Month {
	return parsed(a, "a month such as 2024-03", func(s string) (calendar.Month, bool) {
		m, err := calendar.ParseMonth(s)
		return m, err == nil && m.Year >= minYear
	})
}

// minYear is the earliest that events may speak of.
const minYear = 1900

func parseDate(s string) (calendar.Date, bool) {
	d, err := calendar.ParseDate(s)
	return d, err == nil && d.Year >= minYear
}

// plainDate returns a date that does not become the date of later times.
func (a *args) plainDate() calendar.Date { return parsed(a, "a date such as 2024-03-05", parseDate) }

// readDate returns a date that becomes the date of later times.
func (a *args) readDate() calendar.Date {
	a.date = a.plainDate()
	return a.date
}

// hasDate reports whether a date follows.
func (a *args) hasDate() bool {
	w, ok := a.peek()
	_, is := parseDate(w.text)
	return ok && is && !w.quoted
}

// dates is a run of dates, both ends included.
type dates struct {
	from, until calendar.Date
	at          document.Position
}

// maxRun bounds a run of dates.
const maxRun = 366

func parseDates(s string) (dates, bool) {
	first, last, run := strings.Cut(s, "..")
	from, ok := parseDate(first)
	if !run {
		return dates{from: from, until: from}, ok
	}
	until, also := parseDate(last)
	return dates{from: from, until: until}, ok && also && from.Compare(until) <= 0 && from.AddDays(maxRun).Compare(until) > 0
}

func (a *args) readDates() dates {
	w, _ := a.peek()
	d := parsed(a, "a date such as 2024-03-05 or dates such as 2024-03-04..2024-03-08", parseDates)
	d.at = w.at
	return d
}

// hasDates reports whether dates follow.
func (a *args) hasDates() bool {
	w, ok := a.peek()
	_, is := parseDates(w.text)
	return ok && is && !w.quoted
}

func (d dates) each(visit func(calendar.Date)) {
	for day := d.from; day.Compare(d.until) <= 0; day = day.AddDays(1) {
		visit(day)
	}
}

// moment is a local date and time of day.
type moment struct {
	date calendar.Date
	time time.Duration // since midnight on the clock
}

func parseTime(s string) (time.Duration, bool) {
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil && len(s) <= len(layout) {
			return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second, true
		}
	}
	return 0, false
}

// twoDigits writes a time whose hour has one digit with two.
func twoDigits(s string) string {
	if len(s) > 1 && s[1] == ':' {
		return "0" + s
	}
	return s
}

func (a *args) timeOfDay() time.Duration {
	return parsed(a, "a time such as 09:06 or 09:06:00", parseTime)
}

// moment returns a date and time, or a time on the latest date said.
func (a *args) moment() moment {
	if a.hasDate() {
		a.readDate()
	}
	if a.date == (calendar.Date{}) && !a.failed {
		a.failWant("a date such as 2024-03-05")
	}
	return moment{a.date, a.timeOfDay()}
}

// ahead returns a date and time that lies ahead of what the statement tells: it does not become the date of later times.
func (a *args) ahead() moment {
	said := a.date
	m := a.moment()
	a.date = said
	return m
}

// dateOrMoment returns a date and a time, or the default time on it.
func (a *args) dateOrMoment(at time.Duration) moment {
	m := moment{a.readDate(), at}
	if w, ok := a.peek(); ok && !w.quoted {
		if t, is := parseTime(w.text); is {
			a.next++
			m.time = t
		}
	}
	return m
}

// maxDuration bounds talks and waits.
const maxDuration = 24 * time.Hour

func (a *args) duration() time.Duration {
	return parsed(a, "a duration such as 180s or 3m", func(s string) (time.Duration, bool) {
		if minutes, ok := strings.CutSuffix(s, "min"); ok {
			s = minutes + "m"
		}
		d, err := time.ParseDuration(s)
		return d, err == nil && d >= 0 && d <= maxDuration
	})
}
