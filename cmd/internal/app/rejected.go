package app

import (
	"context"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

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
