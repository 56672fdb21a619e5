package score_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// troubled is a month of li in which nearly every rule takes something.
func troubled(t testing.TB, decide ...string) score.Input {
	t.Helper()
	d := &desk{}
	d.agent("li", "express", "2023-01-01")
	d.agent("wang", "express", "2023-01-01")
	d.worked("li", 1, 10, 60)
	d.worked("wang", 1, 10, 100)
	for i, day := range []string{"2024-03-12", "2024-03-13", "2024-03-14"} {
		d.add("li", fmt.Sprintf("2024-03-0%dT00:00:00Z", i+1), event.LeaveApproved{Kind: "personal", From: event.Date(day), Until: event.Date(day), ApprovedBy: "head"})
	}
	d.add("li", "2024-03-20T08:00:00Z", event.ReviewScored{Reviewer: "qa", Period: "2024-03", Template: "call-wording", Findings: []event.ReviewFinding{
		{Finding: "mood", Count: 2}, {Finding: "contempt", Count: 3}, {Finding: "forcing", Count: 1},
	}})
	for i, subjects := range [][]string{
		{"inquiry"}, {"inquiry", "work-error"}, {"inquiry", "email"}, {"call-attitude", "work-error"}, {"email"}, {"work-error"}, {"execution", "inquiry"},
	} {
		id := fmt.Sprint("i", i)
		d.add(id, fmt.Sprintf("2024-03-0%dT01:00:00Z", i+1), event.IncidentReported{Agent: "li", Subjects: subjects, Complainant: event.FromAbroad, Serious: true, Reputation: i == 6})
		d.add(id, fmt.Sprintf("2024-03-1%dT01:00:00Z", i+1), event.IncidentRuled{Verdict: event.Upheld, By: "head"})
	}
	p := expressCS(t, decide...)
	in := score.Input{Policy: p, Period: month(t, d, p)}
	for _, agent := range []string{"li", "wang"} {
		in.Scores = append(in.Scores, score.Score{Agent: agent, Rule: "execution", Manual: rule.Manual{Points: 8_00, By: "head"}},
			score.Score{Agent: agent, Rule: "enthusiasm", Manual: rule.Manual{Points: 4_00, By: "head"}})
	}
	in.Waivers = []score.Waiver{{Agent: "wang", Rule: "sampling", Waiver: rule.Waiver{By: "head", Reason: "new"}}}
	return in
}

// relieved adds what somebody said after an upheld appeal of li's.
func relieved(in score.Input, id string, points amount.Points, by, reason string) score.Input {
	in.Scores = append(slices.Clip(in.Scores), score.Score{Agent: "li", Rule: id, Manual: rule.Manual{Points: points, By: by, Reason: reason}})
	return in
}

// others returns the lines of the other rules, but what was left for them to take: a relief leaves more. Of a rule that is
// squeezed less the card names fewer decisions.
func others(c score.Card, id string) []score.Line {
	var all []score.Line
	for _, l := range c.Lines {
		if l.Rule != id {
			l.Taken, l.Decisions = 0, nil
			all = append(all, l)
		}
	}
	return all
}

// However much somebody relieves, and of which rule, under whichever reading: the total stays within 0 and the most and is
// never lower than without, no other rule's line says anything else, no colleague's card changes, and the card is read again.
func TestReliefsChangeTheirRuleAlone(t *testing.T) {
	for _, decide := range [][]string{nil, {"one-incident=every-rule"}, {"pool-order=by-time"}, {"item-cap=reaches-section"}} {
		t.Run(strings.Join(decide, " "), func(t *testing.T) {
			in := troubled(t, decide...)
			before := cards(t, in)
			var all []policy.Placed
			for placed := range in.Policy.Rules() {
				if rule.TakesRelief(placed.Rule.Rule) {
					all = append(all, placed)
				}
			}
			rapid.Check(t, func(r *rapid.T) { checkRelief(t, r, in, before, rapid.SampledFrom(all).Draw(r, "rule")) })
		})
	}
}

func checkRelief(t *testing.T, r *rapid.T, in score.Input, before map[string]score.Card, at policy.Placed) {
	id := at.Rule.ID
	if rapid.Bool().Draw(r, "waived") && rule.TakesReliefByWaiver(at.Rule.Rule) {
		in.Waivers = append(slices.Clip(in.Waivers), score.Waiver{Agent: "li", Rule: id, Waiver: rule.Waiver{By: "head", Reason: "so it was"}})
	} else {
		in = relieved(in, id, amount.Points(rapid.IntRange(0, int(at.Bound())).Draw(r, "points")), "head", "so it was")
	}
	after := cards(t, in)
	was, is := before["li"], after["li"]
	if *is.Total < *was.Total || *is.Total > in.Policy.Most() {
		r.Errorf("%s: total %s, without %s", id, *is.Total, *was.Total)
	}
	if diff := cmp.Diff(others(is, id), others(was, id)); diff != "" {
		r.Errorf("%s changes the lines of other rules (-got, +want):\n%s", id, diff)
	}
	if diff := cmp.Diff(after["wang"], before["wang"]); diff != "" {
		r.Errorf("%s changes a colleague's card (-got, +want):\n%s", id, diff)
	}
	src, err := json.Marshal(is)
	if err != nil {
		r.Fatal(err)
	}
	var again score.Card
	if err := json.Unmarshal(src, &again); err != nil {
		r.Error(err)
	}
}

// What does not count changes nothing, and the card says why.
func TestReliefsThatDoNotCount(t *testing.T) {
	in := troubled(t)
	before := cards(t, in)["li"]
	for _, c := range []struct {
		name, rule string
		points     amount.Points
		by, reason string
		want       string
	}{
		{"of oneself", "personal-leave", 0, "li", "the form was there", "the relief by appeal does not count: nobody judges themselves"},
		{"without a reason", "personal-leave", 0, "head", "", "the relief by appeal does not count: it has no reason"},
		{"less than nothing", "personal-leave", -1, "head", "so", "the relief by appeal does not count: -0.01 points are outside the range, 0 to 8"},
		{"more than the item has", "personal-leave", 8_01, "head", "so", "the relief by appeal does not count: 8.01 points are outside the range, 0 to 8"},
		{"more than the section has", "attitude-complaint", 20_01, "head", "so", "the relief by appeal does not count: 20.01 points are outside the range, 0 to 20"},
		{"more than the best tier gives", "tier", 20_01, "head", "so", "the relief by appeal does not count: 20.01 points are outside the range, 0 to 20"},
		{"less than the tier gives", "tier", 9_99, "head", "so", "by appeal it gives 9.99 points; the rule itself says 10, which stays; by head: so"},
		{"as much as the rule takes", "mood", 4_00, "head", "so", "by appeal it takes 4 points in all; the rule itself says 4, which stays; by head: so"},
		{"where nothing was taken", "late-early", 0, "head", "so", "by appeal it takes 0 points in all; the rule itself says 0, which stays; by head: so"},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := cards(t, relieved(in, c.rule, c.points, c.by, c.reason))["li"]
			if *card.Total != *before.Total {
				t.Errorf("total %s, want %s", *card.Total, *before.Total)
			}
			i := slices.IndexFunc(card.Lines, func(l score.Line) bool {
				return l.Rule == c.rule && l.Status == score.StatusShown && l.Text.EN == c.want
			})
			if i < 0 {
				t.Fatalf("no line %q in %+v", c.want, card.Lines)
			}
			card.Lines = slices.Delete(card.Lines, i, i+1)
			if diff := cmp.Diff(card, before); diff != "" {
				t.Errorf("the rest (-got, +want):\n%s", diff)
			}
		})
	}
}

// A relief keeps what the rule went by, and goes before a waiver of the same line.
func TestReliefKeepsTheEvidence(t *testing.T) {
	in := relieved(troubled(t), "personal-leave", 3_00, "head", "two forms were there")
	in.Waivers = append(in.Waivers, score.Waiver{Agent: "li", Rule: "personal-leave", Waiver: rule.Waiver{By: "head", Reason: "before"}})
	var lines []score.Line
	for _, l := range cards(t, in)["li"].Lines {
		if l.Rule == "personal-leave" {
			lines = append(lines, l)
		}
	}
	if len(lines) != 1 || lines[0].EvidenceTotal != 3 || len(lines[0].Evidence) != 3 || lines[0].Points != -3_00 || lines[0].Status != score.StatusTakes {
		t.Fatalf("got %+v", lines)
	}
	want := "申诉后共扣 3 分，原为 9 分；head：two forms were there"
	if lines[0].Text.ZH != want {
		t.Errorf("got %q, want %q", lines[0].Text.ZH, want)
	}
}
