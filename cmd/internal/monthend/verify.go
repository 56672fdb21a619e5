package monthend

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// Outcome is what became of calculating a run again.
type Outcome string

// The outcomes.
const (
	Equal    Outcome = "equal"          // input and result are the same
	Expired  Outcome = "inputs expired" // events that entered are not there any more, so nobody can tell
	Mismatch Outcome = "mismatch"       // the input is there, and something else came out or stands in the tables
)

// VerifiedRun is a run that was calculated again.
type VerifiedRun struct {
	Run        string  `json:"run"`
	Adjustment bool    `json:"adjustment"`
	Outcome    Outcome `json:"outcome"`
	Input      Pair    `json:"input"`
	Result     Pair    `json:"result"`
	First      string  `json:"first,omitempty"` // the first line that differs
	Gone       int64   `json:"gone,omitempty"`  // events that were applied and are not there any more
}

// Pair is what was noted and what came out now.
type Pair struct {
	Noted string `json:"noted"`
	Now   string `json:"now"`
}

// VerifyClose calculates the run of a month again, and those of its approved adjustments, from what was frozen for them.
func (d *Desk) VerifyClose(ctx context.Context, m workflow.Month, progress func(events, total int64)) ([]VerifiedRun, error) {
	if m.Run == nil {
		return nil, &NotClosedError{m.ID}
	}
	c, then, err := d.again(ctx, m, progress)
	if err != nil {
		return nil, err
	}
	v, err := d.compare(ctx, m.ID, *m.Run, then.Frozen.Positions, c.run, c.measured, c.summary.Results)
	if err != nil {
		return nil, err
	}
	adjusted, err := d.verifyAdjusted(ctx, m)
	return append([]VerifiedRun{v}, adjusted...), err
}

// again calculates a month from what was known when its run was noted, and returns it as it was then.
func (d *Desk) again(ctx context.Context, m workflow.Month, progress func(events, total int64)) (calculation, workflow.Month, error) {
	state, err := d.log.At(ctx, m.Run.Sequence)
	if err != nil {
		return calculation{}, m, err
	}
	then := state.Month(m.ID)
	if then.Frozen == nil {
		return calculation{}, then, fmt.Errorf("verify %s: at decision %d, from which its run was calculated, nothing of it was frozen", m.ID, m.Run.Sequence)
	}
	c, err := d.calculate(ctx, state, then, calculation{}, progress)
	return c, then, err
}

// verifyAdjusted calculates the approved adjustments of a month again.
func (d *Desk) verifyAdjusted(ctx context.Context, m workflow.Month) ([]VerifiedRun, error) {
	state, err := d.State(ctx)
	if err != nil {
		return nil, err
	}
	var all []VerifiedRun
	for _, a := range state.Adjustments(m.ID.Company, m.ID.Policy) {
		for _, adjusted := range a.Months {
			if a.Approved == nil || adjusted.Month != m.ID.Month {
				continue
			}
			v, err := d.verifyAdjustment(ctx, m.ID, a, adjusted)
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
	}
	return all, nil
}

func (d *Desk) verifyAdjustment(ctx context.Context, id workflow.MonthID, a workflow.Adjustment, m workflow.AdjustedMonth) (VerifiedRun, error) {
	state, err := d.log.At(ctx, m.Run.Sequence)
	if err != nil {
		return VerifiedRun{}, err
	}
	var locked []closing.Locked
	for _, month := range d.lockedMonths(state, id.Policy) {
		l, err := d.locked(ctx, state, month, a.Positions)
		if err != nil {
			return VerifiedRun{}, err
		}
		locked = append(locked, l)
	}
	var found VerifiedRun
	err = closing.Reopen(locked, func(r closing.Reopened) error {
		if r.Run.Month != id {
			return nil
		}
		found, err = d.compare(ctx, id, m.Run, a.Positions, r.Run, r.Month, r.Summary.Results)
		return err
	})
	return found, err
}

// compare holds what came out now against what the log noted and what is kept.
func (d *Desk) compare(ctx context.Context, id workflow.MonthID, noted workflow.Run, positions []workflow.Position, now closing.Run, measured *closing.Measured, results []closing.Result) (VerifiedRun, error) {
	v := VerifiedRun{Run: noted.ID, Adjustment: now.Adjustment, Input: Pair{noted.Input, now.Input}, Result: Pair{noted.Result, now.Result}}
	present, applied, err := d.store.InputRows(ctx, d.company, positions)
	if err != nil {
		return v, err
	}
	v.First, err = d.firstDifference(ctx, id, noted.ID, measured)
	if err == nil && v.First == "" {
		v.First, err = d.firstResult(ctx, id, noted.ID, results)
	}
	if err == nil && v.First == "" {
		v.First, err = d.runDifference(ctx, id, noted, now)
	}
	if clickhouse.ClassOf(err) == clickhouse.ClassPermanent { // what is kept is no whole run
		v.First, err = err.Error(), nil
	}
	if err != nil {
		return v, err
	}
	switch {
	case noted.Input == now.Input && noted.Result == now.Result && v.First == "":
		v.Outcome = Equal
	case noted.Input != now.Input && present < applied:
		v.Outcome, v.Gone = Expired, applied-present
	default:
		v.Outcome = Mismatch
	}
	return v, nil
}

// firstDifference names the first line of a card that is another than the one kept, "" when there is none.
func (d *Desk) firstDifference(ctx context.Context, id workflow.MonthID, run string, measured *closing.Measured) (string, error) {
	next, stop := pull(d.store.Cards(ctx, id, run))
	defer stop()
	for now, err := range measured.Cards() {
		if err != nil {
			return "", err
		}
		kept, ok, err := next()
		switch {
		case err != nil:
			return "", err
		case !ok:
			return fmt.Sprintf("agent %q: the card is not kept", now.Agent), nil
		}
		if text, err := differ(&kept, &now); text != "" || err != nil {
			return text, err
		}
	}
	if kept, ok, err := next(); ok || err != nil {
		return fmt.Sprintf("agent %q: a card is kept that nobody has", kept.Agent), err
	}
	return "", nil
}

// firstResult names the first agent of whom the tables have another result beside the card than the card's.
func (d *Desk) firstResult(ctx context.Context, id workflow.MonthID, run string, results []closing.Result) (string, error) {
	kept, err := d.store.Results(ctx, id, run)
	if err != nil {
		return "", err
	}
	for i, now := range results { // they are of the same agents, as the cards are
		was := kept[i]
		if same := was.Same(now); !same || was.Card != now.Card || was.Name != now.Name || was.Team != now.Team || was.Missing != now.Missing {
			return fmt.Sprintf("agent %q: name, team, total, grade, pay, missing or hash beside the card are not the card's", now.Agent), nil
		}
	}
	return "", nil
}

// runDifference says what the row of a run has otherwise than the log, or than what came out now.
func (d *Desk) runDifference(ctx context.Context, id workflow.MonthID, noted workflow.Run, now closing.Run) (string, error) {
	kept, err := d.run(ctx, id, noted.ID)
	if err != nil {
		return "", err
	}
	now.Run = noted // which of them the log has is said by the hashes
	if !reflect.DeepEqual(kept, now) {
		return "the row of the run is another than the log and its cards say", nil
	}
	return "", nil
}

// differ names the first line in which two cards differ, "" when they are the same.
func differ(kept, now *score.Card) (string, error) {
	was, err := json.Marshal(kept)
	if err != nil {
		return "", err
	}
	is, err := json.Marshal(now)
	if err != nil {
		return "", err
	}
	if string(was) == string(is) {
		return "", nil
	}
	if kept.Agent != now.Agent {
		return fmt.Sprintf("the card of %q is kept where that of %q belongs", kept.Agent, now.Agent), nil
	}
	lines, err := closing.Difference(kept, now)
	if err != nil || len(lines) == 0 {
		return fmt.Sprintf("agent %q: total, grade, pay, sections or notes differ", now.Agent), err
	}
	return fmt.Sprintf("agent %q, rule %q: kept %s, now %s", now.Agent, lines[0].Rule, words(lines[0].Before), words(lines[0].After)), nil
}

// words returns a line in short.
func words(l *score.Line) string {
	if l == nil {
		return "nothing"
	}
	return fmt.Sprintf("%s %s (%s)", l.Taken, l.Status, l.Text.EN)
}
