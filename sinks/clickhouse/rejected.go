package clickhouse

import (
	"context"
	_ "embed"

	"github.com/deskpulse/deskpulse/schemas/event"
)

var (
	//go:embed rejected.sql
	rejectedSQL string
	//go:embed rejected_counts.sql
	rejectedCountsSQL string
)

// RejectedFilter chooses rejected records; an empty field matches all.
type RejectedFilter struct {
	Company string
	Reason  event.Reason
	Stream  string
	Limit   int // most records returned, 0 for 100
}

// RejectedRecord is a rejected record and where it stood. Key and Value are empty once they have expired.
type RejectedRecord struct {
	Partition event.Partition
	event.Rejected
}

// RejectedCount is how many records were rejected for one reason.
type RejectedCount struct {
	Reason  event.Reason
	Records int64
}

func (f RejectedFilter) parameters() []any {
	return []any{named("company", f.Company), named("reason", string(f.Reason)), named("stream", f.Stream)}
}

// Rejected returns the rejected records that the filter matches, newest first.
func (s *Store) Rejected(ctx context.Context, f RejectedFilter) ([]RejectedRecord, error) {
	const op = "read rejected records"
	if f.Limit == 0 {
		f.Limit = 100
	}
	rows, err := s.conn.Query(ctx, rejectedSQL, append(f.parameters(), named("limit", f.Limit))...)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	var out []RejectedRecord
	for rows.Next() {
		var (
			r      RejectedRecord
			reason string
		)
		if err := rows.Scan(&r.Partition.Stream, &r.Partition.Epoch, &r.Partition.ID, &r.Offset, &r.Company, &r.AppendTime,
			&reason, &r.Detail, &r.Key, &r.Value, &r.Origin); err != nil {
			return nil, explain(op, err)
		}
		r.Reason = event.Reason(reason)
		out = append(out, r)
	}
	return out, explain(op, rows.Err())
}

// RejectedCounts returns how many records the filter matches, by reason, the most frequent first. Limit has no effect.
func (s *Store) RejectedCounts(ctx context.Context, f RejectedFilter) ([]RejectedCount, error) {
	const op = "count rejected records"
	rows, err := s.conn.Query(ctx, rejectedCountsSQL, f.parameters()...)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	var out []RejectedCount
	for rows.Next() {
		var (
			c      RejectedCount
			reason string
		)
		if err := rows.Scan(&reason, &c.Records); err != nil {
			return nil, explain(op, err)
		}
		c.Reason = event.Reason(reason)
		out = append(out, c)
	}
	return out, explain(op, rows.Err())
}
