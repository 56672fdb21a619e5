package monthend_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// A month from its events to payroll, and what became of it when something was heard late.
func TestMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(w.simulated(small("2024-03")))
	d := w.desk()

	first := w.close(d, march)
	if first.Month.Phase != workflow.PhaseCalculated || len(first.Summary.Missing) == 0 || !first.New {
		t.Fatalf("got phase %s, %d missing, new %v; want calculated, with something missing", first.Month.Phase, len(first.Summary.Missing), first.New)
	}
	again := w.close(d, march)
	if again.New || again.Run.ID != first.Run.ID || again.Month.Version != first.Month.Version {
		t.Errorf("closing again: got new %v, run %s, version %d; want nothing new of %s, %d", again.New, again.Run.ID, again.Month.Version, first.Run.ID, first.Month.Version)
	}
	if _, err := d.Approve(w.context(), "", march, "", leader, ""); err == nil {
		t.Error("a month with missing scores was approved")
	}

	w.judge(d, first)
	scored := w.close(d, march)
	if scored.Month.Phase != workflow.PhaseScored || len(scored.Summary.Missing) > 0 {
		t.Fatalf("got phase %s, missing %v; want scored", scored.Month.Phase, scored.Summary.Missing)
	}
	if _, err := d.Approve(w.context(), "", march, "", workflow.Actor{Name: boss.Name, Role: leader.Role}, ""); err == nil {
		t.Error("who scored has approved")
	}
	if _, err := d.Approve(w.context(), "", march, "", leader, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Publish(w.context(), "", march, boss, ""); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "march")
	out, err := d.Export(w.context(), monthend.ExportRequest{Month: march, Folder: folder, By: payer})
	if err != nil {
		t.Fatal(err)
	}
	if out.Cards != len(scored.Summary.Results) || out.Control.Pay == 0 {
		t.Errorf("exported %d cards, %s: want %d", out.Cards, out.Control.Pay, len(scored.Summary.Results))
	}

	none, err := d.Adjust(w.context(), "", boss, "")
	if err != nil || none.Changes() != 0 {
		t.Fatalf("got %d changes, %v; want none", none.Changes(), err)
	}
	agent := scored.Summary.Results[0].Agent
	conduct := time.Date(2024, 3, 20, 2, 0, 0, 0, time.UTC)
	w.store([]event.Row{
		w.event("late-complaint", conduct, event.IncidentReported{Agent: agent, Subjects: []string{"call-attitude"}, Complainant: "customer"}),
		w.event("late-complaint", conduct.Add(time.Hour), event.IncidentRuled{Verdict: event.Upheld, By: "boss"}),
	})
	if same := w.close(d, march); same.Run.ID != scored.Run.ID || same.New {
		t.Errorf("a late event changed a locked month: run %s, was %s", same.Run.ID, scored.Run.ID)
	}
	late, err := d.Adjust(w.context(), "", boss, "a complaint was heard of late")
	if err != nil || late.Changes() == 0 || !late.New {
		t.Fatalf("got %+v, %v; want changes", late, err)
	}
	if c := late.Months[0].Changes[0]; c.Agent != agent || *c.After.Total >= *c.Before.Total {
		t.Errorf("got %+v", c)
	}
	if _, err := d.ApproveAdjustment(w.context(), "", "", leader, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Export(w.context(), monthend.ExportRequest{Month: march, Folder: folder, By: payer}); err == nil {
		t.Error("what went to payroll was overwritten")
	}
	lost := out.Month.Exports[0].Sequence
	same, err := d.ExportAgain(w.context(), monthend.ExportRequest{Month: march, Folder: filepath.Join(t.TempDir(), "again")}, lost)
	if err != nil || !slices.Equal(same.Files, out.Files) {
		t.Errorf("got %d files, %v; want the same as went to payroll", len(same.Files), err)
	}
	if _, err := d.ExportAgain(w.context(), monthend.ExportRequest{Month: march, Folder: filepath.Join(t.TempDir(), "other")}, lost-1); err == nil {
		t.Error("an approval was exported again")
	}
	second := filepath.Join(t.TempDir(), "adjusted")
	out, err = d.Export(w.context(), monthend.ExportRequest{Month: march, Folder: second, By: payer})
	if err != nil || len(out.Adjustments) != 1 || out.Control.Month != 0 || out.Control.Reversals == 0 || out.Control.Pay != out.Control.Reversals+out.Control.New {
		t.Fatalf("got %+v, %v; want the adjustment and nothing that was paid before", out.Control, err)
	}
	var already *monthend.AlreadyExportedError
	if _, err := d.Export(w.context(), monthend.ExportRequest{Month: march, Folder: filepath.Join(t.TempDir(), "third"), By: payer}); !errors.As(err, &already) {
		t.Errorf("got %v; want nothing paid twice", err)
	}
	draft, err := d.Export(w.context(), monthend.ExportRequest{Month: march, Folder: filepath.Join(t.TempDir(), "draft"), By: payer, Draft: true})
	if err != nil || draft.Cards != len(scored.Summary.Results) {
		t.Errorf("got %d cards, %v; want all of them in a draft", draft.Cards, err)
	}
	month, err := d.Month(w.context(), "", march)
	if err != nil {
		t.Fatal(err)
	}
	runs, err := d.VerifyClose(w.context(), month, nil)
	if err != nil || len(runs) != 2 {
		t.Fatalf("got %+v, %v; want the run and its adjustment", runs, err)
	}
	for _, r := range runs {
		if r.Outcome != monthend.Equal {
			t.Errorf("got %+v, want equal", r)
		}
	}
}

func TestMonthIsNotOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.now = time.Date(2024, 3, 31, 16, 30, 0, 0, time.UTC) // the first of April in Shanghai, within the grace
	_, err := w.desk().CloseMonth(w.context(), monthend.CloseRequest{Month: march, Policy: "express-cs", By: boss})
	var not *monthend.NotOverError
	if !errors.As(err, &not) || !not.Until.Equal(time.Date(2024, 3, 31, 17, 0, 0, 0, time.UTC)) {
		t.Errorf("got %v, want that it is not over until 17:00 UTC", err)
	}
}
