package app

import (
	"context"
	"iter"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// Events returns the events of a company as a source.
func Events(ctx context.Context, store *clickhouse.Store, company string) closing.Source {
	return func(s closing.Selection) iter.Seq2[[]event.Event, error] {
		q := clickhouse.Query{Company: company, Types: s.Types, From: s.From, To: s.To, Subjects: s.Subjects}
		for _, w := range s.Or {
			q.Or = append(q.Or, clickhouse.When(w))
		}
		return store.Subjects(ctx, q)
	}
}

// Measure folds the events of a company and returns what they say about the scope's month and queries, and what the fold
// left out. The scope needs no roster: it is read.
func Measure(ctx context.Context, c config.Config, company string, scope metric.Scope) (*metric.Period, turn.Counts, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return nil, turn.Counts{}, err
	}
	defer store.Close()
	facts, err := closing.Read(Events(ctx, store, company), scope, nil)
	return facts.Period, facts.Counts, err
}
