package export

import (
	"fmt"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// Control is what a payroll adds up to. Whoever receives one checks it against the others: the sheet in the workbook,
// control.csv, and what the screen said. All amounts are minor units.
type Control struct {
	Rows        int // of the payroll
	Agents      int // with a card of the month
	Waiting     int // of these, without a result: only in drafts
	Lines       int // of all cards
	Missing     int // lines that cards wait for
	Waived      int
	Proposals   int
	Interviews  int
	Adjustments int
	Points      amount.Points // of all results of the month
	Grades      []GradeSum    // of the month, from the best down; all of the policy's
	Month       amount.Money  // pay of the month's own rows
	Reversals   amount.Money  // not positive
	New         amount.Money
	Pay         amount.Money // Month + Reversals + New: what is to be paid
}

// GradeSum is how many have a grade, and what they get together.
type GradeSum struct {
	Grade  string
	Agents int
	Pay    amount.Money
}

func newControl(p *Payroll) Control {
	c := Control{Adjustments: len(p.Adjustments)}
	for _, g := range p.Policy.Grades {
		c.Grades = append(c.Grades, GradeSum{Grade: g.Name})
	}
	return c
}

// add takes a row in. The error says that a sum no longer fits a spreadsheet, or that the policy has no such grade.
func (c *Control) add(p *Payroll, r *row) error {
	c.Rows++
	if r.Kind == kindMonth {
		if err := c.card(p, r); err != nil {
			return err
		}
	}
	if r.Pay == nil {
		return nil
	}
	of := map[kind]*amount.Money{kindMonth: &c.Month, kindReversal: &c.Reversals, kindNew: &c.New}[r.Kind]
	*of += *r.Pay
	c.Pay += *r.Pay
	for _, sum := range []int64{int64(*of), int64(c.Pay), int64(c.Points)} {
		if beyond(sum) {
			return fmt.Errorf("export month %s: a sum with more than 15 digits", p.Run.Month)
		}
	}
	return nil
}

// card counts what is on a card of the month.
func (c *Control) card(p *Payroll, r *row) error {
	c.Agents++
	c.Lines += len(r.card.Lines)
	c.Missing += len(r.card.Missing)
	c.Proposals += len(r.card.Proposals)
	for i := range r.card.Lines {
		if p.waived(&r.card.Lines[i]) {
			c.Waived++
		}
	}
	if r.Pay == nil || r.Total == nil {
		c.Waiting++
		return nil
	}
	c.Points += *r.Total
	if p.interviewed(r.Grade) {
		c.Interviews++
	}
	i := slices.IndexFunc(c.Grades, func(g GradeSum) bool { return g.Grade == r.Grade })
	if i < 0 {
		return fmt.Errorf("export month %s: agent %q: grade %q is not in policy %q", p.Run.Month, r.Agent, r.Grade, p.Policy.Name)
	}
	c.Grades[i].Agents++
	c.Grades[i].Pay += *r.Pay
	return nil
}

// waived reports whether a card does without a line. Where a waiver keeps the points the line gives them, and is known by
// what else there cannot be: without a value its rule waits for somebody's word.
func (m *Month) waived(l *score.Line) bool {
	if l.Status == score.StatusWaived {
		return true
	}
	if l.Status != score.StatusGives || l.Value != nil {
		return false
	}
	for placed := range m.Policy.Rules() {
		if placed.Rule.ID == l.Rule {
			return rule.TakesWaiver(placed.Rule.Rule)
		}
	}
	return false
}

// interviewed reports whether the policy wants results of the grade to be talked over.
func (m *Month) interviewed(grade string) bool {
	i := m.Policy.Cycle.Interview
	return i != nil && grade != "" && m.Policy.Below(grade, i.Below)
}
