package metric

import (
	"cmp"
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// Scope is what a period measures.
type Scope struct {
	Month   calendar.Month
	Roster  *roster.Roster // complete before the first fact is added
	Explain []string       // agents whose evidence is kept
}

// Period accumulates facts of one company for one month. It holds sums by agent, not facts, so its size follows the
// number of agents. It belongs to one goroutine.
type Period struct {
	scope Scope
	calls callTally
}

// NewPeriod returns an empty period.
func NewPeriod(s Scope) *Period {
	return &Period{scope: s, calls: newCallTally(s.Explain)}
}

// Add takes in the facts of a subject, each subject once, in any order. Facts that belong to another month are left out.
// The error names an event whose zone no database has.
func (p *Period) Add(f turn.Facts) error {
	for i := range f.Calls {
		if err := p.addCall(&f.Calls[i]); err != nil {
			return err
		}
	}
	return nil
}

// Month returns the month that is measured.
func (p *Period) Month() calendar.Month { return p.scope.Month }

// Roster returns who the people are.
func (p *Period) Roster() *roster.Roster { return p.scope.Roster }

// Agents returns the ids of everybody about whom something is known, by roster, attendance or credited call, sorted.
func (p *Period) Agents() []string {
	agents := append(p.scope.Roster.Agents(), slices.Collect(maps.Keys(p.calls.agents))...)
	slices.Sort(agents)
	return slices.Compact(agents)
}

// Team returns the team in which the agent is assessed. Somebody who is not on the roster belongs to the team that most of
// their credited calls were for, the first by name when several have as many; listed tells the two cases apart.
func (p *Period) Team(agent string) (team string, listed bool) {
	if e, ok := p.scope.Roster.During(agent, p.scope.Month); ok {
		return e.Team, true
	}
	tally := p.calls.agents[agent]
	if tally == nil {
		return "", false
	}
	teams := slices.Collect(maps.Keys(tally.teams))
	return slices.MinFunc(teams, func(a, b string) int {
		return cmp.Or(cmp.Compare(tally.teams[b], tally.teams[a]), cmp.Compare(a, b))
	}), false
}
