package scenario

import (
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// check finds what the policy does not know: a finding with a typing error would silently cost nothing.
func (s *Scenario) check(p *policy.Policy) []document.Problem {
	v := vocabularyOf(p)
	for _, id := range s.Agents {
		v.declared("duty", p.Vocabulary.Duties, s.people[id].duties...)
		for _, l := range s.people[id].leaves {
			v.terms("kind of leave", p.Vocabulary.Leaves, l.kind)
		}
	}
	for _, statement := range s.statements {
		v.statement(statement)
	}
	for _, c := range s.currencies {
		if c.text != p.Currency {
			v.problem(c.at, "%s: the policy's amounts are in %s", c.text, p.Currency)
		}
	}
	v.judgements(s)
	for _, e := range s.expects {
		v.expectation(e)
	}
	return v.problems
}

func (v *vocabulary) statement(s statement) {
	switch x := s.(type) {
	case *incident:
		v.terms("subject", v.policy.Vocabulary.Subjects, x.subjects...)
		for _, r := range x.rulings {
			v.terms("subject", v.policy.Vocabulary.Subjects, r.subjects...)
		}
	case *review:
		v.review(x)
	case *conversation:
		v.customer(x.customer)
	case *workload:
		v.customer(x.customer)
	}
}

func (v *vocabulary) customer(kind word) {
	if kind.text != "" {
		v.declared("kind of customer", v.policy.Vocabulary.Customers, kind)
	}
}

func (v *vocabulary) expectation(e *expectation) {
	for _, w := range e.parts {
		if w.item {
			v.know("item", w.name, v.items)
			continue
		}
		v.know("section", w.name, v.sections)
	}
	for i := range e.lines {
		v.know("rule", e.lines[i].rule, v.rules)
	}
	for _, w := range e.missing {
		v.know("rule", w.name, v.rules)
	}
	for _, w := range e.proposals {
		v.know("rule or streak", w.name, v.proposals)
	}
	if w := e.grade; w != nil && w.name.text != none {
		v.know("grade", w.name, v.grades)
	}
}
