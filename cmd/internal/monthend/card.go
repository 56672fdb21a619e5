package monthend

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// Card is an agent's card as it holds, and what approved adjustments changed of it since it was published.
type Card struct {
	Card      score.Card
	Run       string // id of the run that it is of
	Month     workflow.Month
	Policy    *policy.Policy
	Page      export.Month      // what a printed card says about the month
	Corrected bool              // another card, or none, was published
	Was       export.Correction // what that was, and which lines changed since
	Changes   []CardChange      // by which adjustments, in order
}

// CardChange is what an approved adjustment changed of a card.
type CardChange struct {
	closing.Change
	Adjustment workflow.Adjustment
	Why        []document.Title
}

// Cards yields the cards of a month as it was calculated last, by agent id.
func (d *Desk) Cards(ctx context.Context, c Closed) iter.Seq2[score.Card, error] {
	return d.store.Cards(ctx, c.Month.ID, c.Run.ID)
}

// Card returns the card of an agent in a month as it holds: that of the last approved adjustment, else as it was calculated
// last. Where a change counts in the next month, the published card holds for good. Cards that are not those of the log are
// an error: nobody is shown what somebody put there.
func (d *Desk) Card(ctx context.Context, policyName string, m calendar.Month, agent string, lang export.Lang) (Card, error) {
	state, month, err := d.calculated(ctx, policyName, m)
	if err != nil {
		return Card{}, err
	}
	if _, err := d.stored(ctx, state, month); err != nil {
		return Card{}, err
	}
	use, err := frozenRules(state, month)
	if err != nil {
		return Card{}, err
	}
	c := Card{Month: month, Policy: use.policy, Run: month.Run.ID}
	if use.policy.Cycle.Adjustment == policy.Recompute {
		c.Run = month.Holds()
	}
	if c.Page, err = d.page(ctx, state, month, c.Run, lang); err != nil {
		return c, err
	}
	c.Page.Draft = month.Published == nil
	if err := d.holding(ctx, state, &c, agent); err != nil {
		return c, err
	}
	for _, a := range state.Adjustments(month.ID.Company, month.ID.Policy) {
		if err := d.cardChanges(ctx, &c, a); err != nil {
			return c, err
		}
	}
	return c, nil
}

// holding fills in the card that holds and what was published, if that is another. Of somebody who has a card no more there
// is the one that was published.
func (d *Desk) holding(ctx context.Context, state *workflow.State, c *Card, agent string) error {
	id, published := c.Month.ID, c.Month.Run.ID
	before, was, err := d.store.Card(ctx, id, published, agent)
	if err != nil {
		return err
	}
	c.Card = before
	is := was
	if c.Run != published {
		if _, err := d.results(ctx, state, c.Policy, id, c.Run); err != nil { // they are those that the log noted
			return err
		}
		if c.Card, is, err = d.store.Card(ctx, id, c.Run, agent); err != nil {
			return err
		}
	}
	switch {
	case !was && !is:
		return &document.Unknown{What: "agent with a card in " + id.Month.String(), Name: agent, Known: c.Month.People}
	case !is:
		c.Card, c.Run = before, published
		return nil
	}
	if c.Corrected, err = other(was, before, c.Card); err != nil || !c.Corrected {
		return err
	}
	c.Was, err = d.correction(ctx, id, published, c.Run, agent)
	return err
}

// other reports whether a card is another than the one that was published.
func other(was bool, before, now score.Card) (bool, error) {
	if !was {
		return true, nil
	}
	b, err := json.Marshal(before)
	if err != nil {
		return false, err
	}
	n, err := json.Marshal(now)
	return string(b) != string(n), err
}

// correction returns what was published of an agent, and which lines another run has changed since.
func (d *Desk) correction(ctx context.Context, id workflow.MonthID, published, run, agent string) (export.Correction, error) {
	before, ok, err := d.store.Card(ctx, id, published, agent)
	if err != nil {
		return export.Correction{}, err
	}
	var c export.Correction
	if ok {
		c.Published = &closing.Result{
			Agent: before.Agent, Name: before.Name, Team: before.Team, Total: before.Total, Grade: before.Grade, Pay: before.Pay, Missing: len(before.Missing),
		}
	}
	c.Why, err = d.Why(ctx, workflow.Adjustment{Adjust: workflow.Adjust{Company: id.Company, Policy: id.Policy}},
		workflow.AdjustedMonth{Month: id.Month, From: published, Run: workflow.Run{ID: run}}, agent)
	return c, err
}

// page returns what the cards of a run say about their month. An adjustment's were approved with it.
func (d *Desk) page(ctx context.Context, state *workflow.State, m workflow.Month, run string, lang export.Lang) (export.Month, error) {
	use, err := frozenRules(state, m)
	if err != nil {
		return export.Month{}, err
	}
	r, err := d.run(ctx, m.ID, run)
	if err != nil {
		return export.Month{}, err
	}
	zone, err := d.zone()
	if err != nil {
		return export.Month{}, err
	}
	page := export.Month{
		Policy: use.policy, Run: r, Head: state.Head(), Approved: m.Approved, Published: m.Published, AppealUntil: m.AppealUntil, Zone: zone, Lang: lang,
	}
	for _, a := range state.Adjustments(m.ID.Company, m.ID.Policy) {
		for _, adjusted := range a.Months {
			if adjusted.Month == m.ID.Month && adjusted.Run.ID == run && a.Approved != nil {
				page.Approved = a.Approved
			}
		}
	}
	return page, nil
}

// cardChanges adds what an adjustment changed of a card, if somebody approved it.
func (d *Desk) cardChanges(ctx context.Context, c *Card, a workflow.Adjustment) error {
	for _, m := range a.Months {
		if a.Approved == nil || m.Month != c.Month.ID.Month {
			continue
		}
		changes, err := d.Changes(ctx, a, m)
		if err != nil {
			return err
		}
		for _, change := range changes {
			if change.Agent != c.Card.Agent {
				continue
			}
			why, err := d.Why(ctx, a, m, change.Agent)
			if err != nil {
				return err
			}
			c.Changes = append(c.Changes, CardChange{change, a, why})
		}
	}
	return nil
}
