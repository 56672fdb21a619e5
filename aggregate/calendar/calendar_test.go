package calendar_test

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"pgregory.net/rapid"
)

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := calendar.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestParse(t *testing.T) {
	for _, s := range []string{"1999-02", "2024-12", "0001-01"} {
		if m, err := calendar.ParseMonth(s); err != nil || m.String() != s {
			t.Errorf("ParseMonth(%q) = %s, %v", s, m, err)
		}
	}
	for _, s := range []string{"", "1999", "1999-2", "1999-13", "1999-00", "99-02", "1999-02-01", " 1999-02", "1999/02", "1999-02 "} {
		if m, err := calendar.ParseMonth(s); err == nil {
			t.Errorf("ParseMonth(%q) = %s, want an error", s, m)
		}
	}
	for _, s := range []string{"2023-02-29", "2024-2-1", "2024-04-31", "2024-03-01T00:00:00Z", ""} {
		if d, err := calendar.ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %s, want an error", s, d)
		}
	}
}

func TestZone(t *testing.T) {
	for _, name := range []string{"", "Local", "Mars/Olympus", "../etc/passwd"} {
		if loc, err := calendar.Zone(name); err == nil {
			t.Errorf("Zone(%q) = %s, want an error", name, loc)
		}
	}
}

func TestMonthBounds(t *testing.T) {
	for _, c := range []struct {
		name, month, zone, from, to string
	}{
		{"plain", "1999-02", "Asia/Jerusalem", "1999-01-31T22:00:00Z", "1999-02-28T22:00:00Z"},
		{"leap year", "2024-02", "UTC", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"},
		{"year's end", "2024-12", "Asia/Shanghai", "2024-11-30T16:00:00Z", "2024-12-31T16:00:00Z"},
		{"clocks forward within", "2024-03", "Europe/Berlin", "2024-02-29T23:00:00Z", "2024-03-31T22:00:00Z"},
		{"summer time from the week before", "2018-04", "Asia/Beirut", "2018-03-31T21:00:00Z", "2018-04-30T21:00:00Z"},
		{"clocks forward within, southern", "1990-10", "America/Sao_Paulo", "1990-10-01T03:00:00Z", "1990-11-01T02:00:00Z"},
		{"the first has no midnight", "1995-10", "America/Asuncion", "1995-10-01T04:00:00Z", "1995-11-01T03:00:00Z"},
		{"half hours", "2024-06", "Asia/Kathmandu", "2024-05-31T18:15:00Z", "2024-06-30T18:15:00Z"},
		{"a date left out", "2011-12", "Pacific/Apia", "2011-12-01T10:00:00Z", "2011-12-31T10:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := calendar.ParseMonth(c.month)
			if err != nil {
				t.Fatal(err)
			}
			from, to := m.Bounds(zone(t, c.zone))
			if got := from.Format(time.RFC3339); got != c.from {
				t.Errorf("from %s, want %s", got, c.from)
			}
			if got := to.Format(time.RFC3339); got != c.to {
				t.Errorf("to %s, want %s", got, c.to)
			}
		})
	}
}

// Dates whose midnight does not exist, or exists twice, in zones that are known for it.
func TestDateStartOddMidnights(t *testing.T) {
	for _, c := range []struct {
		name, date, zone, want, clock string
	}{
		{"Sao Paulo forward at 00:00", "2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "01:00"},
		{"Beirut forward at 00:00", "2018-03-25", "Asia/Beirut", "2018-03-24T22:00:00Z", "01:00"},
		{"Samoa leaves a date out", "2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z", "00:00"},
		{"Sao Paulo back at 00:00", "2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00Z", "00:00"},
		{"St John's back at 00:01", "2010-11-07", "America/St_Johns", "2010-11-07T02:30:00Z", "00:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			loc := zone(t, c.zone)
			got := date(t, c.date).Start(loc)
			if s := got.Format(time.RFC3339); s != c.want {
				t.Errorf("got %s, want %s", s, c.want)
			}
			if s := got.In(loc).Format("15:04"); s != c.clock {
				t.Errorf("on the clock %s, want %s", s, c.clock)
			}
		})
	}
}

var oddZones = rapid.SampledFrom([]string{"UTC", "Asia/Shanghai", "Asia/Jerusalem", "Asia/Beirut", "America/Sao_Paulo",
	"America/Asuncion", "Pacific/Apia", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo", "America/New_York", "America/Havana"})

// The bounds cut exactly where the local date changes to the month's first.
func TestBoundsAgreeWithDateOf(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		loc := zone(t, oddZones.Draw(rt, "zone"))
		m := calendar.Month{Year: rapid.IntRange(1970, 2030).Draw(rt, "year"), Month: time.Month(rapid.IntRange(1, 12).Draw(rt, "month"))}
		from, to := m.Bounds(loc)
		inside := from.Add(time.Duration(rapid.Int64Range(0, int64(to.Sub(from))-1).Draw(rt, "inside")))
		for _, at := range []time.Time{from, to.Add(-time.Nanosecond), inside} {
			if d := calendar.DateOf(at, loc); !m.Contains(d) {
				rt.Fatalf("%s in %s is %s, outside %s", at, loc, d, m)
			}
		}
		for _, at := range []time.Time{from.Add(-time.Nanosecond), to} {
			if d := calendar.DateOf(at, loc); m.Contains(d) {
				rt.Fatalf("%s in %s is %s, inside %s", at, loc, d, m)
			}
		}
		if wideFrom, wideTo := m.Cover(); wideFrom.After(from) || wideTo.Before(to) {
			rt.Fatalf("cover [%s, %s) leaves out part of [%s, %s)", wideFrom, wideTo, from, to)
		}
	})
}

func TestMonthDates(t *testing.T) {
	m := calendar.Month{Year: 2024, Month: time.February}
	var days calendar.Days
	for d := range m.Dates() {
		if !m.Contains(d) {
			t.Errorf("%s outside %s", d, m)
		}
		days = days.With(d)
	}
	if m.Days() != 29 || days.Len() != 29 || !days.Has(m.Last()) || !days.Has(m.First()) {
		t.Errorf("%s: %d days, %d in the set", m, m.Days(), days.Len())
	}
	if got := m.Last().AddDays(1); got != (calendar.Date{Year: 2024, Month: time.March, Day: 1}) {
		t.Errorf("day after %s is %s", m.Last(), got)
	}
}
