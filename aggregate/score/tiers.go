package score

import (
	"fmt"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// Tiers returns the tiers of a team, or with "" of the whole company as one department, under a policy's only tier rule.
func Tiers(p *policy.Policy, period *metric.Period, team string) (rule.Table, error) {
	_, t, err := p.TierItem("")
	if err != nil {
		return rule.Table{}, err
	}
	return rule.NewTeams(period, nil).Team(team).Table(t)
}

// Averages returns with what the cards of the input compare under every tier rule, of each team that has cards, by rule and
// team. A team of which nothing was measured has none.
func Averages(in Input) ([]rule.Average, error) {
	s := newScorer(in)
	teams := map[string]bool{}
	for m, err := range s.members() {
		if err != nil {
			return nil, fmt.Errorf("averages: agent %q: %w", m.agent, err)
		}
		teams[m.team] = true
	}
	var averages []rule.Average
	for _, p := range s.places {
		tier, ok := p.rule.Rule.(*rule.Tier)
		if !ok {
			continue
		}
		for team := range teams {
			average, ok, err := s.teams.Team(team).Average(tier)
			if err != nil {
				return nil, fmt.Errorf("average of rule %q, team %q: %w", p.rule.ID, team, err)
			}
			if ok {
				averages = append(averages, average)
			}
		}
	}
	slices.SortFunc(averages, rule.Average.Compare)
	return averages, nil
}

// published returns the averages that stand, however the month is scored again.
func (in *Input) published() []rule.Average {
	if in.Policy.Cycle.Average == policy.AverageRecomputed {
		return nil
	}
	return in.Averages
}

// nameAverages names the decision about averages where one was published: without it the line might say something else.
func (s *scorer) nameAverages(c *Card) {
	for _, a := range s.in.Averages {
		for i := range c.Lines {
			if l := &c.Lines[i]; l.Rule == a.Rule && c.Team == a.Team {
				l.Decisions = slices.Concat(l.Decisions, s.deciding("cycle.average"))
			}
		}
	}
}
