package clickhouse

import (
	"context"
	_ "embed"
	"time"
)

var (
	//go:embed subjects_span.sql
	subjectsSpanSQL string
	//go:embed subjects_marks.sql
	subjectsMarksSQL string
)

// idRange is the ids from low on and before high; a high of "" is no bound.
type idRange struct{ low, high string }

// chunkRows is how many rows of the months asked for a range has, more or less.
const chunkRows = 300_000

// ranges cuts the ids of the subjects asked for into ranges that fit into memory; none when there are no subjects.
func (s *Store) ranges(ctx context.Context, q Query, chunkRows int64) ([]idRange, error) {
	if len(q.Subjects) > 0 {
		return []idRange{{}}, nil
	}
	var (
		found     bool
		low, high string
	)
	err := s.conn.QueryRow(ctx, subjectsSpanSQL, named("company", q.Company), named("types", q.Types),
		named("from", q.From.UnixMilli()), named("to", q.To.UnixMilli())).Scan(&found, &low, &high)
	if err != nil || !found {
		return nil, err
	}
	rows, err := s.conn.Query(ctx, subjectsMarksSQL, named("company", q.Company), named("first", monthOf(q.From)), named("last", monthOf(q.To)),
		named("low", low), named("high", high))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all, size := []idRange{{low: low}}, int64(0)
	for rows.Next() {
		var (
			id string
			n  int64
		)
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		if size += n; size > chunkRows {
			all[len(all)-1].high = id
			all, size = append(all, idRange{low: id}), n
		}
	}
	all[len(all)-1].high = high + "\x00" // the next id there can be: high itself is included
	return all, rows.Err()
}

// monthOf returns a month as parts are named after it, for example 202403.
func monthOf(t time.Time) uint32 {
	t = t.UTC()
	return uint32(t.Year())*100 + uint32(t.Month())
}
