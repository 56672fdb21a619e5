package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Hash identifies what runs: the SHA-256, in hex, of the policy with its readings applied. Comments, layout and the order
// of keys do not change it; every value does, and so does the choice of a reading.
func (p *Policy) Hash() string { return p.hash }

func hash(root *node, choices map[string]string) string {
	var b strings.Builder
	write(&b, root)
	for _, decision := range slices.Sorted(maps.Keys(choices)) {
		b.WriteString(strconv.Quote(decision) + strconv.Quote(choices[decision]))
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// write gives each tree a text of its own: every node says its kind and how much follows.
func write(b *strings.Builder, n *node) {
	b.WriteString(string(n.kind) + strconv.Quote(n.text) + strconv.Itoa(len(n.items)) + "," + strconv.Itoa(len(n.entries)))
	for _, item := range n.items {
		write(b, item)
	}
	entries := slices.SortedFunc(slices.Values(n.entries), func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	for _, e := range entries {
		b.WriteString(strconv.Quote(e.key))
		write(b, e.value)
	}
}
