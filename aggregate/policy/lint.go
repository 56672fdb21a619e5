package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// Finding is something in a valid policy that people should look at.
type Finding struct {
	document.Position
	Severity Severity
	Message  string
}

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // the policy cannot mean this
	Warning Severity = "warning" // it may be meant
)

// Lint returns what a valid policy probably does not mean, in the file's order. What it certainly cannot mean, such as a
// grade behind another one that begins no higher or an undecided reading, is no policy at all: see [Parse].
func (p *Policy) Lint() []Finding {
	l := linter{Policy: p}
	l.totals()
	l.gradesReached()
	for i := range p.Sections {
		l.section(&p.Sections[i])
	}
	for placed := range p.Rules() {
		l.rule(placed)
	}
	l.cycle()
	l.vocabulary()
	for i := range p.Decisions {
		l.decision(&p.Decisions[i])
	}
	slices.SortStableFunc(l.findings, func(a, b Finding) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	return l.findings
}

type linter struct {
	*Policy
	findings []Finding
}

// note adds a finding at the place that a path leads to.
func (l *linter) note(path string, s Severity, format string, args ...any) {
	at := document.Position{Line: 1, Column: 1}
	if n, err := l.applied.Find(path); err == nil {
		at = n.At
	}
	l.findings = append(l.findings, Finding{at, s, fmt.Sprintf(format, args...)})
}

func (l *linter) totals() {
	if most := l.Most(); most != hundred {
		l.note("sections", Warning, "the sections give %s points together, not 100", rule.Short(most))
	}
}

const hundred amount.Points = 100_00

// gradesReached tells grades that no total reaches, and grades that pay more than a better one.
func (l *linter) gradesReached() {
	most := amount.Ratio{Num: int64(l.Most()), Den: 100}
	for i, g := range l.Grades {
		path := "grades." + g.Name
		if g.Bound.Operator != rule.Rest && !g.Bound.Reached(most) {
			l.note(path, Error, "grade %q: nobody can reach it, the sections give %s points together", g.Name, rule.Short(l.Most()))
		}
		if i > 0 && g.Pay > l.Grades[i-1].Pay {
			l.note(path, Warning, "grade %q pays %s, more than the better grade %q", g.Name, g.Pay, l.Grades[i-1].Name)
		}
	}
}

// section compares the points of a section with those of its items.
func (l *linter) section(s *Section) {
	path := "sections." + s.ID
	var sum amount.Points
	pooled := false
	for i := range s.Items {
		item := &s.Items[i]
		l.item(path+".items."+item.ID, item)
		switch {
		case item.Points != nil:
			sum += *item.Points
		case moves(item):
			pooled = true
		}
	}
	switch {
	case sum > s.Points:
		l.note(path, Warning, "the items of section %q have %s points together, the section gives %s", s.ID, rule.Short(sum), rule.Short(s.Points))
	case sum < s.Points && !pooled:
		l.note(path, Warning, "the items of section %q have %s points together: nobody can reach the section's %s", s.ID, rule.Short(sum), rule.Short(s.Points))
	}
}

// moves reports whether a rule of the item gives or takes points.
func moves(item *Item) bool {
	return slices.ContainsFunc(item.Rules, func(r Rule) bool { return r.Gives() > 0 || r.Takes() > 0 })
}

// item tells points that no rule of the item can give. An item whose rules only take has its points from the start.
func (l *linter) item(path string, item *Item) {
	var gives amount.Points
	for _, r := range item.Rules {
		gives += r.Gives()
	}
	if item.Points != nil && gives > 0 && gives < *item.Points {
		l.note(path, Warning, "item %q: nobody can reach its %s points, its rules give at most %s", item.ID, rule.Short(*item.Points), rule.Short(gives))
	}
}

// rule tells deductions that cannot take what they say, and counts that never start again.
func (l *linter) rule(p Placed) {
	bound, what := p.Section.Points, "section"
	if n, err := l.applied.Find(p.Path() + ".scope"); (err != nil || n.Text == string(rule.OfItem)) && p.Item.Points != nil && p.Item.Cap == rule.OfItem {
		bound, what = *p.Item.Points, "item"
	}
	if takes := p.Rule.Takes(); takes > bound {
		l.note(p.Path(), Warning, "rule %q says %s points, its %s has %s: it takes at most these", p.Rule.ID, rule.Short(takes), what, rule.Short(bound))
	}
	if n, err := l.applied.Find(p.Path() + ".window"); err == nil && n.Text == string(rule.AnyTime) {
		l.note(p.Path()+".window", Warning, "rule %q never starts to count again", p.Rule.ID)
	}
}

// cycle tells who could approve what they scored, and an average that nothing compares with.
func (l *linter) cycle() {
	for _, role := range l.Cycle.Scorers {
		if !l.Cycle.FourEyes && slices.Contains(l.Cycle.Approvers, role) {
			l.note("cycle.approver", Warning, "a %s may score and approve the same month: four_eyes would take two people", role)
		}
	}
	if _, err := l.applied.Find("cycle.average"); err == nil && !l.compares() {
		l.note("cycle.average", Warning, "average: no rule compares agents with an average")
	}
}

func (l *linter) compares() bool {
	for placed := range l.Rules() {
		if _, ok := placed.Rule.Rule.(*rule.Tier); ok {
			return true
		}
	}
	return false
}

// vocabulary tells names that no predicate speaks of. Kinds of leave are left out, because most of them rightly cost
// nothing, and so are kinds of customers and duties, most of which are treated alike.
func (l *linter) vocabulary() {
	spoken := predicates(l.applied)
	for key, terms := range map[string][]Term{"subjects": l.Vocabulary.Subjects, "findings": l.Vocabulary.Findings} {
		for _, t := range terms {
			if !strings.Contains(spoken, `"`+t.ID+`"`) && !strings.Contains(spoken, "'"+t.ID+"'") {
				l.note("vocabulary."+key+"."+t.ID, Warning, "%q of the %s: no rule speaks of it", t.ID, key)
			}
		}
	}
}

// predicates returns the texts of all predicates of a tree.
func predicates(n *document.Node) string {
	var all strings.Builder
	for _, e := range n.Entries {
		if e.Value.Kind == document.Text && slices.Contains([]string{"when", "counts"}, e.Key) {
			all.WriteString(e.Value.Text + "\n")
		}
		all.WriteString(predicates(e.Value))
	}
	for _, item := range n.Items {
		all.WriteString(predicates(item))
	}
	return all.String()
}

// decision tells decisions between nothing, and where the body of the policy says something else than what was chosen.
func (l *linter) decision(d *Decision) {
	path := "decisions." + d.ID
	if len(d.Readings) < 2 {
		l.note(path, Warning, "decision %q has one reading: there is nothing to decide", d.ID)
	}
	for i := range d.Readings {
		for j := range i {
			if same(d.Readings[i].patch, d.Readings[j].patch) {
				l.note(path+".readings."+d.Readings[i].ID, Warning, "decision %q: readings %q and %q set the same", d.ID, d.Readings[j].ID, d.Readings[i].ID)
			}
		}
	}
	for _, e := range d.Reading(d.Chosen).patch {
		if n, err := l.root.Find(e.Key); err == nil && n.Canonical() != e.Value.Canonical() {
			l.findings = append(l.findings, Finding{n.At, Warning, fmt.Sprintf("decision %q sets this otherwise in line %d, and that holds", d.ID, e.Value.At.Line)})
		}
	}
}

// same reports whether two patches set the same, in whatever order.
func same(a, b []document.Entry) bool {
	canonical := func(patch []document.Entry) string {
		n := document.Node{Kind: document.Map, Entries: patch}
		return n.Canonical()
	}
	return canonical(a) == canonical(b)
}
