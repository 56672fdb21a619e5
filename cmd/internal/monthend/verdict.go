package monthend

import (
	"context"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// VerdictMonth says in which month a policy of the company counts an incident on which somebody rules today.
type VerdictMonth struct {
	Policy string
	By     policy.IncidentMonth
	Month  calendar.Month // the month of today, where it counts by ruling; else the zero Month: when it happened tells
}

// VerdictMonths says for each of the company's policies, by name, in which month it counts a verdict of today.
func (d *Desk) VerdictMonths(ctx context.Context) ([]VerdictMonth, error) {
	state, err := d.State(ctx)
	if err != nil {
		return nil, err
	}
	zone, err := d.zone()
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(d.now(), zone)
	month := calendar.Month{Year: today.Year, Month: today.Month}
	var names []string
	for _, doc := range state.Documents(d.company, workflow.PolicyDocument) {
		names = append(names, doc.Name)
	}
	slices.Sort(names)
	var all []VerdictMonth
	for _, name := range slices.Compact(names) {
		found, ok := inForce(state.Documents(d.company, workflow.PolicyDocument), name, month)
		if !ok {
			continue
		}
		p, err := policy.Parse(name, []byte(found.Text))
		if err != nil {
			return nil, err
		}
		v := VerdictMonth{Policy: name, By: p.Incidents.Month}
		if v.By == policy.MonthOfRuling {
			v.Month = month
		}
		all = append(all, v)
	}
	return all, nil
}
