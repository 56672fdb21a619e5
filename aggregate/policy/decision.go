package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Decision is a named choice between readings of an ambiguous text.
type Decision struct {
	ID       string
	Question metric.Title
	Readings []Reading
	Chosen   string // id of the reading that the file chooses
	ChosenBy string
	Date     calendar.Date // of the choice
	Why      string
	Applied  string // id of the reading that holds here: Chosen, unless [Policy.Decide] tries another
}

// Reading is one way to understand the text. Its patch is what it replaces in the policy.
type Reading struct {
	ID    string
	Title metric.Title
	patch []entry // path → value
}

func (d *Decision) reading(id string) *Reading {
	for i := range d.Readings {
		if d.Readings[i].ID == id {
			return &d.Readings[i]
		}
	}
	return nil
}

func (r *reader) decision(n *node) Decision {
	o := r.object(n)
	d := Decision{
		ID: o.id("id"), Question: o.title("question"), Chosen: o.id("chosen"), ChosenBy: o.text("chosen_by"),
		Date: o.date("date"), Why: o.text("why"),
	}
	seen := unique{}
	for _, item := range o.list("readings", 1) {
		d.Readings = append(d.Readings, r.reading(item, seen))
	}
	if chosen := o.get("chosen"); chosen != nil && d.reading(d.Chosen) == nil {
		r.problem(chosen.at, "decision %q: %v", d.ID, &Unknown{"reading", d.Chosen, ids(d.Readings, func(r Reading) string { return r.ID })})
	}
	o.done()
	return d
}

func (r *reader) reading(n *node, seen unique) Reading {
	o := r.object(n)
	reading := Reading{ID: o.id("id"), Title: o.title("title")}
	seen.check(r, o, "id")
	if patch := o.object("patch"); patch != nil {
		reading.patch = patch.n.entries
		if len(reading.patch) == 0 {
			r.problem(patch.n.at, "an empty patch: a reading says what it replaces")
		}
	}
	o.done()
	return reading
}

// apply replaces what the reading's patch names. A path must lead to something that is there, so that a typing error
// cannot make a reading without effect.
func apply(root *node, r *Reading) []Problem {
	var problems []Problem
	for _, e := range r.patch {
		if !strings.HasPrefix(e.key, "sections.") {
			problems = append(problems, Problem{e.at, fmt.Sprintf("path %q: a reading replaces parts of the sections", e.key)})
			continue
		}
		target, err := root.find(e.key)
		if err != nil {
			problems = append(problems, Problem{e.at, err.Error()})
			continue
		}
		*target = *e.value.clone()
	}
	return problems
}

// tryReadings applies each reading alone and returns what is then wrong, and where two decisions would overwrite each
// other, in which case their order would decide and not the people.
func (p *Policy) tryReadings() []Problem {
	var problems []Problem
	owners := map[string]string{}
	for _, d := range p.Decisions {
		for i := range d.Readings {
			root := p.root.clone()
			r := reader{problems: apply(root, &d.Readings[i])}
			r.policy(root)
			problems = append(problems, r.problems...)
			problems = append(problems, overlaps(owners, d.ID, d.Readings[i].patch)...)
		}
	}
	return problems
}

func overlaps(owners map[string]string, decision string, patch []entry) []Problem {
	var problems []Problem
	for _, e := range patch {
		for path, owner := range owners {
			if owner != decision && overlap(path, e.key) {
				problems = append(problems, Problem{e.at, fmt.Sprintf("path %q: decision %q already replaces %q", e.key, owner, path)})
			}
		}
		owners[e.key] = decision
	}
	return problems
}

// overlap reports whether one path leads to the other or to something in it.
func overlap(a, b string) bool {
	return strings.HasPrefix(a+".", b+".") || strings.HasPrefix(b+".", a+".")
}

// Concerning returns the decisions with a reading that changes the item, in the file's order.
func (p *Policy) Concerning(item string) []Decision {
	var concerning []Decision
	for _, s := range p.Sections {
		path := "sections." + s.ID + ".items." + item
		for _, d := range p.Decisions {
			if slices.ContainsFunc(s.Items, func(i Item) bool { return i.ID == item }) && d.replaces(path) {
				concerning = append(concerning, d)
			}
		}
	}
	return concerning
}

func (d *Decision) replaces(path string) bool {
	return slices.ContainsFunc(d.Readings, func(r Reading) bool {
		return slices.ContainsFunc(r.patch, func(e entry) bool { return overlap(e.key, path) })
	})
}
