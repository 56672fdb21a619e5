package monthend

import (
	"context"
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// stored returns a month as it was calculated last, from what is kept of it.
func (d *Desk) stored(ctx context.Context, state *workflow.State, m workflow.Month) (Closed, error) {
	use, err := frozenRules(state, m)
	if err != nil {
		return Closed{}, err
	}
	run, err := d.run(ctx, m.ID, m.Run.ID)
	if err != nil {
		return Closed{}, err
	}
	summary, err := d.summary(ctx, use.policy, m.ID, *m.Run)
	return Closed{Month: m, Run: run, Summary: summary, Policy: use.policy, Due: use.deadlines(m.ID)}, err
}

// summary returns what a run came to, from its cards. They have to be those that the log noted: by others nobody is paid.
func (d *Desk) summary(ctx context.Context, p *policy.Policy, id workflow.MonthID, run workflow.Run) (closing.Summary, error) {
	s, result, err := closing.Summarize(p, d.store.Cards(ctx, id, run.ID))
	if err == nil && result != run.Result {
		err = fmt.Errorf("the cards kept of run %s of %s are not those that were calculated: `verify close` names the first that differs", run.ID, id)
	}
	return s, err
}

// results returns what everybody got in a run.
func (d *Desk) results(ctx context.Context, state *workflow.State, p *policy.Policy, id workflow.MonthID, run string) ([]closing.Result, error) {
	noted, err := logged(state, id, run)
	if err != nil {
		return nil, err
	}
	s, err := d.summary(ctx, p, id, noted)
	return s.Results, err
}

// logged returns a run of a month as the log has it: the month's own, or that of an adjustment.
func logged(state *workflow.State, id workflow.MonthID, run string) (workflow.Run, error) {
	if m := state.Month(id); m.Run != nil && m.Run.ID == run {
		return *m.Run, nil
	}
	for _, a := range state.Adjustments(id.Company, id.Policy) {
		for _, m := range a.Months {
			if m.Month == id.Month && m.Run.ID == run {
				return m.Run, nil
			}
		}
	}
	return workflow.Run{}, fmt.Errorf("run %s of %s is not in the log of decisions", run, id)
}

// Stored returns a month as it was calculated last. Somebody must have closed it.
func (d *Desk) Stored(ctx context.Context, m workflow.Month) (Closed, error) {
	state, err := d.State(ctx)
	if err != nil {
		return Closed{}, err
	}
	if m.Run == nil {
		return Closed{}, &NotClosedError{m.ID}
	}
	return d.stored(ctx, state, m)
}

// NotClosedError says that a month was not calculated yet.
type NotClosedError struct{ Month workflow.MonthID }

// Error says what to do.
func (e *NotClosedError) Error() string {
	return fmt.Sprintf("%s is open: close it first, which says what is missing", e.Month)
}

// run returns a run that the log says is kept.
func (d *Desk) run(ctx context.Context, id workflow.MonthID, run string) (closing.Run, error) {
	r, ok, err := d.store.Run(ctx, id, run)
	if err == nil && !ok {
		err = fmt.Errorf("run %s of %s is in the log of decisions, but not in ClickHouse: `deskpulse close` calculates it again", run, id)
	}
	return r, err
}
