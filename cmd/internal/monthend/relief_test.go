package monthend_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// TestAppealToALeave takes an appeal against a deduction that follows from events to what the rule takes instead: nothing
// before there is an upheld appeal, and then as much as somebody says, in the adjustment and on the card.
func TestAppealToALeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.now = time.Now()
	w.people("li", "wang")
	const li = "li"
	for day, date := range map[int]event.Date{4: "2024-03-05", 11: "2024-03-12"} {
		w.store([]event.Row{w.event(li, noon(3, day), event.LeaveApproved{Kind: "personal", From: date, Until: date, ApprovedBy: "boss"})})
	}
	d := w.desk()
	c := w.close(d, march)
	w.judge(d, c)
	before := w.relieved(0, li, "", "")
	if _, err := d.Judge(w.context(), before); err == nil || !strings.Contains(err.Error(), "only an upheld appeal") {
		t.Errorf("before the lock: got %v, want that it takes an appeal", err)
	}
	before.Appeal = "5f3c9d2e-8f1b-4c55-9f54-0d3f4a3f4a11"
	if _, err := d.Judge(w.context(), before); err == nil {
		t.Error("a relief by an appeal that nobody filed")
	}
	w.close(d, march)
	w.lock(d, march)
	appeal := w.upheld(d, li, "personal-leave")
	for _, c := range []struct {
		name, want string
		request    monthend.JudgeRequest
	}{
		{"no appeal", "only an upheld appeal", w.relieved(0, li, "", "the form was there")},
		{"another line", "not of", w.relieved(0, li, appeal, "the form was there", "late-early")},
		{"more than the item has", "takes 0 to 8 points", w.relieved(8_01, li, appeal, "the form was there")},
		{"less than nothing", "takes 0 to 8 points", w.relieved(-1, li, appeal, "the form was there")},
		{"no reason", "needs a reason", w.relieved(0, li, appeal, "")},
		{"one of the leaves", "--rule personal-leave", w.relieved(0, li, appeal, "the form was there", "personal-leave/first")},
	} {
		if _, err := d.Judge(w.context(), c.request); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	was := w.leaveOf(d, li)
	if diff := cmp.Diff(was, []amount.Points{-3_00, -3_00}); diff != "" {
		t.Fatalf("published (-got, +want):\n%s", diff)
	}
	m, err := d.Judge(w.context(), w.relieved(0, li, appeal, "both forms were there"))
	if err != nil {
		t.Fatal(err)
	}
	if last := m.Scores[len(m.Scores)-1]; last.Appeal != appeal || *last.Points != 0 {
		t.Errorf("got %+v, want the relief", last)
	}
	changes := w.adjust(d).Months[0].Changes
	if len(changes) != 1 || changes[0].Agent != li || *changes[0].After.Total-*changes[0].Before.Total != 6_00 {
		t.Errorf("got %v, want 6.00 points more for %s", changed(changes), li)
	}
	card, err := d.Card(w.context(), "", march, li, "en")
	if err != nil || len(card.Changes) != 1 {
		t.Fatalf("the card tells %+v, %v", card.Changes, err)
	}
	if diff := cmp.Diff(w.leaveOf(d, li), []amount.Points{0}); diff != "" {
		t.Errorf("after the adjustment (-got, +want):\n%s", diff)
	}
	w.verified(d, 2)
	w.waivedAfter(d, li, appeal)
}

// waivedAfter has a waiver take the place of the score, which changes nothing of the points, and of the waiver again a score.
func (w *world) waivedAfter(d *monthend.Desk, agent, appeal string) {
	w.t.Helper()
	r := w.relieved(0, agent, appeal, "on second thoughts")
	r.Judgements[0].Points, r.Judgements[0].Waived = nil, true
	if _, err := d.Judge(w.context(), r); err != nil {
		w.t.Fatal(err)
	}
	if a, err := d.Adjust(w.context(), "", boss, "in words"); err != nil || a.Changes() != 0 {
		w.t.Errorf("waived: got %d changes, %v; want the same points", a.Changes(), err)
	}
	if _, err := d.Judge(w.context(), w.relieved(2_00, agent, appeal, "one was late")); err != nil {
		w.t.Fatal(err)
	}
	changes := w.adjust(d).Months[0].Changes
	if len(changes) != 1 || *changes[0].After.Total-*changes[0].Before.Total != -2_00 {
		w.t.Errorf("got %v, want 2.00 points less", changed(changes))
	}
	w.verified(d, 3)
}

// upheld files an appeal of an agent and has it upheld.
func (w *world) upheld(d *monthend.Desk, agent, rule string) string {
	w.t.Helper()
	filed, err := d.Appeal(w.context(), "", march, agent, rule, workflow.Actor{Name: agent, Role: "agent"}, "the form was there")
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := d.DecideAppeal(w.context(), "", march, filed.ID, true, leader, "so it was"); err != nil {
		w.t.Fatal(err)
	}
	return filed.ID
}

// relieved is what somebody says about a rule, that of personal leaves unless another is named.
func (w *world) relieved(points amount.Points, agent, appeal, reason string, rules ...string) monthend.JudgeRequest {
	rule := append(rules, "personal-leave")[0]
	r := judgeRequest("", march, []monthend.Judgement{{Agent: agent, Rule: rule, Points: &points, Reason: reason}})
	r.Appeal = appeal
	return r
}

// leaveOf returns what each line about personal leaves takes on the card that holds.
func (w *world) leaveOf(d *monthend.Desk, agent string) []amount.Points {
	w.t.Helper()
	c, err := d.Card(w.context(), "", march, agent, "en")
	if err != nil {
		w.t.Fatal(err)
	}
	var all []amount.Points
	for _, l := range c.Card.Lines {
		if l.Rule == "personal-leave" && l.Status == score.StatusTakes {
			all = append(all, l.Taken)
		}
	}
	return all
}
