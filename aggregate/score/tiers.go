package score

import (
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
	return rule.NewTeams(period).Team(team).Table(t)
}
