package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Hash identifies what runs: the SHA-256, in hex, of the policy with its readings applied. Comments, layout and the order
// of keys do not change it; every value does, and so does the choice of a reading.
func (p *Policy) Hash() string { return p.hash }

func hash(root *document.Node, choices map[string]string) string {
	var b strings.Builder
	write(&b, root)
	for _, decision := range slices.Sorted(maps.Keys(choices)) {
		b.WriteString(strconv.Quote(decision) + strconv.Quote(choices[decision]))
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// write gives each tree a text of its own: every node says its kind and how much follows.
func write(b *strings.Builder, n *document.Node) {
	b.WriteString(string(n.Kind) + strconv.Quote(n.Text) + strconv.Itoa(len(n.Items)) + "," + strconv.Itoa(len(n.Entries)))
	for _, item := range n.Items {
		write(b, item)
	}
	entries := slices.SortedFunc(slices.Values(n.Entries), func(a, b document.Entry) int { return cmp.Compare(a.Key, b.Key) })
	for _, e := range entries {
		b.WriteString(strconv.Quote(e.Key))
		write(b, e.Value)
	}
}
