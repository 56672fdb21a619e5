package export

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// term is one step from all points to a total.
type term struct {
	Sign   string // "−" or "+"
	Amount string // without a sign
	Label  string
}

// reason is what became of points under one rule.
type reason struct {
	rule, label string
	lost        amount.Points
	times       int
}

// why explains a total: from what all sections give together, what each rule took or did not give. It always adds up:
// what the lines of a section do not tell, such as a limit, is a step of its own. nil while something is missing.
func why(c *score.Card, p *policy.Policy, l Lang) []term {
	if c.Total == nil {
		return nil
	}
	most := map[string]amount.Points{}
	for r := range p.Rules() {
		most[r.Rule.ID] = r.Rule.Gives()
	}
	var terms []term
	for _, s := range c.Sections {
		if s.Points == nil {
			continue
		}
		left := s.Of - *s.Points
		for _, r := range reasons(c, s.ID, most, l) {
			terms = append(terms, r.term())
			left -= r.lost
		}
		if left != 0 {
			terms = append(terms, reason{label: fmt.Sprintf(l.word("why.rest"), l.in(s.Title)), lost: left}.term())
		}
	}
	return append(terms, carriedTerms(c, l)...)
}

// carriedTerms are the steps from the sections to the total.
func carriedTerms(c *score.Card, l Lang) []term {
	var terms []term
	left := -*c.Total
	for _, s := range c.Sections {
		left += points(s.Points)
	}
	for _, carried := range c.Carried {
		left += carried.Points
		terms = append(terms, reason{label: fmt.Sprintf(l.word("why.carried"), carried.From), lost: -carried.Points}.term())
	}
	if left != 0 {
		terms = append(terms, reason{label: l.word("why.limit"), lost: left}.term())
	}
	return terms
}

// points returns points, 0 where there are none.
func points(p *amount.Points) amount.Points {
	if p == nil {
		return 0
	}
	return *p
}

// reasons lists what the lines of a section cost, each rule once.
func reasons(c *score.Card, section string, most map[string]amount.Points, l Lang) []*reason {
	var all []*reason
	by := map[string]*reason{}
	for _, line := range c.Lines {
		var lost amount.Points
		label := l.in(line.Title)
		switch line.Status {
		case score.StatusTakes:
			lost = -line.Taken
		case score.StatusGives:
			lost = most[line.Rule] - line.Points
			label = fmt.Sprintf(l.word("why.gives"), label, line.Points, most[line.Rule])
		default:
		}
		if line.Section != section || lost == 0 {
			continue
		}
		r := by[line.Rule]
		if r == nil {
			r = &reason{rule: line.Rule, label: label}
			by[line.Rule], all = r, append(all, r)
		}
		r.lost, r.times = r.lost+lost, r.times+1
	}
	return all
}

func (r reason) term() term {
	t := term{"−", r.lost.String(), r.label}
	if r.lost < 0 {
		t.Sign, t.Amount = "+", (-r.lost).String()
	}
	if r.times > 1 {
		t.Label += fmt.Sprintf(" × %d", r.times)
	}
	return t
}
