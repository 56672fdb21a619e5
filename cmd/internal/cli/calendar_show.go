package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
)

// dayWidth is the width of a date in the picture; seven of them, the week and its hours fit into maxWidth.
const dayWidth = 10

// The marks of dates. They say all that the colours say.
var dayMarks = map[calendar.Kind]string{calendar.Ordinary: " ", calendar.Holiday: "×", calendar.Shift: "+"}

var dayColours = map[calendar.Kind]text.Color{calendar.Ordinary: text.Reset, calendar.Holiday: text.FgRed, calendar.Shift: text.FgGreen}

func showCalendar(w io.Writer, m calendarMonth, colours bool) error {
	fmt.Fprintf(w, "Calendar %s is valid: %s\n\n", m.Name, ellipsis(bothTitles(m.Title), maxWidth-len(m.Name)-len("Calendar  is valid: "), false))
	fmt.Fprintf(w, "%s, hours in %s\n\n", m.Month, m.Zone)
	if err := render(w, m.picture(colours)); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, line := range m.legend() {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w)
	for _, note := range m.notes() {
		fmt.Fprintln(w, wrap("· ", note))
	}
	return nil
}

// picture draws the month: weeks as rows, Monday first.
func (m *calendarMonth) picture(colours bool) table.Writer {
	t := newTable(table.Row{"week", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "hours"})
	columns := []table.ColumnConfig{{Number: 9, Align: text.AlignRight, AlignHeader: text.AlignRight, AlignFooter: text.AlignRight}}
	for n := 2; n <= 8; n++ {
		columns = append(columns, table.ColumnConfig{Number: n, WidthMin: dayWidth})
	}
	t.SetColumnConfigs(columns)
	row, sum := table.Row{"", "", "", "", "", "", "", "", ""}, int64(0)
	for _, d := range m.Days {
		column := (int(d.date.Weekday()) + 6) % 7
		row[1+column] = d.cell(colours)
		sum += d.WorkingMS
		if column == 6 || d.date == m.month.Last() {
			row[0], row[8] = weekNumber(d.date), duration(sum)
			t.AppendRow(slices.Clone(row))
			row, sum = table.Row{"", "", "", "", "", "", "", "", ""}, 0
		}
	}
	t.AppendFooter(table.Row{"all", fmt.Sprintf("%d days", m.WorkingDays), "", "", "", "", "", "", duration(m.WorkingMS)})
	return t
}

// cell draws a date: its number, its mark, its hours, and below the name of what is special.
func (d *calendarDay) cell(colours bool) string {
	hours := "·"
	if len(d.Intervals) > 0 {
		hours = duration(d.WorkingMS)
	}
	lines := []string{fmt.Sprintf("%2d%s %s", d.date.Day, dayMarks[d.Kind], hours)}
	if d.Title != nil {
		lines = append(lines, ellipsis(printable(d.Title.ZH), dayWidth, false))
	}
	if colours && d.Kind != calendar.Ordinary {
		for i := range lines {
			lines[i] = text.Colors{dayColours[d.Kind]}.Sprint(lines[i])
		}
	}
	return strings.Join(lines, "\n")
}

// weekNumber returns the number of the date's week, as ISO 8601 counts them.
func weekNumber(d calendar.Date) int {
	_, week := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).ISOWeek()
	return week
}

// duration writes milliseconds of whole minutes as hours: 9h, 7h30.
func duration(ms int64) string {
	const minute = int64(time.Minute / time.Millisecond)
	if rest := ms / minute % 60; rest > 0 {
		return fmt.Sprintf("%dh%02d", ms/minute/60, rest)
	}
	return fmt.Sprintf("%dh", ms/minute/60)
}

// legend explains the marks and names what they stand for, in both languages, a run of days in one line.
func (m *calendarMonth) legend() []string {
	lines := []string{"·  off    ×  holiday    +  shift that overrides the date"}
	for i := 0; i < len(m.Days); {
		first := m.Days[i]
		last := first
		for i++; i < len(m.Days) && first.Title != nil && m.Days[i].Title != nil && *m.Days[i].Title == *first.Title && m.Days[i].Kind == first.Kind; i++ {
			last = m.Days[i]
		}
		if first.Title == nil {
			continue
		}
		run := first.Date
		if last.Date != first.Date {
			run += " to " + last.Date
		}
		if first.Kind == calendar.Shift {
			run += " " + strings.Join(first.Intervals, ", ")
		}
		line := fmt.Sprintf("%s  %-24s  %s", dayMarks[first.Kind], run, bothTitles(*first.Title))
		lines = append(lines, ellipsis(line, maxWidth, false))
	}
	return lines
}

func bothTitles(t calendarTitle) string { return printable(t.ZH) + " · " + printable(t.EN) }

// notes says what the hours are, and where they cannot be relied on.
func (m *calendarMonth) notes() []string {
	notes := []string{fmt.Sprintf("Working days: %d. Hours: %s. They count for the date on which their interval begins.", m.WorkingDays, duration(m.WorkingMS))}
	for _, p := range m.patterns() {
		notes = append(notes, fmt.Sprintf("Dates with %s: %d.", p.intervals, p.days))
	}
	if from, until := m.calendar.Covered(); !m.Covered {
		known := "from " + from.String() + " on"
		if until != (calendar.Date{}) {
			known = "from " + from.String() + " to " + until.String()
		}
		notes = append(notes, fmt.Sprintf("NOT COVERED: the calendar knows holidays and shifts %s only; elsewhere it goes by the weekdays.", known))
	}
	return notes
}

// pattern is the intervals of some days.
type pattern struct {
	intervals string
	days      int
}

// patterns returns the intervals there are, the most frequent ones first.
func (m *calendarMonth) patterns() []pattern {
	var all []pattern
	for _, d := range m.Days {
		if len(d.Intervals) == 0 {
			continue
		}
		intervals := strings.Join(d.Intervals, ", ")
		i := slices.IndexFunc(all, func(p pattern) bool { return p.intervals == intervals })
		if i < 0 {
			i, all = len(all), append(all, pattern{intervals: intervals})
		}
		all[i].days++
	}
	slices.SortStableFunc(all, func(a, b pattern) int { return cmp.Compare(b.days, a.days) })
	return all
}
