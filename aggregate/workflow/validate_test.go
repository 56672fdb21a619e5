package workflow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

func TestEveryActionIsValid(t *testing.T) {
	l := newLog(t)
	for _, a := range every(t) {
		if err := l.command(chen, a).Validate(); err != nil {
			t.Error(err)
		}
	}
}

// change returns a copy of an action with one fault.
func change[A workflow.Action](a A, change func(*A)) A {
	change(&a)
	return a
}

func TestInvalidEnvelopes(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*workflow.Command)
		want   string
	}{
		{"no id", func(c *workflow.Command) { c.ID = "" }, `id "": want a UUID in small letters`},
		{"capital id", func(c *workflow.Command) { c.ID = "0000000A-0000-4000-8000-000000000000" }, "want a UUID in small letters"},
		{"id without a dash", func(c *workflow.Command) { c.ID = "00000000-000004000-8000-000000000000" }, "want a UUID in small letters"},
		{"id of nothing", func(c *workflow.Command) { c.ID = "00000000-0000-0000-0000-000000000000" }, "want a UUID in small letters"},
		{"no name", func(c *workflow.Command) { c.By.Name = "" }, "by.name: missing"},
		{"space after the name", func(c *workflow.Command) { c.By.Name = "wang " }, `by.name "wang ": spaces around it`},
		{"invisible character", func(c *workflow.Command) { c.By.Name = "wa\u200bng" }, "characters that nobody sees"},
		{"line break in a name", func(c *workflow.Command) { c.By.Name = "wa\nng" }, "control characters"},
		{"long name", func(c *workflow.Command) { c.By.Name = strings.Repeat("x", 257) }, "by.name: 257 bytes, at most 256"},
		{"name of no characters", func(c *workflow.Command) { c.By.Name = "\xff" }, "by.name: not UTF-8"},
		{"no role", func(c *workflow.Command) { c.By.Role = "king" }, `by.role "king": want one of`},
		{"long reason", func(c *workflow.Command) { c.Why = strings.Repeat("x", 4097) }, "why: 4097 bytes, at most 4096"},
		{"control character", func(c *workflow.Command) { c.Why = "a\x00" }, "control characters"},
		{"expectation twice", func(c *workflow.Command) { c.Expect = append(c.Expect, c.Expect...) }, "stands here twice"},
		{"no thing", func(c *workflow.Command) { c.Expect[0].Thing = "" }, "expect[0]: thing: missing"},
		{"negative version", func(c *workflow.Command) { c.Expect[0].Version = -1 }, "expect[0]: version -1: negative"},
		{"no expectation", func(c *workflow.Command) { c.Expect = nil }, `expect: the version of "month/acme/express/2024-03" is missing`},
		{"no action", func(c *workflow.Command) { c.Action = nil }, "no action"},
	} {
		c := newLog(t).command(chen, approve("run-1"))
		row.change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
	c := newLog(t).command(chen, approve("run-1"))
	c.Why = "a\tb\r\n质检"
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
}

// A single word may expect its card's version or the month's, several words the month's.
func TestWhatScoresExpect(t *testing.T) {
	one, two := newLog(t).give("li", "attitude", "1"), waive("ma", "calls", "")
	two.Scores = one.Scores
	card, month := workflow.Expect{Thing: workflow.CardThing(march, "li")}, workflow.Expect{Thing: workflow.MonthThing(march)}
	for _, row := range []struct {
		name   string
		action workflow.Action
		expect workflow.Expect
		valid  bool
	}{{"one, card", one, card, true}, {"one, month", one, month, true}, {"two, month", two, month, true}, {"two, one card", two, card, false}} {
		c := workflow.Command{ID: id(1), By: chen, Expect: []workflow.Expect{row.expect}, Action: row.action}
		if err := c.Validate(); (err == nil) != row.valid {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

func TestInvalidActions(t *testing.T) {
	l := newLog(t)
	p := document(workflow.PolicyDocument, "express", "text")
	c := calculate(march, "run-1", 2)
	for _, row := range []struct {
		name   string
		action workflow.Action
		want   string
	}{
		{"document: company", change(p, func(a *workflow.Activate) { a.Company = "a/b" }), `company "a/b": want letters, digits`},
		{"document: name", change(p, func(a *workflow.Activate) { a.Name = "" }), "name: missing"},
		{"document: date", change(p, func(a *workflow.Activate) { a.Effective = calendar.Date{Year: 2024, Month: 2, Day: 30} }), `effective: date "2024-02-30"`},
		{"document: hash", change(p, func(a *workflow.Activate) { a.Text = "other" }), "the text has " + hash("other")},
		{"document: nothing", change(p, func(a *workflow.Activate) { a.Text = "" }), "text: missing"},
		{"document: kind", change(p, func(a *workflow.Activate) { a.Kind = "memo" }), `kind "memo": want policy, calendar or roster`},
		{"month: company", freeze(workflow.MonthID{Company: "", Policy: "p", Month: march.Month}), `month.company ""`},
		{"month: policy", freeze(workflow.MonthID{Company: "a", Policy: "p q", Month: march.Month}), `month.policy "p q"`},
		{"month: month", freeze(workflow.MonthID{Company: "a", Policy: "p"}), `month.month: month "0000-00"`},
		{"freeze: policy", change(freeze(march), func(a *workflow.Freeze) { a.Policy = "express" }), `policy "express": want a SHA-256`},
		{"freeze: calendar", change(freeze(march), func(a *workflow.Freeze) { a.Calendar = strings.ToUpper(a.Calendar) }), "want a SHA-256 in hex, in small letters"},
		{"freeze: letters of two bytes", change(freeze(march), func(a *workflow.Freeze) { a.Calendar = strings.Repeat("ı", 32) }), "want a SHA-256"},
		{"freeze: reading", change(freeze(march), func(a *workflow.Freeze) { a.Decide = []string{""} }), "decide[0]: reading: missing"},
		{"freeze: nothing", change(freeze(march), func(a *workflow.Freeze) { a.Positions = nil }), "positions: missing"},
		{"freeze: order", change(freeze(march), func(a *workflow.Freeze) { a.Positions[1].Partition = 0 }), "positions[1]: not in order"},
		{"freeze: partition", change(freeze(march), func(a *workflow.Freeze) { a.Positions[0].Partition = -1 }), "partition -1, last 41: negative"},
		{"freeze: offset", change(freeze(march), func(a *workflow.Freeze) { a.Positions[0].Last = -2 }), "last -2: negative"},
		{"freeze: stream", change(freeze(march), func(a *workflow.Freeze) { a.Positions[0].Stream = "" }), `positions[0]: stream ""`},
		{"freeze: scorers", change(freeze(march), func(a *workflow.Freeze) { a.Terms.Scorers = nil }), "terms.scorers: missing"},
		{"freeze: approvers", change(freeze(march), func(a *workflow.Freeze) { a.Terms.Approvers = []policy.Role{"king"} }), `terms.approvers[0]: role "king"`},
		{"calculate: id", change(c, func(a *workflow.Calculate) { a.Run.ID = "" }), "run.id: missing"},
		{"calculate: input", change(c, func(a *workflow.Calculate) { a.Run.Input = "" }), "run.input"},
		{"calculate: result", change(c, func(a *workflow.Calculate) { a.Run.Result = "x" }), "run.result"},
		{"calculate: head", change(c, func(a *workflow.Calculate) { a.Run.Head = "x" }), "run.head"},
		{"calculate: numbers", change(c, func(a *workflow.Calculate) { a.Run.Missing = -1 }), "missing -1"},
		{"calculate: agents", change(c, func(a *workflow.Calculate) { a.Run.Agents = 4 }), "run.agents: 4, but people are 3"},
		{"calculate: order", change(c, func(a *workflow.Calculate) { a.People = []string{"li", "li", "ma"} }), `people[1]: "li": not after "li"`},
		{"calculate: accounts of nobody", change(c, func(a *workflow.Calculate) { a.Accounts = map[string][]string{"": {"1"}} }), `accounts: missing`},
		{"calculate: accounts", change(c, func(a *workflow.Calculate) { a.Accounts = map[string][]string{"li": {"2", "1"}} }), `accounts."li"[1]: "1": not after "2"`},
		{"score: nothing", workflow.SetScores{Month: march}, "neither scores nor waivers"},
		{"score: no agent", l.give("", "attitude", "1"), "agent: missing"},
		{"score: no rule", l.give("li", "", "1"), "rule: missing"},
		{"score: long rule", l.give("li", strings.Repeat("x", 514), "1"), "rule: 514 bytes"},
		{"score: says nothing", workflow.SetScores{Month: march, Scores: []workflow.Score{{Agent: "li", Rule: "words"}}}, "scores[0]: neither points nor a reason"},
		{"score: twice", change(waive("li", "attitude", ""), func(a *workflow.SetScores) { a.Scores = l.give("li", "attitude", "1").Scores }), `"li" under "attitude" stands here twice`},
		{"score: appeal", waive("li", "attitude", "appeal"), `appeal "appeal": want a UUID`},
		{"waiver: no reason", change(waive("li", "calls", ""), func(a *workflow.SetScores) { a.Waivers[0].Reason = " " }), "waivers[0]: reason: missing"},
		{"waiver: bad reason", change(waive("li", "calls", ""), func(a *workflow.SetScores) { a.Waivers[0].Reason = "a\x01" }), "control characters"},
		{"incident: company", change(incident("li"), func(a *workflow.RuleIncident) { a.Company = "" }), `company ""`},
		{"incident: id", change(incident("li"), func(a *workflow.RuleIncident) { a.Incident = "" }), "incident: missing"},
		{"incident: about", change(incident("li"), func(a *workflow.RuleIncident) { a.About = "" }), "about: missing"},
		{"incident: accounts", change(incident("li"), func(a *workflow.RuleIncident) { a.Accounts = []string{"2", "1"} }), `accounts[1]: "1": not after "2"`},
		{"incident: no zone", change(incident("li"), func(a *workflow.RuleIncident) { a.Zone = "" }), "zone: missing"},
		{"incident: zone", change(incident("li"), func(a *workflow.RuleIncident) { a.Zone = "Mars" }), "Mars"},
		{"incident: verdict", change(incident("li"), func(a *workflow.RuleIncident) { a.Ruling.Verdict = "maybe" }), "maybe"},
		{"incident: somebody else", change(incident("li"), func(a *workflow.RuleIncident) { a.Ruling.By = "wang" }), `ruling.by "wang": the command is from "chen"`},
		{"incident: loss", change(incident("li"), func(a *workflow.RuleIncident) { a.Ruling.LossMinor = new(int64(-1)) }), "loss_minor"},
		{"incident: no UTF-8", change(incident("li"), func(a *workflow.RuleIncident) { a.Ruling.Reason = "\xff" }), "UTF-8"},
		{"approve: run", approve(""), "run: missing"},
		{"approve: seen", workflow.Approve{Month: march, Run: "r", Seen: -1}, "seen -1: negative"},
		{"publish: run", publish(""), "run: missing"},
		{"publish: until", change(publish("r"), func(a *workflow.Publish) { a.AppealUntil = time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC) }), "appeal_until: year 1"},
		{"export: run", export(""), "run: missing"},
		{"export: seen", change(export("r"), func(a *workflow.Export) { a.Seen = -1 }), "seen -1: negative"},
		{"export: no file", change(export("r"), func(a *workflow.Export) { a.Files = nil }), "files: missing"},
		{"export: file", change(export("r"), func(a *workflow.Export) { a.Files = []workflow.File{{Bytes: -1}} }), "files[0]: bytes -1: negative"},
		{"export: adjustment", export("r", "x"), `adjustments[0]: id "x": want a UUID`},
		{"export: adjustment twice", export("r", id(1), id(1)), "stands here twice"},
		{"appeal: agent", appealOf("", "attitude"), "agent: missing"},
		{"appeal: rule", appealOf("li", ""), "rule: missing"},
		{"decide: appeal", decide("x"), `appeal "x": want a UUID`},
		{"adjust: company", change(adjust("a", "b"), func(a *workflow.Adjust) { a.Company = "" }), `company ""`},
		{"adjust: policy", change(adjust("a", "b"), func(a *workflow.Adjust) { a.Policy = "" }), `policy ""`},
		{"adjust: nothing", change(adjust("a", "b"), func(a *workflow.Adjust) { a.Months = nil }), "people: no month changes"},
		{"adjust: accounts", change(adjust("a", "b"), func(a *workflow.Adjust) { a.Accounts = map[string][]string{"li": {"2", "1"}} }), `accounts."li"[1]: "1": not after "2"`},
		{"adjust: month", change(adjust("a", "b"), func(a *workflow.Adjust) { a.Months[0].Month.Month = 13 }), "months[0]: month"},
		{"adjust: order", change(adjust("a", "b"), func(a *workflow.Adjust) { a.Months = append(a.Months, a.Months[0]) }), "months[1]: month 2024-03: not after 2024-03"},
		{"adjust: from", adjust("", "b"), "months[0]: from: missing"},
		{"adjust: run", adjust("a", ""), "months[0]: run.id: missing"},
		{"adjust: changed", change(adjust("a", "b"), func(a *workflow.Adjust) { a.Months[0].Changed = -1 }), "changed -1: negative"},
		{"adjust: people", change(adjust("a", "b"), func(a *workflow.Adjust) { a.People = []string{"b", "a"} }), `people[1]: "a": not after "b"`},
		{"adjust: positions", change(adjust("a", "b"), func(a *workflow.Adjust) { a.Positions = nil }), "positions: missing"},
		{"approve adjustment: company", workflow.ApproveAdjustment{Policy: "p", Adjustment: id(1)}, `company ""`},
		{"approve adjustment: policy", workflow.ApproveAdjustment{Company: "c", Adjustment: id(1)}, `policy ""`},
		{"approve adjustment: id", approveAdjustment("x"), `adjustment "x": want a UUID`},
	} {
		if err := l.command(chen, row.action).Validate(); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
	for _, a := range []workflow.Action{appealOf("li", "attitude"), decide(id(1))} {
		silent := l.command(chen, a)
		silent.Why = " "
		if err := silent.Validate(); err == nil || !strings.Contains(err.Error(), "why: missing") {
			t.Errorf("without a reason: %v", err)
		}
	}
}

// Every fault is told at once.
func TestAllFaults(t *testing.T) {
	c := workflow.Command{By: as("", "king"), Action: workflow.SetScores{Month: march, Scores: []workflow.Score{{Rule: "a", Points: new(amount.Points)}}}}
	err := c.Validate()
	for _, want := range []string{"id ", "by.name", "by.role", "agent", "expect"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nsays nothing of %q", err, want)
		}
	}
}
