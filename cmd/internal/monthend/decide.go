package monthend

import (
	"context"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// calculated returns a month that was calculated, and the state in which it was seen.
func (d *Desk) calculated(ctx context.Context, policyName string, m calendar.Month) (*workflow.State, workflow.Month, error) {
	state, err := d.State(ctx)
	if err != nil {
		return nil, workflow.Month{}, err
	}
	name, err := d.policyName(state, policyName, m)
	if err != nil {
		return nil, workflow.Month{}, err
	}
	month := state.Month(workflow.MonthID{Company: d.company, Policy: name, Month: m})
	if month.Run == nil {
		err = &NotClosedError{month.ID}
	}
	return state, month, err
}

// Approve locks a month as it was calculated.
func (d *Desk) Approve(ctx context.Context, policyName string, m calendar.Month, by workflow.Actor, why string) (workflow.Month, error) {
	state, month, err := d.calculated(ctx, policyName, m)
	if err != nil {
		return month, err
	}
	return d.after(ctx, state, month, by, why, workflow.Approve{Month: month.ID, Run: month.Run.ID})
}

// Publish shows a month's cards to their people.
func (d *Desk) Publish(ctx context.Context, policyName string, m calendar.Month, by workflow.Actor, why string) (workflow.Month, error) {
	state, month, err := d.calculated(ctx, policyName, m)
	if err != nil {
		return month, err
	}
	use, err := frozenRules(state, month)
	if err != nil {
		return month, err
	}
	p := workflow.Publish{Month: month.ID, Run: month.Run.ID}
	if days := use.policy.Cycle.AppealDays; days > 0 {
		zone, err := d.zone()
		if err != nil {
			return month, err
		}
		p.AppealUntil = calendar.DateOf(d.now(), zone).AddDays(days + 1).Start(zone) // the last day counts whole
	}
	return d.after(ctx, state, month, by, why, p)
}

// zone returns the zone in which the company's days are counted where no team's is meant: that of its first stream.
func (d *Desk) zone() (*time.Location, error) {
	for _, s := range d.config.Streams {
		if s.Company == d.company {
			return calendar.Zone(s.Zone)
		}
	}
	return nil, fmt.Errorf("company %q has no stream", d.company)
}

// after decides about a month as it was seen and returns it as it is then.
func (d *Desk) after(ctx context.Context, seen *workflow.State, m workflow.Month, by workflow.Actor, why string, action workflow.Action) (workflow.Month, error) {
	if _, err := d.decide(ctx, seen, by, why, action); err != nil {
		return m, err
	}
	state, err := d.State(ctx)
	if err != nil {
		return m, err
	}
	return state.Month(m.ID), nil
}

// Rule gives a verdict on an incident that was reported.
func (d *Desk) Rule(ctx context.Context, incident string, ruling event.IncidentRuled, by workflow.Actor, why string) (Decision, error) {
	state, err := d.State(ctx)
	if err != nil {
		return Decision{}, err
	}
	events, err := d.subject(ctx, incident)
	if err != nil {
		return Decision{}, err
	}
	facts, _ := turn.Fold(events)
	if len(facts.Incidents) == 0 {
		return Decision{}, fmt.Errorf("incident %q of company %q was never reported", incident, d.company)
	}
	reported := facts.Incidents[0]
	ruling.By, ruling.Reason = by.Name, why
	return d.decide(ctx, state, by, why, workflow.RuleIncident{
		Company: d.company, Incident: incident, About: reported.Agent, Zone: reported.Zone, Ruling: ruling,
	})
}

// Appeal objects to a line of a published card. The decision's id is the appeal's.
func (d *Desk) Appeal(ctx context.Context, policyName string, m calendar.Month, agent, rule string, by workflow.Actor, why string) (Decision, error) {
	state, month, err := d.calculated(ctx, policyName, m)
	if err != nil {
		return Decision{}, err
	}
	use, err := frozenRules(state, month)
	if err != nil {
		return Decision{}, err
	}
	if _, err := ruleNamed(use.policy, rule); err != nil {
		return Decision{}, err
	}
	return d.decide(ctx, state, by, why, workflow.FileAppeal{Month: month.ID, Agent: agent, Rule: rule})
}

// DecideAppeal upholds an appeal, or rejects it. What follows from one that is upheld is for a score, a waiver or a ruling to
// say.
func (d *Desk) DecideAppeal(ctx context.Context, policyName string, m calendar.Month, appeal string, upheld bool, by workflow.Actor, why string) (Decision, error) {
	state, month, err := d.calculated(ctx, policyName, m)
	if err != nil {
		return Decision{}, err
	}
	return d.decide(ctx, state, by, why, workflow.DecideAppeal{Month: month.ID, Appeal: appeal, Upheld: upheld})
}
