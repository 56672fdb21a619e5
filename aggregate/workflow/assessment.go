package workflow

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// month is a month as the fold keeps it.
type month struct {
	Month
	persons                     identities
	givers                      map[string]bool // who ever gave a score or waiver: most people who approve never did
	frozen, approved, published *Accepted
}

// known returns a month that was frozen: only then it is known who may do what.
func (s *State) known(id MonthID) (*month, *Refusal) {
	if m, ok := s.months[id]; ok {
		return m, nil
	}
	return nil, refuse(CodeUnknown, "month %s: nothing is frozen", id)
}

// movers are the roles that may freeze, calculate and adjust.
func (t Terms) movers() []policy.Role { return slices.Concat(t.Scorers, t.Approvers, deciders) }

// in refuses when the month is in none of the phases: naming who did what cannot be done twice, or ended the time for it.
func (m *month) in(by *Accepted, phases ...Phase) *Refusal {
	switch {
	case slices.Contains(phases, m.Phase):
		return nil
	case by != nil:
		return done(CodePhase, by)
	}
	return refuse(CodePhase, "month %s is %s: want %q", m.ID, m.Phase, phases)
}

// isRun refuses any run but the month's.
func (m *month) isRun(id string) *Refusal {
	if m.Run != nil && m.Run.ID == id {
		return nil
	}
	return refuse(CodeUnknown, "run %q is not that of month %s", id, m.ID)
}

// has refuses an agent without a card. Before there are cards, that is not what is wrong.
func (m *month) has(agent string) *Refusal {
	if _, found := slices.BinarySearch(m.People, agent); found || m.Run == nil {
		return nil
	}
	return refuse(CodeUnknown, "agent %q has no card in month %s", agent, m.ID)
}

// notAbout refuses an actor who is the agent: see [of].
func notAbout(by Actor, agent string, is func(name string) bool) *Refusal {
	if is(agent) {
		return refuse(CodeSelf, "%s is %q: nobody decides about themselves", by, agent)
	}
	return nil
}

// notAssessed refuses an actor who has a card.
func (m *month) notAssessed(by Actor) *Refusal {
	if slices.ContainsFunc(m.People, of(by.Name, m.persons)) {
		return refuse(CodeSelf, "%s has a card in month %s: nobody approves their own", by, m.ID)
	}
	return nil
}

// notScorer refuses an actor whose score or waiver stands that was given after a decision, where four eyes are wanted.
func (m *month) notScorer(by Actor, after int64, all ...identities) *Refusal {
	givers := m.giversWho(of(by.Name, all...))
	if !m.Frozen.Terms.FourEyes || len(givers) == 0 {
		return nil
	}
	p, found := judged(m.Scores, givers, after)
	if !found {
		p, found = judged(m.Waivers, givers, after)
	}
	if found {
		return refuse(CodeFourEyes, "%s judged %q under %q in month %s: somebody else approves", by, p.agent, p.rule, m.ID)
	}
	return nil
}

// giversWho returns the names of somebody who gave a score or waiver.
func (m *month) giversWho(is func(name string) bool) map[string]bool {
	names := map[string]bool{}
	for name := range m.givers {
		if is(name) {
			names[name] = true
		}
	}
	return names
}

// judged returns a line about which a word of one of the givers stands that was given after a decision.
func judged[T word](words []T, givers map[string]bool, after int64) (place, bool) {
	for w := range standing(words) {
		if given := w.given(); given.Sequence > after && givers[given.By.Name] {
			return w.place(), true
		}
	}
	return place{}, false
}
