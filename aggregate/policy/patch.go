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

// apply returns the tree with what the reading's patch sets, which leaves the tree itself as it is. A path must lead to
// something that is there, or to a key that may be added to an object that is there. Whether the object knows that key
// shows when the policy is read strictly after it, so that a typing error cannot make a reading without effect.
func apply(root *document.Node, r *Reading) (*document.Node, []document.Problem) {
	var problems []document.Problem
	for _, e := range r.patch {
		patched, err := set(root, e)
		if err != nil {
			problems = append(problems, document.Problem{Position: e.At, Message: err.Error()})
			continue
		}
		root = patched
	}
	return root, problems
}

func set(root *document.Node, e document.Entry) (*document.Node, error) {
	steps := strings.Split(e.Key, ".")
	if slices.Contains(fixed, steps[0]) {
		return nil, fmt.Errorf("path %q: no reading replaces %s", e.Key, steps[0])
	}
	if patched := with(root, steps, e); patched != nil {
		return patched, nil
	}
	target, err := root.Find(e.Key)
	if err == nil {
		return nil, fmt.Errorf("path %q: what replaces %q is called %q", e.Key, target.Name(), e.Value.Name())
	}
	return nil, err
}

// with returns the node with the entry's value at the end of the steps, or nil where they lead nowhere. It copies the nodes
// on the way and shares all others, so that what no reading touched is recognized by its address; copying the whole tree
// for each reading took longer than all the rest.
func with(n *document.Node, steps []string, e document.Entry) *document.Node {
	if len(steps) == 0 {
		return e.Value
	}
	made := *n
	for i, entry := range n.Entries {
		if entry.Key == steps[0] {
			value := with(entry.Value, steps[1:], e)
			made.Entries = slices.Clone(n.Entries)
			made.Entries[i].Value = value
			return ifSet(&made, value)
		}
	}
	for i, item := range n.Items {
		if item.Name() == steps[0] {
			value := with(item, steps[1:], e)
			if value == nil || value.Name() != steps[0] { // a member keeps its name: other paths lead by it
				return nil
			}
			made.Items = slices.Clone(n.Items)
			made.Items[i] = value
			return &made
		}
	}
	if len(steps) > 1 || n.Kind != document.Map || steps[0] == "" {
		return nil
	}
	made.Entries = append(slices.Clone(n.Entries), document.Entry{Key: steps[0], At: e.At, Value: e.Value})
	return &made
}

func ifSet(n, value *document.Node) *document.Node {
	if value == nil {
		return nil
	}
	return n
}

// tryReadings applies each reading alone and returns what is then wrong, and where two decisions would overwrite each
// other, in which case their order would decide and not the people.
func (p *Policy) tryReadings(body *document.Node, k *known) []document.Problem {
	var problems []document.Problem
	owners := map[string]string{}
	for _, d := range p.Decisions {
		for i := range d.Readings {
			root, wrong := apply(body, &d.Readings[i])
			r := reader{Reader: document.Reader{Problems: wrong}, known: k}
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
	if len(a) > len(b) {
		a, b = b, a
	}
	return strings.HasPrefix(b, a) && (len(a) == len(b) || b[len(a)] == '.')
}
