package clickhouse

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

var (
	//go:embed rejected.sql
	rejectedSQL string
	//go:embed rejected_counts.sql
	rejectedCountsSQL string
	//go:embed rejected_at.sql
	rejectedAtSQL string
	//go:embed rejected_named.sql
	rejectedNamedSQL string
)

// RejectedFilter chooses rejected records; an empty field matches all.
type RejectedFilter struct {
	Company      string
	Reason       event.Reason
	Stream       string
	Since, Until time.Time // append time, Until excluded
	Open         bool      // only records that have not become events
	Limit        int       // most records returned, 0 for 100
}

// RejectedRecord is a rejected record and where it stood. Key and Value are empty once they have expired.
type RejectedRecord struct {
	Partition event.Partition
	event.Rejected
	Size     int64 // of the value, in bytes
	Replayed bool  // it was sent again and is an event by now
}

// bytesKept is how long `rejected` keeps the bytes of a record, from its append time on.
const bytesKept = 30 * 24 * time.Hour

// Expired reports whether the bytes of the record were removed because of its age, and when that was due.
func (r RejectedRecord) Expired(now time.Time) (due time.Time, expired bool) {
	due = time.UnixMilli(r.AppendTime).UTC().Add(bytesKept)
	return due, len(r.Key) == 0 && r.Size == 0 && !now.Before(due)
}

// RejectedCount is how many records were rejected for one reason.
type RejectedCount struct {
	Reason  event.Reason
	Records int64
}

// beginning is how many bytes of key and value Rejected returns at most: a list of large records has to fit into memory.
const beginning = 1024

func (f RejectedFilter) parameters() []any {
	return append(window(f.Since, f.Until), named("company", f.Company), named("reason", string(f.Reason)), named("stream", f.Stream),
		named("open", f.Open))
}

// window binds since and until; the zero time is no bound.
func window(since, until time.Time) []any {
	first, end := int64(math.MinInt64), int64(math.MaxInt64)
	if !since.IsZero() {
		first = since.UnixMilli()
	}
	if !until.IsZero() {
		end = until.UnixMilli()
	}
	return []any{named("since", first), named("until", end)}
}

// Rejected returns the rejected records that the filter matches, newest first, of their bytes the first kilobyte.
func (s *Store) Rejected(ctx context.Context, f RejectedFilter) ([]RejectedRecord, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	return s.rejected(ctx, "read rejected records", rejectedSQL, append(f.parameters(), named("limit", f.Limit), named("bytes", beginning))...)
}

// RejectedAt returns the rejected record at a position with all its bytes, ok=false when there is none.
func (s *Store) RejectedAt(ctx context.Context, p event.Position) (r RejectedRecord, ok bool, err error) {
	found, err := s.rejected(ctx, fmt.Sprintf("read rejected record %s", p), rejectedAtSQL, append(place(p.Partition), named("offset", p.Offset))...)
	if err != nil || len(found) == 0 {
		return r, false, err
	}
	return found[0], true, nil
}

func (s *Store) rejected(ctx context.Context, op, sql string, parameters ...any) ([]RejectedRecord, error) {
	rows, err := s.conn.Query(ctx, sql, parameters...)
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
			&reason, &r.Detail, &r.Key, &r.Value, &r.Size, &r.Origin, &r.Replayed); err != nil {
			return nil, explain(op, err)
		}
		r.Reason = event.Reason(reason)
		out = append(out, r)
	}
	return out, explain(op, rows.Err())
}

// NotRejected returns those of the positions at which no record was rejected, neither for the first time nor again.
func (s *Store) NotRejected(ctx context.Context, positions []event.Position) ([]event.Position, error) {
	if len(positions) == 0 {
		return nil, nil
	}
	const op = "look for rejected records"
	var names, streams []string
	for _, p := range positions {
		names, streams = append(names, p.String()), append(streams, p.Stream)
	}
	rows, err := s.conn.Query(ctx, rejectedNamedSQL, named("positions", names), named("streams", streams))
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	there := map[string]bool{}
	for rows.Next() {
		var position, origin string
		if err := rows.Scan(&position, &origin); err != nil {
			return nil, explain(op, err)
		}
		there[position], there[origin] = true, true
	}
	missing := slices.DeleteFunc(slices.Clone(positions), func(p event.Position) bool { return there[p.String()] })
	return missing, explain(op, rows.Err())
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
