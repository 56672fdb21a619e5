package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Decision is a named choice between readings of an ambiguous text.
type Decision struct {
	ID       string
	Question document.Title
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
	Title document.Title
	patch []document.Entry // path → value
}

func (d *Decision) reading(id string) *Reading {
	for i := range d.Readings {
		if d.Readings[i].ID == id {
			return &d.Readings[i]
		}
	}
	return nil
}

func (r *reader) decision(n *document.Node) Decision {
	o := r.Object(n)
	d := Decision{
		ID: o.ID("id"), Question: o.Title("question"), Chosen: o.ID("chosen"), ChosenBy: o.Text("chosen_by"),
		Date: date(o, "date"), Why: o.Text("why"),
	}
	seen := document.Unique{}
	for _, item := range o.List("readings", 1) {
		d.Readings = append(d.Readings, r.reading(item, seen))
	}
	if chosen := o.Get("chosen"); chosen != nil && d.reading(d.Chosen) == nil {
		r.Problem(chosen.At, "decision %q: %v", d.ID, &document.Unknown{What: "reading", Name: d.Chosen, Known: document.IDs(d.Readings, func(r Reading) string { return r.ID })})
	}
	o.Done()
	return d
}

func (r *reader) reading(n *document.Node, seen document.Unique) Reading {
	o := r.Object(n)
	reading := Reading{ID: o.ID("id"), Title: o.Title("title")}
	seen.Check(o, "id")
	if patch := o.Object("patch"); patch != nil {
		reading.patch = patch.Node.Entries
		if len(reading.patch) == 0 {
			r.Problem(patch.Node.At, "an empty patch: a reading says what it replaces")
		}
	}
	o.Done()
	return reading
}

// apply replaces what the reading's patch names. A path must lead to something that is there, so that a typing error
// cannot make a reading without effect.
func apply(root *document.Node, r *Reading) []document.Problem {
	var problems []document.Problem
	for _, e := range r.patch {
		if !strings.HasPrefix(e.Key, "sections.") {
			problems = append(problems, document.Problem{Position: e.At, Message: fmt.Sprintf("path %q: a reading replaces parts of the sections", e.Key)})
			continue
		}
		target, err := root.Find(e.Key)
		if err != nil {
			problems = append(problems, document.Problem{Position: e.At, Message: err.Error()})
			continue
		}
		*target = *e.Value.Clone()
	}
	return problems
}

// tryReadings applies each reading alone and returns what is then wrong, and where two decisions would overwrite each
// other, in which case their order would decide and not the people.
func (p *Policy) tryReadings() []document.Problem {
	var problems []document.Problem
	owners := map[string]string{}
	for _, d := range p.Decisions {
		for i := range d.Readings {
			root := p.root.Clone()
			r := reader{document.Reader{Problems: apply(root, &d.Readings[i])}}
			r.policy(root)
			problems = append(problems, r.Problems...)
			problems = append(problems, overlaps(owners, d.ID, d.Readings[i].patch)...)
		}
	}
	return problems
}

func overlaps(owners map[string]string, decision string, patch []document.Entry) []document.Problem {
	var problems []document.Problem
	for _, e := range patch {
		for path, owner := range owners {
			if owner != decision && overlap(path, e.Key) {
				problems = append(problems, document.Problem{Position: e.At, Message: fmt.Sprintf("path %q: decision %q already replaces %q", e.Key, owner, path)})
			}
		}
		owners[e.Key] = decision
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
		return slices.ContainsFunc(r.patch, func(e document.Entry) bool { return overlap(e.Key, path) })
	})
}
