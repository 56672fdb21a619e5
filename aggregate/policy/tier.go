package policy

import (
	"fmt"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// TierItem returns the item with the id and its tier rule, or, for "", the policy's only one.
func (p *Policy) TierItem(id string) (Placed, *rule.Tier, error) {
	found := map[string]Placed{}
	var known []string
	for placed := range p.Rules() {
		if _, ok := placed.Rule.Rule.(*rule.Tier); ok {
			found[placed.Item.ID] = placed
			known = append(known, placed.Item.ID)
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	switch {
	case id == "" && len(known) == 1:
		id = known[0]
	case id == "":
		return Placed{}, nil, fmt.Errorf("policy %q: %d items have tiers %q: want the name of one", p.Name, len(known), known)
	}
	placed, ok := found[id]
	if !ok {
		return Placed{}, nil, fmt.Errorf("policy %q: %w", p.Name, &document.Unknown{What: "item with tiers", Name: id, Known: known})
	}
	return placed, placed.Rule.Rule.(*rule.Tier), nil
}
