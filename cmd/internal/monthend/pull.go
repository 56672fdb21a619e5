package monthend

import (
	"iter"
	"maps"
	"slices"
)

// pull turns a sequence that may fail into a function that returns one value after the other.
func pull[T any](seq iter.Seq2[T, error]) (next func() (T, bool, error), stop func()) {
	n, stop := iter.Pull2(seq)
	return func() (T, bool, error) {
		v, err, ok := n()
		return v, ok && err == nil, err
	}, stop
}

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }
