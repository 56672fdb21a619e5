package workflow_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// refused is a command that is refused in the situation that its function makes.
type refused struct {
	name string
	make func(l *log) workflow.Command
	code workflow.RefusalCode
	want string // the whole sentence
}

// as says who acts in which role.
func as(name string, role policy.Role) workflow.Actor { return workflow.Actor{Name: name, Role: role} }

// seen returns a command that was made before what follows happened.
func seen(l *log, by workflow.Actor, a workflow.Action, meanwhile func()) workflow.Command {
	c := l.command(by, a)
	meanwhile()
	return c
}

func approve(run string) workflow.Approve { return workflow.Approve{Month: march, Run: run} }

func publish(run string) workflow.Publish { return workflow.Publish{Month: march, Run: run} }

func export(run string, adjustments ...string) workflow.Export {
	return workflow.Export{Month: march, Run: run, Files: []workflow.File{{Name: "pay.csv", SHA256: hash("pay")}}, Adjustments: adjustments}
}

func appealOf(agent, rule string) workflow.FileAppeal {
	return workflow.FileAppeal{Month: march, Agent: agent, Rule: rule}
}

func waive(agent, rule, appeal string) workflow.SetScores {
	return workflow.SetScores{Month: march, Waivers: []workflow.Waiver{{Agent: agent, Rule: rule, Reason: "was ill"}}, Appeal: appeal}
}

func decide(appeal string) workflow.DecideAppeal {
	return workflow.DecideAppeal{Month: march, Appeal: appeal, Upheld: true}
}

func approveAdjustment(id string) workflow.ApproveAdjustment {
	return workflow.ApproveAdjustment{Company: "acme", Policy: "express", Adjustment: id}
}

func check(t *testing.T, rows []refused) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			l := newLog(t)
			c := row.make(l)
			head, version := l.state.Head(), l.state.Month(march).Version
			v := l.send(c)
			err := new(workflow.RefusedError)
			if v.Accepted || !errors.As(v.Err(), &err) || err.Code != row.code || err.Error() != row.want {
				t.Errorf("refusal\n got %v: %v\nwant %s: %s", v.Refusal, v.Err(), row.code, row.want)
			}
			if l.state.Head() != head || l.state.Month(march).Version != version || v.Sequence != 0 || v.Hash != (workflow.Hash{}) {
				t.Error("a refused command changed something")
			}
		})
	}
}

func TestDocumentsAreRefused(t *testing.T) {
	check(t, []refused{
		{"role", func(l *log) workflow.Command {
			return l.command(money, document(workflow.PolicyDocument, "express", "p"))
		}, workflow.CodeRole, `qian (finance) may not do this: want one of the roles supervisor, manager, leader, hr, general-manager`},
		{"in force already", func(l *log) workflow.Command {
			l.do(hr, document(workflow.PolicyDocument, "express", "p"))
			return l.command(chen, document(workflow.PolicyDocument, "express", "p"))
		}, workflow.CodeDuplicate, "already activated by sun (hr) at 2024-04-12 09:30:00 UTC, decision 1"},
		{"in force already, unseen", func(l *log) workflow.Command {
			return seen(l, chen, document(workflow.PolicyDocument, "express", "p"), func() { l.do(hr, document(workflow.PolicyDocument, "express", "p")) })
		}, workflow.CodeDuplicate, "already activated by sun (hr) at 2024-04-12 09:30:00 UTC, decision 1"},
		{"replaced meanwhile", func(l *log) workflow.Command {
			return seen(l, chen, document(workflow.PolicyDocument, "express", "p"), func() { l.do(hr, document(workflow.PolicyDocument, "express", "q")) })
		}, workflow.CodeStale, "document acme/policy/express: already activated by sun (hr) at 2024-04-12 09:30:00 UTC, decision 1"},
		{"a version that was never", func(l *log) workflow.Command {
			c := l.command(chen, document(workflow.PolicyDocument, "express", "p"))
			c.Expect[0].Version = 7
			return c
		}, workflow.CodeStale, "document acme/policy/express has version 0, not 7"},
		{"no shape", func(l *log) workflow.Command {
			return l.command(as("", policy.HR), document(workflow.PolicyDocument, "express", "p"))
		}, workflow.CodeInvalid, `command "00000000-0000-4000-8000-000000000001" (document.activate): by.name: missing`},
	})
}

func TestCalculationIsRefused(t *testing.T) {
	again := freeze(march)
	again.Again = true
	check(t, []refused{
		{"no policy", func(l *log) workflow.Command { return l.command(chen, freeze(march)) }, workflow.CodeUnknown,
			`no policy of company "acme" with SHA-256 ` + hash("the policy") + ` was activated`},
		{"no calendar", func(l *log) workflow.Command {
			l.do(chen, document(workflow.PolicyDocument, "express", "the policy"))
			return l.command(chen, freeze(march))
		}, workflow.CodeUnknown, `no calendar of company "acme" with SHA-256 ` + hash("the calendar") + ` was activated`},
		{"role", func(l *log) workflow.Command { return l.frozen().command(as("zhao", policy.Auditor), again) }, workflow.CodeRole,
			`zhao (auditor) may not do this: want one of the roles supervisor, leader, manager, hr`},
		{"frozen", func(l *log) workflow.Command { return l.frozen().command(wang, freeze(march)) }, workflow.CodePhase,
			"already frozen by chen (supervisor) at 2024-04-12 09:30:02 UTC, decision 3"},
		{"frozen meanwhile", func(l *log) workflow.Command { return seen(l, wang, freeze(march), func() { l.frozen() }) }, workflow.CodeStale,
			"already frozen by chen (supervisor) at 2024-04-12 09:30:02 UTC, decision 3"},
		{"frozen after the lock", func(l *log) workflow.Command { return l.approved().command(wang, freeze(march)) }, workflow.CodePhase,
			"already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"frozen again after the lock", func(l *log) workflow.Command { return l.published().command(wang, again) }, workflow.CodePhase,
			"already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"calculated from nothing", func(l *log) workflow.Command { return l.command(chen, calculate(march, "run-1", 0)) }, workflow.CodeUnknown,
			"month acme/express/2024-03: nothing is frozen"},
		{"calculated by an agent", func(l *log) workflow.Command { return l.frozen().command(li, calculate(march, "run-1", 0)) }, workflow.CodeRole,
			`li (agent) may not do this: want one of the roles supervisor, leader, manager, hr`},
		{"calculated after the lock", func(l *log) workflow.Command { return l.approved().command(chen, calculate(march, "run-9", 0)) }, workflow.CodePhase,
			"already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"the same run", func(l *log) workflow.Command { return l.scored().command(chen, calculate(march, "run-2", 0)) }, workflow.CodeDuplicate,
			`run "run-2" is that of month acme/express/2024-03 already`},
		{"the same run, at once", func(l *log) workflow.Command {
			l.frozen()
			return seen(l, wang, calculate(march, "run-1", 2), func() { l.do(chen, calculate(march, "run-1", 2)) })
		}, workflow.CodeDuplicate, `run "run-1" is that of month acme/express/2024-03 already`},
		{"scored meanwhile", func(l *log) workflow.Command {
			l.calculated()
			return seen(l, wang, calculate(march, "run-2", 0), func() { l.do(chen, l.give("li", "attitude", "1")) })
		}, workflow.CodeStale, "month acme/express/2024-03: meanwhile scored by chen (supervisor) at 2024-04-12 09:30:04 UTC, decision 5"},
		{"scored meanwhile, with everything that waits", func(l *log) workflow.Command {
			l.calculated()
			both := waive("ma", "calls", "")
			both.Scores = l.give("ma", "attitude", "1").Scores
			return seen(l, wang, calculate(march, "run-2", 0), func() { l.do(chen, both) })
		}, workflow.CodeStale, "month acme/express/2024-03: meanwhile scored by chen (supervisor) at 2024-04-12 09:30:04 UTC, decision 5"},
	})
}

func TestScoresAreRefused(t *testing.T) {
	check(t, []refused{
		{"nothing frozen", func(l *log) workflow.Command { return l.command(chen, l.give("li", "attitude", "1")) }, workflow.CodeUnknown,
			"month acme/express/2024-03: nothing is frozen"},
		{"nothing calculated", func(l *log) workflow.Command { return l.frozen().command(chen, l.give("nobody", "attitude", "1")) }, workflow.CodePhase,
			`month acme/express/2024-03 is open: want ["calculated" "scored"]`},
		{"no card", func(l *log) workflow.Command { return l.calculated().command(chen, l.give("nobody", "attitude", "1")) }, workflow.CodeUnknown,
			`agent "nobody" has no card in month acme/express/2024-03`},
		{"one of many has no card", func(l *log) workflow.Command {
			both := waive("nobody", "calls", "")
			both.Scores = l.give("li", "attitude", "1").Scores
			return l.calculated().command(chen, both)
		}, workflow.CodeUnknown, `agent "nobody" has no card in month acme/express/2024-03`},
		{"role", func(l *log) workflow.Command { return l.calculated().command(hr, l.give("li", "attitude", "1")) }, workflow.CodeRole,
			`sun (hr) may not do this: want one of the roles supervisor, leader`},
		{"oneself", func(l *log) workflow.Command {
			return l.calculated().command(as("ma", policy.Supervisor), l.give("ma", "attitude", "20"))
		}, workflow.CodeSelf, `ma (supervisor) is "ma": nobody decides about themselves`},
		{"oneself by an account", func(l *log) workflow.Command {
			return l.calculated().command(as("204", policy.Supervisor), l.give("li", "attitude", "20"))
		}, workflow.CodeSelf, `204 (supervisor) is "li": nobody decides about themselves`},
		{"waiver for oneself", func(l *log) workflow.Command {
			return l.calculated().command(as("ma", policy.Supervisor), waive("ma", "calls", ""))
		}, workflow.CodeSelf, `ma (supervisor) is "ma": nobody decides about themselves`},
		{"scored meanwhile", func(l *log) workflow.Command {
			l.calculated()
			return seen(l, wang, l.give("li", "attitude", "1"), func() { l.do(chen, l.give("li", "manner", "2")) })
		}, workflow.CodeStale, "card acme/express/2024-03/li: already scored by chen (supervisor) at 2024-04-12 09:30:04 UTC, decision 5"},
		{"locked", func(l *log) workflow.Command { return l.approved().command(chen, l.give("li", "attitude", "1")) }, workflow.CodeLocked,
			"already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"locked meanwhile", func(l *log) workflow.Command {
			l.scored()
			both := waive("ma", "calls", "")
			both.Scores = l.give("li", "attitude", "1").Scores
			return seen(l, chen, both, func() {
				l.do(wang, approve("run-2"))
				l.do(hr, publish("run-2"))
			})
		}, workflow.CodeStale, "already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"appeal that nobody filed", func(l *log) workflow.Command { return l.published().command(chen, waive("li", "attitude", id(99))) }, workflow.CodeUnknown,
			`appeal "` + id(99) + `" of month acme/express/2024-03 is not known`},
		{"appeal before the lock", func(l *log) workflow.Command { return l.scored().command(chen, waive("li", "attitude", id(99))) }, workflow.CodeUnknown,
			`appeal "` + id(99) + `" of month acme/express/2024-03 is not known`},
		{"appeal rejected", func(l *log) workflow.Command {
			appeal := l.appealed(false)
			return l.command(chen, waive("li", "attitude", appeal))
		}, workflow.CodeLocked, `appeal "` + id(9) + `" is not upheld`},
		{"appeal undecided", func(l *log) workflow.Command {
			appeal := l.published().do(li, appealOf("li", "attitude"))
			return l.command(chen, waive("li", "attitude", appeal))
		}, workflow.CodeLocked, `appeal "` + id(9) + `" is not upheld`},
		{"appeal about another rule", func(l *log) workflow.Command {
			appeal := l.appealed(true)
			return l.command(chen, waive("li", "attitudes", appeal))
		}, workflow.CodeLocked, `appeal "` + id(9) + `" is of "li" about "attitude", not of "li" about "attitudes"`},
		{"appeal of somebody else", func(l *log) workflow.Command {
			appeal := l.appealed(true)
			return l.command(chen, waive("ma", "attitude", appeal))
		}, workflow.CodeLocked, `appeal "` + id(9) + `" is of "li" about "attitude", not of "ma" about "attitude"`},
	})
}

func TestIncidentsAreRefused(t *testing.T) {
	rejected := incident("li")
	rejected.Ruling = event.IncidentRuled{Verdict: event.VerdictRejected}
	check(t, []refused{
		{"role", func(l *log) workflow.Command { return l.command(li, incident("ma")) }, workflow.CodeRole,
			`li (agent) may not do this: want one of the roles supervisor, manager, leader, panel, hr, general-manager`},
		{"oneself", func(l *log) workflow.Command { return l.command(as("li", policy.Supervisor), incident("li")) }, workflow.CodeSelf,
			`incident "c-1" is about li (supervisor): somebody else rules on it`},
		{"oneself by an account", func(l *log) workflow.Command {
			return l.calculated().command(as("204", policy.Supervisor), incident("li"))
		}, workflow.CodeSelf, `incident "c-1" is about 204 (supervisor): somebody else rules on it`},
		{"ruled meanwhile", func(l *log) workflow.Command {
			return seen(l, chen, rejected, func() { l.do(wang, incident("li")) })
		}, workflow.CodeStale, "incident acme/c-1: already ruled on by wang (leader) at 2024-04-12 09:30:00 UTC, decision 1"},
	})
}

func TestApprovalIsRefused(t *testing.T) {
	check(t, []refused{
		{"nothing frozen", func(l *log) workflow.Command { return l.command(wang, approve("run-2")) }, workflow.CodeUnknown,
			"month acme/express/2024-03: nothing is frozen"},
		{"role", func(l *log) workflow.Command { return l.scored().command(hr, approve("run-2")) }, workflow.CodeRole,
			`sun (hr) may not do this: want one of the roles leader`},
		{"own card", func(l *log) workflow.Command { return l.scored().command(as("zhao", policy.Leader), approve("run-2")) }, workflow.CodeSelf,
			"zhao (leader) has a card in month acme/express/2024-03: nobody approves their own"},
		{"own card by an account", func(l *log) workflow.Command {
			return l.scored().command(as("li@mail", policy.Leader), approve("run-2"))
		}, workflow.CodeSelf,
			"li@mail (leader) has a card in month acme/express/2024-03: nobody approves their own"},
		{"own score", func(l *log) workflow.Command {
			l.calculated().do(wang, l.give("li", "attitude", "1"))
			l.do(chen, calculate(march, "run-2", 0))
			return l.command(wang, approve("run-2"))
		}, workflow.CodeFourEyes, `wang (leader) judged "li" under "attitude" in month acme/express/2024-03: somebody else approves`},
		{"own waiver", func(l *log) workflow.Command {
			l.calculated().do(wang, waive("li", "calls", ""))
			l.do(chen, calculate(march, "run-2", 0))
			return l.command(wang, approve("run-2"))
		}, workflow.CodeFourEyes, `wang (leader) judged "li" under "calls" in month acme/express/2024-03: somebody else approves`},
		{"not complete", func(l *log) workflow.Command { return l.calculated().command(wang, approve("run-1")) }, workflow.CodePhase,
			`month acme/express/2024-03 is calculated: want ["scored"]`},
		{"another run", func(l *log) workflow.Command { return l.scored().command(wang, approve("run-1")) }, workflow.CodeUnknown,
			`run "run-1" is not that of month acme/express/2024-03`},
		{"another run meanwhile", func(l *log) workflow.Command {
			l.scored()
			return seen(l, wang, approve("run-2"), func() { l.do(chen, calculate(march, "run-3", 0)) })
		}, workflow.CodeStale, "month acme/express/2024-03: meanwhile calculated by chen (supervisor) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"approved meanwhile", func(l *log) workflow.Command {
			l.scored()
			return seen(l, zhou, approve("run-2"), func() { l.do(wang, approve("run-2")) })
		}, workflow.CodeStale, "already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"approved and published meanwhile", func(l *log) workflow.Command {
			l.scored()
			return seen(l, zhou, approve("run-2"), func() {
				l.do(wang, approve("run-2"))
				l.do(hr, publish("run-2"))
			})
		}, workflow.CodeStale, "already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"approved", func(l *log) workflow.Command { return l.approved().command(zhou, approve("run-2")) }, workflow.CodePhase,
			"already approved by wang (leader) at 2024-04-12 09:30:06 UTC, decision 7"},
		{"published: nothing frozen", func(l *log) workflow.Command { return l.command(hr, publish("run-2")) }, workflow.CodeUnknown,
			"month acme/express/2024-03: nothing is frozen"},
		{"published: role", func(l *log) workflow.Command { return l.approved().command(money, publish("run-2")) }, workflow.CodeRole,
			`qian (finance) may not do this: want one of the roles leader, supervisor, hr`},
		{"published before approval", func(l *log) workflow.Command { return l.scored().command(hr, publish("run-2")) }, workflow.CodePhase,
			`month acme/express/2024-03 is scored: want ["approved"]`},
		{"published twice", func(l *log) workflow.Command { return l.published().command(chen, publish("run-2")) }, workflow.CodePhase,
			"already published by sun (hr) at 2024-04-12 09:30:07 UTC, decision 8"},
		{"published: another run", func(l *log) workflow.Command { return l.approved().command(hr, publish("run-1")) }, workflow.CodeUnknown,
			`run "run-1" is not that of month acme/express/2024-03`},
	})
}

func TestExportIsRefused(t *testing.T) {
	check(t, []refused{
		{"nothing frozen", func(l *log) workflow.Command { return l.command(money, export("run-2")) }, workflow.CodeUnknown,
			"month acme/express/2024-03: nothing is frozen"},
		{"role", func(l *log) workflow.Command { return l.published().command(li, export("run-2")) }, workflow.CodeRole,
			`li (agent) may not do this: want one of the roles finance, hr, leader, manager, supervisor, general-manager`},
		{"not published", func(l *log) workflow.Command { return l.approved().command(money, export("run-2")) }, workflow.CodePhase,
			`month acme/express/2024-03 is approved: want ["published" "exported"]`},
		{"another run", func(l *log) workflow.Command { return l.published().command(money, export("run-1")) }, workflow.CodeUnknown,
			`run "run-1" is not that of month acme/express/2024-03`},
		{"adjustment unknown", func(l *log) workflow.Command { return l.published().command(money, export("run-2", id(99))) }, workflow.CodeUnknown,
			`adjustment "` + id(99) + `" of acme/express is not known`},
		{"adjustment not approved", func(l *log) workflow.Command {
			adjustment := l.adjusted()
			return l.command(money, export("run-2", adjustment))
		}, workflow.CodePhase, `adjustment "` + id(9) + `" is not approved`},
		{"adjustment paid", func(l *log) workflow.Command {
			adjustment := l.adjusted()
			l.do(wang, approveAdjustment(adjustment))
			l.do(money, export("run-2", adjustment))
			return l.command(money, export("run-2", adjustment))
		}, workflow.CodePhase, "already exported by qian (finance) at 2024-04-12 09:30:10 UTC, decision 11"},
	})
}

func TestAppealsAreRefused(t *testing.T) {
	check(t, []refused{
		{"nothing frozen", func(l *log) workflow.Command { return l.command(li, appealOf("li", "attitude")) }, workflow.CodeUnknown,
			"month acme/express/2024-03: nothing is frozen"},
		{"no card", func(l *log) workflow.Command { return l.published().command(hr, appealOf("nobody", "attitude")) }, workflow.CodeUnknown,
			`agent "nobody" has no card in month acme/express/2024-03`},
		{"role", func(l *log) workflow.Command { return l.published().command(money, appealOf("li", "attitude")) }, workflow.CodeRole,
			`qian (finance) may not do this: want one of the roles agent, hr, supervisor, manager`},
		{"for a colleague", func(l *log) workflow.Command { return l.published().command(li, appealOf("ma", "attitude")) }, workflow.CodeRole,
			`li (agent) is not "ma": for somebody else want one of the roles hr, supervisor, manager`},
		{"not published", func(l *log) workflow.Command { return l.approved().command(li, appealOf("li", "attitude")) }, workflow.CodePhase,
			`month acme/express/2024-03 is approved: want ["published" "exported"]`},
		{"no appeals", func(l *log) workflow.Command {
			l.approved().do(hr, publish("run-2"))
			return l.command(li, appealOf("li", "attitude"))
		}, workflow.CodeLate, "month acme/express/2024-03 was published without appeals"},
		{"too late", func(l *log) workflow.Command {
			published := publish("run-2")
			published.AppealUntil = start.Add(8*time.Second - time.Millisecond).In(time.FixedZone("", 8*3600))
			l.approved().do(hr, published)
			return l.command(li, appealOf("li", "attitude"))
		}, workflow.CodeLate, "appeals against month acme/express/2024-03 were possible until 2024-04-12 09:30:07 UTC"},
		{"undecided", func(l *log) workflow.Command {
			l.published().do(li, appealOf("li", "attitude"))
			return l.command(hr, appealOf("li", "attitude"))
		}, workflow.CodeDuplicate, "already appealed against by li (agent) at 2024-04-12 09:30:08 UTC, decision 9"},
		{"decided: nothing frozen", func(l *log) workflow.Command { return l.command(hr, decide(id(99))) }, workflow.CodeUnknown,
			"month acme/express/2024-03: nothing is frozen"},
		{"decided: unknown", func(l *log) workflow.Command { return l.published().command(hr, decide(id(99))) }, workflow.CodeUnknown,
			`appeal "` + id(99) + `" of month acme/express/2024-03 is not known`},
		{"decided: role", func(l *log) workflow.Command {
			return l.command(chen, decide(l.published().do(li, appealOf("li", "attitude"))))
		}, workflow.CodeRole, `chen (supervisor) may not do this: want one of the roles panel, hr, general-manager, leader`},
		{"decided: appellant", func(l *log) workflow.Command {
			return l.command(as("204", policy.Panel), decide(l.published().do(li, appealOf("li", "attitude"))))
		}, workflow.CodeSelf, `204 (panel) is "li": nobody decides about themselves`},
		{"decided: filed for somebody", func(l *log) workflow.Command {
			return l.command(hr, decide(l.published().do(hr, appealOf("li", "attitude"))))
		}, workflow.CodeSelf, `sun (hr) filed appeal "` + id(9) + `": somebody else decides about it`},
		{"decided: own score", func(l *log) workflow.Command {
			return l.command(as("chen", policy.Panel), decide(l.published().do(li, appealOf("li", "attitude"))))
		}, workflow.CodeFourEyes, `chen (panel) judged what appeal "` + id(9) + `" is about: somebody else decides`},
		{"decided: own waiver", func(l *log) workflow.Command {
			l.calculated().do(chen, waive("ma", "calls", ""))
			l.do(chen, calculate(march, "run-2", 0))
			l.do(wang, approve("run-2"))
			l.do(hr, workflow.Publish{Month: march, Run: "run-2", AppealUntil: start.Add(time.Minute)})
			return l.command(as("chen", policy.Panel), decide(l.do(hr, appealOf("ma", "calls"))))
		}, workflow.CodeFourEyes, `chen (panel) judged what appeal "` + id(9) + `" is about: somebody else decides`},
		{"decided twice", func(l *log) workflow.Command { return l.command(wang, decide(l.appealed(false))) }, workflow.CodePhase,
			"already decided by sun (hr) at 2024-04-12 09:30:09 UTC, decision 10"},
		{"decided meanwhile", func(l *log) workflow.Command {
			appeal := l.published().do(li, appealOf("li", "attitude"))
			return seen(l, wang, decide(appeal), func() { l.do(hr, decide(appeal)) })
		}, workflow.CodeStale, "already decided by sun (hr) at 2024-04-12 09:30:09 UTC, decision 10"},
	})
}

func TestAdjustmentsAreRefused(t *testing.T) {
	self := adjust("run-2", "run-3")
	self.People = []string{"li", "zhou"}
	check(t, []refused{
		{"nothing frozen", func(l *log) workflow.Command { return l.command(chen, adjust("run-2", "run-3")) }, workflow.CodeUnknown,
			"month acme/express/2024-03: nothing is frozen"},
		{"role", func(l *log) workflow.Command { return l.published().command(money, adjust("run-2", "run-3")) }, workflow.CodeRole,
			`qian (finance) may not do this: want one of the roles supervisor, leader, manager, hr`},
		{"not locked", func(l *log) workflow.Command { return l.scored().command(chen, adjust("run-2", "run-3")) }, workflow.CodePhase,
			`month acme/express/2024-03 is scored: want ["approved" "published" "exported"]`},
		{"from another run", func(l *log) workflow.Command { return l.approved().command(chen, adjust("run-1", "run-3")) }, workflow.CodeUnknown,
			`run "run-1" does not hold for month acme/express/2024-03: run "run-2" does`},
		{"adjusted meanwhile", func(l *log) workflow.Command {
			first := l.adjusted()
			return seen(l, chen, adjust("run-2", "run-4"), func() { l.do(wang, approveAdjustment(first)) })
		}, workflow.CodeStale, "adjustment acme/express: meanwhile adjusted by wang (leader) at 2024-04-12 09:30:09 UTC, decision 10"},
		{"approved: unknown", func(l *log) workflow.Command { return l.published().command(wang, approveAdjustment(id(99))) }, workflow.CodeUnknown,
			`adjustment "` + id(99) + `" of acme/express is not known`},
		{"approved: replaced meanwhile", func(l *log) workflow.Command {
			first := l.adjusted()
			return seen(l, wang, approveAdjustment(first), func() { l.do(chen, adjust("run-2", "run-4")) })
		}, workflow.CodeStale, "adjustment acme/express: meanwhile recalculated by chen (supervisor) at 2024-04-12 09:30:09 UTC, decision 10"},
		{"approved: role", func(l *log) workflow.Command { return l.command(hr, approveAdjustment(l.adjusted())) }, workflow.CodeRole,
			`sun (hr) may not do this: want one of the roles leader`},
		{"approved: own", func(l *log) workflow.Command { return l.command(zhou, approveAdjustment(l.published().do(chen, self))) }, workflow.CodeSelf,
			`adjustment "` + id(9) + `" changes what zhou (leader) gets: somebody else approves it`},
		{"approved: own by an account", func(l *log) workflow.Command {
			return l.command(as("204", policy.Leader), approveAdjustment(l.adjusted()))
		}, workflow.CodeSelf, `adjustment "` + id(9) + `" changes what 204 (leader) gets: somebody else approves it`},
		{"approved: own score", func(l *log) workflow.Command {
			l.do(zhou, waive("li", "attitude", l.appealed(true)))
			return l.command(zhou, approveAdjustment(l.do(chen, adjust("run-2", "run-3"))))
		}, workflow.CodeFourEyes, `zhou (leader) judged "li" under "attitude" in month acme/express/2024-03: somebody else approves`},
		{"approved meanwhile", func(l *log) workflow.Command {
			adjustment := l.adjusted()
			return seen(l, zhou, approveAdjustment(adjustment), func() { l.do(wang, approveAdjustment(adjustment)) })
		}, workflow.CodeStale, "already adjusted by wang (leader) at 2024-04-12 09:30:09 UTC, decision 10"},
	})
}

// What is not refused, next to what is.
func TestAccepted(t *testing.T) {
	for _, row := range []struct {
		name string
		do   func(l *log)
	}{
		{"whose score was replaced approves", func(l *log) {
			l.calculated().do(wang, l.give("li", "attitude", "1"))
			l.do(chen, l.give("li", "attitude", "2"))
			l.do(chen, calculate(march, "run-2", 0))
			l.do(wang, approve("run-2"))
		}},
		{"two eyes are enough where the policy says so", func(l *log) {
			l.frozen()
			two := freeze(march)
			two.Again, two.Terms.FourEyes = true, false
			l.do(chen, two)
			l.do(chen, calculate(march, "run-1", 1))
			l.do(wang, l.give("li", "attitude", "1"))
			l.do(chen, calculate(march, "run-2", 0))
			l.do(wang, approve("run-2"))
		}},
		{"an appeal after a rejected one", func(l *log) {
			l.appealed(false)
			l.do(li, appealOf("li", "attitude"))
		}},
		{"an appeal by an account, in the last instant", func(l *log) {
			published := publish("run-2")
			published.AppealUntil = start.Add(8 * time.Second)
			l.approved().do(hr, published)
			l.do(as("204", policy.Agent), appealOf("li", "attitude"))
		}},
		{"a score of an incident after an appeal about its rule", func(l *log) {
			l.do(chen, waive("li", "attitude/c-1", l.appealed(true)))
		}},
		{"who scored before the lock approves an adjustment", func(l *log) {
			l.calculated().do(wang, l.give("li", "attitude", "1"))
			l.do(chen, calculate(march, "run-2", 0))
			l.do(zhou, approve("run-2"))
			l.do(wang, approveAdjustment(l.do(chen, adjust("run-2", "run-3"))))
		}},
		{"a ruling at any time, and another one", func(l *log) {
			l.do(wang, incident("li"))
			l.do(chen, incident("li"))
		}},
		{"a month after an adjustment", func(l *log) {
			l.do(wang, approveAdjustment(l.adjusted()))
			l.do(chen, adjust("run-3", "run-4"))
			l.do(money, export("run-2"))
			l.do(money, export("run-2"))
		}},
	} {
		t.Run(row.name, func(t *testing.T) { row.do(newLog(t)) })
	}
}

// A hundred people approve at once: one wins, and the others learn who.
func TestOneApprovalOfAHundred(t *testing.T) {
	l := newLog(t).scored()
	var commands []workflow.Command
	for i := range 100 {
		commands = append(commands, l.command(as("leader-"+string(rune('a'+i%26))+string(rune('a'+i/26)), policy.Leader), approve("run-2")))
	}
	var won int
	for _, c := range commands {
		v := l.send(c)
		if v.Accepted {
			won++
			continue
		}
		if v.Refusal.Code != workflow.CodeStale || v.Refusal.Winner.Command.By.Name != "leader-aa" || !strings.HasPrefix(v.Err().Error(), "already approved by leader-aa (leader) at 2024-04-12 09:30:06 UTC") {
			t.Fatalf("the losers are told: %v", v.Err())
		}
	}
	if won != 1 {
		t.Errorf("%d approvals are accepted", won)
	}
}
