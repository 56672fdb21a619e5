package workflow

import (
	"slices"
	"strings"
)

func (f *faults) expect(all []Expect) {
	seen := map[Thing]bool{}
	for i, e := range all {
		f.element("expect", i, func(f *faults) {
			f.given("thing", string(e.Thing), 8*maxName)
			if seen[e.Thing] {
				f.add("thing %q: stands here twice", e.Thing)
			}
			if e.Version < 0 {
				f.add("version %d: negative", e.Version)
			}
		})
		seen[e.Thing] = true
	}
}

// expected wants the versions that the action has to be sent with.
func (f *faults) expected(c Command) {
	for _, t := range c.Action.expects() {
		if !c.expects(t) && !c.expects(whole(c.Action)) {
			f.add("expect: the version of %q is missing", t)
		}
	}
}

func (c *Command) expects(t Thing) bool {
	return slices.ContainsFunc(c.Expect, func(e Expect) bool { return e.Thing == t })
}

// whole returns the month that may be expected in place of its cards, "" when nothing may.
func whole(a Action) Thing {
	if a, ok := a.(SetScores); ok {
		return MonthThing(a.Month)
	}
	return ""
}

// Expect returns the versions, as they are now, that a command with the action must expect.
func (s *State) Expect(a Action) []Expect {
	var all []Expect
	for _, t := range a.expects() {
		all = append(all, Expect{t, s.Version(t)})
	}
	return all
}

// stale returns the refusal of a command that expects another version than a thing has, nil when there is no such thing.
func (s *State) stale(c *Command) *Refusal {
	for _, e := range c.Expect {
		is := s.things[e.Thing]
		switch {
		case is.version == e.Version:
		case is.version < e.Version:
			return refuse(CodeStale, "%s has version %d, not %d", e.Thing.name(), is.version, e.Version)
		case is.last.Command.Action.kind() == c.Action.kind():
			return &Refusal{CodeStale, e.Thing.name() + ": already " + is.last.verb(), is.last}
		default:
			return meanwhile(e.Thing, is.last)
		}
	}
	return nil
}

// meanwhile returns the refusal of a command that comes after a change that its sender had not seen.
func meanwhile(t Thing, by *Accepted) *Refusal {
	return &Refusal{CodeStale, t.name() + ": meanwhile " + by.verb(), by}
}

// name returns the thing as people read it, as in "month acme/desk/2024-03".
func (t Thing) name() string { return strings.Replace(string(t), "/", " ", 1) }
