package policy

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Keys returns the keys that the loader asks of each object of the language when it reads a file.
func Keys(file string, src []byte) (map[string][]string, error) {
	root, err := document.Parse(file, src)
	if err != nil {
		return nil, err
	}
	r := reader{known: &known{}, keys: map[string][]string{}}
	r.policy(root)
	if len(r.Problems) > 0 {
		return nil, &document.Invalid{File: file, Problems: r.Problems}
	}
	for object, keys := range r.keys {
		slices.Sort(keys)
		r.keys[object] = slices.Compact(keys)
	}
	return r.keys, nil
}

// Applied returns the canonical text of what runs.
func Applied(p *Policy) string { return p.applied.Canonical() }
