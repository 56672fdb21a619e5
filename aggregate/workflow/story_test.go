package workflow_test

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// stamp is the step of the n-th command of a log in which nothing was refused.
func stamp(by workflow.Actor, n int) workflow.Step {
	return workflow.Step{By: by, At: start.Add(time.Duration(n-1) * time.Second), Sequence: int64(n), Command: id(n), Why: "as agreed"}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(workflow.Month{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want, +got):\n%s", what, diff)
	}
}

// A month from its first document to its adjustment.
func TestLifeOfAMonth(t *testing.T) {
	l := newLog(t)
	if m := l.state.Month(march); m.Phase != workflow.PhaseOpen || m.ID != march || m.Version != 0 || m.Holds() != "" {
		t.Errorf("a month of which nothing is known: %+v", m)
	}
	appeal := l.appealed(true)
	given := workflow.SetScores{Month: march, Appeal: appeal, Scores: []workflow.Score{{Agent: "li", Rule: "attitude", Points: points(t, "20")}}}
	l.do(chen, given)
	waived := workflow.SetScores{Month: march, Appeal: appeal, Waivers: []workflow.Waiver{{Agent: "li", Rule: "attitude/c-1", Reason: "nothing to hear"}}}
	l.do(chen, waived)
	replaced := l.do(chen, adjust("run-2", "run-3"))
	l.do(chen, adjust("run-2", "run-4"))
	adjustment := id(l.ids)
	l.do(wang, workflow.ApproveAdjustment{Company: "acme", Policy: "express", Adjustment: adjustment})
	export := workflow.Export{Month: march, Run: "run-2", Files: []workflow.File{{Name: "pay.csv", SHA256: hash("pay"), Bytes: 3}}, Adjustments: []string{adjustment}}
	l.do(money, export)

	got := l.state.Month(march)
	scored, second, waiving := stamp(chen, 5), stamp(chen, 11), stamp(chen, 12)
	calculated, approved, published := stamp(chen, 6), stamp(wang, 7), stamp(hr, 8)
	want := workflow.Month{
		ID: march, Phase: workflow.PhaseExported, Version: 12, Frozen: &workflow.Frozen{Freeze: freeze(march), Step: stamp(chen, 3)},
		Run: &[]workflow.Run{run("run-2", 3, 0)}[0], Calculated: &calculated, People: []string{"li", "ma", "zhao"},
		Accounts: map[string][]string{"li": {"204", "li@mail"}},
		Scores: []workflow.Given{
			{Score: workflow.Score{Agent: "li", Rule: "attitude", Points: points(t, "17.50"), Reason: "good"}, Step: &scored},
			{Score: given.Scores[0], Step: &second, Appeal: appeal},
		},
		Waivers:  []workflow.Waived{{Waiver: waived.Waivers[0], Step: &waiving, Appeal: appeal}},
		Approved: &approved, Published: &published, AppealUntil: start.Add(time.Minute),
		Exports: []workflow.Exported{{Export: export, Step: stamp(money, 16)}},
		Appeals: []workflow.Appeal{{ID: appeal, Agent: "li", Rule: "attitude", Step: stamp(li, 9), Verdict: &workflow.AppealVerdict{Upheld: true, Step: stamp(hr, 10)}}},
	}
	equal(t, "month", got, want)
	if got.Holds() != "run-4" {
		t.Errorf("run %q holds, want that of the approved adjustment", got.Holds())
	}
	stepApproved, stepExported := stamp(wang, 15), stamp(money, 16)
	equal(t, "adjustments", l.state.Adjustments("acme", "express"), []workflow.Adjustment{
		{Adjust: adjust("run-2", "run-4"), Step: stamp(chen, 14), ID: adjustment, Approved: &stepApproved, Exported: &stepExported},
	})
	for thing, version := range map[workflow.Thing]int64{
		workflow.CardThing(march, "li"): 3, workflow.CardThing(march, "ma"): 0, workflow.AppealThing(appeal): 2, workflow.AdjustmentThing("acme", "express"): 4,
		workflow.DocumentThing("acme", workflow.PolicyDocument, "express"): 1, workflow.AppealThing(replaced): 0,
	} {
		if v := l.state.Version(thing); v != version {
			t.Errorf("%s has version %d, want %d", thing, v, version)
		}
	}
	scores, waivers := got.Manual()
	equal(t, "scores", scores, []score.Score{{Agent: "li", Rule: "attitude", Manual: rule.Manual{Points: 2000, By: "chen", Reason: "as agreed"}}})
	equal(t, "waivers", waivers, []score.Waiver{{Agent: "li", Rule: "attitude/c-1", Waiver: rule.Waiver{By: "chen", Reason: "nothing to hear"}}})
}

func TestFreezingAgainForgetsTheRun(t *testing.T) {
	l := newLog(t).scored()
	again := freeze(march)
	again.Again = true
	l.do(chen, again)
	m := l.state.Month(march)
	if m.Phase != workflow.PhaseOpen || m.Run != nil || m.Calculated != nil || m.People != nil || m.Accounts != nil || len(m.Scores) != 1 || !m.Frozen.Again {
		t.Errorf("after freezing again: %+v", m)
	}
	l.do(chen, calculate(march, "run-2", 0))
	if p := l.state.Month(march).Phase; p != workflow.PhaseScored {
		t.Errorf("calculated again: %s", p)
	}
}

func TestAScoreMakesACompleteMonthWait(t *testing.T) {
	l := newLog(t).scored()
	l.do(chen, l.give("ma", "attitude", "0"))
	if p := l.state.Month(march).Phase; p != workflow.PhaseCalculated {
		t.Errorf("after a score: %s", p)
	}
	l.do(chen, calculate(march, "run-2", 0)) // it changed nothing, but makes the month complete again
	if p := l.state.Month(march).Phase; p != workflow.PhaseScored {
		t.Errorf("calculated again: %s", p)
	}
}

// Of several words about one line the last stands, whoever said it.
func TestManual(t *testing.T) {
	l := newLog(t).calculated()
	l.do(chen, l.give("zhao", "attitude", "1"))
	l.do(chen, l.give("li", "b", "2"))
	l.do(chen, l.give("li", "a/c-1", "3"))
	l.do(wang, l.give("zhao", "attitude", "-4.25"))
	l.do(chen, workflow.SetScores{Month: march, Scores: []workflow.Score{{Agent: "ma", Rule: "words", Reason: "well\ndone"}}})
	scores, waivers := l.state.Month(march).Manual()
	of := func(agent, id string, p amount.Points, by, reason string) score.Score {
		return score.Score{Agent: agent, Rule: id, Manual: rule.Manual{Points: p, By: by, Reason: reason}}
	}
	equal(t, "scores", scores, []score.Score{
		of("li", "a/c-1", 300, "chen", "good"), of("li", "b", 200, "chen", "good"), of("ma", "words", 0, "chen", "well\ndone"), of("zhao", "attitude", -425, "wang", "good"),
	})
	equal(t, "waivers", waivers, []score.Waiver{})

	waive := workflow.SetScores{Month: march, Waivers: []workflow.Waiver{{Agent: "li", Rule: "b", Reason: "ill"}}}
	waived := []score.Waiver{{Agent: "li", Rule: "b", Waiver: rule.Waiver{By: "chen", Reason: "ill"}}}
	l.do(chen, waive)
	rest, waivers := l.state.Month(march).Manual()
	equal(t, "scores beside a later waiver", rest, []score.Score{scores[0], scores[2], scores[3]})
	equal(t, "waivers", waivers, waived)
	l.do(chen, l.give("li", "b", "2"))
	rest, waivers = l.state.Month(march).Manual()
	equal(t, "scores after a waiver", rest, scores)
	equal(t, "waivers", waivers, waived)
}

func TestMonths(t *testing.T) {
	l := newLog(t).frozen()
	other := march
	other.Policy = "bank"
	l.do(chen, freeze(april))
	l.do(chen, freeze(other))
	var got []string
	for _, m := range l.state.Months("acme") {
		got = append(got, m.ID.String())
	}
	equal(t, "months", got, []string{"acme/bank/2024-03", "acme/express/2024-03", "acme/express/2024-04"})
	if m := l.state.Months("other"); len(m) != 0 {
		t.Errorf("months of another company: %v", m)
	}
}

// What a reader holds does not change when the log goes on.
func TestMonthIsASnapshot(t *testing.T) {
	l := newLog(t).published()
	appeal := l.do(li, workflow.FileAppeal{Month: march, Agent: "li", Rule: "attitude"})
	before := l.state.Month(march)
	l.do(hr, workflow.DecideAppeal{Month: march, Appeal: appeal, Upheld: true})
	given := l.give("li", "attitude", "3")
	given.Appeal = appeal
	l.do(chen, given)
	if before.Appeals[0].Verdict != nil || len(before.Scores) != 1 || before.Version == l.state.Month(march).Version {
		t.Errorf("the month changed under its reader: %+v", before)
	}
	after := l.state.Month(march)
	_ = append(before.Scores, workflow.Given{})
	if after.Scores[1].Agent != "li" {
		t.Error("a reader wrote into the state")
	}
}

func TestDocuments(t *testing.T) {
	l := newLog(t)
	for _, text := range []string{"one", "two", "one"} {
		l.do(chen, document(workflow.PolicyDocument, "express", text))
	}
	l.do(chen, document(workflow.PolicyDocument, "bank", "one")) // the same text under another name
	var got []string
	for _, d := range l.state.Documents("acme", workflow.PolicyDocument) {
		got = append(got, d.Name+" "+d.Text)
	}
	equal(t, "documents", got, []string{"express one", "express two", "express one", "bank one"})
	d, ok := l.state.Document("acme", workflow.PolicyDocument, hash("one"))
	equal(t, "document", d, workflow.Document{Activate: document(workflow.PolicyDocument, "bank", "one"), Step: stamp(chen, 4)})
	if _, other := l.state.Document("acme", workflow.CalendarDocument, hash("one")); !ok || other {
		t.Errorf("found %t, among the calendars %t", ok, other)
	}
}

// Events may name an agent in an odd way. That agent has a card like anybody else, and the month is closed.
func TestOddNamesStopNoMonth(t *testing.T) {
	l := newLog(t).frozen()
	c := calculate(march, "run-1", 1)
	c.People, c.Accounts = []string{" li ", "ma\u200b", "王/5"}, nil
	l.do(chen, c)
	for _, agent := range c.People {
		l.do(chen, l.give(agent, "attitude/c 1 ", "1"))
	}
}
