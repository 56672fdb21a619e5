package document

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Canonical returns a text that is the same for two trees exactly when they say the same: comments, layout and the order of
// keys do not change it, every value and the order of a list do. It is what a hash is taken of.
func (n *Node) Canonical() string {
	var b strings.Builder
	n.canonical(&b)
	return b.String()
}

// canonical gives each tree a text of its own: every node says its kind and how much follows.
func (n *Node) canonical(b *strings.Builder) {
	b.WriteString(string(n.Kind) + strconv.Quote(n.Text) + strconv.Itoa(len(n.Items)) + "," + strconv.Itoa(len(n.Entries)))
	for _, item := range n.Items {
		item.canonical(b)
	}
	entries := slices.SortedFunc(slices.Values(n.Entries), func(a, b Entry) int { return cmp.Compare(a.Key, b.Key) })
	for _, e := range entries {
		b.WriteString(strconv.Quote(e.Key))
		e.Value.canonical(b)
	}
}
