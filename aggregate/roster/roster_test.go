package roster_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var march = calendar.Month{Year: 2024, Month: time.March}

func on(day int) calendar.Date { return calendar.Date{Year: 2024, Month: time.March, Day: day} }

// origin is an event about li at an hour, appended as the n-th.
func origin(hour, n int) turn.Origin {
	at := time.Date(2024, 3, 1, hour, 0, 0, 0, time.UTC)
	return turn.Origin{
		Identity: event.Identity{Company: "acme", Source: "hr", Subject: "li", ID: fmt.Sprint(n)},
		Time:     at, AppendTime: at.Add(time.Duration(n) * time.Second), Zone: "Asia/Shanghai",
		Position: event.Position{Offset: int64(n)},
	}
}

func change(o turn.Origin, effective event.Date, team string, duties ...string) turn.AgentChange {
	return turn.AgentChange{Origin: o, AgentChanged: event.AgentChanged{Effective: effective, Team: team, Duties: duties}, Subject: o.Subject}
}

func leave(o turn.Origin, effective event.Date) turn.AgentChange {
	c := change(o, effective, "express")
	c.Status = event.Left
	return c
}

func attended(o turn.Origin, date event.Date, status event.Attendance) turn.Attendance {
	return turn.Attendance{Origin: o, AttendanceRecorded: event.AttendanceRecorded{Date: date, Status: status}, Subject: o.Subject}
}

func build(t testing.TB, facts ...turn.Facts) *roster.Roster {
	t.Helper()
	r := roster.New()
	for _, f := range facts {
		if err := r.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestAt(t *testing.T) {
	r := build(t, turn.Facts{Changes: []turn.AgentChange{
		change(origin(1, 1), "2024-03-05", "express"),
		change(origin(2, 2), "2024-03-20", "freight", "email"),
		change(origin(4, 4), "2024-03-10", "corrected"),
		change(origin(3, 5), "2024-03-10", "appended later, but earlier in time"),
		leave(origin(5, 6), "2024-03-25"),
	}})
	for _, c := range []struct {
		name, team string
		day        int
		ok, active bool
		calls      bool
	}{
		{"before the first", "", 4, false, true, true},
		{"on the effective date", "express", 5, true, true, true},
		{"the day before the next", "express", 9, true, true, true},
		{"the later time wins a tie", "corrected", 10, true, true, true},
		{"moved to another duty", "freight", 24, true, true, false},
		{"left", "express", 25, true, false, true},
	} {
		e, ok := r.At("li", on(c.day))
		if ok != c.ok || e.Team != c.team || e.Active() != c.active || e.HasDuty("calls") != c.calls {
			t.Errorf("%s: got %+v, %t", c.name, e, ok)
		}
	}
	if e, ok := r.At("nobody", on(9)); ok {
		t.Errorf("entry of nobody: %+v", e)
	}
}

func TestDuring(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes []turn.AgentChange
		want    string
	}{
		{"the whole month", []turn.AgentChange{change(origin(1, 1), "2023-01-01", "express")}, "express"},
		{"a mover counts in the last team", []turn.AgentChange{
			change(origin(1, 1), "2023-01-01", "express"), change(origin(2, 2), "2024-03-31", "freight")}, "freight"},
		{"a leaver in the team they left", []turn.AgentChange{
			change(origin(1, 1), "2023-01-01", "freight"), leave(origin(2, 2), "2024-03-10")}, "freight"},
		{"left as the month began", []turn.AgentChange{
			change(origin(1, 1), "2023-01-01", "freight"), leave(origin(2, 2), "2024-03-01")}, "none"},
		{"joins next month", []turn.AgentChange{change(origin(1, 1), "2024-04-01", "freight")}, "none"},
	} {
		e, ok := build(t, turn.Facts{Changes: c.changes}).During("li", march)
		if !ok {
			e.Team = "none"
		}
		if e.Team != c.want {
			t.Errorf("%s: got %q, want %q", c.name, e.Team, c.want)
		}
	}
}

func TestWorked(t *testing.T) {
	r := build(t, turn.Facts{Attendance: []turn.Attendance{
		attended(origin(1, 1), "2024-03-04", event.Worked),
		attended(origin(1, 2), "2024-03-05", event.OnLeave),
		attended(origin(3, 3), "2024-03-06", event.Absent),
		attended(origin(4, 4), "2024-03-06", event.Worked), // corrected
		attended(origin(6, 5), "2024-03-07", event.Absent), // corrected, although appended first
		attended(origin(5, 6), "2024-03-07", event.Worked),
		attended(origin(5, 7), "2024-02-29", event.Worked),
	}})
	if diff := cmp.Diff(r.Worked("li", march), []calendar.Date{on(4), on(6)}); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
	april := calendar.Month{Year: 2024, Month: time.April}
	if !r.HasAttendance(march) || r.HasAttendance(april) {
		t.Errorf("attendance in March %t, in April %t", r.HasAttendance(march), r.HasAttendance(april))
	}
	if got := r.Worked("nobody", march); got != nil {
		t.Errorf("nobody worked on %v", got)
	}
}

func TestAddRefusesNoDateAndNoZone(t *testing.T) {
	nowhere := origin(1, 1)
	nowhere.Zone = "Mars/Olympus"
	for name, f := range map[string]turn.Facts{
		"effective":  {Changes: []turn.AgentChange{change(origin(1, 1), "2024-02-30", "express")}},
		"attendance": {Attendance: []turn.Attendance{attended(origin(1, 1), "tomorrow", event.Worked)}},
		"zone":       {Changes: []turn.AgentChange{change(nowhere, "2024-02-01", "express")}},
		"its zone":   {Attendance: []turn.Attendance{attended(nowhere, "2024-02-01", event.Worked)}},
	} {
		if err := roster.New().Add(f); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
}

// In whatever order facts are added, in how many parts and how often, the roster says the same.
func TestRosterIgnoresOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var facts []turn.Facts
		for n := range rapid.IntRange(0, 8).Draw(rt, "facts") {
			o := origin(rapid.IntRange(0, 2).Draw(rt, "hour"), n)
			date := event.Date(on(rapid.IntRange(1, 3).Draw(rt, "day")).String())
			if rapid.Bool().Draw(rt, "attendance") {
				status := rapid.SampledFrom([]event.Attendance{event.Worked, event.Absent}).Draw(rt, "status")
				facts = append(facts, turn.Facts{Attendance: []turn.Attendance{attended(o, date, status)}})
			} else {
				facts = append(facts, turn.Facts{Changes: []turn.AgentChange{change(o, date, fmt.Sprint("team ", n))}})
			}
		}
		shuffled := rapid.Permutation(append(facts, facts...)).Draw(rt, "shuffled")
		want, got := build(t, facts...), build(t, shuffled...)
		for d := range march.Dates() {
			w, wok := want.At("li", d)
			g, gok := got.At("li", d)
			if diff := cmp.Diff(g, w); diff != "" || wok != gok {
				rt.Fatalf("%s (-got, +want):\n%s", d, diff)
			}
		}
		if diff := cmp.Diff(got.Worked("li", march), want.Worked("li", march)); diff != "" {
			rt.Fatalf("worked (-got, +want):\n%s", diff)
		}
	})
}
