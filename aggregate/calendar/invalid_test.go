package calendar_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Each row breaks a good calendar by replacing one text; the error must name the line and what is wrong.
func TestInvalid(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           string // as "line:column: message"
	}{
		{"unknown key", "covers:", "cover:", `13:1: unknown key "cover" (did you mean "covers"?)`},
		{"unknown key of a shift", "like: sat", "lik: sat", `19:24: unknown key "lik" (did you mean "like"?)`},
		{"unknown key of a holiday", "{date: 2024-06-03, ", "{date: 2024-06-03, til: 2024-06-04, ", `16:24: unknown key "til"`},
		{"unknown key of a version", "  - from: 2024-05-01\n", "  - from: 2024-05-01\n    until: 2024-06-01\n", `10:5: unknown key "until"`},
		{"unknown weekday", "sat: [\"", "saturday: [\"", `12:7: unknown key "saturday"`},
		{"missing name", "name: ours\n", "", `key "name" is missing`},
		{"missing title", "title: {zh: 我们, en: Ours}\n", "", `key "title" is missing`},
		{"missing versions", "versions:", "version:", `key "versions" is missing`},
		{"no version", "versions:\n", "versions: []\nold:\n", `versions: want at least 1, found 0`},
		{"missing from", "  - from: 2024-05-01\n    weekdays:", "  - weekdays:", `9:5: key "from" is missing`},
		{"missing weekdays", "  - from: 2024-05-01\n    weekdays:", "  - from: 2024-05-01\n    week:", `key "weekdays" is missing`},
		{"missing covers", "covers: {from: 2024-01-01, until: 2024-12-31}\n", "", `key "covers" is missing`},
		{"covers without an end", ", until: 2024-12-31}", "}", `key "until" is missing`},
		{"covers backwards", "until: 2024-12-31", "until: 2023-12-31", `13:35: until: want 2024-01-01 or later`},
		{"versions out of order", "from: 2024-05-01", "from: 2024-01-01", `9:11: from: want a date after that of the version before, 2024-01-01`},
		{"a text for intervals", `mon: ["09:00-18:00"]`, `mon: "09:00-18:00"`, `11:12: mon: want a list, found a text`},
		{"a number for an interval", `mon: ["09:00-18:00"]`, `mon: [9]`, `11:13: want a text such as "09:00-18:00", found a number`},
		{"another dash", "09:00-18:00", "09:00–18:00", `interval "09:00–18:00": want clock times`},
		{"ends beyond midnight", "10:00-24:00", "10:00-24:30", `12:13: interval "10:00-24:30": want an end from 00:00 to 24:00`},
		{"nothing between", "10:00-24:00", "10:00-10:00", `want an end that is not the beginning`},
		{"overlap", `"13:00-17:00", "08:00-12:00"`, `"08:00-12:00", "11:59-17:00"`, `7:28: 11:59-17:00 overlaps 08:00-12:00`},
		{"the same twice", `["09:00-18:00"]`, `["09:00-18:00", "09:00-18:00"]`, `11:28: 09:00-18:00 overlaps 09:00-18:00`},
		{"overlap by the night before", `"10:00-24:00"`, `"10:00-04:00"` + "]\n      sun: [\"03:59-05:00\"", `13:12: sun: 03:59-05:00 begins before 10:00-04:00 of sat has ended`},
		{"overlap by Sunday's night", `"10:00-24:00"`, `"10:00-24:00"` + "]\n      sun: [\"10:00-09:01\"", `11:12: mon: 09:00-18:00 begins before 10:00-09:01 of sun has ended`},
		{"overlap where a version begins", "from: 2024-05-01\n    weekdays:\n", "from: 2024-05-01\n    weekdays:\n      wed: [\"05:00-06:00\"]\n", `9:5: 05:00-06:00 of 2024-05-01 begins before 22:00-06:00 of the day before has ended`},
		{"overlap of a shift with the night before", `date: 2024-06-10, intervals: ["09:00-12:00"]`, `date: 2024-01-03, intervals: ["05:00-12:00"]`, `20:12: 05:00-12:00 of 2024-01-03 begins before 22:00-06:00`},
		{"overlap of a shift with the day after", `date: 2024-06-10, intervals: ["09:00-12:00"]`, `date: 2024-06-16, intervals: ["20:00-10:00"]`, `20:12: 09:00-18:00 of 2024-06-17 begins before 20:00-10:00`},
		{"holiday that does not exist", "date: 2024-06-03", "date: 2024-06-31", `16:12: date: date "2024-06-31": want a day`},
		{"holiday of another age", "date: 2024-06-03", "date: 1024-06-03", `16:12: date: date "1024-06-03": want a year from 1900 to 2149`},
		{"holiday backwards", "until: 2024-04-09", "until: 2024-04-07", `15:31: until: want 2024-04-08 or later`},
		{"holiday of a century", "until: 2024-04-09", "until: 2124-04-09", `366 days at most`},
		{"holiday twice", "date: 2024-06-03", "date: 2024-04-09", `16:12: date: 2024-04-09 stands here twice, first in line 15`},
		{"holiday outside", "date: 2024-06-03", "date: 2025-06-03", `16:12: date: 2025-06-03 is outside of what the calendar covers`},
		{"holiday without a title", ", title: {zh: 休, en: Closed}}\nshifts", "}\nshifts", `key "title" is missing`},
		{"shift twice", "date: 2024-06-10", "date: 2024-06-09", `20:12: date: 2024-06-09 stands here twice, first in line 19`},
		{"shift outside", "date: 2024-06-10", "date: 2023-06-09", `20:12: date: 2023-06-09 is outside`},
		{"shift without intervals", `intervals: ["09:00-12:00"]`, `intervals: []`, `intervals: want at least 1, found 0`},
		{"shift like a weekday and not", `intervals: ["09:00-12:00"]`, `like: mon, intervals: ["09:00-12:00"]`, `like: the intervals are given`},
		{"shift like no weekday", "like: sat", "like: today", `like: "today"; want one of mon, tue`},
		{"shift like a day off", "like: sat", "like: sun", `19:30: like: sun has no working hours on 2024-06-09`},
		{"shift like nothing", "      mon: [\"13:00-17:00\", \"08:00-12:00\"]\n      tue: [\"22:00-06:00\"]", "      {}", `17:6: no weekday has working hours on 2024-04-09: give the shift intervals`},
		{"shift that is no object", "  - {date: 2024-06-10, intervals: [\"09:00-12:00\"], title: {zh: 半天, en: Half day}}", "  - 2024-06-10", `20:5: want an object, found a text`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(ours, c.old) {
				t.Fatalf("%q is not in the calendar", c.old)
			}
			_, err := calendar.Parse("c.yaml", []byte(strings.Replace(ours, c.old, c.new, 1)))
			var invalid *document.Invalid
			if !errors.As(err, &invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got:\n%v\nwant %s", err, c.want)
			}
		})
	}
}

// Everything wrong is told at once, from the top.
func TestInvalidTellsAll(t *testing.T) {
	src := strings.NewReplacer("10:00-24:00", "10:00-10:00", "2024-06-03", "2024-06-31", "like: sat", "like: sun", "name: ours", "name: Ours").Replace(ours)
	_, err := calendar.Parse("c.yaml", []byte(src))
	var invalid *document.Invalid
	if !errors.As(err, &invalid) || len(invalid.Problems) != 4 {
		t.Fatalf("got:\n%v\nwant 4 problems", err)
	}
	for i, p := range invalid.Problems[1:] {
		if p.Line <= invalid.Problems[i].Line {
			t.Errorf("out of order:\n%v", err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range calendar.Shipped.Names() {
		_, src, _ := calendar.Shipped.Read(name, nil)
		f.Add(src)
	}
	f.Add([]byte(ours))
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := calendar.Parse("c.yaml", src)
		var invalid *document.Invalid
		if err != nil {
			if !errors.As(err, &invalid) || len(invalid.Problems) == 0 {
				t.Errorf("got %v, want an Invalid with problems", err)
			}
			return
		}
		// What is accepted answers: work of a date is apart from that of the next, and no day has more than its hours.
		for d := date(t, "2024-01-01"); d.Year == 2024; d = d.AddDays(1) {
			var ended calendar.Clock
			for _, i := range append(append([]calendar.Interval{}, shiftedBack(c.Intervals(d.AddDays(-1)))...), c.Intervals(d)...) {
				if i.From < ended || i.Until <= i.From || i.Until-i.From > calendar.Midnight {
					t.Fatalf("%s: %v after %s", d, i, ended)
				}
				ended = i.Until
			}
		}
		if len(c.Hash()) != 64 || c.Name() == "" {
			t.Errorf("name %q, hash %q", c.Name(), c.Hash())
		}
	})
}

// shiftedBack returns the intervals of the day before as the clock of the date counts them.
func shiftedBack(all []calendar.Interval) []calendar.Interval {
	var out []calendar.Interval
	for _, i := range all {
		if i.Until > calendar.Midnight {
			out = append(out, calendar.Interval{From: max(0, i.From-calendar.Midnight), Until: i.Until - calendar.Midnight})
		}
	}
	return out
}
