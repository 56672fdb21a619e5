package monthend

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
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

// OutdatedError says that a month would come to something else with what was decided since it was calculated.
type OutdatedError struct{ Month workflow.Month }

// Error says what to do.
func (e *OutdatedError) Error() string {
	return fmt.Sprintf("%s was calculated at decision %d, and comes to something else with what was decided since (a ruling, a roster, or an earlier month that was approved or adjusted): close it again",
		e.Month.ID, e.Month.Run.Sequence)
}

// NotSeenError says that what would be approved is not what was looked at.
type NotSeenError struct{ Seen, Is string }

// Error says what to do.
func (e *NotSeenError) Error() string {
	return fmt.Sprintf("what was looked at is %s, what would be approved is %s: look at it first", e.Seen, e.Is)
}

// seen refuses another run or adjustment than the one that was looked at, of which the beginning of the id is enough.
func seen(looked, id string) error {
	if !strings.HasPrefix(id, looked) {
		return &NotSeenError{looked, id}
	}
	return nil
}

// Approve locks a month as it was calculated, if that is the run that was looked at; "" is any. What was decided since and
// would change it has to be counted first.
func (d *Desk) Approve(ctx context.Context, policyName string, m calendar.Month, run string, by workflow.Actor, why string) (workflow.Month, error) {
	state, month, err := d.calculated(ctx, policyName, m)
	if err == nil {
		err = seen(run, month.Run.ID)
	}
	if err != nil {
		return month, err
	}
	if _, err := d.stored(ctx, state, month); err != nil {
		return month, err
	}
	if month.Phase == workflow.PhaseScored {
		if err := d.current(ctx, state, month); err != nil {
			return month, err
		}
	}
	return d.after(ctx, state, month, by, why, workflow.Approve{Month: month.ID, Run: month.Run.ID, Seen: state.Head().Sequence})
}

// current refuses a month that would come to something else by now. Only if something was decided that may count in it, it
// is calculated again.
func (d *Desk) current(ctx context.Context, state *workflow.State, m workflow.Month) error {
	before, err := d.log.At(ctx, m.Run.Sequence)
	if err != nil {
		return err
	}
	then, _, err := d.input(ctx, before, before.Month(m.ID), nil)
	if err != nil {
		return err
	}
	now, _, err := d.input(ctx, state, m, nil)
	if err != nil {
		return err
	}
	if reflect.DeepEqual(then.Decided, now.Decided) && slices.Equal(then.History, now.History) && slices.Equal(then.Carried, now.Carried) {
		return nil
	}
	c, err := d.calculate(ctx, state, m, calculation{}, nil)
	if err == nil && c.run.Result != m.Run.Result {
		err = &OutdatedError{m}
	}
	return err
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
		zones, err := d.zones(ctx, state)
		if err != nil {
			return month, err
		}
		for _, zone := range zones { // the last day counts whole, wherever somebody is
			if until := calendar.DateOf(d.now(), zone).AddDays(days + 1).Start(zone); until.After(p.AppealUntil) {
				p.AppealUntil = until
			}
		}
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
	people, err := closing.Accounts(d.source(ctx))
	if err != nil {
		return Decision{}, err
	}
	facts, _ := turn.FoldWith(events, people.Accounts())
	if len(facts.Incidents) == 0 {
		return Decision{}, &workflow.RefusedError{Refusal: workflow.Refusal{Code: workflow.CodeUnknown, Detail: fmt.Sprintf("incident %q of company %q was never reported", incident, d.company)}}
	}
	reported := facts.Incidents[0]
	ruling.By, ruling.Reason = by.Name, why
	return d.decide(ctx, state, by, why, workflow.RuleIncident{
		Company: d.company, Incident: incident, About: reported.Agent, Accounts: people.AccountIDs()[reported.Agent], Zone: reported.Zone, Ruling: ruling,
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
