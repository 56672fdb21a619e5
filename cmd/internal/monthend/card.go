package monthend

import (
	"context"
	"iter"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// Card is an agent's card as it is kept, and what approved adjustments changed of it since.
type Card struct {
	Card    score.Card
	Month   workflow.Month
	Policy  *policy.Policy
	Page    export.Month // what a printed card says about the month
	Changes []CardChange // in order
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

// Card returns the card of an agent in a month as it was calculated last.
func (d *Desk) Card(ctx context.Context, policyName string, m calendar.Month, agent string, lang export.Lang) (Card, error) {
	state, month, err := d.calculated(ctx, policyName, m)
	if err != nil {
		return Card{}, err
	}
	p, _, err := d.payroll(ctx, state, month, ExportRequest{Lang: lang, Draft: month.Published == nil})
	if err != nil {
		return Card{}, err
	}
	c := Card{Month: month, Policy: p.Policy, Page: p.Month}
	var ok bool
	if c.Card, ok, err = d.store.Card(ctx, month.ID, month.Run.ID, agent); err != nil {
		return c, err
	}
	if !ok {
		return c, &document.Unknown{What: "agent with a card in " + m.String(), Name: agent, Known: month.People}
	}
	for _, a := range state.Adjustments(month.ID.Company, month.ID.Policy) {
		if err := d.cardChanges(ctx, &c, a); err != nil {
			return c, err
		}
	}
	return c, nil
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
