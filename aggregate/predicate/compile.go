package predicate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// finding is a problem at an offset of the text, in characters.
type finding struct {
	offset  int
	message string
}

// compile checks a text in steps, each of which can rely on the ones before: what is no expression has no names, and what
// speaks of unknown names has no types.
func (e *Env) compile(n *document.Node) (cel.Program, []document.Problem) {
	if n.Kind != document.Text {
		return nil, []document.Problem{{Position: n.At, Message: fmt.Sprintf("want a predicate, found %s", n.Kind)}}
	}
	checked, findings := e.check(n.Text)
	if len(findings) > 0 {
		return nil, problems(n, findings)
	}
	program, err := e.cel.Program(checked, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, problems(n, []finding{{0, err.Error()}})
	}
	return program, nil
}

func (e *Env) check(text string) (*cel.Ast, []finding) {
	switch {
	case !utf8.ValidString(text):
		return nil, []finding{{0, "the text is not valid UTF-8"}}
	case strings.TrimSpace(text) == "":
		return nil, []finding{{0, "the predicate is empty"}}
	case utf8.RuneCountInString(text) > maxCharacters:
		return nil, []finding{{maxCharacters, fmt.Sprintf("the predicate is longer than %d characters", maxCharacters)}}
	}
	parsed, issues := e.cel.Parse(text)
	if issues.Err() != nil {
		return nil, e.issued(text, issues)[:1] // the others follow from the first: the parser lost its way
	}
	if found := e.read(text, parsed.NativeRep()); len(found) > 0 {
		return nil, found
	}
	checked, issues := e.cel.Check(parsed)
	if issues.Err() != nil {
		return nil, e.issued(text, issues)
	}
	if found := mistyped(checked.NativeRep()); len(found) > 0 {
		return nil, found
	}
	return checked, e.expensive(checked)
}

// mistyped returns what has a type that no predicate needs, and the whole when it is not true or false.
func mistyped(a *ast.AST) []finding {
	if t := a.GetType(a.Expr().ID()); !t.IsExactType(types.BoolType) {
		return []finding{{0, fmt.Sprintf("a predicate is true or false, this is %s", named(t.String()))}}
	}
	var found []finding
	for id, t := range a.TypeMap() {
		if r, ok := a.SourceInfo().GetOffsetRange(id); ok && strings.Contains(t.String(), "dyn") {
			found = append(found, finding{int(r.Start), "a list holds texts or whole numbers, not both and not nothing"})
		}
	}
	return found
}

// issued returns what CEL has to say. It places a field at its point, we at its variable.
func (e *Env) issued(text string, issues *cel.Issues) []finding {
	var all []finding
	runes := []rune(text)
	for _, err := range issues.Errors() {
		at := min(offset(text, err.Location), len(runes))
		if at < len(runes) && runes[at] == '.' {
			at = max(before(runes, at)-len(e.variable), 0)
		}
		all = append(all, finding{at, translate(err.Message)})
	}
	return all
}

// offset returns the offset of a place that CEL names by line and column. What it cannot place stands at the beginning.
func offset(text string, at common.Location) int {
	start := 0
	for range at.Line() - 1 {
		line, rest, _ := strings.Cut(text, "\n")
		start += utf8.RuneCountInString(line) + 1
		text = rest
	}
	return start + max(at.Column(), 0)
}

// before returns the end of what stands before an offset and the white space there.
func before(text []rune, at int) int {
	for at > 0 && unicode.IsSpace(text[at-1]) {
		at--
	}
	return at
}

// problems returns findings as problems of the file, from its top to its end and each once.
func problems(n *document.Node, found []finding) []document.Problem {
	slices.SortFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.offset, b.offset), cmp.Compare(a.message, b.message))
	})
	var all []document.Problem
	for _, f := range slices.Compact(found) {
		all = append(all, document.Problem{Position: n.Place(f.offset), Message: f.message})
	}
	return all
}
