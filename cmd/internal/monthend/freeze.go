package monthend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// freeze sees to it that the month's input is frozen. Of two who freeze a month at once the first stands, and both calculate
// from that, if it is what the other wanted.
func (d *Desk) freeze(ctx context.Context, r CloseRequest) (*workflow.State, workflow.MonthID, error) {
	var id workflow.MonthID
	for range attempts {
		state, err := d.State(ctx)
		if err != nil {
			return nil, id, err
		}
		var use rules
		if use, id, err = d.choose(state, r); err != nil {
			return nil, id, err
		}
		month := state.Month(id)
		if r.Refreeze && month.Phase.Locked() {
			return nil, id, &LockedError{month}
		}
		if month.Frozen != nil && !r.Refreeze {
			return state, id, sameRules(month, use, r)
		}
		if err = d.freezeNow(ctx, state, month, use, r); err == nil {
			state, err = d.State(ctx)
			return state, id, err
		}
		if !refused(err, workflow.CodeStale, workflow.CodeDuplicate, workflow.CodePhase) {
			return nil, id, err
		}
	}
	return nil, id, fmt.Errorf("freeze %s: somebody else changes it again and again: try later", id)
}

// LockedError says that a month cannot be frozen anew.
type LockedError struct{ Month workflow.Month }

// Error says who locked it, and what to do.
func (e *LockedError) Error() string {
	a := e.Month.Approved
	return fmt.Sprintf("%s was approved by %s at %s UTC, decision %d, and stays what it is: `deskpulse adjust` shows what has become known since", e.Month.ID, a.By, a.At.Format(time.DateTime), a.Sequence)
}

// freezeNow freezes a month as it was seen.
func (d *Desk) freezeNow(ctx context.Context, state *workflow.State, month workflow.Month, use rules, r CloseRequest) error {
	positions, err := d.settled(ctx, state, r)
	if err != nil {
		return err
	}
	if err := d.activate(ctx, state, r.By, use); err != nil {
		return err
	}
	_, err = d.decide(ctx, state, r.By, r.Why, workflow.Freeze{
		Month: month.ID, Policy: use.policyText.SHA256, Calendar: use.days.SHA256, Decide: r.Decide, Positions: positions,
		Terms: workflow.Terms{Scorers: use.policy.Cycle.Scorers, Approvers: use.policy.Cycle.Approvers, FourEyes: use.policy.Cycle.FourEyes},
		Again: month.Frozen != nil,
	})
	return err
}

// choose returns the rules that were asked for, or those in force, and the month under them. A name is that of the policy
// that the company activated under it; the shipped one is meant where it activated none that holds in the month.
func (d *Desk) choose(state *workflow.State, r CloseRequest) (rules, workflow.MonthID, error) {
	id := workflow.MonthID{Company: d.company, Month: r.Month}
	var use rules
	var err error
	if document.IsPath(r.Policy) {
		if use, err = loadRules(d.company, r.Policy); err != nil {
			return use, id, err
		}
		id.Policy = use.policy.Name
		use.policy, err = use.policy.DecideAll(r.Decide)
		return use, id, err
	}
	if id.Policy = r.Policy; r.Policy == "" {
		if id.Policy, err = d.policyName(state, "", r.Month); err != nil {
			return use, id, err
		}
	}
	if month := state.Month(id); month.Frozen != nil && !r.Refreeze {
		use, err = frozenRules(state, month)
		return use, id, err
	}
	use, err = activeRules(state, id)
	if none := new(NoActivePolicyError); errors.As(err, &none) && r.Policy != "" {
		use, err = loadRules(d.company, r.Policy)
	}
	if err == nil {
		use.policy, err = use.policy.DecideAll(r.Decide)
	}
	return use, id, err
}

// ChangedRulesError says that a month was frozen with other rules than those asked for.
type ChangedRulesError struct{ Month workflow.Month }

// Error says what to do.
func (e *ChangedRulesError) Error() string {
	how := "before its approval --refreeze takes the new ones"
	if e.Month.Phase.Locked() {
		how = "it is locked, and stays what it is"
	}
	return fmt.Sprintf("%s was frozen by %s at %s with another policy, calendar or reading: %s", e.Month.ID, e.Month.Frozen.By, e.Month.Frozen.At.Format(time.DateTime), how)
}

// sameRules refuses other rules than those a month was frozen with: somebody believes that they count.
func sameRules(m workflow.Month, use rules, r CloseRequest) error {
	f := m.Frozen
	other := r.Policy != "" && (f.Policy != use.policyText.SHA256 || f.Calendar != use.days.SHA256)
	if other || len(r.Decide) > 0 && !slices.Equal(f.Decide, r.Decide) {
		return &ChangedRulesError{m}
	}
	return nil
}
