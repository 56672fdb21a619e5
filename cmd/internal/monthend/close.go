package monthend

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// CloseRequest says which month to close, and how.
type CloseRequest struct {
	Month    calendar.Month
	Policy   string   // a shipped one by name, or a file; "" is the one that the month was frozen with, or that is active
	Decide   []string // readings other than the policy's, "decision=reading"
	By       workflow.Actor
	Why      string
	Wait     time.Duration // for events that are on their way
	Refreeze bool          // takes in what has arrived since, and the policy as it is now
	Settling func(done, total int64)
	Reading  func(events, total int64)
}

// Closed is what a month came to.
type Closed struct {
	Month   workflow.Month
	Run     closing.Run
	Summary closing.Summary
	Policy  *policy.Policy
	Due     policy.Deadlines
	New     bool     // it was calculated anew; otherwise it is what was there
	Notes   []string // what its reader should know
}

// attempts bounds how often a month is scored again because somebody decided something in the meantime.
const attempts = 10

// CloseMonth goes as far as it can: it freezes the month's input unless it is frozen, calculates and stores the run, and says
// what is missing. A month that is locked stays as it is.
func (d *Desk) CloseMonth(ctx context.Context, r CloseRequest) (Closed, error) {
	state, id, err := d.freeze(ctx, r)
	if err != nil {
		return Closed{}, err
	}
	var last calculation
	for range attempts {
		month := state.Month(id)
		if month.Phase.Locked() {
			if err := d.restore(ctx, month, r.Reading); err != nil {
				return Closed{}, err
			}
			return d.stored(ctx, state, month)
		}
		if last, err = d.calculate(ctx, state, month, last, r.Reading); err != nil {
			return Closed{}, err
		}
		closed := Closed{Month: month, Run: last.run, Summary: last.summary, Policy: last.rules.policy, Due: last.rules.deadlines(id), Notes: last.notes}
		if len(last.summary.Results) == 0 {
			return Closed{}, &NobodyError{id}
		}
		if err := d.store.InsertRun(ctx, last.run, last.measured.Cards()); err != nil { // nothing when it is kept already
			return Closed{}, err
		}
		if month.Run != nil && month.Run.ID == last.run.ID && (month.Phase == workflow.PhaseScored || last.run.Missing > 0) {
			return closed, nil
		}
		_, refusal := d.decide(ctx, state, r.By, r.Why, workflow.Calculate{
			Month: id, Run: last.run.Run, People: last.summary.Agents(), Accounts: alsoCalled(last.measured.Accounts(), last.summary.Results),
		})
		if refusal != nil && !refused(refusal, workflow.CodeStale, workflow.CodeDuplicate, workflow.CodePhase) {
			return Closed{}, refusal
		}
		if state, err = d.State(ctx); err != nil {
			return Closed{}, err
		}
		if refusal == nil {
			closed.Month, closed.New = state.Month(id), true
			return closed, nil
		} // somebody was faster: score what they decided, or find it done
	}
	return Closed{}, fmt.Errorf("close %s: decisions about it keep coming in, %d times while it was calculated: try again", id, attempts)
}

// NobodyError says that a month has no cards.
type NobodyError struct{ Month workflow.MonthID }

// Error says what to do.
func (e *NobodyError) Error() string {
	return fmt.Sprintf("nobody has a card in %s: there is neither a roster nor work of that month (if its events came after it was frozen, --refreeze takes them in)", e.Month)
}

// restore calculates the run of a locked month again from what was frozen, where its row or cards were lost, and keeps it
// if it is the same.
func (d *Desk) restore(ctx context.Context, m workflow.Month, progress func(events, total int64)) error {
	_, kept, err := d.store.Run(ctx, m.ID, m.Run.ID)
	if err != nil || kept {
		return err
	}
	c, _, err := d.again(ctx, m, progress)
	if err != nil {
		return err
	}
	if c.run.ID != m.Run.ID {
		return fmt.Errorf("run %s of %s is lost in ClickHouse, and calculated again it is another: `deskpulse verify close` says why", m.Run.ID, m.ID)
	}
	return d.store.InsertRun(ctx, c.run, c.measured.Cards())
}

// calculation is a month as it was calculated, from how it was seen.
type calculation struct {
	rules    rules
	measured *closing.Measured
	frozen   int64         // the decision that froze what was measured
	decided  []event.Event // what people decided, with which it was measured
	run      closing.Run
	summary  closing.Summary
	notes    []string
}

// calculate measures and scores a month. What was measured before serves again, unless it was frozen anew or people ruled on
// something since.
func (d *Desk) calculate(ctx context.Context, state *workflow.State, m workflow.Month, last calculation, progress func(events, total int64)) (calculation, error) {
	in, notes, err := d.input(ctx, state, m, progress)
	if err != nil {
		return calculation{}, err
	}
	c := calculation{frozen: m.Frozen.Sequence, decided: in.Decided, notes: notes}
	if c.rules, err = frozenRules(state, m); err != nil {
		return c, err
	}
	if last.measured != nil && last.frozen == c.frozen && reflect.DeepEqual(last.decided, c.decided) {
		c.measured = last.measured.With(in)
	} else if c.measured, err = closing.Measure(in); err != nil {
		return c, err
	}
	if c.run, c.summary, err = c.measured.Run(); err != nil {
		return c, err
	}
	head := state.Head()
	c.run.Sequence, c.run.Head = head.Sequence, head.Hash.String()
	return c, nil
}

// input puts together what a month is calculated from.
func (d *Desk) input(ctx context.Context, state *workflow.State, m workflow.Month, progress func(events, total int64)) (closing.Input, []string, error) {
	use, err := frozenRules(state, m)
	if err != nil {
		return closing.Input{}, nil, err
	}
	history, notes, err := d.history(ctx, state, m.ID, use.policy)
	if err != nil {
		return closing.Input{}, nil, err
	}
	carried, err := d.carried(ctx, state, m.ID, use.policy)
	if err != nil {
		return closing.Input{}, nil, err
	}
	in := closing.Input{
		Month: m.ID, Policy: use.policy, Calendar: use.calendar, Source: d.source(ctx), Positions: m.Frozen.Positions,
		Decided: state.EventsAsOf(m.ID.Company, m.Frozen.Sequence), History: history, Carried: carried,
	}
	in.Scores, in.Waivers = m.Manual()
	if progress != nil {
		from, to := m.ID.Month.Cover()
		total, err := d.store.EventCount(ctx, d.company, from, to)
		if err != nil {
			return in, nil, err
		}
		in.Progress = func(events int64) { progress(events, max(events, total)) }
	}
	return in, notes, nil
}

// history returns the grades of the months before, as they stand.
func (d *Desk) history(ctx context.Context, state *workflow.State, id workflow.MonthID, p *policy.Policy) (past []score.Past, notes []string, err error) {
	for _, m := range state.Months(id.Company) {
		if m.ID.Policy != id.Policy || m.ID.Month.First().Compare(id.Month.First()) >= 0 || m.Run == nil {
			continue
		}
		if !m.Phase.Locked() {
			notes = append(notes, fmt.Sprintf("%s is not approved yet: its grades count in no streak", m.ID.Month))
			continue
		}
		run := m.Holds()
		if p.Cycle.Adjustment == policy.NextMonth {
			run = m.Run.ID
		}
		results, err := d.results(ctx, state, p, m.ID, run)
		if err != nil {
			return nil, nil, err
		}
		past = append(past, closing.Past(m.ID.Month, results)...)
	}
	return past, notes, nil
}

// alsoCalled adds the names on the cards to the other ids of people: nobody decides about themselves by any of them.
func alsoCalled(accounts map[string][]string, results []closing.Result) map[string][]string {
	all := maps.Clone(accounts)
	for _, r := range results {
		if r.Name != "" && r.Name != r.Agent && !slices.Contains(all[r.Agent], r.Name) {
			all[r.Agent] = slices.Sorted(slices.Values(append(slices.Clone(all[r.Agent]), r.Name)))
		}
	}
	return all
}
