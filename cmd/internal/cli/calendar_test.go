package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"
)

// The Chinese spring of 2024 as a picture: two make-up Sundays, the festival between them.
const february2024 = `Calendar cn-office is valid: 中国大陆办公时间 · Office hours in mainland China

2024-02, hours in Asia/Shanghai

week  mon         tue         wed         thu         fri         sat         sun         hours
─────────────────────────────────────────────────────────────────────────────────────────────────
   5                                       1  9h       2  9h       3  ·        4+ 9h        27h
                                                                              春节调休
   6   5  9h       6  9h       7  9h       8  9h       9  9h      10× ·       11× ·         45h
                                                                  春节        春节
   7  12× ·       13× ·       14× ·       15× ·       16× ·       17× ·       18+ 9h         9h
      春节        春节        春节        春节        春节        春节        春节调休
   8  19  9h      20  9h      21  9h      22  9h      23  9h      24  ·       25  ·         45h
   9  26  9h      27  9h      28  9h      29  9h                                            36h
─────────────────────────────────────────────────────────────────────────────────────────────────
 all  18 days                                                                              162h

·  off    ×  holiday    +  shift that overrides the date
+  2024-02-04 09:00-18:00    春节调休 · Spring Festival make-up day
×  2024-02-10 to 2024-02-17  春节 · Spring Festival
+  2024-02-18 09:00-18:00    春节调休 · Spring Festival make-up day

· Working days: 18. Hours: 162h. They count for the date on which their interval begins.
· Dates with 09:00-18:00: 18.
`

func TestCalendarCheck(t *testing.T) {
	code, stdout, stderr := run("calendar", "check", "cn-office", "--month", "2024-02", "--zone", "Asia/Shanghai")
	if diff := cmp.Diff(stdout, february2024); code != 0 || diff != "" {
		t.Errorf("exit code %d, %s (-got, +want):\n%s", code, stderr, diff)
	}
}

// wild has a name that means harm to a terminal, long titles, two shifts a day, and a night of 9 hours.
const wild = `
name: wild
title: {zh: "夜\e[2J班", en: "A very long title that goes on and on and on, as people write them where nobody stops them in time"}
versions:
  - from: 2024-01-01
    weekdays: {thu: ["08:00-12:00", "13:00-17:45"], sat: ["22:00-06:00"]}
covers: {from: 2024-01-01, until: 2024-10-30}
shifts:
  - {date: 2024-10-02, intervals: ["08:00-09:00", "10:00-11:00", "12:00-13:00", "14:00-15:00", "16:00-17:00"], title: {zh: 一二三四五六七八九十, en: Five hours on a day that has many}}
`

func TestCalendarCheckWild(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wild.yaml")
	write(t, file, wild)
	code, stdout, stderr := run("calendar", "check", file, "--month", "2024-10", "--zone", "Europe/Berlin")
	if code != 0 || strings.Contains(stdout, "\x1b") {
		t.Errorf("exit code %d, %s%s", code, stderr, stdout)
	}
	for _, want := range []string{"夜·[2J班", " 2+ 5h", "一二三四…", "3  8h45", "26  9h", "· NOT COVERED: the calendar knows", "from 2024-01-01 to 2024-10-30 only"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("want %q:\n%s", want, stdout)
		}
	}
	for line := range strings.Lines(stdout) {
		if w := text.StringWidth(strings.TrimSuffix(line, "\n")); w > 100 {
			t.Errorf("%d columns: %s", w, line)
		}
	}
}

// Programs get every day with its instants; the month is the current one unless another is asked for.
func TestCalendarCheckJSON(t *testing.T) {
	code, stdout, stderr := run("calendar", "check", "always", "--zone", "America/New_York", "--output", "json")
	var got struct {
		Name, Month, Zone string
		Covered           bool
		WorkingDays       int   `json:"working_days"`
		WorkingMS         int64 `json:"working_ms"`
		Days              []struct {
			Date, Kind, Start, End string
			Intervals              []string
			WorkingMS              int64 `json:"working_ms"`
		}
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v, %s%s", code, err, stderr, stdout)
	}
	const hour = 3_600_000
	if got.Name != "always" || got.Month != "2026-11" || got.Zone != "America/New_York" || !got.Covered || got.WorkingDays != 30 || got.WorkingMS != 721*hour || len(got.Days) != 30 {
		t.Errorf("got %+v", got)
	}
	first := got.Days[0] // the clocks are set back
	if first.Date != "2026-11-01" || first.Kind != "ordinary" || first.WorkingMS != 25*hour || first.Start != "2026-11-01T04:00:00Z" || first.End != "2026-11-02T05:00:00Z" {
		t.Errorf("first day: got %+v", first)
	}
	if diff := cmp.Diff(first.Intervals, []string{"00:00-24:00"}); diff != "" {
		t.Errorf("intervals (-got, +want):\n%s", diff)
	}
}

func TestCalendarCheckUsage(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	write(t, broken, "name: ours\ntitle: {zh: 我, en: Ours}\nversions:\n  - from: 2024-01-01\n    weekdays:\n      mon: [\"09:00-18:00\", \"17:00-19:00\"]\n      tues: []\n")
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"all that is wrong, first", []string{broken}, broken + `:6:28: 17:00-19:00 overlaps 09:00-18:00`},
		{"all that is wrong, second", []string{broken}, broken + `:7:7: unknown key "tues" (did you mean "tue"?)`},
		{"unknown name", []string{"cn-ofice"}, `did you mean "cn-office"?`},
		{"no file", []string{"./none.yaml"}, `read calendar "./none.yaml"`},
		{"no month", []string{"always", "--month", "May"}, "want a month such as"},
		{"unknown zone", []string{"always", "--zone", "Mars"}, `zone "Mars"`},
		{"nothing to check", nil, "want one CALENDAR"},
	} {
		code, stdout, stderr := run(append([]string{"calendar", "check"}, c.args...)...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d, want 2 and %q:\n%s%s", c.name, code, c.want, stderr, stdout)
		}
	}
}
