package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

func shipped(t *testing.T) *policy.Policy {
	t.Helper()
	p, err := policy.Load("express-cs", os.ReadFile)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// card returns a card that has so many points in its first section, and the others whole, or that waits for something.
func card(p *policy.Policy, agent, name, team string, points amount.Points) *score.Card {
	c := &score.Card{Agent: agent, Name: name, Team: team, Lines: []score.Line{{Rule: "tier", Status: score.StatusGives, Points: 1500, Taken: 1500, Value: &metric.Value{Num: 100, Den: 20}}}}
	for i, s := range p.Sections {
		of := s.Points
		if i == 0 {
			of = points
		}
		c.Sections = append(c.Sections, score.SectionScore{ID: s.ID, Title: s.Title, Of: s.Points, Points: &of})
	}
	total := p.Most() - p.Sections[0].Points + points
	grade := p.Grade(total)
	c.Total, c.Grade, c.Pay = &total, grade.Name, &grade.Pay
	if points < 0 {
		c.Total, c.Grade, c.Pay, c.Sections[0].Points, c.Lines = nil, "", nil, nil, nil
	}
	return c
}

func TestLeague(t *testing.T) {
	p := shipped(t)
	l := newLeague(p, false)
	for _, c := range []*score.Card{
		card(p, "new", "", "parcels", -1),
		card(p, "li", "李", "parcels", 0),
		card(p, "zhang.min.of.the.night.shift", "A very long name that goes on and on", "parcels", 2000),
		card(p, "evil\x1b[2J\u202e", "evil", "bank", 550),
	} {
		l.add(c)
	}
	var out strings.Builder
	if err := l.show(&out); err != nil {
		t.Fatal(err)
	}
	const want = `team bank
                                   call
agent                     tier  quality  productivity  efficiency  attitude  total  grade     pay
───────────────────────────────────────────────────────────────────────────────────────────────────
evil (evil·[2J·)          B        5.50         20.00       40.00     20.00  85.50  B      400.00

team parcels
                                   call
agent                     tier  quality  productivity  efficiency  attitude   total  grade     pay
────────────────────────────────────────────────────────────────────────────────────────────────────
A ver… (zhang.min.of.th…  B       20.00         20.00       40.00     20.00  100.00  A      500.00
李 (li)                   B        0.00         20.00       40.00     20.00   80.00  C      350.00
new                       -           -         20.00       40.00     20.00       -  -           -

`
	if diff := cmp.Diff(out.String(), want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
	for line := range strings.Lines(out.String()) {
		if w := text.StringWidth(strings.TrimSuffix(line, "\n")); w > maxWidth {
			t.Errorf("%d columns: %s", w, line)
		}
	}
}

// closedExample is a month in which two rules wait, one of them for many people.
func closedExample(t *testing.T) monthend.Closed {
	p := shipped(t)
	month := calendar.Month{Year: 2026, Month: 10}
	c := monthend.Closed{
		Month:  workflow.Month{ID: workflow.MonthID{Company: "acme", Policy: p.Name, Month: month}, Phase: workflow.PhaseCalculated},
		Policy: p, Due: policy.Deadlines{Scored: calendar.Date{Year: 2026, Month: 11, Day: 13}},
	}
	for _, agent := range []string{"a", "b", "c", "d.with.a.long.name", "e.with.a.long.name", "f"} {
		c.Summary.Missing = append(c.Summary.Missing, closing.Missing{Agent: agent, Rule: "execution", Title: document.Title{EN: "Degree of execution"}})
	}
	c.Summary.Missing = append(c.Summary.Missing,
		closing.Missing{Agent: "f", Rule: "loss/i1", Title: document.Title{EN: "Loss"}}, closing.Missing{Agent: "f", Rule: "loss/i2", Title: document.Title{EN: "Loss"}})
	c.Run.Missing = len(c.Summary.Missing)
	return c
}

func TestShowMissing(t *testing.T) {
	var out strings.Builder
	showMissing(&out, closedExample(t))
	const want = `missing              rule       lines  about
───────────────────────────────────────────────────────────────────────────────
Degree of execution  execution      6  a, b, c, d.with.a.long.name and 2 more
Loss                 loss           2  f

8 lines are missing: ` + "`deskpulse score missing --month 2026-10`" + ` lists them, with --output csv as a
sheet to fill in.

`
	if diff := cmp.Diff(out.String(), want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

func TestMissingNow(t *testing.T) {
	c := closedExample(t)
	points := amount.Points(100)
	step := &workflow.Step{Sequence: 9}
	c.Month.Scores = []workflow.Given{{Score: workflow.Score{Agent: "a", Rule: "execution", Points: &points}, Step: step}}
	c.Month.Waivers = []workflow.Waived{{Waiver: workflow.Waiver{Agent: "f", Rule: "loss/i1", Reason: "found"}, Step: step}}
	left := missingNow(c)
	if len(left) != len(c.Summary.Missing)-2 || left[0].Agent != "b" {
		t.Errorf("left: %+v", left)
	}
}

func TestNextStep(t *testing.T) {
	for _, test := range []struct {
		phase   workflow.Phase
		missing int
		want    string
	}{
		{workflow.PhaseOpen, 0, "`deskpulse close --month 2026-10`."},
		{workflow.PhaseCalculated, 3, "supervisor or manager scores what is missing"},
		{workflow.PhaseCalculated, 0, "somebody scored since"},
		{workflow.PhaseScored, 0, "leader approves by 2026-11-13: `deskpulse approve --month 2026-10`. Who scored does not approve."},
		{workflow.PhaseApproved, 0, "deskpulse publish"},
		{workflow.PhasePublished, 0, "deskpulse export"},
		{workflow.PhaseExported, 0, "nothing."},
	} {
		c := closedExample(t)
		c.Month.Phase, c.Run.Missing = test.phase, test.missing
		if got := nextStep(c); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.phase, got, test.want)
		}
	}
}
