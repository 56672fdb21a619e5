package workflow_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// waits returns the id of an adjustment that lacks scores.
func (l *log) waits() string {
	l.t.Helper()
	return l.published().do(chen, missing())
}

func TestAdjustmentsThatLackScoresAreRefused(t *testing.T) {
	check(t, []refused{
		{"approved", func(l *log) workflow.Command { return l.command(wang, approveAdjustment(l.waits())) }, workflow.CodePhase,
			`scores are missing in adjustment "` + id(9) + `": 2024-03 lacks 2`},
		{"approved by whom it concerns", func(l *log) workflow.Command {
			return l.command(as("new.chat", policy.Leader), approveAdjustment(l.waits()))
		}, workflow.CodeSelf, `adjustment "` + id(9) + `" changes what new.chat (leader) gets: somebody else approves it`},
		{"approved by who scored for it", func(l *log) workflow.Command {
			l.waits()
			l.do(wang, l.give("new", "attitude", "20"))
			return l.command(wang, approveAdjustment(l.do(chen, adjust("run-2", "run-4"))))
		}, workflow.CodeFourEyes, `wang (leader) judged "new" under "attitude" in month acme/express/2024-03: somebody else approves`},
		{"score of somebody else", func(l *log) workflow.Command {
			l.waits()
			return l.command(chen, l.give("ma", "calls", "1"))
		}, workflow.CodeLocked, "already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"score of nobody", func(l *log) workflow.Command {
			l.waits()
			return l.command(chen, l.give("nobody", "calls", "1"))
		}, workflow.CodeUnknown, `agent "nobody" has no card in month acme/express/2024-03`},
		{"score of a line that was judged before the lock", func(l *log) workflow.Command {
			l.waits()
			return l.command(chen, l.give("li", "attitude", "1"))
		}, workflow.CodeLocked, "already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"score of a line that was waived before the lock", func(l *log) workflow.Command {
			l.calculated().do(chen, waive("li", "calls", ""))
			l.do(chen, calculate(march, "run-2", 0))
			l.do(wang, approve("run-2"))
			l.do(chen, missing())
			return l.command(chen, l.give("li", "calls", "1"))
		}, workflow.CodeLocked, "already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"one of two", func(l *log) workflow.Command {
			l.waits()
			both := waive("ma", "calls", "")
			both.Scores = l.give("new", "calls", "1").Scores
			return l.command(chen, both)
		}, workflow.CodeLocked, "already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"score by an agent", func(l *log) workflow.Command {
			l.waits()
			return l.command(li, l.give("new", "calls", "1"))
		}, workflow.CodeRole, "li (agent) may not do this: want one of the roles supervisor, leader"},
		{"score of oneself, by an account that came after the lock", func(l *log) workflow.Command {
			l.waits()
			return l.command(as("new.chat", policy.Supervisor), l.give("new", "calls", "1"))
		}, workflow.CodeSelf, `new.chat (supervisor) is "new": nobody decides about themselves`},
		{"score for a complete adjustment", func(l *log) workflow.Command {
			l.adjusted()
			return l.command(chen, l.give("li", "calls", "1"))
		}, workflow.CodeLocked, "already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"score in another month", func(l *log) workflow.Command {
			other := missing()
			other.Months[0].Month, other.Months[0].From = april.Month, "run-1"
			l.published().do(chen, freeze(april))
			l.do(chen, calculate(april, "run-1", 0))
			l.do(wang, workflow.Approve{Month: april, Run: "run-1"})
			l.do(chen, other)
			return l.command(chen, l.give("li", "calls", "1"))
		}, workflow.CodeLocked, "already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"score when it is complete", func(l *log) workflow.Command {
			l.waits()
			l.do(chen, adjust("run-2", "run-4"))
			return l.command(chen, l.give("li", "calls", "1"))
		}, workflow.CodeLocked, "already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"score when it is taken away", func(l *log) workflow.Command {
			l.waits()
			l.do(chen, withdraw())
			return l.command(chen, l.give("new", "calls", "1"))
		}, workflow.CodeUnknown, `agent "new" has no card in month acme/express/2024-03`},
		{"score with an appeal, of somebody new", func(l *log) workflow.Command {
			appeal := l.appealed(true)
			l.do(chen, missing())
			return l.command(chen, waive("new", "attitude", appeal))
		}, workflow.CodeUnknown, `agent "new" has no card in month acme/express/2024-03`},
		{"taken away: nothing waits", func(l *log) workflow.Command { return l.published().command(chen, withdraw()) }, workflow.CodeDuplicate,
			"no adjustment of acme/express waits for approval, and nothing is to be adjusted"},
		{"taken away: it is approved", func(l *log) workflow.Command {
			l.do(wang, approveAdjustment(l.adjusted()))
			return l.command(chen, withdraw())
		}, workflow.CodeDuplicate, "no adjustment of acme/express waits for approval, and nothing is to be adjusted"},
		{"taken away: role", func(l *log) workflow.Command {
			l.adjusted()
			return l.command(money, withdraw())
		}, workflow.CodeRole, "qian (finance) may not do this: want one of the roles supervisor, leader, manager, hr"},
		{"approved: taken away meanwhile", func(l *log) workflow.Command {
			adjustment := l.adjusted()
			return seen(l, wang, approveAdjustment(adjustment), func() { l.do(chen, withdraw()) })
		}, workflow.CodeStale, "adjustment acme/express: meanwhile recalculated by chen (supervisor) at 2024-04-12 09:30:09 UTC, decision 10"},
	})
}

// What an adjustment lacks is said, counts in the next one, and may be said again until that is approved.
func TestScoresThatAnAdjustmentWaitsFor(t *testing.T) {
	l := newLog(t)
	l.waits()
	both := waive("li", "calls", "")
	both.Scores = l.give("new", "attitude", "19").Scores
	l.do(chen, both)
	l.do(chen, l.give("new", "attitude", "20"))
	scores, waivers := l.state.Month(march).Manual()
	if len(scores) != 2 || scores[1].Agent != "new" || scores[1].Points != 2000 || len(waivers) != 1 {
		t.Errorf("scores %+v, waivers %+v", scores, waivers)
	}
	if m := l.state.Month(march); m.Phase != workflow.PhasePublished || m.Holds() != "run-2" {
		t.Errorf("month is %s, run %s holds", m.Phase, m.Holds())
	}
	l.do(wang, approveAdjustment(l.do(chen, adjust("run-2", "run-4"))))
	if m := l.state.Month(march); m.Holds() != "run-4" {
		t.Errorf("run %s holds", m.Holds())
	}
}

// When it turns out that nothing changes after all, no adjustment waits any more; the approved ones stay.
func TestAnAdjustmentIsTakenAway(t *testing.T) {
	l := newLog(t)
	first := l.adjusted()
	l.do(wang, approveAdjustment(first))
	second := l.do(chen, adjust("run-3", "run-4"))
	l.do(chen, withdraw())
	if all := l.state.Adjustments("acme", "express"); len(all) != 1 || all[0].ID != first {
		t.Errorf("adjustments %+v", all)
	}
	if v := l.send(l.command(wang, approveAdjustment(second))); v.Accepted || v.Refusal.Code != workflow.CodeUnknown {
		t.Errorf("approved when it was taken away: %v", v.Err())
	}
	l.do(wang, approveAdjustment(l.do(chen, adjust("run-3", "run-5"))))
	if m := l.state.Month(march); m.Holds() != "run-5" {
		t.Errorf("run %s holds", m.Holds())
	}
}
