package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

func newCalendar(env Env) *cobra.Command {
	return parent("calendar", "Check and show working hours", groupCare, newCalendarCheck(env))
}

// calendarFlags are the flags of calendar check.
type calendarFlags struct {
	output
	month, zone string
}

func newCalendarCheck(env Env) *cobra.Command {
	var f calendarFlags
	cmd := &cobra.Command{
		Use:   "check CALENDAR",
		Short: "Check a calendar and print a month of it",
		Long: `Check a calendar, a shipped one by name or a file, and print a month of it: working days, holidays, shifts
that override a date, and the hours of each. Everything wrong with a file is listed with line and column,
and the exit code is 2.

A calendar has no zone, a team has. Give one to see the hours of days on which its clocks change.`,
		Example: `  deskpulse calendar check cn-office --month 2024-02
  deskpulse calendar check ./our-calendar.yaml --month 2026-10 --zone Europe/Berlin
  deskpulse calendar check cn-office --month 2026-02 --output json`,
		Args: oneCalendar,
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.month, "month", "", "the `month` to print, such as 2026-10 (default: the current one)")
	cmd.Flags().StringVar(&f.zone, "zone", "UTC", "the `zone` in which the hours pass, such as Asia/Shanghai")
	cmd.RunE = verb(func(_ context.Context, args []string) error { return runCalendarCheck(env, f, args[0]) })
	return cmd
}

// oneCalendar wants one argument, a name or a file.
func oneCalendar(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one CALENDAR, a name or a file, not %d (see `%s --help`)", len(args), cmd.CommandPath())
	}
	return nil
}

func runCalendarCheck(env Env, f calendarFlags, ref string) error {
	c, err := calendar.Load(ref, os.ReadFile)
	if err != nil {
		return usageError{err}
	}
	zone, err := calendar.Zone(f.zone)
	if err != nil {
		return usageError{err}
	}
	today := calendar.DateOf(env.Now(), zone)
	month := calendar.Month{Year: today.Year, Month: today.Month}
	if f.month != "" {
		if month, err = calendar.ParseMonth(f.month); err != nil {
			return usageError{err}
		}
	}
	m := monthOf(c, zone, month)
	return f.show(env.Out, m, func(w io.Writer) error { return showCalendar(w, m, env.colours()) })
}

// calendarMonth is a month of a calendar as it is printed.
type calendarMonth struct {
	Name        string        `json:"name"`
	Title       calendarTitle `json:"title"`
	Hash        string        `json:"hash"`
	Month       string        `json:"month"`
	Zone        string        `json:"zone"`
	Covered     bool          `json:"covered"` // whether the holidays of all its dates are known
	WorkingDays int           `json:"working_days"`
	WorkingMS   int64         `json:"working_ms"`
	Days        []calendarDay `json:"days"`

	calendar *calendar.Calendar
	month    calendar.Month
}

// calendarTitle is a title in JSON.
type calendarTitle struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// calendarDay is a date of the month. What begins on it counts for it, also when it ends on the next.
type calendarDay struct {
	Date      string         `json:"date"`
	Kind      calendar.Kind  `json:"kind"`
	Title     *calendarTitle `json:"title,omitempty"`
	Intervals []string       `json:"intervals"`
	Start     *time.Time     `json:"start,omitempty"` // of the first interval
	End       *time.Time     `json:"end,omitempty"`   // of the last one
	WorkingMS int64          `json:"working_ms"`
	Covered   bool           `json:"covered"`

	date calendar.Date
}

func monthOf(c *calendar.Calendar, zone *time.Location, month calendar.Month) calendarMonth {
	m := calendarMonth{
		Name: c.Name(), Title: titleOf(c.Title()), Hash: c.Hash(), Month: month.String(), Zone: zone.String(), Covered: true,
		calendar: c, month: month,
	}
	hours := c.In(zone)
	for d := range month.Dates() {
		day := dayOf(hours, d)
		m.Days = append(m.Days, day)
		m.Covered = m.Covered && day.Covered
		m.WorkingMS += day.WorkingMS
	}
	m.WorkingDays = c.WorkingDays(month)
	return m
}

func dayOf(h *calendar.Hours, d calendar.Date) calendarDay {
	day := h.Calendar().Day(d)
	out := calendarDay{Date: d.String(), Kind: day.Kind, Intervals: []string{}, Covered: h.Calendar().Covers(d), date: d}
	if day.Kind != calendar.Ordinary {
		title := titleOf(day.Title)
		out.Title = &title
	}
	for _, i := range day.Intervals {
		out.Intervals = append(out.Intervals, i.String())
	}
	if start, end, ok := h.Shift(d); ok {
		out.Start, out.End = &start, &end
		out.WorkingMS = h.Working(start, end).Milliseconds()
	}
	return out
}

func titleOf(t document.Title) calendarTitle { return calendarTitle{ZH: t.ZH, EN: t.EN} }
