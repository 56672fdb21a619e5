package monthend_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// lockedMarch is a locked month in which li has lost points by two complaints.
func lockedMarch(t *testing.T) (*world, *monthend.Desk, monthend.Closed) {
	w := newWorld(t)
	w.people("li", "wang")
	w.complaint("c1", "li", noon(3, 5))
	w.complaint("c2", "li", noon(3, 6))
	d := w.desk()
	c := w.closeDesk(d, march)
	w.lock(d, march)
	return w, d, c
}

// The row of a run and everything under it are lost: the log has its hashes, so it can be calculated again.
func TestLostRunIsRestored(t *testing.T) {
	t.Parallel()
	w, d, c := lockedMarch(t)
	log := func(want ...app.LogFaultKind) {
		t.Helper()
		r, err := app.VerifyLog(w.context(), w.config)
		var got []app.LogFaultKind
		for _, f := range r.Faults {
			got = append(got, f.Kind)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("verify log: got %v, %v; want %v", r.Faults, err, want)
		}
	}
	log()
	w.alter("ALTER TABLE runs UPDATE result = '00' WHERE run = '" + c.Run.ID + "'")
	log(app.RunChanged)
	for _, table := range []string{"runs", "cards", "lines", "evidence"} {
		w.alter("ALTER TABLE " + table + " DELETE WHERE run = '" + c.Run.ID + "'")
	}
	log(app.RunMissing)
	month, err := d.Month(w.context(), "", march)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Stored(w.context(), month); err == nil {
		t.Error("a run that is lost was found")
	}
	again := w.closeDesk(d, march)
	if again.Run.ID != c.Run.ID || again.New || len(again.Summary.Results) != 2 {
		t.Errorf("got run %s of %d cards, new %v; want %s restored", again.Run.ID, len(again.Summary.Results), again.New, c.Run.ID)
	}
	w.verified(d, 1)
	log()
}

// What somebody did to the events of a locked month must not become a payment.
func TestSpoiledInputIsNoAdjustment(t *testing.T) {
	for name, spoil := range map[string]string{
		"deleted": "ALTER TABLE events DELETE WHERE conversation_id = 'c1'",
		"edited":  "ALTER TABLE events UPDATE agent = 'wang' WHERE conversation_id = 'c1' AND type = 'incident.reported'",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, d, _ := lockedMarch(t)
			w.alter(spoil)
			_, err := d.Adjust(w.context(), "", boss, "")
			var changed *monthend.ChangedInputError
			if !errors.As(err, &changed) || (changed.Gone > 0) != (name == "deleted") {
				t.Errorf("got %v, want that what March was calculated from has changed", err)
			}
		})
	}
}

// An adjustment that turns out to be none is taken away, so that nobody approves it.
func TestAdjustmentThatWasNone(t *testing.T) {
	t.Parallel()
	w, d, _ := lockedMarch(t)
	w.complaint("c3", "li", noon(3, 20))
	if a, err := d.Adjust(w.context(), "", boss, ""); err != nil || a.Changes() != 1 {
		t.Fatalf("got %d changes, %v; want one", a.Changes(), err)
	}
	w.store([]event.Row{w.event("c3", noon(3, 22), event.IncidentRuled{Verdict: event.VerdictRejected, By: "boss"})})
	if a, err := d.Adjust(w.context(), "", boss, ""); err != nil || a.Changes() != 0 {
		t.Fatalf("got %d changes, %v; want none", a.Changes(), err)
	}
	if _, err := d.ApproveAdjustment(w.context(), "", "", leader, ""); !errors.Is(err, monthend.ErrNothingToApprove) {
		t.Errorf("got %v, want nothing to approve", err)
	}
}

func TestLockedMonthIsNotFrozenAnew(t *testing.T) {
	t.Parallel()
	w, d, _ := lockedMarch(t)
	_, err := d.CloseMonth(w.context(), monthend.CloseRequest{Month: march, Refreeze: true, By: boss})
	if locked := new(monthend.LockedError); !errors.As(err, &locked) {
		t.Errorf("got %v, want that it is locked", err)
	}
}

// Who approves has looked at a run: another one is refused.
func TestApproveWhatWasSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.people("li", "wang")
	d := w.desk()
	c := w.closeDesk(d, march)
	_, err := d.Approve(w.context(), "", march, "0123", leader, "")
	if other := new(monthend.NotSeenError); !errors.As(err, &other) || other.Is != c.Run.ID {
		t.Errorf("got %v, want that it is another run", err)
	}
	if _, err := d.Approve(w.context(), "", march, c.Run.ID[:8], leader, ""); err != nil {
		t.Error(err)
	}
}

// A name on a card is its owner's, whatever the id.
func TestNobodyUnderTheirName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store([]event.Row{w.event("li", noon(1, 1), event.AgentChanged{Effective: "2024-01-01", Team: "express", Name: "李娜 Li Na"})})
	w.people("wang")
	d := w.desk()
	w.closeDesk(d, march)
	for _, name := range []string{"li", "LI", "李娜 Li Na", "李娜 LI NA"} {
		_, err := d.Approve(w.context(), "", march, "", workflow.Actor{Name: name, Role: leader.Role}, "")
		var refused *workflow.RefusedError
		if !errors.As(err, &refused) || !slices.Contains([]workflow.RefusalCode{workflow.CodeSelf}, refused.Code) {
			t.Errorf("%q: got %v, want that nobody approves themselves", name, err)
		}
	}
}
