package policy

import (
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Rule is how an item gets its points: the parameters of one kind of rule. What it computes is in package score, under the
// same kind.
type Rule interface {
	// Kind returns the name by which policies ask for it.
	Kind() string
	// Most returns the most points that it can give.
	Most() amount.Points
}

// kinds reads the parameters of each kind of rule.
var kinds = map[string]func(*document.Object) Rule{
	kindTier: readTierRule,
}

func (r *reader) rule(o *document.Object) Rule {
	kind := o.OneOf("kind", slices.Sorted(maps.Keys(kinds))...)
	read := kinds[kind]
	if read == nil {
		return nil // its keys are unknown as long as its kind is
	}
	rule := read(o)
	o.Done()
	return rule
}
