package clickhouse

import (
	"context"
	_ "embed"
	"fmt"
	"iter"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

var (
	//go:embed cards.sql
	cardsSQL string
	//go:embed results.sql
	resultsSQL string
)

// Cards streams the cards of a run in order of agents. It is an error if there is no such run, or if it does not have one
// card of each agent; whether a card is still what was written, its hash among the [Store.Results] says. After an error
// nothing follows.
func (s *Store) Cards(ctx context.Context, month workflow.MonthID, run string) iter.Seq2[score.Card, error] {
	return whole(ctx, s, month, run, cardsSQL, append(runPlace(month, run), named("agent", "")), scanCard, func(c *score.Card) string { return c.Agent })
}

// Card returns the card of an agent in a run, ok=false when there is no such run or it has no such card.
func (s *Store) Card(ctx context.Context, month workflow.MonthID, run, agent string) (card score.Card, ok bool, err error) {
	if _, ok, err := s.Run(ctx, month, run); err != nil || !ok || agent == "" {
		return score.Card{}, false, err
	}
	op := fmt.Sprintf("%s: card of %q", nameOf("read", month, run), agent)
	cards, err := collect(stream(ctx, s, op, cardsSQL, append(runPlace(month, run), named("agent", agent)), scanCard))
	if err != nil || len(cards) == 0 {
		return score.Card{}, false, err
	}
	if len(cards) > 1 {
		return score.Card{}, false, refuse(op, "there are %d", len(cards))
	}
	return cards[0], true, nil
}

// Results returns what each agent got in a run, in order of agents. It is an error if there is no such run, or if it does
// not have one card of each agent.
func (s *Store) Results(ctx context.Context, month workflow.MonthID, run string) ([]closing.Result, error) {
	return collect(whole(ctx, s, month, run, resultsSQL, runPlace(month, run), scanResult, func(r *closing.Result) string { return r.Agent }))
}

// whole streams what a run has of each agent, and sees to it that nothing is missing or doubled: a part of a run read as the
// whole would leave people without pay.
func whole[T any](ctx context.Context, s *Store, month workflow.MonthID, id, sql string, args []any, scan func(driver.Rows) (T, error), agent func(*T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		op := nameOf("read", month, id)
		run, ok, err := s.Run(ctx, month, id)
		if err == nil && !ok {
			err = refuse(op, "there is no such run")
		}
		if err != nil {
			yield(none, err)
			return
		}
		n, last := 0, ""
		for v, err := range stream(ctx, s, op, sql, args, scan) {
			if err == nil && n > 0 && agent(&v) <= last {
				err = refuse(op, "agent %q has more than one card", agent(&v))
			}
			if err != nil {
				yield(none, err)
				return
			}
			n, last = n+1, agent(&v)
			if !yield(v, nil) {
				return
			}
		}
		if n != run.Agents {
			yield(none, refuse(op, "%d cards are there, it has %d", n, run.Agents))
		}
	}
}

func scanCard(rows driver.Rows) (score.Card, error) {
	var (
		card              score.Card
		agent, serialized string
	)
	if err := rows.Scan(&agent, &serialized); err != nil {
		return card, err
	}
	if err := card.UnmarshalJSON([]byte(serialized)); err != nil {
		return card, fmt.Errorf("card of %q: %w", agent, err)
	}
	return card, nil
}

func scanResult(rows driver.Rows) (closing.Result, error) {
	var (
		r          closing.Result
		total, pay *int64
		missing    int64
	)
	err := rows.Scan(&r.Agent, &r.Name, &r.Team, &total, &r.Grade, &pay, &missing, &r.Card)
	r.Total, r.Pay, r.Missing = (*amount.Points)(total), (*amount.Money)(pay), int(missing)
	return r, err
}
