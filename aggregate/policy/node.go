package policy

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// node is one value of a policy file and where it stands. Policies are read from this tree rather than into structs
// directly, because a decision's patch replaces parts of it and what is wrong must be told with line and column, also when
// the wrong part comes from a patch.
type node struct {
	kind    kind
	text    string  // of a scalar, as written
	entries []entry // of an object, in the file's order
	items   []*node // of a list
	at      Position
}

// entry is one key of an object.
type entry struct {
	key   string
	at    Position
	value *node
}

type kind string

const (
	kindText   kind = "a text"
	kindNumber kind = "a number"
	kindBool   kind = "true or false"
	kindNull   kind = "nothing"
	kindList   kind = "a list"
	kindObject kind = "an object"
)

// maxDepth bounds how deep a file may nest; a policy needs about ten levels.
const maxDepth = 64

// parse reads a policy file into its tree.
func parse(file string, src []byte) (*node, error) {
	doc, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey()) // ours tells where the first one stands
	if err != nil {
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) && syntax.Token != nil {
			return nil, &Invalid{file, []Problem{{positionOf(syntax.Token), syntax.Message}}}
		}
		return nil, &Invalid{file, []Problem{{Position{1, 1}, err.Error()}}}
	}
	b := builder{}
	var root *node
	switch {
	case len(doc.Docs) == 0 || doc.Docs[0].Body == nil:
		b.problem(Position{1, 1}, "the file is empty")
	case len(doc.Docs) > 1:
		b.problem(positionOf(doc.Docs[1].GetToken()), "a second document; a file holds one policy")
	default:
		root = b.build(doc.Docs[0].Body, 0)
	}
	if len(b.problems) > 0 {
		return nil, &Invalid{file, b.problems}
	}
	return root, nil
}

// builder turns the library's tree into ours and collects what a policy may not contain.
type builder struct {
	problems []Problem
}

func (b *builder) problem(at Position, format string, args ...any) *node {
	b.problems = append(b.problems, Problem{at, fmt.Sprintf(format, args...)})
	return &node{kind: kindNull, at: at}
}

func (b *builder) build(n ast.Node, depth int) *node {
	if n == nil {
		return b.problem(Position{1, 1}, "a value is missing")
	}
	at := positionOf(n.GetToken())
	if depth > maxDepth {
		return b.problem(at, "nested deeper than %d levels", maxDepth)
	}
	switch n := n.(type) {
	case *ast.StringNode:
		return &node{kind: kindText, text: n.Value, at: at}
	case *ast.LiteralNode:
		return &node{kind: kindText, text: n.Value.Value, at: at}
	case *ast.IntegerNode, *ast.FloatNode:
		return &node{kind: kindNumber, text: n.GetToken().Value, at: at}
	case *ast.BoolNode:
		return &node{kind: kindBool, text: n.Token.Value, at: at}
	case *ast.NullNode:
		return &node{kind: kindNull, at: at}
	case *ast.SequenceNode:
		list := &node{kind: kindList, at: at}
		for _, v := range n.Values {
			list.items = append(list.items, b.build(v, depth+1))
		}
		return list
	case *ast.MappingNode:
		return b.object(n.Values, at, depth)
	case *ast.MappingValueNode:
		return b.object([]*ast.MappingValueNode{n}, at, depth)
	}
	return b.problem(at, "%s: anchors, aliases, tags and merges have no place in a policy", n.Type())
}

func (b *builder) object(values []*ast.MappingValueNode, at Position, depth int) *node {
	o := &node{kind: kindObject, at: at}
	if len(values) > 0 {
		o.at = positionOf(values[0].Key.GetToken())
	}
	for _, v := range values {
		at := positionOf(v.Key.GetToken())
		key, ok := v.Key.(*ast.StringNode)
		if !ok {
			b.problem(at, "key %q: want a plain text", v.Key.GetToken().Value)
			continue
		}
		if first := o.entry(key.Value); first != nil {
			b.problem(at, "key %q stands here twice, first in line %d", key.Value, first.at.Line)
			continue
		}
		o.entries = append(o.entries, entry{key.Value, at, b.build(v.Value, depth+1)})
	}
	return o
}

func positionOf(t *token.Token) Position {
	if t == nil || t.Position == nil {
		return Position{1, 1}
	}
	return Position{t.Position.Line, t.Position.Column}
}

// entry returns the object's entry with the key, nil when there is none.
func (n *node) entry(key string) *entry {
	for i := range n.entries {
		if n.entries[i].key == key {
			return &n.entries[i]
		}
	}
	return nil
}

// name returns what a path calls a member of a list: its id or its name.
func (n *node) name() string {
	for _, key := range []string{"id", "name"} {
		if e := n.entry(key); e != nil && e.value.kind == kindText {
			return e.value.text
		}
	}
	return ""
}

// clone returns a deep copy.
func (n *node) clone() *node {
	c := *n
	c.entries = append([]entry(nil), n.entries...)
	for i := range c.entries {
		c.entries[i].value = c.entries[i].value.clone()
	}
	c.items = append([]*node(nil), n.items...)
	for i := range c.items {
		c.items[i] = c.items[i].clone()
	}
	return &c
}

// find returns the value at a path such as "sections.productivity.items.calls.points". Where there is none, the error
// says what stands in its place.
func (n *node) find(path string) (*node, error) {
	for step := range strings.SplitSeq(path, ".") {
		next, known := n.step(step)
		if next == nil {
			return nil, fmt.Errorf("path %q: nothing is called %q there%s", path, step, suggest(step, known))
		}
		n = next
	}
	return n, nil
}

// step returns the member of that name, or nil and the names there are.
func (n *node) step(name string) (*node, []string) {
	var known []string
	for _, e := range n.entries {
		if e.key == name {
			return e.value, nil
		}
		known = append(known, e.key)
	}
	for _, item := range n.items {
		if item.name() == name {
			return item, nil
		}
		known = append(known, item.name())
	}
	return nil, known
}
