package monthend_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// TestClosesAtOnce closes a month in two processes at once, then in two more while a third one imports the scores.
func TestClosesAtOnce(t *testing.T) {
	t.Parallel()
	want := undisturbedMonth(t)
	w := newWorld(t)
	w.store(w.simulated(small("2024-03")))
	for _, a := range together(t, w.task("close"), w.task("close")) {
		if a.Err != "" {
			t.Fatalf("close: %s", a.Err)
		}
		same(t, "two at once", a.Run, want.first)
	}
	d := w.desk()
	c := w.close(d, march)
	if c.New {
		t.Error("two have closed the month, and it was calculated once more")
	}
	w.noted(1)

	scores := w.task("judge")
	scores.Judgements = judgements(c)
	for _, a := range together(t, w.task("close"), scores, w.task("close")) {
		if a.Err != "" {
			t.Errorf("scores in between: %s", a.Err)
		}
		if a.Phase == workflow.PhaseScored {
			same(t, "with the scores", a.Run, want.scored)
		}
	}
	scored := w.close(d, march)
	same(t, "in the end", scored.Run.Run, want.scored)
	w.noted(2)
	w.wholeRuns(c.Run.Run, scored.Run.Run)
}

// noted wants the log to have so many calculated runs, each once.
func (w *world) noted(runs int64) {
	w.t.Helper()
	const calculated = " FROM decisions WHERE kind = 'month.calculate'"
	all, distinct := w.count("SELECT uniqExact(sequence)"+calculated), w.count("SELECT uniqExact(JSONExtractString(value, 'data', 'run', 'id'))"+calculated)
	if all != runs || distinct != runs {
		w.t.Errorf("%d runs were noted %d times, want %d once", distinct, all, runs)
	}
}

// late reports whether an error says that somebody has done it before the other one even began.
func late(text string) bool {
	return text == monthend.ErrNothingToApprove.Error() || strings.Contains(text, "exported already") || strings.Contains(text, "went to payroll")
}

// TestStepsAtOnce takes each step after scoring in two processes at once: it is taken once, and the other is told by whom.
func TestStepsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.people("li", "wang")
	d := w.desk()
	w.closeDesk(d, march)
	task := func(do string) task {
		next := w.task(do)
		next.Policy = "desk"
		return next
	}
	one := func(do, folder string) {
		t.Helper()
		step := task(do)
		step.Folder = folder
		answers := together(t, step, step)
		accepted := 0
		for _, a := range answers {
			switch {
			case a.Err == "":
				accepted++
			case a.Code != workflow.CodeStale && a.Code != workflow.CodePhase && !late(a.Err):
				t.Errorf("%s: got %s, want who was faster", do, a.Err)
			}
		}
		if accepted != 1 {
			t.Errorf("%s: %d were accepted, want 1: %+v", do, accepted, answers)
		}
	}
	one("approve", "")
	one("publish", "")

	folder := filepath.Join(t.TempDir(), "march")
	one("export", folder)
	w.exported(d, folder, 1)

	w.complaint("late", "li", noon(3, 20))
	adjusted := together(t, task("adjust"), task("adjust"))
	if !slices.ContainsFunc(adjusted, func(a answer) bool { return a.New }) {
		t.Errorf("nobody has noted the adjustment: %+v", adjusted)
	}
	for _, a := range adjusted {
		if a.Err != "" && a.Code != workflow.CodeStale || a.Err == "" && a.Changes != 1 {
			t.Errorf("adjust: got %+v, want one change", a)
		}
	}
	if n := w.count("SELECT uniqExact(sequence) FROM decisions WHERE kind = 'month.adjust'"); n != 1 {
		t.Errorf("%d adjustments were noted, want 1", n)
	}
	one("approve-adjustment", "")
	out, err := d.Export(w.context(), monthend.ExportRequest{Month: march, Folder: folder + "-adjusted", By: payer})
	if err != nil || len(out.Adjustments) != 1 {
		t.Errorf("got adjustments %v, %v; want the one", out.Adjustments, err)
	}
	w.verified(d, 2)
}
