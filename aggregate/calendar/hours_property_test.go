package calendar_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"pgregory.net/rapid"
)

// days are ways to fill a date that fit to each other: nothing that begins before 06:00 follows a night shift.
var (
	dayPatterns   = []string{``, `"09:00-18:00"`, `"08:00-12:00", "13:00-17:30"`, `"00:00-24:00"`, `"01:30-02:45"`, `"00:00-00:30", "02:00-03:00", "23:15-24:00"`}
	nightPatterns = []string{``, `"22:00-06:00"`, `"06:00-05:59"`, `"07:00-11:00", "23:30-01:30"`, `"18:00-24:00"`}
)

// drawHours draws a calendar, with a change of the week, a holiday and a shift, in a zone.
func drawHours(rt *rapid.T, t *testing.T, around time.Time, zoneName string) *calendar.Hours {
	pattern := rapid.SampledFrom(rapid.SampledFrom([][]string{dayPatterns, nightPatterns}).Draw(rt, "family"))
	drawWeek := func(label string) string {
		var out []string
		for _, d := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
			out = append(out, fmt.Sprintf("%s: [%s]", d, pattern.Draw(rt, label+d)))
		}
		return "{" + strings.Join(out, ", ") + "}"
	}
	day := func(label string) string {
		return around.AddDate(0, 0, rapid.IntRange(-4, 4).Draw(rt, label)).Format(time.DateOnly)
	}
	src := fmt.Sprintf(`
name: drawn
title: {zh: 试, en: Drawn}
versions:
  - {from: 1950-01-01, weekdays: %s}
  - {from: %s, weekdays: %s}
covers: {from: 1900-01-01, until: 2149-12-31}
holidays: [{date: %s, title: {zh: 假, en: Off}}]
`, drawWeek("before "), day("change"), drawWeek("after "), day("holiday"))
	if shift := pattern.Draw(rt, "shift"); shift != "" {
		src += fmt.Sprintf("shifts: [{date: %s, intervals: [%s], title: {zh: 班, en: On}}]\n", day("shift date"), shift)
	}
	return parse(t, src).In(zone(t, zoneName))
}

// drawAround draws an instant, often one at which the zone changes its clocks.
func drawAround(rt *rapid.T, loc *time.Location) time.Time {
	at := time.Unix(rapid.Int64Range(157766400, 1893456000).Draw(rt, "around"), 0) // 1975 to 2030
	if _, next := at.In(loc).ZoneBounds(); !next.IsZero() && rapid.Bool().Draw(rt, "change of clocks") {
		return next.UTC()
	}
	return at.UTC()
}

func drawNear(rt *rapid.T, label string, around time.Time) time.Time {
	const week = int64(7 * 24 * time.Hour / time.Millisecond)
	return around.Add(time.Duration(rapid.Int64Range(-week, week).Draw(rt, label)) * time.Millisecond)
}

var hourZones = rapid.SampledFrom([]string{"UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Jerusalem",
	"Australia/Lord_Howe", "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia", "Africa/Cairo", "America/Havana"})

// works is the definition, minute by minute: what the local clock shows lies inside an interval of its date, or of the date
// before.
func works(c *calendar.Calendar, local time.Time) bool {
	now := calendar.Clock(local.Hour()*60 + local.Minute())
	today := calendar.DateOf(local, local.Location())
	for _, i := range c.Intervals(today) {
		if i.From <= now && now < i.Until {
			return true
		}
	}
	for _, i := range c.Intervals(today.AddDays(-1)) {
		if now+calendar.Midnight < i.Until {
			return true
		}
	}
	return false
}

func TestWorkingAgreesWithMinutes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := hourZones.Draw(rt, "zone")
		loc := zone(t, name)
		around := drawAround(rt, loc)
		h := drawHours(rt, t, around, name)
		from := drawNear(rt, "from", around).Truncate(time.Minute)
		to := from.Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(rt, "minutes")) * time.Minute)
		var want time.Duration
		for at := from; at.Before(to); at = at.Add(time.Minute) {
			if works(h.Calendar(), at.In(loc)) {
				want += time.Minute
			}
		}
		if got := h.Working(from, to); got != want {
			rt.Fatalf("working %s to %s in %s: got %v, want %v", from, to, name, got, want)
		}
	})
}

func TestWorkingIsAdditiveAndMonotone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := hourZones.Draw(rt, "zone")
		around := drawAround(rt, zone(t, name))
		h := drawHours(rt, t, around, name)
		a, b, c := drawNear(rt, "a", around), drawNear(rt, "b", around), drawNear(rt, "c", around)
		if a.After(b) {
			a, b = b, a
		}
		if b.After(c) {
			b, c = c, b
		}
		if a.After(b) {
			a, b = b, a
		}
		ab, bc, ac := h.Working(a, b), h.Working(b, c), h.Working(a, c)
		if ab+bc != ac {
			rt.Fatalf("%v + %v is not %v", ab, bc, ac)
		}
		if ab < 0 || ab > b.Sub(a) {
			rt.Fatalf("%v of %v", ab, b.Sub(a))
		}
		if back := h.Working(c, a); back != 0 {
			rt.Fatalf("backwards %v", back)
		}
	})
}

// After is the inverse of Working, and no earlier instant would do.
func TestAfterInvertsWorking(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := hourZones.Draw(rt, "zone")
		around := drawAround(rt, zone(t, name))
		h := drawHours(rt, t, around, name)
		start := drawNear(rt, "start", around)
		work := time.Duration(rapid.Int64Range(1, int64(500*time.Hour/time.Millisecond)).Draw(rt, "work")) * time.Millisecond
		end, ok := h.After(start, work)
		if !ok {
			if got := h.Working(start, start.AddDate(10, 0, 0)); got >= work {
				rt.Fatalf("there are %v in ten years, want none of %v", got, work)
			}
			return
		}
		if got := h.Working(start, end); got != work {
			rt.Fatalf("working until %s: got %v, want %v", end, got, work)
		}
		if got := h.Working(start, end.Add(-1)); got != work-1 {
			rt.Fatalf("working until just before %s: got %v, want %v", end, got, work-1)
		}
	})
}

// A shift holds all the working time that begins on its date, and the days after are counted by shifts.
func TestShiftAndAfterDays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := hourZones.Draw(rt, "zone")
		loc := zone(t, name)
		around := drawAround(rt, loc)
		h := drawHours(rt, t, around, name)
		start := drawNear(rt, "start", around)
		n := rapid.IntRange(1, 8).Draw(rt, "n")
		got, ok := h.AfterDays(start, n)
		var want time.Time
		for d, left := calendar.DateOf(start, loc), n; left > 0 && d.Year < 2150; {
			d = d.AddDays(1)
			from, until, working := h.Shift(d)
			if !working {
				continue
			}
			if left--; left == 0 {
				want = until
			}
			if !from.Before(until) || h.Working(from, until) <= 0 || h.Working(from, from.Add(1)) != 1 || h.Working(until.Add(-1), until) != 1 {
				rt.Fatalf("shift of %s: %s to %s", d, from, until)
			}
		}
		if ok == want.IsZero() || !got.Equal(want) {
			rt.Fatalf("%d working days after %s: got %v, %t, want %v", n, start, got, ok, want)
		}
	})
}
