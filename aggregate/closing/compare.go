package closing

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/score"
)

// Change is an agent whose result is worth something else. Before or After is nil where there is no card.
type Change struct {
	Agent, Name   string
	Before, After *Result
}

// Compare returns the agents whose points, grade or pay differ, by id. Both lists are ordered by agent.
func Compare(before, after []Result) []Change {
	var changes []Change
	for len(before) > 0 || len(after) > 0 {
		var b, a *Result
		switch order := compareHeads(before, after); {
		case order < 0:
			b, before = &before[0], before[1:]
		case order > 0:
			a, after = &after[0], after[1:]
		default:
			b, a, before, after = &before[0], &after[0], before[1:], after[1:]
		}
		if b != nil && a != nil && b.Same(*a) {
			continue
		}
		some := cmp.Or(a, b)
		changes = append(changes, Change{some.Agent, some.Name, b, a})
	}
	return changes
}

// compareHeads says in which list the next agent is: in both when it is 0.
func compareHeads(before, after []Result) int {
	switch {
	case len(before) == 0:
		return 1
	case len(after) == 0:
		return -1
	}
	return cmp.Compare(before[0].Agent, after[0].Agent)
}

// LineChange is a line of a card that became another. Before or After is nil where there is none.
type LineChange struct {
	Rule          string
	Before, After *score.Line
}

// Difference returns what changed between two cards, line by line: lines that both have are left out, of the others those of
// one rule are put side by side in their order. A card that is not there, nil, has no lines.
func Difference(before, after *score.Card) ([]LineChange, error) {
	before, after = cmp.Or(before, new(score.Card)), cmp.Or(after, new(score.Card))
	left, err := texts(before)
	if err != nil {
		return nil, err
	}
	right, err := texts(after)
	if err != nil {
		return nil, err
	}
	gone, come := only(before, left, right), only(after, right, left)
	var changes []LineChange
	for _, l := range gone {
		c := LineChange{Rule: l.Rule, Before: l}
		if i := slices.IndexFunc(come, func(o *score.Line) bool { return o.Rule == l.Rule }); i >= 0 {
			c.After = come[i] // before it is deleted, which moves the others
			come = slices.Delete(come, i, i+1)
		}
		changes = append(changes, c)
	}
	for _, l := range come {
		changes = append(changes, LineChange{Rule: l.Rule, After: l})
	}
	return changes, nil
}

// texts returns the lines of a card as JSON.
func texts(c *score.Card) ([]string, error) {
	all := make([]string, len(c.Lines))
	for i := range c.Lines {
		text, err := json.Marshal(c.Lines[i])
		if err != nil {
			return nil, err
		}
		all[i] = string(text)
	}
	return all, nil
}

// only returns the lines of a card that another one does not have as often.
func only(c *score.Card, mine, theirs []string) []*score.Line {
	theirs = slices.Clone(theirs)
	var lines []*score.Line
	for i := range c.Lines {
		if j := slices.Index(theirs, mine[i]); j >= 0 {
			theirs = slices.Delete(theirs, j, j+1)
			continue
		}
		lines = append(lines, &c.Lines[i])
	}
	return lines
}
