package policy

import (
	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// known is what was read without a problem before. A policy is read once for each reading of each decision; no reading
// changes the decisions, and nearly all rules are the same each time, whose predicates are costly to compile. What is the
// same is the same node: see [with].
type known struct {
	complete  bool // nothing is added any more, so that policies may be decided otherwise by many at once
	decisions []Decision
	rules     map[ruleKey]rule.Rule
	incidents map[*document.Node]Incidents
	templates map[*document.Node]Template
}

// ruleKey is a rule and what else its reading depends on. The vocabulary is the same under every
// reading.
type ruleKey struct {
	node           *document.Node
	bound, section amount.Points
	templates      string
}

// recall returns what is known under the key, else what read returns, and keeps that if nothing was wrong with it.
func recall[K comparable, V any](r *reader, all *map[K]V, key K, read func() V) V {
	if v, ok := (*all)[key]; ok {
		return v
	}
	before := len(r.Problems)
	v := read()
	if len(r.Problems) == before && !r.known.complete {
		if *all == nil {
			*all = map[K]V{}
		}
		(*all)[key] = v
	}
	return v
}
