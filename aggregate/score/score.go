// Package score turns measured values into points by the rules of a policy. Each kind of rule is one file and owns all of
// its arithmetic, in exact ratios. It is pure: the same period and policy give the same result to the last digit.
package score

import (
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Input is what a rule works on. Measuring one period once serves any number of policies and readings.
type Input struct {
	Policy *policy.Policy
	Period *metric.Period // complete
	Team   string         // "" takes the whole company as one department
	Item   string         // "" takes the policy's only item with tiers
}

// Line explains what one agent got for an item: which rule under which readings, from what numbers, on what evidence.
type Line struct {
	Item      policy.Item
	Agent     Agent
	Notes     Notes
	Decisions []policy.Decision // those that concern the item
	Evidence  []metric.Evidence // only for agents named in the period's scope
}

// Explain returns the line of one agent. The error is a [*document.Unknown] when the table does not list the agent.
func Explain(in Input, agent string) (Line, error) {
	table, err := Tiers(in)
	if err != nil {
		return Line{}, err
	}
	item, rule, err := in.Policy.TierItem(in.Item)
	if err != nil {
		return Line{}, err
	}
	line := Line{Item: item, Notes: table.Notes, Decisions: in.Policy.Concerning(item.ID)}
	var known []string
	for _, a := range table.Agents {
		if a.Agent == agent {
			line.Agent = a
			line.Evidence = rule.Metric.Evidence(in.Period, metric.Settings{Days: rule.Days}, agent)
			return line, nil
		}
		known = append(known, a.Agent)
	}
	return Line{}, &document.Unknown{What: "agent", Name: agent, Known: known}
}
