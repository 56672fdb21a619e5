package scenario

import (
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// review looks up what a review names. Points are for findings whose points the reviewer chooses.
func (v *vocabulary) review(s *review) {
	v.terms("finding", v.policy.Vocabulary.Findings, s.findings...)
	if s.template.text != "" && !v.know("template", s.template, v.templates) {
		return
	}
	template := s.template.text
	if template == "" {
		template = reviewTemplate(v.policy)
	}
	v.terms("check of template "+template, checks(v.policy, template), s.checks...)
	for i, f := range s.data.Findings {
		facts := rule.FindingFacts{ID: id(v.policy.Vocabulary.Findings, s.findings[i]), Count: f.Count, Template: template, Confirmed: s.data.Confirmed}
		chosen := func(r *policy.Rule) bool {
			ok, err := rule.TakesChoiceOf(r.Rule, &facts)
			return ok || err != nil // what is wrong with the predicate is said when it is scored
		}
		if f.PointsHundredths != nil && !v.some("sections", chosen) {
			v.problem(s.findings[i].at, "finding %q: no rule lets the reviewer choose its points", s.findings[i].text)
		}
	}
}

// checks returns what the lines of a check list are called.
func checks(p *policy.Policy, template string) []policy.Term {
	var all []policy.Term
	for _, t := range p.Templates {
		if t.ID != template {
			continue
		}
		for _, g := range t.Groups {
			all = append(all, g.Checks...)
		}
	}
	return all
}

// takes notes a problem with a rule of which something holds under no reading, and reports whether it does.
func (v *vocabulary) takes(w word, what string, holds func(rule.Rule) bool) bool {
	if !v.know("rule", w, v.rules) {
		return false
	}
	var all []string
	path := ""
	for placed := range v.policy.Rules() {
		if placed.Rule.ID == w.text {
			path = placed.Path()
		}
		if holds(placed.Rule.Rule) {
			all = append(all, placed.Rule.ID)
		}
	}
	if v.some(path, func(r *policy.Rule) bool { return r.ID == w.text && holds(r.Rule) }) {
		return true
	}
	v.problem(w.at, "rule %q %s; those that do: %s", w.text, what, orNone(all))
	return false
}

func orNone(rules []string) string {
	if len(rules) == 0 {
		return "none"
	}
	return listed(rules)
}

// judgements looks up the rules and grades of what people judged.
func (v *vocabulary) judgements(s *Scenario) {
	for i := range s.scores {
		switch m := &s.scores[i]; {
		case m.comment:
			v.takes(m.rule, "takes no comment", rule.TakesComment)
		case m.relief:
			v.relief(m)
		case strings.Contains(m.rule.text, "/"):
			v.choice(s, m)
		default:
			v.score(m)
		}
	}
	for _, w := range s.waivers {
		if w.relief {
			v.takes(w.rule, "takes nothing that an appeal could waive", rule.TakesReliefByWaiver)
			continue
		}
		v.takes(w.rule, "waits for nothing that somebody could waive", rule.TakesWaiver)
	}
	v.averages(s)
	for _, h := range s.history {
		if h.grade.text != notAssessed {
			v.know("grade", h.grade, v.grades)
		}
	}
}

// score looks up the rule of a score and what it is out of.
func (v *vocabulary) score(m *manual) {
	for placed := range v.policy.Rules() {
		switch r := placed.Rule; {
		case r.ID != m.rule.text:
		case rule.TakesChoice(r.Rule):
			v.problem(m.rule.at, "rule %q takes a score for each incident or finding: want %s/NAME", r.ID, r.ID)
			return
		case m.of != nil && rule.TakesScore(r.Rule) && *m.of != r.Gives():
			v.problem(m.rule.at, "rule %q is scored out of %s points, not of %s", r.ID, rule.Short(r.Gives()), rule.Short(*m.of))
		}
	}
	v.takes(m.rule, "takes no score", rule.TakesScore)
}

// choice looks up the rule and the incident or finding of a choice, which stands behind the slash.
func (v *vocabulary) choice(s *Scenario, m *manual) {
	name, of, _ := strings.Cut(m.rule.text, "/")
	w := word{text: name, at: m.rule.at}
	if !v.takes(w, "takes no score for each incident or finding", rule.TakesChoice) {
		return
	}
	w.text = of
	w.at.Column += len([]rune(name)) + 1
	v.know("incident or finding of "+m.agent, w, v.charged(s, m.agent))
	if m.of != nil {
		v.problem(m.rule.at, "rule %q takes a choice from a range, not out of %s", name, rule.Short(*m.of))
	}
}

// charged returns the incidents and findings of somebody.
func (v *vocabulary) charged(s *Scenario, agent string) []string {
	var all []string
	for _, statement := range s.statements {
		switch x := statement.(type) {
		case *incident:
			if x.data.Agent == agent {
				all = append(all, x.id.text)
			}
		case *review:
			if x.agent == agent {
				all = append(all, ids(v.policy.Vocabulary.Findings, x.findings)...)
			}
		case raw:
			switch data := x.event.Data.(type) {
			case event.IncidentReported:
				if data.Agent == agent {
					all = append(all, x.event.Subject)
				}
			case event.ReviewScored:
				if x.event.Subject == agent {
					for _, f := range data.Findings {
						all = append(all, f.Finding)
					}
				}
			}
		}
	}
	return all
}
