package export

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"iter"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// kind says what a row of the payroll is.
type kind string

const (
	kindMonth    kind = "month"    // the month's own result
	kindReversal kind = "reversal" // takes a result of an earlier month back: its pay is negative
	kindNew      kind = "new"      // pays what the earlier month came to instead
)

// row is one row of the payroll, in either format.
type row struct {
	Kind     kind
	Month    string
	Agent    string
	Name     string
	Team     string
	Sections []*amount.Points // in the order of the policy; nil where they are not known
	Carried  *amount.Points   // of earlier months, which the total has and no section; nil: nothing
	Total    *amount.Points
	Grade    string
	Pay      *amount.Money // as it adds up
	Run      string
	Card     string // SHA-256 of the card's JSON, in hex
	Why      string
	card     *score.Card // of the month's rows
}

// rows yields the payroll: the month's cards by agent, unless they went to payroll before, then the adjustments. An error ends it: a payroll that somebody
// stands in twice, or not at all, is none.
func (p *Payroll) rows() iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		if err := p.check(); err != nil {
			yield(row{}, err)
			return
		}
		if p.Exported == nil && !p.monthRows(yield) {
			return
		}
		for _, a := range p.Adjustments {
			if a.After != nil && a.After.Pay == nil && !p.Draft {
				yield(row{}, fmt.Errorf("export month %s: adjustment of %s, agent %q: the result waits for somebody", p.Run.Month, a.Month, a.After.Agent))
				return
			}
			for _, r := range a.rows(p.lang()) {
				if !yield(r, p.fits(&r)) {
					return
				}
			}
		}
	}
}

// monthRows yields the month's own rows and checks that they are all there. It is false when nothing is to follow.
func (p *Payroll) monthRows(yield func(row, error) bool) bool {
	fail := func(format string, args ...any) bool {
		yield(row{}, fmt.Errorf("export month %s: "+format, append([]any{p.Run.Month}, args...)...))
		return false
	}
	last, agents, all := "", 0, sha256.New()
	for card, err := range p.Cards {
		var r row
		if err == nil {
			r, err = p.monthRow(&card, last, agents > 0, all)
		}
		if err != nil {
			return fail("%w", err)
		}
		if !yield(r, nil) {
			return false
		}
		last, agents = card.Agent, agents+1
	}
	if agents != p.Run.Agents {
		return fail("run %s has %d cards, %d came", p.Run.ID, p.Run.Agents, agents)
	}
	if result := hex.EncodeToString(all.Sum(nil)); result != p.Run.Result {
		return fail("the cards are not those of run %s: result %.12s, want %.12s", p.Run.ID, result, p.Run.Result)
	}
	return true
}

// monthRow checks that the card belongs into the payroll and makes its row.
func (p *Payroll) monthRow(c *score.Card, last string, after bool, all hash.Hash) (row, error) {
	switch {
	case c.Month != p.Run.Month.Month:
		return row{}, fmt.Errorf("agent %q: a card of %s", c.Agent, c.Month)
	case c.Policy != p.Policy.Name:
		return row{}, fmt.Errorf("agent %q: a card under policy %q", c.Agent, c.Policy)
	case after && c.Agent <= last:
		return row{}, fmt.Errorf("agent %q follows %q: want each once, in order", c.Agent, last)
	case c.Pay == nil && !p.Draft:
		return row{}, fmt.Errorf("agent %q: %d lines of the card wait for somebody", c.Agent, len(c.Missing))
	}
	text, err := json.Marshal(c)
	if err != nil {
		return row{}, fmt.Errorf("agent %q: %w", c.Agent, err)
	}
	all.Write(append(text, '\n')) // as closing.Summarize does
	r := row{
		Kind: kindMonth, Month: c.Month.String(), Agent: c.Agent, Name: c.Name, Team: c.Team, Total: c.Total, Grade: c.Grade, Pay: c.Pay,
		Run: p.Run.ID, Card: hashOf(text), Sections: make([]*amount.Points, len(p.Policy.Sections)), card: c,
	}
	for _, s := range c.Sections {
		i := slices.IndexFunc(p.Policy.Sections, func(o policy.Section) bool { return o.ID == s.ID })
		if i < 0 {
			return row{}, fmt.Errorf("agent %q: section %q is not in policy %q", c.Agent, s.ID, p.Policy.Name)
		}
		r.Sections[i] = s.Points
	}
	if len(c.Carried) > 0 {
		var sum amount.Points
		for _, carried := range c.Carried {
			sum += carried.Points
		}
		r.Carried = &sum
	}
	return r, p.fits(&r)
}

// mostShown bounds amounts, in hundredths: a spreadsheet keeps 15 digits.
const mostShown = 999_999_999_999_999

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func beyond(hundredths int64) bool { return hundredths > mostShown || hundredths < -mostShown }

// fits reports amounts that a spreadsheet would round.
func (p *Payroll) fits(r *row) error {
	wrong := r.Total != nil && beyond(int64(*r.Total)) || r.Pay != nil && beyond(int64(*r.Pay)) ||
		slices.ContainsFunc(r.Sections, func(s *amount.Points) bool { return s != nil && beyond(int64(*s)) })
	if wrong {
		return fmt.Errorf("agent %q, %s: an amount with more than 15 digits", r.Agent, r.Month)
	}
	return nil
}

// rows returns the reversal of what was paid, if there was something, and the line that takes its place.
func (a *Adjustment) rows(l Lang) []row {
	var rows []row
	if a.Before != nil && a.Before.Pay != nil {
		r := a.row(a.Before, kindReversal, l)
		back := -*a.Before.Pay
		r.Pay = &back
		rows = append(rows, r)
	}
	if a.After != nil && a.After.Pay != nil {
		rows = append(rows, a.row(a.After, kindNew, l))
	}
	return rows
}

func (a *Adjustment) row(r *closing.Result, k kind, l Lang) row {
	return row{
		Kind: k, Month: a.Month.String(), Agent: r.Agent, Name: r.Name, Team: r.Team, Total: r.Total, Grade: r.Grade, Pay: r.Pay,
		Run: a.Run, Card: r.Card, Why: l.in(a.Why),
	}
}
