package clickhouse

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

var (
	//go:embed input_rows.sql
	inputRowsSQL string
	//go:embed input_applied.sql
	inputAppliedSQL string
)

// InputRows returns how many events of a company's streams are there up to the positions, and how many were accepted up to
// there: fewer present than applied means that they have gone since, with a partition that was dropped or by a TTL, and that
// what was calculated from them may not be calculated again. Positions in streams of other companies do not count; a stream
// of which nothing is left counts, for nobody can tell whose it was. A position inside a range is an error: only ends of
// ranges say how many events lie before them.
func (s *Store) InputRows(ctx context.Context, company string, positions []workflow.Position) (present, applied int64, err error) {
	op := fmt.Sprintf("count events of %q up to %d positions", company, len(positions))
	args := append(positionsOf(positions), named("company", company))
	rows, err := s.streamCounts(ctx, op, inputRowsSQL, args)
	if err != nil {
		return 0, 0, err
	}
	ranges, err := s.streamCounts(ctx, op, inputAppliedSQL, args)
	if err != nil {
		return 0, 0, err
	}
	for stream, r := range ranges {
		there, ok := rows[stream]
		if ok && there.noted == 0 {
			continue // it has events, and none is the company's
		}
		if r.noted > 0 {
			return 0, 0, refuse(op, "in stream %q %d of them lie inside an applied range, not at its end", stream, r.noted)
		}
		present, applied = present+there.events, applied+r.events
	}
	return present, applied, nil
}

// positionsOf binds positions, as parallel arrays.
func positionsOf(positions []workflow.Position) []any {
	var (
		streams    = make([]string, len(positions))
		epochs     = make([]uint32, len(positions))
		partitions = make([]int32, len(positions))
		lasts      = make([]int64, len(positions))
	)
	for i, p := range positions {
		streams[i], epochs[i], partitions[i], lasts[i] = p.Stream, p.Epoch, p.Partition, p.Last
	}
	return []any{named("streams", streams), named("epochs", epochs), named("partitions", partitions), named("lasts", lasts)}
}

// counts are what a query gives for a stream: its events, and of how many something is to be noted.
type counts struct{ events, noted int64 }

func (s *Store) streamCounts(ctx context.Context, op, sql string, args []any) (map[string]counts, error) {
	rows, err := s.conn.Query(ctx, sql, args...)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	all := map[string]counts{}
	for rows.Next() {
		var (
			stream string
			c      counts
		)
		if err := rows.Scan(&stream, &c.events, &c.noted); err != nil {
			return nil, explain(op, err)
		}
		all[stream] = c
	}
	return all, explain(op, rows.Err())
}
