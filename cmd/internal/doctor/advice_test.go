package doctor_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryFindingHasAdvice reads the source: wherever a finding is made that may be bad, it is told there what is wanted
// and what to do. To run every check into every bad state would need clusters, disks and releases of all kinds.
func TestEveryFindingHasAdvice(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	a := advice{t: t, set: token.NewFileSet()}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(a.set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, a.look)
	}
	if a.bad < 40 || a.away < 4 {
		t.Errorf("%d bad findings and %d reasons why a server is away in the source: some are not recognized any more", a.bad, a.away)
	}
}

// advice is what was seen of the source so far.
type advice struct {
	t         *testing.T
	set       *token.FileSet
	bad, away int
}

func (a *advice) look(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CompositeLit:
		a.literal(n)
	case *ast.AssignStmt:
		a.assignment(n)
	}
	return true
}

// literal looks at findings, at those of a list too, and at errors that bring the advice of one.
func (a *advice) literal(n *ast.CompositeLit) {
	list, isList := n.Type.(*ast.ArrayType)
	switch {
	case isNamed(n.Type, "Finding"):
		a.finding(n)
	case isNamed(n.Type, "awayError"):
		if a.away++; len(n.Elts) != 2 || isEmpty(n.Elts[1]) {
			a.complain(n, "an awayError without what to do")
		}
	case isList && isNamed(list.Elt, "Finding"):
		for _, e := range n.Elts {
			if lit, ok := e.(*ast.CompositeLit); ok && lit.Type == nil {
				a.finding(lit)
			}
		}
	}
}

// finding wants advice, unless all is well, or another finding says why this was not looked at, or an error comes with it.
func (a *advice) finding(n *ast.CompositeLit) {
	said := map[string]ast.Expr{}
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			said[kv.Key.(*ast.Ident).Name] = kv.Value
		}
	}
	if len(n.Elts) == 0 || isNamed(said["State"], "OK") || isNamed(said["State"], "Skipped") {
		return
	}
	a.bad++
	for _, field := range []string{"State", "Found", "Want", "Do"} {
		if isEmpty(said[field]) {
			a.complain(n, "a finding without "+field)
		}
	}
}

// assignment forbids what would turn a finding bad, or take its advice away, where the literal does not show it.
func (a *advice) assignment(n *ast.AssignStmt) {
	for i, left := range n.Lhs {
		field, ok := left.(*ast.SelectorExpr)
		if !ok {
			continue
		}
		switch name := field.Sel.Name; name {
		case "State":
			a.complain(n, "the state of a finding is set afterwards: make the finding with it")
		case "Want", "Do":
			if len(n.Rhs) == len(n.Lhs) && isEmpty(n.Rhs[i]) {
				a.complain(n, name+" is taken away")
			}
		}
	}
}

func (a *advice) complain(n ast.Node, what string) {
	a.t.Errorf("%v: %s", a.set.Position(n.Pos()), what)
}

func isNamed(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// isEmpty reports whether nothing is there, or an empty text.
func isEmpty(e ast.Expr) bool {
	lit, ok := e.(*ast.BasicLit)
	return e == nil || ok && strings.Trim(lit.Value, "\"` ") == ""
}
