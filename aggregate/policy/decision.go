package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
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
	Why      document.Title
	Applied  string // id of the reading that holds here: Chosen, unless [Policy.Decide] tries another
}

// Reading is one way to understand the text. Its patch is what it replaces in the policy.
type Reading struct {
	ID    string
	Title document.Title
	patch []document.Entry // path → value
}

// Paths returns the places of the policy that the reading sets, in the file's order.
func (r *Reading) Paths() []string {
	return document.IDs(r.patch, func(e document.Entry) string { return e.Key })
}

// undecided is what a policy under discussion writes in place of a reading's id.
const undecided = "undecided"

// Reading returns the reading with the id, or nil.
func (d *Decision) Reading(id string) *Reading {
	for i := range d.Readings {
		if d.Readings[i].ID == id {
			return &d.Readings[i]
		}
	}
	return nil
}

func (d *Decision) ids() []string {
	return document.IDs(d.Readings, func(r Reading) string { return r.ID })
}

func (r *reader) decision(n *document.Node) Decision {
	o := r.Object(n)
	d := Decision{ID: o.ID("id"), Question: o.Title("question")}
	seen := document.Unique{}
	for _, item := range o.List("readings", 1) {
		d.Readings = append(d.Readings, r.reading(item, seen))
	}
	switch chosen := o.Get("chosen"); {
	case chosen == nil || chosen.Kind == document.Text && chosen.Text == undecided:
		r.Problem(n.At, "decision %q is undecided: choose one of %s", d.ID, strings.Join(d.ids(), ", "))
		for _, key := range []string{"chosen_by", "date", "why"} {
			o.Get(key) // they follow from the choice
		}
	default:
		d.Chosen, d.ChosenBy, d.Date, d.Why = o.ID("chosen"), o.Text("chosen_by"), date(o, "date"), o.Title("why")
		if chosen.Kind == document.Text && d.Reading(d.Chosen) == nil {
			r.Problem(chosen.At, "decision %q: %v", d.ID, &document.Unknown{What: "reading", Name: d.Chosen, Known: d.ids()})
		}
	}
	r.done(o, "decision")
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
	r.done(o, "reading")
	return reading
}

// Decide returns the policy under another reading of a decision. The error is a [*document.Unknown] that lists what there
// is.
func (p *Policy) Decide(decision, reading string) (*Policy, error) {
	i := slices.IndexFunc(p.Decisions, func(d Decision) bool { return d.ID == decision })
	if i < 0 {
		return nil, &document.Unknown{What: "decision", Name: decision, Known: document.IDs(p.Decisions, func(d Decision) string { return d.ID })}
	}
	d := p.Decisions[i]
	if d.Reading(reading) == nil {
		return nil, fmt.Errorf("decision %q: %w", decision, &document.Unknown{What: "reading", Name: reading, Known: d.ids()})
	}
	other := *p
	other.choices = maps.Clone(p.choices)
	other.choices[decision] = reading
	return other.build()
}

// ChoiceError says what is wrong with a text that chooses a reading.
type ChoiceError struct{ Choice, Problem string }

// Error returns both.
func (e *ChoiceError) Error() string { return fmt.Sprintf("%q: %s", e.Choice, e.Problem) }

// DecideAll returns the policy with other readings, each as "decision=reading". The error is a [*ChoiceError] where a text
// is not of that form, or two choose different readings of one decision; else that of [Policy.Decide].
func (p *Policy) DecideAll(choices []string) (*Policy, error) {
	chosen := make(map[string]string, len(choices))
	for _, choice := range choices {
		decision, reading, ok := strings.Cut(choice, "=")
		if !ok {
			return nil, &ChoiceError{choice, "want decision=reading"}
		}
		if before, ok := chosen[decision]; ok && before != reading {
			return nil, &ChoiceError{decision, fmt.Sprintf("both %q and %q are given", before, reading)}
		}
		chosen[decision] = reading
		var err error
		if p, err = p.Decide(decision, reading); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// build reads the policy anew with the chosen readings' patches applied.
func (p *Policy) build() (*Policy, error) {
	r := reader{known: p.known}
	root := p.root
	for _, d := range p.Decisions {
		patched, problems := apply(root, d.Reading(p.choices[d.ID]))
		r.Problems = append(r.Problems, problems...)
		root = patched
	}
	built := r.policy(root)
	if len(r.Problems) > 0 {
		return nil, invalid(p.file, r.Problems)
	}
	built.file, built.root, built.applied, built.choices, built.known = p.file, p.root, root, p.choices, p.known
	for i := range built.Decisions {
		d := &built.Decisions[i]
		d.Applied = p.choices[d.ID]
	}
	built.hash = hash(root, built.choices)
	return built, nil
}

func hash(root *document.Node, choices map[string]string) string {
	var b strings.Builder
	b.WriteString(root.Canonical())
	for _, decision := range slices.Sorted(maps.Keys(choices)) {
		b.WriteString(strconv.Quote(decision) + strconv.Quote(choices[decision]))
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// Concerning returns the decisions with a reading that sets the path, something in it or something that it is in, in the
// file's order. A path is "grades", "sections.S", "sections.S.items.I" or a rule's [Placed.Path], for example.
func (p *Policy) Concerning(path string) []Decision {
	var concerning []Decision
	for _, d := range p.Decisions {
		if d.sets(path) {
			concerning = append(concerning, d)
		}
	}
	return concerning
}

func (d *Decision) sets(path string) bool {
	return slices.ContainsFunc(d.Readings, func(r Reading) bool {
		return slices.ContainsFunc(r.patch, func(e document.Entry) bool { return overlap(e.Key, path) })
	})
}
