package clickhouse

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

var (
	//go:embed positions.sql
	positionsSQL string
	//go:embed zones.sql
	zonesSQL string
	//go:embed event_count.sql
	eventCountSQL string
)

// Positions returns how far every partition is applied, of every stream and epoch that there ever was, in order.
func (s *Store) Positions(ctx context.Context) ([]workflow.Position, error) {
	const op = "read applied positions"
	rows, err := s.conn.Query(ctx, positionsSQL)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	positions := []workflow.Position{}
	for rows.Next() {
		var p workflow.Position
		if err := rows.Scan(&p.Stream, &p.Epoch, &p.Partition, &p.Last); err != nil {
			return nil, explain(op, err)
		}
		positions = append(positions, p)
	}
	return positions, explain(op, rows.Err())
}

// Zones returns the IANA zones in which the dates of a company's events are read.
func (s *Store) Zones(ctx context.Context, company string) ([]string, error) {
	op := fmt.Sprintf("read zones of %q", company)
	rows, err := s.conn.Query(ctx, zonesSQL, named("company", company))
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	var zones []string
	for rows.Next() {
		var zone string
		if err := rows.Scan(&zone); err != nil {
			return nil, explain(op, err)
		}
		zones = append(zones, zone)
	}
	return zones, explain(op, rows.Err())
}

// EventCount returns how many rows a company has that happened between two instants, copies included.
func (s *Store) EventCount(ctx context.Context, company string, from, to time.Time) (n int64, err error) {
	err = s.conn.QueryRow(ctx, eventCountSQL, named("company", company), named("from", from.UnixMilli()), named("to", to.UnixMilli())).Scan(&n)
	return n, explain(fmt.Sprintf("count events of %q", company), err)
}
