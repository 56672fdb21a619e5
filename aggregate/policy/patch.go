package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// fixed are the parts of a policy that no reading may replace: what it is called, what its names mean, and the decisions
// themselves.
var fixed = []string{"name", "title", "vocabulary", "decisions"}

// apply sets what the reading's patch names. A path must lead to something that is there, or to a key that may be added to
// an object that is there. Whether the object knows that key shows when the policy is read strictly after it, so that a
// typing error cannot make a reading without effect.
func apply(root *document.Node, r *Reading) []document.Problem {
	var problems []document.Problem
	for _, e := range r.patch {
		if err := set(root, e); err != nil {
			problems = append(problems, document.Problem{Position: e.At, Message: err.Error()})
		}
	}
	return problems
}

func set(root *document.Node, e document.Entry) error {
	top, _, _ := strings.Cut(e.Key, ".")
	if slices.Contains(fixed, top) {
		return fmt.Errorf("path %q: no reading replaces %s", e.Key, top)
	}
	parent, last := root, e.Key
	if dot := strings.LastIndex(e.Key, "."); dot >= 0 {
		var err error
		if parent, err = root.Find(e.Key[:dot]); err != nil {
			return err
		}
		last = e.Key[dot+1:]
	}
	target, err := root.Find(e.Key)
	switch {
	case err == nil && parent.Kind == document.List && e.Value.Name() != last:
		return fmt.Errorf("path %q: what replaces %q is called %q", e.Key, last, e.Value.Name())
	case err == nil:
		*target = *e.Value.Clone()
	case parent.Kind == document.Map && last != "":
		parent.Entries = append(parent.Entries, document.Entry{Key: last, At: e.At, Value: e.Value.Clone()})
	default:
		return err
	}
	return nil
}

// tryReadings applies each reading alone and returns what is then wrong, and where two decisions would overwrite each
// other, in which case their order would decide and not the people.
func (p *Policy) tryReadings(k *known) []document.Problem {
	var problems []document.Problem
	owners := map[string]string{}
	for _, d := range p.Decisions {
		for i := range d.Readings {
			root := p.root.Clone()
			r := reader{Reader: document.Reader{Problems: apply(root, &d.Readings[i])}, known: k}
			r.policy(root)
			problems = append(problems, r.Problems...)
			problems = append(problems, overlaps(owners, d.ID, d.Readings[i].patch)...)
		}
	}
	return problems
}

func overlaps(owners map[string]string, decision string, patch []document.Entry) []document.Problem {
	var problems []document.Problem
	for _, e := range patch {
		for path, owner := range owners {
			if owner != decision && overlap(path, e.Key) {
				problems = append(problems, document.Problem{Position: e.At, Message: fmt.Sprintf("path %q: decision %q already replaces %q", e.Key, owner, path)})
			}
		}
	}
	for _, e := range patch {
		owners[e.Key] = decision
	}
	return problems
}

// overlap reports whether one path leads to the other or to something in it.
func overlap(a, b string) bool {
	return strings.HasPrefix(a+".", b+".") || strings.HasPrefix(b+".", a+".")
}
