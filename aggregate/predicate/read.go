package predicate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// reading goes through an expression and collects what has no place in a predicate.
type reading struct {
	env   *Env
	text  []rune
	info  *ast.SourceInfo
	found []finding
}

// scope holds the names that exists and all introduce, each with the field whose members it stands for, if any.
type scope map[string]string

func (e *Env) read(text string, a *ast.AST) []finding {
	r := &reading{env: e, text: []rune(text), info: a.SourceInfo()}
	r.expression(a.Expr(), scope{})
	return r.found
}

func (r *reading) problem(offset int, format string, args ...any) {
	r.found = append(r.found, finding{offset, fmt.Sprintf(format, args...)})
}

// start returns the offset of an expression, of a call that of its operator or its opening parenthesis.
func (r *reading) start(x ast.Expr) int {
	at, _ := r.info.GetOffsetRange(x.ID())
	return int(at.Start)
}

func (r *reading) expression(x ast.Expr, s scope) {
	switch x.Kind() {
	case ast.LiteralKind:
		r.literal(x)
	case ast.IdentKind:
		r.name(x, s)
	case ast.SelectKind:
		r.selection(x, s)
	case ast.CallKind:
		r.call(x, s)
	case ast.ListKind:
		for _, element := range x.AsList().Elements() {
			r.expression(element, s)
		}
	case ast.ComprehensionKind:
		r.comprehension(x, s)
	default:
		r.problem(r.start(x), "a predicate makes no maps and no objects")
	}
}

func (r *reading) literal(x ast.Expr) {
	switch x.AsLiteral().(type) {
	case types.String, types.Int, types.Bool:
	case types.Double:
		r.problem(r.start(x), "predicates compare whole numbers")
	default:
		r.problem(r.start(x), "want a text, a whole number, true or false")
	}
}

func (r *reading) name(x ast.Expr, s scope) {
	switch name := x.AsIdent(); name {
	case r.env.variable:
		r.problem(r.start(x), "%s: want one of its fields: %s", name, strings.Join(r.env.names, ", "))
	case "double":
		r.problem(r.start(x), "predicates compare whole numbers")
	default:
		if _, ok := s[name]; !ok {
			r.problem(r.start(x), "unknown name %q%s", name, r.meant(name, s))
		}
	}
}

// meant suggests a name, also for a field without its variable.
func (r *reading) meant(name string, s scope) string {
	if slices.Contains(r.env.names, name) {
		name = r.env.variable + "." + name
	}
	known := slices.Sorted(maps.Keys(s))
	return document.Suggest(name, append(append(known, r.env.variable), slices.Sorted(maps.Keys(r.env.fields))...))
}

func (r *reading) selection(x ast.Expr, s scope) {
	of, field := x.AsSelect().Operand(), x.AsSelect().FieldName()
	at := r.start(x) + 1 // behind the point
	for at < len(r.text) && unicode.IsSpace(r.text[at]) {
		at++
	}
	switch {
	case of.Kind() != ast.IdentKind:
		r.expression(of, s)
		r.problem(at, "%q: only %s has fields", field, r.env.variable)
	case of.AsIdent() != r.env.variable:
		if _, ok := s[of.AsIdent()]; !ok {
			r.problem(r.start(of), "unknown name %q%s", of.AsIdent(), document.Suggest(of.AsIdent(), []string{r.env.variable}))
			return
		}
		r.problem(at, "%q: only %s has fields", field, r.env.variable)
	case !slices.Contains(r.env.names, field):
		r.problem(at, "%s has no field %q%s; want one of %s", r.env.variable, field, document.Suggest(field, r.env.names), strings.Join(r.env.names, ", "))
	}
}

// comprehension reads what exists and all become: a loop over a list whose step holds the condition of each member.
func (r *reading) comprehension(x ast.Expr, s scope) {
	c := x.AsComprehension()
	r.expression(c.IterRange(), s)
	if name := c.IterVar(); name == r.env.variable {
		r.problem(r.start(x), "the members of the list cannot be called %s too", name)
		return
	}
	inner := maps.Clone(s)
	inner[c.IterVar()] = r.field(c.IterRange(), s)
	inner[c.AccuVar()] = ""
	r.expression(c.LoopStep(), inner)
}
