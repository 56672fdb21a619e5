package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// term returns the id of what is called by its id, or by its title in either language; "" where nothing is, or where more
// than one thing has that title.
func term(all []policy.Term, name string) string {
	var titled []string
	for _, t := range all {
		switch {
		case t.ID == name:
			return name
		case strings.EqualFold(t.Title.ZH, name) || strings.EqualFold(t.Title.EN, name):
			titled = append(titled, t.ID)
		}
	}
	if len(titled) != 1 {
		return ""
	}
	return titled[0]
}

// id returns the id of what a statement names. The policy may declare no names of the kind; then they are ids.
func id(all []policy.Term, w word) string {
	if known := term(all, w.text); known != "" {
		return known
	}
	return w.text
}

func ids(all []policy.Term, words []word) []string {
	var names []string
	for _, w := range words {
		names = append(names, id(all, w))
	}
	return names
}

// vocabulary is the names that a policy knows.
type vocabulary struct {
	policy   *policy.Policy
	others   map[Reading]*policy.Policy // under other readings, once they were asked for
	problems []document.Problem

	sections, items, rules, proposals, grades, templates []string
}

func vocabularyOf(p *policy.Policy) *vocabulary {
	v := &vocabulary{policy: p, others: map[Reading]*policy.Policy{}}
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

func (v *vocabulary) problem(at document.Position, format string, args ...any) {
	v.problems = append(v.problems, document.Problem{Position: at, Message: fmt.Sprintf(format, args...)})
}

// know notes a problem with a name that is not among the known ones, and reports whether it is.
func (v *vocabulary) know(what string, w word, known []string) bool {
	if slices.Contains(known, w.text) {
		return true
	}
	v.problem(w.at, "%v", &document.Unknown{What: what, Name: w.text, Known: known})
	return false
}

// terms notes a problem with words that are neither ids nor titles of the policy's vocabulary.
func (v *vocabulary) terms(what string, all []policy.Term, words ...word) {
	for _, w := range words {
		if term(all, w.text) == "" {
			known := document.IDs(all, func(t policy.Term) string { return t.ID })
			v.problem(w.at, "unknown %s %q%s; there are: %s", what, w.text, meant(w.text, all, known), listed(known))
		}
	}
}

// meant returns what was probably meant: the only term in whose title the words stand, or the id that is nearest.
func meant(name string, all []policy.Term, known []string) string {
	has := func(title string) bool { return strings.Contains(strings.ToLower(title), strings.ToLower(name)) }
	var in []policy.Term
	for _, t := range all {
		if has(t.Title.ZH) || has(t.Title.EN) {
			in = append(in, t)
		}
	}
	if len(in) == 1 {
		return fmt.Sprintf(" (did you mean %q, %s, %s?)", in[0].ID, in[0].Title.EN, in[0].Title.ZH)
	}
	return document.Suggest(name, known)
}

// declared notes a problem with names of which the policy may declare none: then it does not mind which they are.
func (v *vocabulary) declared(what string, all []policy.Term, words ...word) {
	if len(all) > 0 {
		v.terms(what, all, words...)
	}
}

// some reports whether something holds of a rule under the readings in force, or else under another reading of a decision
// that concerns the path: a scenario may be tried under all of them.
func (v *vocabulary) some(path string, holds func(*policy.Rule) bool) bool {
	if ruled(v.policy, holds) {
		return true
	}
	for _, d := range v.policy.Concerning(path) {
		for _, r := range d.Readings {
			if other := v.under(d.ID, r.ID); other != nil && ruled(other, holds) {
				return true
			}
		}
	}
	return false
}

func ruled(p *policy.Policy, holds func(*policy.Rule) bool) bool {
	for placed := range p.Rules() {
		if holds(placed.Rule) {
			return true
		}
	}
	return false
}

// under returns the policy under another reading; nil where it cannot be chosen beside the others.
func (v *vocabulary) under(decision, reading string) *policy.Policy {
	key := Reading{Decision: decision, Reading: reading}
	p, made := v.others[key]
	if !made {
		p, _ = v.policy.Decide(decision, reading)
		v.others[key] = p
	}
	return p
}
