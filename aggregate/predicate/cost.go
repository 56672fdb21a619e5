package predicate

import (
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
)

// What a field may hold for the estimate, and what an evaluation may then cost in CEL's units, about one for each look at
// a value. The limit stands at load and not at evaluation: there it would be an error that depends on the data, and
// counting makes each evaluation several times slower. A longer value only takes longer.
const (
	longestText = 200
	longestList = 50
	maxCost     = 100_000
)

// expensive returns what an evaluation would cost in the worst case when that is too much: exists and all within each
// other multiply.
func (e *Env) expensive(checked *cel.Ast) []finding {
	estimate, err := e.cel.EstimateCost(checked, sizes{})
	switch {
	case err != nil:
		return []finding{{0, err.Error()}}
	case estimate.Max > maxCost:
		return []finding{{0, fmt.Sprintf("exists and all stand within each other too deeply: an evaluation may take more than %d steps", maxCost)}}
	}
	return nil
}

// sizes estimates what fields hold.
type sizes struct{}

// EstimateSize implements [cost.Estimator].
func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	var size cost.SizeEstimate
	switch n.Type().Kind() {
	case cel.StringKind:
		size = cost.RangedSizeEstimate(0, longestText)
	case cel.ListKind:
		size = cost.RangedSizeEstimate(0, longestList)
	default:
		return nil
	}
	return &size
}

// EstimateCallCost implements [cost.Estimator].
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}
