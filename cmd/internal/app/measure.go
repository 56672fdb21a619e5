package app

import (
	"context"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// The types of events that say who people are, and those that are measured.
var (
	peopleTypes   = []string{"agent.changed", "attendance.recorded"}
	measuredTypes = []string{"call.ended"}
)

// All times that ClickHouse can store. What is known about people is not bound by the month: an entry from years ago may
// hold, and an attendance may be recorded long afterwards.
var (
	earliest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2299, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Measure folds the events of a company and returns what they say about the scope's month and queries, and what the fold
// left out. The scope needs no roster: it is read.
func Measure(ctx context.Context, c config.Config, company string, scope metric.Scope) (*metric.Period, turn.Counts, error) {
	var counts turn.Counts
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return nil, counts, err
	}
	defer store.Close()
	people := roster.New()
	if err := fold(ctx, store, clickhouse.Query{Company: company, Types: peopleTypes, From: earliest, To: latest}, &counts, people.Add); err != nil {
		return nil, counts, err
	}
	scope.Roster = people
	period, err := metric.NewPeriod(scope)
	if err != nil {
		return nil, counts, err
	}
	from, to := scope.Month.Cover()
	err = fold(ctx, store, clickhouse.Query{Company: company, Types: measuredTypes, From: from, To: to}, &counts, period.Add)
	return period, counts, err
}

// fold adds the facts of each subject, and what was left out to counts.
func fold(ctx context.Context, store *clickhouse.Store, q clickhouse.Query, counts *turn.Counts, add func(turn.Facts) error) error {
	for events, err := range store.Subjects(ctx, q) {
		if err != nil {
			return err
		}
		facts, left := turn.Fold(events)
		counts.Add(left)
		if err := add(facts); err != nil {
			return err
		}
	}
	return nil
}

// Rejected is what `deadletter list` shows.
type Rejected struct {
	Counts  []clickhouse.RejectedCount
	Records []clickhouse.RejectedRecord // newest first
}

// ListRejected returns rejected records and how many there are by reason; "" is any reason.
func ListRejected(ctx context.Context, c config.Config, reason event.Reason, limit int) (Rejected, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return Rejected{}, err
	}
	defer store.Close()
	filter := clickhouse.RejectedFilter{Reason: reason, Limit: limit}
	var out Rejected
	if out.Counts, err = store.RejectedCounts(ctx, filter); err != nil {
		return out, err
	}
	out.Records, err = store.Rejected(ctx, filter)
	return out, err
}
