package workflow_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// One person under several names is one person: nobody decides about themselves, and who scores does not approve.
func TestNamesOfOnePerson(t *testing.T) {
	for _, row := range []struct {
		card, name string
		same       bool
	}{
		{"li", "li", true}, {"li", "Li", true}, {"li", "LI", true}, {"LI", "li", true},
		{"li", "ⅼi", true},           // a small Roman numeral
		{"li", "ｌｉ", true},           // full width
		{"josé", "jose\u0301", true}, // composed, and not
		{"straße", "STRASSE", true},  // case folding makes it longer
		{"王芳", "王\ufe00芳", true},     // a variation selector
		{"王芳", "王\u3164芳", true},     // a filler
		{"wa\u200bng", "wang", true}, // ids of events may have what names of actors may not
		{"λόγος", "ΛΌΓΟΣ", true},     // the sigma of the end
		{"li", "lі", false},          // a Cyrillic i
		{"li", "lí", false}, {"li", "l", false}, {"li", "lii", false}, {"li", "li 2", false},
	} {
		l := newLog(t).frozen()
		l.do(chen, workflow.Calculate{Month: march, Run: run("run-1", 1, 1), People: []string{row.card}})
		v := l.send(l.command(as(row.name, policy.Supervisor), l.give(row.card, "attitude", "1")))
		if refused := v.Refusal != nil && v.Refusal.Code == workflow.CodeSelf; refused != row.same || v.Accepted == row.same {
			t.Errorf("%q scores %q: %v", row.name, row.card, v.Err())
		}
	}
}

// linked brings March to a complete run in which chen, who has no card, is known by another id.
func (l *log) linked() *log {
	l.t.Helper()
	l.calculated().do(chen, l.give("ma", "attitude", "17.5"))
	c := calculate(march, "run-2", 0)
	c.Accounts["chen"], c.Accounts["desk"] = []string{"chen.mail"}, nil
	l.do(chen, c)
	return l
}

func TestOtherNamesAreRefused(t *testing.T) {
	check(t, []refused{
		{"scores: capitals", func(l *log) workflow.Command {
			return l.calculated().command(as("Ma", policy.Supervisor), l.give("ma", "attitude", "1"))
		}, workflow.CodeSelf, `Ma (supervisor) is "ma": nobody decides about themselves`},
		{"scores: an account in capitals", func(l *log) workflow.Command {
			return l.calculated().command(as("LI@Mail", policy.Supervisor), l.give("li", "attitude", "1"))
		}, workflow.CodeSelf, `LI@Mail (supervisor) is "li": nobody decides about themselves`},
		{"scores: the card of an account", func(l *log) workflow.Command {
			c := calculate(march, "run-1", 1)
			c.People = []string{"204", "ma", "zhao"}
			l.frozen().do(chen, c)
			return l.command(as("li@mail", policy.Supervisor), l.give("204", "attitude", "1"))
		}, workflow.CodeSelf, `li@mail (supervisor) is "204": nobody decides about themselves`},
		{"approval: own card in capitals", func(l *log) workflow.Command {
			return l.scored().command(as("ZHAO", policy.Leader), approve("run-2"))
		}, workflow.CodeSelf, "ZHAO (leader) has a card in month acme/express/2024-03: nobody approves their own"},
		{"approval: own score in capitals", func(l *log) workflow.Command {
			return l.linked().command(as("Chen", policy.Leader), approve("run-2"))
		}, workflow.CodeFourEyes, `Chen (leader) judged "ma" under "attitude" in month acme/express/2024-03: somebody else approves`},
		{"approval: own score by an account of somebody without a card", func(l *log) workflow.Command {
			return l.linked().command(as("chen.mail", policy.Leader), approve("run-2"))
		}, workflow.CodeFourEyes, `chen.mail (leader) judged "ma" under "attitude" in month acme/express/2024-03: somebody else approves`},
		{"appeal: filed by an account", func(l *log) workflow.Command {
			l.linked().do(wang, approve("run-2"))
			l.do(hr, workflow.Publish{Month: march, Run: "run-2", AppealUntil: start.Add(1e12)})
			return l.command(as("CHEN.mail", policy.HR), decide(l.do(chen, appealOf("li", "calls"))))
		}, workflow.CodeSelf, `CHEN.mail (hr) filed appeal "` + id(9) + `": somebody else decides about it`},
		{"appeal: own score by an account", func(l *log) workflow.Command {
			l.linked().do(wang, approve("run-2"))
			l.do(hr, workflow.Publish{Month: march, Run: "run-2", AppealUntil: start.Add(1e12)})
			return l.command(as("chen.mail", policy.HR), decide(l.do(hr, appealOf("ma", "attitude"))))
		}, workflow.CodeFourEyes, `chen.mail (hr) judged what appeal "` + id(9) + `" is about: somebody else decides`},
		{"incident: capitals", func(l *log) workflow.Command { return l.command(as("Li", policy.HR), incident("li")) }, workflow.CodeSelf,
			`incident "c-1" is about Li (hr): somebody else rules on it`},
		{"incident: an account that is said with it", func(l *log) workflow.Command {
			return l.command(as("li.chat", policy.HR), linkedIncident())
		}, workflow.CodeSelf, `incident "c-1" is about li.chat (hr): somebody else rules on it`},
		{"incident: about an account", func(l *log) workflow.Command {
			return l.calculated().command(as("li@mail", policy.HR), incident("204"))
		}, workflow.CodeSelf, `incident "c-1" is about li@mail (hr): somebody else rules on it`},
		{"adjustment: an account that came after the lock", func(l *log) workflow.Command {
			return l.command(as("Li.chat", policy.Leader), approveAdjustment(l.published().do(chen, linkedAdjustment())))
		}, workflow.CodeSelf, `adjustment "` + id(9) + `" changes what Li.chat (leader) gets: somebody else approves it`},
		{"adjustment: own score by an account that came after the lock", func(l *log) workflow.Command {
			l.do(zhou, waive("li", "attitude", l.appealed(true)))
			return l.command(as("zhou.chat", policy.Leader), approveAdjustment(l.do(chen, linkedAdjustment())))
		}, workflow.CodeFourEyes, `zhou.chat (leader) judged "li" under "attitude" in month acme/express/2024-03: somebody else approves`},
	})
}

// Who share an account are not one person.
func TestSharedAccounts(t *testing.T) {
	l := newLog(t).frozen()
	c := calculate(march, "run-1", 2)
	c.Accounts = map[string][]string{"li": {"desk"}, "chen": {"desk"}}
	l.do(chen, c)
	l.do(chen, l.give("li", "attitude", "1"))
	if v := l.send(l.command(as("desk", policy.Supervisor), l.give("li", "attitude", "2"))); v.Accepted {
		t.Error("a shared account scores one of those whose it is")
	}
}
