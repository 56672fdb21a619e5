package document

import (
	"fmt"
	"slices"
	"strings"
)

// Reader turns a tree into what it describes and collects everything that is wrong, so that one run tells all of it.
type Reader struct {
	Problems []Problem
}

// Problem notes something wrong. What was noted already is not noted again.
func (r *Reader) Problem(at Position, format string, args ...any) {
	p := Problem{at, fmt.Sprintf(format, args...)}
	if !slices.Contains(r.Problems, p) {
		r.Problems = append(r.Problems, p)
	}
}

// Object is an object being read. It remembers which keys were asked for: the others are unknown.
type Object struct {
	Reader *Reader
	Node   *Node
	asked  []string
}

// Object begins to read an object. Anything else is a problem, and then stands for an object whose gaps are no further
// problems.
func (r *Reader) Object(n *Node) *Object {
	if n.Kind != Map {
		r.Problem(n.At, "want %s, found %s", Map, n.Kind)
		n = &Node{Kind: Map, At: n.At}
		return &Object{Reader: &Reader{}, Node: n}
	}
	return &Object{Reader: r, Node: n}
}

// Done reports the keys that nobody asked for.
func (o *Object) Done() {
	for _, e := range o.Node.Entries {
		if !slices.Contains(o.asked, e.Key) {
			o.Reader.Problem(e.At, "unknown key %q%s", e.Key, Suggest(e.Key, o.asked))
		}
	}
}

// Asked returns the keys that were asked for so far: those that the object may have.
func (o *Object) Asked() []string { return slices.Clone(o.asked) }

// Has reports whether an optional key is there.
func (o *Object) Has(key string) bool { return o.Get(key) != nil }

// Get returns the value of an optional key, or nil.
func (o *Object) Get(key string) *Node {
	if !slices.Contains(o.asked, key) {
		o.asked = append(o.asked, key)
	}
	if e := o.Node.Entry(key); e != nil {
		return e.Value
	}
	return nil
}

// Want returns the value of a required key when it is of the kind, or nil.
func (o *Object) Want(key string, k Kind) *Node {
	v := o.Get(key)
	switch {
	case v == nil:
		o.Reader.Problem(o.Node.At, "key %q is missing", key)
		return nil
	case v.Kind != k:
		o.Reader.Problem(v.At, "%s: want %s, found %s", key, k, v.Kind)
		return nil
	}
	return v
}

// Object returns the object at a required key, or nil.
func (o *Object) Object(key string) *Object {
	v := o.Want(key, Map)
	if v == nil {
		return nil
	}
	return o.Reader.Object(v)
}

// List returns the members of the list at a required key, of which there must be a least number.
func (o *Object) List(key string, least int) []*Node {
	v := o.Want(key, List)
	if v == nil {
		return nil
	}
	if len(v.Items) < least {
		o.Reader.Problem(v.At, "%s: want at least %d, found %d", key, least, len(v.Items))
	}
	return v.Items
}

// Optional returns the members of the list at an optional key.
func (o *Object) Optional(key string) []*Node {
	if !o.Has(key) {
		return nil
	}
	return o.List(key, 0)
}

// OneOf reads a text that must be one of the known ones.
func (r *Reader) OneOf(v *Node, what string, known []string) string {
	if v.Kind != Text || !slices.Contains(known, v.Text) {
		r.Problem(v.At, "%s: %q%s; want one of %s", what, v.Text, Suggest(v.Text, known), strings.Join(known, ", "))
	}
	return v.Text
}

// Unique tells names that were used before.
type Unique map[string]Position

// Check notes the text at the key, and a problem if it was noted before.
func (u Unique) Check(o *Object, key string) {
	v := o.Get(key)
	if v == nil || v.Kind != Text {
		return
	}
	if first, ok := u[v.Text]; ok {
		o.Reader.Problem(v.At, "%s %q stands here twice, first in line %d", key, v.Text, first.Line)
		return
	}
	u[v.Text] = v.At
}
