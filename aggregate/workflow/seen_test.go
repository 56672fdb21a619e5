package workflow_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

const roster = `{"agent":"li","zone":"Asia/Shanghai","effective":"2024-01-01","team":"express"}`

// unseen is an approval of April whose sender had folded the log as far as it went before something happened.
func unseen(what func(l *log)) func(l *log) workflow.Command {
	return func(l *log) workflow.Command {
		l.scored().do(chen, freeze(april))
		l.do(chen, calculate(april, "run-1", 0))
		sequence := l.state.Head().Sequence
		what(l)
		return l.command(wang, workflow.Approve{Month: april, Run: "run-1", Seen: sequence})
	}
}

func TestApprovalOfWhatNobodySawIsRefused(t *testing.T) {
	check(t, []refused{
		{"ruling", unseen(func(l *log) { l.do(chen, incident("li")) }), workflow.CodeStale,
			"incident acme/c-1: meanwhile ruled on by chen (supervisor) at 2024-04-12 09:30:08 UTC, decision 9"},
		{"roster", unseen(func(l *log) { l.do(hr, document(workflow.RosterDocument, "staff", roster)) }), workflow.CodeStale,
			"document acme/roster/staff: meanwhile activated by sun (hr) at 2024-04-12 09:30:08 UTC, decision 9"},
		{"policy", unseen(func(l *log) { l.do(hr, document(workflow.PolicyDocument, "express", "another policy")) }), workflow.CodeStale,
			"document acme/policy/express: meanwhile activated by sun (hr) at 2024-04-12 09:30:08 UTC, decision 9"},
		{"calendar", unseen(func(l *log) { l.do(hr, document(workflow.CalendarDocument, "cn", "another calendar")) }), workflow.CodeStale,
			"document acme/calendar/cn: meanwhile activated by sun (hr) at 2024-04-12 09:30:08 UTC, decision 9"},
		{"month before", unseen(func(l *log) { l.do(wang, approve("run-2")) }), workflow.CodeStale,
			"month acme/express/2024-03: meanwhile approved by wang (leader) at 2024-04-12 09:30:08 UTC, decision 9"},
		{"adjustment", func(l *log) workflow.Command {
			adjustment := l.adjusted()
			l.do(chen, freeze(april))
			l.do(chen, calculate(april, "run-1", 0))
			sequence := l.state.Head().Sequence
			l.do(wang, approveAdjustment(adjustment))
			return l.command(wang, workflow.Approve{Month: april, Run: "run-1", Seen: sequence})
		}, workflow.CodeStale, "adjustment acme/express: meanwhile adjusted by wang (leader) at 2024-04-12 09:30:11 UTC, decision 12"},
		{"of several the last", unseen(func(l *log) {
			l.do(hr, document(workflow.RosterDocument, "staff", roster))
			l.do(wang, approve("run-2"))
			l.do(zhou, incident("ma"))
			l.do(hr, document(workflow.CalendarDocument, "cn", "another calendar"))
		}), workflow.CodeStale, "document acme/calendar/cn: meanwhile activated by sun (hr) at 2024-04-12 09:30:11 UTC, decision 12"},
		{"the month's own version first", unseen(func(l *log) {
			l.do(zhou, workflow.Approve{Month: april, Run: "run-1"})
			l.do(chen, incident("li"))
		}), workflow.CodePhase, "already approved by zhou (leader) at 2024-04-12 09:30:08 UTC, decision 9"},
	})
}

func TestApprovalOfWhatWasSeen(t *testing.T) {
	elsewhere := incident("li")
	elsewhere.Company = "other"
	for name, what := range map[string]func(l *log){
		"nothing":                     func(*log) {},
		"a score in another month":    func(l *log) { l.do(chen, l.give("ma", "attitude", "3")) },
		"a ruling of another company": func(l *log) { l.do(chen, elsewhere) },
		"a refused ruling":            func(l *log) { l.send(l.command(li, incident("ma"))) },
		"an adjustment that waits": func(l *log) {
			l.do(wang, approve("run-2"))
			l.do(chen, adjust("run-2", "run-3"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLog(t)
			c := unseen(what)(l)
			if a := c.Action.(workflow.Approve); name == "an adjustment that waits" {
				a.Seen = l.state.Head().Sequence - 1 // the approval of March is seen
				c.Action = a
			}
			if err := l.send(c).Err(); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("not said", func(t *testing.T) {
		l := newLog(t).scored()
		l.do(chen, incident("li"))
		l.do(wang, approveSeen(0))
	})
	t.Run("a later month", func(t *testing.T) {
		l := newLog(t).scored()
		sequence := l.state.Head().Sequence
		l.do(chen, freeze(april))
		l.do(chen, calculate(april, "run-1", 0))
		l.do(wang, workflow.Approve{Month: april, Run: "run-1"})
		l.do(wang, approveSeen(sequence))
	})
}
