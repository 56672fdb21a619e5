package monthend_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// fails closes March and returns the error, which there must be.
func (w *world) fails(d *monthend.Desk, r monthend.CloseRequest) error {
	w.t.Helper()
	r.Month, r.By = march, boss
	c, err := d.CloseMonth(w.context(), r)
	if err == nil {
		w.t.Fatalf("%+v was closed: %+v", r, c.Run)
	}
	return err
}

// TestUnknownPolicy names what there is to choose from, and decides nothing.
func TestUnknownPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.people("li")
	d := w.desk()
	if err := w.fails(d, monthend.CloseRequest{}); !strings.Contains(err.Error(), "--policy") {
		t.Errorf("no policy: got %v, want that one has to be named", err)
	}
	if err := w.fails(d, monthend.CloseRequest{Policy: "express-sc"}); !strings.Contains(err.Error(), "express-cs") {
		t.Errorf("no such policy: got %v, want the ones there are", err)
	}
	if err := w.fails(d, monthend.CloseRequest{Policy: deskPolicy, Decide: []string{"late-adjust=never"}}); !strings.Contains(err.Error(), "next-month") {
		t.Errorf("no such reading: got %v, want the ones there are", err)
	}
	if err := w.fails(d, monthend.CloseRequest{Policy: deskPolicy, Decide: []string{"late-adjust"}}); !strings.Contains(err.Error(), "late-adjust") {
		t.Errorf("no reading: got %v", err)
	}
	if state, err := d.State(w.context()); err != nil || state.Head().Sequence != 0 {
		t.Errorf("%d decisions were made, %v", state.Head().Sequence, err)
	}
	if _, err := d.Approve(w.context(), "", march, "", leader, ""); err == nil {
		t.Error("a month that nobody closed was approved")
	}
	w.closeDesk(d, march)
	_, err := d.Approve(w.context(), "dsek", march, "", leader, "")
	if unknown, ok := errors.AsType[*document.Unknown](err); !ok || unknown.Name != "dsek" {
		t.Errorf("approve under another policy: got %v, want that it is not known", err)
	}
	if _, err := d.Approve(w.context(), "", january, "", leader, ""); err == nil {
		t.Error("another month was approved")
	} else if _, ok := errors.AsType[*monthend.NotClosedError](err); !ok {
		t.Errorf("another month: got %v, want that it is not closed", err)
	}
}

// TestPolicyChangedAfterFreezing takes another text of the policy only where that was asked for, and never after approval.
func TestPolicyChangedAfterFreezing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.people("li", "wang")
	w.complaint("c1", "li", noon(3, 5))
	text, err := os.ReadFile(deskPolicy)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "desk.yaml")
	each := func(points string) {
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(text), "each: 10", "each: "+points)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	each("10")
	d := w.desk()
	request := monthend.CloseRequest{Month: march, Policy: file, By: boss}
	c, err := d.CloseMonth(w.context(), request)
	if err != nil {
		t.Fatal(err)
	}
	w.wants("at first", c.Summary.Results, "li", 90)

	each("30")
	refused := func(what string, r monthend.CloseRequest) {
		t.Helper()
		if _, ok := errors.AsType[*monthend.ChangedRulesError](w.fails(d, r)); !ok {
			t.Errorf("%s: got %v, want that the rules are others", what, w.fails(d, r))
		}
	}
	refused("the file has changed", request)
	refused("another reading", monthend.CloseRequest{Decide: []string{"late-adjust=next-month"}})
	same := monthend.CloseRequest{Month: march, By: boss} // no policy named: the one it was frozen with
	if c, err = d.CloseMonth(w.context(), same); err != nil || c.New {
		t.Errorf("as it was frozen: got new %v, %v", c.New, err)
	}
	again := request
	again.Refreeze = true
	if c, err = d.CloseMonth(w.context(), again); err != nil {
		t.Fatal(err)
	}
	w.wants("frozen again", c.Summary.Results, "li", 70)

	if _, err := d.Approve(w.context(), "", march, "", leader, ""); err != nil {
		t.Fatal(err)
	}
	each("50")
	refused("after approval", request)
	if _, ok := errors.AsType[*monthend.LockedError](w.fails(d, again)); !ok {
		t.Errorf("frozen again after approval: got %v, want that it is locked", w.fails(d, again))
	}
	if c, err = d.CloseMonth(w.context(), same); err != nil || c.New {
		t.Errorf("after approval: got new %v, %v", c.New, err)
	}
	w.wants("after approval", c.Summary.Results, "li", 70)
	w.verified(d, 1)
}

// TestRefreezeTakesLateEvents takes in what has arrived since, before the approval only.
func TestRefreezeTakesLateEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.people("li", "wang")
	d := w.desk()
	first := w.closeDesk(d, march)
	w.complaint("late", "li", noon(3, 5))
	if c := w.closeDesk(d, march); c.Run.ID != first.Run.ID || c.New {
		t.Errorf("a late event counts in what is frozen: %+v", c.Run)
	}
	request := monthend.CloseRequest{Month: march, Policy: deskPolicy, By: boss, Refreeze: true}
	c, err := d.CloseMonth(w.context(), request)
	if err != nil {
		t.Fatal(err)
	}
	w.wants("frozen again", c.Summary.Results, "li", 90)
	w.verified(d, 1)
	w.lock(d, march)
	w.complaint("later", "li", noon(3, 6))
	if _, ok := errors.AsType[*monthend.LockedError](w.fails(d, request)); !ok {
		t.Errorf("after approval: got %v, want that it is locked", w.fails(d, request))
	}
	request.Refreeze = false
	if c, err = d.CloseMonth(w.context(), request); err != nil || c.New {
		t.Errorf("after approval: got new %v, %v", c.New, err)
	}
	w.wants("after approval", c.Summary.Results, "li", 90)
}

// TestNobody closes months in which nobody is, and in which nobody has done anything.
func TestNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.desk()
	if err := w.fails(d, monthend.CloseRequest{Policy: deskPolicy}); !errors.Is(err, monthend.ErrNoEvents) {
		t.Errorf("nothing in any table: got %v, want that nothing has arrived", err)
	}
	w.complaint("old", "gone", noon(1, 5))
	nobody := func(r monthend.CloseRequest) {
		t.Helper()
		err := w.fails(d, r)
		if _, ok := errors.AsType[*monthend.NobodyError](err); !ok || !strings.Contains(err.Error(), "roster") || !strings.Contains(err.Error(), "--refreeze") {
			t.Errorf("got %v, want what to do", err)
		}
	}
	nobody(monthend.CloseRequest{Policy: deskPolicy})
	w.people("li", "wang")
	nobody(monthend.CloseRequest{Policy: deskPolicy}) // they are not in what was frozen
	if _, err := d.Approve(w.context(), "", march, "", leader, ""); err == nil {
		t.Error("a month of nobody was approved")
	}
	c, err := d.CloseMonth(w.context(), monthend.CloseRequest{Month: march, Policy: deskPolicy, By: boss, Refreeze: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Summary.Results) != 2 || c.Month.Phase != workflow.PhaseScored {
		t.Errorf("got %d cards, %s; want the two who did nothing", len(c.Summary.Results), c.Month.Phase)
	}
	w.wants("without any call", c.Summary.Results, "li", 100)
	w.verified(d, 1)
}

// TestNobodyCalled has a month under express-cs in which nobody took a call: what cannot be measured waits for a person.
func TestNobodyCalled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.people("li", "wang")
	d := w.desk()
	c := w.close(d, march)
	if len(c.Summary.Results) != 2 || len(c.Summary.Missing) == 0 {
		t.Fatalf("got %d cards, %d missing", len(c.Summary.Results), len(c.Summary.Missing))
	}
	for _, r := range c.Summary.Results {
		if r.Total != nil {
			t.Errorf("%s has %s points, though words are missing", r.Agent, *r.Total)
		}
	}
	w.judge(d, c)
	if c = w.close(d, march); c.Month.Phase != workflow.PhaseScored {
		t.Errorf("got %s, missing %+v; want scored", c.Month.Phase, c.Summary.Missing)
	}
}
