package monthend

import (
	"context"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// Status is how far a month is, and by when the rest has to be done.
type Status struct {
	Closed
	Today       calendar.Date
	Scored      Deadline // scored and approved
	Paid        Deadline // at finance
	Interviews  Deadline // the zero Deadline before publication, and where nobody is to be talked to
	Appeals     []workflow.Appeal
	Adjustments []workflow.Adjustment // of this month, in order
}

// Deadline is a day by which something has to be done; the day itself still counts.
type Deadline struct {
	Due  calendar.Date
	Done *time.Time // nil while it is not
	Late bool       // it was done, or is not done, after the day
}

// Status returns how far a month is.
func (d *Desk) Status(ctx context.Context, m workflow.Month) (Status, error) {
	state, err := d.State(ctx)
	if err != nil {
		return Status{}, err
	}
	zone, err := d.zone()
	if err != nil {
		return Status{}, err
	}
	s := Status{Closed: Closed{Month: m}, Today: calendar.DateOf(d.now(), zone), Appeals: m.Appeals}
	if m.Run == nil {
		return s, nil
	}
	if s.Closed, err = d.stored(ctx, state, m); err != nil {
		return s, err
	}
	use, err := frozenRules(state, m)
	if err != nil {
		return s, err
	}
	due := func(by calendar.Date, step *workflow.Step) Deadline {
		l := Deadline{Due: by, Late: s.Today.Compare(by) > 0}
		if step != nil {
			l.Done, l.Late = &step.At, calendar.DateOf(step.At, zone).Compare(by) > 0
		}
		return l
	}
	deadlines := use.policy.Deadlines(m.ID.Month, use.calendar)
	s.Scored = due(deadlines.Scored, m.Approved)
	var exported *workflow.Step
	if len(m.Exports) > 0 {
		exported = &m.Exports[0].Step
	}
	s.Paid = due(deadlines.Paid, exported)
	if i := use.policy.Cycle.Interview; i != nil && m.Published != nil && len(s.Summary.Interviews) > 0 {
		s.Interviews = due(use.policy.Cycle.Shifted(calendar.DateOf(m.Published.At, zone).AddDays(i.WithinDays), use.calendar), nil)
	}
	for _, a := range state.Adjustments(m.ID.Company, m.ID.Policy) {
		for _, adjusted := range a.Months {
			if adjusted.Month == m.ID.Month {
				s.Adjustments = append(s.Adjustments, a)
			}
		}
	}
	return s, nil
}

// Months returns every month of the company, those under one policy where it is named.
func (d *Desk) Months(ctx context.Context, policyName string) ([]workflow.Month, error) {
	state, err := d.State(ctx)
	if err != nil {
		return nil, err
	}
	if policyName != "" {
		if policyName, err = d.policyName(state, policyName, calendar.Month{}); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(state.Months(d.company), func(m workflow.Month) bool { return policyName != "" && m.ID.Policy != policyName }), nil
}
