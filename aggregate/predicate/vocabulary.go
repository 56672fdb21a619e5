package predicate

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// field returns the field that an expression stands for, a member of a list for the list.
func (r *reading) field(x ast.Expr, s scope) string {
	switch x.Kind() {
	case ast.IdentKind:
		return s[x.AsIdent()]
	case ast.SelectKind:
		return x.AsSelect().FieldName()
	}
	return ""
}

// compare checks the constants that a field is compared with.
func (r *reading) compare(field, with ast.Expr, s scope) {
	name := r.field(field, s)
	known, ok := r.env.vocabulary[name]
	if !ok {
		return
	}
	for _, x := range constants(with) {
		text, ok := x.AsLiteral().(types.String)
		if value := string(text); ok && !slices.Contains(known, value) {
			r.problem(r.start(x), "%s %q: unknown value%s; want one of %s", name, value, document.Suggest(value, known), strings.Join(known, ", "))
		}
	}
}

// constants returns the constants that an expression may stand for.
func constants(x ast.Expr) []ast.Expr {
	var all []ast.Expr
	switch x.Kind() {
	case ast.LiteralKind:
		all = append(all, x)
	case ast.ListKind:
		for _, element := range x.AsList().Elements() {
			all = append(all, constants(element)...)
		}
	case ast.CallKind:
		if c := x.AsCall(); c.FunctionName() == operators.Conditional {
			all = append(constants(c.Args()[1]), constants(c.Args()[2])...)
		}
	}
	return all
}
