package monthend_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// TestZones has a company read in Shanghai with a team in Los Angeles: a month is over where it is over last, and counts in
// each team's own days.
func TestZones(t *testing.T) {
	t.Parallel()
	const far = "America/Los_Angeles"
	atEnd := time.Date(2024, 4, 1, 2, 0, 0, 0, time.UTC) // 10:00 of the first of April in Shanghai, 19:00 of the last of March there
	for name, join := range map[string]func(w *world, d *monthend.Desk){
		"as events": func(w *world, _ *monthend.Desk) {
			w.joins(far, "smith", "west", calendar.Date{Year: 2024, Month: time.January, Day: 1})
		},
		"as a roster": func(w *world, d *monthend.Desk) {
			w.roster(d, `{"agent":"smith","zone":"`+far+`","effective":"2024-01-01","team":"west"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			d := w.desk()
			w.people("li")
			join(w, d)
			w.now = atEnd.Add(time.Hour)
			not, ok := errors.AsType[*monthend.NotOverError](w.fails(d, monthend.CloseRequest{Policy: deskPolicy}))
			if until := time.Date(2024, 4, 1, 8, 0, 0, 0, time.UTC); !ok || !not.Until.Equal(until) {
				t.Fatalf("got %v, want that March is over at %v", not, until)
			}
			w.complaintIn(far, "west", "smith", atEnd)
			w.complaintIn(zone, "east", "li", atEnd)
			w.now = time.Date(2024, 4, 1, 8, 0, 0, 0, time.UTC)
			c := w.closeDesk(d, march)
			w.wants("still in March", c.Summary.Results, "smith", 90)
			w.wants("April already", c.Summary.Results, "li", 100)
			w.now = time.Date(2024, 5, 8, 0, 0, 0, 0, time.UTC)
			c = w.closeDesk(d, calendar.Month{Year: 2024, Month: time.April})
			w.wants("April", c.Summary.Results, "smith", 100)
			w.wants("April", c.Summary.Results, "li", 90)
		})
	}
}

// roster puts a roster into force.
func (w *world) roster(d *monthend.Desk, text string) {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "staff.jsonl")
	if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if _, err := d.Activate(w.context(), monthend.ActivateRequest{Kind: workflow.RosterDocument, File: file, By: boss}); err != nil {
		w.t.Fatal(err)
	}
}

// TestRosterMoves moves an agent in mid-month: they are in the team of the last day, with what they did in both.
func TestRosterMoves(t *testing.T) {
	t.Parallel()
	for name, move := range map[string]func(w *world, d *monthend.Desk){
		"as events": func(w *world, _ *monthend.Desk) {
			w.joins(zone, "li", "parcels", calendar.Date{Year: 2024, Month: time.March, Day: 15})
		},
		"as a roster": func(w *world, d *monthend.Desk) {
			w.roster(d, `{"agent":"li","zone":"Asia/Shanghai","effective":"2024-03-15","team":"parcels"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			d := w.desk()
			w.people("li", "wang")
			w.complaint("before", "li", noon(3, 4))
			w.complaint("after", "li", noon(3, 25))
			move(w, d)
			c := w.closeDesk(d, march)
			w.wants("in both teams", c.Summary.Results, "li", 80)
			if team := c.Summary.Results[0].Team; team != "parcels" {
				t.Errorf("li is in team %q, want parcels", team)
			}
			if team := c.Summary.Results[1].Team; team != "express" {
				t.Errorf("wang is in team %q, want express", team)
			}
			w.verified(d, 1)
		})
	}
}

// TestRosterReplaced has a roster replaced: a frozen month keeps the one that it had, unless it is frozen anew, and after the
// lock who is on it now is told by an adjustment.
func TestRosterReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.complaint("old", "gone", noon(1, 5))
	d := w.desk()
	line := func(agent string) string {
		return `{"agent":"` + agent + `","zone":"Asia/Shanghai","effective":"2024-01-01","team":"express"}`
	}
	w.roster(d, line("li"))
	c := w.closeDesk(d, march)
	if len(c.Summary.Results) != 1 {
		t.Fatalf("got %+v, want li alone", c.Summary.Results)
	}
	w.roster(d, line("li")+"\n"+line("wang"))
	if c = w.closeDesk(d, march); len(c.Summary.Results) != 1 || c.New {
		t.Errorf("got %+v, new %v; want li alone: the month is frozen", c.Summary.Results, c.New)
	}
	c, err := d.CloseMonth(w.context(), monthend.CloseRequest{Month: march, Refreeze: true, By: boss})
	if err != nil || len(c.Summary.Results) != 2 {
		t.Errorf("got %+v, %v; want both", c.Summary.Results, err)
	}
	w.lock(d, march)
	w.roster(d, line("li")+"\n"+line("wang")+"\n"+line("zhao"))
	a := w.adjust(d)
	if len(a.Months[0].Changes) != 1 || a.Months[0].Changes[0].Agent != "zhao" {
		t.Errorf("got %v, want zhao", changed(a.Months[0].Changes))
	}
	w.verified(d, 2)
}
