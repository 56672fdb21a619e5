package document

import (
	"fmt"
	"strings"
)

// Node is one value of a document and where it stands. What people write (policies, calendars) is read from this tree
// rather than into structs directly, because a decision's patch replaces parts of it and what is wrong must be told with
// line and column, also when the wrong part comes from a patch.
type Node struct {
	Kind    Kind
	Text    string  // of a scalar, as written
	Entries []Entry // of an object, in the file's order
	Items   []*Node // of a list
	At      Position
	Block   bool // a text written as a block below its key: it begins in the next line

	written string // the file from At on, of a text
}

// Entry is one key of an object.
type Entry struct {
	Key   string
	At    Position
	Value *Node
}

// Kind is what a value is.
type Kind string

// The kinds of values.
const (
	Text   Kind = "a text"
	Number Kind = "a number"
	Bool   Kind = "true or false"
	Null   Kind = "nothing"
	List   Kind = "a list"
	Map    Kind = "an object"
)

// Entry returns the object's entry with the key, nil when there is none.
func (n *Node) Entry(key string) *Entry {
	for i := range n.Entries {
		if n.Entries[i].Key == key {
			return &n.Entries[i]
		}
	}
	return nil
}

// Name returns what a path calls a member of a list: its id or its name, of a measure its metric.
func (n *Node) Name() string {
	for _, key := range []string{"id", "name", "metric"} {
		if e := n.Entry(key); e != nil && e.Value.Kind == Text {
			return e.Value.Text
		}
	}
	return ""
}

// Clone returns a deep copy.
func (n *Node) Clone() *Node {
	c := *n
	c.Entries = append([]Entry(nil), n.Entries...)
	for i := range c.Entries {
		c.Entries[i].Value = c.Entries[i].Value.Clone()
	}
	c.Items = append([]*Node(nil), n.Items...)
	for i := range c.Items {
		c.Items[i] = c.Items[i].Clone()
	}
	return &c
}

// Find returns the value at a path such as "sections.productivity.items.calls.points". Where there is none, the error
// says what stands in its place.
func (n *Node) Find(path string) (*Node, error) {
	for step := range strings.SplitSeq(path, ".") {
		next, known := n.step(step)
		if next == nil {
			return nil, fmt.Errorf("path %q: nothing is called %q there%s", path, step, Suggest(step, known))
		}
		n = next
	}
	return n, nil
}

// step returns the member of that name, or nil and the names there are.
func (n *Node) step(name string) (*Node, []string) {
	var known []string
	for _, e := range n.Entries {
		if e.Key == name {
			return e.Value, nil
		}
		known = append(known, e.Key)
	}
	for _, item := range n.Items {
		if item.Name() == name {
			return item, nil
		}
		known = append(known, item.Name())
	}
	return nil, known
}
