// Package policy reads policies: files that say how a department assesses its people. A policy names metrics, items, rules
// and the decisions that were taken where its text is ambiguous; choosing another reading of a decision replaces parts of
// the policy and thereby what runs. No rule of a company is in this code.
package policy

import (
	"fmt"
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Policy is a policy with a reading chosen for each of its decisions. It does not change.
type Policy struct {
	Name      string
	Title     document.Title
	Sections  []Section
	Decisions []Decision

	file    string
	root    *document.Node    // as the file has it
	choices map[string]string // decision id → reading id
	hash    string
}

// Section is a group of items with points of its own.
type Section struct {
	ID     string
	Title  document.Title
	Points amount.Points // the most that it gives
	Items  []Item
}

// Item is a scored line of a card.
type Item struct {
	ID     string // unique within the policy
	Title  document.Title
	Points amount.Points // the most that it gives
	Rule   Rule
}

// Parse reads a policy file. The error is an [*Invalid] that names everything wrong with it, also what only shows under a
// reading that is not chosen.
func Parse(file string, src []byte) (*Policy, error) {
	root, err := document.Parse(file, src)
	if err != nil {
		return nil, err
	}
	body := reader{}
	p := body.policy(root)
	p.file, p.root, p.choices = file, root, map[string]string{}
	if len(body.Problems) > 0 {
		return nil, &document.Invalid{File: file, Problems: body.Problems}
	}
	if problems := p.tryReadings(); len(problems) > 0 {
		return nil, &document.Invalid{File: file, Problems: problems}
	}
	for _, d := range p.Decisions {
		p.choices[d.ID] = d.Chosen
	}
	return p.build()
}

// Decide returns the policy under another reading of a decision. The error is an [*Unknown] that lists what there is.
func (p *Policy) Decide(decision, reading string) (*Policy, error) {
	i := slices.IndexFunc(p.Decisions, func(d Decision) bool { return d.ID == decision })
	if i < 0 {
		return nil, &document.Unknown{What: "decision", Name: decision, Known: document.IDs(p.Decisions, func(d Decision) string { return d.ID })}
	}
	d := p.Decisions[i]
	if d.reading(reading) == nil {
		return nil, fmt.Errorf("decision %q: %w", decision,
			&document.Unknown{What: "reading", Name: reading, Known: document.IDs(d.Readings, func(r Reading) string { return r.ID })})
	}
	other := *p
	other.choices = maps.Clone(p.choices)
	other.choices[decision] = reading
	return other.build()
}

// TierItem returns the item with the id whose rule is a tier rule, or, for "", the policy's only one.
func (p *Policy) TierItem(id string) (Item, TierRule, error) {
	found := map[string]Item{}
	for _, s := range p.Sections {
		for _, item := range s.Items {
			if _, ok := item.Rule.(TierRule); ok {
				found[item.ID] = item
			}
		}
	}
	known := slices.Sorted(maps.Keys(found))
	switch {
	case id == "" && len(known) == 1:
		id = known[0]
	case id == "":
		return Item{}, TierRule{}, fmt.Errorf("policy %q: %d items have tiers %q: want the name of one", p.Name, len(known), known)
	}
	item, ok := found[id]
	if !ok {
		return Item{}, TierRule{}, fmt.Errorf("policy %q: %w", p.Name, &document.Unknown{What: "item with tiers", Name: id, Known: known})
	}
	return item, item.Rule.(TierRule), nil
}

// build reads the policy anew with the chosen readings' patches applied.
func (p *Policy) build() (*Policy, error) {
	root := p.root.Clone()
	var problems []document.Problem
	for _, d := range p.Decisions {
		problems = append(problems, apply(root, d.reading(p.choices[d.ID]))...)
	}
	r := reader{document.Reader{Problems: problems}}
	built := r.policy(root)
	if len(r.Problems) > 0 {
		return nil, &document.Invalid{File: p.file, Problems: r.Problems}
	}
	built.file, built.root, built.choices = p.file, p.root, p.choices
	for i := range built.Decisions {
		d := &built.Decisions[i]
		d.Applied = p.choices[d.ID]
	}
	built.hash = hash(root, built.choices)
	return built, nil
}
