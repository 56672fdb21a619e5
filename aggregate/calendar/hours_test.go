package calendar_test

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
)

// load returns a shipped calendar.
func load(t testing.TB, name string) *calendar.Calendar {
	t.Helper()
	c, err := calendar.Load(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// clock reads a local time such as "2024-02-07 15:00".
func clock(t testing.TB, s string, loc *time.Location) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// A mail of Friday 17:30, answered Monday 10:20, took 30 + 80 minutes.
func TestWorkingAcrossWeekend(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	h := load(t, "cn-office").In(shanghai)
	asked, answered := clock(t, "2024-03-08 17:30", shanghai), clock(t, "2024-03-11 10:20", shanghai)
	if got, want := h.Working(asked, answered), 110*time.Minute; got != want {
		t.Errorf("working time: got %v, want %v", got, want)
	}
	if got, ok := h.After(asked, 110*time.Minute); !ok || !got.Equal(answered) {
		t.Errorf("110 minutes after: got %v, %t, want %v", got, ok, answered)
	}
}

// Five working days from Wednesday 2024-02-07 15:00: Thu 8, Fri 9, Sun 18 (make-up), Mon 19, Tue 20.
func TestAfterDaysSpringFestival(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	h := load(t, "cn-office").In(shanghai)
	start := clock(t, "2024-02-07 15:00", shanghai)
	for n, want := range map[int]string{
		0: "2024-02-07 15:00", 1: "2024-02-08 18:00", 2: "2024-02-09 18:00", 3: "2024-02-18 18:00", 4: "2024-02-19 18:00", 5: "2024-02-20 18:00",
	} {
		if got, ok := h.AfterDays(start, n); !ok || !got.Equal(clock(t, want, shanghai)) {
			t.Errorf("%d working days after: got %v, %t, want %s", n, got.In(shanghai), ok, want)
		}
	}
}

// week is a calendar file with the same intervals on every day.
func week(t testing.TB, intervals string) *calendar.Calendar {
	t.Helper()
	return parse(t, `
name: week
title: {zh: 周, en: Week}
versions:
  - from: 1900-01-01
    weekdays: {mon: [I], tue: [I], wed: [I], thu: [I], fri: [I], sat: [I], sun: [I]}
`, "I", intervals)
}

// parse reads a calendar file, of which pairs of texts are replaced.
func parse(t testing.TB, src string, replace ...string) *calendar.Calendar {
	t.Helper()
	c, err := calendar.Parse("test.yaml", []byte(strings.NewReplacer(replace...).Replace(src)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What a shift lasts when the clocks change, and when it begins and ends.
func TestShiftWhenClocksChange(t *testing.T) {
	const whole, night = `"00:00-24:00"`, `"22:00-06:00"`
	for _, c := range []struct {
		name, zone, intervals, date string
		want                        time.Duration
		start, end                  string // in UTC
	}{
		{"Berlin, ordinary day", "Europe/Berlin", whole, "2024-06-01", 24 * time.Hour, "2024-05-31T22:00:00Z", "2024-06-01T22:00:00Z"},
		{"Berlin, 23 hours", "Europe/Berlin", whole, "2024-03-31", 23 * time.Hour, "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z"},
		{"Berlin, 25 hours", "Europe/Berlin", whole, "2024-10-27", 25 * time.Hour, "2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z"},
		{"Berlin, short night", "Europe/Berlin", night, "2024-03-30", 7 * time.Hour, "2024-03-30T21:00:00Z", "2024-03-31T04:00:00Z"},
		{"Berlin, long night", "Europe/Berlin", night, "2024-10-26", 9 * time.Hour, "2024-10-26T20:00:00Z", "2024-10-27T05:00:00Z"},
		{"Berlin, night before the long one", "Europe/Berlin", night, "2024-10-25", 8 * time.Hour, "2024-10-25T20:00:00Z", "2024-10-26T04:00:00Z"},
		{"Berlin, the missing hour", "Europe/Berlin", `"02:00-03:00"`, "2024-03-31", 0, "", ""},
		{"Berlin, half in the missing hour", "Europe/Berlin", `"01:30-02:30"`, "2024-03-31", 30 * time.Minute, "2024-03-31T00:30:00Z", "2024-03-31T01:00:00Z"},
		{"Berlin, begins in the missing hour", "Europe/Berlin", `"02:30-04:00"`, "2024-03-31", time.Hour, "2024-03-31T01:00:00Z", "2024-03-31T02:00:00Z"},
		{"Berlin, the repeated hour", "Europe/Berlin", `"02:00-03:00"`, "2024-10-27", 2 * time.Hour, "2024-10-27T00:00:00Z", "2024-10-27T02:00:00Z"},
		{"Berlin, within the repeated hour", "Europe/Berlin", `"02:15-02:45"`, "2024-10-27", time.Hour, "2024-10-27T00:15:00Z", "2024-10-27T01:45:00Z"},
		{"Berlin, the repeated hour of the night before", "Europe/Berlin", `"22:00-02:30"`, "2024-10-26", 5*time.Hour + 0, "2024-10-26T20:00:00Z", "2024-10-27T01:30:00Z"},
		{"New York, 23 hours", "America/New_York", whole, "2024-03-10", 23 * time.Hour, "2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"},
		{"New York, 25 hours", "America/New_York", whole, "2024-11-03", 25 * time.Hour, "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z"},
		{"New York, long night", "America/New_York", night, "2024-11-02", 9 * time.Hour, "2024-11-03T02:00:00Z", "2024-11-03T11:00:00Z"},
		{"Jerusalem, a Friday of 23 hours", "Asia/Jerusalem", whole, "2024-03-29", 23 * time.Hour, "2024-03-28T22:00:00Z", "2024-03-29T21:00:00Z"},
		{"Jerusalem, 25 hours", "Asia/Jerusalem", whole, "2024-10-27", 25 * time.Hour, "2024-10-26T21:00:00Z", "2024-10-27T22:00:00Z"},
		{"Lord Howe, half an hour less", "Australia/Lord_Howe", whole, "2024-10-06", 23*time.Hour + 30*time.Minute, "2024-10-05T13:30:00Z", "2024-10-06T13:00:00Z"},
		{"Lord Howe, half an hour more", "Australia/Lord_Howe", whole, "2024-04-07", 24*time.Hour + 30*time.Minute, "2024-04-06T13:00:00Z", "2024-04-07T13:30:00Z"},
		{"Sao Paulo, no midnight", "America/Sao_Paulo", whole, "2018-11-04", 23 * time.Hour, "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		{"Sao Paulo, night without midnight", "America/Sao_Paulo", night, "2018-11-03", 7 * time.Hour, "2018-11-04T01:00:00Z", "2018-11-04T08:00:00Z"},
		{"Sao Paulo, 23:00 twice", "America/Sao_Paulo", whole, "2018-02-17", 25 * time.Hour, "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z"},
		{"Samoa, the date left out", "Pacific/Apia", whole, "2011-12-30", 0, "", ""},
		{"Shanghai summer time of 1986", "Asia/Shanghai", whole, "1986-05-04", 23 * time.Hour, "1986-05-03T16:00:00Z", "1986-05-04T15:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := week(t, c.intervals).In(zone(t, c.zone))
			start, end, ok := h.Shift(date(t, c.date))
			if ok != (c.start != "") {
				t.Fatalf("shift: %v to %v, %t", start, end, ok)
			}
			if got := h.Working(start, end); ok && got != c.want {
				t.Errorf("working time: got %v, want %v", got, c.want)
			}
			if got := start.Format(time.RFC3339); ok && got != c.start {
				t.Errorf("start: got %s, want %s", got, c.start)
			}
			if got := end.Format(time.RFC3339); ok && got != c.end {
				t.Errorf("end: got %s, want %s", got, c.end)
			}
		})
	}
}

// A date that the zone left out, a Friday, is not one of the days that are promised.
func TestAfterDaysSkipsDateLeftOut(t *testing.T) {
	apia := zone(t, "Pacific/Apia")
	got, ok := load(t, "cn-office").In(apia).AfterDays(clock(t, "2011-12-28 10:00", apia), 2)
	if want := clock(t, "2012-01-02 18:00", apia); !ok || !got.Equal(want) {
		t.Errorf("got %v, %t, want %v", got.In(apia), ok, want)
	}
}

// A night shift is a working day of the date it begins on, and its tail is work on the date after, also a holiday.
func TestNightIntoHoliday(t *testing.T) {
	c := parse(t, `
name: night
title: {zh: 夜班, en: Night}
versions: [{from: 2024-01-01, weekdays: {mon: ["22:00-06:00"], tue: ["22:00-06:00"], wed: ["22:00-06:00"]}}]
covers: {from: 2024-01-01, until: 2024-12-31}
holidays: [{date: 2024-05-01, title: {zh: 劳动节, en: Labour Day}}]
`)
	utc := time.UTC
	h := c.In(utc)
	for _, r := range []struct {
		name, from, to string
		want           time.Duration
	}{
		{"tail of Tuesday on the holiday", "2024-05-01 00:00", "2024-05-02 00:00", 6 * time.Hour},
		{"nothing begins on the holiday", "2024-05-01 06:00", "2024-05-06 22:00", 0},
		{"from within to within", "2024-04-29 23:30", "2024-04-30 23:00", 6*time.Hour + 30*time.Minute + time.Hour},
		{"backwards", "2024-05-01 06:00", "2024-05-01 05:00", 0},
		{"the same instant", "2024-05-01 05:00", "2024-05-01 05:00", 0},
	} {
		if got := h.Working(clock(t, r.from, utc), clock(t, r.to, utc)); got != r.want {
			t.Errorf("%s: got %v, want %v", r.name, got, r.want)
		}
	}
	if got, ok := h.AfterDays(clock(t, "2024-04-29 10:00", utc), 1); !ok || !got.Equal(clock(t, "2024-05-01 06:00", utc)) {
		t.Errorf("a working day after Monday: got %v, %t", got, ok)
	}
}

// The earliest instant is meant: the evening, not the next morning.
func TestAfterIsEarliest(t *testing.T) {
	utc := time.UTC
	h := week(t, `"09:00-12:00", "13:00-18:00"`).In(utc)
	for _, c := range []struct {
		name, start string
		work        time.Duration
		want        string
	}{
		{"none, at night", "2024-03-01 03:00", 0, "2024-03-01 03:00"},
		{"less than none", "2024-03-01 03:00", -time.Hour, "2024-03-01 03:00"},
		{"up to lunch", "2024-03-01 10:00", 2 * time.Hour, "2024-03-01 12:00"},
		{"beyond lunch", "2024-03-01 10:00", 2*time.Hour + time.Minute, "2024-03-01 13:01"},
		{"up to the evening", "2024-03-01 08:00", 8 * time.Hour, "2024-03-01 18:00"},
		{"from lunch", "2024-03-01 12:30", time.Minute, "2024-03-01 13:01"},
		{"a thousand days", "2024-03-01 08:00", 8000 * time.Hour, "2026-11-25 18:00"},
	} {
		got, ok := h.After(clock(t, c.start, utc), c.work)
		if want := clock(t, c.want, utc); !ok || !got.Equal(want) {
			t.Errorf("%s: got %v, %t, want %v", c.name, got, ok, want)
		}
	}
}

// Times of another age neither hang nor overflow, and what never comes is told.
func TestFarAway(t *testing.T) {
	empty := week(t, "").In(time.UTC)
	always := load(t, "always").In(time.UTC)
	past, future := time.Unix(-1<<60, 0), time.Unix(1<<60, 0)
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	const all = 91311 * 24 * time.Hour // 1900 to 2149
	if got := always.Working(past, future); got != all {
		t.Errorf("all there is: got %v, want %v", got, all)
	}
	if got := empty.Working(past, future); got != 0 {
		t.Errorf("all of a calendar without intervals: got %v", got)
	}
	for name, c := range map[string]struct {
		h     *calendar.Hours
		start time.Time
		work  time.Duration
	}{
		"no intervals": {empty, now, 1}, "long ago": {always, past, 1}, "in the far future": {always, future, 1},
		"most": {always, now, math.MaxInt64}, "more than ten years": {always, now, 3654 * 24 * time.Hour},
	} {
		if got, ok := c.h.After(c.start, c.work); ok {
			t.Errorf("%s: got %v", name, got)
		}
	}
	if got, ok := always.After(now, 3653*24*time.Hour); !ok || !got.Equal(now.AddDate(10, 0, 0)) {
		t.Errorf("ten years: got %v, %t", got, ok)
	}
	for name, h := range map[string]*calendar.Hours{"no intervals": empty, "too many": always} {
		if got, ok := h.AfterDays(now, 3654); ok {
			t.Errorf("working days, %s: got %v", name, got)
		}
	}
	for _, d := range []string{"1899-12-31", "2150-01-01", "9999-12-31"} {
		if start, _, ok := always.Shift(date(t, d)); ok {
			t.Errorf("shift of %s: %v", d, start)
		}
	}
}

// Many may ask at once, also for what nobody has asked for before.
func TestHoursConcurrent(t *testing.T) {
	h := load(t, "cn-office").In(zone(t, "Asia/Shanghai"))
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for year := range 20 {
				if got := h.Working(start.AddDate(year, 0, 0), start.AddDate(year, 0, 7)); got < 9*time.Hour {
					t.Errorf("week of %d: %v", 2024+year, got)
				}
			}
		})
	}
	wait.Wait()
}
