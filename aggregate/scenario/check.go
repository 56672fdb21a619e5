package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// vocabulary is the names that a policy knows.
type vocabulary struct {
	problems []document.Problem

	sections, items, rules, proposals, grades []string
	subjects, findings, leaves, templates     []string
}

// check finds the names that the policy does not know: a finding with a typing error would silently cost nothing.
func (s *Scenario) check(p *policy.Policy) []document.Problem {
	v := vocabularyOf(p)
	for _, id := range s.Agents {
		for _, l := range s.people[id].leaves {
			v.know("kind of leave", l.kind, v.leaves)
		}
	}
	for _, statement := range s.statements {
		switch x := statement.(type) {
		case *incident:
			for _, w := range x.subjects {
				v.know("subject", w, v.subjects)
			}
		case *review:
			for _, w := range x.findings {
				v.know("finding", w, v.findings)
			}
			if x.template.text != "" {
				v.know("template", x.template, v.templates)
			}
		}
	}
	v.judgements(s)
	for _, e := range s.expects {
		v.expectation(e)
	}
	return v.problems
}

func vocabularyOf(p *policy.Policy) *vocabulary {
	id := func(t policy.Term) string { return t.ID }
	v := &vocabulary{
		subjects: document.IDs(p.Vocabulary.Subjects, id), findings: document.IDs(p.Vocabulary.Findings, id),
		leaves: document.IDs(p.Vocabulary.Leaves, id),
	}
	for _, s := range p.Sections {
		v.sections = append(v.sections, s.ID)
		for _, i := range s.Items {
			v.items = append(v.items, i.ID)
			for _, r := range i.Rules {
				v.rules = append(v.rules, r.ID)
			}
		}
	}
	v.proposals = slices.Clone(v.rules)
	for _, s := range p.Streaks {
		v.proposals = append(v.proposals, s.ID)
	}
	for _, g := range p.Grades {
		v.grades = append(v.grades, g.Name)
	}
	for _, t := range p.Templates {
		v.templates = append(v.templates, t.ID)
	}
	return v
}

// know notes a problem with a name that is not among the known ones.
func (v *vocabulary) know(what string, w word, known []string) {
	if !slices.Contains(known, w.text) {
		err := &document.Unknown{What: what, Name: w.text, Known: known}
		v.problems = append(v.problems, document.Problem{Position: w.at, Message: fmt.Sprint(err)})
	}
}

// judgements looks up the rules and grades of what people judged. A score of one incident names its rule before the slash.
func (v *vocabulary) judgements(s *Scenario) {
	for _, m := range s.scores {
		w := m.rule
		w.text, _, _ = strings.Cut(w.text, "/")
		v.know("rule", w, v.rules)
	}
	for _, w := range s.waivers {
		v.know("rule", w.rule, v.rules)
	}
	for _, h := range s.history {
		if h.grade.text != notAssessed {
			v.know("grade", h.grade, v.grades)
		}
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
