package scenario

import (
	"maps"
	"slices"
)

// Statements are the words that statements begin with.
func Statements() []string { return slices.Sorted(maps.Keys(statements)) }
