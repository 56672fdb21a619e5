package monthend_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// deskPolicy is a policy of which everybody can tell in their head what it comes to: 100 points, and 10 off for each
// complaint that was upheld.
const deskPolicy = "testdata/desk.yaml"

var (
	january  = calendar.Month{Year: 2024, Month: time.January}
	february = calendar.Month{Year: 2024, Month: time.February}
)

// people joins agents to the team express of the company's zone, from the new year on.
func (w *world) people(agents ...string) {
	w.t.Helper()
	for _, a := range agents {
		w.joins(zone, a, "express", calendar.Date{Year: 2024, Month: time.January, Day: 1})
	}
}

func (w *world) joins(zone, agent, team string, from calendar.Date) {
	w.t.Helper()
	w.store([]event.Row{w.eventIn(zone, agent, from.Start(time.UTC), event.AgentChanged{Effective: event.Date(from.String()), Team: team, Name: agent})})
}

// complaint has a complaint about an agent upheld at an instant.
func (w *world) complaint(id, agent string, at time.Time) {
	w.t.Helper()
	w.complaintIn(zone, id, agent, at)
}

func (w *world) complaintIn(zone, id, agent string, at time.Time) {
	w.t.Helper()
	w.store([]event.Row{
		w.eventIn(zone, id, at, event.IncidentReported{Agent: agent, Subjects: []string{"call-attitude"}, Complainant: "customer"}),
		w.eventIn(zone, id, at.Add(time.Minute), event.IncidentRuled{Verdict: event.Upheld, By: "boss"}),
	})
}

// noon is an instant of a day of 2024 that is the same date everywhere the tests are.
func noon(m time.Month, day int) time.Time { return time.Date(2024, m, day, 4, 0, 0, 0, time.UTC) }

// closeDesk closes a month under the policy of the tests, with readings of its decisions.
func (w *world) closeDesk(d *monthend.Desk, m calendar.Month, decide ...string) monthend.Closed {
	w.t.Helper()
	c, err := d.CloseMonth(w.context(), monthend.CloseRequest{Month: m, Policy: deskPolicy, Decide: decide, By: boss})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// points returns what an agent has, in hundredths, or fails the test.
func (w *world) points(results []closing.Result, agent string) amount.Points {
	w.t.Helper()
	i := slices.IndexFunc(results, func(r closing.Result) bool { return r.Agent == agent })
	if i < 0 || results[i].Total == nil {
		w.t.Fatalf("no points of %q in %+v", agent, results)
	}
	return *results[i].Total
}

// wants compares points.
func (w *world) wants(what string, results []closing.Result, agent string, points int) {
	w.t.Helper()
	if got, want := w.points(results, agent), amount.Points(100*points); got != want {
		w.t.Errorf("%s: %s has %s points, want %s", what, agent, got, want)
	}
}

// adjust adjusts what is locked, and has it approved.
func (w *world) adjust(d *monthend.Desk) monthend.Adjusted {
	w.t.Helper()
	a, err := d.Adjust(w.context(), "", boss, "heard late")
	if err != nil {
		w.t.Fatal(err)
	}
	if a.Changes() == 0 {
		w.t.Fatal("nothing changes")
	}
	if _, err := d.ApproveAdjustment(w.context(), "", "", leader, ""); err != nil {
		w.t.Fatal(err)
	}
	return a
}

// changed returns what a month's changes are, in words: "li 100.00 A → 90.00 A".
func changed(changes []closing.Change) []string {
	var all []string
	text := func(r *closing.Result) string {
		if r == nil || r.Total == nil {
			return "nothing"
		}
		return fmt.Sprintf("%s %s", *r.Total, r.Grade)
	}
	for _, c := range changes {
		all = append(all, fmt.Sprintf("%s %s → %s", c.Agent, text(c.Before), text(c.After)))
	}
	return all
}
