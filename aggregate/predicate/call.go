package predicate

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// What a predicate may call. exists and all are no calls any more when an expression is read: they became loops.
var (
	signs = []string{
		operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.Conditional, operators.In,
		operators.Equals, operators.NotEquals, operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals,
	}
	functions = []string{"contains", "endsWith", "size", "startsWith"}
)

func (r *reading) call(x ast.Expr, s scope) {
	c := x.AsCall()
	if !slices.Contains(signs, c.FunctionName()) && !slices.Contains(functions, c.FunctionName()) {
		r.refuse(x)
		return
	}
	if c.IsMemberFunction() {
		r.expression(c.Target(), s)
	}
	for _, arg := range c.Args() {
		r.expression(arg, s)
	}
	switch c.FunctionName() {
	case operators.Equals, operators.NotEquals, operators.In:
		r.compare(c.Args()[0], c.Args()[1], s)
		r.compare(c.Args()[1], c.Args()[0], s)
	}
}

// refuse says why a predicate does not call what x calls.
func (r *reading) refuse(x ast.Expr) {
	f := x.AsCall().FunctionName()
	switch f {
	case operators.Add, operators.Subtract, operators.Multiply, operators.Divide, operators.Modulo, operators.Negate:
		sign, _ := operators.FindReverse(f)
		r.problem(r.start(x), "%q: a predicate compares and does not calculate", sign)
	case operators.Index:
		r.problem(r.start(x), "a place in a list may be empty; want in, exists or all")
	case "double":
		r.problem(r.called(x), "predicates compare whole numbers")
	case operators.Exists, operators.All:
		r.problem(r.called(x), "%s: want list.%s(name, condition)", f, f)
	default:
		known := append([]string{operators.All, operators.Exists}, functions...)
		r.problem(r.called(x), "unknown function %q%s; want one of %s", f, document.Suggest(f, known), strings.Join(known, ", "))
	}
}

// called returns where the name of a function stands, which CEL places at the parenthesis behind it.
func (r *reading) called(x ast.Expr) int {
	return max(before(r.text, r.start(x))-len(x.AsCall().FunctionName()), 0)
}
