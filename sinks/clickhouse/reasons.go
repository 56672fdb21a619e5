package clickhouse

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/deskpulse/deskpulse/schemas/event"
)

//go:embed reasons.sql
var reasonsSQL string

// Reasons returns why the records of the range that are in `rejected` were rejected, by offset.
func (s *Store) Reasons(ctx context.Context, p event.Partition, r event.Range) (map[int64]event.Invalid, error) {
	op := fmt.Sprintf("read reasons of %s/%s", p, r)
	conn, err := s.current(ctx)
	if err != nil {
		return nil, explain(op, err)
	}
	rows, err := conn.Query(ctx, reasonsSQL, append(place(p), named("first", r.First), named("last", r.Last))...)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	out := map[int64]event.Invalid{}
	for rows.Next() {
		var offset int64
		var reason, detail string
		if err := rows.Scan(&offset, &reason, &detail); err != nil {
			return nil, explain(op, err)
		}
		out[offset] = event.Invalid{Reason: event.Reason(reason), Detail: detail}
	}
	return out, explain(op, rows.Err())
}
