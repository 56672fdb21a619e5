package clickhouse

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

var (
	//go:embed replay.sql
	replaySQL string
	//go:embed replay_bytes.sql
	replayBytesSQL string
	//go:embed replay_outcome.sql
	replayOutcomeSQL string
)

// OutstandingFilter chooses rejected records of a stream that have not become events; an empty field matches all. The
// reason and the time are those of the last time that a record was rejected.
type OutstandingFilter struct {
	Stream       string
	Reason       event.Reason
	Since, Until time.Time        // append time, Until excluded
	Positions    []event.Position // where it was first rejected, or last
	Limit        int              // most records returned
}

// Outstanding is a rejected record that has not become an event.
type Outstanding struct {
	Position event.Position // of its last row in `rejected`
	Origin   string         // where it was first rejected, by which it is known
	Reason   event.Reason
	Bytes    int64 // of key and value; 0 once they have expired
	Attempts int64 // how many times it was sent again
}

// Outcome is what became of a record that was sent again: how many rows it has, all attempts together.
type Outcome struct {
	Accepted, Rejected int64
}

func (f OutstandingFilter) parameters() []any {
	positions := make([]string, len(f.Positions))
	for i, p := range f.Positions {
		positions[i] = p.String()
	}
	return append(window(f.Since, f.Until), named("stream", f.Stream), named("reason", string(f.Reason)),
		named("positions", positions), named("limit", f.Limit))
}

// Outstanding returns the records that the filter matches, in order of their positions.
func (s *Store) Outstanding(ctx context.Context, f OutstandingFilter) ([]Outstanding, error) {
	op := fmt.Sprintf("read outstanding records of %q", f.Stream)
	rows, err := s.conn.Query(ctx, replaySQL, f.parameters()...)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	var out []Outstanding
	for rows.Next() {
		o := Outstanding{Position: event.Position{Partition: event.Partition{Stream: f.Stream}}}
		var position, reason string
		if err := rows.Scan(&o.Position.Epoch, &o.Position.ID, &o.Position.Offset, &position, &o.Origin, &reason, &o.Bytes, &o.Attempts); err != nil {
			return nil, explain(op, err)
		}
		o.Reason = event.Reason(reason)
		out = append(out, o)
	}
	return out, explain(op, rows.Err())
}

// RejectedBytes returns key and value of the rejected records at these offsets, ascending, of one partition.
func (s *Store) RejectedBytes(ctx context.Context, p event.Partition, offsets []int64) ([]event.Rejected, error) {
	if len(offsets) == 0 {
		return nil, nil
	}
	op := fmt.Sprintf("read rejected records of %s", p)
	rows, err := s.conn.Query(ctx, replayBytesSQL, append(place(p), named("offsets", offsets),
		named("first", slices.Min(offsets)), named("last", slices.Max(offsets)))...)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	var out []event.Rejected
	for rows.Next() {
		var r event.Rejected
		if err := rows.Scan(&r.Offset, &r.Key, &r.Value); err != nil {
			return nil, explain(op, err)
		}
		out = append(out, r)
	}
	return out, explain(op, rows.Err())
}

// outcomesAtOnce is how many origins one question names.
const outcomesAtOnce = 10_000

// Outcomes returns what became of the records with these origins; one that has not come through has no entry.
func (s *Store) Outcomes(ctx context.Context, origins []string) (map[string]Outcome, error) {
	out := map[string]Outcome{}
	for part := range slices.Chunk(origins, outcomesAtOnce) {
		if err := s.outcomes(ctx, part, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Store) outcomes(ctx context.Context, origins []string, out map[string]Outcome) error {
	const op = "read what became of records"
	rows, err := s.conn.Query(ctx, replayOutcomeSQL, named("origins", origins))
	if err != nil {
		return explain(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var (
			origin string
			o      Outcome
		)
		if err := rows.Scan(&origin, &o.Accepted, &o.Rejected); err != nil {
			return explain(op, err)
		}
		out[origin] = o
	}
	return explain(op, rows.Err())
}
