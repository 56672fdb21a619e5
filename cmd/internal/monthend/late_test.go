package monthend_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/schemas/event"
)

var april = calendar.Month{Year: 2024, Month: time.April}

// voids rejects an incident that was upheld.
func (w *world) voids(d *monthend.Desk, incident string) {
	w.t.Helper()
	if _, err := d.Rule(w.context(), incident, event.IncidentRuled{Verdict: event.VerdictRejected}, boss, "it was another desk"); err != nil {
		w.t.Fatal(err)
	}
}

// TestRulings voids an incident before the lock, which counts in the next close, and one after, which is an adjustment.
func TestRulings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.people("li", "wang")
	w.complaint("c1", "li", noon(3, 5))
	w.complaint("c2", "li", noon(3, 6))
	d := w.desk()
	w.wants("at first", w.closeDesk(d, march).Summary.Results, "li", 80)
	if _, err := d.Rule(w.context(), "c3", event.IncidentRuled{Verdict: event.VerdictRejected}, boss, "no"); err == nil || !strings.Contains(err.Error(), "never reported") {
		t.Errorf("an incident that nobody reported: got %v", err)
	}
	if _, err := d.Rule(w.context(), "c1", event.IncidentRuled{Verdict: event.VerdictRejected}, workflow.Actor{Name: "li", Role: policy.Supervisor}, "no"); err == nil {
		t.Error("li has ruled on what is about li")
	}
	w.voids(d, "c1")
	w.wants("one voided", w.closeDesk(d, march).Summary.Results, "li", 90)
	w.voids(d, "c1") // once more: nothing that would have to be counted
	w.lock(d, march)
	w.voids(d, "c2")
	w.wants("locked", w.closeDesk(d, march).Summary.Results, "li", 90)
	a := w.adjust(d)
	if diff := cmp.Diff(changed(a.Months[0].Changes), []string{"li 90.00 A → 100.00 A"}); diff != "" {
		t.Errorf("adjusted (-got, +want):\n%s", diff)
	}
	w.verified(d, 2)
}

// TestAppealToARuling takes an appeal from its line to what is paid.
func TestAppealToARuling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.now = time.Now()
	w.people("li", "wang")
	w.complaint("c1", "li", noon(3, 5))
	w.complaint("c2", "li", noon(3, 6))
	d := w.desk()
	w.closeDesk(d, march)
	w.lock(d, march)
	li := workflow.Actor{Name: "li", Role: policy.Agent}
	appeal, err := d.Appeal(w.context(), "", march, "li", "complaint", li, "I was on leave that day")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Appeal(w.context(), "", march, "li", "complaint", li, "once more"); err == nil {
		t.Error("the same appeal was filed twice")
	}
	if _, err := d.DecideAppeal(w.context(), "", march, appeal.ID, true, workflow.Actor{Name: "li", Role: policy.Leader}, "of course"); err == nil {
		t.Error("li has decided about li")
	}
	if _, err := d.DecideAppeal(w.context(), "", march, appeal.ID, true, leader, "so it was"); err != nil {
		t.Fatal(err)
	}
	w.voids(d, "c2")
	w.adjust(d)
	out, err := d.Export(w.context(), monthend.ExportRequest{Month: march, Folder: filepath.Join(t.TempDir(), "march"), By: payer})
	if err != nil || len(out.Adjustments) != 1 {
		t.Fatalf("got %+v, %v; want the adjustment in it", out.Adjustments, err)
	}
	if got, want := out.Control.New+out.Control.Reversals, amount.Money(150_00); got != want {
		t.Errorf("%s more are paid, want %s", got, want)
	}
	w.verified(d, 2)
}

// TestAppealToAScore takes an appeal from a line that somebody scored to another score of it, and of no other line.
func TestAppealToAScore(t *testing.T) {
	t.Parallel()
	w, d := publishedNow(t)
	m, err := d.Month(w.context(), "", march)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(m.Scores, func(g workflow.Given) bool { return g.Rule == "execution" })
	given := m.Scores[i]
	filer := workflow.Actor{Name: "hr", Role: policy.HR}
	appeal, err := d.Appeal(w.context(), "", march, given.Agent, given.Rule, filer, "too hard")
	if err != nil {
		t.Fatal(err)
	}
	points := amount.Points(800)
	request := judgeRequest("", march, []monthend.Judgement{{Agent: given.Agent, Rule: given.Rule, Points: &points, Reason: "by the minutes"}})
	request.Appeal = appeal.ID
	if _, err := d.Judge(w.context(), request); err == nil {
		t.Error("a score was changed before the appeal was decided")
	}
	if _, err := d.DecideAppeal(w.context(), "", march, appeal.ID, true, leader, "it was"); err != nil {
		t.Fatal(err)
	}
	other := request
	other.Judgements = []monthend.Judgement{{Agent: given.Agent, Rule: "enthusiasm", Points: &points, Reason: "while we are at it"}}
	other.Judgements[0].Points = new(amount.Points(400))
	if _, err := d.Judge(w.context(), other); err == nil {
		t.Error("a line was changed that nobody appealed against")
	}
	if _, err := d.Judge(w.context(), request); err != nil {
		t.Fatal(err)
	}
	a, err := d.Adjust(w.context(), "", boss, "the appeal")
	if err != nil {
		t.Fatal(err)
	}
	changes := a.Months[0].Changes
	if len(changes) != 1 || changes[0].Agent != given.Agent || *changes[0].After.Total-*changes[0].Before.Total != points-*given.Points {
		t.Errorf("got %v, want %s points more for %s", changed(changes), points-*given.Points, given.Agent)
	}
	if _, err := d.ApproveAdjustment(w.context(), "", "", leader, ""); err != nil {
		t.Fatal(err)
	}
	card, err := d.Card(w.context(), "", march, given.Agent, "en")
	if err != nil || len(card.Changes) != 1 || !strings.Contains(card.Changes[0].Why[0].EN, "Degree of execution") {
		t.Errorf("the card tells %+v, %v", card.Changes, err)
	}
	w.verified(d, 2)
}

// publishedNow is March of a world of its own, published today, so that appeals are in time by the broker's clock.
func publishedNow(t *testing.T) (*world, *monthend.Desk) {
	t.Helper()
	w := newWorld(t)
	w.now = time.Now()
	w.store(w.simulated(small("2024-03")))
	w.closeTwice()
	d := w.desk()
	w.lock(d, march)
	return w, d
}

// TestStreakByAdjustment has an adjustment of the first of three months complete a streak in the third.
func TestStreakByAdjustment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.people("li", "wang")
	for m, complaints := range map[time.Month]int{time.January: 2, time.February: 3, time.March: 3} {
		for i := range complaints {
			w.complaint(m.String()+string(rune('a'+i)), "li", noon(m, 3+i))
		}
	}
	d := w.desk()
	for _, m := range []calendar.Month{january, february, march} {
		c := w.closeDesk(d, m)
		if len(c.Summary.Proposals) > 0 {
			t.Errorf("%s: got %+v, want no streak", m, c.Summary.Proposals)
		}
		w.lock(d, m)
	}
	w.complaint("late", "li", noon(time.January, 20))
	a := w.adjust(d)
	if diff := cmp.Diff(changed(a.Months[0].Changes), []string{"li 80.00 C → 70.00 E"}); diff != "" {
		t.Errorf("January (-got, +want):\n%s", diff)
	}
	if len(a.Months) != 3 || len(a.Months[1].Summary.Proposals) != 0 || len(a.Months[2].Summary.Proposals) != 1 {
		t.Fatalf("got %+v, want the streak to be complete in March", a.Months)
	}
	if p := a.Months[2].Summary.Proposals[0]; p.Agent != "li" {
		t.Errorf("got %+v, want li", p)
	}
	w.verified(d, 1)
	if again, err := d.Adjust(w.context(), "desk", boss, ""); err != nil || again.Changes() != 0 {
		t.Errorf("adjusting again: got %d changes, %v", again.Changes(), err)
	}
}

// TestCarriedOnce has what changes late count in the next month, once, and not in the month it is of.
func TestCarriedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.people("li", "wang")
	d := w.desk()
	const reading = "late-adjust=next-month"
	w.closeDesk(d, january, reading)
	w.lock(d, january)
	w.complaint("late", "li", noon(time.January, 20))
	a := w.adjust(d)
	if diff := cmp.Diff(changed(a.Months[0].Changes), []string{"li 100.00 A → 90.00 A"}); diff != "" {
		t.Errorf("January (-got, +want):\n%s", diff)
	}
	out, err := d.Export(w.context(), monthend.ExportRequest{Policy: "desk", Month: january, Folder: filepath.Join(t.TempDir(), "january"), By: payer})
	if err != nil || len(out.Adjustments) != 0 || out.Control.New+out.Control.Reversals != 0 {
		t.Errorf("January pays %+v, %v; want what was published", out.Control, err)
	}
	for _, m := range []struct {
		calendar.Month
		points int
	}{{february, 90}, {march, 100}} {
		c := w.closeDesk(d, m.Month, reading)
		w.wants(m.String(), c.Summary.Results, "li", m.points)
		w.lock(d, m.Month)
	}
	if again, err := d.Adjust(w.context(), "desk", boss, ""); err != nil || again.Changes() != 0 {
		t.Errorf("adjusting again: got %d changes, %v", again.Changes(), err)
	}
	// A second one, of two months at once, counts in April alone, with both.
	w.complaint("later", "li", noon(time.January, 21))
	w.complaint("late too", "li", noon(time.February, 20))
	w.adjust(d)
	w.now = time.Date(2024, 5, 8, 0, 0, 0, 0, time.UTC)
	w.wants("April", w.closeDesk(d, april, reading).Summary.Results, "li", 80)
	w.verified(d, 1)
}

// TestCarriedOnceInWhateverOrder calculates two months with one adjustment before either is approved, and approves the later
// one first.
func TestCarriedOnceInWhateverOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.people("li", "wang")
	d := w.desk()
	const reading = "late-adjust=next-month"
	w.closeDesk(d, january, reading)
	w.lock(d, january)
	w.closeDesk(d, february, reading)
	w.complaint("late", "li", noon(time.January, 20))
	w.adjust(d)
	for _, m := range []calendar.Month{february, march} {
		w.wants("before either is approved", w.closeDesk(d, m, reading).Summary.Results, "li", 90)
	}
	w.lock(d, march)
	_, err := d.Approve(w.context(), "", february, "", leader, "")
	if _, ok := errors.AsType[*monthend.OutdatedError](err); !ok {
		t.Errorf("February: got %v, want that it counts what March has counted", err)
	}
	w.wants("February, after March", w.closeDesk(d, february, reading).Summary.Results, "li", 100)
	w.lock(d, february)
	if again, err := d.Adjust(w.context(), "desk", boss, ""); err != nil || again.Changes() != 0 {
		t.Errorf("adjusting again: got %v, %v", again.Months, err)
	}
}
