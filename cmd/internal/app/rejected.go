package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// Rejected is what `deadletter list` shows.
type Rejected struct {
	Counts  []clickhouse.RejectedCount
	Records []clickhouse.RejectedRecord // newest first
}

// ListRejected returns the rejected records that the filter matches, and how many there are by reason.
func ListRejected(ctx context.Context, c config.Config, filter clickhouse.RejectedFilter) (Rejected, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return Rejected{}, err
	}
	defer store.Close()
	var out Rejected
	if out.Counts, err = store.RejectedCounts(ctx, filter); err != nil {
		return out, err
	}
	out.Records, err = store.Rejected(ctx, filter)
	return out, err
}

// NoRejectedError says that no record was rejected at these positions.
type NoRejectedError struct{ Positions []event.Position }

// Error names the positions.
func (e *NoRejectedError) Error() string {
	names := make([]string, len(e.Positions))
	for i, p := range e.Positions {
		names[i] = p.String()
	}
	return fmt.Sprintf("no record was rejected at %s: see `deskpulse deadletter list`", strings.Join(names, ", "))
}

// ShowRejected returns a rejected record with all its bytes, or a NoRejectedError.
func ShowRejected(ctx context.Context, c config.Config, p event.Position) (clickhouse.RejectedRecord, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return clickhouse.RejectedRecord{}, err
	}
	defer store.Close()
	r, ok, err := store.RejectedAt(ctx, p)
	if err == nil && !ok {
		err = &NoRejectedError{[]event.Position{p}}
	}
	return r, err
}

// wereRejected wants a rejected record at each of the positions.
func wereRejected(ctx context.Context, store *clickhouse.Store, positions []event.Position) error {
	missing, err := store.NotRejected(ctx, positions)
	if err == nil && len(missing) > 0 {
		err = &NoRejectedError{missing}
	}
	return err
}
