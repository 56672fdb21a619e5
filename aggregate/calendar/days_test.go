package calendar_test

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/google/go-cmp/cmp"
)

// ours opens on Saturdays from May on, is closed on two days, and works on a Sunday like on a Saturday.
const ours = `
name: ours
title: {zh: 我们, en: Ours}
versions:
  - from: 2024-01-01
    weekdays:
      mon: ["13:00-17:00", "08:00-12:00"]
      tue: ["22:00-06:00"]
  - from: 2024-05-01
    weekdays:
      mon: ["09:00-18:00"]
      sat: ["10:00-24:00"]
covers: {from: 2024-01-01, until: 2024-12-31}
holidays:
  - {date: 2024-04-08, until: 2024-04-09, title: {zh: 休, en: Closed}}
  - {date: 2024-06-03, title: {zh: 休, en: Closed}}
shifts:
  - {date: 2024-04-09, title: {zh: 班, en: Stocktaking}}
  - {date: 2024-06-09, like: sat, title: {zh: 班, en: Open Sunday}}
  - {date: 2024-06-10, intervals: ["09:00-12:00"], title: {zh: 半天, en: Half day}}
`

func TestDay(t *testing.T) {
	c := parse(t, ours)
	for _, r := range []struct {
		name, date string
		kind       calendar.Kind
		title      string
		want       []string
	}{
		{"before the first version", "2023-12-25", calendar.Ordinary, "", nil},
		{"in order of time", "2024-01-01", calendar.Ordinary, "", []string{"08:00-12:00", "13:00-17:00"}},
		{"across midnight", "2024-01-02", calendar.Ordinary, "", []string{"22:00-06:00"}},
		{"off", "2024-01-03", calendar.Ordinary, "", nil},
		{"last day of a version", "2024-04-30", calendar.Ordinary, "", []string{"22:00-06:00"}},
		{"Monday of the next version", "2024-05-06", calendar.Ordinary, "", []string{"09:00-18:00"}},
		{"Tuesday of the next version", "2024-05-07", calendar.Ordinary, "", nil},
		{"until midnight", "2024-05-04", calendar.Ordinary, "", []string{"10:00-24:00"}},
		{"holiday", "2024-04-08", calendar.Holiday, "Closed", nil},
		{"a shift wins over a holiday", "2024-04-09", calendar.Shift, "Stocktaking", []string{"08:00-12:00", "13:00-17:00"}},
		{"like another weekday", "2024-06-09", calendar.Shift, "Open Sunday", []string{"10:00-24:00"}},
		{"with hours of its own", "2024-06-10", calendar.Shift, "Half day", []string{"09:00-12:00"}},
		{"beyond what is covered", "2030-06-03", calendar.Ordinary, "", []string{"09:00-18:00"}},
	} {
		day := c.Day(date(t, r.date))
		var got []string
		for _, i := range day.Intervals {
			got = append(got, i.String())
		}
		if diff := cmp.Diff(got, r.want); diff != "" || day.Kind != r.kind || day.Title.EN != r.title {
			t.Errorf("%s: %s %q (-got, +want):\n%s", r.name, day.Kind, day.Title.EN, diff)
		}
		if c.WorkingDay(date(t, r.date)) != (len(r.want) > 0) {
			t.Errorf("%s: working day %t", r.name, len(r.want) == 0)
		}
	}
}

func TestCovers(t *testing.T) {
	c, always := parse(t, ours), load(t, "always")
	for s, want := range map[string]bool{
		"2023-12-31": false, "2024-01-01": true, "2024-12-31": true, "2025-01-01": false,
	} {
		if got := c.Covers(date(t, s)); got != want {
			t.Errorf("covers %s: got %t, want %t", s, got, want)
		}
		if !always.Covers(date(t, s)) {
			t.Errorf("always does not cover %s", s)
		}
	}
	for _, r := range []struct {
		c           *calendar.Calendar
		from, until calendar.Date
	}{
		{c, date(t, "2024-01-01"), date(t, "2024-12-31")},
		{always, date(t, "1900-01-01"), calendar.Date{}},
		{parse(t, ours, "covers: {from: 2024-01-01", "covers: {from: 1999-01-01"), date(t, "2024-01-01"), date(t, "2024-12-31")}, // no week before
	} {
		if from, until := r.c.Covered(); from != r.from || until != r.until {
			t.Errorf("%s covers %s to %s, want %s to %s", r.c.Name(), from, until, r.from, r.until)
		}
	}
}

// A deadline moves off the days off, either way.
func TestNearestWorkingDay(t *testing.T) {
	c := load(t, "cn-office")
	for _, r := range []struct{ name, date, before, after string }{
		{"a working day", "2024-02-09", "2024-02-09", "2024-02-09"},
		{"in the festival", "2024-02-15", "2024-02-09", "2024-02-18"},
		{"a make-up Sunday", "2024-02-18", "2024-02-18", "2024-02-18"},
		{"a Saturday", "2024-03-16", "2024-03-15", "2024-03-18"},
		{"across the year's end", "2023-01-01", "2022-12-30", "2023-01-02"},
	} {
		if got := c.DayBefore(date(t, r.date)).String(); got != r.before {
			t.Errorf("%s: before: got %s, want %s", r.name, got, r.before)
		}
		if got := c.DayAfter(date(t, r.date)).String(); got != r.after {
			t.Errorf("%s: after: got %s, want %s", r.name, got, r.after)
		}
	}
	none := calendar.Date{}
	if b, a := week(t, "").DayBefore(date(t, "2024-02-15")), week(t, "").DayAfter(date(t, "2024-02-15")); b != none || a != none {
		t.Errorf("without working days: %s, %s", b, a)
	}
}

func TestParseInterval(t *testing.T) {
	for _, r := range []struct {
		text, shown string
		from, until calendar.Clock
	}{
		{"09:00-18:00", "09:00-18:00", 540, 1080},
		{"00:00-24:00", "00:00-24:00", 0, 1440},
		{"22:00-06:00", "22:00-06:00", 1320, 1800},
		{"22:00-00:00", "22:00-24:00", 1320, 1440},
		{"23:59-23:58", "23:59-23:58", 1439, 2878},
	} {
		got, err := calendar.ParseInterval(r.text)
		if err != nil || got != (calendar.Interval{From: r.from, Until: r.until}) || got.String() != r.shown {
			t.Errorf("%s: got %+v, %s, %v", r.text, got, got, err)
		}
	}
	for _, s := range []string{"", "09:00", "9:00-18:00", "09:00-18:0", "09:00–18:00", "09:00 - 18:00", "24:00-06:00", "09:60-10:00",
		"09:00-24:01", "09:00-25:00", "09:00-09:00", "00:00-00:00", "09:00-18:00 ", "-1:00-02:00"} {
		if got, err := calendar.ParseInterval(s); err == nil {
			t.Errorf("%q: got %s, want an error", s, got)
		}
	}
}

// The days of a month in a zone are those of the calendar: their shifts lie on their dates.
func TestShiftsOfMonth(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	c := load(t, "cn-office")
	h := c.In(shanghai)
	m := calendar.Month{Year: 2024, Month: time.February}
	from, to := m.Bounds(shanghai)
	if got, want := h.Working(from, to), time.Duration(c.WorkingDays(m))*9*time.Hour; got != want {
		t.Errorf("working time of %s: got %v, want %v", m, got, want)
	}
	for d := range m.Dates() {
		start, end, ok := h.Shift(d)
		if ok != c.WorkingDay(d) || ok && (start.In(shanghai).Format("2006-01-02 15:04") != d.String()+" 09:00" || end.Sub(start) != 9*time.Hour) {
			t.Errorf("shift of %s: %v to %v, %t", d, start, end, ok)
		}
	}
}
