package monthend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// AdjustedMonth is what a locked month comes to with everything that is known now.
type AdjustedMonth struct {
	ID      workflow.MonthID
	From    string // the run that held
	Run     closing.Run
	Summary closing.Summary
	Changes []closing.Change

	accounts map[string][]string // the other ids of people, as they are known now
}

// Adjusted is what locked months come to.
type Adjusted struct {
	ID     string          // of the decision that noted it, "" when nothing changes
	Months []AdjustedMonth // in order; those that do not change are among them
	New    bool            // it was noted just now
}

// Changes returns how many results change.
func (a Adjusted) Changes() int {
	n := 0
	for _, m := range a.Months {
		n += len(m.Changes)
	}
	return n
}

// Adjust calculates every locked month under a policy again with everything that is known now, from the first on, and notes
// what changes. It holds when somebody approved it; until then a further one takes its place.
func (d *Desk) Adjust(ctx context.Context, policyName string, by workflow.Actor, why string) (Adjusted, error) {
	state, err := d.State(ctx)
	if err != nil {
		return Adjusted{}, err
	}
	if policyName, err = d.policyName(state, policyName, calendar.Month{}); err != nil {
		return Adjusted{}, err
	}
	months := d.lockedMonths(state, policyName)
	if len(months) == 0 {
		return Adjusted{}, fmt.Errorf("no month of company %q under policy %q is locked: nothing can be adjusted", d.company, policyName)
	}
	positions, err := d.arrived(ctx, adjustWait, nil)
	if err != nil {
		return Adjusted{}, err
	}
	if err := d.intact(ctx, months); err != nil {
		return Adjusted{}, err
	}
	result, err := d.reopen(ctx, state, months, positions)
	if err != nil || result.Changes() == 0 && !waits(state, d.company, policyName) {
		return result, err
	}
	return d.note(ctx, state, result, workflow.Adjust{Company: d.company, Policy: policyName, Positions: positions}, by, why)
}

// adjustWait bounds waiting for events that are on their way.
const adjustWait = time.Minute

// waits reports whether an adjustment waits for approval. One that turns out to be none has to be taken away.
func waits(state *workflow.State, company, policyName string) bool {
	all := state.Adjustments(company, policyName)
	return len(all) > 0 && all[len(all)-1].Approved == nil
}

func (d *Desk) lockedMonths(state *workflow.State, policyName string) []workflow.Month {
	return slices.DeleteFunc(state.Months(d.company), func(m workflow.Month) bool {
		return m.ID.Policy != policyName || !m.Phase.Locked()
	})
}

// reopen calculates locked months again.
func (d *Desk) reopen(ctx context.Context, state *workflow.State, months []workflow.Month, positions []workflow.Position) (Adjusted, error) {
	locked := make([]closing.Locked, len(months))
	for i, m := range months {
		var err error
		if locked[i], err = d.locked(ctx, state, m, positions); err != nil {
			return Adjusted{}, err
		}
	}
	var result Adjusted
	head := state.Head()
	err := closing.Reopen(locked, func(r closing.Reopened) error {
		m := months[len(result.Months)]
		r.Run.Sequence, r.Run.Head = head.Sequence, head.Hash.String()
		result.Months = append(result.Months, AdjustedMonth{ID: m.ID, From: m.Holds(), Run: r.Run, Summary: r.Summary, Changes: r.Changes, accounts: alsoCalled(r.Month.Accounts(), r.Summary.Results)})
		if len(r.Changes) == 0 {
			return nil
		}
		return d.store.InsertRun(ctx, r.Run, r.Month.Cards())
	})
	return result, err
}

// locked puts together what a locked month is calculated from when everything is known.
func (d *Desk) locked(ctx context.Context, state *workflow.State, m workflow.Month, positions []workflow.Position) (closing.Locked, error) {
	use, err := frozenRules(state, m)
	if err != nil {
		return closing.Locked{}, err
	}
	l := closing.Locked{Input: closing.Input{
		Month: m.ID, Policy: use.policy, Calendar: use.calendar, Source: d.source(ctx), Positions: positions, Decided: state.Events(m.ID.Company),
	}}
	l.Input.Scores, l.Input.Waivers = m.Manual()
	published, err := d.run(ctx, m.ID, m.Run.ID)
	if err != nil {
		return l, err
	}
	if use.policy.Cycle.Average == policy.AveragePublished {
		l.Input.Averages = published.Averages
	}
	if l.Input.Carried, err = d.carried(ctx, state, m.ID, use.policy); err != nil {
		return l, err
	}
	if l.Paid, err = d.results(ctx, state, use.policy, m.ID, m.Run.ID); err != nil {
		return l, err
	}
	if l.Holds = l.Paid; m.Holds() != m.Run.ID {
		l.Holds, err = d.results(ctx, state, use.policy, m.ID, m.Holds())
	}
	return l, err
}

// note decides an adjustment, unless the same one waits for approval already.
func (d *Desk) note(ctx context.Context, state *workflow.State, result Adjusted, action workflow.Adjust, by workflow.Actor, why string) (Adjusted, error) {
	people, accounts := map[string]bool{}, map[string][]string{}
	for _, m := range result.Months {
		if len(m.Changes) == 0 {
			continue
		}
		action.Months = append(action.Months, workflow.AdjustedMonth{Month: m.ID.Month, From: m.From, Run: m.Run.Run, Changed: len(m.Changes)})
		for _, c := range m.Changes {
			people[c.Agent] = true
			if ids := m.accounts[c.Agent]; len(ids) > 0 {
				accounts[c.Agent] = ids
			}
		}
	}
	action.People, action.Accounts = sortedKeys(people), accounts
	for _, a := range state.Adjustments(action.Company, action.Policy) {
		if a.Approved == nil && slices.EqualFunc(a.Months, action.Months, func(x, y workflow.AdjustedMonth) bool { return x.Run.ID == y.Run.ID && x.From == y.From }) {
			result.ID = a.ID
			return result, nil
		}
	}
	decided, err := d.decide(ctx, state, by, why, action)
	result.ID, result.New = decided.ID, err == nil
	return result, err
}

// ErrNothingToApprove says that no adjustment waits for approval.
var ErrNothingToApprove = errors.New("no adjustment waits for approval: `adjust` calculates one")

// ApproveAdjustment makes the adjustment hold that waits for approval, if it is the one that was looked at; "" is any.
func (d *Desk) ApproveAdjustment(ctx context.Context, policyName, adjustment string, by workflow.Actor, why string) (workflow.Adjustment, error) {
	state, err := d.State(ctx)
	if err != nil {
		return workflow.Adjustment{}, err
	}
	if policyName, err = d.policyName(state, policyName, calendar.Month{}); err != nil {
		return workflow.Adjustment{}, err
	}
	all := state.Adjustments(d.company, policyName)
	if len(all) == 0 || all[len(all)-1].Approved != nil {
		return workflow.Adjustment{}, ErrNothingToApprove
	}
	last := all[len(all)-1]
	if err := seen(adjustment, last.ID); err != nil {
		return last, err
	}
	_, err = d.decide(ctx, state, by, why, workflow.ApproveAdjustment{Company: d.company, Policy: policyName, Adjustment: last.ID})
	return last, err
}

// carried returns what approved adjustments of earlier months bring into a month, where the policy lets a change count in
// the next one. It counts once, whatever the order in which months are approved: in the one that is approved first of those
// that were calculated after it.
func (d *Desk) carried(ctx context.Context, state *workflow.State, id workflow.MonthID, p *policy.Policy) ([]score.Carried, error) {
	if p.Cycle.Adjustment != policy.NextMonth {
		return nil, nil
	}
	into := state.Month(id)
	until := state.Head().Sequence
	if into.Phase.Locked() {
		until = into.Run.Sequence
	}
	others := slices.DeleteFunc(d.lockedMonths(state, id.Policy), func(m workflow.Month) bool {
		return m.ID == id || into.Phase.Locked() && m.Approved.Sequence > into.Approved.Sequence
	})
	var all []score.Carried
	for _, a := range state.Adjustments(id.Company, id.Policy) {
		if a.Approved == nil || a.Approved.Sequence > until {
			continue
		}
		for _, from := range a.Months {
			taken := slices.ContainsFunc(others, func(m workflow.Month) bool { return follows(m, from) && m.Run.Sequence >= a.Approved.Sequence })
			if taken || !follows(into, from) {
				continue
			}
			changes, err := d.changes(ctx, state, a, from)
			if err != nil {
				return nil, err
			}
			all = append(all, carry(from.Month, changes)...)
		}
	}
	return all, nil
}

// follows reports whether a month is after the one that was adjusted.
func follows(m workflow.Month, adjusted workflow.AdjustedMonth) bool {
	return m.ID.Month.First().Compare(adjusted.Month.First()) > 0
}

// Changes returns what an adjustment changed in a month.
func (d *Desk) Changes(ctx context.Context, a workflow.Adjustment, m workflow.AdjustedMonth) ([]closing.Change, error) {
	state, err := d.State(ctx)
	if err != nil {
		return nil, err
	}
	return d.changes(ctx, state, a, m)
}

func (d *Desk) changes(ctx context.Context, state *workflow.State, a workflow.Adjustment, m workflow.AdjustedMonth) ([]closing.Change, error) {
	id := workflow.MonthID{Company: a.Company, Policy: a.Policy, Month: m.Month}
	use, err := frozenRules(state, state.Month(id))
	if err != nil {
		return nil, err
	}
	before, err := d.results(ctx, state, use.policy, id, m.From)
	if err != nil {
		return nil, err
	}
	after, err := d.results(ctx, state, use.policy, id, m.Run.ID)
	if err != nil {
		return nil, err
	}
	return closing.Compare(before, after), nil
}

// carry turns changes into points that count later. Who had no points before, or has none now, carries nothing.
func carry(from calendar.Month, changes []closing.Change) []score.Carried {
	var all []score.Carried
	for _, c := range changes {
		if c.Before == nil || c.After == nil || c.Before.Total == nil || c.After.Total == nil || *c.Before.Total == *c.After.Total {
			continue
		}
		all = append(all, score.Carried{Agent: c.Agent, From: from, Points: *c.After.Total - *c.Before.Total})
	}
	return all
}
