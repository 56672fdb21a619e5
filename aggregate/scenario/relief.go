package scenario

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// readRelief reads `relief AGENT RULE POINTS|waived "reason" [by NAME]`.
func readRelief(a *args) {
	s := manual{agent: a.agent(), rule: a.take("a rule"), relief: true}
	a.unique("relief of "+s.agent+" under rule", s.rule)
	waived := a.has("waived")
	if !waived {
		s.Points = a.points()
	}
	s.By = defaultHead
	a.judged(&s.By, &s.Reason)
	if s.Reason == "" {
		a.fail(a.line.at(), "a relief wants a reason in quotes")
	}
	if waived {
		a.p.s.waivers = append(a.p.s.waivers, waiver{s.agent, s.rule, true, rule.Waiver{By: s.By, Reason: s.Reason}})
		return
	}
	a.p.s.scores = append(a.p.s.scores, s)
}

// relief looks up the rule of a relief and how many points it moves at most.
func (v *vocabulary) relief(m *manual) {
	if !v.takes(m.rule, "neither takes nor gives points by itself", rule.TakesRelief) {
		return
	}
	for placed := range v.policy.Rules() {
		if placed.Rule.ID == m.rule.text && rule.TakesRelief(placed.Rule.Rule) && !placed.Relieves(m.Points) {
			v.problem(m.rule.at, "rule %q: by appeal it may come to 0 to %s points, not to %s", m.rule.text, rule.Short(placed.Bound()), rule.Short(m.Points))
		}
	}
}

// takesScore reports whether a policy's rule takes what was said as it was said: a comment is no score, a score no relief.
// A reading may change what a rule takes.
func takesScore(p *policy.Policy, m *manual) bool {
	return !slices.ContainsFunc(slices.Collect(p.Rules()), func(placed policy.Placed) bool {
		r := placed.Rule.Rule
		return placed.Rule.ID == m.rule.text && (m.comment != rule.TakesComment(r) || m.relief != rule.TakesRelief(r))
	})
}

// takesWaiver reports the same of a waiver.
func takesWaiver(p *policy.Policy, w *waiver) bool {
	return !slices.ContainsFunc(slices.Collect(p.Rules()), func(placed policy.Placed) bool {
		return placed.Rule.ID == w.rule.text && w.relief != rule.TakesReliefByWaiver(placed.Rule.Rule)
	})
}
