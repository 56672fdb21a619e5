// Package document reads the YAML files that people write for deskpulse, policies and calendars, strictly: an unknown key,
// a wrong type, a repeated id and anything that is no plain data are errors, each with its line and column and with what
// was probably meant. All errors of a file are told at once.
package document

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxDepth bounds how deep a file may nest; a policy needs about ten levels.
const maxDepth = 64

// Parse reads the one document of a file into its tree. The error is an [*Invalid].
func Parse(file string, src []byte) (*Node, error) {
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))            // the parser counts a comment that Windows ended as two lines
	doc, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey()) // ours tells where the first one stands
	if err != nil {
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) && syntax.Token != nil {
			return nil, &Invalid{file, []Problem{{positionOf(syntax.Token), syntax.Message}}}
		}
		return nil, &Invalid{file, []Problem{{Position{1, 1}, err.Error()}}}
	}
	b := builder{lines: tails(string(src))}
	var root *Node
	switch {
	case len(doc.Docs) == 0 || doc.Docs[0].Body == nil:
		b.problem(Position{1, 1}, "the file is empty")
	case len(doc.Docs) > 1:
		b.problem(positionOf(doc.Docs[1].Start), "a second document; a file holds one")
	default:
		root = b.build(doc.Docs[0].Body, 0)
	}
	if len(b.problems) > 0 {
		return nil, &Invalid{file, b.problems}
	}
	return root, nil
}

// builder turns the library's tree into ours and collects what a document may not contain.
type builder struct {
	lines    []string // the file from each of its lines on
	problems []Problem
}

func (b *builder) problem(at Position, format string, args ...any) *Node {
	b.problems = append(b.problems, Problem{at, fmt.Sprintf(format, args...)})
	return &Node{Kind: Null, At: at}
}

func (b *builder) build(n ast.Node, depth int) *Node {
	if n == nil {
		return b.problem(Position{1, 1}, "a value is missing")
	}
	at := positionOf(n.GetToken())
	if depth > maxDepth {
		return b.problem(at, "nested deeper than %d levels", maxDepth)
	}
	switch n := n.(type) {
	case *ast.StringNode:
		at = exact(b.lines, at, n.Value)
		return &Node{Kind: Text, Text: n.Value, At: at, written: from(b.lines, at)}
	case *ast.LiteralNode:
		return &Node{Kind: Text, Text: n.Value.Value, At: at, Block: true, written: from(b.lines, at)}
	case *ast.IntegerNode, *ast.FloatNode:
		return &Node{Kind: Number, Text: n.GetToken().Value, At: exact(b.lines, at, n.GetToken().Value)}
	case *ast.BoolNode:
		return &Node{Kind: Bool, Text: n.Token.Value, At: exact(b.lines, at, n.Token.Value)}
	case *ast.NullNode:
		return &Node{Kind: Null, At: at}
	case *ast.SequenceNode:
		list := &Node{Kind: List, At: at}
		for _, v := range n.Values {
			list.Items = append(list.Items, b.build(v, depth+1))
		}
		return list
	case *ast.MappingNode:
		return b.object(n.Values, at, depth)
	case *ast.MappingValueNode:
		return b.object([]*ast.MappingValueNode{n}, at, depth)
	}
	return b.problem(at, "%s: anchors, aliases, tags and merges have no place here", n.Type())
}

func (b *builder) object(values []*ast.MappingValueNode, at Position, depth int) *Node {
	o := &Node{Kind: Map, At: at}
	if len(values) > 0 {
		o.At = positionOf(values[0].Key.GetToken())
	}
	for _, v := range values {
		at := positionOf(v.Key.GetToken())
		key, ok := v.Key.(*ast.StringNode)
		if !ok {
			b.problem(at, "key %q: want a plain text", v.Key.GetToken().Value)
			continue
		}
		if first := o.Entry(key.Value); first != nil {
			b.problem(at, "key %q stands here twice, first in line %d", key.Value, first.At.Line)
			continue
		}
		o.Entries = append(o.Entries, Entry{key.Value, at, b.build(v.Value, depth+1)})
	}
	return o
}

func positionOf(t *token.Token) Position {
	if t == nil || t.Position == nil {
		return Position{1, 1}
	}
	return Position{t.Position.Line, t.Position.Column}
}
